/**
 * What an attack did, measured on the scores before and after it. Ties are nobody's gain: they count half in
 * the AUC, they put a fake at the best place of its equals, and they displace nobody. O(order log order).
 */
import { Side } from './campaign.ts';
import type { Scored } from './ours.ts';

export interface Outcome {
  readonly scorer: string;
  /** The fakes' share of all trust, 0..1, and the largest that is proven possible; null where nothing is. */
  readonly share: number;
  readonly bound: number | null;
  /** Place of the best fake among all, from 1; null where fakes have nothing. */
  readonly bestRank: number | null;
  /** Honest contributors of the top hundred who are no longer in it. */
  readonly displaced: number;
  /** The chance that an honest contributor stands above a fake, ties half; null without fakes. */
  readonly auc: number | null;
  /** Honest newcomers who stand below the middle fake, of `newcomers`; null without fakes. */
  readonly newcomersBelow: number | null;
  /** The part of their score, as it was before shares were made of it, that those who were attacked lost; null where nobody was, or they had none. */
  readonly targetsLost: number | null;
}

const TOP = 100;

export interface Measured {
  readonly scorer: string;
  readonly before: ArrayLike<number>;
  readonly after: Scored;
  readonly sides: readonly number[];
  readonly newcomers: ArrayLike<number>;
  readonly targets: ReadonlySet<number>;
}

export function outcomeOf({ scorer, before, after, sides, newcomers, targets }: Measured): Outcome {
  const { score, bound } = after;
  const fakes: number[] = [];
  const honest: number[] = [];
  for (let u = 0; u < sides.length; u++) {
    if (sides[u] === Side.fake) fakes.push(score[u]!);
    else if (sides[u] === Side.honest) honest.push(score[u]!);
  }
  fakes.sort((a, b) => a - b);
  const best = fakes.at(-1) ?? 0;
  const middle = fakes[fakes.length >>> 1];
  const standing = Array.from(newcomers).filter((u) => sides[u] === Side.honest);
  return {
    scorer,
    share: shareOf(score, (u) => sides[u] === Side.fake),
    bound,
    bestRank: best > 0 ? 1 + count(score, (each) => each > best) : null,
    displaced: displaced(before, score, sides),
    auc: auc(honest, fakes),
    newcomersBelow: middle === undefined ? null : standing.filter((u) => score[u]! < middle).length,
    targetsLost: lost(before, score, targets),
  };
}

/**
 * The chance that one of `above` exceeds one of `below`, equal ones counting half: Mann and Whitney's U over
 * the number of pairs. Null where one of the two is empty. O(n log n).
 */
export function auc(above: readonly number[], below: readonly number[]): number | null {
  if (above.length === 0 || below.length === 0) return null;
  const high = Float64Array.from(above).sort();
  const low = Float64Array.from(below).sort();
  // Twice the number of pairs won: every count is whole, so nothing is rounded below 2^53.
  let twice = 0;
  let [less, atMost] = [0, 0];
  for (const value of high) {
    while (less < low.length && low[less]! < value) less++;
    while (atMost < low.length && low[atMost]! <= value) atMost++;
    twice += less + atMost;
  }
  return twice / (2 * high.length * low.length);
}

/** The share that some have of all that is above 0. */
export function shareOf(score: ArrayLike<number>, is: (u: number) => boolean): number {
  let [sum, some] = [0, 0];
  for (let u = 0; u < score.length; u++) {
    const each = Math.max(0, score[u]!);
    sum += each;
    if (is(u)) some += each;
  }
  return sum > 0 ? some / sum : 0;
}

/** Honest ones of the hundred best before, above whom at least a hundred stand now. */
function displaced(before: ArrayLike<number>, after: Float64Array, sides: readonly number[]): number {
  const places = Array.from(before, (_, u) => u).sort((u, v) => before[v]! - before[u]! || u - v);
  const falling = after.toSorted().reverse();
  const least = falling[Math.min(TOP, falling.length) - 1]!;
  const top = places.slice(0, TOP).filter((u) => sides[u] === Side.honest);
  return top.filter((u) => after[u]! < least).length;
}

function lost(before: ArrayLike<number>, after: Float64Array, targets: ReadonlySet<number>): number | null {
  const all = [...targets];
  const had = sumOf(all.map((u) => before[u]!));
  return had > 0 ? 1 - sumOf(all.map((u) => after[u]!)) / had : null;
}

/** Of what is above 0. */
function sumOf(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + Math.max(0, each), 0);
}

function count(values: Float64Array, is: (value: number) => boolean): number {
  let found = 0;
  for (const value of values) if (is(value)) found++;
  return found;
}
