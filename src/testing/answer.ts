/**
 * What a scorer answers, looked at before it is believed: a Map with one finite number, not negative, for
 * each contributor and for nobody else. Whatever else it is or does is a fault of the scorer, and is
 * told as that and not as a broken invariant.
 */
import { quote } from '../error.ts';
import type { EventInput } from '../event.ts';
import type { Policy } from '../policy.ts';
import { standing } from './standing.ts';

/**
 * A function that scores a ledger: published shares by contributor, on any scale that is not negative (ours sum
 * to 1). It must not keep anything from one call to the next, nor change what it is given. A Map with a number
 * `bound` says how far its shares, all together, may lie from the exact ones.
 */
export type Scorer = (events: readonly EventInput[], policy: Policy) => Map<string, number>;

/** What a scorer did instead of answering. */
export type FaultKind =
  | 'throws'
  | 'asynchronous'
  | 'not-a-map'
  | 'not-a-number'
  | 'negative'
  | 'forgets'
  | 'invents'
  | 'slow'
  | 'hangs';

/** A scorer that did not answer; `message` is the sentence. */
export class ScorerFault extends Error {
  override readonly name = 'ScorerFault';
  constructor(
    readonly fault: FaultKind,
    sentence: string,
    options?: ErrorOptions,
  ) {
    super(sentence, options);
  }
}

/**
 * The scorer's own numbers, once they are found to be an answer.
 * @throws ScorerFault
 */
export function scored(scorer: Scorer, events: readonly EventInput[], policy: Policy): Map<string, number> {
  let answer: unknown;
  try {
    answer = scorer(events, policy);
  } catch (cause) {
    if (cause instanceof ScorerFault) throw cause;
    throw new ScorerFault('throws', `the scorer throws ${told(cause)}`, { cause });
  }
  return judged(answer, events);
}

/** The same, divided by their sum: 1 in all, or all 0 where the scorer gives nobody anything. */
export function shares(scorer: Scorer, events: readonly EventInput[], policy: Policy): Map<string, number> {
  return sharesOf(scored(scorer, events, policy));
}

/** Scores divided by their sum, with the bound that they carry, if they carry one. */
export function sharesOf(scores: Map<string, number>): Map<string, number> {
  let total = 0;
  for (const score of scores.values()) total += score;
  if (total === 0) return scores;
  const shared = new Map(Array.from(scores, ([id, score]) => [id, score / total]));
  return Object.assign(shared, { bound: (scores as { bound?: unknown }).bound });
}

/** What a scorer answered, if it is an answer. @throws ScorerFault */
export function judged(answer: unknown, events: readonly EventInput[]): Map<string, number> {
  if (typeof (answer as PromiseLike<unknown> | null)?.then === 'function') {
    throw new ScorerFault('asynchronous', 'the scorer answers with a promise; expected the Map itself');
  }
  if (!(answer instanceof Map)) {
    throw new ScorerFault('not-a-map', `the scorer answers ${quote(answer)}; expected a Map of id to number`);
  }
  const { contributors } = standing(events);
  for (const id of contributors) {
    if (!answer.has(id)) throw new ScorerFault('forgets', `the scorer forgets ${quote(id)}`);
  }
  for (const [id, score] of answer) {
    if (typeof score !== 'number' || !Number.isFinite(score)) {
      throw new ScorerFault('not-a-number', `the scorer gives ${quote(id)} a score of ${quote(score)}`);
    }
    if (score < 0)
      throw new ScorerFault('negative', `the scorer gives ${quote(id)} ${score}, which is below 0`);
  }
  if (answer.size > contributors.length) {
    const known = new Set(contributors);
    const stranger = [...answer.keys()].find((id) => !known.has(id));
    throw new ScorerFault(
      'invents',
      `the scorer scores ${quote(stranger)}, of whom the ledger knows nothing`,
    );
  }
  return answer;
}

/** What was thrown, on one line. */
export function told(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message.split('\n')[0]}` : quote(cause);
}

/** What floating point may move two ways of computing the same shares apart, beside what either is off. */
const ROUNDING = 1e-12;

/** How far shares may lie from the exact ones (L1): as far as they say, or else as far as is granted. */
function offOf(shares: ReadonlyMap<string, number>, tolerance: number): number {
  const { bound } = shares as { bound?: unknown };
  return typeof bound === 'number' && bound >= 0 ? bound : tolerance;
}

/**
 * The sentence that says how far the shares of two answers lie apart (L1), where that is more than both may be
 * off; undefined where it is not. `as` is what an id of the first is called in the second.
 */
export function apart(
  here: ReadonlyMap<string, number>,
  there: ReadonlyMap<string, number>,
  tolerance: number,
  as: (id: string) => string = (id) => id,
): string | undefined {
  let distance = 0;
  let most = 0;
  let who = '';
  for (const [id, share] of here) {
    const moved = Math.abs(share - (there.get(as(id)) ?? 0));
    distance += moved;
    if (moved > most) [most, who] = [moved, id];
  }
  if (distance <= offOf(here, tolerance) + offOf(there, tolerance) + ROUNDING) return undefined;
  return `${quote(who)} has ${here.get(who)} one way and ${there.get(as(who)) ?? 0} the other`;
}
