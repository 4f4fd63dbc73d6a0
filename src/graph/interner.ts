/**
 * Ids to dense indices and back. Ids are kept as UTF-8 in one arena and found by an open-addressing hash
 * table, so a reader can intern a range of its own buffer without making a string. Indices are handed out
 * in the order of first mention and never move; the table doubles before it is half full.
 *
 * The hash is keyed by a random number, so nobody can prepare ids that collide; no answer depends on it.
 */
import { PeerageError } from '../error.ts';
import type { SnapshotReader } from '../snapshot/reader.ts';
import type { SnapshotWriter } from '../snapshot/writer.ts';

/** No id has this index. */
export const NONE = 0xffffffff;
/** No UTF-8 text has this byte. */
const ERASED = 0xff;

const encoder = new TextEncoder();
// A byte order mark inside an id is part of the id.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads ids as they were when it was taken, whatever the interner does later. */
export interface Ids {
  text(index: number): string;
}

export class Interner {
  /** How many ids have been handed out, erased ones included. */
  length = 0;
  /** How often an id was erased: a reader of `Ids` that finds this unchanged may use `find`. */
  erasures = 0;
  #arena = new Uint8Array(1024);
  #ends = new Uint32Array(65);
  #hashes = new Uint32Array(64);
  #table = new Uint32Array(128).fill(NONE);
  #scratch = new Uint8Array(192);
  readonly #key: number;
  /** True if `Ids` may read the arena as it is: what they read must not be written over. */
  #shared = false;

  constructor(key: number = crypto.getRandomValues(new Uint32Array(1))[0]!) {
    // Odd, so that multiplying by it loses nothing.
    this.#key = key | 1;
  }

  /** The index of the id `bytes[from, to)`, or NONE. */
  find(bytes: Uint8Array, from: number, to: number): number {
    return this.#table[this.#slot(bytes, from, to, this.#hash(bytes, from, to))]!;
  }

  /** The index of the id `bytes[from, to)`, new if it was not there. */
  intern(bytes: Uint8Array, from: number, to: number): number {
    const hash = this.#hash(bytes, from, to);
    const slot = this.#slot(bytes, from, to, hash);
    const found = this.#table[slot]!;
    if (found !== NONE) return found;
    const index = this.length;
    const start = this.#ends[index]!;
    const end = start + to - from;
    if (end > NONE || index >= NONE - 1) {
      throw new PeerageError('too-large', 'more than 4 GiB of ids; split the record');
    }
    if (index + 2 > this.#ends.length) this.#growIndex();
    if (end > this.#arena.length) this.#growArena(end);
    const arena = this.#arena;
    for (let i = from, j = start; i < to; i++, j++) arena[j] = bytes[i]!;
    this.#ends[index + 1] = end;
    this.#hashes[index] = hash;
    this.#table[slot] = index;
    this.length = index + 1;
    if (this.length * 2 > this.#table.length) this.#rehash(this.#table.length * 2);
    return index;
  }

  /** `find` of a string. */
  findText(text: string): number {
    const to = this.#encode(text);
    return this.find(this.#scratch, 0, to);
  }

  /** `intern` of a string, which must be well-formed Unicode. */
  internText(text: string): number {
    const to = this.#encode(text);
    return this.intern(this.#scratch, 0, to);
  }

  text(index: number): string {
    return decoder.decode(this.#arena.subarray(this.#ends[index]!, this.#ends[index + 1]!));
  }

  ids(): Ids {
    this.#shared = true;
    const arena = this.#arena;
    const ends = this.#ends;
    return { text: (index) => decoder.decode(arena.subarray(ends[index]!, ends[index + 1]!)) };
  }

  /** Forgets every id from `length` on, as if it had never been interned. */
  truncate(length: number): void {
    if (length === this.length) return;
    this.length = length;
    this.#unshare();
    this.#rehash(this.#table.length);
  }

  /**
   * Wipes the texts of some ids and returns how to take that back. Their indices stay taken; an id that is
   * mentioned again gets a new one. `Ids` taken before stay true: after them the arena is copied, once.
   */
  erase(indices: readonly number[]): () => void {
    this.#unshare();
    const texts = indices.map((index) => this.#arena.slice(this.#ends[index]!, this.#ends[index + 1]!));
    // So nothing is ever found here again.
    for (const index of indices) this.#arena.fill(ERASED, this.#ends[index]!, this.#ends[index + 1]!);
    this.erasures++;
    return () => {
      this.#unshare();
      for (const [place, index] of indices.entries()) this.#arena.set(texts[place]!, this.#ends[index]!);
    };
  }

  #unshare(): void {
    if (!this.#shared) return;
    this.#arena = this.#arena.slice();
    this.#ends = this.#ends.slice();
    this.#shared = false;
  }

  /** Saves the ids, and not the key: it is nobody's business, and the next process draws its own. */
  save(to: SnapshotWriter, name: string): void {
    to.array(`${name}.ends`, Uint32Array, this.#ends.subarray(0, this.length + 1));
    to.array(`${name}.arena`, Uint8Array, this.#arena.subarray(0, this.#ends[this.length]!));
  }

  /** Takes over what was saved, hashed by the key of this one. O(arena). */
  load(from: SnapshotReader, name: string): void {
    const ends = from.array(`${name}.ends`, Uint32Array);
    const arena = from.array(`${name}.arena`, Uint8Array);
    const length = ends.length - 1;
    const hashes = new Uint32Array(Math.max(0, length));
    for (let index = 0; index < length; index++) {
      const start = ends[index]!;
      // Erased ids all look alike, and nobody looks for them: any hashes will do that are not alike as well.
      const erased = arena[start] === ERASED;
      hashes[index] = erased ? Math.imul(index, 0x9e3779b1) : this.#hash(arena, start, ends[index + 1]!);
    }
    from.check(length >= 0 && ends[length] === arena.length, `${name} has ids of another length`);
    this.length = length;
    this.#shared = false;
    this.#arena = arena;
    this.#ends = ends;
    this.#hashes = hashes;
    let size = this.#table.length;
    while (length * 2 > size) size *= 2;
    this.#rehash(size);
  }

  /** The table slot that holds the id, or the free one where it would go. */
  #slot(bytes: Uint8Array, from: number, to: number, hash: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    const ends = this.#ends;
    const arena = this.#arena;
    const length = to - from;
    let slot = hash & mask;
    for (;;) {
      const index = table[slot]!;
      if (index === NONE) return slot;
      if (this.#hashes[index] === hash) {
        const start = ends[index]!;
        if (ends[index + 1]! - start === length) {
          let i = 0;
          while (i < length && arena[start + i] === bytes[from + i]) i++;
          if (i === length) return slot;
        }
      }
      slot = (slot + 1) & mask;
    }
  }

  #hash(bytes: Uint8Array, from: number, to: number): number {
    const key = this.#key;
    let hash = key ^ (to - from);
    for (let i = from; i < to; i++) {
      hash = Math.imul(hash ^ bytes[i]!, key);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    return (hash ^ (hash >>> 13)) >>> 0;
  }

  #encode(text: string): number {
    if (text.length * 3 > this.#scratch.length) this.#scratch = new Uint8Array(text.length * 3);
    return encoder.encodeInto(text, this.#scratch).written;
  }

  #growArena(end: number): void {
    const arena = new Uint8Array(Math.max(end, this.#arena.length * 2));
    arena.set(this.#arena);
    this.#arena = arena;
  }

  #growIndex(): void {
    const ends = new Uint32Array(this.#ends.length * 2);
    ends.set(this.#ends);
    this.#ends = ends;
    const hashes = new Uint32Array(ends.length - 1);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
  }

  #rehash(size: number): void {
    const table = new Uint32Array(size).fill(NONE);
    const mask = size - 1;
    for (let index = 0; index < this.length; index++) {
      let slot = this.#hashes[index]! & mask;
      while (table[slot] !== NONE) slot = (slot + 1) & mask;
      table[slot] = index;
    }
    this.#table = table;
  }
}
