/**
 * The profile: where the time goes from a text file to certified scores, part by part, and what one visit of an
 * edge costs beside what this machine needs for one random read. Medians of several runs, each in a process
 * of its own.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { cacheFolder, graphFile } from './cached.ts';
import { runChild } from './child.ts';
import type { Profile } from './profiled.ts';
import type { Reads } from './reads.ts';
import { load, machine } from './results.ts';
import { describe, type GraphSpec } from './rmat.ts';
import { against, digits, range, spread, table } from './table.ts';

const RUNS = 5;
/** How many times a random read a visit of an edge may take, all of solving included. */
const TIMES_READ = 1.25;

const rmat = (scale: number): { name: string; spec: GraphSpec } => ({
  name: `rmat-${scale}`,
  spec: { kind: 'rmat', scale, edgeFactor: 16, seed: 1 },
});

/** The graphs of this bench; the last one unless another is asked for. */
export const PROFILED = [rmat(16), rmat(18), rmat(20)];

/** Runs the profile of the graphs named (none: the largest) and returns its section of the results. */
export function profile(names: readonly string[], runs = RUNS): string {
  const before = [machine(), load()];
  const chosen =
    names.length === 0 ? PROFILED.slice(-1) : PROFILED.filter(({ name }) => names.includes(name));
  const folder = mkdtempSync(join(cacheFolder(), 'profile-'));
  try {
    const script = fileURLToPath(new URL('./profiled.ts', import.meta.url));
    runChild(new URL('./bundle.ts', import.meta.url), [script, folder]);
    const bundle = pathToFileURL(join(folder, 'measured.mjs'));
    return [...before, ...chosen.flatMap(({ name, spec }) => section(name, spec, bundle, runs))].join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function section(name: string, spec: GraphSpec, bundle: URL, runs: number): string[] {
  const path = graphFile(spec);
  const workers = String(availableParallelism());
  const profiles: Profile[] = [];
  const reads: Reads[] = [];
  for (let run = 0; run < runs; run++) {
    process.stderr.write(`${name}: run ${run + 1} of ${runs}\n`);
    profiles.push(runChild<Profile>(bundle, [path, workers]));
    // Between the runs, so that whatever else the machine does slows both.
    reads.push(
      runChild<Reads>(new URL('./reads.ts', import.meta.url), [path, String(2 ** spec.scale), workers]),
    );
  }
  const { size, edgeVisits, sweptEdges, sweeps, bound } = profiles[0];
  const whole = spread(profiles.map(({ parts }) => sum(Object.values(parts))));
  const solving = profiles.map(({ parts }) =>
    sum(Object.entries(parts).flatMap(([part, ms]) => (part.startsWith('solving') ? [ms] : []))),
  );
  const visited: Record<string, number> = {
    'solving: sweeps': sweptEdges,
    'solving: certificate, over edges': edgeVisits - sweptEdges,
  };
  const row = (part: string, times: readonly number[], visits: number | undefined) => {
    const spent = spread(times);
    return [
      part,
      range(spent),
      `${digits((100 * spent.median) / whole.median)}%`,
      visits === undefined ? '' : digits(visits / size),
      visits === undefined ? '' : digits((spent.median * 1e6) / visits),
    ];
  };
  const order = Object.keys(profiles[0].parts).sort((a, b) => rank(a) - rank(b));
  const read = (which: keyof Reads) => spread(reads.map((each) => each[which])).median;
  const visit = (spread(solving).median * 1e6) / edgeVisits;
  const taken = spread(profiles.map((each) => (each.blocks === 0 ? 0 : each.taken / each.blocks))).median;
  return [
    `- ${name}: ${describe(spec)}; ${size} endorsed pairs, ${workers} threads, ${runs} runs`,
    `- ${sweeps} sweeps to a bound of ${bound.toExponential(1)}; workers did ${digits(100 * taken)}% of the blocks`,
    '',
    table([
      ['part of the work', 'ms', 'share', 'visits an edge', 'ns a visit'],
      ...order.map((part) =>
        row(
          part,
          profiles.map(({ parts }) => parts[part] ?? 0),
          visited[part],
        ),
      ),
      row('all of solving', solving, edgeVisits),
      ['all of it', range(whole), '100%', '', ''],
    ]),
    '',
    'One random read of this machine, all threads at once, of a table of 8 bytes an id, in the same minutes:',
    `${digits(read('uniform'))} ns at indices drawn uniformly (a visit, all of solving included: ${digits(visit / read('uniform'))} times that),`,
    `${digits(read('own'))} ns at the sources of this graph under the numbers of the file (${digits(visit / read('own'))} times; ${against(visit / read('own'), 'at most', TIMES_READ)}).`,
    '',
  ];
}

const STAGES = ['reading', 'columns', 'solving', 'publishing'];

/** Parts stand by stage, and in a stage as they came. */
function rank(part: string): number {
  return STAGES.findIndex((stage) => part.startsWith(stage));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
