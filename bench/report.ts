/**
 * The tables of the solve bench: every number as a median with its range, every target beside its number.
 */
import { describe } from './rmat.ts';
import type { Case, Measured, OurRun } from './solve.ts';
import { against, digits, range, type Spread, spread, table } from './table.ts';

const TOLERANCE = 1e-9;
const TIMES_GRAPHOLOGY = 20;

/** The line that says what graph it was, and how often it was run. */
export function setting({ name, spec, warmUps, compared }: Case, runs: number): string {
  const warm = warmUps > 0 ? ' after a warm-up' : '';
  return `- ${name}: ${describe(spec)}; ${runs} ${runs === 1 ? 'run' : 'runs'}${warm}${compared ? '' : ', no peers'}`;
}

/** Ours: a row a measure, a column a graph. */
export function ourTable(measured: readonly Measured[]): string {
  const of = (runs: readonly OurRun[], value: (run: OurRun) => number): Spread => spread(runs.map(value));
  const row = (title: string, cell: (measured: Measured) => string) => [title, ...measured.map(cell)];
  const time = (title: string, value: (run: OurRun) => number) =>
    row(`${title}, ms`, ({ ours }) => range(of(ours, value)));
  const visits = ({ ours }: Measured) => of(ours, ({ edgeVisits, size }) => edgeVisits / size);
  const bytes = ({ ours }: Measured) => of(ours, ({ peak, size }) => peak / size);
  const bound = ({ ours }: Measured) => of(ours, (run) => run.bound).max;
  const rows = [
    row('median (smallest to largest)', ({ graph }) => graph.name),
    row('contributors', ({ ours }) => String(ours[0].order)),
    row('endorsed pairs (edges)', ({ ours }) => String(ours[0].size)),
    time('parse', (run) => run.parse),
    time('build', (run) => run.build),
    time('solve', (run) => run.solve),
    time('scores (ranks, standing, concentration)', (run) => run.publish),
    time('all of it', (run) => run.parse + run.build + run.solve + run.publish),
    row('sweeps', ({ ours }) => String(of(ours, (run) => run.sweeps).median)),
    row('published bound, largest', (each) => bound(each).toExponential(2)),
    row('- target', (each) => against(bound(each), 'at most', TOLERANCE)),
    row('edge visits an edge', (each) => digits(visits(each).max)),
    row('- target', (each) => against(visits(each).max, 'at most', each.graph.visits)),
    row('peak memory, MB', ({ ours }) => range(of(ours, ({ peak }) => peak / 1e6))),
    row('peak memory, bytes an edge', (each) => range(bytes(each))),
    row('- target', (each) =>
      each.graph.bytes === undefined
        ? 'at scale 20'
        : against(bytes(each).median, 'at most', each.graph.bytes),
    ),
    row('- above the idle process, bytes an edge', ({ ours }) =>
      range(of(ours, ({ peak, baseline, size }) => (peak - baseline) / size)),
    ),
  ];
  return table(rows);
}

/** The peers: a row a package and graph. */
export function peerTable(measured: readonly Measured[]): string {
  const rows = [
    [
      'graph',
      'package',
      'call, ms',
      'stopped after one pass, ms',
      'calls / our solve',
      'target',
      'calls / our build to scores',
      'load (excluded), ms',
      'L1 to ours',
    ],
  ];
  for (const { graph, ours, peers } of measured) {
    const solving = spread(ours.map((run) => run.solve)).median;
    const building = spread(ours.map((run) => run.build + run.solve + run.publish)).median;
    for (const { peer, runs, distance } of peers) {
      const call = spread(runs.map((run) => run.call));
      const times = call.median / solving;
      rows.push([
        graph.name,
        `${peer} ${runs[0].version}`,
        range(call),
        range(spread(runs.map((run) => run.onePass))),
        digits(times),
        peer === 'graphology-metrics' ? against(times, 'at least', TIMES_GRAPHOLOGY) : 'none',
        digits(call.median / building),
        range(spread(runs.map((run) => run.load))),
        distance.toExponential(1),
      ]);
    }
  }
  return [
    'A call goes from a graph in memory to a share of each node, as users of these packages call them, stopped',
    `once a pass changes the shares by less than ${TOLERANCE} in L1; that is no bound, and their error may be 5.7`,
    'times as large. Our solve ends with a certified bound. "Stopped after one pass" is what a call',
    'costs before its passes repeat: mostly the index that the package makes of its graph, as our build does.',
    '',
    table(rows),
  ].join('\n');
}

/** The witness: a row a graph. */
export function witnessTable(measured: readonly Measured[]): string {
  const rows = [
    [
      'graph',
      'published bound',
      'residual bound of the witness',
      'L1 to the exact shares',
      'certificate',
      'plain passes',
    ],
  ];
  for (const { graph, ours, verdict } of measured) {
    const { residualBound, distance, exactWithin, plainPasses } = verdict!;
    const published = ours[ours.length - 1].bound;
    rows.push([
      graph.name,
      published.toExponential(2),
      residualBound.toExponential(2),
      `${distance.toExponential(2)}, within ${exactWithin.toExponential(0)}`,
      distance - exactWithin <= published ? 'holds' : '**VIOLATED**',
      String(plainPasses),
    ]);
  }
  return [
    'The certificate, checked from the text file by code of the bench: the residual of the published shares,',
    'their distance from shares iterated to the limit of the arithmetic, and how many plain passes reach the',
    'same bound (an edge visit an edge each).',
    '',
    table(rows),
  ].join('\n');
}
