/**
 * Collects the named sections of a snapshot and puts them into one buffer. Sections are held as views
 * until `finish` copies each with one `set`, so nothing may change in between, and nothing is copied twice.
 */
import { PeerageError } from '../error.ts';
import { checksum } from './checksum.ts';
import type { Directory, Numbers } from './format.ts';
import { checkByteOrder, HEADER_BYTES, Length, MAGIC, toJson, VERSION, Word } from './format.ts';

/** Texts are written in blocks of so many, so that no JSON text grows beyond what a string can hold. */
const BLOCK = 4096;
const encoder = new TextEncoder();

const aligned = (bytes: number) => Math.ceil(bytes / 8) * 8;

export class SnapshotWriter {
  readonly #directory: Directory = { sections: {}, values: {} };
  readonly #parts: { start: number; bytes: Uint8Array }[] = [];
  #end = HEADER_BYTES;

  /** A section: arrays of one type, one after another; `make` is their type where there is none. */
  array<T extends Numbers>(name: string, make: { readonly name: string }, ...parts: readonly T[]): void {
    const start = this.#end;
    let length = 0;
    for (const { buffer, byteOffset, byteLength, length: count } of parts) {
      this.#parts.push({ start: this.#end, bytes: new Uint8Array(buffer, byteOffset, byteLength) });
      this.#end += byteLength;
      length += count;
    }
    this.#end = aligned(this.#end);
    this.#directory.sections[name] = [make.name, start, length];
  }

  /** Texts, many or few. */
  texts(name: string, texts: readonly string[]): void {
    const blocks: Uint8Array[] = [];
    for (let from = 0; from < texts.length; from += BLOCK) {
      blocks.push(encoder.encode(`${JSON.stringify(texts.slice(from, from + BLOCK))}\n`));
    }
    this.array(name, Uint8Array, ...blocks);
  }

  /** Something small: numbers of any value, texts, plain objects of them. */
  value(name: string, value: unknown): void {
    this.#directory.values[name] = value;
  }

  /** The snapshot. @throws PeerageError `too-large` where there is no memory for it. */
  finish(): ArrayBuffer {
    checkByteOrder();
    const directory = encoder.encode(JSON.stringify(this.#directory, toJson));
    const length = aligned(this.#end + directory.length);
    const buffer = allocate(length);
    const bytes = new Uint8Array(buffer);
    bytes.set(MAGIC);
    for (const part of this.#parts) bytes.set(part.bytes, part.start);
    bytes.set(directory, this.#end);
    const words = new Uint32Array(buffer, 0, HEADER_BYTES / 4);
    words[Word.version] = VERSION;
    const lengths = new Float64Array(buffer, 0, HEADER_BYTES / 8);
    lengths[Length.all] = length;
    lengths[Length.directoryStart] = this.#end;
    lengths[Length.directoryBytes] = directory.length;
    words.set(checksum(new Int32Array(buffer), Word.covered), Word.checksum);
    return buffer;
  }
}

function allocate(length: number): ArrayBuffer {
  try {
    return new ArrayBuffer(length);
  } catch (error) {
    throw new PeerageError('too-large', `there is no memory for a snapshot of ${length} bytes (${error})`);
  }
}
