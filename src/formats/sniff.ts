/**
 * Tells from the beginning of a source what it is: JSON Lines, a Graphviz file, or a table or edge list; the
 * name of the source decides nothing. What is certainly none of them is refused by what it is.
 */
import type { Buffer } from 'node:buffer';
import type { Sink } from '../event.ts';
import { MAGIC } from '../snapshot/format.ts';
import type { TableOptions } from './columns.ts';
import { Dataset } from './dataset.ts';
import { Delimited } from './delimited.ts';
import { Dot } from './dot.ts';
import { JsonLines } from './jsonl.ts';
import type { Report } from './report.ts';
import type { Reader } from './window.ts';

export interface SourceOptions extends TableOptions {
  /** A source of credentials: `target[,weight][,issuer][,at]`, or events that grant and revoke. */
  credentials?: boolean | undefined;
  /** Bytes that there will be in all, where that is known. */
  size?: number | undefined;
}

/** How much of a source is looked at to tell what it is. */
const SNIFFED = 1 << 16;

const DATASET = String.fromCharCode(...MAGIC);

const ARCHIVES: readonly [magic: string, what: string][] = [
  ['PK\u0003\u0004', 'is a zip archive'],
  ['\u0028\u00b5\u002f\u00fd', 'is compressed with zstd'],
  ['\u00fd7zXZ\u0000', 'is compressed with xz'],
  ['BZh91AY&SY', 'is compressed with bzip2'],
];

/** Comments of Graphviz, then `strict`, then `graph` or `digraph` with its name, then a brace. */
const GRAPHVIZ =
  /^\s*(?:(?:\/\/|#)[^\n]*\n\s*|\/\*(?:[^*]|\*(?!\/))*\*\/\s*)*(?:strict\s+)?(?:di)?graph\b\s*(?:"(?:[^"\\]|\\[\s\S])*"|[\w.\u0080-\u00ff-]+)?\s*\{/i;

/** Waits for the beginning of the source, and from then on is the reader for what it is. */
export class Sniffer implements Reader {
  readonly #sink: Sink;
  readonly #report: Report;
  readonly #options: SourceOptions;
  readonly #table: Delimited;
  #reader: Reader | undefined;

  constructor(sink: Sink, report: Report, options: SourceOptions) {
    this.#sink = sink;
    this.#report = report;
    this.#options = options;
    // Made even if it is not going to be needed: it refuses bad options before the first byte.
    this.#table = new Delimited(sink, report, options);
  }

  take(bytes: Buffer, from: number, to: number, last: boolean): number {
    if (this.#reader !== undefined) return this.#reader.take(bytes, from, to, last);
    if (to - from < SNIFFED && !last) return from;
    const start = this.#passMark(bytes, from, to);
    this.#reader = this.#choose(bytes.toString('latin1', start, Math.min(to, from + SNIFFED)));
    return this.#reader.take(bytes, start, to, last);
  }

  /** The reader of tables, once it is known that the source is one. */
  get table(): Delimited | undefined {
    return this.#reader === this.#table ? this.#table : undefined;
  }

  /** Passes over the byte order mark of UTF-8; the others belong to encodings that are not read. */
  #passMark(bytes: Buffer, from: number, to: number): number {
    const mark = bytes.toString('latin1', from, Math.min(to, from + 3));
    if (mark.startsWith('\u00ff\u00fe') || mark.startsWith('\u00fe\u00ff')) {
      this.#report.fatal('bad-utf8', 'is UTF-16; convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)');
    }
    return mark === '\u00ef\u00bb\u00bf' ? from + 3 : from;
  }

  /** @param beginning the first bytes, one character each */
  #choose(beginning: string): Reader {
    const { columns, credentials, undirected, size = 0 } = this.#options;
    if (beginning.startsWith(DATASET)) {
      if (credentials === true) {
        this.#report.fatal(
          'bad-line',
          'is a converted dataset; expected credentials as a table or as JSON Lines',
        );
      }
      if (undirected === true) this.#report.note('is a converted dataset: not read both ways');
      return new Dataset(this.#sink, this.#report, size);
    }
    for (const [magic, what] of ARCHIVES) {
      if (beginning.startsWith(magic))
        this.#report.fatal('binary', `${what}; expected text, or text in gzip`);
    }
    if (/^\s*\{/.test(beginning)) {
      if (undirected === true)
        this.#report.note('is JSON Lines, which says itself who endorses whom: not read both ways');
      return new JsonLines(this.#sink, this.#report, credentials === true);
    }
    if (columns === undefined && /^\s*\[\s*[{\]]/.test(beginning)) {
      this.#report.fatal(
        'bad-line',
        'is a JSON array; expected JSON Lines: one event, an object, on each line',
      );
    }
    if (!GRAPHVIZ.test(beginning)) return this.#table;
    if (credentials === true) {
      this.#report.fatal('bad-line', 'is a Graphviz file; expected credentials as a table or as JSON Lines');
    }
    return new Dot(this.#sink, this.#report, this.#options);
  }
}
