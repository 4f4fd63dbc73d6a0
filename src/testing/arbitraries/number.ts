/**
 * Numbers as the parameters of a ledger or a policy want them: drawn as whole ones and mapped, so that each
 * has few digits, shrinks to the least, and is the same on every machine that draws the same seed.
 */
import type { Arbitrary } from 'fast-check';
import { fc } from '../fast-check.ts';

/** Whole numbers that are taken modulo what there is to choose from: evenly, small ones not more often. */
export const pick = (): Arbitrary<number> => fc.noBias(fc.nat(999_999));

/** Numbers from `low` to `high` in thousandths of the way; those in `often` as often as all the others, the first is shrunk to. */
export function between(low: number, high: number, often: readonly number[]): Arbitrary<number> {
  const steps = fc.nat(1000).map((step) => digits(low + ((high - low) * step) / 1000, low, high));
  return fc.oneof({ withCrossShrink: true }, fc.constantFrom(...often), steps);
}

/** Numbers from `low` to `high`, both above 0, evenly over the orders of magnitude. */
export function magnitude(low: number, high: number): Arbitrary<number> {
  return fc.nat(1000).map((step) => digits(low * (high / low) ** (step / 1000), low, high));
}

/** To four digits, which every engine of JavaScript agrees on. */
function digits(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, Number(value.toPrecision(4))));
}

/** The `k`-th of a list that goes round and round. */
export function at<T>(list: readonly T[], k: number): T {
  return list[k % list.length]!;
}
