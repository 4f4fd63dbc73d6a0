/**
 * The peers bench: the same graph from the same text file by Peerage and by other packages, each run in a
 * process of its own and by turns, to the same certified error where a package lets one choose. What each of
 * them returned is judged by the witness, which shares no code with any. Beside it, what random reads alone
 * cost in the same turns: the limit of this machine. A package that is not installed is left out, and why
 * is part of the result.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, denseFile } from './cached.ts';
import { BenchError, checkBuilt, PYTHON, readFloats, runChild } from './child.ts';
import { debianRelations } from './debian.ts';
import { type Figures, figures, peersReport } from './peers-report.ts';
import type { Reads } from './reads.ts';
import { load, machine } from './results.ts';
import { describe, type GraphSpec } from './rmat.ts';
import type { OurRun } from './solve.ts';
import { readPairs, type Verdict, Witness } from './witness.ts';

/** Cores that anyone may use: our workers, and OpenMP's threads. */
const THREADS = 2;
const WARM_UPS = 1;
const RUNS = 7;
/**
 * The L1 change of one pass at which the peers stop. The error is at most damping / (1 - damping) times that,
 * so this is the change that certifies 1e-9.
 */
const CHANGE = (1e-9 * (1 - 0.85)) / 0.85;

const fast = ['igraph', 'graph-tool', 'scipy'] as const;
const slow = ['networkx', 'graphology-metrics', 'ngraph.pagerank'] as const;
export type PeerName = (typeof fast | typeof slow)[number];

/** What Debian packages, by the script that runs it and the modules that it needs. */
const DEBIAN: Partial<Record<PeerName, { script: string; modules: string }>> = {
  igraph: { script: 'with_igraph.py', modules: 'igraph, numpy' },
  'graph-tool': { script: 'with_graph_tool.py', modules: 'graph_tool, numpy' },
  scipy: { script: 'with_scipy.py', modules: 'scipy.sparse, numpy' },
  networkx: { script: 'with_networkx.py', modules: 'networkx, scipy.sparse, numpy' },
};

export interface Case {
  readonly name: string;
  /** A graph to be drawn; none: Debian's relations. */
  readonly spec?: GraphSpec;
  readonly peers: readonly PeerName[];
  /** Fewer than the bench's own. */
  readonly runs?: number;
  /** Only when it is named. */
  readonly extra?: true;
  /** Targets: edge visits an edge; whether the reads' one holds; bytes of peak memory; times a peer's time. */
  readonly visits?: number;
  readonly reads?: true;
  readonly memory?: number;
  readonly solving?: Partial<Record<PeerName, number>>;
  readonly ending?: Partial<Record<PeerName, number>>;
}

const rmat = (scale: number): GraphSpec => ({ kind: 'rmat', scale, edgeFactor: 16, seed: 1 });

export const PEER_GRAPHS: readonly Case[] = [
  {
    name: 'rmat-16',
    spec: rmat(16),
    peers: [...fast, ...slow],
    solving: { networkx: 100, 'graphology-metrics': 100 },
  },
  { name: 'communities-16', spec: { ...rmat(16), kind: 'communities' }, peers: fast, visits: 22 },
  { name: 'debian', peers: fast, visits: 8 },
  { name: 'rmat-18', spec: rmat(18), peers: [] },
  {
    name: 'rmat-20',
    spec: rmat(20),
    peers: fast,
    visits: 12,
    reads: true,
    solving: { igraph: 15, 'graph-tool': 8, scipy: 7 },
    ending: { igraph: 8 },
  },
  { name: 'rmat-22', spec: rmat(22), peers: [], runs: 3, extra: true, memory: 4 * 2 ** 30 },
];

/** What everyone's run prints: milliseconds and bytes. `call`: from the graph to the shares; `again`: warm. */
export interface Run {
  readonly version: string;
  readonly load: number;
  readonly call: number;
  readonly again: number;
  /** From the text file to the shares. */
  readonly whole: number;
  readonly peak: number;
  readonly order: number;
  readonly size: number;
}

/** Whoever took part, with every run of it and the judgement on the shares of the last. */
export interface Measured {
  readonly name: string;
  /** Ours alone. */
  readonly workers?: number;
  readonly runs: Run[];
  readonly ours: OurRun[];
  verdict?: Verdict;
}

export interface Compared {
  readonly graph: Case;
  readonly about: string;
  readonly runs: number;
  /** Ours first, by workers; the last of them is compared with the others. */
  readonly ours: readonly Measured[];
  readonly peers: readonly Measured[];
  readonly reads: readonly Reads[];
}

export interface PeersOptions {
  readonly runs: number | undefined;
  readonly install: boolean;
  readonly extra: boolean;
}

/** Runs the bench on the graphs named (none: all that are not extra) and returns its section and its figures. */
export function peers(
  names: readonly string[],
  { runs, install, extra }: PeersOptions,
): { section: string; figures: Figures } {
  checkBuilt('dist/batch.js');
  if (install) installPeers();
  const before = [machine(), load()];
  const chosen = PEER_GRAPHS.filter((graph) =>
    names.length === 0 ? extra || graph.extra === undefined : names.includes(graph.name),
  );
  const wanted = new Set(chosen.flatMap((graph) => graph.peers));
  const missing = new Map([...wanted].flatMap((peer) => whyMissing(peer)));
  const skipped = [...missing].map(([peer, reason]) => `- Left out: ${peer}: ${reason}`);

  const compared: Compared[] = [];
  for (const graph of chosen) {
    const found = find(graph);
    if ('missing' in found) skipped.push(`- Left out: the graph ${graph.name}: ${found.missing}`);
    else compared.push(compare(graph, found, runs ?? graph.runs ?? RUNS, missing));
  }
  for (const line of skipped) process.stderr.write(`${line}\n`);
  if (compared.length === 0) throw new BenchError('no graph is left to be measured');
  const section = [...before, ...skipped, peersReport(compared, { threads: THREADS, change: CHANGE })];
  return { section: section.join('\n'), figures: figures(before.join('\n'), compared) };
}

interface Found {
  readonly path: string;
  readonly about: string;
}

function find({ spec }: Case): Found | { missing: string } {
  if (spec === undefined) return debianRelations();
  return { path: denseFile(spec), about: describe(spec) };
}

/** All runs on one graph: everyone once a turn. */
function compare(
  graph: Case,
  { path, about }: Found,
  runs: number,
  missing: ReadonlyMap<PeerName, string>,
): Compared {
  const pairs = readPairs(path);
  const ids = pairs.source.reduce((most, u, k) => Math.max(most, u, pairs.target[k]), 0) + 1;
  const size = pairs.source.length;
  const ours = workerCounts().map(
    (workers): Measured => ({ name: ourName(workers), workers, runs: [], ours: [] }),
  );
  const others = graph.peers
    .filter((peer) => !missing.has(peer))
    .map((name): Measured => ({ name, runs: [], ours: [] }));
  const reads: Reads[] = [];
  const sharesOf = ({ name }: Measured) =>
    join(cacheFolder(), `${graph.name}-${name.replaceAll(/\W+/g, '-')}-${process.pid}.shares`);
  const everyone = [...ours, ...others];
  try {
    const warmUps = graph.extra ? 0 : WARM_UPS;
    for (let turn = -warmUps; turn < runs; turn++) {
      process.stderr.write(`${graph.name}: ${turn < 0 ? 'warm-up' : `run ${turn + 1} of ${runs}`}\n`);
      for (const one of everyone) {
        const run = runOne(one, path, sharesOf(one), ids);
        if (run.order !== ids || run.size !== size) {
          throw new BenchError(
            `${one.name} made ${run.order} nodes and ${run.size} edges of ${graph.name}, which has ${ids} and ${size}`,
          );
        }
        if (turn < 0) one.ours.pop();
        else one.runs.push(run);
      }
      if (turn >= 0) {
        const args = [path, String(ids), String(ours[ours.length - 1].workers)];
        reads.push(runChild<Reads>(new URL('./reads.ts', import.meta.url), args));
      }
    }
    process.stderr.write(`${graph.name}: judging the shares\n`);
    const witness = new Witness(pairs, ids);
    for (const one of everyone) one.verdict = witness.judge(readFloats(sharesOf(one)));
    return { graph, about, runs, ours, peers: others, reads };
  } finally {
    for (const one of everyone) rmSync(sharesOf(one), { force: true });
  }
}

/** One run in a process of its own. What ours says beside what all say is kept apart. */
function runOne(one: Measured, path: string, shares: string, ids: number): Run {
  const { name, workers } = one;
  const change = String(CHANGE);
  if (workers !== undefined) {
    const args = [path, '--shares', shares, '--ids', String(ids), '--again', '--workers', String(workers)];
    const our = runChild<OurRun>(new URL('./ours.mjs', import.meta.url), args);
    one.ours.push(our);
    const { parse, build, solve, publish, peak, order, size } = our;
    const whole = parse + build + solve + publish;
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    return { version, load: parse + build, call: solve, again: our.again!, whole, peak, order, size };
  }
  const debian = DEBIAN[name as PeerName];
  const run = debian
    ? runChild<Omit<Run, 'whole'>>(
        new URL(`./peers/${debian.script}`, import.meta.url),
        [path, shares, change],
        { OMP_NUM_THREADS: String(THREADS) },
      )
    : runChild<Omit<Run, 'whole'>>(new URL('./peers/npm.ts', import.meta.url), [
        name,
        path,
        shares,
        String(ids),
        change,
      ]);
  return { ...run, whole: run.load + run.call };
}

const ourName = (workers: number) => `peerage, ${workers} worker${workers === 1 ? '' : 's'}`;

/** One worker, and as many as there are threads; one alone where the built door does not know workers. */
function workerCounts(): readonly number[] {
  const dist = fileURLToPath(new URL('../dist/', import.meta.url));
  const types = readdirSync(dist).filter((name) => name.endsWith('.d.ts'));
  const knows = types.some((name) =>
    /^\s+(readonly )?workers\?:/m.test(readFileSync(join(dist, name), 'utf8')),
  );
  return knows ? [1, THREADS] : [1];
}

/** The reason why a peer cannot run, if there is one. */
function whyMissing(peer: PeerName): [PeerName, string][] {
  const debian = DEBIAN[peer];
  if (debian === undefined) return [];
  const tried = spawnSync(PYTHON, ['-B', '-c', `import ${debian.modules}`], { encoding: 'utf8' });
  if (tried.status === 0) return [];
  const reason = tried.error?.message ?? tried.stderr.trim().split('\n').at(-1);
  return [[peer, `${reason} (scripts/peers-debian.sh installs it on Debian)`]];
}

function installPeers(): void {
  const script = fileURLToPath(new URL('../scripts/peers-debian.sh', import.meta.url));
  const installed = spawnSync('bash', [script], { stdio: ['ignore', 2, 2] });
  if (installed.status !== 0) throw new BenchError(`${script} ended with ${installed.status}`);
}
