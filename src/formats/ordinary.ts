/**
 * The fast way for lines of a table that have nothing remarkable about them: the right number of fields, ids
 * of a fair length, a weight, kind and date that are in order, no quote but around a whole field. They are
 * taken many at a time, without an object or a string for any of them. At the first line that is anything
 * else it stops, and that line goes the long way (delimited.ts), which knows what to say of it; so nothing
 * is refused here, and nothing is accepted here that would be refused there. Some lines over 300: what is asked
 * of a line stands beside what is handed on of it.
 */
import type { Buffer } from 'node:buffer';
import {
  type Batch,
  type Bulk,
  type Candidate,
  DEFAULT_KIND,
  ID_BYTES,
  type Mentions,
  WEIGHT_RANGE,
} from '../event.ts';
import { NONE, numberIn } from '../graph/interner.ts';
import { type Dates, Words } from './cells.ts';
import { decimal } from './decimal.ts';
import type { Dialect } from './dialect.ts';
import { type ScannerName, scanner } from './scan/choose.ts';
import { LINES } from './scan/places.ts';
import type { Scanner } from './scan/scanner.ts';

const MOST_WORDS = 0xffff;
/** Lines that are scanned by the time that WebAssembly is ready. */
const WASM_FROM = 2048;
/** Numbers may be closer together after so many lines. */
const SCATTERED = 1 << 18;
const NEXT = { plain: 'small', small: 'large', large: null } as const;

export class Ordinary {
  /** Lines taken by the last call of {@link take}. */
  lines = 0;
  readonly #dialect: Dialect;
  readonly #bothWays: boolean;
  readonly #dates: Dates;
  #scanner: Scanner | undefined;
  /** What is asked for next, once so many lines are scanned or the scanner is full. */
  #next: ScannerName | null = 'plain';
  #trial = WASM_FROM;
  /** Lines for which numbers are looked up as other ids are, because few are found by their value. */
  #scattered = 0;
  readonly #named: boolean;
  readonly #weight: Float64Array | null;
  readonly #kind: Uint16Array | null;
  readonly #at: Float64Array | null;
  readonly #id = new Uint32Array(LINES);
  /** What is handed on of lines that are read both ways: each followed by its reverse. */
  readonly #double: Batch | null;
  /** Places of the kinds in the batch's words, and which of those are known to fit. */
  readonly #places = new Map<string, number>();
  readonly #words: string[] = [];
  readonly #fitting: boolean[] = [];
  readonly #kinds = new Words('kind');
  readonly #two: Mentions = {
    from: new Int32Array(2),
    to: new Int32Array(2),
    number: new Int32Array(2),
    index: new Uint32Array(2),
  };
  readonly #candidate: Candidate = {
    buffer: new Uint8Array(0),
    sourceFrom: 0,
    sourceTo: 0,
    targetFrom: 0,
    targetTo: 0,
    known: false,
    kind: DEFAULT_KIND,
    at: Number.NaN,
    idFrom: 0,
    idTo: 0,
    before: 0,
    id: NONE,
  };

  constructor(dialect: Dialect, bothWays: boolean, dates: Dates) {
    const { layout } = dialect;
    this.#dialect = dialect;
    this.#bothWays = bothWays;
    this.#dates = dates;
    const wanted = process.env.PEERAGE_KERNEL;
    if (wanted === 'wasm') this.#next = 'small';
    if (wanted === 'js') this.#trial = Number.POSITIVE_INFINITY;
    this.#named = layout.id >= 0;
    this.#weight = layout.weight < 0 ? null : new Float64Array(LINES);
    this.#kind = layout.kind < 0 ? null : new Uint16Array(LINES);
    this.#at = layout.at < 0 ? null : new Float64Array(LINES);
    this.#double = bothWays
      ? {
          count: 0,
          source: new Uint32Array(2 * LINES),
          target: new Uint32Array(2 * LINES),
          weight: this.#weight && new Float64Array(2 * LINES),
          kind: this.#kind && new Uint16Array(2 * LINES),
          words: this.#words,
          at: this.#at && new Float64Array(2 * LINES),
          id: null,
        }
      : null;
  }

  /** Whether tables laid out like this have lines that can be taken here. */
  static knows({ layout }: Dialect, bothWays: boolean): boolean {
    const { source, target, weight, kind, at, id } = layout;
    const columns = [source, target, weight, kind, at, id].filter((column) => column >= 0);
    // A column may be told to be two things at once, as where everybody endorses itself.
    const apart = new Set(columns).size === columns.length;
    return layout.names.length > 1 && apart && !(bothWays && id >= 0);
  }

  /**
   * Takes ordinary lines from `from` on and returns where the first one begins that is not, or not whole.
   * bytes[to] is a line feed that is not in the source; the bytes before it are known to be sound.
   */
  take(bytes: Buffer, from: number, to: number, bulk: Bulk): number {
    this.lines = 0;
    if (this.#kind === null && !bulk.fits(DEFAULT_KIND)) return from;
    if (this.#at === null && bulk.dated) return from;
    const sifted = bulk.selective || this.#named;
    // A reverse is an event of its own, which may be the one that comes too late.
    if (sifted && (this.#bothWays || bulk.sift === undefined)) return from;
    this.#fitting.length = 0;
    const scanner = this.#chosen();
    // Numbers are not to be the record's before it is known that they are kept.
    scanner.apart = !sifted && this.#scattered <= 0;
    scanner.open(bytes, from, to);
    let next = from;
    for (;;) {
      const lines = scanner.scan();
      if (lines === 0) return next;
      const sound = this.#check(scanner, lines, bulk);
      const taken = sifted ? this.#sift(scanner, sound, bulk) : this.#put(scanner, sound, bulk);
      this.lines += taken;
      this.#trial -= taken;
      this.#scattered -= taken;
      next = scanner.resume(taken);
      if (taken < lines) return next;
    }
  }

  #chosen(): Scanner {
    const now = this.#scanner;
    const due = now === undefined || now.full || (this.#next === 'small' && this.#trial <= 0);
    if (due && this.#next !== null) {
      this.#scanner = scanner(this.#dialect, this.#next);
      this.#next = NEXT[this.#next];
    }
    return this.#scanner!;
  }

  /** Reads the cells of so many lines and returns how many of them have nothing remarkable about them. */
  #check({ bytes, weight, kind, date, id }: Scanner, lines: number, bulk: Bulk): number {
    let sound = lines;
    if (this.#weight !== null) sound = this.#weigh(bytes, weight, sound);
    if (this.#kind !== null) {
      for (let line = 0; line < sound; line++) {
        if (!this.#kindOf(bytes, kind.from[line]!, kind.to[line]!, line, bulk)) sound = line;
      }
    }
    if (this.#named) {
      for (let line = 0; line < sound; line++) if (id.to[line]! - id.from[line]! > ID_BYTES) sound = line;
    }
    // Last of all, because a date that is read is remembered, for what is said of all dates in the end.
    if (this.#at !== null) {
      for (let line = 0; line < sound; line++) {
        if (!this.#date(bytes, date.from[line]!, date.to[line]!, line, bulk.dated)) sound = line;
      }
    }
    return sound;
  }

  #weigh(bytes: Buffer, { from, to }: Scanner['weight'], lines: number): number {
    const weights = this.#weight!;
    const [least, most] = WEIGHT_RANGE;
    for (let line = 0; line < lines; line++) {
      const weight = decimal(bytes, from[line]!, to[line]!);
      const magnitude = Math.abs(weight);
      if (!(magnitude >= least && magnitude <= most)) return line;
      weights[line] = weight;
    }
    return lines;
  }

  #date(bytes: Buffer, from: number, to: number, line: number, needed: boolean): boolean {
    try {
      const date = this.#dates.read(bytes, from, to);
      this.#at![line] = date;
      return !(needed && Number.isNaN(date));
    } catch {
      return false;
    }
  }

  #kindOf(bytes: Buffer, from: number, to: number, line: number, bulk: Bulk): boolean {
    if (to - from > ID_BYTES) return false;
    const kind = from === to ? DEFAULT_KIND : this.#kinds.read(bytes, from, to);
    let place = this.#places.get(kind);
    if (place === undefined) {
      if (this.#words.length === MOST_WORDS) return false;
      place = this.#words.push(kind) - 1;
      this.#places.set(kind, place);
    }
    this.#kind![line] = place;
    this.#fitting[place] ??= bulk.fits(kind);
    return this.#fitting[place];
  }

  /** Hands the statements of so many lines on. */
  #put(scanner: Scanner, lines: number, bulk: Bulk): number {
    if (lines === 0) return 0;
    const missing = scanner.lookUp(lines);
    if (missing < 0) {
      const slow = bulk.numbers(scanner.source, scanner.target, lines);
      // Far between: they are found sooner among the ids that the scanner knows.
      if (slow > lines) this.#scattered = SCATTERED;
    } else {
      if (missing > 0) {
        if (!scanner.apart) numberAll(scanner, missing);
        bulk.mention(scanner.bytes, missing, scanner.missing);
        scanner.learn(missing);
      }
      scanner.part(lines);
    }
    this.#say(scanner, lines, null, bulk);
    return lines;
  }

  #say({ source, target }: Scanner, count: number, id: Uint32Array | null, bulk: Bulk): void {
    const batch = {
      count,
      source,
      target,
      weight: this.#weight,
      kind: this.#kind,
      words: this.#words,
      at: this.#at,
      id,
    };
    if (this.#double !== null) doubled(batch, this.#double);
    bulk.say(this.#double ?? batch);
  }

  /** Asks about each of so many lines, and hands those on that are kept. Returns how many need no other way. */
  #sift(scanner: Scanner, lines: number, bulk: Bulk): number {
    if (lines === 0) return 0;
    const { bytes, ends, id, source, target } = scanner;
    const unknown = scanner.lookUp(lines);
    const candidate = this.#candidate;
    candidate.buffer = bytes;
    let kept = 0;
    let line = 0;
    let asked = 0;
    for (; line < lines; line++) {
      const u = 2 * line;
      const v = u + 1;
      candidate.known = ends.index[u] !== NONE && ends.index[v] !== NONE;
      candidate.sourceFrom = ends.from[u]!;
      candidate.sourceTo = ends.to[u]!;
      candidate.targetFrom = ends.from[v]!;
      candidate.targetTo = ends.to[v]!;
      if (this.#kind !== null) candidate.kind = this.#words[this.#kind[line]!]!;
      if (this.#at !== null) candidate.at = this.#at[line]!;
      if (this.#named) {
        candidate.idFrom = id.from[line]!;
        candidate.idTo = id.to[line]!;
      }
      candidate.before = kept;
      const verdict = bulk.sift!(candidate);
      if (verdict === 'row') break;
      if (!candidate.known)
        asked = this.#settle(scanner, asked, unknown, line, verdict === 'keep' ? bulk : null);
      if (verdict === 'drop') continue;
      source[kept] = ends.index[u]!;
      target[kept] = ends.index[v]!;
      if (this.#weight !== null) this.#weight[kept] = this.#weight[line]!;
      if (this.#kind !== null) this.#kind[kept] = this.#kind[line]!;
      if (this.#at !== null) this.#at[kept] = this.#at[line]!;
      this.#id[kept++] = candidate.id;
    }
    scanner.learn(asked);
    if (kept > 0) this.#say(scanner, kept, this.#named ? this.#id : null, bulk);
    return line;
  }

  /** Looks up the ends of a line that are missing, the first of them the one at `from`; without `bulk` they stay so. */
  #settle(
    { bytes, ends, missing }: Scanner,
    from: number,
    to: number,
    line: number,
    bulk: Bulk | null,
  ): number {
    const two = this.#two;
    let next = from;
    let count = 0;
    for (; next < to && missing.end[next]! >> 1 === line; next++, count++) {
      two.from[count] = missing.from[next]!;
      two.to[count] = missing.to[next]!;
      two.number[count] = numberIn(bytes, two.from[count]!, two.to[count]!);
      two.index[count] = NONE;
    }
    bulk?.mention(bytes, count, two);
    for (let k = 0; k < count; k++) {
      missing.index[from + k] = two.index[k]!;
      ends.index[missing.end[from + k]!] = two.index[k]!;
    }
    return next;
  }
}

/** Tells which of the ids that are missing are numbers. */
function numberAll({ bytes, missing: { from, to, number } }: Scanner, missing: number): void {
  for (let k = 0; k < missing; k++) number[k] = numberIn(bytes, from[k]!, to[k]!);
}

/** Writes every statement followed by its reverse, except those of oneself. */
function doubled(from: Batch, to: Batch): void {
  const { source, target, weight, kind, at } = to;
  let count = 0;
  for (let k = 0; k < from.count; k++) {
    const u = from.source[k]!;
    const v = from.target[k]!;
    for (let turn = u === v ? 1 : 0; turn < 2; turn++) {
      source[count] = turn === 0 || u === v ? u : v;
      target[count] = turn === 0 ? v : u;
      if (weight !== null) weight[count] = from.weight![k]!;
      if (kind !== null) kind[count] = from.kind![k]!;
      if (at !== null) at[count] = from.at![k]!;
      count++;
    }
  }
  to.count = count;
}
