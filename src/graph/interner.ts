/**
 * Ids to dense indices and back. Ids are kept as UTF-8 in one arena, so a reader can intern ranges of its
 * own buffer without making a string. Indices are handed out in the order of first mention and never move.
 *
 * Whole numbers as they are usually written, in a range that the ids of the record fill well, are found in
 * a table by their value: one read. Every other id is found by an open-addressing hash table whose slots hold
 * hash and index side by side. `internAll` looks up many ids in passes, so that the reads of one do not wait
 * for those of another: it is memory that they wait for.
 *
 * The hash is keyed by a random number, so nobody can prepare ids that collide; no answer depends on it.
 * Over 300 lines: the two tables change together, and what is saved makes both again.
 */
import { PeerageError } from '../error.ts';
import type { SnapshotReader } from '../snapshot/reader.ts';
import type { SnapshotWriter } from '../snapshot/writer.ts';
import { encodeText } from './encode.ts';

/** No id has this index. */
export const NONE = 0xffffffff;
/** No UTF-8 text has this byte. */
const ERASED = 0xff;

/** The longest whole number that is found by its value. */
const DIGITS = 9;
/** Numbers below this many times the ids there are, and one more room, are found by their value. */
const SPREAD = 4;
const ROOM = 4096;
/** Ids to take back are few where the hash table is more than this many times as long. */
const FEW = 64;
/** Numbers from so many times on are far from being found by their value. */
const FAR = 64;

// A byte order mark inside an id is part of the id.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads ids as they were when it was taken, whatever the interner does later. */
export interface Ids {
  text(index: number): string;
}

/** Ids as ranges of one buffer, and the index of each once it has been looked up. */
interface Mentions {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly number: Int32Array;
  readonly index: Uint32Array;
}

export class Interner {
  /** How many ids have been handed out, erased ones included. */
  length = 0;
  /** How often an id was erased: a reader of `Ids` that finds this unchanged may use `find`. */
  erasures = 0;
  #arena = new Uint8Array(1024);
  #ends = new Uint32Array(65);
  /** One more than the index of each number; 0 where it is not an id. */
  #numbers = new Uint32Array(0);
  /** Hash and index by turns; NONE as the index of a free slot. */
  #table = new Uint32Array(256).fill(NONE);
  #hashed = 0;
  /** Hashes of the ids being looked up together. */
  #hashes = new Uint32Array(0);
  #scratch = new Uint8Array(192);
  readonly #key: number;
  /** How many ids `Ids` may read in the arena as it is: what they read must not be written over. */
  #shared = 0;

  constructor(key: number = drawKey()) {
    // Odd, so that multiplying by it loses nothing.
    this.#key = key | 1;
  }

  /** Bytes of all ids that were handed out. */
  get bytes(): number {
    return this.#ends[this.length]!;
  }

  /** The index of the id `bytes[from, to)`, or NONE. */
  find(bytes: Uint8Array, from: number, to: number): number {
    const number = numberIn(bytes, from, to);
    if (number >= 0 && number < this.#numbers.length) return (this.#numbers[number]! - 1) >>> 0;
    return this.#table[2 * this.#slot(bytes, from, to, this.#hash(bytes, from, to)) + 1]!;
  }

  /** The index of the id `bytes[from, to)`, new if it was not there. */
  intern(bytes: Uint8Array, from: number, to: number): number {
    return this.#intern(bytes, from, to, numberIn(bytes, from, to));
  }

  /**
   * Interns the ids bytes[from[i], to[i]) in their order, `count` of them, and writes their indices.
   * `number` is the value of an id that {@link numberIn} finds to be a number, otherwise -1.
   * @throws PeerageError `too-large`; the ids before that one are there.
   */
  internAll(bytes: Uint8Array, count: number, { from, to, number, index }: Mentions): void {
    const numbers = this.#numbers;
    let texts = 0;
    for (let i = 0; i < count; i++) {
      // As an unsigned number -1 is beyond every table.
      const value = number[i]! >>> 0;
      const direct = value < numbers.length;
      if (!direct) texts++;
      index[i] = direct ? numbers[value]! - 1 : NONE;
    }
    if (texts > 0) this.#lookUp(bytes, count, from, to, number, index);
    for (let i = 0; i < count; i++) {
      if (index[i] === NONE) index[i] = this.#intern(bytes, from[i]!, to[i]!, number[i]!);
    }
  }

  /**
   * The same of the whole numbers source[0], target[0], source[1] and so on, which become their indices. Returns
   * how many are known but, being far between, not found by their value.
   */
  internNumbers(source: Uint32Array, target: Uint32Array, count: number): number {
    const before = this.length;
    const far = FAR * before;
    let slow = 0;
    let numbers = this.#numbers;
    for (let k = 0; k < count; k++) {
      const u = source[k]!;
      const v = target[k]!;
      const from = u < numbers.length ? numbers[u]! : 0;
      const to = v < numbers.length ? numbers[v]! : 0;
      if (from !== 0 && to !== 0) {
        source[k] = from - 1;
        target[k] = to - 1;
        continue;
      }
      source[k] = from === 0 ? this.#internNumber(u) : from - 1;
      target[k] = to === 0 ? this.#internNumber(v) : to - 1;
      if (from === 0 && u >= far && source[k]! < before) slow++;
      if (to === 0 && v >= far && target[k]! < before) slow++;
      // A new id may have made the table longer.
      numbers = this.#numbers;
    }
    return slow;
  }

  #internNumber(number: number): number {
    let from = DIGITS;
    let rest = number;
    do {
      this.#scratch[--from] = 0x30 + (rest % 10);
      rest = Math.floor(rest / 10);
    } while (rest > 0);
    return this.#intern(this.#scratch, from, DIGITS, number);
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
    this.#shared = Math.max(this.#shared, this.length);
    const arena = this.#arena;
    const ends = this.#ends;
    return { text: (index) => decoder.decode(arena.subarray(ends[index]!, ends[index + 1]!)) };
  }

  /** The texts of the ids from `first` on, one after another, and where each ends counted from the first. */
  texts(first = 0): { arena: Uint8Array; ends: Uint32Array } {
    const start = this.#ends[first]!;
    const ends = this.#ends.slice(first + 1, this.length + 1);
    for (let i = 0; i < ends.length; i++) ends[i]! -= start;
    return { arena: this.#arena.slice(start, this.#ends[this.length]!), ends };
  }

  /** Forgets every id from `length` on, as if it had never been interned. */
  truncate(length: number): void {
    if (length === this.length) return;
    for (let index = length; index < this.length; index++) {
      const number = this.#numberOf(index);
      if (number >= 0 && number < this.#numbers.length && this.#numbers[number] === index + 1) {
        this.#numbers[number] = 0;
      }
    }
    if (this.#shared > length) this.#unshare();
    // Few are taken out one by one: an event that is only tried must not cost as much as all ids.
    if ((this.length - length) * FEW < this.#table.length) {
      for (let index = this.length - 1; index >= length; index--) this.#takeOut(index);
    } else this.#rehash(this.#table.length / 2, (index) => index < length);
    this.length = length;
  }

  /** Frees the slot of an id, and moves back what stands further on because of it. */
  #takeOut(index: number): void {
    const table = this.#table;
    const mask = table.length / 2 - 1;
    let free = this.#hash(this.#arena, this.#ends[index]!, this.#ends[index + 1]!) & mask;
    // Looked for by its index: another of the same text may have been erased, and be there again.
    while (table[2 * free + 1] !== index) {
      // One that is found by its value stands in no slot.
      if (table[2 * free + 1] === NONE) return;
      free = (free + 1) & mask;
    }
    for (let slot = (free + 1) & mask; table[2 * slot + 1] !== NONE; slot = (slot + 1) & mask) {
      const wanted = table[2 * slot]! & mask;
      if (((slot - wanted) & mask) < ((slot - free) & mask)) continue;
      table[2 * free] = table[2 * slot]!;
      table[2 * free + 1] = table[2 * slot + 1]!;
      free = slot;
    }
    table[2 * free + 1] = NONE;
    this.#hashed--;
  }

  /**
   * Wipes the texts of some ids and returns how to take that back. Their indices stay taken; an id that is
   * mentioned again gets a new one. `Ids` taken before stay true: after them the arena is copied, once.
   */
  erase(indices: readonly number[]): () => void {
    this.#unshare();
    const texts = indices.map((index) => this.#arena.slice(this.#ends[index]!, this.#ends[index + 1]!));
    for (const index of indices) {
      this.#setNumber(index, 0);
      // So nothing is ever found here again.
      this.#arena.fill(ERASED, this.#ends[index]!, this.#ends[index + 1]!);
    }
    this.erasures++;
    return () => {
      this.#unshare();
      for (const [place, index] of indices.entries()) {
        this.#arena.set(texts[place]!, this.#ends[index]!);
        this.#setNumber(index, index + 1);
      }
    };
  }

  /** Says what the number that is an id's text stands for, where that is found by value. */
  #setNumber(index: number, entry: number): void {
    const number = this.#numberOf(index);
    if (number >= 0 && number < this.#numbers.length) this.#numbers[number] = entry;
  }

  #unshare(): void {
    if (this.#shared === 0) return;
    this.#arena = this.#arena.slice();
    this.#ends = this.#ends.slice();
    this.#shared = 0;
  }

  /**
   * Saves the ids, and no table: the key of the hash is nobody's business, and the next process draws its own. Of an
   * erased id one byte is saved, so that not even its length is told.
   */
  save(to: SnapshotWriter, name: string): void {
    const [ends, arena] = this.#withoutErased();
    to.array(`${name}.ends`, Uint32Array, ends);
    to.array(`${name}.arena`, Uint8Array, arena);
  }

  #withoutErased(): [ends: Uint32Array, arena: Uint8Array] {
    const ends = this.#ends.subarray(0, this.length + 1);
    const arena = this.#arena.subarray(0, ends[this.length]!);
    if (this.erasures === 0) return [ends, arena];
    const [shorterEnds, shorter] = [ends.slice(), arena.slice()];
    let to = 0;
    for (let index = 0; index < this.length; index++) {
      const [from, end] = [ends[index]!, ends[index + 1]!];
      const length = arena[from] === ERASED ? 1 : end - from;
      shorter.copyWithin(to, from, from + length);
      to += length;
      shorterEnds[index + 1] = to;
    }
    return [shorterEnds, shorter.subarray(0, to)];
  }

  /** Takes over what was saved into an empty one. O(arena). */
  load(from: SnapshotReader, name: string): void {
    this.#ends = from.array(`${name}.ends`, Uint32Array);
    this.#arena = from.array(`${name}.arena`, Uint8Array);
    this.length = this.#ends.length - 1;
    from.check(this.#ends[this.length] === this.#arena.length, `${name} are not those that were saved`);
    for (let index = 0; index < this.length; index++) {
      const start = this.#ends[index]!;
      // Erased ids all look alike, and nobody looks for them.
      if (this.#arena[start] === ERASED) continue;
      const number = this.#numberOf(index);
      if (number >= this.#numbers.length && number < SPREAD * index + ROOM) this.#growNumbers(number);
      if (number >= 0 && number < this.#numbers.length) this.#numbers[number] = index + 1;
      else this.#place(this.#hash(this.#arena, start, this.#ends[index + 1]!), index);
    }
  }

  /** Writes an id that is not in the hash table into the first slot that is free for it. */
  #place(hash: number, index: number): void {
    const table = this.#table;
    const mask = table.length / 2 - 1;
    let slot = hash & mask;
    while (table[2 * slot + 1] !== NONE) slot = (slot + 1) & mask;
    table[2 * slot] = hash;
    table[2 * slot + 1] = index;
    this.#hashed++;
    if (this.#hashed * 4 > table.length) this.#rehash(table.length, () => true);
  }

  /** Finds the ids that are known and not found by value; the index of every other stays NONE. */
  #lookUp(
    bytes: Uint8Array,
    count: number,
    from: Int32Array,
    to: Int32Array,
    number: Int32Array,
    index: Uint32Array,
  ): void {
    if (this.#hashes.length < count) this.#hashes = new Uint32Array(count);
    const hashes = this.#hashes;
    const table = this.#table;
    const mask = table.length - 1;
    const ends = this.#ends;
    const direct = this.#numbers.length;
    const key = this.#key;
    // Words of four bytes are one load of a view each, wherever they begin.
    const given = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const known = new DataView(this.#arena.buffer, this.#arena.byteOffset, this.#arena.byteLength);
    for (let i = 0; i < count; i++) {
      if (number[i]! >>> 0 < direct) continue;
      const stop = to[i]!;
      let at = from[i]!;
      let hash = key ^ (stop - at);
      for (; at + 4 <= stop; at += 4) {
        hash = Math.imul(hash ^ given.getInt32(at, true), key);
        hash ^= hash >>> 15;
      }
      for (; at < stop; at++) {
        hash = Math.imul(hash ^ bytes[at]!, key);
        hash ^= hash >>> 15;
      }
      hashes[i] = finished(hash);
    }
    // Loads of one id do not depend on those of another in any of these loops.
    for (let i = 0; i < count; i++) {
      if (number[i]! >>> 0 < direct) continue;
      const hash = hashes[i]!;
      let at = (hash << 1) & mask;
      while (table[at] !== hash && table[at + 1] !== NONE) at = (at + 2) & mask;
      index[i] = table[at + 1]!;
    }
    for (let i = 0; i < count; i++) {
      const candidate = index[i]!;
      if (number[i]! >>> 0 < direct || candidate === NONE) continue;
      const stop = to[i]!;
      let at = from[i]!;
      let place = ends[candidate]!;
      let same = ends[candidate + 1]! - place === stop - at;
      for (; same && at + 4 <= stop; at += 4, place += 4) {
        same = given.getInt32(at, true) === known.getInt32(place, true);
      }
      for (; same && at < stop; at++, place++) same = given.getUint8(at) === known.getUint8(place);
      if (!same) index[i] = NONE;
    }
  }

  #intern(bytes: Uint8Array, from: number, to: number, number: number): number {
    if (number >= this.#numbers.length && number < SPREAD * this.length + ROOM) this.#growNumbers(number);
    if (number >= 0 && number < this.#numbers.length) {
      const known = this.#numbers[number]!;
      if (known !== 0) return known - 1;
      const index = this.#append(bytes, from, to);
      this.#numbers[number] = index + 1;
      return index;
    }
    const hash = this.#hash(bytes, from, to);
    const slot = this.#slot(bytes, from, to, hash);
    const found = this.#table[2 * slot + 1]!;
    if (found !== NONE) return found;
    const index = this.#append(bytes, from, to);
    this.#table[2 * slot] = hash;
    this.#table[2 * slot + 1] = index;
    this.#hashed++;
    if (this.#hashed * 4 > this.#table.length) this.#rehash(this.#table.length, () => true);
    return index;
  }

  /** Gives an id that is not known its index and keeps its text. */
  #append(bytes: Uint8Array, from: number, to: number): number {
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
    this.length = index + 1;
    return index;
  }

  #numberOf(index: number): number {
    return numberIn(this.#arena, this.#ends[index]!, this.#ends[index + 1]!);
  }

  /** The table slot that holds the id, or the free one where it would go. */
  #slot(bytes: Uint8Array, from: number, to: number, hash: number): number {
    const table = this.#table;
    const mask = table.length / 2 - 1;
    const ends = this.#ends;
    const arena = this.#arena;
    const length = to - from;
    let slot = hash & mask;
    for (;;) {
      const index = table[2 * slot + 1]!;
      if (index === NONE) return slot;
      if (table[2 * slot] === hash) {
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

  /** Four bytes a step, the first one lowest, as `#lookUp` has it. */
  #hash(bytes: Uint8Array, from: number, to: number): number {
    const key = this.#key;
    let hash = key ^ (to - from);
    let at = from;
    for (; at + 4 <= to; at += 4) {
      const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      hash = Math.imul(hash ^ word, key);
      hash ^= hash >>> 15;
    }
    for (; at < to; at++) {
      hash = Math.imul(hash ^ bytes[at]!, key);
      hash ^= hash >>> 15;
    }
    return finished(hash);
  }

  #encode(text: string): number {
    if (text.length * 3 > this.#scratch.length) this.#scratch = new Uint8Array(text.length * 3);
    return encodeText(text, this.#scratch, 0);
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
  }

  /** Makes room for a number and those below the next power of two, which move here from the hash table. */
  #growNumbers(number: number): void {
    const before = this.#numbers.length;
    let size = Math.max(ROOM, before);
    while (size <= number) size *= 2;
    const numbers = new Uint32Array(size);
    numbers.set(this.#numbers);
    this.#numbers = numbers;
    if (this.#hashed === 0) return;
    this.#rehash(this.#table.length / 2, (index) => {
      const value = this.#numberOf(index);
      if (value < 0 || value >= size) return true;
      numbers[value] = index + 1;
      return false;
    });
  }

  /** Moves the ids that `keeps` says yes to into a table of so many slots. */
  #rehash(slots: number, keeps: (index: number) => boolean): void {
    const before = this.#table;
    const table = new Uint32Array(2 * slots).fill(NONE);
    const mask = slots - 1;
    this.#hashed = 0;
    for (let at = 0; at < before.length; at += 2) {
      const index = before[at + 1]!;
      if (index === NONE || !keeps(index)) continue;
      let slot = before[at]! & mask;
      while (table[2 * slot + 1] !== NONE) slot = (slot + 1) & mask;
      table[2 * slot] = before[at]!;
      table[2 * slot + 1] = index;
      this.#hashed++;
    }
    this.#table = table;
  }
}

/** 32 bits that nobody can foresee, for a hash of ids. No answer may depend on them. */
export function drawKey(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]!;
}

/** The last steps of a hash. */
function finished(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

/** The value of bytes[from, to) where they are a whole number of up to nine digits, none in vain; or -1. */
export function numberIn(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from;
  if (length > DIGITS || length === 0) return -1;
  let value = bytes[from]! - 0x30;
  if (value < 0 || value > 9 || (value === 0 && length > 1)) return -1;
  for (let at = from + 1; at < to; at++) {
    const digit = bytes[at]! - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
