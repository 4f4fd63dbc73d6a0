/**
 * The certificate. In the norm N = |dx|_1 + k |dz|_1 the equations contract by 1 - a balance, so a state
 * whose residual is r lies within |r| / (a balance) of the exact one, and its published shares within
 * 2 / sum(y) times that (DESIGN.md, theorem 2; Banach's fixed-point theorem). The residual is taken by one
 * pass over all edges with compensated sums (Kahan 1965), and what rounding can still hide is added.
 */
import type { Rows, System } from '../graph/columns.ts';
import { Role } from '../graph/columns.ts';
import type { Constants, State } from './equations.ts';
import { excessOf, massOf, restartRate, voice } from './equations.ts';

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

/** Where a pass leaves what it found to arrive at each row: damping sum W+ f, and damping sum W- f. */
export interface Arrivals {
  readonly plus: Float64Array;
  readonly minus: Float64Array;
}

/**
 * One pass over all edges. Silent rows, which nobody reads from, are brought up to date on the way, so
 * that they carry no residual. Everything else of the state is only read.
 */
export function certify(
  system: System,
  constants: Constants,
  state: State,
  arrivals?: Arrivals,
): Certificate {
  const { order, role, endorsements, objections, credentials, credentialSum } = system;
  const { k, back, ceiling, floor, damping, capped } = constants;
  const { x, z, f } = state;
  const plus = arrivals?.plus ?? new Float64Array(order);
  const minus = arrivals?.minus ?? new Float64Array(objections === null ? 0 : order);
  const rate = restartRate(constants, state, credentialSum);
  for (let v = 0; v < order; v++) {
    plus[v] = damping * inflow(endorsements, f, v);
    if (objections !== null) minus[v] = damping * inflow(objections, f, v);
    if (role[v] !== Role.silent) continue;
    x[v] = massOf(plus[v]! + rate * (credentials === null ? 1 : credentials[v]!), constants);
    z[v] = objections === null ? 0 : minus[v]!;
  }
  const perCredential = floor + (capped ? (back * excessOf(constants, x)) / credentialSum : 0);
  let residual = 0;
  let volume = 0;
  let voices = 0;
  let lost = 0;
  for (let v = 0; v < order; v++) {
    const mass = x[v]!;
    const distrust = z[v]!;
    const term = voice(mass, distrust, k) - lost;
    const sum = voices + term;
    lost = sum - voices - term;
    voices = sum;
    volume += mass + k * distrust;
    // A silent row was set from these very sums: what is left of its residual is the excess alone.
    if (role[v] === Role.silent && !capped) continue;
    const restart =
      perCredential * (credentials === null ? 1 : credentials[v]!) + back * Math.min(mass, ceiling);
    residual += Math.abs(restart + plus[v]! - mass);
    if (objections === null) continue;
    residual += k * Math.abs(minus[v]! - distrust);
    // Where distrust counts for nothing the norm does not see it, but it is published.
    if (k === 0) z[v] = minus[v]!;
  }
  residual += ROUNDING * volume;
  return { residual, voices, bound: order === 0 ? 0 : publishedBound(constants, residual, voices) };
}

/** Proven L1 distance of published shares whose state has this residual and sum of voices; at most 2. */
export function publishedBound({ floor }: Constants, residual: number, voices: number): number {
  return Math.min(2, ((2 / voices) * residual) / floor + 2 * Number.EPSILON);
}

/** The compensated sum of W(u, v) f(u) over the sources of row v. */
function inflow({ starts, ends, sources, weights }: Rows, f: Float64Array, v: number): number {
  let sum = 0;
  let lost = 0;
  for (let k = starts[v]!, end = ends[v]!; k < end; k++) {
    const term = (weights === null ? f[sources[k]!]! : weights[k]! * f[sources[k]!]!) - lost;
    const next = sum + term;
    lost = next - sum - term;
    sum = next;
  }
  return sum;
}
