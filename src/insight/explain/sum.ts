/** Sums that lose nothing that matters: what is left over of a whole, however many parts were taken of it. */
import { lostOf } from '../../graph/lost.ts';

/** Below this share of the whole, what is left is the rounding of the parts. */
const ROUNDING = 1e-14;

/** A whole that is this share less than its parts is a rounded sum of what came and went. */
const TRUSTED = 1e-12;

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

/** What parts are to be multiplied by where rounding of the whole, not of them, makes them more than it is. */
export function fitting(whole: number, parts: Iterable<number>): number {
  let sum = 0;
  for (const part of parts) sum += part;
  return sum > whole * (1 + TRUSTED) ? whole / sum : 1;
}

/** Part of a whole; 0 of nothing. */
export function shareOf(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
