/**
 * The scanner in WebAssembly (assembly/scan.ts): text is copied into its memory a part at a time, and ids that
 * the record has said the index of are found there without asking again: some thousands at first, then up to a
 * million of them in 64 MB, which are taken of the machine only as far as they are used. Throws what the engine
 * throws where there is no WebAssembly, or no room.
 */
import { Buffer } from 'node:buffer';
import { drawKey } from '../../graph/interner.ts';
import { LF } from '../ascii.ts';
import type { Dialect } from '../dialect.ts';
import { BYTES } from './bytes.ts';
import {
  BEGIN,
  CELL_FROM,
  CELL_TO,
  COLUMNS,
  FROM,
  FULL,
  INDEX,
  LINES,
  MISSING_END,
  MISSING_FROM,
  MISSING_INDEX,
  MISSING_NUMBER,
  MISSING_TO,
  NUMBER,
  PARTS,
  SOURCE,
  TABLE,
  TARGET,
  TEXT,
  TEXT_BYTES,
  TO,
} from './places.ts';
import { partsOf, type Scanner } from './scanner.ts';

interface Memory {
  readonly buffer: ArrayBuffer;
}
interface Kernel {
  begin(key: bigint, factor: bigint, tableBytes: number, memoryBytes: number): void;
  scan(from: number, to: number, width: number, delimiter: number, comments: number, apart: number): number;
  lookUp(lines: number): number;
  learn(missing: number): void;
  part(lines: number): void;
}
/** What is used of the engine: the types of Node have it not. */
interface Engine {
  Memory: new (size: { initial: number; maximum: number }) => Memory;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: { env: { memory: Memory } }) => { exports: Kernel };
}

const PAGE = 65_536;
/** The least that is copied: little is lost by it where hardly a line is ordinary. */
const LEAST = 4096;

/** Bytes of the table for some eight thousand ids, and for a million; so many times as much with the ids. */
const SMALL_TABLE = 1 << 17;
const LARGE_TABLE = 1 << 24;
const SHARE = 5;

let compiled: object | undefined;

export class WasmScanner implements Scanner {
  apart = true;
  readonly bytes: Buffer;
  readonly ends: Scanner['ends'];
  readonly missing: Scanner['missing'];
  readonly source: Uint32Array;
  readonly target: Uint32Array;
  readonly weight: Scanner['weight'];
  readonly kind: Scanner['kind'];
  readonly date: Scanner['date'];
  readonly id: Scanner['id'];
  readonly #kernel: Kernel;
  readonly #full: Int32Array;
  readonly #begin: Int32Array;
  readonly #width: number;
  readonly #delimiter: number;
  readonly #comments: number;
  #given: Buffer = Buffer.alloc(0);
  #opened = 0;
  /** The text that is here, in the bytes given, and the end of those. */
  #from = 0;
  #to = 0;
  #end = 0;
  /** Where the next line begins, in the memory. */
  #next = TEXT;
  /** How much is copied at a time. */
  #room = LEAST;

  constructor(dialect: Dialect, large: boolean) {
    const { WebAssembly: engine } = globalThis as unknown as { WebAssembly: Engine };
    compiled ??= new engine.Module(Buffer.from(BYTES, 'base64'));
    const tableBytes = large ? LARGE_TABLE : SMALL_TABLE;
    const pages = Math.ceil((TABLE + SHARE * tableBytes) / PAGE);
    const memory = new engine.Memory({ initial: pages, maximum: pages });
    this.#kernel = new engine.Instance(compiled, { env: { memory } }).exports;
    this.#kernel.begin(secret(), secret(), tableBytes, pages * PAGE);
    const { buffer } = memory;
    this.#full = new Int32Array(buffer, FULL, 1);
    const parts = partsOf(dialect);
    new Uint8Array(buffer, PARTS, parts.length).set(parts);
    this.#width = parts.length;
    this.#delimiter = dialect.delimiter;
    this.#comments = dialect.comments ? 1 : 0;
    this.bytes = Buffer.from(buffer);
    const places = (at: number, count = 2 * LINES) => new Int32Array(buffer, at, count);
    const indices = (at: number, count = 2 * LINES) => new Uint32Array(buffer, at, count);
    this.ends = { from: places(FROM), to: places(TO), number: places(NUMBER), index: indices(INDEX) };
    this.missing = {
      from: places(MISSING_FROM),
      to: places(MISSING_TO),
      number: places(MISSING_NUMBER),
      index: indices(MISSING_INDEX),
      end: places(MISSING_END),
    };
    this.source = indices(SOURCE, LINES);
    this.target = indices(TARGET, LINES);
    this.#begin = places(BEGIN, LINES + 1);
    const cell = (k: number) => ({
      from: places(CELL_FROM + 4 * LINES * k, LINES),
      to: places(CELL_TO + 4 * LINES * k, LINES),
    });
    this.weight = cell(0);
    this.kind = cell(1);
    this.date = cell(2);
    this.id = cell(3);
  }

  static knows({ layout }: Dialect): boolean {
    return layout.names.length <= COLUMNS;
  }

  get full(): boolean {
    return this.#full[0] === 1;
  }

  open(bytes: Buffer, from: number, to: number): void {
    // As much as was of use the last time, and as much again.
    const used = this.#next - TEXT + this.#from;
    this.#room = Math.min(TEXT_BYTES, Math.max(LEAST, 2 * (used - this.#opened)));
    this.#given = bytes;
    this.#end = to;
    this.#opened = from;
    this.#copy(from);
  }

  scan(): number {
    for (;;) {
      const lines = this.#scan();
      if (lines > 0 || this.#to === this.#end) return lines;
      // A line that is whole is not ordinary; one that is not may be, with what follows.
      if (this.bytes.indexOf(LF, this.#next) < TEXT + this.#to - this.#from) return 0;
      if (this.#next === TEXT && this.#room === TEXT_BYTES) return 0;
      this.#room = Math.min(TEXT_BYTES, 2 * this.#room);
      this.#copy(this.#from + this.#next - TEXT);
    }
  }

  #scan(): number {
    const to = TEXT + this.#to - this.#from;
    return this.#kernel.scan(
      this.#next,
      to,
      this.#width,
      this.#delimiter,
      this.#comments,
      this.apart ? 1 : 0,
    );
  }

  #copy(from: number): void {
    this.#from = from;
    this.#to = Math.min(this.#end, from + this.#room);
    this.#given.copy(this.bytes, TEXT, from, this.#to);
    this.bytes[TEXT + this.#to - from] = LF;
    this.#next = TEXT;
  }

  lookUp(lines: number): number {
    return this.#kernel.lookUp(lines);
  }

  learn(missing: number): void {
    this.#kernel.learn(missing);
  }

  part(lines: number): void {
    this.#kernel.part(lines);
  }

  resume(lines: number): number {
    this.#next = this.#begin[lines]!;
    return this.#from + this.#next - TEXT;
  }
}

function secret(): bigint {
  return (BigInt(drawKey()) << 32n) | BigInt(drawKey());
}
