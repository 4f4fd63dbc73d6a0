/**
 * The frozen graph that sweeps run over: in-rows in typed arrays (compressed sparse rows by target), both
 * signs apart. Rows are renumbered: first those that speak and are spoken of, by falling out-degree, so
 * that the busiest sources share cache lines; then those that only speak; then the silent ones, which
 * nobody reads from and which are therefore visited once, at the end. Nothing here knows events or dates.
 */

/** In-rows: the sources that speak of row v are `sources[offsets[v], offsets[v + 1])`. */
export interface Rows {
  readonly offsets: Uint32Array;
  readonly sources: Uint32Array;
  /** Combined weight of each pair; null where every one is 1. */
  readonly weights: Float64Array | null;
}

export interface Columns {
  /** Contributors, one row each. */
  readonly order: number;
  /** Endorsed pairs. */
  readonly size: number;
  /** Rows [0, active) speak and are spoken of, [active, speaking) only speak, [speaking, order) are silent. */
  readonly active: number;
  readonly speaking: number;
  /** The contributor of each row. */
  readonly contributor: Uint32Array;
  /** W+ by target. */
  readonly endorsements: Rows;
  /** W- by target; null where nobody objects. */
  readonly objections: Rows | null;
  /** D(u): the sum of u's weights of both signs, and the reserve. */
  readonly demand: Float64Array;
  /** Sum of u's endorsement weights: to everyone, and to the active rows alone. */
  readonly endorsed: Float64Array;
  readonly inward: Float64Array;
  /** Largest weight of u for or against anyone, 1 where there is none. */
  readonly largest: Float64Array;
  /** C(v); null where no credential is in force and every contributor counts 1. */
  readonly credentials: Float64Array | null;
  /** sum C. */
  readonly credentialSum: number;
}

/** Pairs of both signs: what one pass over all edges visits. */
export function edges({ endorsements, objections }: Columns): number {
  return endorsements.sources.length + (objections?.sources.length ?? 0);
}
