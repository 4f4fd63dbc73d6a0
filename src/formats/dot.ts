/**
 * Graphviz files as records: every edge is a statement, and attributes of edges may hold its kind, weight,
 * date and id. A node that no edge mentions is no contributor. `strict` is not enforced: an edge that stands
 * twice counts twice. A fault of grammar ends the reading, since what follows it cannot be trusted; a fault
 * of one edge is reported like that of a line.
 */
import { type Buffer, isUtf8 } from 'node:buffer';
import { PeerageError, quote } from '../error.ts';
import { DEFAULT_KIND, type Sink } from '../event.ts';
import { checkRange, Dates, signedWeight, Words } from './cells.ts';
import { type Field, list, type TableOptions } from './columns.ts';
import { Grammar, type Statement } from './dot-grammar.ts';
import { STARVED, type Token } from './dot-tokens.ts';
import { quoteFault } from './lines.ts';
import type { Report } from './report.ts';
import { LineRow, put } from './rows.ts';
import { RECORD_BYTES, type Reader } from './window.ts';

const FIELDS = ['weight', 'kind', 'at', 'id'] as const satisfies readonly Field[];
type EdgeField = (typeof FIELDS)[number];

export class Dot implements Reader {
  readonly #sink: Sink;
  readonly #report: Report;
  readonly #map: NonNullable<TableOptions['map']>;
  readonly #undirected: boolean;
  readonly #dates: Dates;
  readonly #kinds = new Words('kind');
  readonly #names = new Words('attribute');
  readonly #row = new LineRow();
  readonly #grammar = new Grammar();
  /** The fields that an attribute holds, and the attributes that were met. */
  readonly #holds = new Map<string, EdgeField[]>();
  readonly #met = new Set<string>();
  #edges = 0;

  constructor(sink: Sink, report: Report, options: TableOptions) {
    this.#sink = sink;
    this.#report = report;
    this.#map = options.map ?? {};
    this.#undirected = options.undirected === true;
    this.#dates = new Dates(options.timeUnit);
    for (const field of FIELDS) {
      const name = this.#map[field] ?? field;
      this.#holds.set(name, [...(this.#holds.get(name) ?? []), field]);
    }
  }

  take(bytes: Buffer, from: number, to: number, last: boolean): number {
    const { tokens } = this.#grammar;
    const report = this.#report;
    let at = from;
    // Where a statement starts, once the blanks before it are passed; those may be read piece by piece.
    let start: number | undefined;
    try {
      for (;;) {
        tokens.window(bytes, at, to, last);
        tokens.passBlanks();
        start = tokens.at;
        report.line = tokens.line;
        if (start === to) break;
        const bound = Math.min(to, start + RECORD_BYTES);
        tokens.window(bytes, start, bound, last && bound === to);
        const statement = this.#grammar.next();
        at = tokens.at;
        if (statement.what === 'edge') this.#take(statement, bytes, start, at);
        else if (statement.what === 'defaults') this.#refuseDefaults(statement);
        start = undefined;
      }
    } catch (error) {
      if (error !== STARVED) throw error;
      if (start === undefined) report.line = tokens.line;
      else tokens.line = report.line;
      start ??= tokens.at;
      if (last || to - start > RECORD_BYTES) this.#unfinished(bytes, to, to - start > RECORD_BYTES);
      return start;
    }
    if (last) this.#finish();
    return to;
  }

  #take(statement: Statement, bytes: Buffer, from: number, to: number): void {
    try {
      if (!isUtf8(bytes.subarray(from, to))) {
        const value = bytes.toString('utf8', from, to);
        throw new PeerageError('bad-utf8', `${quote(value)} is not UTF-8; expected UTF-8`, { value });
      }
      this.#edge(statement, bytes);
    } catch (error) {
      this.#report.bad(error);
    }
  }

  /** Gives an edge, or a chain of them, to the sink; all of it is checked before. */
  #edge({ nodes, attributes }: Statement, bytes: Buffer): void {
    const { tokens, directed } = this.#grammar;
    const row = this.#row;
    row.buffer = bytes;
    row.weight = 1;
    row.kind = DEFAULT_KIND;
    row.at = Number.NaN;
    row.id = undefined;
    for (const [token, value] of attributes) {
      tokens.plain(token);
      const name = this.#names.read(bytes, token.from, token.to);
      this.#met.add(name);
      for (const field of this.#holds.get(name) ?? []) this.#set(field, value, bytes);
    }
    if (row.id !== undefined && nodes.length > 2) {
      throw new PeerageError(
        'bad-line',
        `is given to ${nodes.length - 1} edges at once; expected it on one edge`,
        {
          field: 'id',
          value: row.id,
        },
      );
    }
    for (const node of nodes) {
      tokens.plain(node);
      checkRange(bytes, node.from, node.to, node === nodes[0] ? 'source' : 'target');
    }
    for (let place = 1; place < nodes.length; place++) {
      row.sourceFrom = nodes[place - 1].from;
      row.sourceTo = nodes[place - 1].to;
      row.targetFrom = nodes[place].from;
      row.targetTo = nodes[place].to;
      put(this.#sink, row, this.#undirected || !directed);
    }
    this.#edges += 1;
  }

  #set(field: EdgeField, value: Token, bytes: Buffer): void {
    const row = this.#row;
    this.#grammar.tokens.plain(value);
    const { from, to } = value;
    if (field === 'weight') row.weight = signedWeight(bytes, from, to);
    else if (field === 'at') row.at = this.#dates.read(bytes, from, to);
    else if (field === 'kind') row.kind = from === to ? DEFAULT_KIND : this.#kinds.read(bytes, from, to);
    else if (from < to) {
      checkRange(bytes, from, to, 'id');
      row.id = bytes.toString('utf8', from, to);
    }
  }

  /** Defaults would have to be carried to the edges after them; none are, so none may matter. */
  #refuseDefaults({ attributes }: Statement): void {
    for (const [token] of attributes) {
      const name = this.#grammar.tokens.text(token);
      const field = this.#holds.get(name)?.[0];
      if (field === undefined) continue;
      this.#report.fatal(
        'bad-line',
        `${quote(name)} is a default for several edges; expected it on each edge`,
        {
          line: token.line,
          field,
        },
      );
    }
  }

  /** The source ends in a quote or a comment, or a statement is longer than is allowed. */
  #unfinished(bytes: Buffer, to: number, long: boolean): never {
    const report: Report = this.#report;
    const { inside } = this.#grammar.tokens;
    if (inside?.what === 'quote') report.raise(quoteFault(bytes, inside.at, to, long, inside.line));
    if (inside?.what === 'comment') {
      const where = long ? `within ${RECORD_BYTES} bytes` : 'before the end of the file';
      const { line } = inside;
      report.fatal('bad-line', `the comment that opens here is not closed ${where}; expected */`, { line });
    }
    report.fatal(
      'long-line',
      `has a statement of more than ${RECORD_BYTES} bytes; expected its end before that`,
    );
  }

  #finish(): void {
    const report = this.#report;
    if (this.#grammar.depth > 0) {
      report.fatal('bad-line', 'the file ends before the graph does; expected "}" (is it cut off?)');
    }
    const met = [...this.#met];
    for (const field of FIELDS) {
      const name = this.#map[field];
      if (name === undefined || this.#met.has(name) || this.#edges === 0) continue;
      const found = met.length === 0 ? 'none' : list(met);
      report.fatal('missing-column', `no edge has an attribute ${quote(name)}; found ${found}`, { field });
    }
    const unused = met.filter((name) => !this.#holds.has(name));
    if (unused.length > 0) {
      const advice =
        this.#map.kind === undefined ? `; --map kind=${unused[0]} would make that one the kind` : '';
      report.note(`attributes not used: ${list(unused)}${advice}`);
    }
    this.#dates.remark(report);
  }
}
