/**
 * Rows by what it is worth to visit them, in buckets by powers of two, first in first out. A row stands
 * where it was put until it is taken out: whoever finds it at the front looks whether it still belongs
 * there, so most changes of a row need not move it. Rows worth less than the lowest bucket in use are not queued at all.
 * The links live in the rows' own cells, so moving a row touches memory that is at hand. All operations
 * are O(1).
 */

import type { SnapshotReader } from '../snapshot/reader.ts';
import type { SnapshotWriter } from '../snapshot/writer.ts';
import type { Cells } from './cells.ts';
import { BUCKET, CELL_WORDS, LOWEST, NEXT, PREVIOUS, TOP } from './kernel/places.ts';

const WORDS = CELL_WORDS;
const NONE = 0xffffffff;

const key64 = new Float64Array(1);
const key32 = new Uint32Array(key64.buffer);
const high = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/** The bucket of a key above 0: its exponent. Keys of 0, and those below every rounding, have none: 0. */
export function bucketOf(key: number): number {
  key64[0] = key;
  return (key32[high]! >>> 20) & 0x7ff;
}

/** The least key of a bucket above 0. */
export function keyOf(bucket: number): number {
  key64[0] = 0;
  key32[high] = bucket << 20;
  return key64[0]!;
}

/** Base-2 logarithm of a number above 0 to within 0.09: enough to plan with, and the same everywhere. */
export function roughLog2(value: number): number {
  key64[0] = value;
  return key32[high]! / 0x100000 - 1023;
}

export class Queue {
  constructor(private readonly cells: Cells) {
    this.lowest = 1;
    this.clear();
  }

  /** The least bucket that rows are put into. */
  get lowest(): number {
    return this.cells.words[LOWEST]!;
  }

  set lowest(bucket: number) {
    this.cells.words[LOWEST] = bucket;
  }

  /** The order within a bucket decides what is delivered first: it is part of the state. Links are the cells'. */
  save(to: SnapshotWriter): void {
    const { heads, tails } = this.cells;
    const ends: number[] = [];
    for (let bucket = 1; bucket < heads.length; bucket++) {
      if (heads[bucket] !== NONE) ends.push(bucket, heads[bucket]!, tails[bucket]!);
    }
    to.value('queue', { lowest: this.lowest });
    to.array('queue.ends', Uint32Array, Uint32Array.from(ends));
  }

  load(from: SnapshotReader): void {
    this.clear();
    this.lowest = from.numbers('queue', ['lowest']).lowest;
    const { heads, tails, words } = this.cells;
    const ends = from.view('queue.ends', Uint32Array);
    for (let i = 0; i < ends.length; i += 3) {
      const bucket = ends[i]!;
      from.check(bucket < heads.length, 'the queue has no such bucket');
      words[TOP] = bucket;
      heads[bucket] = ends[i + 1]!;
      tails[bucket] = ends[i + 2]!;
    }
  }

  /** Empties it; every row is then to `leave`, whether it stood somewhere or not. */
  clear(): void {
    this.cells.heads.fill(NONE);
    this.cells.tails.fill(NONE);
    this.cells.words[TOP] = 0;
  }

  /** The highest bucket that holds a row, 0 for none. */
  get top(): number {
    const { heads, words } = this.cells;
    let top = words[TOP]!;
    while (top > 0 && heads[top] === NONE) top--;
    words[TOP] = top;
    return top;
  }

  /** A row of the highest bucket, or -1; it stays where it is. */
  first(): number {
    const { top } = this;
    return top === 0 ? -1 : this.cells.heads[top]!;
  }

  /** Puts a row into a bucket above 0, whether it stands in another or not. */
  put(row: number, bucket: number): void {
    const { heads, tails, links, words } = this.cells;
    const at = row * WORDS;
    if (links[at + BUCKET] !== 0) this.remove(row);
    const previous = tails[bucket]!;
    links[at + PREVIOUS] = previous;
    links[at + NEXT] = NONE;
    links[at + BUCKET] = bucket;
    if (previous === NONE) heads[bucket] = row;
    else links[previous * WORDS + NEXT] = row;
    tails[bucket] = row;
    if (bucket > words[TOP]!) words[TOP] = bucket;
  }

  /** After `clear`: the row stands nowhere. */
  leave(row: number): void {
    this.cells.links[row * WORDS + BUCKET] = 0;
  }

  remove(row: number): void {
    const { heads, tails, links } = this.cells;
    const at = row * WORDS;
    const bucket = links[at + BUCKET]!;
    if (bucket === 0) return;
    links[at + BUCKET] = 0;
    const next = links[at + NEXT]!;
    const previous = links[at + PREVIOUS]!;
    if (previous === NONE) heads[bucket] = next;
    else links[previous * WORDS + NEXT] = next;
    if (next === NONE) tails[bucket] = previous;
    else links[next * WORDS + PREVIOUS] = previous;
  }
}
