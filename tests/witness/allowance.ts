/**
 * How far off the witness itself may be. It solves the equations to 1e-24, but for weights that are Float64:
 * products, sums, roots and powers of two round them. (What an engine rounds is the engine's to prove.)
 * A share W/D that is off by a relative e moves the residual by at most damping x e x sum(y), and so, by
 * theorem 2, trust by at most 2 x damping x e / (a x balance) in L1. Nothing here depends on an engine.
 */
import type { DenseRecord } from './record.ts';

const ROUNDING = 2 ** -53;

/**
 * Relative rounding of a share of the witness's. Without dates: the product with the kind's weight, the
 * pair's sum, the root and the quotient, 4 roundings. With a half-life also the exponent: an event h
 * half-lives older than its row's newest has its exponent rounded by h x 2^-53, and weighs 2^-h; weights
 * of 1e-9 to 1e12 and kinds of 1e-3 to 1e3 let h go to 90 before it no longer matters (a reserve of 1e-3
 * to 100, seen from a row, likewise): 90 ln 2 roundings more, and that of the power.
 */
function rounding({ policy }: DenseRecord): number {
  return (policy.halfLife === null ? 4 : 68) * ROUNDING;
}

/** Allowed L1 distance of trust beyond the published bound; the second term is the witness's own y / sum y. */
export function trustAllowance(record: DenseRecord): number {
  const { damping, balance } = record.policy;
  return (2 * damping * rounding(record)) / ((1 - damping) * balance) + 4 * ROUNDING;
}

/** Allowed distance of (x, z) in the norm N beyond what the bound says, for a total voice of `voice`. */
export function massAllowance(record: DenseRecord, voice: number): number {
  return (trustAllowance(record) * voice) / 2;
}
