/**
 * PageRank by another package of npm, in a process of its own: `npm.ts NAME GRAPH SHARES IDS CHANGE` loads
 * the text file into that package's graph, calls its PageRank as its users call it, from the graph to a share
 * of each node, writes the shares and prints one line of JSON. The loading is timed apart. A second call is
 * the warm one; a third, with a tolerance that the first pass meets, tells what a call costs before its
 * passes begin to repeat.
 *
 * Both packages stop on the L1 change of the last pass, which is not a bound: the error may be
 * damping / (1 - damping) = 5.7 times that. graphology multiplies its tolerance by the number of nodes,
 * so it is given CHANGE / n; ngraph takes the change as it is (its default is 0.005).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { DirectedGraph } from 'graphology';
import graphologyPagerank from 'graphology-metrics/centrality/pagerank.js';
import createGraph from 'ngraph.graph';
// @ts-expect-error: the package has no types.
import untypedPagerank from 'ngraph.pagerank';
import { peak } from './peak.mjs';

const ngraphPagerank: (graph: object, damping: number, change: number) => Record<string, number> =
  untypedPagerank;

const DAMPING = 0.85;

export type Peer = 'graphology-metrics' | 'ngraph.pagerank';

/** What a run prints. Milliseconds. */
export interface PeerRun {
  readonly version: string;
  readonly load: number;
  readonly call: number;
  /** The same call in the same process again. */
  readonly again: number;
  /** The same call, stopped after its first pass. */
  readonly onePass: number;
  /** Bytes that the process held at most, up to the end of the first call. */
  readonly peak: number;
  readonly order: number;
  readonly size: number;
}

/** A package's graph, loaded, and its PageRank to a given L1 change of the last pass. */
interface Loaded {
  readonly order: number;
  readonly size: number;
  rank(change: number): Record<string, number>;
}

type Pair = readonly [source: string, target: string];

const loaders: Record<Peer, (pairs: Iterable<Pair>) => Loaded> = {
  'graphology-metrics': (pairs) => {
    const graph = new DirectedGraph();
    for (const [source, target] of pairs) {
      graph.mergeNode(source);
      graph.mergeNode(target);
      graph.addDirectedEdge(source, target);
    }
    return {
      order: graph.order,
      size: graph.size,
      rank: (change) =>
        graphologyPagerank(graph, {
          getEdgeWeight: null,
          maxIterations: 1000,
          tolerance: change / graph.order,
        }),
    };
  },
  'ngraph.pagerank': (pairs) => {
    const graph = createGraph();
    for (const [source, target] of pairs) graph.addLink(source, target);
    return {
      order: graph.getNodesCount(),
      size: graph.getLinksCount(),
      rank: (change) => ngraphPagerank(graph, DAMPING, change),
    };
  },
};

function* pairsOf(path: string): Iterable<Pair> {
  for (const line of readFileSync(path, 'latin1').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const blank = line.indexOf(' ');
    yield [line.slice(0, blank), line.slice(blank + 1)];
  }
}

function timed<T>(work: () => T): [result: T, milliseconds: number] {
  const started = performance.now();
  const result = work();
  return [result, performance.now() - started];
}

function main(peer: Peer, path: string, out: string, ids: number, change: number): void {
  const [graph, load] = timed(() => loaders[peer](pairsOf(path)));
  const [ranks, call] = timed(() => graph.rank(change));
  const memory = peak();
  const [, again] = timed(() => graph.rank(change));
  const [, onePass] = timed(() => graph.rank(Number.POSITIVE_INFINITY));

  const shares = new Float64Array(ids).fill(Number.NaN);
  for (const id of Object.keys(ranks)) shares[Number(id)] = ranks[id];
  writeFileSync(out, new Uint8Array(shares.buffer));
  const { version } = createRequire(import.meta.url)(`${peer}/package.json`);
  const { order, size } = graph;
  const run: PeerRun = { version, load, call, again, onePass, peak: memory, order, size };
  process.stdout.write(`${JSON.stringify(run)}\n`);
}

const [peer, path, out, ids, change] = process.argv.slice(2);
main(peer as Peer, path, out, Number(ids), Number(change));
