/**
 * The fast way for lines of a table that have nothing remarkable about them: the right number of fields, ids
 * of a fair length, a weight, kind and date that are in order, no quote but around a whole field. They are
 * taken many at a time, without an object or a string for any of them. At the first line that is anything
 * else it stops, and that line goes the long way (delimited.ts), which knows what to say of it; so nothing
 * is refused here, and nothing is accepted here that would be refused there.
 */
import type { Buffer } from 'node:buffer';
import { type Batch, type Bulk, DEFAULT_KIND, ID_BYTES, type Mentions, WEIGHT_RANGE } from '../event.ts';
import { numberIn } from '../graph/interner.ts';
import { CR, HASH, LF, QUOTE, SPACE, TAB, ZERO } from './ascii.ts';
import { type Dates, Words } from './cells.ts';
import { decimal } from './decimal.ts';
import type { Dialect } from './dialect.ts';
import { BLANKS } from './split.ts';
import { RECORD_BYTES } from './window.ts';

/** Lines that are taken together: what is kept of them stays in the nearest cache. */
const LINES = 1024;
/** The longest number that is taken for its value. */
const DIGITS = 9;
const MOST_WORDS = 0xffff;

/** What is done with a column. */
const Part = { source: 0, target: 1, weight: 2, kind: 3, at: 4, unused: 5 } as const;

export class Ordinary {
  /** Lines taken by the last call of {@link take}. */
  lines = 0;
  #scanned = 0;
  readonly #parts: Uint8Array;
  readonly #blanks: boolean;
  readonly #delimiter: number;
  readonly #comments: boolean;
  readonly #bothWays: boolean;
  readonly #dates: Dates;
  /** 1 for the bytes that end a field. */
  readonly #ends = new Uint8Array(256);
  readonly #mentions: Mentions = {
    from: new Int32Array(2 * LINES),
    to: new Int32Array(2 * LINES),
    number: new Int32Array(2 * LINES),
    index: new Uint32Array(2 * LINES),
  };
  readonly #weight: Float64Array | null;
  readonly #kind: Uint16Array | null;
  readonly #at: Float64Array | null;
  /** What is handed on: the columns above, or copies with every statement followed by its reverse. */
  readonly #batch: Batch;
  /** Places of the kinds in the batch's words. */
  readonly #places = new Map<string, number>();
  readonly #words: string[] = [];
  readonly #kinds = new Words('kind');

  constructor({ delimiter, layout, comments }: Dialect, bothWays: boolean, dates: Dates) {
    this.#blanks = delimiter === BLANKS;
    this.#delimiter = delimiter;
    this.#comments = comments;
    this.#bothWays = bothWays;
    this.#dates = dates;
    for (const byte of this.#blanks ? [SPACE, TAB, LF, CR] : [delimiter, LF, CR]) this.#ends[byte] = 1;
    this.#parts = new Uint8Array(layout.names.length).fill(Part.unused);
    for (const field of ['source', 'target', 'weight', 'kind', 'at'] as const) {
      if (layout[field] >= 0) this.#parts[layout[field]] = Part[field];
    }
    this.#weight = layout.weight < 0 ? null : new Float64Array(LINES);
    this.#kind = layout.kind < 0 ? null : new Uint16Array(LINES);
    this.#at = layout.at < 0 ? null : new Float64Array(LINES);
    this.#batch = {
      count: 0,
      source: new Uint32Array(2 * LINES),
      target: new Uint32Array(2 * LINES),
      weight: bothWays && this.#weight !== null ? new Float64Array(2 * LINES) : this.#weight,
      kind: bothWays && this.#kind !== null ? new Uint16Array(2 * LINES) : this.#kind,
      words: this.#words,
      at: bothWays && this.#at !== null ? new Float64Array(2 * LINES) : this.#at,
    };
  }

  /** Whether tables laid out like this have lines that can be taken here. */
  static knows({ layout }: Dialect): boolean {
    const { source, target, weight, kind, at } = layout;
    const columns = [source, target, weight, kind, at].filter((column) => column >= 0);
    // A column may be told to be two things at once, as where everybody endorses itself.
    return layout.id < 0 && layout.names.length > 1 && new Set(columns).size === columns.length;
  }

  /**
   * Takes ordinary lines from `from` on and returns where the first one begins that is not, or not whole.
   * bytes[to] is a line feed that is not in the source; the bytes before it are known to be sound.
   */
  take(bytes: Buffer, from: number, to: number, bulk: Bulk): number {
    this.lines = 0;
    if (this.#kind === null && !bulk.fits(DEFAULT_KIND)) return from;
    if (this.#at === null && bulk.dated) return from;
    let next = from;
    let taken: number;
    do {
      next = this.#scan(bytes, next, to, bulk);
      taken = this.#scanned;
      if (taken > 0) this.#put(bytes, taken, bulk);
      this.lines += taken;
    } while (taken === LINES);
    return next;
  }

  /** Fills the columns from lines; how many they were is in `#scanned`. */
  #scan(bytes: Buffer, from: number, to: number, bulk: Bulk): number {
    const { from: starts, to: stops, number } = this.#mentions;
    const parts = this.#parts;
    const width = parts.length;
    const ends = this.#ends;
    const blanks = this.#blanks;
    const delimiter = this.#delimiter;
    let line = 0;
    let start = from;
    scanning: for (; line < LINES; line++) {
      let at = start;
      let kindFrom = 0;
      let kindTo = 0;
      let dateFrom = 0;
      let dateTo = 0;
      for (let column = 0; column < width; column++) {
        let byte = bytes[at]!;
        if (blanks) while (byte === SPACE || byte === TAB) byte = bytes[++at]!;
        if (column === 0 && byte === HASH && this.#comments) break scanning;
        const part = parts[column]!;
        let first = at;
        let stop: number;
        let value = -1;
        if (byte === QUOTE && !blanks) {
          first = ++at;
          while (bytes[at] !== QUOTE && bytes[at] !== LF) at++;
          stop = at;
          if (part <= Part.target) value = numberIn(bytes, first, stop);
          byte = bytes[++at]!;
          // A quote that is doubled, or open at the end of the line.
          if (bytes[stop] === LF || ends[byte] === 0) break scanning;
        } else {
          if (part <= Part.target) {
            value = byte - ZERO;
            if (value > 0 && value <= 9) {
              byte = bytes[++at]!;
              for (let digit = byte - ZERO; digit >= 0 && digit <= 9; digit = byte - ZERO) {
                value = value * 10 + digit;
                byte = bytes[++at]!;
              }
            } else if (value === 0) byte = bytes[++at]!;
            if (ends[byte] === 0 || at - first > DIGITS) value = -1;
          }
          while (ends[byte] === 0) byte = bytes[++at]!;
          stop = at;
        }
        if (part <= Part.target) {
          if (stop === first || stop - first > ID_BYTES) break scanning;
          const mention = 2 * line + part;
          starts[mention] = first;
          stops[mention] = stop;
          number[mention] = value;
        } else if (part === Part.weight) {
          const weight = decimal(bytes, first, stop);
          const magnitude = Math.abs(weight);
          if (!(magnitude >= WEIGHT_RANGE[0] && magnitude <= WEIGHT_RANGE[1])) break scanning;
          this.#weight![line] = weight;
        } else if (part === Part.at) {
          dateFrom = first;
          dateTo = stop;
        } else if (part === Part.kind) {
          kindFrom = first;
          kindTo = stop;
        }
        if (column + 1 < width) {
          if (blanks ? byte === LF || byte === CR : byte !== delimiter) break scanning;
          at++;
        }
      }
      if (blanks) while (bytes[at] === SPACE || bytes[at] === TAB) at++;
      if (bytes[at] === CR) at++;
      // The line feed after the last byte is not the source's own.
      if (bytes[at] !== LF || at >= to || at - start > RECORD_BYTES) break;
      if (this.#kind !== null && !this.#kindOf(bytes, kindFrom, kindTo, line, bulk)) break;
      // Last of all, because a date that is read is remembered, for what is said of all dates in the end.
      if (this.#at !== null && !this.#date(bytes, dateFrom, dateTo, line, bulk.dated)) break;
      start = at + 1;
    }
    this.#scanned = line;
    return start;
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
    return bulk.fits(kind);
  }

  /** Hands the statements of so many lines on. */
  #put(bytes: Buffer, lines: number, bulk: Bulk): void {
    const mentions = this.#mentions;
    const batch = this.#batch;
    const { source, target } = batch;
    bulk.mention(bytes, 2 * lines, mentions);
    const { index } = mentions;
    if (this.#bothWays) this.#double(index, lines);
    else {
      for (let k = 0; k < lines; k++) {
        source[k] = index[2 * k]!;
        target[k] = index[2 * k + 1]!;
      }
      batch.count = lines;
    }
    bulk.say(batch);
  }

  /** Every statement followed by its reverse, except those of oneself. */
  #double(index: Uint32Array, lines: number): void {
    const batch = this.#batch;
    const { source, target, weight, kind, at } = batch;
    let count = 0;
    for (let k = 0; k < lines; k++) {
      const u = index[2 * k]!;
      const v = index[2 * k + 1]!;
      for (let turn = u === v ? 1 : 0; turn < 2; turn++) {
        source[count] = turn === 0 || u === v ? u : v;
        target[count] = turn === 0 ? v : u;
        if (weight !== null) weight[count] = this.#weight![k]!;
        if (kind !== null) kind[count] = this.#kind![k]!;
        if (at !== null) at[count] = this.#at![k]!;
        count++;
      }
    }
    batch.count = count;
  }
}
