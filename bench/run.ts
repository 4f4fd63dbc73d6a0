/**
 * `npm run bench -- NAME [options]`: runs one bench, prints its section, and with --write keeps it in
 * bench/results.md. Exits 0 when it ran (a missed target is a result), 1 when it could not, 2 when misused.
 */
import { parseArgs } from 'node:util';
import { BenchError } from './child.ts';
import { COMMUNITIES, incremental } from './incremental.ts';
import { FILES, load } from './load.ts';
import { writeSection } from './results.ts';
import { SNAPSHOT_GRAPHS, snapshot } from './snapshot.ts';
import { GRAPHS, solve } from './solve.ts';

interface Bench {
  readonly about: string;
  readonly graphs: readonly string[];
  /** The option it has beside the graphs: a number of runs, or a shorter bench. */
  readonly option: 'runs' | 'quick';
  /** Returns the section; no names of graphs: all of them; no number of runs: the bench's own. */
  run(graphs: readonly string[], options: { runs: number | undefined; quick: boolean }): string;
}

const BENCHES: Readonly<Record<string, Bench>> = {
  load: {
    about: 'from a text file to columns: lines a second beside readline, memory and time as graphs grow',
    graphs: FILES.map(({ name }) => name),
    option: 'runs',
    run: (graphs, { runs }) => load(graphs, runs),
  },
  solve: {
    about: 'from a text file to scores with a certified bound: time, edge visits, memory, peers',
    graphs: GRAPHS.map(({ name }) => name),
    option: 'runs',
    run: (graphs, { runs }) => solve(graphs, runs),
  },
  incremental: {
    about: 'events absorbed and settled one by one, against a cold solve, a warm sweep and the least work',
    graphs: COMMUNITIES.map(({ name }) => name),
    option: 'quick',
    run: incremental,
  },
  snapshot: {
    about: 'an engine back from its snapshot, beside building and settling it again: time, bytes',
    graphs: SNAPSHOT_GRAPHS.map(({ name }) => name),
    option: 'runs',
    run: (graphs, { runs }) => snapshot(graphs, runs),
  },
};

const USAGE = `npm run bench -- NAME [--graph GRAPH]... [--runs N | --quick] [--write]\n${Object.entries(
  BENCHES,
)
  .map(
    ([name, { about, graphs, option }]) =>
      `  ${name}  ${about}\n    graphs: ${graphs.join(', ')}; --${option}`,
  )
  .join('\n')}`;

function main(args: string[]): number {
  const misused = (message: string) => {
    process.stderr.write(`${message}\n${USAGE}\n`);
    return 2;
  };
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return misused((error as Error).message);
  }
  const { values, positionals } = parsed;
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) return misused('expected the name of one bench');
  if (!Object.hasOwn(BENCHES, name)) return misused(`no bench is called "${name}"`);
  const bench = BENCHES[name];
  const graphs = values.graph ?? [];
  const unknown = graphs.find((graph) => !bench.graphs.includes(graph));
  if (unknown !== undefined) return misused(`${name} has no graph "${unknown}"`);
  const runs = values.runs === undefined ? undefined : Number(values.runs);
  if (runs !== undefined && !(Number.isInteger(runs) && runs > 0))
    return misused('--runs expects a number from 1');
  const quick = values.quick ?? false;
  if (runs !== undefined && bench.option !== 'runs') return misused(`${name} has no --runs`);
  if (quick && bench.option !== 'quick') return misused(`${name} has no --quick`);
  if (values.write && (graphs.length > 0 || runs !== undefined || quick)) {
    return misused('--write keeps whole results only: leave out --graph, --runs and --quick');
  }

  try {
    const section = bench.run(graphs, { runs, quick });
    process.stdout.write(`${section}\n`);
    if (values.write) process.stderr.write(`written to ${writeSection(name, section)}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      graph: { type: 'string', multiple: true },
      runs: { type: 'string' },
      quick: { type: 'boolean' },
      write: { type: 'boolean' },
    },
  });
}

process.exitCode = main(process.argv.slice(2));
