/** What a settler is handed and what it gives back: plain data, so that both may pass from thread to thread. */
import type { Ranking } from '../ranking.ts';
import type { Parameters } from '../solver/equations.ts';
import type { Found } from '../solver/settle.ts';
import type { Graph, RowSums } from '../solver/system.ts';

/** Processors that are busy while events come and reads are answered: one with those, one with whatever the machine does. */
export const BUSY = 2;

/** The texts of ids, one after another in UTF-8, and where each ends. */
export interface Names {
  readonly arena: Uint8Array;
  readonly ends: Uint32Array;
}

/** Copies of a graph and of the trust in it, as far as that is settled; whoever takes the task may write to them. */
export interface Task extends Found {
  readonly graph: Graph;
  readonly sums: RowSums;
  readonly parameters: Parameters;
  /** Wanted bound of the published shares (L1), 0..2. */
  readonly tolerance: number;
  /** True where components need not be looked for: see `SweepOptions`. */
  readonly whole: boolean;
  /** The contributor of each row, and what contributors are called: equal trust is ranked by id. */
  readonly contributor: Uint32Array;
  readonly names: Names;
  /** True where somebody waits for it: then there are no long rests. */
  readonly hurried: boolean;
  /** Where what is large of it stands: given back with the outcome, so that the next task needs no new memory. */
  readonly room: ArrayBuffer;
}

/** Scores by row, and what was needed for them. */
export interface Outcome {
  readonly mass: Float64Array;
  readonly distrust: Float64Array;
  readonly voices: Float64Array;
  readonly trust: Float64Array;
  readonly standing: Float64Array;
  readonly ranking: Ranking;
  /** Proven L1 distance of all trust from the exact trust, 0..2. */
  readonly bound: number;
  /** What a cap returned, in units of mass. */
  readonly excess: number;
  readonly edgeVisits: number;
  /** False if components were told apart. */
  readonly whole: boolean;
  /** Milliseconds of rests, in which the processor was left to others; none where left out. */
  readonly rested?: number;
  readonly room: ArrayBuffer;
}

/** Settles what engines hand it, somewhere else. */
export interface Settler {
  /** Rejects where it can not be done there; then nothing has changed. */
  settle(task: Task): Promise<Outcome>;
}
