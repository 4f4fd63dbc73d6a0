/**
 * A shared memory in which columns are made and then solved where they stand: what a sweep reads is not
 * copied, and what it finds is not copied back. Columns are only read, so they are what they were when the
 * solve is over. A home serves one solve; whoever solves the same columns again has them copied.
 */
import type { System } from '../../graph/columns.ts';
import type { Room, RoomSize } from '../../graph/room.ts';
import { anywhere } from '../../graph/room.ts';
import type { Sorter } from '../../graph/sorter.ts';
import * as Slots from './slots.ts';

/** Columns start at multiples of this many bytes. */
export const ALIGNED = 64;
/** What a solve keeps of each row at the most, and what the rest may come to: stage and scratch of sorting. */
const ROW_BYTES = 320;
const REST = 1 << 25;

/** Bytes of a memory that may become a home. It is taken up only where it is written to, so this is generous. */
export function homeBytes({ order, statements, weighted }: RoomSize): number {
  return (weighted ? 28 : 12) * statements + ROW_BYTES * order + REST;
}

const homes = new WeakMap<ArrayBufferLike, Home>();

export class Home implements Room {
  readonly buffer: ArrayBufferLike;
  #top = Slots.COLUMNS;
  /** Up to here there may be something that was lent; beyond, nothing was ever written. */
  #soiled = 0;
  #free = true;
  sorter?: Sorter;

  /** @param memory That of kernels, which nobody ever used. */
  constructor(readonly memory: { readonly buffer: ArrayBufferLike }) {
    this.buffer = memory.buffer;
    homes.set(this.buffer, this);
  }

  whole(length: number): Uint32Array {
    return this.#holds(4 * length)
      ? new Uint32Array(this.buffer, this.place(4 * length), length)
      : anywhere.whole(length);
  }

  real(length: number): Float64Array {
    return this.#holds(8 * length)
      ? new Float64Array(this.buffer, this.place(8 * length), length)
      : anywhere.real(length);
  }

  lend(length: number, use: (small: Uint16Array) => void): void {
    const lent = this.borrow(2 * length, (start) => use(new Uint16Array(this.buffer, start, length)));
    if (!lent) anywhere.lend(length, use);
  }

  /** The same of so many bytes, from a start on; false where there are not as many. */
  borrow(bytes: number, use: (start: number) => void): boolean {
    if (!this.#fits(bytes)) return false;
    const start = this.#top;
    this.#soiled = Math.max(this.#soiled, start + bytes);
    use(start);
    return true;
  }

  /** Bytes that nobody has. */
  get left(): number {
    return this.buffer.byteLength - this.#top;
  }

  /** The first of so many bytes that nobody else has, all of them zero. */
  place(bytes: number): number {
    const start = this.#top;
    this.#top = Math.ceil((start + bytes) / ALIGNED) * ALIGNED;
    if (start < this.#soiled) {
      const end = Math.min(this.#top, Math.ceil(this.#soiled / 8) * 8);
      new Float64Array(this.buffer, start, (end - start) / 8).fill(0);
    }
    return start;
  }

  /** True once, if all that was made is here. */
  enter(): boolean {
    const free = this.#free;
    this.#free = false;
    return free;
  }

  #fits(bytes: number): boolean {
    return this.#top + bytes <= this.buffer.byteLength;
  }

  #holds(bytes: number): boolean {
    const fits = this.#fits(bytes);
    this.#free &&= fits;
    return fits;
  }
}

/** The home that columns were made in, side by side as kernels read them. */
export function homeOf({ endorsements }: System): Home | undefined {
  return homes.get(endorsements.sources.buffer);
}
