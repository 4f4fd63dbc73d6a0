/**
 * Numbers as the parameters of a ledger or a policy want them: drawn as whole ones and mapped, so that each
 * has few digits, shrinks to the least, and is the same on every machine that draws the same seed.
 */
import type { Arbitrary } from 'fast-check';
import { fc } from '../fast-check.ts';

/** Whole numbers that are taken modulo what there is to choose from: evenly, small ones not more often. */
export const pick = (): Arbitrary<number> => fc.noBias(fc.nat(999_999));

/** Numbers from `low` to `high`; those in `often` as often as all the others, and the first of them is shrunk to. */
export function between(low: number, high: number, often: readonly number[]): Arbitrary<number> {
  return fc.noBias(fc.nat(2001)).map((drawn) => {
    if (drawn <= 1000) return at(often, drawn);
    return digits(low + ((high - low) * (drawn - 1001)) / 1000, low, high);
  });
}

/** The usual value twice as often as any other, and what is shrunk to. */
export function usually<T>(usual: T, other: Arbitrary<T>): Arbitrary<T> {
  return fc.tuple(fc.nat(2), other).map(([drawn, value]) => (drawn < 2 ? usual : value));
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
