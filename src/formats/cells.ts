/**
 * What one cell of a table, or one attribute of an edge, says: a weight, a date, a name. Read from ranges of
 * bytes that are known to be UTF-8. Nothing is trimmed and nothing is coerced: what is not exactly what is
 * expected is refused with the text that was met.
 */
import type { Buffer } from 'node:buffer';
import { PeerageError, quote } from '../error.ts';
import { ID_BYTES, type Milliseconds, parseDate, WEIGHT_RANGE } from '../event.ts';
import { COLON, MINUS, SPACE, UPPER_T, UPPER_Z, ZERO } from './ascii.ts';
import { decimal } from './decimal.ts';
import type { Report } from './report.ts';

/** A weight of a statement; below zero for an objection. */
export function signedWeight(bytes: Buffer, from: number, to: number): number {
  const weight = decimal(bytes, from, to);
  const magnitude = Math.abs(weight);
  // Written so that NaN fails too.
  if (magnitude >= WEIGHT_RANGE[0] && magnitude <= WEIGHT_RANGE[1]) return weight;
  throw notWeight(bytes, from, to, WEIGHT_RANGE, ', or the same below zero for an objection');
}

/** A weight within `range`, which lies above zero. */
export function weightWithin(
  bytes: Buffer,
  from: number,
  to: number,
  range: readonly [number, number],
): number {
  const weight = decimal(bytes, from, to);
  if (weight >= range[0] && weight <= range[1]) return weight;
  throw notWeight(bytes, from, to, range, '');
}

function notWeight(
  bytes: Buffer,
  from: number,
  to: number,
  range: readonly [number, number],
  more: string,
): PeerageError {
  const value = bytes.toString('utf8', from, to);
  return new PeerageError(
    'bad-weight',
    `${quote(value)} is not a weight; expected a decimal number from ${range[0]} to 1e12${more}`,
    { field: 'weight', value },
  );
}

/** Checks the length of an id, kind or issuer. */
export function checkRange(bytes: Buffer, from: number, to: number, field: string): void {
  const length = to - from;
  if (length > 0 && length <= ID_BYTES) return;
  const value = bytes.toString('utf8', from, to);
  throw new PeerageError(
    'bad-id',
    length === 0
      ? `is empty; expected a text of 1 to ${ID_BYTES} bytes`
      : `${quote(value)} has more than ${ID_BYTES} bytes`,
    { field, value },
  );
}

const YEAR_1980 = Date.UTC(1980, 0);
const YEAR_2500 = Date.UTC(2500, 0);

/** Reads the dates of one source, and notices when the unit of its numbers is probably another one. */
export class Dates {
  readonly #unit: 's' | 'ms';
  readonly #given: boolean;
  #least = Number.POSITIVE_INFINITY;
  #most = Number.NEGATIVE_INFINITY;

  constructor(unit: 's' | 'ms' | undefined) {
    this.#unit = unit ?? 'ms';
    this.#given = unit !== undefined;
  }

  /** The first and the last date that was written as a number. */
  get range(): [number, number] {
    return [this.#least, this.#most];
  }

  /** Takes note of dates that were read elsewhere. */
  include([least, most]: readonly [number, number]): void {
    if (least < this.#least) this.#least = least;
    if (most > this.#most) this.#most = most;
  }

  forget(): void {
    this.#least = Number.POSITIVE_INFINITY;
    this.#most = Number.NEGATIVE_INFINITY;
  }

  /** Epoch milliseconds; NaN where the cell is blank. */
  read(bytes: Buffer, from: number, to: number): Milliseconds {
    if (from === to) return Number.NaN;
    const plain = plainDate(bytes, from, to);
    if (!Number.isNaN(plain)) return plain;
    const number = decimal(bytes, from, to);
    const date = this.#unit === 's' ? number * 1000 : number;
    // Both are false for NaN, which a text is.
    if (date < this.#least) this.#least = date;
    if (date > this.#most) this.#most = date;
    const text = Number.isNaN(number) ? bytes.toString('utf8', from, to) : undefined;
    try {
      return parseDate(text ?? date);
    } catch {
      const value = text ?? bytes.toString('utf8', from, to);
      const unit = this.#unit === 's' ? 'seconds' : 'milliseconds';
      throw new PeerageError(
        'bad-date',
        `${quote(value)} is not a date; expected ISO 8601 (2026-01-03T12:00:00Z) or epoch ${unit}`,
        { field: 'at', value },
      );
    }
  }

  /** Says so at the end of the source when every numeric date was an unlikely one. */
  remark(report: Report): void {
    const seen = this.#least <= this.#most;
    if (seen && !this.#given && this.#most < YEAR_1980) {
      report.note('all dates lie before 1980 as epoch milliseconds; if they are seconds, give --time-unit s');
    } else if (seen && this.#unit === 's' && this.#least > YEAR_2500) {
      report.note('all dates lie after 2500 as epoch seconds; if they are milliseconds, give --time-unit ms');
    }
  }
}

/** Days before each month of a year that begins in March, so that the leap day is the last. */
const DAYS = [306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275];
const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * `2024-01-03`, `2024-01-03T12:00:00` or the same with `Z` in epoch milliseconds, without a string; NaN for
 * anything else, which may be a date all the same.
 */
function plainDate(bytes: Uint8Array, from: number, to: number): Milliseconds {
  const length = to - from;
  if (length !== 10 && length !== 19 && length !== 20) return Number.NaN;
  if (bytes[from + 4] !== MINUS || bytes[from + 7] !== MINUS) return Number.NaN;
  const year = 100 * pair(bytes, from) + pair(bytes, from + 2);
  const month = pair(bytes, from + 5);
  const day = pair(bytes, from + 8);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  // Written so that NaN fails too.
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1)) return Number.NaN;
  if (day > LENGTHS[month - 1]! + (leap && month === 2 ? 1 : 0)) return Number.NaN;
  const march = month > 2 ? year : year - 1;
  const leaps = Math.floor(march / 4) - Math.floor(march / 100) + Math.floor(march / 400);
  const days = 365 * march + leaps + DAYS[month - 1]! + day - 719_469;
  if (length === 10) return days * 86_400_000;
  if (bytes[from + 10] !== UPPER_T && bytes[from + 10] !== SPACE) return Number.NaN;
  if (bytes[from + 13] !== COLON || bytes[from + 16] !== COLON) return Number.NaN;
  if (length === 20 && bytes[from + 19] !== UPPER_Z) return Number.NaN;
  const hour = pair(bytes, from + 11);
  const minute = pair(bytes, from + 14);
  const second = pair(bytes, from + 17);
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN;
  return days * 86_400_000 + ((hour * 60 + minute) * 60 + second) * 1000;
}

/** The value of two digits, or NaN. */
function pair(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - ZERO;
  const ones = bytes[at + 1]! - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? 10 * tens + ones : Number.NaN;
}

const SLOTS = 1024;

/**
 * Texts that come again and again, such as kinds: the string is made once and found by its bytes. A fixed
 * number of slots, so that a column of ever new texts costs time but no memory.
 */
export class Words {
  readonly #field: string;
  readonly #bytes: Uint8Array[] = new Array(SLOTS);
  readonly #texts: string[] = new Array(SLOTS);

  constructor(field: string) {
    this.#field = field;
  }

  read(bytes: Buffer, from: number, to: number): string {
    let hash = to - from;
    for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + bytes[at]) | 0;
    const slot = (hash ^ (hash >>> 10)) & (SLOTS - 1);
    const known = this.#bytes[slot];
    if (known !== undefined && same(known, bytes, from, to)) return this.#texts[slot];
    checkRange(bytes, from, to, this.#field);
    const text = bytes.toString('utf8', from, to);
    this.#bytes[slot] = new Uint8Array(bytes.subarray(from, to));
    this.#texts[slot] = text;
    return text;
  }
}

function same(known: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (known.length !== to - from) return false;
  for (let at = 0; at < known.length; at++) if (known[at] !== bytes[from + at]) return false;
  return true;
}
