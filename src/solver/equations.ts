/**
 * The trust equations, row by row. With a = 1 - damping, k = objectionWeight, g = a (1 - balance):
 *
 *     x(v) = a t(v) + e(v),  e(v) = damping sum_u W+(u,v) f(u)        mass
 *     z(v) = damping sum_u W-(u,v) f(u)                               distrust
 *     y(v) = x(v)^2 / (x(v) + k z(v)),  f(v) = y(v) / D(v)            voice, flow per unit of weight
 *     t(v) = balance C(v) + (1 - balance) [ min(x(v), K) + excess C(v) / sum C ]
 *
 * x stands on both sides; solved for it, with s = e + a (balance + (1 - balance) excess / sum C) C, it is
 * s / (1 - g) while that is at most K, else s + g K. Without objections, at balance 1 and reserve 0, this
 * is personalised PageRank (Page, Brin, Motwani and Winograd, 1999) with C as the restart vector.
 */
import type { System } from '../graph/columns.ts';

/** What the equations take from a policy; everything else is in the weights. */
export interface Parameters {
  readonly damping: number;
  readonly balance: number;
  readonly cap: number | null;
  readonly objectionWeight: number;
}

/** The unknowns, by row; mass in units in which all credentials are worth `credentialSum`. */
export interface State {
  readonly x: Float64Array;
  readonly z: Float64Array;
  /** Flow per unit of weight: y / D, 0 where nothing is said. */
  readonly f: Float64Array;
  /** What is over the cap, as far as x has taken it into account. */
  excess: number;
}

/** The numbers that every row shares. */
export interface Constants {
  readonly damping: number;
  /** a = 1 - damping. */
  readonly stop: number;
  readonly k: number;
  /** g = a (1 - balance): how much of its own mass comes back to a row below the cap. */
  readonly back: number;
  /** K, or Infinity. */
  readonly ceiling: number;
  /** a balance: the part of every credential that arrives whatever anyone says. */
  readonly floor: number;
  /** True if an excess can arise. */
  readonly capped: boolean;
}

export function constants(
  { damping, balance, cap, objectionWeight }: Parameters,
  system: Pick<System, 'credentialSum' | 'order'>,
): Constants {
  const stop = 1 - damping;
  const capped = cap !== null && balance < 1;
  return {
    damping,
    stop,
    k: objectionWeight,
    back: stop * (1 - balance),
    ceiling: capped ? ceilingOf(cap, system.credentialSum, system.order) : Number.POSITIVE_INFINITY,
    floor: stop * balance,
    capped,
  };
}

/** K: the cap times the mean restart, which is 1 before anybody is there. */
export function ceilingOf(cap: number, credentialSum: number, order: number): number {
  return order === 0 ? cap : (cap * credentialSum) / order;
}

/** An empty state: nobody has received anything yet. */
export function emptyState(order: number): State {
  return { x: new Float64Array(order), z: new Float64Array(order), f: new Float64Array(order), excess: 0 };
}

/** a t / C at the excess in use: restart per unit of credential, apart from what is earned below the cap. */
export function restartRate({ floor, back }: Constants, excess: number, credentialSum: number): number {
  return floor + (credentialSum > 0 ? (back * excess) / credentialSum : 0);
}

/** x where s arrives and is still to be completed by what is earned: the row equation solved for x. */
export function massOf(s: number, { back, ceiling }: Constants): number {
  const free = s / (1 - back);
  return free <= ceiling ? free : s + back * ceiling;
}

/** y(v): what objections leave of a mass. */
export function voice(x: number, z: number, k: number): number {
  if (!(x > 0)) return 0;
  const heard = k * z;
  // x times a ratio, never x squared: that would underflow for the smallest masses.
  return heard > 0 ? x * (x / (x + heard)) : x;
}
