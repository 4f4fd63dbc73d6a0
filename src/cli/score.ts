/**
 * `peerage score`: reads the flags, refuses misuse before any file is read, has the record scored, and
 * hands the answer on in the format asked for. Holds no mathematics and no wording of tables.
 */
import type { DatasetOptions, ScoredDataset } from '../batch.ts';
import { skippedLine, writeCsv, writeJson, writeJsonLines } from '../formats/write.ts';
import type { Score } from '../scores.ts';
import { readExclusion } from './exclude.ts';
import * as read from './flags.ts';
import { colours, note, writeOut } from './output.ts';
import { effectivePolicy } from './policy.ts';
import { progress } from './progress.ts';
import { recordOptions, sourcesOf, tellSkipped } from './record.ts';
import { exactness, NO_CREDENTIAL } from './summary.ts';
import { renderTable } from './table.ts';
import { destination, writeWhole } from './whole-file.ts';

const TABLE_ROWS = 20;

/** Scores the files as one record. @throws PeerageError; `bad-option` for misuse. */
export async function score(files: string[], flags: read.ScoreFlags): Promise<void> {
  const sources = sourcesOf('score', files, flags);
  const out = flags.out === '-' ? undefined : flags.out;
  const format = read.format(flags.format, out);
  const top = flags.top === undefined ? undefined : read.count('--top', flags.top);
  const options = await datasetOptions(flags);
  const exclusion = await readExclusion(flags.exclude ?? []);
  if (flags.exclude !== undefined) options.exclude = exclusion.excludes;
  const inputs = [...sources.filter((file) => file !== '-'), ...(flags.exclude ?? [])];
  if (flags.policy !== undefined) inputs.push(flags.policy);
  const to = out === undefined ? undefined : destination(out, inputs);

  const watched = process.stderr.isTTY === true && !flags.quiet;
  if (watched && process.stdin.isTTY && sources.includes('-'))
    note('reading from the terminal; Ctrl-D ends it');
  const bar = await progress(watched);
  const { scoreDataset } = await import('../batch.ts');
  let data: ScoredDataset;
  try {
    data = await scoreDataset(files, { ...options, onProgress: bar.show });
  } finally {
    bar.stop();
  }
  if (!flags.quiet) tellSkipped(data.skipped);
  const text = render(data, format, top, to === undefined);
  if (to === undefined) await writeOut(text);
  else await writeWhole(to, text);
  if (!watched) return;
  for (const remark of data.notes) note(remark);
  if (flags.kind !== undefined && data.endorsements + data.objections === 0) {
    note(`nothing in the record is of kind ${flags.kind.join(' or ')}`);
  }
  for (const value of exclusion.unmatched()) note(`--exclude ${value} matched no contributor`);
  if (format === 'table' && to === undefined) return;
  if (data.credentials === 0 && data.order > 0) note(`no guarantee ${NO_CREDENTIAL}`);
  if (data.bound > data.tolerance) note(exactness(data));
}

async function datasetOptions(flags: read.ScoreFlags): Promise<DatasetOptions> {
  const options: DatasetOptions = recordOptions(flags);
  if (flags.tolerance !== undefined) options.tolerance = read.tolerance(flags.tolerance);
  if (flags.workers !== undefined) options.workers = read.workers(flags.workers);
  const policy = await effectivePolicy(flags);
  if (policy !== undefined) options.policy = policy;
  return options;
}

function render(
  data: ScoredDataset,
  format: read.Format,
  top: number | undefined,
  shown: boolean,
): Iterable<string> {
  const { scores, held, skipped, ...answer } = data;
  if (format === 'table') {
    const stream = shown ? process.stdout : {};
    // Some terminals say that they have no columns.
    const width = shown && process.stdout.isTTY ? process.stdout.columns || 80 : undefined;
    const rows = scores.top(top ?? TABLE_ROWS);
    return renderTable(data, rows, { colour: colours(stream), width });
  }
  const rows = top === undefined ? scores : first(scores, top);
  if (format === 'jsonl') return writeJsonLines(rows);
  if (format === 'csv') return writeCsv(rows);
  const { policy, sequence, order, size, endorsements, objections, credentials, bound, solver } = answer;
  return writeJson(
    {
      policy,
      sequence,
      order,
      size,
      endorsements,
      objections,
      credentials,
      bound,
      solver,
      held,
      skipped: skipped.length === 0 ? undefined : skipped.map(skippedLine),
    },
    rows,
  );
}

function* first(scores: Iterable<Score>, count: number): Generator<Score> {
  if (count === 0) return;
  let left = count;
  for (const each of scores) {
    yield each;
    if (--left === 0) return;
  }
}
