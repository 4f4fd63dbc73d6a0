/**
 * `peerage score`: reads the flags, refuses misuse before any file is read, has the record scored, and
 * hands the answer on in the format asked for. Holds no mathematics and no wording of tables.
 */
import type { ScoredDataset } from '../batch.ts';
import { skippedLine, writeCsv, writeJson, writeJsonLines } from '../formats/write.ts';
import type { Score } from '../scores.ts';
import * as read from './flags.ts';
import { colours, note, writeOut } from './output.ts';
import { readingOf, sourcesOf } from './record.ts';
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
  const reading = await readingOf(sources, flags);
  const to = out === undefined ? undefined : destination(out, reading.inputs);

  const { scoreDataset } = await import('../batch.ts');
  const data = await reading.load((options) => scoreDataset(files, options));
  const text = render(data, format, top, to === undefined);
  if (to === undefined) await writeOut(text);
  else await writeWhole(to, text);
  reading.remark(data);
  if (!reading.watched) return;
  if (flags.kind !== undefined && data.endorsements + data.objections === 0) {
    note(`nothing in the record is of kind ${flags.kind.join(' or ')}`);
  }
  if (format === 'table' && to === undefined) return;
  if (data.credentials === 0 && data.order > 0) note(`no guarantee ${NO_CREDENTIAL}`);
  if (data.bound > data.tolerance) note(exactness(data));
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
