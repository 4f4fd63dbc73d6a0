/**
 * The incremental bench: what an event costs when scores are kept up to date, absorbed only and settled to
 * a published bound, one by one over thousands of events in succession, beside a cold solve of the same
 * graph in the same process. Every measurement runs in a process of its own, and none counts unless its bounds
 * held and its last shares agree with a solution by code of the bench.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { cacheFolder, graphFile } from './cached.ts';
import { BenchError, runChild } from './child.ts';
import type { Source } from './community.ts';
import { debianRelations } from './debian.ts';
import {
  absorbTable,
  aroundTable,
  atOnceTable,
  type Measured,
  setting,
  settleTable,
  streamTable,
} from './incremental-report.ts';
import type { Measurement, Task } from './measure.ts';
import { load, machine } from './results.ts';
import { describe, type GraphSpec } from './rmat.ts';

/** How many times faster than a cold solve an event is to be settled. */
export interface Goal {
  readonly policy: Task['policy'];
  readonly tolerance: number;
  readonly times?: number;
}

export interface Community {
  readonly name: string;
  readonly about: string;
  readonly source: () => Source;
  readonly goals: readonly Goal[];
  /** The engine is measured too: every statement needs an id there, to be retracted by. */
  readonly engine: boolean;
  /** Left out of quick runs; fewer events to 1e-9. */
  readonly large: boolean;
  /** The yardstick is measured, which takes exact solutions around each event. */
  readonly sparse: boolean;
  /** Replayed in its own order, in part and from the first event on. */
  readonly stream: boolean;
}

const goals = (classic: readonly (number | undefined)[], guarded?: readonly (number | undefined)[]): Goal[] =>
  [
    ['classic', 1e-4, classic[0]] as const,
    ['classic', 1e-6, classic[1]] as const,
    ['guarded', 1e-4, guarded?.[0]] as const,
    ['guarded', 1e-6, guarded?.[1]] as const,
  ]
    .filter(([policy]) => policy === 'classic' || guarded !== undefined)
    .map(([policy, tolerance, times]) => ({ policy, tolerance, ...(times !== undefined && { times }) }));

const drawn = (spec: GraphSpec) => ({
  name: `${spec.kind}-${spec.scale}`,
  about: describe(spec),
  source: (): Source => ({ kind: 'pairs', path: graphFile(spec) }),
  engine: spec.scale < 20,
  large: spec.scale >= 20,
  sparse: false,
  stream: false,
});

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

let debian: Source | undefined;
/** Debian's relations where apt knows them; else a path where nothing is. */
function relations(): Source {
  if (debian === undefined) {
    const found = debianRelations();
    debian = { kind: 'pairs', path: 'path' in found ? found.path : join(cacheFolder(), 'debian-relations') };
  }
  return debian;
}

/** The communities of this bench. */
export const COMMUNITIES: readonly Community[] = [
  { ...drawn({ kind: 'rmat', scale: 16, edgeFactor: 16, seed: 1 }), goals: goals([200, 3], [1500, 40]) },
  { ...drawn({ kind: 'communities', scale: 16, edgeFactor: 16, seed: 1 }), goals: goals([], []) },
  { ...drawn({ kind: 'rmat', scale: 20, edgeFactor: 16, seed: 1 }), goals: goals([2000, 20]) },
  {
    name: 'debian',
    about: "relations between Debian's packages",
    source: relations,
    goals: goals([5000, 400], []),
    engine: true,
    large: false,
    sparse: true,
    stream: false,
  },
  {
    name: 'debian-keyring',
    about: 'the shipped community, with its credentials',
    source: () => ({ kind: 'keyring', path: here('../datasets/debian-keyring') }),
    goals: goals([5000, 400], []),
    engine: true,
    large: false,
    sparse: true,
    stream: false,
  },
  {
    name: 'git-trailers',
    about: 'review trailers of the git project, replayed in the order of their times',
    source: () => ({
      kind: 'trailers',
      path: here('../../shared/datasets/git-trailers/edges_pseudonymous.tsv'),
    }),
    goals: goals([5000, 400], []),
    engine: true,
    large: false,
    sparse: true,
    stream: true,
  },
];

/** Runs the bench on the communities named (none: all); `quick`: a tenth of the events, and no large graph. */
export function incremental(names: readonly string[], { quick }: { quick: boolean }): string {
  const before = [machine(), load()];
  const chosen = COMMUNITIES.filter(({ name, large }) =>
    names.length === 0 ? !(quick && large) : names.includes(name),
  );
  const absent = chosen.filter(({ source }) => !existsSync(source().path));
  const present = chosen.filter((community) => !absent.includes(community));
  if (present.length === 0) throw new BenchError('the data of these graphs is not there');
  const folder = mkdtempSync(join(cacheFolder(), 'incremental-'));
  try {
    runChild(new URL('./bundle.ts', import.meta.url), [here('./measure.ts'), folder]);
    const script = pathToFileURL(join(folder, 'measured.mjs'));
    const measured = present.flatMap((community) => measure(community, script, quick));
    return [
      ...before,
      `- Reading the clock takes ${measured[0].result.timer.toFixed(2)} microseconds, once in each time below`,
      ...present.map((community) => setting(community, measured)),
      ...absent.map(({ name }) => `- ${name}: **NOT MEASURED**, its data is not there`),
      '',
      ...[absorbTable, settleTable, aroundTable, atOnceTable, streamTable].flatMap((part) => part(measured)),
    ].join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measure(community: Community, script: URL, quick: boolean): Measured[] {
  const source = community.source();
  return tasksOf(community, quick).map((task) => {
    const { mode, level, policy, tolerance, events } = task;
    process.stderr.write(
      `${community.name}: ${mode}, ${level}, ${policy}, ${tolerance}, ${events} events ... `,
    );
    const started = performance.now();
    const result = runChild<Measurement>(script, [JSON.stringify({ ...task, source })]);
    process.stderr.write(`${((performance.now() - started) / 1000).toFixed(1)} s\n`);
    if (events > 0 && result.events !== events) throw new BenchError(`${result.events} events of ${events}`);
    return { community, task, result };
  });
}

function tasksOf(
  { goals, engine, large, sparse, stream }: Community,
  quick: boolean,
): Omit<Task, 'source'>[] {
  const all = quick ? 1000 : 10_000;
  const levels: Task['level'][] = engine ? ['solver', 'engine'] : ['solver'];
  const tasks: Omit<Task, 'source'>[] = [];
  for (const level of levels) {
    // As many events to compile and fill caches with, whatever is measured.
    tasks.push({ mode: 'absorb', level, policy: 'classic', tolerance: 1e-9, events: all, warmUp: 5000 });
  }
  for (const { policy, tolerance } of goals) {
    for (const level of levels) {
      // What the engine adds is the same for every event: fewer tell it where settling is long.
      // Ten thousand settled to 1e-6 would take an hour at scale 20.
      const fewer = tolerance < 1e-4 && (large || (level === 'engine' && !sparse));
      const events = fewer ? all / (large ? 20 : 10) : all;
      const warmUp = tolerance < 1e-4 ? events / 5 : Math.max(1000, events / 5);
      tasks.push({ mode: 'settle', level, policy, tolerance, events, warmUp });
    }
  }
  for (const policy of new Set(goals.map((goal) => goal.policy))) {
    const to9 = { level: 'solver', policy, tolerance: 1e-9 } as const;
    const [events, warmUp] = large ? [20, 5] : quick ? [50, 20] : [100, 20];
    tasks.push({ ...to9, mode: 'warm', events: sparse ? 2 * events : events, warmUp: sparse ? 300 : warmUp });
    if (sparse) tasks.push({ ...to9, mode: 'yardstick', events: 50, warmUp: 100 });
  }
  for (const tolerance of stream ? [1e-4, 1e-6] : []) {
    tasks.push({ mode: 'settle', level: 'engine', policy: 'classic', tolerance, events: 0, warmUp: 0 });
  }
  return tasks;
}
