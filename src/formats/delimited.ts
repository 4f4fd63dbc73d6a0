/**
 * Tables and edge lists: passes over what stands before the data, lets the first line say what the table is
 * (dialect.ts), and takes every line after it. A bad line is reported with its number and passed over whole;
 * a header that cannot be understood, and a quote that is never closed, end the reading.
 */
import type { Buffer } from 'node:buffer';
import { PeerageError, quote } from '../error.ts';
import { DEFAULT_KIND, type Sink } from '../event.ts';
import { HASH, PERCENT } from './ascii.ts';
import { Dates } from './cells.ts';
import { CREDENTIALS, checkOptions, list, listedLayout, STATEMENTS, type TableOptions } from './columns.ts';
import { type Dialect, delimiterByte, findDelimiter, isBlank, isComment, readDialect } from './dialect.ts';
import { Lines, lineEnd, pastBlanks, quoteFault } from './lines.ts';
import { Ordinary } from './ordinary.ts';
import type { Plan } from './piece.ts';
import type { Report } from './report.ts';
import { CredentialTaker, StatementTaker, type Taker } from './rows.ts';
import { Fields, split } from './split.ts';
import { RECORD_BYTES, type Reader } from './window.ts';

export interface DelimitedOptions extends TableOptions {
  /** A table of credentials and not of statements. */
  credentials?: boolean | undefined;
}

const MOST_FAILURES = 16;

export class Delimited implements Reader {
  readonly #sink: Sink;
  readonly #report: Report;
  readonly #options: DelimitedOptions;
  readonly #lines: Lines;
  readonly #fields = new Fields();
  #delimiter: number | undefined;
  #dialect: Dialect | undefined;
  #taker: Taker | undefined;
  #ordinary: Ordinary | undefined;
  #dates: Dates | undefined;
  /** Times that no line was ordinary in a row, and records to pass before the next try. */
  #failures = 0;
  #pause = 0;
  /** Comments before the data, and after its first line. */
  #preface = 0;
  #comments = 0;

  /** @throws PeerageError `bad-option` for options that make no sense with any file. */
  constructor(sink: Sink, report: Report, options: DelimitedOptions) {
    this.#sink = sink;
    this.#report = report;
    this.#options = options;
    this.#lines = new Lines(report);
    this.#delimiter = delimiterByte(options.delimiter);
    checkOptions(options, this.#subject);
    if (options.columns !== undefined) listedLayout(options.columns, options.map, this.#subject);
  }

  take(bytes: Buffer, from: number, to: number, last: boolean): number {
    let at = this.#lines.look(bytes, from, to, last);
    while (at < to) {
      if (this.#ordinary !== undefined) {
        at = this.#takeOrdinary(this.#ordinary, bytes, at, to);
        if (at >= to) break;
      }
      const next =
        this.#dialect === undefined || this.#taker === undefined
          ? this.#beforeData(bytes, at, to, last)
          : this.#record(bytes, at, to, last, this.#dialect, this.#taker);
      if (next < 0) return at;
      at = next;
    }
    if (last) this.#remark();
    return to;
  }

  /** How the rest of the table can be read in pieces; undefined where it cannot, or not yet. */
  plan(): Plan | undefined {
    const bulk = this.#ordinary === undefined ? null : this.#sink.bulk?.();
    if (!bulk || this.#dialect === undefined || !this.#lines.idle) return undefined;
    const { layout } = this.#dialect;
    // What is kept, and which ids are new, is known only once all before it is.
    if (bulk.selective || layout.id >= 0) return undefined;
    // Nothing would be ordinary.
    if ((layout.kind < 0 && !bulk.fits(DEFAULT_KIND)) || (layout.at < 0 && bulk.dated)) return undefined;
    const { undirected, timeUnit } = this.#options;
    return { dialect: this.#dialect, bothWays: undirected === true, timeUnit, dated: bulk.dated };
  }

  /** Counts lines, and dates, that were read elsewhere. */
  passed(lines: number, dates?: readonly [number, number]): void {
    this.#report.line += lines;
    if (dates !== undefined) this.#dates?.include(dates);
  }

  /** Takes what is ordinary from `at` on; where little is, not every line is tried. */
  #takeOrdinary(ordinary: Ordinary, bytes: Buffer, at: number, to: number): number {
    if (this.#pause > 0) {
      this.#pause -= 1;
      return at;
    }
    const bulk = this.#lines.sound(to) ? this.#sink.bulk?.() : null;
    if (!bulk) return at;
    const next = ordinary.take(bytes, at, to, bulk);
    this.#report.line += ordinary.lines;
    this.#failures = ordinary.lines > 0 ? 0 : Math.min(this.#failures + 1, MOST_FAILURES);
    this.#pause = this.#failures * this.#failures;
    return next;
  }

  get #subject() {
    return this.#options.credentials === true ? CREDENTIALS : STATEMENTS;
  }

  /** One record. Returns where the next begins, or -1 where this one is not complete. */
  #record(bytes: Buffer, from: number, to: number, last: boolean, dialect: Dialect, taker: Taker): number {
    if (dialect.comments && bytes[from] <= HASH && isComment(bytes, from, to, dialect.delimiter)) {
      const next = this.#passLine(bytes, from, to, last);
      if (next >= 0) this.#comments += 1;
      return next;
    }
    const fields = this.#fields;
    const end = split(bytes, from, to, last, dialect.delimiter, fields);
    if (end < 0 || end - from > RECORD_BYTES) return this.#unfinished(bytes, from, end, to, last);
    // One test for all that is rare: blank and ragged lines, faults of quoting and of encoding.
    const even = fields.count === dialect.layout.names.length && fields.count > 1;
    if (!even || fields.problem !== 'none' || !this.#lines.sound(end)) {
      const fault = this.#lines.fault(bytes, from, end) ?? this.#fault(bytes, from, end, dialect);
      if (fault !== undefined) this.#report.bad(fault);
      if (fault !== undefined || isBlank(bytes, from, end, dialect.delimiter)) {
        this.#report.line += 1 + fields.lines;
        return end + 1;
      }
    }
    try {
      taker.take(bytes, fields);
    } catch (error) {
      this.#report.bad(error);
    }
    this.#report.line += 1 + fields.lines;
    return end + 1;
  }

  /** Blank lines and comments, and then the line that says what the table is. */
  #beforeData(bytes: Buffer, from: number, to: number, last: boolean): number {
    const line = lineEnd(bytes, from, to, last);
    const first = bytes[pastBlanks(bytes, from, to)];
    const comment = first === HASH || first === PERCENT;
    if (line < 0 || line - from > RECORD_BYTES || comment || isBlank(bytes, from, line, this.#delimiter)) {
      const next = this.#passLine(bytes, from, to, last);
      if (next >= 0 && comment) this.#preface += 1;
      return next;
    }
    const fields = this.#fields;
    this.#delimiter ??= findDelimiter(bytes, from, to, last, fields);
    if (this.#delimiter === undefined) return -1;
    const end = split(bytes, from, to, last, this.#delimiter, fields);
    if (end < 0 || end - from > RECORD_BYTES) return this.#unfinished(bytes, from, end, to, last);
    if (this.#options.columns === undefined) {
      const fault = this.#lines.fault(bytes, from, end) ?? this.#problem(bytes, end);
      if (fault !== undefined) this.#report.raise(fault);
    }
    const dialect = readDialect(
      { bytes, from, end, fields, delimiter: this.#delimiter, preceded: this.#preface > 0 },
      { subject: this.#subject, options: this.#options, report: this.#report },
    );
    this.#dialect = dialect;
    const { timeUnit, undirected, credentials } = this.#options;
    const dates = new Dates(timeUnit);
    this.#dates = dates;
    if (credentials === true) this.#taker = new CredentialTaker(dialect.layout, this.#sink, dates);
    else {
      this.#taker = new StatementTaker(dialect.layout, this.#sink, undirected === true, dates);
      const bothWays = undirected === true;
      if (Ordinary.knows(dialect, bothWays)) this.#ordinary = new Ordinary(dialect, bothWays, dates);
    }
    if (!dialect.header) return from;
    this.#report.line += 1 + fields.lines;
    return end + 1;
  }

  /** Passes over one line that is not data. */
  #passLine(bytes: Buffer, from: number, to: number, last: boolean): number {
    this.#fields.clear();
    const end = lineEnd(bytes, from, to, last);
    if (end < 0 || end - from > RECORD_BYTES) return this.#unfinished(bytes, from, end, to, last);
    this.#lines.refuseNul(end);
    this.#report.line += 1;
    return end + 1;
  }

  /** A record that ends beyond this window (`end` is -1), or beyond what is allowed. */
  #unfinished(bytes: Buffer, from: number, end: number, to: number, last: boolean): number {
    const { problem, problemAt, linesBefore, lines } = this.#fields;
    const limited = to - from > RECORD_BYTES;
    if (end < 0 && !limited && !last) return -1;
    if (end < 0 && problem === 'open-quote') {
      this.#lines.refuseNul(Math.min(to, from + RECORD_BYTES + 1));
      this.#report.line += linesBefore;
      this.#report.raise(quoteFault(bytes, problemAt, to, limited, this.#report.line));
    }
    const complete = end >= 0;
    const next = this.#lines.giveUp(bytes, from, complete ? end + 1 : to, to, complete);
    this.#report.line += lines + (complete ? 1 : 0);
    return next;
  }

  /** What is wrong with the shape of a whole record; nothing with a blank line. */
  #fault(bytes: Buffer, from: number, end: number, { layout, delimiter }: Dialect): PeerageError | undefined {
    const { count } = this.#fields;
    const problem = this.#problem(bytes, end);
    if (problem !== undefined) return problem;
    const expected = layout.names.length;
    if (count === expected || isBlank(bytes, from, end, delimiter)) return undefined;
    return new PeerageError(
      'ragged-row',
      `has ${count} ${count === 1 ? 'field' : 'fields'}; expected ${expected} (${list(layout.names, true)})`,
      { value: count },
    );
  }

  #problem(bytes: Buffer, end: number): PeerageError | undefined {
    const { problem, problemAt, linesBefore } = this.#fields;
    const line = this.#report.line + linesBefore;
    if (problem === 'lone-cr') {
      return new PeerageError(
        'bad-line',
        'has a carriage return in it; expected lines that end with LF or CRLF',
        {
          line,
        },
      );
    }
    if (problem === 'none') return undefined;
    const text = bytes.toString('utf8', problemAt, Math.min(end, problemAt + 80));
    return new PeerageError(
      'bad-line',
      `${quote(text)} follows a closing quote; expected a delimiter (a quote within quotes is written twice)`,
      { line, value: text },
    );
  }

  #remark(): void {
    // Before an edge list they are expected; elsewhere they might have been data.
    const expected = this.#dialect?.comments === true && this.#options.columns === undefined;
    const comments = this.#comments + (expected ? 0 : this.#preface);
    if (comments > 0) this.#report.note(`lines passed over as comments (# or %): ${comments}`);
    this.#taker?.remark(this.#report);
  }
}
