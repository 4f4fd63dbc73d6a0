/**
 * The certificate. In the norm N = |dx|_1 + k |dz|_1 the equations contract by 1 - a balance, so a state
 * whose residual is r lies within |r| / (a balance) of the exact one, and its published shares within
 * 2 / sum(y) times that (DESIGN.md, theorem 2; Banach's fixed-point theorem). The residual is taken by one
 * pass over all edges with compensated sums (Kahan 1965), and what rounding can still hide is added.
 */
import type { System } from '../graph/columns.ts';
import type { Constants } from './equations.ts';
import { restartRate } from './equations.ts';
import * as Slots from './kernel/slots.ts';
import type { Team } from './kernel/team.ts';

/**
 * Rounding of one evaluation of the equations, relative to what is summed: weights, D, y, f, the trees of
 * eight terms and their compensated sums, and the closed form are together below 63 units in the last place
 * of 2^-53.
 */
export const ROUNDING = 64 * (Number.EPSILON / 2);

/** Unit of rounding of one addition in a running sum, a little above 2^-53. */
export const UNIT = 1.2e-16;

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
 * One pass over all edges of what stands in the team's frame. Silent rows, which nobody reads from, are
 * brought up to date on the way, so that they carry no residual. Everything else is only read. The sums of
 * blocks are added plainly: that is far less than what ROUNDING allows for.
 */
export function certify(team: Team, system: System, fixed: Constants, excess: number): Certificate {
  const { numbers } = team.frame;
  numbers[Slots.RATE] = restartRate(fixed, excess, system.credentialSum);
  team.pass(Slots.INFLOW);
  numbers[Slots.PER_CREDENTIAL] = fixed.floor;
  if (fixed.capped) {
    team.pass(Slots.EXCESS);
    numbers[Slots.PER_CREDENTIAL] = restartRate(fixed, team.sum(0), system.credentialSum);
  }
  team.pass(Slots.JUDGE);
  const residual = team.sum(0) + ROUNDING * team.sum(1);
  const voices = team.sum(2);
  return { residual, voices, bound: system.order === 0 ? 0 : publishedBound(fixed, residual, voices) };
}

/** Proven L1 distance of published shares whose state has this residual and sum of voices; at most 2. */
export function publishedBound({ floor }: Constants, residual: number, voices: number): number {
  return Math.min(2, ((2 / voices) * residual) / floor + 2 * Number.EPSILON);
}
