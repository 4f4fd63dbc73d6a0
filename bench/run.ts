/**
 * `npm run bench -- NAME [options]`: runs one bench, prints its section, and with --write keeps it in
 * bench/results.md. Exits 0 when it ran (a missed target is a result), 1 when it could not, 2 when misused.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { AUDIT_GRAPHS, audit } from './audit.ts';
import { BenchError } from './child.ts';
import { EXPLAIN_GRAPHS, explain } from './explain.ts';
import { http } from './http.ts';
import { COMMUNITIES, incremental } from './incremental.ts';
import { LEDGERS, ledger } from './ledger.ts';
import { FILES, load } from './load.ts';
import { PEER_GRAPHS, peers } from './peers.ts';
import { PROFILED, profile } from './profile.ts';
import { FIGURES, writeSection } from './results.ts';
import { SNAPSHOT_GRAPHS, snapshot } from './snapshot.ts';
import { GRAPHS, solve } from './solve.ts';
import { ASKED, whatIf } from './what-if.ts';

/** What a bench may be told beside its graphs. */
interface Options {
  /** Runs of each measurement; the bench's own number unless given. */
  readonly runs: number | undefined;
  /** A shorter bench, for a first look. */
  readonly quick: boolean;
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

interface Bench {
  readonly about: string;
  readonly graphs: readonly string[];
  readonly options: readonly (keyof Options)[];
  /** No names of graphs: all of them. */
  run(graphs: readonly string[], options: Options): Result;
}

const names = (graphs: readonly { readonly name: string }[]) => graphs.map(({ name }) => name);

const BENCHES: Readonly<Record<string, Bench>> = {
  load: {
    about: 'from a text file to columns: lines a second beside readline, memory and time as graphs grow',
    graphs: names(FILES),
    options: ['runs'],
    run: (graphs, { runs }) => ({ section: load(graphs, runs) }),
  },
  solve: {
    about: 'from a text file to scores with a certified bound: time, edge visits, memory, peers',
    graphs: names(GRAPHS),
    options: ['runs'],
    run: (graphs, { runs }) => ({ section: solve(graphs, runs) }),
  },
  incremental: {
    about: 'events absorbed and settled one by one, against a cold solve, a warm sweep and the least work',
    graphs: names(COMMUNITIES),
    options: ['quick'],
    run: (graphs, options) => ({ section: incremental(graphs, options) }),
  },
  'what-if': {
    about: 'asking what an event would come to, against applying and settling it',
    graphs: names(ASKED),
    options: ['quick'],
    run: (graphs, options) => ({ section: whatIf(graphs, options) }),
  },
  audit: {
    about: 'the power audit and the dial of a settled community, beside one solve',
    graphs: names(AUDIT_GRAPHS),
    options: ['runs'],
    run: (graphs, { runs }) => ({ section: audit(graphs, runs) }),
  },
  snapshot: {
    about: 'an engine back from its snapshot, beside building and settling it again: time, bytes',
    graphs: names(SNAPSHOT_GRAPHS),
    options: ['runs'],
    run: (graphs, { runs }) => ({ section: snapshot(graphs, runs) }),
  },
  ledger: {
    about:
      'durable events a second in a file and in Postgres, and how long an engine takes to start from them',
    graphs: names(LEDGERS),
    options: ['runs', 'quick'],
    run: (places, { runs, quick }) => ({ section: ledger(places, { runs, quick }) }),
  },
  profile: {
    about: 'where the time goes from a text file to certified scores, beside one random read',
    graphs: names(PROFILED),
    options: ['runs'],
    run: (graphs, { runs }) => ({ section: profile(graphs, runs) }),
  },
  http: {
    about:
      'the service over HTTP: reads beside a bare server, latency, ten times the writes that it sustains',
    graphs: ['sqlite'],
    options: ['quick', 'all'],
    run: (_, { quick, all }) => ({ section: http({ quick, long: all }) }),
  },
  explain: {
    about:
      'why a contributor of median degree has its score, by endorser, origin and path, on a settled engine',
    graphs: names(EXPLAIN_GRAPHS),
    options: [],
    run: (graphs) => ({ section: explain(graphs) }),
  },
  peers: {
    about: 'the same graphs by other packages, of npm and of Debian: load, solve, whole, memory, error',
    graphs: names(PEER_GRAPHS),
    options: ['runs', 'install', 'all'],
    run: (graphs, { runs, install, all }) => peers(graphs, { runs, install, extra: all }),
  },
};

const ABOUT: Readonly<Record<keyof Options, string>> = {
  runs: '--runs N',
  quick: '--quick',
  install: '--install (apt-get installs what is missing first)',
  all: '--all (the largest graphs too; of http, ten minutes of overload)',
};

const USAGE = `npm run bench -- NAME [--graph GRAPH]... [options] [--write]\n${Object.entries(BENCHES)
  .map(([name, { about, graphs, options }]) => {
    const told = options.map((option) => ABOUT[option]).join(', ');
    return `  ${name}  ${about}\n    graphs: ${graphs.join(', ')}\n    options: ${told}`;
  })
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
  const bench = BENCHES[name]!;
  const graphs = values.graph ?? [];
  const unknown = graphs.find((graph) => !bench.graphs.includes(graph));
  if (unknown !== undefined) return misused(`${name} has no graph "${unknown}"`);
  const runs = values.runs === undefined ? undefined : Number(values.runs);
  if (runs !== undefined && !(Number.isInteger(runs) && runs > 0))
    return misused('--runs expects a number from 1');
  for (const option of ['runs', 'quick', 'install', 'all'] as const) {
    if (values[option] !== undefined && !bench.options.includes(option))
      return misused(`${name} has no --${option}`);
  }
  const { quick = false, install = false, all = false } = values;
  if (values.write && (graphs.length > 0 || runs !== undefined || quick)) {
    return misused('--write keeps whole results only: leave out --graph, --runs and --quick');
  }

  try {
    const { section, figures } = bench.run(graphs, { runs, quick, install, all });
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
      quick: { type: 'boolean' },
      install: { type: 'boolean' },
      all: { type: 'boolean' },
      write: { type: 'boolean' },
    },
  });
}

process.exitCode = main(process.argv.slice(2));
