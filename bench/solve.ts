/**
 * The solve bench: how long, how much work and how much memory from a text file to scores with a certified
 * published bound of 1e-9, by policy `classic`; beside two other packages on the graphs they can hold, and
 * with the certificate checked by a witness that shares no code with the solver.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, graphFile } from './cached.ts';
import { BenchError, checkBuilt, readFloats, runChild } from './child.ts';
import type { Peer, PeerRun } from './peers/npm.ts';
import { ourTable, peerTable, setting, witnessTable } from './report.ts';
import { load, machine } from './results.ts';
import type { GraphSpec } from './rmat.ts';
import { distance, readPairs, type Verdict, Witness } from './witness.ts';

const PEERS: readonly Peer[] = ['graphology-metrics', 'ngraph.pagerank'];

export interface Case {
  readonly name: string;
  readonly spec: GraphSpec;
  readonly warmUps: number;
  readonly runs: number;
  /** Whether the peers and the witness take part. */
  readonly compared: boolean;
  /** Targets: edge visits an edge, and bytes of peak memory an edge. */
  readonly visits: number;
  readonly bytes?: number;
}

/** The graphs of this bench. */
export const GRAPHS: readonly Case[] = [
  {
    name: 'rmat-16',
    spec: { kind: 'rmat', scale: 16, edgeFactor: 16, seed: 1 },
    warmUps: 1,
    runs: 5,
    compared: true,
    visits: 12,
  },
  {
    name: 'communities-16',
    spec: { kind: 'communities', scale: 16, edgeFactor: 16, seed: 1 },
    warmUps: 1,
    runs: 5,
    compared: true,
    visits: 42,
  },
  {
    name: 'rmat-20',
    spec: { kind: 'rmat', scale: 20, edgeFactor: 16, seed: 1 },
    warmUps: 0,
    runs: 3,
    compared: false,
    visits: 12,
    bytes: 40,
  },
];

/** What ours.mjs prints: milliseconds and bytes. */
export interface OurRun {
  readonly order: number;
  readonly size: number;
  readonly bound: number;
  readonly sweeps: number;
  readonly edgeVisits: number;
  readonly parse: number;
  readonly build: number;
  readonly solve: number;
  readonly publish: number;
  /** Solving in a second run of the same process, where it was asked for. */
  readonly again?: number;
  readonly baseline: number;
  readonly peak: number;
}

export interface Measured {
  readonly graph: Case;
  readonly ours: readonly OurRun[];
  readonly peers: readonly {
    readonly peer: Peer;
    readonly runs: readonly PeerRun[];
    readonly distance: number;
  }[];
  readonly verdict: Verdict | undefined;
}

/** Runs the bench on the graphs named (none: all) and returns its section of the results. */
export function solve(names: readonly string[], runs: number | undefined): string {
  checkBuilt('dist/batch.js');
  const before = [machine(), load()];
  const chosen = GRAPHS.filter(({ name }) => names.length === 0 || names.includes(name));
  const measured = chosen.map((graph) => measure(graph, runs ?? graph.runs));
  const compared = measured.filter(({ graph }) => graph.compared);
  const parts = [
    ...before,
    ...measured.map(({ graph, ours }) => setting(graph, ours.length)),
    '',
    ourTable(measured),
  ];
  if (compared.length > 0) parts.push('', peerTable(compared), '', witnessTable(compared));
  return parts.join('\n');
}

/** All runs on one graph: each in a process of its own, ours and the peers' by turns. */
function measure(graph: Case, runs: number): Measured {
  const path = graphFile(graph.spec);
  const ids = 2 ** graph.spec.scale;
  const sharesOf = (who: string) => join(cacheFolder(), `${graph.name}-${who}-${process.pid}.shares`);
  const participants = graph.compared ? PEERS : [];
  const ours: OurRun[] = [];
  const theirs = participants.map((peer) => ({ peer, runs: [] as PeerRun[] }));
  try {
    for (let run = -graph.warmUps; run < runs; run++) {
      process.stderr.write(`${graph.name}: ${run < 0 ? 'warm-up' : `run ${run + 1} of ${runs}`}\n`);
      const outArgs = graph.compared ? ['--shares', sharesOf('peerage'), '--ids', String(ids)] : [];
      const our = runChild<OurRun>(new URL('./ours.mjs', import.meta.url), [path, ...outArgs]);
      if (our.size !== graph.spec.edgeFactor * ids) {
        throw new BenchError(
          `${graph.name}: ${our.size} pairs were scored of ${graph.spec.edgeFactor * ids}`,
        );
      }
      if (run < 0) continue;
      ours.push(our);
      for (const each of theirs) {
        const args = [each.peer, path, sharesOf(each.peer), String(ids), '1e-9'];
        each.runs.push(runChild<PeerRun>(new URL('./peers/npm.ts', import.meta.url), args));
      }
    }
    const shares = graph.compared ? readFloats(sharesOf('peerage')) : undefined;
    return {
      graph,
      ours,
      peers: theirs.map((each) => ({
        ...each,
        distance: distance(readFloats(sharesOf(each.peer)), shares!),
      })),
      verdict: shares && new Witness(readPairs(path), ids).judge(shares),
    };
  } finally {
    for (const who of ['peerage', ...participants]) rmSync(sharesOf(who), { force: true });
  }
}
