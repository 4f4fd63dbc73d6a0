/**
 * What a pool wants of whoever delivers for it, in plain TypeScript (deliver.ts) or in WebAssembly
 * (kernel/fast.ts), and the two things that all of them go by: how far what is pending can reach, and the
 * threshold of rows that never wait.
 */
import type { Constants } from './equations.ts';
import { DAMPING, FREE, PENDING, SIGNED } from './kernel/places.ts';

/** Threshold of rows that say nothing, or are not in the pool. */
export const NEVER = Number.POSITIVE_INFINITY;

/** What a pool has done for it where there is much of it. */
export interface Delivery {
  /** Delivers the largest first until the reach is at most `room` or `budget` visits are spent; the visits. */
  push(room: number, budget: number, least: number): number;
  /** Delivers to all rows what is pending anywhere, times `scale` what is not their restart; then as `resum`. */
  all(scale: number, credentials: Float64Array | null): void;
  /** Sums all anew from the cells of all rows, as many as `order`, and queues who is worth it. */
  resum(order: number): void;
}

/**
 * What is pending can do to the shares, in units of the residual. Moving all voices by d moves the shares
 * by at most |d| + |sum d| over sum(y). Where nobody objects and no cap holds, what is pending above zero
 * and what is pending below oppose each other in sum d, each unit of it counting at least 1 / (1 - g) and
 * at most 1 / (a balance), `least` beside the other; else |sum d| is only known to be at most |d|.
 */
export function reach(numbers: Float64Array, least: number): number {
  const damping = numbers[DAMPING]!;
  const all = damping * Math.max(0, numbers[PENDING]!);
  if (numbers[FREE] !== 1) return 2 * all;
  const signed = damping * Math.abs(numbers[SIGNED]!);
  return all + Math.min(all, ((1 - least) * all + (1 + least) * signed) / 2);
}

/** The least that a unit of what is pending counts, beside the most; 0 where delivery may keep any part of it. */
export function leastOf({ floor, back }: Constants, reserves: boolean): number {
  return reserves ? 0 : floor / (1 - back);
}
