/**
 * The snapshot bench: how long an engine takes to come back from its snapshot, beside how long it takes to
 * build it again and settle it from a record that is already read, and from the events of the text file.
 * Building and restoring run in processes of their own, and the scores of both must be the same to the bit.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, graphFile } from './cached.ts';
import { BenchError, checkBuilt, runChild } from './child.ts';
import { load, machine } from './results.ts';
import { describe, type GraphSpec } from './rmat.ts';
import { against, digits, range, spread, table } from './table.ts';

interface Case {
  readonly name: string;
  readonly spec: GraphSpec;
  readonly runs: number;
  /** Restoring may take this share of building and settling. */
  readonly share?: number;
}

/** What snapshot-ours.mjs prints: milliseconds and bytes. */
interface Built {
  readonly order: number;
  readonly size: number;
  readonly apply: number;
  readonly build: number;
  readonly settle: number;
  readonly cpu: number;
  readonly snapshot: number;
  readonly bytes: number;
  readonly peak: number;
  readonly scores: string;
}
interface Restored {
  readonly restore: number;
  readonly cpu: number;
  readonly first: number;
  readonly peak: number;
  readonly scores: string;
}
interface Measured {
  readonly graph: Case;
  readonly runs: readonly { readonly built: Built; readonly restored: Restored }[];
}

/** The graphs of this bench. */
export const SNAPSHOT_GRAPHS: readonly Case[] = [
  { name: 'rmat-16', spec: { kind: 'rmat', scale: 16, edgeFactor: 16, seed: 1 }, runs: 5 },
  { name: 'rmat-20', spec: { kind: 'rmat', scale: 20, edgeFactor: 16, seed: 1 }, runs: 3, share: 0.1 },
];

/** Runs the bench on the graphs named (none: all) and returns its section of the results. */
export function snapshot(names: readonly string[], runs: number | undefined): string {
  checkBuilt('dist/index.js');
  const before = [machine(), load()];
  const chosen = SNAPSHOT_GRAPHS.filter(({ name }) => names.length === 0 || names.includes(name));
  const measured = chosen.map((graph) => measure(graph, runs ?? graph.runs));
  const settings = measured.map(
    ({ graph, runs: { length } }) =>
      `- ${graph.name}: ${describe(graph.spec)}; ${length} ${length === 1 ? 'run' : 'runs'}`,
  );
  return [...before, ...settings, '', ...ABOUT, '', tableOf(measured)].join('\n');
}

const ABOUT = [
  'Applying is what a host does that has only its events: 65,536 at a time, from the text file. Building and',
  'settling (to the default bound of 1e-6) is what is left when the record is in memory already. Restoring is',
  'one call on bytes in memory, in a new process, code not yet compiled. Processor time is that of all threads.',
];

function measure(graph: Case, runs: number): Measured {
  const path = graphFile(graph.spec);
  const file = join(cacheFolder(), `${graph.name}-${process.pid}.snapshot`);
  const script = new URL('./snapshot-ours.mjs', import.meta.url);
  const measured: Measured['runs'][number][] = [];
  try {
    for (let run = 1; run <= runs; run++) {
      process.stderr.write(`${graph.name}: run ${run} of ${runs}\n`);
      const built = runChild<Built>(script, ['build', path, file]);
      const restored = runChild<Restored>(script, ['restore', file]);
      if (restored.scores !== built.scores) {
        throw new BenchError(
          `${graph.name}: the restored engine has other scores than the one that was saved`,
        );
      }
      measured.push({ built, restored });
    }
    return { graph, runs: measured };
  } finally {
    rmSync(file, { force: true });
  }
}

type Run = Measured['runs'][number];

function tableOf(measured: readonly Measured[]): string {
  const row = (title: string, cell: (measured: Measured) => string) => [title, ...measured.map(cell)];
  const of = (title: string, value: (run: Run) => number, unit = 1) =>
    row(title, ({ runs }) => range(spread(runs.map(value)), unit));
  const rebuild = ({ built }: Run) => built.build + built.settle;
  const median = ({ runs }: Measured, value: (run: Run) => number) => spread(runs.map(value)).median;
  const share = (each: Measured) => median(each, ({ restored }) => restored.restore) / median(each, rebuild);
  const cpuShare = (each: Measured) =>
    median(each, ({ restored }) => restored.cpu) / median(each, ({ built }) => built.cpu);
  return table([
    row('median (smallest to largest)', ({ graph }) => graph.name),
    row('contributors', ({ runs }) => String(runs[0]!.built.order)),
    row('endorsed pairs (edges)', ({ runs }) => String(runs[0]!.built.size)),
    of('apply the events, ms', ({ built }) => built.apply),
    of('build graph and solver, ms', ({ built }) => built.build),
    of('settle, ms', ({ built }) => built.settle),
    of('- build and settle, processor ms', ({ built }) => built.cpu),
    of('take a snapshot, ms', ({ built }) => built.snapshot),
    of('snapshot, MB', ({ built }) => built.bytes, 1e-6),
    row('- bytes an edge', ({ runs: [{ built }] }) => digits(built.bytes / built.size)),
    of('restore, ms', ({ restored }) => restored.restore),
    of('- processor ms', ({ restored }) => restored.cpu),
    row('restore / (build + settle)', (each) => digits(share(each))),
    row('- target', (each) =>
      each.graph.share === undefined ? 'at scale 20' : against(share(each), 'at most', each.graph.share),
    ),
    row('- by processor time', (each) => digits(cpuShare(each))),
    row('restore / (apply + build + settle)', (each) => {
      const all = median(each, (run) => run.built.apply + rebuild(run));
      return digits(median(each, ({ restored }) => restored.restore) / all);
    }),
    of('first scores after restoring, ms', ({ restored }) => restored.first),
    of('peak memory of building and saving, MB', ({ built }) => built.peak, 1e-6),
    of('peak memory of restoring, bytes read included, MB', ({ restored }) => restored.peak, 1e-6),
    row('scores of both', () => 'same bits'),
  ]);
}
