/**
 * A growing column of numbers in chunks: growing never copies, and a chunk in which every value is the
 * default takes no memory, so a record without dates, kinds or weights pays nothing for them.
 */
import type { Numbers, NumbersOf } from '../snapshot/format.ts';
import type { SnapshotReader } from '../snapshot/reader.ts';
import type { SnapshotWriter } from '../snapshot/writer.ts';

const BITS = 16;
/** Entries of a chunk. */
export const CHUNK = 1 << BITS;
const MASK = CHUNK - 1;

export class Column<T extends Numbers> {
  length = 0;
  #chunks: (T | undefined)[] = [];
  /** A chunk that was cut off, all default again: what is only tried at the end of one must not cost a new one. */
  #spare: T | undefined;
  /** Chunks that are parts of a snapshot: copied before they are written to. */
  readonly #borrowed = new Set<number>();

  constructor(
    private readonly make: NumbersOf<T>,
    /** What an entry is that nobody wrote. */
    readonly initial: number,
  ) {}

  get(index: number): number {
    const chunk = this.#chunks[index >>> BITS];
    return chunk === undefined ? this.initial : chunk[index & MASK]!;
  }

  push(value: number): void {
    const index = this.length++;
    const at = index >>> BITS;
    let chunk = this.#chunks[at];
    if (chunk === undefined) {
      // Object.is, because NaN is the initial value of dates.
      if (Object.is(value, this.initial)) {
        if ((index & MASK) === 0) this.#chunks[at] = undefined;
        return;
      }
      chunk = this.#write(at);
    }
    chunk[index & MASK] = value;
  }

  /** Pushes the first `count` of `values`. */
  append(values: Numbers, count: number): void {
    let taken = 0;
    while (taken < count) {
      const at = this.length >>> BITS;
      const offset = this.length & MASK;
      const part = Math.min(count - taken, CHUNK - offset);
      let chunk = this.#chunks[at];
      if (chunk === undefined) {
        let k = taken;
        while (k < taken + part && Object.is(values[k], this.initial)) k++;
        if (k < taken + part) chunk = this.#write(at);
        else this.#chunks[at] = undefined;
      }
      chunk?.set(values.subarray(taken, taken + part), offset);
      taken += part;
      this.length += part;
    }
  }

  /** Makes the column `length` long; what is new is the default. */
  extend(length: number): void {
    this.length = length;
    while (this.#chunks.length * CHUNK < length) this.#chunks.push(undefined);
  }

  /** The entries from `first`, a multiple of {@link CHUNK}; undefined where all are the default. */
  chunk(first: number): T | undefined {
    return this.#chunks[first >>> BITS];
  }

  set(index: number, value: number): void {
    const at = index >>> BITS;
    let chunk = this.#chunks[at] ?? (Object.is(value, this.initial) ? undefined : this.#write(at));
    if (chunk === undefined) return;
    if (this.#borrowed.delete(at)) {
      chunk = chunk.slice() as T;
      this.#chunks[at] = chunk;
    }
    chunk[index & MASK] = value;
  }

  truncate(length: number): void {
    const chunks = Math.ceil(length / CHUNK);
    // Those after the last chunk go as a whole.
    for (let index = length; index < Math.min(this.length, chunks * CHUNK); index++)
      this.set(index, this.initial);
    this.length = length;
    const cut = this.#chunks[chunks];
    if (cut !== undefined && !this.#borrowed.has(chunks)) this.#spare = cut.fill(this.initial) as T;
    this.#chunks.length = chunks;
  }

  /** False if every entry is the initial value. */
  get written(): boolean {
    return this.#chunks.some((chunk) => chunk !== undefined);
  }

  /** Saves the chunks that say something, one after another, the last one as far as it is used. */
  save(to: SnapshotWriter, name: string): void {
    const written: number[] = [];
    const parts: T[] = [];
    this.#chunks.forEach((chunk, at) => {
      if (chunk === undefined) return;
      const part = chunk.subarray(0, this.length - at * CHUNK) as T;
      // What was written and taken back leaves a chunk behind, but no trace in a snapshot.
      if (part.every((value) => Object.is(value, this.initial))) return;
      written.push(at);
      parts.push(part);
    });
    to.value(name, { length: this.length });
    to.array(`${name}.chunks`, Uint32Array, Uint32Array.from(written));
    to.array(name, this.make, ...parts);
  }

  /** Takes over what was saved: full chunks where they stand, because hardly any is ever written to again. */
  load(from: SnapshotReader, name: string): void {
    const { length } = from.numbers(name, ['length']);
    from.check(Number.isInteger(length) && length >= 0 && length <= 0xffffffff, `${name} has no length`);
    const values = from.view(name, this.make);
    this.#chunks = new Array<T | undefined>(Math.ceil(length / CHUNK)).fill(undefined);
    let start = 0;
    for (const at of from.view(`${name}.chunks`, Uint32Array)) {
      from.check(at < this.#chunks.length, `${name} has more chunks than its length`);
      const part = values.subarray(start, start + Math.min(CHUNK, length - at * CHUNK)) as T;
      if (part.length === CHUNK) {
        this.#chunks[at] = part;
        this.#borrowed.add(at);
      } else this.#write(at).set(part);
      start += part.length;
    }
    from.check(start === values.length, `${name} has ${values.length} numbers`);
    this.length = length;
  }

  #write(at: number): T {
    let chunk = this.#spare;
    this.#spare = undefined;
    if (chunk === undefined) {
      chunk = new this.make(CHUNK);
      if (this.initial !== 0) chunk.fill(this.initial);
    }
    this.#chunks[at] = chunk;
    return chunk;
  }
}
