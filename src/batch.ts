/**
 * Door "./batch": score an exported dataset, stream to stream. Credentials are read first, then the
 * sources in their order as one record; then the record is weighed and solved. This is a door, so it may
 * look at the clock: to report how long solving took, never to decide anything. Some lines over 300: what can
 * be made of a dataset stands here with its options.
 */
import type { TrustEngine } from './engine.ts';
import { checkTolerance, engineOver } from './engine.ts';
import { PeerageError, quote } from './error.ts';
import { parseDate } from './event.ts';
import { workerCount } from './formats/hands.ts';
import { writeDataset } from './formats/kept.ts';
import type { ReadOptions, TableOptions } from './formats/read.ts';
import type { Source } from './formats/reading.ts';
import { listOf, Reading } from './formats/reading.ts';
import type { Columns } from './graph/columns.ts';
import type { Held } from './insight/held.ts';
import { held } from './insight/held.ts';
import { type AttackOptions, type AttackReport, attackRecord } from './lab/lab.ts';
import type { Policy, PolicyInput } from './policy.ts';
import { parsePolicy, presets } from './policy.ts';
import type { RecordOptions } from './record/record.ts';
import { Record } from './record/record.ts';
import { weigh } from './record/weigh.ts';
import type { Scores } from './scores.ts';
import { scoresOf } from './scores.ts';
import { roomFor } from './solver/kernel/choose.ts';
import { Crew, orAlone } from './solver/kernel/crew.ts';
import type { Solution } from './solver/sweep.ts';
import { sweep } from './solver/sweep.ts';

export type { Source } from './formats/reading.ts';

/** How far the work has come. */
export interface Progress {
  readonly phase: 'reading' | 'weighing' | 'solving' | 'attacking';
  /** Bytes read; 0..1 in the other phases. */
  readonly done: number;
  /** Bytes to read, where that is known; 1 in the other phases. */
  readonly total?: number;
}

export interface DatasetOptions extends TableOptions {
  /** Files of `target,weight[,issuer][,at]`, or of grant events. */
  credentials?: Source | readonly Source[];
  /** How they are read, where they are tables without a header or with other names. */
  credentialsTable?: Omit<TableOptions, 'undirected'>;
  /** Holds for the whole record, whatever policy events are in it. */
  policy?: PolicyInput;
  /** The record as it stood after this many events, or at this date (ISO 8601 or a Date). */
  until?: number | string | Date;
  /** True for accounts to leave out, with all that touches them. */
  exclude?: (id: string) => boolean;
  /** Keeps only endorsements and objections of these kinds. */
  kinds?: readonly string[];
  /** Bad lines to go on after; 0 unless given, so the first one ends the run. */
  skipBad?: number;
  /** Wanted bound of the published shares (L1); 1e-9 unless given. */
  tolerance?: number;
  /** Threads to read and solve with, this one included; one for each available core unless given. The same bits. */
  workers?: number;
  onProgress?: (progress: Progress) => void;
}

/** Scores, and what they were made from. */
export interface ScoredDataset {
  readonly policy: Policy;
  /** Events taken, those that a filter left out included. */
  readonly sequence: number;
  /** Contributors, and endorsed pairs of them. */
  readonly order: number;
  readonly size: number;
  /** Live statements, and credentials in force. */
  readonly endorsements: number;
  readonly objections: number;
  readonly credentials: number;
  /** Proven L1 distance of the trust from the exact trust, and what was asked for. */
  readonly bound: number;
  readonly tolerance: number;
  readonly solver: { readonly sweeps: number; readonly edgeVisits: number; readonly milliseconds: number };
  readonly scores: Scores;
  /** How concentrated the trust is. */
  readonly held: Held;
  /** The bad lines that were left out. */
  readonly skipped: readonly PeerageError[];
  /** What a reader thought worth saying. */
  readonly notes: readonly string[];
}

/**
 * Streams files into certified scores.
 * @throws PeerageError for the first thing that is wrong, with file, line, field and value.
 * @example
 * const { scores, bound } = await scoreDataset('votes.csv', { credentials: 'maintainers.csv' });
 */
export async function scoreDataset(
  sources: Source | readonly Source[],
  options: DatasetOptions = {},
): Promise<ScoredDataset> {
  const { onProgress, tolerance = 1e-9 } = options;
  checkTolerance(tolerance);
  const workers = workerCount(options.workers);
  const { record, skipped, notes } = await recordOf(sources, options);

  onProgress?.({ phase: 'weighing', done: 0, total: 1 });
  const { policy, sequence, endorsements, objections, contributors } = record;
  // Hired here, so that they are ready when the weighing is done.
  const crew = endorsements + objections >= CREW_FROM && workers > 1 ? new Crew(workers - 1) : undefined;
  let columns: Columns;
  let solution: Solution;
  let milliseconds: number;
  try {
    columns = orAlone(crew, (crew) => weigh(record, policy, record.newest, (size) => roomFor(size, crew)));
    record.release();
    onProgress?.({ phase: 'solving', done: 0, total: 1 });
    const began = performance.now();
    solution = sweep(columns, policy, {
      tolerance,
      ...(crew === undefined ? {} : { crew }),
      ...(onProgress === undefined ? {} : { onSweep: (bound) => onProgress(solving(bound, tolerance)) }),
    });
    milliseconds = performance.now() - began;
  } finally {
    crew?.dismiss();
  }
  onProgress?.({ phase: 'solving', done: 1, total: 1 });
  const scores = scoresOf(columns, solution, { contributors, policy, sequence });
  return {
    policy,
    sequence,
    order: columns.order,
    size: columns.size,
    endorsements,
    objections,
    credentials: record.credentialsInForce,
    bound: solution.bound,
    tolerance,
    solver: { sweeps: solution.sweeps, edgeVisits: solution.edgeVisits, milliseconds },
    scores,
    held: held(scores.trust()),
    skipped,
    notes,
  };
}

/** Statements from which solving takes longer than workers take to start. */
const CREW_FROM = 2_000_000;

/** What is asked of a record that an engine is made of. */
export type EngineDatasetOptions = ConversionOptions & Pick<DatasetOptions, 'policy' | 'tolerance'>;

/** An engine, and what was said of its sources. */
export interface DatasetEngine {
  readonly engine: TrustEngine;
  /** Credentials in force. */
  readonly credentials: number;
  /** When what is in force was said. */
  readonly dates: Dates;
  readonly skipped: readonly PeerageError[];
  readonly notes: readonly string[];
}

/**
 * Streams files into an engine, to be asked why, where and what if, or to go on from.
 * @throws PeerageError for the first thing that is wrong, with file, line, field and value.
 * @example
 * const { engine } = await engineOfDataset('votes.csv', { credentials: 'maintainers.csv' });
 */
export async function engineOfDataset(
  sources: Source | readonly Source[],
  options: EngineDatasetOptions = {},
): Promise<DatasetEngine> {
  checkTolerance(options.tolerance ?? 1e-9);
  const { record, skipped, notes } = await recordOf(sources, options);
  const { credentialsInForce: credentials } = record;
  const dates = datesOf(record);
  return {
    engine: engineOver(record, options.tolerance ?? 1e-9),
    credentials,
    dates,
    skipped,
    notes,
  };
}

/** The span of time of the live statements. */
export interface Dates {
  /** Epoch milliseconds; NaN where none has a date. */
  readonly first: number;
  readonly last: number;
  /** Statements without a date. */
  readonly undated: number;
}

function datesOf({ statements: { at, dead, length } }: Record): Dates {
  let first = Number.NaN;
  let last = Number.NaN;
  let undated = 0;
  for (let entry = 0; entry < length; entry++) {
    if (dead.get(entry) === 1) continue;
    const date = at.get(entry);
    if (Number.isNaN(date)) undated++;
    else {
      if (!(first <= date)) first = date;
      if (!(last >= date)) last = date;
    }
  }
  return { first, last, undated };
}

/** What is asked of a record that is attacked. */
export type AttackDatasetOptions = ConversionOptions &
  Pick<DatasetOptions, 'policy'> &
  Omit<AttackOptions, 'onProgress'>;

/** What attacks on a dataset did, and what was said of its sources. */
export interface AttackedDataset {
  readonly report: AttackReport;
  readonly skipped: readonly PeerageError[];
  readonly notes: readonly string[];
}

/**
 * Attacks a community on paper, in many ways, and measures what each would do to its scores beside what is
 * proven possible. The files stay as they are; the same files, options and seed give the same report.
 * @throws PeerageError for the first thing that is wrong, with file, line, field and value; `bad-option`.
 * @example
 * const { report } = await attackDataset('votes.csv', { credentials: 'maintainers.csv', suite: ['copy'] });
 */
export async function attackDataset(
  sources: Source | readonly Source[],
  options: AttackDatasetOptions = {},
): Promise<AttackedDataset> {
  const { suite, compare, scorers, seed, tolerance, onProgress } = options;
  checkTolerance(tolerance ?? 1e-9);
  const { record, skipped, notes } = await recordOf(sources, options);
  const report = attackRecord(record, {
    ...(suite && { suite }),
    ...(compare && { compare }),
    ...(scorers && { scorers }),
    ...(seed !== undefined && { seed }),
    ...(tolerance !== undefined && { tolerance }),
    onProgress: (done) => onProgress?.({ phase: 'attacking', done, total: 1 }),
  });
  return { report, skipped, notes };
}

/** What is asked of a record that is converted. */
export type ConversionOptions = Pick<
  DatasetOptions,
  | keyof TableOptions
  | 'credentials'
  | 'credentialsTable'
  | 'until'
  | 'exclude'
  | 'kinds'
  | 'skipBad'
  | 'workers'
  | 'onProgress'
>;

/** A dataset in the format of this package, and what was said of its sources. */
export interface ConvertedDataset {
  readonly bytes: ArrayBuffer;
  readonly skipped: readonly PeerageError[];
  readonly notes: readonly string[];
}

/**
 * Streams files into one dataset that is read many times faster than they are, with the same scores.
 * It keeps what is live: what was taken back is not in it, and sequences count what is.
 * @throws PeerageError for the first thing that is wrong, with file, line, field and value.
 * @example
 * const { bytes } = await convertDataset('votes.csv', { credentials: 'maintainers.csv' });
 */
export async function convertDataset(
  sources: Source | readonly Source[],
  options: ConversionOptions = {},
): Promise<ConvertedDataset> {
  const { record, skipped, notes } = await recordOf(sources, options);
  return { bytes: writeDataset(record), skipped, notes };
}

/** Reads credentials first, then the sources in their order, into one record. */
async function recordOf(
  sources: Source | readonly Source[],
  options: DatasetOptions,
): Promise<{ record: Record; skipped: PeerageError[]; notes: string[] }> {
  const { onProgress, skipBad, workers, credentials = [], credentialsTable } = options;
  const record = new Record(recordOptions(options));
  const reading = new Reading(record, {
    ...(skipBad !== undefined && { skipBad }),
    ...(workers !== undefined && { workers }),
    onRead: (done, total) =>
      onProgress?.({ phase: 'reading', done, ...(total === undefined ? {} : { total }) }),
  });
  await reading.all(listOf(credentials), { ...credentialsTable, credentials: true });
  await reading.all(listOf(sources), tableOptions(options));
  return { record, skipped: reading.skipped, notes: reading.notes };
}

function tableOptions({ columns, map, delimiter, timeUnit, undirected }: DatasetOptions): ReadOptions {
  return {
    ...(columns && { columns }),
    ...(map && { map }),
    ...(delimiter !== undefined && { delimiter }),
    ...(timeUnit && { timeUnit }),
    ...(undirected && { undirected }),
  };
}

function recordOptions({ policy, until, exclude, kinds }: DatasetOptions): RecordOptions {
  return {
    policy: policy === undefined ? presets.classic : parsePolicy(policy),
    policyFixed: policy !== undefined,
    ...(exclude && { exclude }),
    ...(kinds && { kinds }),
    ...(until !== undefined && untilOf(until)),
  };
}

function untilOf(until: number | string | Date): RecordOptions {
  if (typeof until !== 'number') return { untilDate: parseDate(until, 'until') };
  if (Number.isSafeInteger(until) && until >= 0) return { untilSequence: until };
  throw new PeerageError('bad-option', `${quote(until)} is not a sequence; expected a whole number from 0`, {
    field: 'until',
    value: until,
  });
}

/** How far solving has come: errors fall geometrically, so by the logarithm of the bound. */
function solving(bound: number, tolerance: number): Progress {
  const done = Math.log(bound / 2) / Math.log(tolerance / 2);
  return { phase: 'solving', done: Math.min(1, Math.max(0, done)), total: 1 };
}
