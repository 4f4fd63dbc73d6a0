/**
 * The graph as solvers read it: in-rows in typed arrays (compressed sparse rows by target), both signs
 * apart. Frozen columns come from sort.ts, renumbered so that the busiest sources stand first and share
 * cache lines; digraph.ts keeps rows of the same shape up to date. Nothing here knows events or dates.
 */

/** Weights of pairs; bytes hold them where each is 1, or 0 for one that is gone. */
export type Weights = Float64Array | Uint8Array;

/** In-rows: the sources that speak of row v are `sources[starts[v], ends[v])`. */
export interface Rows {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly sources: Uint32Array;
  /** Combined weight of each pair, 0 for one that is gone; null where every one is 1. */
  readonly weights: Weights | null;
}

/** What a row does. */
export const Role = {
  /** Speaks and is spoken of: swept every time. */
  active: 0,
  /** Speaks, and hears nothing: its mass never changes. */
  speaker: 1,
  /** Says nothing, so nobody reads from it: visited once, at the end. */
  silent: 2,
} as const;

/** Everything the trust equations need of a graph. */
export interface System {
  /** Contributors, one row each. */
  readonly order: number;
  /** The role of each row. */
  readonly role: Uint8Array;
  /** W+ by target. */
  readonly endorsements: Rows;
  /** W- by target; null where nobody objects. */
  readonly objections: Rows | null;
  /** D(u): the sum of u's weights of both signs, and the reserve. */
  readonly demand: Float64Array;
  /** Sum of u's endorsement weights: to everyone, and to the active rows alone. */
  readonly endorsed: Float64Array;
  readonly inward: Float64Array;
  /** C(v); null where no credential is in force and every contributor counts 1. */
  readonly credentials: Float64Array | null;
  /** sum C. */
  readonly credentialSum: number;
  /** Pairs of both signs, and those whose target is active: what a pass and a sweep visit. */
  readonly edges: number;
  readonly activeEdges: number;
}

/** A frozen system, and whom its rows stand for. */
export interface Columns extends System {
  /** Endorsed pairs. */
  readonly size: number;
  /** The contributor of each row. */
  readonly contributor: Uint32Array;
  /** Largest weight of u for or against anyone, 1 where there is none. */
  readonly largest: Float64Array;
}
