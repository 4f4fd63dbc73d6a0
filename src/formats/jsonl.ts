/**
 * JSON Lines with the full vocabulary of events: one object a line. What an event may say is parseEvent's
 * matter, what it means in this record is the sink's; here only lines and JSON can be wrong.
 */
import type { Buffer } from 'node:buffer';
import { PeerageError, quote } from '../error.ts';
import { type Event, parseEvent, type Sink } from '../event.ts';
import { Lines, lineEnd } from './lines.ts';
import type { Report } from './report.ts';
import { RECORD_BYTES, type Reader } from './window.ts';

/** Nothing further in has to fear a value nested as deep as a line is long, not even a message quoting it. */
const DEPTH = 1000;

export class JsonLines implements Reader {
  readonly #sink: Pick<Sink, 'apply'>;
  readonly #report: Report;
  readonly #lines: Lines;
  readonly #credentials: boolean;

  /** With `credentials`, events other than those of credentials are refused. */
  constructor(sink: Pick<Sink, 'apply'>, report: Report, credentials: boolean) {
    this.#sink = sink;
    this.#report = report;
    this.#lines = new Lines(report);
    this.#credentials = credentials;
  }

  take(bytes: Buffer, from: number, to: number, last: boolean): number {
    let at = this.#lines.look(bytes, from, to, last);
    while (at < to) {
      const end = lineEnd(bytes, at, to, last);
      const long = (end < 0 ? to : end) - at > RECORD_BYTES;
      if (end < 0 && !long) return at;
      if (long) at = this.#lines.giveUp(bytes, at, end < 0 ? to : end + 1, to, end >= 0);
      else {
        this.#line(bytes, at, end);
        at = end + 1;
      }
      if (end >= 0) this.#report.line += 1;
    }
    return to;
  }

  #line(bytes: Buffer, from: number, end: number): void {
    const fault = this.#lines.sound(end) ? undefined : this.#lines.fault(bytes, from, end);
    if (fault !== undefined) {
      this.#report.bad(fault);
      return;
    }
    const text = bytes.toString('utf8', from, end).trim();
    if (text === '') return;
    try {
      const event = parseEvent(parseJson(text));
      if (this.#credentials) refuseStatement(event);
      this.#sink.apply(event);
    } catch (error) {
      this.#report.bad(error);
    }
  }
}

function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const { message } = error as Error;
    // The parser tells the place, or quotes what is around it, or says that it met the end.
    const around = /, (?:\.\.\.)?"([\s\S]+)"(?:\.\.\.)? is not valid JSON$/.exec(message)?.[1];
    const at = Number(/at position (\d+)/.exec(message)?.[1] ?? text.length);
    const ended = around === undefined && at >= text.length;
    const near = around ?? text.slice(Math.max(0, at - 20), at + 20);
    throw new PeerageError(
      'bad-line',
      ended
        ? `the JSON ends too early, after ${quote(near)}; expected one whole event, an object, on each line`
        : `is not JSON, near ${quote(near)}; expected one event, an object, on each line`,
      { value: near },
    );
  }
  // A shorter text cannot be nested so deep.
  if (text.length > DEPTH && isDeep(value, DEPTH)) {
    throw new PeerageError(
      'bad-line',
      `is nested more than ${DEPTH} deep; expected one event, an object, on each line`,
    );
  }
  return value;
}

function isDeep(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return left === 0 || Object.values(value).some((part) => isDeep(part, left - 1));
}

function refuseStatement(event: Event): void {
  if (event.type === 'grant' || event.type === 'revoke') return;
  throw new PeerageError(
    'bad-event',
    `${quote(event.type)} is not an event of a file of credentials; expected grant or revoke`,
    { field: 'type', value: event.type },
  );
}
