/**
 * `peerage report`: reads a record as `peerage score` does and writes one page about it that needs nothing
 * else. Misuse is refused before any file is read, and the file appears whole or not at all.
 */
import { basename } from 'node:path';
import { version } from '../../package.json';
import type { Source } from '../batch.ts';
import type { AuditOptions } from '../insight/audit.ts';
import type { Audit } from '../insight/audited.ts';
import type { Dial } from '../insight/dial.ts';
import type { Score } from '../scores.ts';
import { finder, walksOf } from './audit.ts';
import * as read from './flags.ts';
import { readingOf, sourcesOf } from './record.ts';
import type { DialPart, ReportData, ScoreTable, Waist } from './report-data.ts';
import { historyOf } from './report-history.ts';
import { filled, reportPage } from './report-page.ts';
import { whyOf } from './report-why.ts';
import { policyLine } from './summary.ts';
import { destination, writeWhole } from './whole-file.ts';

/** Contributors of the ranking unless asked otherwise, and of the graph. */
const RANKED = 5000;
const DRAWN = 300;
/** Parts of an explanation, so that none is left out. */
const ALL = 10_000;
/** Carriers that are named. */
const CARRIERS = 20;
/** Contributors whose trust is followed over time. */
const FOLLOWED = 5;

/** Writes the report. @throws PeerageError; `bad-option` for misuse. */
export async function report(files: string[], flags: read.ReportFlags): Promise<void> {
  const sources = sourcesOf('report', files, flags);
  if (flags.out === undefined)
    throw read.misuse('--out', 'is missing; expected the name of the page to write');
  const top = flags.top === undefined ? RANKED : read.count('--top', flags.top);
  const asked: AuditOptions = { top: CARRIERS };
  if (flags.walks !== undefined) asked.walks = walksOf(flags.walks);
  if (flags.seed !== undefined) asked.seed = read.count('--seed', flags.seed);
  if (flags.holdersFrom !== undefined) asked.holdersFrom = read.share('--holders-from', flags.holdersFrom);
  const reading = await readingOf(sources, flags);
  const { options } = reading;
  const to = destination(flags.out, reading.inputs);
  const page = await reportPage();

  const again = await readable(files, flags.credentials ?? []);
  const { engineOfDataset } = await import('../batch.ts');
  const data = await reading.load((options) => {
    const { files, credentials } = again();
    return engineOfDataset(files, { ...options, credentials });
  });
  const { engine, dates } = data;
  const scores = engine.scores();
  const ranked = scores.top(top);
  const followed = ranked.slice(0, FOLLOWED).map(({ contributor }) => contributor);
  const moments = await historyOf({ sources: again, options, policy: engine.policy, dates, followed });
  const why = whyOf(ranked.slice(0, DRAWN), (id) => engine.explain(id, { breadth: ALL }));
  const communities = await finder();
  const audit = engine.audit({ ...asked, ...(communities !== null && { communities }) });
  const { holdersFrom, seed } = asked;
  const turned = { ...(holdersFrom !== undefined && { holdersFrom }), ...(seed !== undefined && { seed }) };
  const dial = scores.length > 0 ? engine.dial(turned) : undefined;
  const found: ReportData = {
    title: flags.title ?? `Trust in ${named(files)}`,
    files: files.map(shown),
    credentialFiles: (flags.credentials ?? []).map(shown),
    version,
    policy: engine.policy,
    policyWords: policyLine(engine.policy),
    sequence: scores.sequence,
    bound: scores.bound,
    tolerance: options.tolerance ?? 1e-9,
    order: scores.length,
    size: engine.size,
    endorsements: engine.endorsements,
    objections: engine.objections,
    credentials: data.credentials,
    ...(!Number.isNaN(dates.first) && { dates: { first: dates.first, last: dates.last } }),
    top: tableOf(ranked),
    ...powerOf(audit, asked.holdersFrom ?? 0),
    ...(dial !== undefined && { dial: dialPart(dial) }),
    ...why,
    ...(typeof moments === 'string' ? { omitted: { history: moments } } : { history: moments, omitted: {} }),
  };
  await writeWhole(to, filled(page, found));
  reading.remark(data);
}

/** What the audit says, as the page shows it; nothing of a waist where nothing is delivered. */
function powerOf(
  { held, waist, survival, findings, seed }: Audit,
  holdersFrom: number,
): Pick<ReportData, 'held' | 'waist' | 'survival' | 'findings'> {
  const { all, peers, hourglass, walks, error } = waist;
  const { gini, top1, top10, effective, nakamoto50, lorenz } = held;
  const part = ({ w50, w90, carriers, curve }: typeof all): Waist => ({
    w50,
    w90,
    carriers: carriers.map(({ contributor, share }) => ({ contributor, share: short(share) })),
    curve: curve.filter(([k]) => k > 0).map(([k, share]) => [k, short(share)]),
  });
  return {
    held: { gini, top1, top10, effective, nakamoto50, lorenz: lorenz.map(([x, y]) => [short(x), short(y)]) },
    ...(all.deliveries > 0 && {
      waist: { all: part(all), peers: part(peers), hourglass, walks, error, seed, holdersFrom },
      survival: Object.entries(survival).map(([k, share]) => [Number(k), share] as const),
    }),
    findings: findings.map(({ text }) => text),
  };
}

function dialPart({ points, walks }: Dial): DialPart {
  return {
    walks,
    error: Math.max(...points.map(({ error }) => error)),
    points: points
      .map(({ balance, waist50, survive10, top1, agreement }) => ({
        balance,
        w50: waist50,
        survive10: survive10 === null ? null : short(survive10),
        top1: short(top1),
        agreement: agreement === null ? null : short(agreement),
      }))
      .sort((one, other) => one.balance - other.balance),
  };
}

/** Five figures: more than a page shows. */
function short(value: number): number {
  return Number(value.toPrecision(5));
}

/** The sources, to be read as often as they are asked for: standard input is kept. */
async function readable(
  files: readonly string[],
  credentials: readonly string[],
): Promise<() => { files: Source[]; credentials: Source[] }> {
  const chunks: Uint8Array[] = [];
  if (files.includes('-') || credentials.includes('-')) {
    for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  }
  async function* stream() {
    yield* chunks;
  }
  const source = (file: string): Source =>
    file === '-' ? { name: 'standard input', stream: stream() } : file;
  return () => ({ files: files.map(source), credentials: credentials.map(source) });
}

/** Names of files without the folders they are in, which are nobody's business. */
function shown(file: string): string {
  return file === '-' ? 'standard input' : basename(file);
}

function named(files: readonly string[]): string {
  const [first] = files;
  return files.length === 1 ? shown(first!) : `${shown(first!)} and ${files.length - 1} more`;
}

const FIGURES = { trust: 9, multiple: 6, percentile: 6, standing: 4, mass: 9, distrust: 9 } as const;

function tableOf(scores: readonly Score[]): ScoreTable {
  const columns = ['contributor', 'rank', 'rankFrom', 'rankTo', ...Object.keys(FIGURES)] as (keyof Score)[];
  const cell = (score: Score, column: keyof Score) => {
    const value = score[column];
    const digits = FIGURES[column as keyof typeof FIGURES];
    return digits === undefined ? value : Number((value as number).toPrecision(digits));
  };
  return { columns, rows: scores.map((score) => columns.map((column) => cell(score, column))) };
}
