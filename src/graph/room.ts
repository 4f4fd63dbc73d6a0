/**
 * Where the large arrays of columns are made. Whoever is to read them may give a room of its own, so that
 * they need not be copied to where it reads.
 */

import type { Sorter } from './sorter.ts';

export interface Room {
  /** Arrays of zeros. */
  whole(length: number): Uint32Array;
  real(length: number): Float64Array;
  /** Small numbers, whatever they are, that are done with when `use` returns; nothing else is made meanwhile. */
  lend(length: number, use: (small: Uint16Array) => void): void;
  /** Who brings statements into rows here, if that is not sort.ts. */
  readonly sorter?: Sorter;
}

/** How much is going to be made. */
export interface RoomSize {
  readonly order: number;
  /** Statements, at the most one edge each. */
  readonly statements: number;
  readonly weighted: boolean;
}

/** The memory that every array is of. */
export const anywhere: Room = {
  whole: (length) => new Uint32Array(length),
  real: (length) => new Float64Array(length),
  lend: (length, use) => use(new Uint16Array(length)),
};
