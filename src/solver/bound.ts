/**
 * The certificate. In the norm N = |dx|_1 + k |dz|_1 the equations contract by 1 - a balance, so a state
 * whose residual is r lies within |r| / (a balance) of the exact one, and its published shares within
 * 2 / sum(y) times that (DESIGN.md, theorem 2; Banach's fixed-point theorem). The residual is taken by one
 * pass over all edges with compensated sums (Kahan 1965), and what rounding can still hide is added.
 */
import type { Columns, Rows } from '../graph/columns.ts';
import type { Constants, State } from './equations.ts';
import { excessOf, restartRate, voice } from './equations.ts';

/**
 * Rounding of one evaluation of the equations, relative to what is summed: weights, D, y, f, the
 * compensated sums and the closed form are together below 60 units in the last place of 2^-53.
 */
export const ROUNDING = 64 * (Number.EPSILON / 2);

export interface Certificate {
  /** |r| in the norm N, rounding included; in units of mass. */
  readonly residual: number;
  /** sum(y). */
  readonly voices: number;
  /** Proven L1 distance of the published shares from the exact ones; 0..2. */
  readonly bound: number;
}

/**
 * One pass over all edges. Silent rows, which nobody reads from, are brought up to date on the way, so
 * that they carry no residual. Everything else of the state is only read.
 */
export function certify(columns: Columns, constants: Constants, state: State): Certificate {
  const { order, speaking, endorsements, objections, credentials, credentialSum } = columns;
  const { k, back, ceiling, floor, damping } = constants;
  const { x, z, f } = state;
  const rate = restartRate(constants, state, credentialSum);
  for (let v = speaking; v < order; v++) {
    const s = damping * inflow(endorsements, f, v) + rate * (credentials === null ? 1 : credentials[v]!);
    x[v] = s / (1 - back) <= ceiling ? s / (1 - back) : s + back * ceiling;
    z[v] = objections === null ? 0 : damping * inflow(objections, f, v);
  }
  const excess = constants.capped ? excessOf(constants, x) : 0;
  const perCredential = floor + (order > 0 ? (back * excess) / credentialSum : 0);
  let residual = 0;
  let volume = 0;
  let voices = 0;
  let lost = 0;
  for (let v = 0; v < order; v++) {
    const mass = x[v]!;
    const distrust = z[v]!;
    const y = voice(mass, distrust, k);
    const term = y - lost;
    const sum = voices + term;
    lost = sum - voices - term;
    voices = sum;
    volume += mass + k * distrust;
    // A silent row was set from these very sums: what is left of its residual is the excess alone.
    if (v >= speaking && !constants.capped) continue;
    const e = damping * inflow(endorsements, f, v);
    const restart =
      perCredential * (credentials === null ? 1 : credentials[v]!) + back * Math.min(mass, ceiling);
    residual += Math.abs(restart + e - mass);
    if (objections !== null) residual += k * Math.abs(damping * inflow(objections, f, v) - distrust);
  }
  residual += ROUNDING * volume;
  return { residual, voices, bound: order === 0 ? 0 : publishedBound(constants, residual, voices) };
}

/** Proven L1 distance of published shares whose state has this residual and sum of voices; at most 2. */
export function publishedBound({ floor }: Constants, residual: number, voices: number): number {
  return Math.min(2, ((2 / voices) * residual) / floor + 2 * Number.EPSILON);
}

/** The compensated sum of W(u, v) f(u) over the sources of row v. */
function inflow({ offsets, sources, weights }: Rows, f: Float64Array, v: number): number {
  let sum = 0;
  let lost = 0;
  for (let k = offsets[v]!, end = offsets[v + 1]!; k < end; k++) {
    const term = (weights === null ? f[sources[k]!]! : weights[k]! * f[sources[k]!]!) - lost;
    const next = sum + term;
    lost = next - sum - term;
    sum = next;
  }
  return sum;
}
