/**
 * From the fields of one line to what the sink takes: a Row for a statement, filled again for every line, or
 * the event of a credential. A line is taken whole: everything it says is checked before the sink is called.
 */
import type { Buffer } from 'node:buffer';
import {
  CREDENTIAL_RANGE,
  DEFAULT_ISSUER,
  DEFAULT_KIND,
  type Event,
  ID_BYTES,
  type Milliseconds,
  type Row,
  type Sink,
} from '../event.ts';
import { checkRange, type Dates, signedWeight, Words, weightWithin } from './cells.ts';
import type { Layout } from './columns.ts';
import type { Report } from './report.ts';
import type { Fields } from './split.ts';

/** Where the lines of a table go. */
export interface Taker {
  /** Takes one line of as many fields as the layout has, or throws a PeerageError and takes nothing. */
  take(bytes: Buffer, fields: Fields): void;
  /** What is to be said once the whole source has been read. */
  remark(report: Report): void;
}

/** A row as readers start with it: no date, no id, one plain endorsement. */
export class LineRow implements Row {
  buffer: Uint8Array = new Uint8Array(0);
  sourceFrom = 0;
  sourceTo = 0;
  targetFrom = 0;
  targetTo = 0;
  weight = 1;
  kind = DEFAULT_KIND;
  at: Milliseconds = Number.NaN;
  id: string | undefined = undefined;

  /** The same statement the other way round; an id names one statement, so this one has none. */
  reverse(): void {
    const { sourceFrom, sourceTo } = this;
    this.sourceFrom = this.targetFrom;
    this.sourceTo = this.targetTo;
    this.targetFrom = sourceFrom;
    this.targetTo = sourceTo;
    this.id = undefined;
  }

  isLoop(): boolean {
    const length = this.sourceTo - this.sourceFrom;
    if (length !== this.targetTo - this.targetFrom) return false;
    for (let k = 0; k < length; k++) {
      if (this.buffer[this.sourceFrom + k] !== this.buffer[this.targetFrom + k]) return false;
    }
    return true;
  }
}

/** Puts a row into the sink, and with `bothWays` its reverse, unless it is known already or a loop. */
export function put(sink: Sink, row: LineRow, bothWays: boolean): void {
  const added = sink.row(row);
  if (!bothWays || !added || row.isLoop()) return;
  row.reverse();
  sink.row(row);
}

export class StatementTaker implements Taker {
  readonly #layout: Layout;
  readonly #sink: Sink;
  readonly #bothWays: boolean;
  readonly #dates: Dates;
  readonly #kinds = new Words('kind');
  readonly #row = new LineRow();

  constructor(layout: Layout, sink: Sink, bothWays: boolean, dates: Dates) {
    this.#layout = layout;
    this.#sink = sink;
    this.#bothWays = bothWays;
    this.#dates = dates;
  }

  take(bytes: Buffer, fields: Fields): void {
    const row = this.#row;
    const { source, target, weight, kind, at, id } = this.#layout;
    const { starts, ends, doubled } = fields;
    if (doubled[source] !== 0) fields.plain(bytes, source);
    if (doubled[target] !== 0) fields.plain(bytes, target);
    row.buffer = bytes;
    row.sourceFrom = starts[source];
    row.sourceTo = ends[source];
    row.targetFrom = starts[target];
    row.targetTo = ends[target];
    const sourceLength = row.sourceTo - row.sourceFrom;
    const targetLength = row.targetTo - row.targetFrom;
    if (sourceLength === 0 || sourceLength > ID_BYTES || targetLength === 0 || targetLength > ID_BYTES) {
      checkRange(bytes, row.sourceFrom, row.sourceTo, 'source');
      checkRange(bytes, row.targetFrom, row.targetTo, 'target');
    }
    if (weight >= 0) {
      fields.plain(bytes, weight);
      row.weight = signedWeight(bytes, starts[weight], ends[weight]);
    }
    if (kind >= 0) {
      fields.plain(bytes, kind);
      row.kind =
        starts[kind] === ends[kind] ? DEFAULT_KIND : this.#kinds.read(bytes, starts[kind], ends[kind]);
    }
    if (at >= 0) {
      fields.plain(bytes, at);
      row.at = this.#dates.read(bytes, starts[at], ends[at]);
    }
    if (id >= 0) {
      fields.plain(bytes, id);
      row.id = undefined;
      if (starts[id] !== ends[id]) {
        checkRange(bytes, starts[id], ends[id], 'id');
        row.id = bytes.toString('utf8', starts[id], ends[id]);
      }
    }
    put(this.#sink, row, this.#bothWays);
  }

  remark(report: Report): void {
    this.#dates.remark(report);
  }
}

export class CredentialTaker implements Taker {
  readonly #layout: Layout;
  readonly #sink: Sink;
  readonly #dates: Dates;
  readonly #issuers = new Words('issuer');

  constructor(layout: Layout, sink: Sink, dates: Dates) {
    this.#layout = layout;
    this.#sink = sink;
    this.#dates = dates;
  }

  take(bytes: Buffer, fields: Fields): void {
    const { target, weight, issuer, at } = this.#layout;
    const { starts, ends } = fields;
    for (const field of [target, weight, issuer, at]) if (field >= 0) fields.plain(bytes, field);
    checkRange(bytes, starts[target], ends[target], 'target');
    const grant: Event = {
      type: 'grant',
      target: bytes.toString('utf8', starts[target], ends[target]),
      weight: weight < 0 ? 1 : weightWithin(bytes, starts[weight], ends[weight], CREDENTIAL_RANGE),
      issuer:
        issuer < 0 || starts[issuer] === ends[issuer]
          ? DEFAULT_ISSUER
          : this.#issuers.read(bytes, starts[issuer], ends[issuer]),
    };
    const date = at < 0 ? Number.NaN : this.#dates.read(bytes, starts[at], ends[at]);
    if (!Number.isNaN(date)) grant.at = date;
    this.#sink.apply(grant);
  }

  remark(report: Report): void {
    this.#dates.remark(report);
  }
}
