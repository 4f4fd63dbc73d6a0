/**
 * Ledgers: streams of events in which each is valid at its place, for the policy it is drawn with. A ledger
 * is drawn as a script of plain numbers and then acted out: each line becomes an event that an engine
 * takes where it stands. So nothing is filtered away, every part of a script is a ledger, and shrinking the
 * script shrinks the ledger.
 */
import type { Arbitrary } from 'fast-check';
import type { EventInput } from '../../event.ts';
import type { Policy } from '../../policy.ts';
import { presets } from '../../policy.ts';
import { fc } from '../fast-check.ts';
import { contributorIds } from './contributor.ts';
import { at, pick } from './number.ts';
import type { PolicyConstraints } from './policy.ts';
import { policy as policies } from './policy.ts';
import type { StatementConstraints, StatementDraw, Weights } from './statement.ts';
import { dateOf, FIRST_DAY, statementDraw, weightOf, written } from './statement.ts';

/** What a ledger may contain. */
export interface LedgerConstraints {
  /** Contributors at most; 8 unless given. */
  contributors?: number;
  /** Events at most, about; 24 unless given. */
  events?: number;
  /** Ordinary names alone; false unless told. */
  plainIds?: boolean;
  /** `moderate` unless told. */
  weights?: Weights;
  /** Dates on no, some or all statements; `some` unless told, and `all` under a half-life. */
  dates?: 'none' | 'some' | 'all';
  /** True unless told otherwise. */
  objections?: boolean;
  /** Endorsements and objections taken back; true unless told otherwise. */
  retractions?: boolean;
  /** Grants and, unless `retractions` is false, revocations: `some`, `none`, or `always` in force at the end. `some` unless told. */
  credentials?: 'none' | 'some' | 'always';
  /** Events said twice, with the same id; true unless told otherwise. */
  repeats?: boolean;
  /** Contributors who speak of themselves; true unless told otherwise. */
  selves?: boolean;
  /** Contributors forgotten; only where asked. */
  forget?: boolean;
  /** Time moved on; only where asked. */
  advance?: boolean;
  /** Policies replaced by events; only where asked. The last one is the policy that the ledger is drawn with. */
  amend?: boolean;
}

/** A ledger and the policy that it is to be scored by. */
export interface Case {
  readonly policy: Policy;
  readonly events: readonly EventInput[];
}

const ACTS = [
  ['endorse', 60],
  ['grant', 8],
  ['object', 12],
  ['withdraw', 12],
  ['repeat', 4],
  ['self', 2],
  ['advance', 3],
  ['forget', 2],
  ['amend', 2],
] as const;
type Act = (typeof ACTS)[number][0];

interface Line extends StatementDraw {
  act: Act;
  pick: number;
}

/** What a ledger is drawn as, before any policy: people, and a script for them. */
interface Script {
  people: string[];
  lines: Line[];
}

/**
 * Ledgers that suit a policy: `classic` unless given. An engine of that policy takes them.
 * @example
 * fc.assert(fc.property(ledger({ objections: false }), (events) => new TrustEngine().apply(events) >= 0));
 */
export function ledger(
  constraints: LedgerConstraints & { policy?: Policy } = {},
): Arbitrary<readonly EventInput[]> {
  const { policy = presets.classic } = constraints;
  return script(constraints).map((drawn) => actOut(drawn, policy, constraints));
}

/**
 * Policies with ledgers that suit them. Both shrink on their own, without drawing the other anew.
 * @example
 * cases({ policy: presets.guarded, objections: false });
 * cases({ policy: policy({ fixed: { cap: null } }) });
 */
export function cases(
  constraints: LedgerConstraints & { policy?: Policy | Arbitrary<Policy> | PolicyConstraints } = {},
): Arbitrary<Case> {
  return fc.tuple(policyOf(constraints.policy), script(constraints)).map(([policy, drawn]) => ({
    policy,
    events: actOut(drawn, policy, constraints),
  }));
}

/** Policies as they are asked for: one of them, an arbitrary, or what it is to be like. */
function policyOf(asked: Policy | Arbitrary<Policy> | PolicyConstraints = {}): Arbitrary<Policy> {
  if ('generate' in asked) return asked;
  return 'damping' in asked ? fc.constant(asked) : policies(asked);
}

function script(constraints: LedgerConstraints): Arbitrary<Script> {
  const { contributors = 8, events = 24, plainIds = false } = constraints;
  const acts = ACTS.flatMap(([act, weight]) =>
    new Array<Act>(allowed(act, constraints) ? weight : 0).fill(act),
  );
  const line = fc.record({
    act: fc.constantFrom(...acts),
    ...statementDraw(),
    pick: pick(),
  });
  return fc.record({
    people: fc
      .tuple(
        fc.integer({ min: Math.min(2, contributors), max: contributors }),
        contributorIds(contributors, { plain: plainIds }),
      )
      .map(([count, ids]) => ids.slice(0, count)),
    // Without the bias towards short ones, which are dealt with in no time anyway.
    lines: fc.noBias(fc.array(line, { maxLength: events, size: 'max' })),
  });
}

function allowed(act: Act, constraints: LedgerConstraints): boolean {
  const { objections = true, retractions = true, credentials = 'some', repeats = true } = constraints;
  const { selves = true, forget = false, advance = false, amend = false } = constraints;
  switch (act) {
    case 'endorse':
      return true;
    case 'object':
      return objections;
    case 'withdraw':
      return retractions;
    case 'grant':
      return credentials !== 'none';
    case 'repeat':
      return repeats;
    case 'self':
      return selves;
    case 'forget':
      return forget;
    case 'advance':
      return advance;
    case 'amend':
      return amend;
  }
}

/** Acts a script out: each line becomes an event that can be applied where it stands. */
function actOut({ people, lines }: Script, policy: Policy, constraints: LedgerConstraints): EventInput[] {
  const { weights = 'moderate', dates = 'some' } = constraints;
  const how: StatementConstraints = { policy, weights, dates };
  const events: EventInput[] = [];
  // What can still be taken back, and what can be said again word for word; of whom they speak.
  let open: { type: 'retract' | 'revoke'; of: string; whom: readonly string[] }[] = [];
  let sayable: { event: EventInput; whom: readonly string[] }[] = [];
  const present = new Set<string>();
  let time = FIRST_DAY;
  // A credential that is never taken back; whoever holds it is not forgotten either.
  const lasting = constraints.credentials === 'always' ? people[0] : undefined;
  if (lasting !== undefined) {
    events.push({ type: 'grant', target: lasting });
    present.add(lasting);
  }
  const say = (event: EventInput, whom: readonly string[], type?: 'retract' | 'revoke') => {
    events.push(event);
    for (const id of type === undefined ? [] : whom) present.add(id);
    if (event.id === undefined) return;
    sayable.push({ event, whom });
    if (type !== undefined) open.push({ type, of: event.id, whom });
  };
  lines.forEach((line, place) => {
    const id = line.pick % 4 === 0 ? {} : { id: `e${place}` };
    switch (line.act) {
      case 'endorse':
      case 'object':
      case 'self': {
        const type = line.act === 'object' ? 'object' : 'endorse';
        const some = line.act === 'self' ? [at(people, line.source)] : people;
        const said = written(type, some, line, how);
        say({ ...said, ...id }, [said.source, said.target], 'retract');
        return;
      }
      case 'grant': {
        const target = at(people, line.target);
        const weight = weightOf(line.weight, weights);
        const issuer = line.kind % 3 === 2 ? { issuer: `issuer ${line.pick % 2}` } : {};
        const grant = { type: 'grant' as const, target, ...(weight !== 1 && { weight }), ...issuer };
        say({ ...grant, ...id }, [target], 'revoke');
        return;
      }
      case 'withdraw': {
        if (open.length === 0) return;
        const [{ type, of, whom }] = open.splice(line.pick % open.length, 1) as [(typeof open)[0]];
        say({ type, of, ...(line.kind % 2 === 1 && id) }, whom);
        return;
      }
      case 'repeat':
        if (sayable.length > 0) events.push(at(sayable, line.pick).event);
        return;
      case 'advance':
        time = Math.max(time, dateOf(line.date));
        say({ type: 'advance', at: time, ...id }, []);
        return;
      case 'amend':
        // Differs in numbers only, so that the ledger suits both.
        say({ type: 'policy', policy: { ...policy, damping: 0.3, balance: 0.7, cap: 2 } }, []);
        return;
      case 'forget': {
        const others = [...present].filter((one) => one !== lasting);
        if (others.length === 0) return;
        const contributor = at(others, line.source);
        present.delete(contributor);
        open = open.filter(({ whom }) => !whom.includes(contributor));
        sayable = sayable.filter(({ whom }) => !whom.includes(contributor));
        events.push({ type: 'forget', contributor });
      }
    }
  });
  if (events.some(({ type }) => type === 'policy')) events.push({ type: 'policy', policy });
  return events;
}
