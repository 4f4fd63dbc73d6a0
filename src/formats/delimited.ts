/**
 * Tables and edge lists: finds out from the first line that is not a comment what the delimiter is and which
 * column holds what, and takes every line after it. A bad line is reported with its number and passed over
 * whole; a header that cannot be understood, and a quote that is never closed, end the reading.
 */
import type { Buffer } from 'node:buffer';
import { PeerageError, quote } from '../error.ts';
import type { Sink } from '../event.ts';
import { COMMA, CR, HASH, LF, PERCENT, PIPE, QUOTE, SEMICOLON, SPACE, TAB } from './ascii.ts';
import {
  CREDENTIALS,
  checkMap,
  edgeListLayout,
  headedLayout,
  isHeader,
  type Layout,
  list,
  listedLayout,
  STATEMENTS,
  type TableOptions,
} from './columns.ts';
import { decimal } from './decimal.ts';
import { Lines, lineEnd, pastBlanks } from './lines.ts';
import type { Report } from './report.ts';
import { CredentialTaker, StatementTaker, type Taker } from './rows.ts';
import { BLANKS, Fields, split } from './split.ts';
import { type Reader, RECORD_BYTES } from './window.ts';

/** In the order in which they are looked for. */
const DELIMITERS = [TAB, COMMA, SEMICOLON, PIPE];
const NAMED: Record<string, number> = {
  tab: TAB,
  comma: COMMA,
  semicolon: SEMICOLON,
  pipe: PIPE,
  space: BLANKS,
  ' ': BLANKS,
};
/** Where no delimiter is known yet. */
const UNKNOWN = -2;

export class Delimited implements Reader {
  readonly #sink: Sink;
  readonly #report: Report;
  readonly #options: TableOptions & { credentials?: boolean | undefined };
  readonly #lines: Lines;
  readonly #fields = new Fields();
  #delimiter: number;
  #layout: Layout | undefined;
  #taker: Taker | undefined;
  #width = 0;
  /** Whether a line that starts with # is a comment wherever it stands. */
  #comments = true;
  #commentsBefore = 0;
  #commentsAfter = 0;

  constructor(sink: Sink, report: Report, options: Delimited['#options']) {
    this.#sink = sink;
    this.#report = report;
    this.#options = options;
    this.#lines = new Lines(report);
    this.#delimiter = delimiterByte(options.delimiter);
    const { columns, map } = options;
    checkMap(map, this.#subject);
    if (columns !== undefined) this.#layout = listedLayout(columns, map, this.#subject);
  }
