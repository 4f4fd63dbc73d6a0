/**
 * `npm run bench -- NAME [options]`: runs one bench, prints its section, and with --write keeps it in
 * bench/results.md. Exits 0 when it ran (a missed target is a result), 1 when it could not, 2 when misused.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { BenchError } from './child.ts';
import { PEER_GRAPHS, peers } from './peers.ts';
import { FIGURES, writeSection } from './results.ts';
import { GRAPHS, solve } from './solve.ts';

interface Bench {
  readonly about: string;
  readonly graphs: readonly string[];
  /** Whether it has --install and --all. */
  readonly peers?: true;
  /** Returns the section; no names of graphs: all of them; no number of runs: the bench's own. */
  run(graphs: readonly string[], options: Options): Result;
}

interface Options {
  readonly runs: number | undefined;
  /** First installs what the bench compares with. */
  readonly install: boolean;
  /** With the graphs that are not in the default run. */
  readonly all: boolean;
}

interface Result {
  readonly section: string;
  /** What is kept beside the section, for the README. */
  readonly figures?: object;
}

const BENCHES: Readonly<Record<string, Bench>> = {
  solve: {
    about: 'from a text file to scores with a certified bound: time, edge visits, memory, peers',
    graphs: GRAPHS.map(({ name }) => name),
    run: (graphs, { runs }) => ({ section: solve(graphs, runs) }),
  },
  peers: {
    about: 'the same graphs by other packages, of npm and of Debian: load, solve, whole, memory, error',
    graphs: PEER_GRAPHS.map(({ name }) => name),
    peers: true,
    run: (graphs, { runs, install, all }) => peers(graphs, { runs, install, extra: all }),
  },
};

const USAGE = `npm run bench -- NAME [--graph GRAPH]... [--runs N] [--write]\n${Object.entries(BENCHES)
  .map(
    ([name, { about, graphs, peers }]) =>
      `  ${name}  ${about}\n    graphs: ${graphs.join(', ')}${peers ? '\n    --install: apt-get installs the missing peers first; --all: rmat-22 too' : ''}`,
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
  const install = values.install ?? false;
  const all = values.all ?? false;
  if ((install || all) && !bench.peers) return misused(`${name} has neither --install nor --all`);
  if (values.write && (graphs.length > 0 || runs !== undefined)) {
    return misused('--write keeps whole results only: leave out --graph and --runs');
  }

  try {
    const { section, figures } = bench.run(graphs, { runs, install, all });
    process.stdout.write(`${section}\n`);
    if (values.write) {
      process.stderr.write(`written to ${writeSection(name, section)}\n`);
      if (figures !== undefined) writeFileSync(FIGURES, `${JSON.stringify(figures, null, 2)}\n`);
    }
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
      install: { type: 'boolean' },
      all: { type: 'boolean' },
      write: { type: 'boolean' },
    },
  });
}

process.exitCode = main(process.argv.slice(2));
