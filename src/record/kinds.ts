/** The kinds of a record by number, in the order of first mention. */
import { PeerageError } from '../error.ts';
import type { Batch } from '../event.ts';
import { DEFAULT_KIND } from '../event.ts';
import type { SnapshotReader } from '../snapshot/reader.ts';
import type { SnapshotWriter } from '../snapshot/writer.ts';

const MAX_KINDS = 65_535;

export class Kinds {
  /** By number; only to be read. */
  names: string[] = [];
  readonly #numbers = new Map<string, number>();

  get length(): number {
    return this.names.length;
  }

  /** The number of a kind, new if it was not there. @throws PeerageError `too-large`. */
  number(kind: string): number {
    const known = this.#numbers.get(kind);
    if (known !== undefined) return known;
    if (this.length >= MAX_KINDS) {
      throw new PeerageError('too-large', `more than ${MAX_KINDS} kinds; is this the right column?`, {
        field: 'kind',
        value: kind,
      });
    }
    this.#numbers.set(kind, this.length);
    return this.names.push(kind) - 1;
  }

  /** The number of the kind of each statement, or of all of them. */
  numbers({ count, kind, words }: Batch): Uint16Array | number {
    if (kind === null) return this.number(DEFAULT_KIND);
    const numbers = new Uint16Array(count);
    const known = new Int32Array(words.length).fill(-1);
    for (let k = 0; k < count; k++) {
      const word = kind[k]!;
      if (known[word]! < 0) known[word] = this.number(words[word]!);
      numbers[k] = known[word]!;
    }
    return numbers;
  }

  has(kind: string): boolean {
    return this.#numbers.has(kind);
  }

  /** Whether a kind is known, or so many more can be that one of a batch is no concern. */
  hasRoom(kind: string): boolean {
    return this.#numbers.has(kind) || this.length < MAX_KINDS / 2;
  }

  /** Drops the kinds from `length` on. */
  truncate(length: number): void {
    while (this.length > length) this.#numbers.delete(this.names.pop()!);
  }

  save(to: SnapshotWriter): void {
    to.texts('kinds', this.names);
  }

  load(from: SnapshotReader): void {
    this.names = from.texts('kinds');
    for (const [number, kind] of this.names.entries()) this.#numbers.set(kind, number);
  }
}
