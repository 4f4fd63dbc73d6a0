/**
 * Splits one record into fields, as ranges of bytes: by one delimiter with RFC 4180 quoting, or by runs of
 * blanks as edge lists have it. One pass, no strings, nothing allocated per record. The window ends with a
 * line feed of its own (see Reader), so the inner loops compare bytes and nothing else.
 * Cost: about one nanosecond a byte.
 */
import type { Buffer } from 'node:buffer';
import { CR, LF, QUOTE, SPACE, TAB } from './ascii.ts';
import { lineEnd } from './lines.ts';
import { RECORD_BYTES } from './window.ts';

/** What is wrong with the shape of a record. */
export type Problem = 'none' | 'lone-cr' | 'after-quote' | 'open-quote';

/** Delimiter of edge lists: runs of spaces and tabs, no quoting. */
export const BLANKS = -1;

/** The fields of one record; a reader owns one and fills it for every record. */
export class Fields {
  count = 0;
  starts = new Int32Array(64);
  ends = new Int32Array(64);
  /** 1 where a field holds doubled quotes that {@link plain} has yet to undo. */
  doubled = new Uint8Array(64);
  /** The same of the quoted field that was split last. */
  lastDoubled = 0;
  problem: Problem = 'none';
  /** Where the problem is; for an open quote, the place of the quote. */
  problemAt = 0;
  /** Line feeds before the problem, and in the whole record: inside quotes. */
  linesBefore = 0;
  lines = 0;

  /** Undoes the doubled quotes of a field where it stands, so that its range is its text. */
  plain(bytes: Uint8Array, field: number): void {
    if (this.doubled[field] === 0) return;
    this.doubled[field] = 0;
    let put = this.starts[field];
    for (let at = put; at < this.ends[field]; at++) {
      bytes[put++] = bytes[at];
      if (bytes[at] === QUOTE) at++;
    }
    this.ends[field] = put;
  }

  /** The text of a field; leaves the bytes as they are, so that the record can be split once more. */
  text(bytes: Buffer, field: number): string {
    const text = bytes.toString('utf8', this.starts[field], this.ends[field]);
    return this.doubled[field] === 0 ? text : text.replaceAll('""', '"');
  }

  /** Makes room for more fields, and returns itself. */
  grow(): this {
    this.starts = grown(this.starts, new Int32Array(4 * this.starts.length));
    this.ends = grown(this.ends, new Int32Array(4 * this.ends.length));
    this.doubled = grown(this.doubled, new Uint8Array(4 * this.doubled.length));
    return this;
  }

  clear(): void {
    this.count = 0;
    this.problem = 'none';
    this.lines = 0;
  }
}

function grown<A extends Int32Array | Uint8Array>(from: A, to: A): A {
  to.set(from);
  return to;
}

/**
 * Splits the record at `from` and returns the place of the line feed that ends it (`to` at the end of the
 * source), or -1 where the window ends before the record does.
 */
export function split(
  bytes: Buffer,
  from: number,
  to: number,
  last: boolean,
  delimiter: number,
  fields: Fields,
): number {
  fields.clear();
  return delimiter === BLANKS
    ? splitBlanks(bytes, from, to, last, fields)
    : splitQuoted(bytes, from, to, last, delimiter, fields);
}

function splitBlanks(bytes: Buffer, from: number, to: number, last: boolean, fields: Fields): number {
  let { starts, ends, doubled } = fields;
  let count = 0;
  let at = from;
  let byte: number;
  for (;;) {
    byte = bytes[at];
    while (byte === SPACE || byte === TAB) byte = bytes[++at];
    if (byte === LF || byte === CR) break;
    if (count === starts.length) ({ starts, ends, doubled } = fields.grow());
    starts[count] = at;
    while (byte > SPACE || (byte !== SPACE && byte !== LF && byte !== TAB && byte !== CR)) byte = bytes[++at];
    ends[count] = at;
    doubled[count++] = 0;
    if (byte === LF) break;
  }
  fields.count = count;
  if (byte === CR) return endAtCarriageReturn(bytes, at, to, last, fields);
  return at < to || last ? at : -1;
}

function splitQuoted(
  bytes: Buffer,
  from: number,
  to: number,
  last: boolean,
  delimiter: number,
  fields: Fields,
): number {
  let { starts, ends, doubled } = fields;
  let count = 0;
  let at = from;
  let byte: number;
  for (;;) {
    if (count === starts.length) ({ starts, ends, doubled } = fields.grow());
    byte = bytes[at];
    if (byte === QUOTE) {
      starts[count] = at + 1;
      at = passQuoted(bytes, from, at, to, fields);
      if (at < 0) return -1;
      ends[count] = at - 1;
      doubled[count++] = fields.lastDoubled;
      byte = bytes[at];
    } else {
      starts[count] = at;
      while (byte !== delimiter && byte !== LF && byte !== CR) byte = bytes[++at];
      ends[count] = at;
      doubled[count++] = 0;
    }
    if (byte !== delimiter) break;
    at++;
  }
  fields.count = count;
  if (byte === LF) return at < to || last ? at : -1;
  if (byte === CR) return endAtCarriageReturn(bytes, at, to, last, fields);
  return endAfterProblem(bytes, at, to, last, fields, 'after-quote');
}

/** Takes the quoted field that opens at `open` and returns the place after its closing quote, or -1. */
function passQuoted(bytes: Buffer, from: number, open: number, to: number, fields: Fields): number {
  fields.linesBefore = fields.lines;
  fields.problemAt = open;
  // A quote that is not closed within the limit is the same fault however much of the source is here.
  const bound = Math.min(to, from + RECORD_BYTES);
  let doubled = 0;
  let at = open + 1;
  for (;;) {
    while (at < bound && bytes[at] !== QUOTE) {
      if (bytes[at] === LF) fields.lines += 1;
      at++;
    }
    if (at >= bound) {
      fields.problem = 'open-quote';
      return -1;
    }
    // After the last byte stands the window's own line feed, and the record is not complete.
    if (bytes[at + 1] !== QUOTE) break;
    doubled = 1;
    at += 2;
  }
  fields.lastDoubled = doubled;
  return at + 1;
}

/** A carriage return ends a record together with a line feed, or as the last byte of the source. */
function endAtCarriageReturn(bytes: Buffer, at: number, to: number, last: boolean, fields: Fields): number {
  if (at + 1 < to ? bytes[at + 1] === LF : last) return Math.min(at + 1, to);
  if (at + 1 >= to) return -1;
  return endAfterProblem(bytes, at, to, last, fields, 'lone-cr');
}

/** Past a problem the fields mean nothing; the record ends with the line. */
function endAfterProblem(
  bytes: Buffer,
  at: number,
  to: number,
  last: boolean,
  fields: Fields,
  problem: Problem,
): number {
  fields.problem = problem;
  fields.problemAt = at;
  fields.linesBefore = fields.lines;
  return lineEnd(bytes, at, to, last);
}
