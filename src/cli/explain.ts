/**
 * `peerage explain`: reads the record as `peerage score` does, and says why one contributor has the trust it
 * has: a tree to look at, or the engine's own answer as JSON. Misuse is refused before any file is read.
 */
import type { DatasetEngine, EngineDatasetOptions } from '../batch.ts';
import type { ExplainOptions } from '../insight/explain/explanation.ts';
import { checkOptions } from '../insight/explain/explanation.ts';
import { readExclusion } from './exclude.ts';
import * as read from './flags.ts';
import { colours, note, writeOut } from './output.ts';
import { effectivePolicy } from './policy.ts';
import { progress } from './progress.ts';
import { recordOptions, sourcesOf, tellSkipped } from './record.ts';
import { renderTree } from './tree.ts';

/** Explains one contributor's score. @throws PeerageError; `bad-option` for misuse. */
export async function explain(
  id: string | undefined,
  files: string[],
  flags: read.ExplainFlags,
): Promise<void> {
  if (id === undefined) throw read.misuse('ID', 'is missing; expected peerage explain ID FILE...');
  const sources = sourcesOf('explain ID', files, flags);
  const format = read.choice('--format', flags.format ?? 'tree', ['tree', 'json']);
  const how = explainOptions(flags);
  const options: EngineDatasetOptions = recordOptions(flags);
  if (flags.workers !== undefined) options.workers = read.workers(flags.workers);
  const policy = await effectivePolicy(flags);
  if (policy !== undefined) options.policy = policy;
  const exclusion = await readExclusion(flags.exclude ?? []);
  if (flags.exclude !== undefined) options.exclude = exclusion.excludes;

  const watched = process.stderr.isTTY === true && !flags.quiet;
  if (watched && process.stdin.isTTY && sources.includes('-'))
    note('reading from the terminal; Ctrl-D ends it');
  const bar = await progress(watched);
  const { engineOfDataset } = await import('../batch.ts');
  let data: DatasetEngine;
  try {
    data = await engineOfDataset(files, { ...options, tolerance: BOUND, onProgress: bar.show });
  } finally {
    bar.stop();
  }
  if (!flags.quiet) tellSkipped(data.skipped);
  const explanation = data.engine.explain(id, how);
  if (format === 'json') await writeOut([`${JSON.stringify(explanation, null, 2)}\n`]);
  else {
    const width = process.stdout.isTTY ? process.stdout.columns || 80 : 80;
    await writeOut(renderTree(explanation, { colour: colours(process.stdout), width, tolerance: BOUND }));
  }
  if (!watched) return;
  for (const remark of data.notes) note(remark);
  for (const value of exclusion.unmatched()) note(`--exclude ${value} matched no contributor`);
}

/** The error bound that the scores are settled to, which `peerage score` has unless told otherwise. */
const BOUND = 1e-9;

function explainOptions(flags: read.ExplainFlags): ExplainOptions {
  const options: ExplainOptions = {};
  if (flags.by !== undefined) options.by = read.choice('--by', flags.by, ['endorser', 'origin', 'path']);
  if (flags.depth !== undefined) options.depth = read.count('--depth', flags.depth);
  if (flags.breadth !== undefined) options.breadth = read.count('--breadth', flags.breadth);
  if (flags.tolerance !== undefined)
    options.tolerance = read.number('--tolerance', flags.tolerance, 'a share of the score, such as 0.001');
  checkOptions(options);
  return options;
}
