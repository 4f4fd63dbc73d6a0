/**
 * Pairs of numbers to a place in two rows: an open-addressing hash table over typed arrays, for the pairs
 * that came after a graph was built. Entries are never taken out.
 */
import type { SnapshotReader } from '../snapshot/reader.ts';
import type { SnapshotWriter } from '../snapshot/writer.ts';

export class PairTable {
  #length = 0;
  #first = new Uint32Array(16);
  #second = new Uint32Array(16);
  #out = new Uint32Array(16);
  #in = new Uint32Array(16);
  /** Entry + 1, 0 where free. */
  #table = new Uint32Array(64);

  /** The entry of a pair, or -1. */
  find(first: number, second: number): number {
    return this.#table[this.#slot(first, second)]! - 1;
  }

  /** Adds a pair that is not there, with its places as offsets within the two rows. */
  add(first: number, second: number, out: number, into: number): void {
    if (this.#length === this.#first.length) this.#grow();
    const entry = this.#length++;
    this.#first[entry] = first;
    this.#second[entry] = second;
    this.#out[entry] = out;
    this.#in[entry] = into;
    this.#table[this.#slot(first, second)] = entry + 1;
  }

  out(entry: number): number {
    return this.#out[entry]!;
  }

  in(entry: number): number {
    return this.#in[entry]!;
  }

  save(to: SnapshotWriter, name: string): void {
    to.value(name, { length: this.#length });
    to.array(`${name}.first`, Uint32Array, this.#first);
    to.array(`${name}.second`, Uint32Array, this.#second);
    to.array(`${name}.out`, Uint32Array, this.#out);
    to.array(`${name}.in`, Uint32Array, this.#in);
    to.array(`${name}.table`, Uint32Array, this.#table);
  }

  load(from: SnapshotReader, name: string): void {
    this.#length = from.numbers(name, ['length']).length;
    this.#first = from.array(`${name}.first`, Uint32Array);
    const { length } = this.#first;
    this.#second = from.array(`${name}.second`, Uint32Array, length);
    this.#out = from.array(`${name}.out`, Uint32Array, length);
    this.#in = from.array(`${name}.in`, Uint32Array, length);
    this.#table = from.array(`${name}.table`, Uint32Array, 4 * length);
    from.check(length > 0 && this.#length <= length, `${name} has no room for its pairs`);
  }

  #slot(first: number, second: number): number {
    const mask = this.#table.length - 1;
    let hash = Math.imul(first ^ Math.imul(second, 0x9e3779b1), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
    let slot = (hash ^ (hash >>> 13)) & mask;
    for (;;) {
      const entry = this.#table[slot]! - 1;
      if (entry < 0 || (this.#first[entry] === first && this.#second[entry] === second)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const double = (values: Uint32Array<ArrayBuffer>) => {
      const larger = new Uint32Array(2 * values.length);
      larger.set(values);
      return larger;
    };
    this.#first = double(this.#first);
    this.#second = double(this.#second);
    this.#out = double(this.#out);
    this.#in = double(this.#in);
    this.#table = new Uint32Array(2 * this.#table.length);
    for (let entry = 0; entry < this.#length; entry++) {
      this.#table[this.#slot(this.#first[entry]!, this.#second[entry]!)] = entry + 1;
    }
  }
}
