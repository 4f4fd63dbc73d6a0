/**
 * What each event id stands for, so that an event sent twice counts once, the same id with other content
 * is refused, and a retraction finds what it takes back.
 */
import { Interner, NONE } from '../graph/interner.ts';
import type { SnapshotReader } from '../snapshot/reader.ts';
import type { SnapshotWriter } from '../snapshot/writer.ts';
import { Column } from './column.ts';

/** What an id refers to. */
export const Meaning = {
  /** An endorsement or objection; the entry is its place among the statements. */
  statement: 0,
  /** The entry is its place among the credentials. */
  credential: 1,
  /** An event that can not be taken back; the entry is its place among the contents. */
  other: 2,
  /** An endorsement, objection or credential that a filter left out. */
  leftOut: 3,
} as const;

export class EventIds {
  readonly #ids = new Interner();
  readonly #meaning = new Column(Uint8Array, Meaning.statement);
  readonly #entry = new Column(Uint32Array, 0);
  #contents: string[] = [];

  get length(): number {
    return this.#ids.length;
  }

  text(index: number): string {
    return this.#ids.ids().text(index);
  }

  /** The ids by their index, one after another, and where each ends. */
  texts(): { arena: Uint8Array; ends: Uint32Array } {
    return this.#ids.texts();
  }

  /** The index of a known id, or NONE. */
  find(id: string): number {
    return this.#ids.length === 0 ? NONE : this.#ids.findText(id);
  }

  /** The same of bytes[from, to). */
  findBytes(bytes: Uint8Array, from: number, to: number): number {
    return this.#ids.find(bytes, from, to);
  }

  meaning(index: number): number {
    return this.#meaning.get(index);
  }

  entry(index: number): number {
    return this.#entry.get(index);
  }

  /** What an event of meaning `other` said; undefined for any other meaning. */
  content(index: number): string | undefined {
    return this.meaning(index) === Meaning.other ? this.#contents[this.#entry.get(index)] : undefined;
  }

  /** Adds an id that is not known and returns its index. */
  add(id: string, meaning: number, entry: number): number {
    const index = this.#ids.internText(id);
    this.#meaning.push(meaning);
    this.#entry.push(entry);
    return index;
  }

  /** The same of bytes[from, to). */
  addBytes(bytes: Uint8Array, from: number, to: number, meaning: number, entry: number): number {
    const index = this.#ids.intern(bytes, from, to);
    this.#meaning.push(meaning);
    this.#entry.push(entry);
    return index;
  }

  addOther(id: string, content: string): void {
    this.add(id, Meaning.other, this.#contents.push(content) - 1);
  }

  /** Drops the ids from `length` on. */
  truncate(length: number): void {
    for (let index = this.#ids.length - 1; index >= length; index--) {
      if (this.#meaning.get(index) === Meaning.other) this.#contents.pop();
    }
    this.#ids.truncate(length);
    this.#meaning.truncate(length);
    this.#entry.truncate(length);
  }

  save(to: SnapshotWriter): void {
    this.#ids.save(to, 'ids');
    this.#meaning.save(to, 'ids.meaning');
    this.#entry.save(to, 'ids.entry');
    to.texts('ids.contents', this.#contents);
  }

  load(from: SnapshotReader): void {
    this.#ids.load(from, 'ids');
    this.#meaning.load(from, 'ids.meaning');
    this.#entry.load(from, 'ids.entry');
    this.#contents = from.texts('ids.contents');
    const { length } = this.#ids;
    from.check(this.#meaning.length === length && this.#entry.length === length, 'ids of unlike columns');
  }

  /** Wipes the texts of some ids and returns how to take that back. */
  erase(indices: readonly number[]): () => void {
    return this.#ids.erase(indices);
  }
}
