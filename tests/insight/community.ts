/** Small communities in a short notation, as insight reads them. */
import type { EventInput } from '../../src/event.ts';
import { parseEvent } from '../../src/event.ts';
import type { Chain } from '../../src/insight/chain.ts';
import type { Settlement } from '../../src/insight/settlement.ts';
import { Living } from '../../src/living.ts';
import { type PolicyInput, parsePolicy } from '../../src/policy.ts';
import { Record } from '../../src/record/record.ts';
import type { Ledger } from '../witness/record.ts';
import { chainOfWitness, walkingOf } from './chains.ts';

/** `a>b` endorses, `a!b` objects, `a>b*3` with a weight; `+a`, `+a*3` and `+a*3@board` grant a credential. */
export function said(...texts: string[]): EventInput[] {
  return texts.map((text): EventInput => {
    const [, plus, source, sign, other, weight = '1', issuer] =
      /^(\+?)(\w+)(?:([>!])(\w+))?(?:\*([\d.]+))?(?:@(\w+))?$/.exec(text)!;
    if (plus === '+') {
      const grant = { type: 'grant' as const, target: source!, weight: Number(weight) };
      return issuer === undefined ? grant : { ...grant, issuer };
    }
    const type = sign === '>' ? 'endorse' : 'object';
    return { type, source: source!, target: other!, weight: Number(weight) };
  });
}

export function settlementOf(
  events: readonly (EventInput | string)[],
  policy: PolicyInput = {},
  tolerance = 1e-13,
): Settlement {
  const record = new Record({ policy: parsePolicy(policy) });
  for (const event of events)
    for (const one of typeof event === 'string' ? said(event) : [event]) record.apply(parseEvent(one));
  const living = new Living(record);
  living.solver.settle({ tolerance });
  const { contributors, sequence } = record;
  return living.settlement(living.view({ contributors, policy: record.policy, sequence }));
}

/** The chain of the witness's exact state: rows are contributors in the order of first mention. */
export function exactChainOf(events: readonly (EventInput | string)[], initial: PolicyInput = {}): Chain {
  const all = events.flatMap((event) => (typeof event === 'string' ? said(event) : [event]));
  return chainOfWitness(walkingOf({ initial, events: all } as Ledger));
}
