/**
 * A rule that keeps a figure at its target over time, one small step of the balance after another. Letting go
 * (a lower balance) widens the waist; holding tighter costs less in the region bound. The rule lets go while
 * the target is missed, holds tighter again only when it is exceeded by more than the hysteresis, and rests
 * in between. It keeps no memory: the same policy, audit and options give the same policy.
 *
 * On a figure that only falls as the balance rises it comes to rest: without history if one step changes the
 * figure by less than the hysteresis; with the history of earlier readings on any such figure, because a
 * balance that is known to miss is only ever approached by halves.
 */
import { PeerageError, quote } from '../error.ts';
import type { Policy } from '../policy.ts';
import { LEAST_BALANCE, parsePolicy } from '../policy.ts';
import type { Audit } from './audited.ts';
import { figuresOf } from './audited.ts';
import { parseCondition } from './condition.ts';

export interface SteerOptions {
  /** Most that the balance moves at once, above 0; 0.05 unless given. */
  step?: number;
  /** The balance is never set below this, nor above that; 0.05 and 1 unless given. */
  floor?: number;
  ceiling?: number;
  /** Part of the target by which it has to be exceeded before the balance rises again; 0.1 unless given. */
  hysteresis?: number;
  /** Earlier readings of the same figure that still hold. */
  history?: readonly Reading[];
}

/** What a figure was at a balance. */
export interface Reading {
  readonly balance: number;
  readonly value: number;
}

/** Figures that grow as the balance falls. */
const GROWS = ['waist50', 'waist90', 'peers50', 'peers90', 'survive1', 'survive10', 'survive100'] as const;
/** A way shorter than this part of a step is not worth going. */
const SHORT = 1 / 8;

/**
 * The next policy: the same one where nothing is to be done.
 * @param target a least value, such as `survive10>=0.6`, of a figure that grows as the balance falls.
 * @throws PeerageError `bad-option`.
 * @example
 * const next = steer(engine.policy, engine.audit(), 'survive10>=0.6', { floor: 0.2 });
 */
export function steer(
  policy: Policy,
  audit: Omit<Audit, 'findings'>,
  target: string,
  { step = 0.05, floor = 0.05, ceiling = 1, hysteresis = 0.1, history = [] }: SteerOptions = {},
): Policy {
  const { figure, comparison, value: wanted } = parseCondition(target, GROWS);
  if (!comparison.startsWith('>'))
    throw refusal('target', target, 'expected a least value, such as survive10>=0.6');
  if (!(step > 0 && step <= 1)) throw refusal('step', step, 'expected a number above 0, at most 1');
  if (!(floor >= LEAST_BALANCE && floor <= 1))
    throw refusal('floor', floor, 'expected a number from 1e-9 to 1');
  if (!(ceiling >= floor && ceiling <= 1))
    throw refusal('ceiling', ceiling, 'expected a number from the floor to 1');
  if (!(hysteresis >= 0)) throw refusal('hysteresis', hysteresis, 'expected a number from 0');
  const { balance } = policy;
  const to = (next: number): Policy => {
    const within = Math.min(Math.max(next, floor), ceiling);
    // A balance that starts outside comes back in steps, too.
    const near = Math.min(Math.max(within, balance - step), balance + step);
    return near === balance ? policy : parsePolicy({ ...policy, balance: near });
  };
  const found = figuresOf({ ...audit, findings: [] })[figure] ?? null;
  // Nothing is delivered, so there is nothing to steer by.
  if (found === null) return to(balance);
  const misses = (value: number) => (comparison === '>' ? value <= wanted : value < wanted);
  // Sampling alone must not move a share of deliveries.
  const noise = figure.startsWith('survive') ? 2 * audit.waist.error : 0;
  if (misses(found)) {
    const reached = history
      .filter((one) => one.balance < balance && !misses(one.value))
      .map((one) => one.balance);
    const known = Math.max(...reached, Number.NEGATIVE_INFINITY);
    if (known < balance - step) return to(balance - step);
    return to(balance - known <= 2 * SHORT * step ? known : (balance + known) / 2);
  }
  if (found <= wanted + Math.max(hysteresis * Math.abs(wanted), noise)) return to(balance);
  const missed = history
    .filter((one) => one.balance > balance && misses(one.value))
    .map((one) => one.balance);
  const known = Math.min(...missed, Number.POSITIVE_INFINITY);
  if (known > balance + step) return to(balance + step);
  return known - balance <= 2 * SHORT * step ? to(balance) : to((balance + known) / 2);
}

function refusal(field: string, value: unknown, expected: string): PeerageError {
  return new PeerageError('bad-option', `${quote(value)} is refused; ${expected}`, { field, value });
}
