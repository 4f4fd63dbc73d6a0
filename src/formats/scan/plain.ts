/**
 * The scanner in plain TypeScript: the fallback where WebAssembly is not to be had, the first to begin, and the
 * oracle of assembly/scan.ts, which finds the same lines. It knows no ids: all are missing.
 */
import { Buffer } from 'node:buffer';
import { ID_BYTES } from '../../event.ts';
import { NONE, numberIn } from '../../graph/interner.ts';
import { CR, HASH, LF, QUOTE, SPACE, TAB, ZERO } from '../ascii.ts';
import type { Dialect } from '../dialect.ts';
import { BLANKS } from '../split.ts';
import { RECORD_BYTES } from '../window.ts';
import { LINES, TARGET_PART, UNUSED_PART, WEIGHT_PART } from './places.ts';
import { partsOf, type Scanner } from './scanner.ts';

/** The longest number that is taken for its value. */
const DIGITS = 9;

const places = (count: number) => new Int32Array(count);
const cells = () => ({ from: places(LINES), to: places(LINES) });

export class PlainScanner implements Scanner {
  readonly full = false;
  apart = true;
  bytes: Buffer = Buffer.alloc(0);
  readonly ends = {
    from: places(2 * LINES),
    to: places(2 * LINES),
    number: places(2 * LINES),
    index: new Uint32Array(2 * LINES),
  };
  readonly missing = { ...this.ends, end: Int32Array.from({ length: 2 * LINES }, (_, end) => end) };
  readonly source = new Uint32Array(LINES);
  readonly target = new Uint32Array(LINES);
  readonly weight = cells();
  readonly kind = cells();
  readonly date = cells();
  readonly id = cells();
  readonly #cells = [this.weight, this.kind, this.date, this.id];
  readonly #begin = places(LINES + 1);
  readonly #parts: Uint8Array;
  readonly #blanks: boolean;
  readonly #delimiter: number;
  readonly #comments: boolean;
  /** 1 for the bytes that end a field. */
  readonly #fieldEnds = new Uint8Array(256);
  #from = 0;
  #to = 0;

  constructor(dialect: Dialect) {
    const { delimiter, comments } = dialect;
    this.#parts = partsOf(dialect);
    this.#blanks = delimiter === BLANKS;
    this.#delimiter = delimiter;
    this.#comments = comments;
    for (const byte of this.#blanks ? [SPACE, TAB, LF, CR] : [delimiter, LF, CR]) this.#fieldEnds[byte] = 1;
  }

  open(bytes: Buffer, from: number, to: number): void {
    this.bytes = bytes;
    this.#from = from;
    this.#to = to;
  }

  scan(): number {
    const bytes = this.bytes;
    const { from: starts, to: stops, number } = this.ends;
    const parts = this.#parts;
    const width = parts.length;
    const ends = this.#fieldEnds;
    const blanks = this.#blanks;
    const delimiter = this.#delimiter;
    const to = this.#to;
    let line = 0;
    let start = this.#from;
    scanning: for (; line < LINES; line++) {
      let at = start;
      this.#begin[line] = start;
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
          if (part <= TARGET_PART) value = numberIn(bytes, first, stop);
          byte = bytes[++at]!;
          // A quote that is doubled, or open at the end of the line.
          if (bytes[stop] === LF || ends[byte] === 0) break scanning;
        } else {
          if (part <= TARGET_PART) {
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
          // Blanks at the end of a line are no field.
          if (blanks && stop === first) break scanning;
        }
        if (part <= TARGET_PART) {
          if (stop === first || stop - first > ID_BYTES) break scanning;
          const end = 2 * line + part;
          starts[end] = first;
          stops[end] = stop;
          number[end] = value;
        } else if (part !== UNUSED_PART) {
          const cell = this.#cells[part - WEIGHT_PART]!;
          cell.from[line] = first;
          cell.to[line] = stop;
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
      start = at + 1;
    }
    this.#begin[line] = start;
    return line;
  }

  lookUp(lines: number): number {
    const { number } = this.ends;
    let sign = 0;
    for (let k = 0; k < lines; k++) {
      this.source[k] = number[2 * k]!;
      this.target[k] = number[2 * k + 1]!;
      sign |= number[2 * k]! | number[2 * k + 1]!;
    }
    if (sign >= 0 && this.apart) return -1;
    this.ends.index.fill(NONE, 0, 2 * lines);
    return 2 * lines;
  }

  learn(): void {}

  part(lines: number): void {
    const { index } = this.ends;
    for (let k = 0; k < lines; k++) {
      this.source[k] = index[2 * k]!;
      this.target[k] = index[2 * k + 1]!;
    }
  }

  resume(lines: number): number {
    this.#from = this.#begin[lines]!;
    return this.#from;
  }
}
