/**
 * What every reader of lines refuses: NUL bytes, text that is not UTF-8, lines that do not end. NUL and UTF-8
 * are looked for in a window as a whole, at the speed of memory; only a window where something is wrong
 * is looked at line by line, to say which line it is.
 */
import { type Buffer, isUtf8 } from 'node:buffer';
import { PeerageError, quote } from '../error.ts';
import { LF, SPACE, TAB } from './ascii.ts';
import type { Report } from './report.ts';
import { RECORD_BYTES } from './window.ts';

export class Lines {
  readonly #report: Report;
  #valid = true;
  #nul = Number.POSITIVE_INFINITY;
  #skipping = false;

  constructor(report: Report) {
    this.#report = report;
  }

  /** To be called first with every window. Returns where to read on: past the rest of a line given up. */
  look(bytes: Buffer, from: number, to: number, last: boolean): number {
    let start = from;
    if (this.#skipping) {
      const end = lineEnd(bytes, from, to, last);
      if (end < 0) return to;
      this.#skipping = false;
      this.#report.line += 1;
      start = Math.min(end + 1, to);
    }
    const whole = last || start === to ? to : bytes.lastIndexOf(LF, to - 1) + 1;
    this.#valid = whole <= start || isUtf8(bytes.subarray(start, whole));
    this.#findNul(bytes, start, to);
    return start;
  }

  /** What is wrong with the bytes of one whole record; a NUL stops the reading. */
  fault(bytes: Buffer, from: number, end: number): PeerageError | undefined {
    this.refuseNul(end);
    if (this.#valid || isUtf8(bytes.subarray(from, end))) return undefined;
    const text = bytes.toString('utf8', from, end);
    return new PeerageError(
      'bad-utf8',
      `${quote(text)} is not UTF-8; expected UTF-8 (a file in Latin-1 can be converted with iconv -f LATIN1 -t UTF-8)`,
      { value: text },
    );
  }

  /** True unless the rest of a line is being passed over. */
  get idle(): boolean {
    return !this.#skipping;
  }

  /** True where no record up to `end` can have a fault; spares the call of {@link fault}. */
  sound(end: number): boolean {
    return this.#valid && this.#nul >= end;
  }

  refuseNul(end: number): void {
    if (this.#nul < end) this.#report.raise(nulFault());
  }

  /**
   * Gives up a record of more than RECORD_BYTES that has been searched as far as `searched`, and returns where
   * to read on. `complete`: its end was found, and `searched` is after it.
   */
  giveUp(bytes: Buffer, from: number, searched: number, to: number, complete: boolean): number {
    this.refuseNul(from + RECORD_BYTES + 1);
    this.#report.bad(
      new PeerageError('long-line', `has more than ${RECORD_BYTES} bytes; expected a line feed before that`),
    );
    this.#skipping = !complete;
    if (this.#nul < searched) this.#findNul(bytes, searched, to);
    return searched;
  }

  #findNul(bytes: Buffer, from: number, to: number): void {
    const found = bytes.subarray(from, to).indexOf(0);
    this.#nul = found < 0 ? Number.POSITIVE_INFINITY : from + found;
  }
}

/** Where the line that starts at `from` ends: the place of its line feed, or -1 where that is not here yet. */
export function lineEnd(bytes: Buffer, from: number, to: number, last: boolean): number {
  const end = bytes.indexOf(LF, from);
  return end < to && end >= 0 ? end : last ? to : -1;
}

/** The first byte of bytes[from, end) that is neither a space nor a tab, or `end`. */
export function pastBlanks(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
  return at;
}

export function nulFault(): PeerageError {
  return new PeerageError('binary', 'has a NUL byte and looks like a binary file; expected text in UTF-8');
}

/** A quote at `at` that is closed nowhere: not in the source, or with `long` not within the limit of a record. */
export function quoteFault(bytes: Buffer, at: number, to: number, long: boolean, line: number): PeerageError {
  const text = bytes.toString('utf8', at + 1, Math.min(to, at + 80)).split('\n', 1)[0];
  const where = long ? `within ${RECORD_BYTES} bytes` : 'before the end of the file';
  return new PeerageError(
    'unclosed-quote',
    `the quote before ${quote(text)} is not closed ${where}; expected a closing quote`,
    { line },
  );
}
