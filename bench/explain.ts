/**
 * The explain bench: how long it takes to say why a contributor of median in-degree has its score, by
 * endorser, by origin and by path, on a settled engine; and how far what is not told could matter at most.
 */
import { graphFile } from './cached.ts';
import { checkBuilt, runChild } from './child.ts';
import { load, machine } from './results.ts';
import { describe, type GraphSpec } from './rmat.ts';
import { against, digits, range, spread, table } from './table.ts';

interface Case {
  readonly name: string;
  readonly spec: GraphSpec;
}

/** What explain-ours.mjs prints: milliseconds, and shares of a score. */
interface Explained {
  readonly order: number;
  readonly size: number;
  readonly degree: number;
  readonly first: number;
  readonly ways: Readonly<Record<Way, { readonly times: readonly number[]; readonly error: number }>>;
}

const TARGETS = { endorser: 1, origin: 50, path: 50 } as const;
type Way = keyof typeof TARGETS;

export const EXPLAIN_GRAPHS: readonly Case[] = [
  { name: 'rmat-16', spec: { kind: 'rmat', scale: 16, edgeFactor: 16, seed: 1 } },
  { name: 'rmat-20', spec: { kind: 'rmat', scale: 20, edgeFactor: 16, seed: 1 } },
];

/** Measures the named graphs, all where none is named. */
export function explain(names: readonly string[]): string {
  checkBuilt('dist/batch.js');
  const before = [machine(), load()];
  const chosen = EXPLAIN_GRAPHS.filter(({ name }) => names.length === 0 || names.includes(name));
  const script = new URL('./explain-ours.mjs', import.meta.url);
  const measured = chosen.map((graph) => ({
    graph,
    result: runChild<Explained>(script, [graphFile(graph.spec)]),
  }));
  const settings = measured.map(({ graph }) => `- ${graph.name}: ${describe(graph.spec)}`);
  const row = (title: string, cell: (one: (typeof measured)[number]) => string) => [
    title,
    ...measured.map(cell),
  ];
  const ways = (Object.keys(TARGETS) as Way[]).flatMap((way) => [
    row(`by ${way}, ms`, ({ result }) => range(spread(result.ways[way].times))),
    row('- target', ({ result }) => against(spread(result.ways[way].times).median, 'at most', TARGETS[way])),
    ...(way === 'endorser'
      ? []
      : [row('- largest error, of the score', ({ result }) => digits(result.ways[way].error))]),
  ]);
  const rows = [
    row('median (smallest to largest)', ({ graph }) => graph.name),
    row('contributors', ({ result }) => String(result.order)),
    row('endorsed pairs (edges)', ({ result }) => String(result.size)),
    row('median in-degree', ({ result }) => String(result.degree)),
    row('first explanation, ms', ({ result }) => digits(result.first)),
    ...ways,
  ];
  return [...before, ...settings, '', ...ABOUT, '', table(rows)].join('\n');
}

const ABOUT = [
  'A settled engine is asked about 101 contributors of median in-degree in an even sample by rank, twenty parts',
  'each, at the tolerance of 1e-3 of the score. The first explanation also measures ranks and standing and makes',
  'the index of who said what. By path the error is the weakest chain told, or 1e-3.',
];
