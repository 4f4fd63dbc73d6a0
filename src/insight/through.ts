/**
 * The share of trust that passes through a contributor, without sampling: the chance that a walk ever comes
 * to it, less the chance that it ends there. The former is found by solving for a walk's chance to come
 * from each row, with what happens afterwards cut off.
 */
import type { Chain } from './chain.ts';
import { expect } from './expect.ts';

export interface Through {
  /** Share of all walks that come to the row, that end there, and that go on from it to end elsewhere. */
  readonly reaches: number;
  readonly ends: number;
  readonly passes: number;
  /** How far `reaches` and `passes` may be off. */
  readonly error: number;
}

/** @param tolerance wanted error of the shares. */
export function through(chain: Chain, row: number, tolerance = 1e-9): Through {
  const { order, starts, started, mass, out, gain } = chain;
  const { values, error } = expect(chain, {
    reward: () => 0,
    stop: { row, value: 1 },
    values: new Float64Array(order),
    tolerance,
  });
  let reaches = 0;
  for (let v = 0; v < order; v++) reaches += (starts[v]! / started) * values[v]!;
  let weight = 0;
  for (let j = out.starts[row]!; j < out.ends[row]!; j++) {
    if ((out.others[j]! & 1) === 0) weight += out.weights[j]!;
  }
  const ends = (mass[row]! / started) * (1 - gain[row]! * weight);
  return { reaches, ends, passes: Math.max(0, reaches - ends), error };
}
