/**
 * Shapes that a careless engine is quadratic on, or overflows on: a crowd around one, a hub, a path, a pair
 * said over and over. Each is fed to a living engine in parts and settled after each, held against the
 * plain witness, and its work counted in edge visits, not in time. extremes.test.ts runs them at a size for
 * every day, scripts/soak.ts --extremes at a million.
 */
import type { EventInput } from '../../src/index.ts';
import { TrustEngine } from '../../src/index.ts';
import { type Graph, solve, type Terms } from './plain.ts';

/** What a shape does to an engine. */
export interface Outcome {
  title: string;
  events: number;
  edges: number;
  /** Visits of all settling together, and the fewest that anyone could need: every edge once a part. */
  edgeVisits: number;
  parts: number;
  bound: number;
  /** L1 distance from the witness, and how far off that may be itself. */
  error: number;
  within: number;
}

/** Whom event `n` of `size` is from and to. */
interface Shape {
  title: string;
  pair(n: number, size: number): [number, number];
}

export const SHAPES: Shape[] = [
  { title: 'a crowd endorses one', pair: (n) => [n + 1, 0] },
  { title: 'one endorses a crowd', pair: (n) => [0, n + 1] },
  {
    title: 'a hub that all endorse endorses all',
    pair: (n) => (n % 2 === 0 ? [0, n / 2 + 1] : [(n + 1) / 2, 0]),
  },
  { title: 'a path, told from its beginning', pair: (n) => [n, n + 1] },
  { title: 'a path, told from its end', pair: (n, size) => [size - n - 1, size - n] },
  { title: 'a ring', pair: (n, size) => [n, (n + 1) % size] },
  { title: 'one pair, over and over', pair: () => [0, 1] },
  { title: 'ten people, to and fro', pair: (n) => [n % 10, (n + 1 + (Math.floor(n / 10) % 9)) % 10] },
];

const PARTS = 8;

/** Feeds a shape to an engine that is alive from the beginning, in parts, settled after each. */
export function live({ title, pair }: Shape, size: number, terms: Terms, tolerance: number): Outcome {
  const engine = new TrustEngine({ policy: terms, tolerance });
  engine.settle();
  let edgeVisits = 0;
  let bound = 0;
  const part = Math.ceil(size / PARTS);
  for (let from = 0; from < size; from += part) {
    const events = (function* (): Iterable<EventInput> {
      for (let n = from; n < Math.min(size, from + part); n++) {
        const [u, v] = pair(n, size);
        yield { type: 'endorse', source: `c${u}`, target: `c${v}` };
      }
    })();
    // Not as one batch: a record that more than doubles is weighed anew, and here every event is absorbed.
    for (const event of events) engine.apply(event);
    const settled = engine.settle();
    edgeVisits += settled.edgeVisits;
    bound = settled.bound;
  }
  const { names, graph } = combined(pair, size);
  const { trust, within } = solve(graph, terms);
  const scores = engine.scores();
  let error = 0;
  for (let v = 0; v < names.length; v++) error += Math.abs(scores.of(names[v]!)!.trust - trust[v]!);
  return {
    title,
    events: size,
    edges: graph.weight.length,
    edgeVisits,
    parts: Math.ceil(size / part),
    bound: Math.max(bound, scores.bound),
    error,
    within,
  };
}

/** The pairs of a shape with what is said of each added up. */
function combined(pair: Shape['pair'], size: number): { names: string[]; graph: Graph } {
  const rows = new Map<number, number>();
  const row = (contributor: number) => {
    const known = rows.get(contributor);
    if (known !== undefined) return known;
    rows.set(contributor, rows.size);
    return rows.size - 1;
  };
  const places = new Map<number, number>();
  const source: number[] = [];
  const target: number[] = [];
  const weight: number[] = [];
  for (let n = 0; n < size; n++) {
    const [u, v] = pair(n, size);
    const key = u * 0x4000000 + v;
    const place = places.get(key);
    if (place !== undefined) {
      weight[place]!++;
      continue;
    }
    places.set(key, weight.length);
    source.push(row(u));
    target.push(row(v));
    weight.push(1);
  }
  return {
    names: [...rows.keys()].map((contributor) => `c${contributor}`),
    graph: { order: rows.size, source, target, weight },
  };
}

/**
 * What a plain solver would need for the same parts: passes until damping^n is below the tolerance, over
 * the edges there are at each part. An engine that is linear in what it was given stays below.
 */
export function plainVisits({ edges, parts }: Outcome, { damping }: Terms, tolerance: number): number {
  const passes = Math.ceil(Math.log(tolerance / 2) / Math.log(damping));
  return ((passes + 2) * edges * (parts + 1)) / 2 + 1000;
}
