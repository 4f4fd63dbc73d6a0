/**
 * The running certificate: what of a residual is not pending, and what that and what is (delivery.ts) can do to
 * the published shares (DESIGN.md, "The incremental state"). Numbers only, whoever keeps them: the incremental solver, or an
 * overlay of it that is tried and thrown away.
 */
import { ROUNDING } from './bound.ts';
import type { Constants } from './equations.ts';
import { ceilingOf } from './equations.ts';

/** The sums of voices and of pending are summed anew before their rounding matters beside this. */
const SLACK = 1e-6;

/** What all rows add up to. */
export interface Sums {
  readonly fixed: Constants;
  /** sum y, sum x and sum max(x - K, 0). */
  readonly voices: number;
  readonly mass: number;
  readonly excess: number;
  /** What rounding may have moved since all was last summed. */
  readonly drift: number;
  /** Restart per unit of credential that the arrivals contain. */
  readonly rate: number;
}

/** What restart and cap are to be measured by now. */
export interface Restart {
  readonly cap: number | null;
  readonly credentialSum: number;
  readonly order: number;
}

/**
 * All of the residual that is not pending: drift, what rounding of one evaluation may hide (all distrust
 * together is less than all mass), excess and cap in use.
 */
export function othersOf(sums: Sums, restart: Restart): number {
  return sums.drift + roundingOf(sums) + restartError(sums, restart) + ceilingError(sums, restart);
}

/** What stays, whatever is settled. */
export function roundingOf({ mass }: Pick<Sums, 'mass'>): number {
  return 2 * ROUNDING * mass;
}

export function restartError({ fixed, excess, rate }: Sums, { credentialSum }: Restart): number {
  if (!fixed.capped) return 0;
  return Math.abs(fixed.back * excess - (rate - fixed.floor) * credentialSum);
}

export function ceilingError({ fixed }: Sums, restart: Restart): number {
  const { capped, ceiling, back } = fixed;
  if (!capped) return 0;
  const wanted = ceilingNow(restart);
  const over = Math.min(restart.order, (4 * restart.credentialSum) / Math.min(wanted, ceiling));
  return 2 * back * Math.abs(wanted - ceiling) * over;
}

/** K, where there is a cap. */
export function ceilingNow({ cap, credentialSum, order }: Restart): number {
  return ceilingOf(cap!, credentialSum, order);
}

/** Proven L1 distance of the shares from the exact ones; at most 2. */
export function boundOf(reach: number, others: number, { fixed, voices }: Sums): number {
  const sure = voices * (1 - SLACK);
  if (!(sure > 0)) return 2;
  return Math.min(2, (reach + 2 * others) / (sure * fixed.floor) + 2 * Number.EPSILON);
}

/** What the residual may be for the bound to be at most the tolerance; in units of mass. */
export function goalOf(tolerance: number, { fixed, voices }: Sums): number {
  return ((tolerance - 2 * Number.EPSILON) * voices * (1 - SLACK) * fixed.floor) / 2;
}
