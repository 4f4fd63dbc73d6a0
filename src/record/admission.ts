/**
 * Which events belong to the record that is wanted: those up to a sequence or a date, of accounts that are
 * not excluded, of the kinds that were asked for. An event that does not belong is left out, which is no
 * error; a date after `notAfter` is one.
 */
import { PeerageError, quote } from '../error.ts';
import type { Candidate, Milliseconds, Row } from '../event.ts';
import { Interner, NONE } from '../graph/interner.ts';

export interface AdmissionOptions {
  /** An event dated later than this is refused. */
  notAfter?: Milliseconds;
  /** Leaves out the events after this sequence. */
  untilSequence?: number;
  /** Leaves out the events dated later than this. */
  untilDate?: Milliseconds;
  /** True for accounts that are left out, with all that touches them. */
  exclude?: (id: string) => boolean;
  /** Keeps only endorsements and objections of these kinds. */
  kinds?: readonly string[];
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export class Admission {
  /** The newest date read, left out or not: when an event without a date is taken to happen. */
  newestRead: Milliseconds = Number.NEGATIVE_INFINITY;
  #options: AdmissionOptions;
  readonly #kinds: ReadonlySet<string> | null;
  /** Accounts that `exclude` said yes to: asked once each. */
  readonly #excluded = new Interner();

  constructor(
    options: AdmissionOptions,
    private readonly contributors: Interner,
  ) {
    this.#options = options;
    this.#kinds = options.kinds === undefined ? null : new Set(options.kinds);
  }

  /** From now on no event comes after the record's end. */
  open(): void {
    const { untilSequence: _, untilDate: __, ...rest } = this.#options;
    this.#options = rest;
  }

  /** @throws PeerageError `too-late`. */
  checkDate(at: Milliseconds): void {
    const { notAfter } = this.#options;
    if (notAfter !== undefined) checkDate(at, notAfter);
  }

  /**
   * True if the event after `sequence` others, of this date, comes too late for the record. A date of NaN
   * stands for that of the event before.
   */
  isAfter(sequence: number, at: Milliseconds): boolean {
    const { untilSequence, untilDate } = this.#options;
    if (untilSequence !== undefined && sequence >= untilSequence) return true;
    if (untilDate === undefined) return false;
    if (at > this.newestRead) this.newestRead = at;
    return (Number.isNaN(at) ? this.newestRead : at) > untilDate;
  }

  /** True if anything at all can leave out a statement. */
  get selective(): boolean {
    const { untilSequence, untilDate, exclude } = this.#options;
    return this.#kinds !== null || [untilSequence, untilDate, exclude].some((one) => one !== undefined);
  }

  /** True if a date can be too late to be taken. */
  get looksAtDates(): boolean {
    return this.#options.notAfter !== undefined;
  }

  /** True if endorsements and objections need a date to be told early from late. */
  get needsDates(): boolean {
    return this.#options.untilDate !== undefined;
  }

  /** True if a statement is of a kind or account that is left out. */
  leavesOut({ kind, buffer, sourceFrom, sourceTo, targetFrom, targetTo }: Candidate | Row): boolean {
    return (
      this.leavesOutKind(kind) ||
      this.isExcluded(buffer, sourceFrom, sourceTo) ||
      this.isExcluded(buffer, targetFrom, targetTo)
    );
  }

  leavesOutKind(kind: string): boolean {
    return this.#kinds !== null && !this.#kinds.has(kind);
  }

  isExcluded(buffer: Uint8Array, from: number, to: number): boolean {
    const { exclude } = this.#options;
    if (exclude === undefined || this.contributors.find(buffer, from, to) !== NONE) return false;
    if (this.#excluded.find(buffer, from, to) !== NONE) return true;
    if (!exclude(decoder.decode(buffer.subarray(from, to)))) return false;
    this.#excluded.intern(buffer, from, to);
    return true;
  }
}

/** What stands against an endorsement or objection of this kind and date under a policy; null if nothing. */
export function unfit(
  policy: { kinds: object | null; halfLife: number | null },
  kind: string,
  at: Milliseconds,
): PeerageError | null {
  const { kinds, halfLife } = policy;
  if (kinds !== null && !Object.hasOwn(kinds, kind)) {
    const known = Object.keys(kinds).map(quote).join(', ') || 'none';
    return new PeerageError(
      'unknown-kind',
      `${quote(kind)} is not a kind of the policy, which names ${known}`,
      {
        field: 'kind',
        value: kind,
      },
    );
  }
  if (halfLife !== null && Number.isNaN(at)) {
    return new PeerageError(
      'missing-date',
      'is missing; the policy has a half-life, so every event needs a date',
      {
        field: 'at',
      },
    );
  }
  return null;
}

/** A date that may be missing. @throws PeerageError `too-late`. */
export function checkDate(at: Milliseconds, notAfter: Milliseconds): void {
  if (!(at > notAfter)) return;
  const latest = new Date(notAfter).toISOString();
  const reason = `${new Date(at).toISOString()} is after ${latest}, the latest date taken`;
  throw new PeerageError('too-late', reason, { field: 'at', value: at });
}
