/** Sums that lose nothing that matters: what is left over of a whole, however many parts were taken of it. */
import { lostOf } from '../../graph/lost.ts';

/** Below this share of the whole, what is left is the rounding of the parts. */
const ROUNDING = 1e-14;

/** What is left of `whole` without `parts`; 0 where that is less than they are rounded. */
export function restOf(whole: number, parts: Iterable<number>): number {
  let sum = whole;
  let low = 0;
  for (const part of parts) {
    const next = sum - part;
    low += lostOf(sum, -part, next);
    sum = next;
  }
  const rest = sum + low;
  return Math.abs(rest) <= ROUNDING * Math.abs(whole) ? 0 : rest;
}

/** Part of a whole; 0 of nothing. */
export function shareOf(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
