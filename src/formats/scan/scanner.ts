/**
 * What finds the fields of ordinary lines and the ids that are known among them, many lines at a time: in plain
 * TypeScript, or in WebAssembly where that is to be had and there is enough to read. Both find the same lines;
 * a line that has anything remarkable about it ends them.
 */
import type { Buffer } from 'node:buffer';
import type { Mentions } from '../../event.ts';
import type { Dialect } from '../dialect.ts';
import { SOURCE_PART, UNUSED_PART } from './places.ts';

/** Where a cell of each line begins and ends. */
export interface Cells {
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** Ids that are not known. */
export interface Missing extends Mentions {
  /** Which of the ends each is: 2k is the source of line k, 2k + 1 its target. */
  readonly end: Int32Array;
}

export interface Scanner {
  /** Whether there were ids that it could not keep. */
  readonly full: boolean;
  /** What places refer to. */
  readonly bytes: Buffer;
  /** The ends of the lines. */
  readonly ends: Mentions;
  readonly missing: Missing;
  /** The ends' indices, once `part` has been called. */
  readonly source: Uint32Array;
  readonly target: Uint32Array;
  readonly weight: Cells;
  readonly kind: Cells;
  readonly date: Cells;
  readonly id: Cells;
  /** Goes on with bytes[from, to), which are sound; bytes[to] is a line feed that is not in the source. */
  open(bytes: Buffer, from: number, to: number): void;
  /** Numbers are told from other ids if `apart` is true; otherwise they are looked up as those are. */
  apart: boolean;
  /** Finds the next lines, up to LINES; 0 where the next one is not ordinary, or not whole. */
  scan(): number;
  /**
   * Looks up the ends of so many lines: those that are not known are missing, their index NONE. Returns how many;
   * where numbers are apart and there is nothing else, -1, and they are in `source` and `target`.
   */
  lookUp(lines: number): number;
  /** Takes over the indices of those that were missing; NONE for one that stays unknown. */
  learn(missing: number): void;
  /** Writes the indices of so many lines into `source` and `target`. */
  part(lines: number): void;
  /** Goes on after so many of the lines that were found; returns their end in the bytes that were opened. */
  resume(lines: number): number;
}

/** What is done with each column. */
export function partsOf({ layout }: Dialect): Uint8Array {
  const parts = new Uint8Array(layout.names.length).fill(UNUSED_PART);
  const used = ['source', 'target', 'weight', 'kind', 'at', 'id'] as const;
  for (const [part, field] of used.entries())
    if (layout[field] >= 0) parts[layout[field]] = SOURCE_PART + part;
  return parts;
}
