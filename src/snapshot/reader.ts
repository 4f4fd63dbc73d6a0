/**
 * Reads a snapshot: refuses by name what is none, of another version, cut short or damaged, and gives out
 * its sections: each copied with one `slice`, or as a view where the engine seldom or never writes to it, and
 * then copies it first. What is given out has the type and the length that were asked for.
 */
import { PeerageError } from '../error.ts';
import { checksum } from './checksum.ts';
import type { Directory, Numbers, NumbersOf } from './format.ts';
import { bytesOf, checkByteOrder, fromJson, HEADER_BYTES, Length, MAGIC, VERSION, Word } from './format.ts';

const REBUILD = 'rebuild the engine from its events';
const NEWLINE = 10;
const decoder = new TextDecoder();

export class SnapshotReader {
  readonly #buffer: ArrayBuffer;
  /** Where the snapshot begins in the buffer. */
  readonly #base: number;
  readonly #directory: Directory;

  /** @throws PeerageError `bad-snapshot`. */
  constructor(given: ArrayBuffer | ArrayBufferView) {
    checkByteOrder();
    const bytes = bytesFrom(given);
    this.#buffer = bytes.buffer;
    this.#base = bytes.byteOffset;
    checkHeader(bytes);
    const lengths = new Float64Array(this.#buffer, this.#base, HEADER_BYTES / 8);
    const start = lengths[Length.directoryStart]!;
    this.#directory = directoryOf(bytes.subarray(start, start + lengths[Length.directoryBytes]!), start);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#directory.sections, name);
  }

  /** True if a section is there and holds numbers of this type. */
  is<T extends Numbers>(name: string, make: NumbersOf<T>): boolean {
    return this.has(name) && this.#directory.sections[name]![0] === make.name;
  }

  /** A section as it stands in the buffer: to be read, or kept, and never to be written to. */
  view<T extends Numbers>(name: string, make: NumbersOf<T>): T {
    const [type, start, length] = this.has(name) ? this.#directory.sections[name]! : [];
    if (type !== make.name) throw senseless(`${name} is not there as ${make.name}`);
    return new make(this.#buffer, this.#base + start!, length!);
  }

  /** A copy of a section, of this length where one is given. */
  array<T extends Numbers>(name: string, make: NumbersOf<T>, length?: number): T {
    const view = this.view(name, make);
    this.check(length === undefined || view.length === length, `${name} has ${view.length} numbers`);
    return view.slice() as T;
  }

  texts(name: string): string[] {
    const bytes = this.view(name, Uint8Array);
    const texts: string[] = [];
    for (let from = 0; from < bytes.length; ) {
      const end = bytes.indexOf(NEWLINE, from);
      const block = end < 0 ? undefined : jsonOf(bytes.subarray(from, end));
      if (!Array.isArray(block)) throw senseless(`${name} is not a list of texts`);
      for (const text of block) {
        if (typeof text !== 'string') throw senseless(`${name} is not a list of texts`);
        texts.push(text);
      }
      from = end + 1;
    }
    return texts;
  }

  value(name: string): unknown {
    return Object.hasOwn(this.#directory.values, name) ? this.#directory.values[name] : undefined;
  }

  /** A value that is an object of these numbers, of any size. */
  numbers<Name extends string>(name: string, fields: readonly Name[]): { [name in Name]: number } {
    const value = this.value(name) as { [name in Name]: number } | undefined;
    if (!isObject(value)) throw senseless(`${name} is missing`);
    for (const field of fields) this.check(typeof value[field] === 'number', `${name}.${field} is missing`);
    return value;
  }

  /** Refuses a snapshot whose parts do not fit, though its checksum does. */
  check(holds: boolean, what: string): void {
    if (!holds) throw senseless(what);
  }
}

/** The version of the format that bytes are of; undefined for what is no snapshot at all. */
export function versionOf(bytes: Uint8Array): number | undefined {
  if (bytes.length < HEADER_BYTES || MAGIC.some((byte, i) => bytes[i] !== byte)) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(4 * Word.version, true);
}

/** The bytes given, at a multiple of 8 in a buffer that nobody else writes to. */
function bytesFrom(given: unknown): Uint8Array<ArrayBuffer> {
  if (isBuffer(given)) return new Uint8Array(given);
  if (!ArrayBuffer.isView(given)) throw refusal('is neither an ArrayBuffer nor a view of one');
  const { buffer, byteOffset, byteLength } = given;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const inPlace = byteOffset % 8 === 0 && isBuffer(buffer);
  return (inPlace ? bytes : new Uint8Array(bytes)) as Uint8Array<ArrayBuffer>;
}

/** Told by name, because a buffer may come from another realm, where `instanceof` says no. */
function isBuffer(given: unknown): given is ArrayBuffer {
  return Object.prototype.toString.call(given) === '[object ArrayBuffer]';
}

function checkHeader(bytes: Uint8Array<ArrayBuffer>): void {
  const { buffer, byteOffset, length } = bytes;
  if (length === 0) throw refusal('is empty');
  for (let i = 0; i < MAGIC.length && i < length; i++) {
    if (bytes[i] !== MAGIC[i]) throw refusal('is not a snapshot of an engine');
  }
  if (length < HEADER_BYTES) throw refusal(`is cut short: ${length} bytes are not even its header`);
  const words = new Uint32Array(buffer, byteOffset, HEADER_BYTES / 4);
  const version = words[Word.version]!;
  if (version !== VERSION) {
    throw refusal(`is of version ${version}, and this package reads version ${VERSION}`);
  }
  const written = new Float64Array(buffer, byteOffset, HEADER_BYTES / 8)[Length.all]!;
  if (length < written) throw refusal(`is cut short: ${length} bytes of ${written} are here`);
  if (length !== written) throw refusal(`is damaged: ${length} bytes are here, and ${written} were written`);
  const [first, second] = checksum(new Int32Array(buffer, byteOffset, length / 4), Word.covered);
  if (words[Word.checksum] !== first || words[Word.checksum + 1] !== second) {
    throw refusal('is damaged: its checksum does not match');
  }
}

function directoryOf(bytes: Uint8Array, limit: number): Directory {
  const { sections, values } = Object(jsonOf(bytes, fromJson)) as Partial<Directory>;
  if (!isObject(sections) || !isObject(values)) throw senseless('there is no directory');
  for (const [name, section] of Object.entries(sections)) {
    const [type, start, length] = Array.isArray(section) ? section : [];
    const size = bytesOf(type);
    const within =
      size !== undefined &&
      Number.isSafeInteger(start) &&
      Number.isSafeInteger(length) &&
      start! >= HEADER_BYTES &&
      start! % 8 === 0 &&
      length! >= 0 &&
      start! + length! * size <= limit;
    if (!within) throw senseless(`${name} is not within it`);
  }
  return { sections, values };
}

/** What a text of JSON says; undefined if it is none. */
function jsonOf(bytes: Uint8Array, revive?: typeof fromJson): unknown {
  try {
    return JSON.parse(decoder.decode(bytes), revive);
  } catch {
    return undefined;
  }
}

function isObject<T extends object>(value: T | null | undefined): value is T {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The whole buffer is refused. */
function refusal(what: string): PeerageError {
  return new PeerageError('bad-snapshot', `${what}; read the bytes again, or ${REBUILD}`, {
    field: 'snapshot',
  });
}

/** The bytes are those that were written, and yet make no sense. */
function senseless(what: string): PeerageError {
  return new PeerageError('bad-snapshot', `does not fit together: ${what}; ${REBUILD}`, {
    field: 'snapshot',
  });
}
