/**
 * `peerage explain`: reads the record as `peerage score` does, and says why one contributor has the trust it
 * has: a tree to look at, or the engine's own answer as JSON. Misuse is refused before any file is read.
 */
import type { ExplainOptions } from '../insight/explain/explanation.ts';
import { checkOptions } from '../insight/explain/explanation.ts';
import * as read from './flags.ts';
import { colours, writeOut } from './output.ts';
import { readingOf, sourcesOf } from './record.ts';
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
  // Its tolerance is of the explanation, not of the scores.
  const { tolerance: _, ...shared } = flags;
  const reading = await readingOf(sources, shared);
  const { engineOfDataset } = await import('../batch.ts');
  const data = await reading.load((options) => engineOfDataset(files, { ...options, tolerance: BOUND }));
  const explanation = data.engine.explain(id, how);
  if (format === 'json') await writeOut([`${JSON.stringify(explanation, null, 2)}\n`]);
  else {
    const width = process.stdout.isTTY ? process.stdout.columns || 80 : 80;
    await writeOut(renderTree(explanation, { colour: colours(process.stdout), width, tolerance: BOUND }));
  }
  reading.remark(data);
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
