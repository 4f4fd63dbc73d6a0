/**
 * What a walk is to expect from each row on: g = reward + P g, by Gauss-Seidel over out-rows. P passes on at
 * most `damping` of anything, so |g - exact| is at most max |reward + P g - g| / (1 - damping) in every row;
 * that is the certificate, and it ends the work.
 */
import type { Chain } from './chain.ts';

export interface Expectation {
  readonly values: Float64Array;
  /** Proven largest distance of a value from the exact one, rounding aside. */
  readonly error: number;
}

export interface Ask {
  /** What a visit of a row is worth; written into by nobody. */
  readonly reward: (row: number) => number;
  /** A row whose value is given: what happens after it does not matter. */
  readonly stop?: { readonly row: number; readonly value: number };
  /** Where to begin; also where the answer is written. */
  readonly values: Float64Array;
  /** Wanted error of every value. */
  readonly tolerance: number;
}

/** Policies that stop a walk with a chance of 1e-4 a step need as many; others end long before. */
const MOST_SWEEPS = 200_000;

export function expect(chain: Chain, { reward, stop, values, tolerance }: Ask): Expectation {
  const { order, gain, constants } = chain;
  const { others, weights, starts, ends } = chain.out;
  const fixed = stop?.row ?? -1;
  if (stop !== undefined) values[fixed] = stop.value;
  const inward = (u: number): number => {
    let sum = 0;
    for (let j = starts[u]!; j < ends[u]!; j++) {
      const key = others[j]!;
      if ((key & 1) === 0) sum += weights[j]! * values[key >>> 1]!;
    }
    return reward(u) + gain[u]! * sum;
  };
  let error = Number.POSITIVE_INFINITY;
  for (let sweep = 0; sweep < MOST_SWEEPS && error > tolerance; sweep++) {
    // Both ways by turns: along a chain one way sees all of it at once.
    let change = 0;
    for (let step = 0; step < order; step++) {
      const u = (sweep & 1) === 0 ? step : order - 1 - step;
      if (u === fixed) continue;
      const value = gain[u] === 0 ? reward(u) : inward(u);
      change = Math.max(change, Math.abs(value - values[u]!));
      values[u] = value;
    }
    // What a sweep changed is no bound of what is left; look only where it may be, and in the end.
    if (change * constants.damping > 4 * tolerance && sweep < MOST_SWEEPS - 1) continue;
    let residual = 0;
    for (let u = 0; u < order; u++) {
      if (u !== fixed && gain[u] !== 0) residual = Math.max(residual, Math.abs(inward(u) - values[u]!));
    }
    error = residual / constants.stop;
  }
  return { values, error };
}
