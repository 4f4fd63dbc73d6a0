/**
 * The format of a snapshot: one buffer of named sections. A header of 48 bytes (the words below), sections of
 * raw numbers each at a multiple of 8 bytes, and last a directory in JSON: where each section stands, and
 * what is too small to be one. All numbers are little-endian, so that a section is copied and never read
 * number by number. The checksum covers all words after its own, and the length is one of them.
 */
import { PeerageError } from '../error.ts';

/** Another number for any other meaning of the bytes, the names of sections and the equations included. */
export const VERSION = 3;
/** The first byte is no text, so that nobody takes a snapshot for a file of events. */
export const MAGIC = Uint8Array.of(0x89, 0x50, 0x45, 0x45, 0x52, 0x41, 0x47, 0x45);
export const HEADER_BYTES = 48;
/** Places in the header, in words of 32 bits. */
export const Word = { version: 2, checksum: 3, covered: 5 } as const;
/** Places in the header, in numbers of 64 bits: all bytes, and where those of the directory are. */
export const Length = { all: 3, directoryStart: 4, directoryBytes: 5 } as const;

const TYPES = { Uint8Array, Uint16Array, Uint32Array, Int32Array, Float64Array };
/** Arrays that a section can hold. */
export type Numbers = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;
export type NumbersOf<T extends Numbers> = {
  new (length: number): T;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): T;
  readonly BYTES_PER_ELEMENT: number;
  readonly name: string;
};

/** The directory: type, first byte and length in numbers of each section, and the values. */
export interface Directory {
  sections: { [name: string]: [type: string, start: number, length: number] };
  values: { [name: string]: unknown };
}

/** Bytes of one number of a type; undefined for a type that no section has. */
export function bytesOf(type: unknown): number | undefined {
  return Object.hasOwn(TYPES, type as string)
    ? TYPES[type as keyof typeof TYPES].BYTES_PER_ELEMENT
    : undefined;
}

/** Numbers that JSON cannot write stand as an object of one text, which is no value of ours otherwise. */
export function toJson(_: string, value: unknown): unknown {
  if (typeof value !== 'number' || (Number.isFinite(value) && !Object.is(value, -0))) return value;
  return { number: Object.is(value, -0) ? '-0' : String(value) };
}

export function fromJson(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { number } = value as { number?: unknown };
  return typeof number === 'string' ? Number(number) : value;
}

const FIRST = new Uint8Array(Uint32Array.of(1).buffer)[0]!;

/** @throws PeerageError `bad-snapshot` on a host that keeps the high byte of a number first. */
export function checkByteOrder(first: number = FIRST): void {
  if (first === 1) return;
  throw new PeerageError(
    'bad-snapshot',
    'a snapshot is little-endian, and this machine is not; keep the events, and rebuild the engine from them',
  );
}
