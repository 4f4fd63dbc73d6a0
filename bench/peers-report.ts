/**
 * The tables of the peers bench: every time as a median with its range, every ratio beside its target, the
 * error of everyone's shares as the witness found it. Also the few figures that the README shows.
 */
import type { Case, Compared, Measured, PeerName, Run } from './peers.ts';
import type { Reads } from './reads.ts';
import type { OurRun } from './solve.ts';
import { against, digits, range, type Spread, spread, table } from './table.ts';

const TOLERANCE = 1e-9;
/** An edge visit may take this many times a read at random. */
const READS = 1.25;

/** Where a package's call stops. */
const STOPS: Record<PeerName, (change: string) => string> = {
  igraph: () => 'PRPACK, 1e-10 of its own',
  'graph-tool': (change) => `change ${change}`,
  scipy: (change) => `change ${change}`,
  networkx: (change) => `change ${change}`,
  'graphology-metrics': (change) => `change ${change}`,
  'ngraph.pagerank': (change) => `change ${change}`,
};

export function peersReport(
  compared: readonly Compared[],
  { threads, change }: { threads: number; change: number },
): string {
  const said = compared.map(
    ({ graph, about, runs }) =>
      `- ${graph.name}: ${about}; ${runs} ${runs === 1 ? 'run' : 'runs'}${graph.extra ? '' : ' after a warm-up'}`,
  );
  return [
    ...said,
    '',
    'Everyone reads the same text file (numbered from 0, no number left out, no header), each run in a process of',
    "its own, all by turns. Load: from the file to the package's graph, by its fastest reader: igraph",
    'Read_Edgelist; graph-tool, scipy and networkx numpy.loadtxt; graphology and ngraph a split by lines; ours parse',
    'and build. Solve: from the graph to a share of each node, the second call in a process (warm); in igraph,',
    'networkx, graphology and ngraph that includes the matrix or index that each call makes. Whole: load and first',
    `call, ours with ranks, standing and concentration. Up to ${threads} threads for whoever uses them: graph-tool and`,
    'ours. Damping 0.85. A peer that stops on the L1 change of a pass does so at',
    `${change.toExponential(2)}, which proves an error of 1e-9; igraph takes no tolerance. The error is measured by the`,
    "bench's own witness, as is the bound that the residual of the shares proves. Peak memory is of the process.",
    'networkx, graphology and ngraph take minutes at scale 20 and run at 16 only.',
    '',
    ourTable(compared),
    ...compared
      .filter(({ ours, peers }) => ours.length + peers.length > 1)
      .flatMap((each) => ['', againstPeers(each, change)]),
  ].join('\n');
}

const of = <T>(runs: readonly T[], value: (run: T) => number): Spread => spread(runs.map(value));
/** Ours with the most workers: who is compared. */
const best = ({ ours }: Compared): Measured => ours[ours.length - 1];

/** Ours: a row a measure, a column a graph. */
function ourTable(compared: readonly Compared[]): string {
  const row = (title: string, cell: (each: Compared) => string) => [title, ...compared.map(cell)];
  const time = (title: string, value: (run: OurRun) => number) =>
    row(`${title}, ms`, (each) => range(of(best(each).ours, value)));
  const visits = (each: Compared) => of(best(each).ours, ({ edgeVisits, size }) => edgeVisits / size).max;
  const bound = (each: Compared) => of(best(each).ours, (run) => run.bound).max;
  const visit = (each: Compared) =>
    of(best(each).ours, ({ again, edgeVisits }) => (again! * 1e6) / edgeVisits);
  const read = (each: Compared, kind: keyof Reads) => of(each.reads, (reads) => reads[kind]);
  const times = (each: Compared) => visit(each).median / read(each, 'uniform').median;
  const wanted = (value: number, target: number | undefined) =>
    target === undefined ? '' : against(value, 'at most', target);
  const peak = (each: Compared) => of(best(each).runs, (run) => run.peak);
  const anEdge = (each: Compared, value: (run: Run) => number) =>
    range(of(best(each).runs, (run) => (value(run) * 1e6) / run.size));
  return table([
    row(`${best(compared[0]).name}: median (smallest to largest)`, ({ graph }) => graph.name),
    row('contributors', (each) => String(best(each).runs[0].order)),
    row('endorsed pairs (edges)', (each) => String(best(each).runs[0].size)),
    time('parse', (run) => run.parse),
    time('build', (run) => run.build),
    time('solve, first', (run) => run.solve),
    time('solve, warm', (run) => run.again!),
    time('scores (ranks, standing, concentration)', (run) => run.publish),
    row('whole, ms', (each) => range(of(best(each).runs, (run) => run.whole))),
    row('solve, warm, ns an edge', (each) => anEdge(each, (run) => run.again)),
    row('whole, ns an edge', (each) => anEdge(each, (run) => run.whole)),
    row('published bound, largest', (each) => bound(each).toExponential(2)),
    row('- target', (each) => against(bound(each), 'at most', TOLERANCE)),
    row('bound recomputed by the witness', (each) => best(each).verdict!.residualBound.toExponential(2)),
    row('L1 error', (each) => best(each).verdict!.distance.toExponential(2)),
    row('certificate', (each) => certificate(best(each))),
    row('edge visits an edge', (each) => digits(visits(each))),
    row('- target', (each) => wanted(visits(each), each.graph.visits)),
    row('an edge visit, ns', (each) => range(visit(each))),
    row('a read at uniformly random indices, ns', (each) => range(read(each, 'uniform'))),
    row("a read at the graph's own sources, ns", (each) => range(read(each, 'own'))),
    row('an edge visit, in uniformly random reads', (each) => digits(times(each))),
    row('- target', (each) => wanted(times(each), each.graph.reads && READS)),
    row('peak memory, MB', (each) => range(peak(each), 1e-6)),
    row('- target, MB', (each) => wanted(peak(each).max / 1e6, each.graph.memory && each.graph.memory / 1e6)),
  ]);
}

/** Whether the exact shares lie within the published bound of ours, and the recomputed bound is met. */
function certificate({ ours, verdict }: Measured): string {
  const { distance, exactWithin, residualBound } = verdict!;
  const published = ours[ours.length - 1].bound;
  const holds = distance - exactWithin <= published && residualBound <= TOLERANCE;
  return holds ? 'holds' : '**VIOLATED**';
}

/** Everyone on one graph: a row each. */
function againstPeers(each: Compared, change: number): string {
  const { graph, ours, peers } = each;
  const our = best(each);
  const solving = of(our.runs, (run) => run.again).median;
  const whole = of(our.runs, (run) => run.whole).median;
  const stop = ({ name, workers }: Measured) =>
    workers === undefined ? STOPS[name as PeerName](change.toExponential(1)) : 'certified 1e-9';
  const target = (times: number, wanted: Case['solving'], { name }: Measured) => {
    const least = wanted?.[name as PeerName];
    return least === undefined ? '' : against(times, 'at least', least);
  };
  const rows = [...ours, ...peers].map((one) => {
    const again = of(one.runs, (run) => run.again);
    const all = of(one.runs, (run) => run.whole);
    return [
      `${one.name} ${one.runs[0].version}`,
      stop(one),
      range(of(one.runs, (run) => run.load)),
      range(of(one.runs, (run) => run.call)),
      range(again),
      range(all),
      digits(of(one.runs, (run) => run.peak).median / 1e6),
      one.verdict!.distance.toExponential(1),
      one.verdict!.residualBound.toExponential(1),
      digits(again.median / solving),
      target(again.median / solving, graph.solving, one),
      digits(all.median / whole),
      target(all.median / whole, graph.ending, one),
    ];
  });
  const head = [
    graph.name,
    'stops at',
    'load, ms',
    'first call, ms',
    'solve, ms',
    'whole, ms',
    'peak, MB',
    'L1 error',
    'bound recomputed',
    'solve / ours',
    'target',
    'whole / ours',
    'target',
  ];
  const { exactWithin } = our.verdict!;
  return [
    table([head, ...rows]),
    '',
    `Errors on ${graph.name} are known within ${exactWithin.toExponential(0)}.`,
  ].join('\n');
}

/** Medians, as the README shows them: milliseconds and bytes. */
export interface Figures {
  /** Machine, Node version and commit, as a Markdown list. */
  readonly taken: string;
  readonly graphs: readonly {
    readonly name: string;
    readonly order: number;
    readonly size: number;
    readonly runs: number;
    readonly rows: readonly {
      readonly name: string;
      readonly version: string;
      readonly ours: boolean;
      readonly load: number;
      readonly solve: number;
      readonly whole: number;
      readonly peak: number;
      readonly error: number;
    }[];
  }[];
}

export function figures(taken: string, compared: readonly Compared[]): Figures {
  return {
    taken,
    graphs: compared.map(({ graph, runs, ours, peers }) => ({
      name: graph.name,
      order: ours[0].runs[0].order,
      size: ours[0].runs[0].size,
      runs,
      rows: [...ours, ...peers].map((one) => ({
        name: one.name,
        version: one.runs[0].version,
        ours: one.workers !== undefined,
        load: of(one.runs, (run) => run.load).median,
        solve: of(one.runs, (run) => run.again).median,
        whole: of(one.runs, (run) => run.whole).median,
        peak: of(one.runs, (run) => run.peak).median,
        error: one.verdict!.distance,
      })),
    })),
  };
}
