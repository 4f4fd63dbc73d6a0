/**
 * The audit bench: how long the power audit takes on a settled community, its waist alone, and the dial beside
 * one solve from nothing in the same process.
 */
import { fileURLToPath } from 'node:url';
import { graphFile } from './cached.ts';
import { runChild } from './child.ts';
import { load, machine } from './results.ts';
import { describe, type GraphSpec } from './rmat.ts';
import { against, digits, range, spread, table } from './table.ts';

interface Case {
  readonly name: string;
  /** A graph that is drawn, or the shipped keyring. */
  readonly spec?: GraphSpec;
  readonly runs: number;
  /** Targets, in milliseconds, and of the dial in solves. */
  readonly targets?: { readonly audit: number; readonly waist: number; readonly dial: number };
}

interface Run {
  readonly solve: number;
  readonly audit: number;
  readonly waist: number;
  readonly dial: number;
  readonly again: number;
}

interface Measured {
  readonly graph: Case;
  readonly order: number;
  readonly size: number;
  readonly times: readonly Run[];
}

/** The graphs of this bench. */
export const AUDIT_GRAPHS: readonly Case[] = [
  { name: 'debian-keyring', runs: 5 },
  { name: 'rmat-16', spec: { kind: 'rmat', scale: 16, edgeFactor: 16, seed: 1 }, runs: 5 },
  {
    name: 'rmat-20',
    spec: { kind: 'rmat', scale: 20, edgeFactor: 16, seed: 1 },
    runs: 3,
    targets: { audit: 3000, waist: 1000, dial: 6 },
  },
];

const KEYRING = new URL('../datasets/debian-keyring/', import.meta.url);

/** Runs the bench on the graphs named (none: all) and returns its section of the results. */
export function audit(names: readonly string[], runs: number | undefined): string {
  const before = [machine(), load()];
  const chosen = AUDIT_GRAPHS.filter(({ name }) => names.length === 0 || names.includes(name));
  const measured = chosen.map((graph) => measure(graph, runs ?? graph.runs));
  const settings = measured.map(
    ({ graph, times }) =>
      `- ${graph.name}: ${graph.spec === undefined ? 'as shipped, no credentials' : describe(graph.spec)}; ${times.length} runs`,
  );
  return [...before, ...settings, '', ...ABOUT, '', tableOf(measured)].join('\n');
}

const ABOUT = [
  'The audit draws 20,000 walks on a community that is settled to 1e-9, without looking for communities; from a',
  'million pairs on it computes what passes through a contributor only for those that are named. The dial has 11',
  'balances with 10,000 walks each, every point certified to 1e-3. One solve is a sweep from nothing to 1e-9, one',
  'thread, the mean of one before and one after each run. Times are of the processor, all threads together.',
];

function measure(graph: Case, runs: number): Measured {
  const { spec } = graph;
  const path = spec === undefined ? fileURLToPath(new URL('certifications.csv', KEYRING)) : graphFile(spec);
  process.stderr.write(`${graph.name}: ${runs} runs\n`);
  const script = new URL('./audit-ours.ts', import.meta.url);
  return { graph, ...runChild<Omit<Measured, 'graph'>>(script, [path, String(runs)]) };
}

function tableOf(measured: readonly Measured[]): string {
  const row = (title: string, cell: (measured: Measured) => string) => [title, ...measured.map(cell)];
  const of = (title: string, value: (run: Run) => number) =>
    row(title, ({ times }) => range(spread(times.map(value))));
  const solve = ({ solve, again }: Run) => (solve + again) / 2;
  const target = (title: string, value: (run: Run) => number, which: 'audit' | 'waist' | 'dial') =>
    row(title, ({ graph, times }) =>
      graph.targets === undefined
        ? 'at scale 20'
        : against(spread(times.map(value)).median, 'at most', graph.targets[which]),
    );
  return table([
    row('median (smallest to largest)', ({ graph }) => graph.name),
    row('contributors', ({ order }) => String(order)),
    row('endorsed pairs', ({ size }) => String(size)),
    of('one solve, ms', solve),
    of('audit, ms', ({ audit: value }) => value),
    target('- target', (run) => run.audit, 'audit'),
    of('its waist, ms', ({ waist }) => waist),
    target('- target', (run) => run.waist, 'waist'),
    of('dial, ms', ({ dial }) => dial),
    row('- in solves', ({ times }) => digits(spread(times.map((run) => run.dial / solve(run))).median)),
    target('- target', (run) => run.dial / solve(run), 'dial'),
  ]);
}
