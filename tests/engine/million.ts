/**
 * A long life on one graph: RMAT of bench/rmat.ts, half of its pairs loaded, then random events in
 * succession (said and taken back, repeated, against), settled now and then, to a tolerance or for a
 * budget. At ten points on the way the true error, by the plain witness, stands beside the published bound,
 * both as the state stands and settled. What scripts/soak.ts --million prints.
 */
import { draw } from '../../bench/rmat.ts';
import { type EventInput, type PolicyInput, TrustEngine } from '../../src/index.ts';
import { solve, type Terms } from './plain.ts';

export interface Point {
  events: number;
  /** The state as it stands, then settled. */
  bound: number;
  error: number;
  settledBound: number;
  settledError: number;
  /** How far off the witness may be itself. */
  within: number;
  edgeVisits: number;
}

export interface Life {
  scale: number;
  events: number;
  seed: number;
  terms: Terms;
  tolerance: number;
  points: number;
  onPoint?: (point: Point) => void;
}

/** Whole numbers from 0 to below what is asked (xorshift32, Marsaglia 2003). */
function chance(seed: number): (below: number) => number {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 2 ** 32) * below);
  };
}

/** Lives it; the same life for the same seed. */
export function longLife({ scale, events, seed, terms, tolerance, points, onPoint }: Life): Point[] {
  const random = chance(seed);
  const from: number[] = [];
  const to: number[] = [];
  draw({ kind: 'rmat', scale, edgeFactor: 16, seed }, (source, target) => {
    from.push(source);
    to.push(target);
  });
  const pairs = from.length;
  // Contributors are numbered as they are first mentioned, here as in the engine.
  const rows = new Int32Array(2 ** scale).fill(-1);
  let order = 0;
  const row = (contributor: number) => {
    if (rows[contributor] === -1) rows[contributor] = order++;
    return rows[contributor]!;
  };
  const source = new Int32Array(pairs);
  const target = new Int32Array(pairs);
  const weight = new Float64Array(pairs);
  /** What can be taken back of each pair. */
  const said: { id: string; weight: number }[][] = Array.from({ length: pairs }, () => []);
  let ids = 0;

  const speak = (pair: number): EventInput => {
    const id = `e${ids++}`;
    const amount = 1 + random(3);
    source[pair] = row(from[pair]!);
    target[pair] = row(to[pair]!);
    said[pair]!.push({ id, weight: amount });
    const against = pair % 20 === 0;
    weight[pair]! += against ? -amount : amount;
    const type = against ? 'object' : 'endorse';
    return { type, id, source: `c${from[pair]}`, target: `c${to[pair]}`, weight: amount };
  };
  const takeBack = (pair: number): EventInput => {
    const list = said[pair]!;
    const [gone] = list.splice(random(list.length), 1);
    weight[pair]! -= Math.sign(weight[pair]!) * gone!.weight;
    return { type: 'retract', of: gone!.id };
  };

  const engine = new TrustEngine({ policy: terms as PolicyInput, tolerance });
  const load: EventInput[] = [];
  for (let pair = 0; pair < pairs; pair += 2) load.push(speak(pair));
  engine.apply(load);
  engine.settle();

  const found: Point[] = [];
  let edgeVisits = 0;
  for (let n = 1; n <= events; n++) {
    const pair = random(pairs);
    engine.apply(said[pair]!.length > 0 && random(4) > 0 ? takeBack(pair) : speak(pair));
    if (n % 20_000 === 0) edgeVisits += engine.settle().edgeVisits;
    else if (n % 1000 === 0) edgeVisits += engine.settle({ budget: random(100_000) }).edgeVisits;
    else if (n % 97 === 0) edgeVisits += engine.settle({ tolerance: 1e-2 }).edgeVisits;
    // Not where it has just been settled.
    if (n % Math.floor(events / points) !== Math.floor(events / points) - 1) continue;
    const { trust, within } = solve({ order, source, target, weight }, terms);
    const off = (shares: Float64Array) =>
      shares.reduce((sum, share, v) => sum + Math.abs(share - trust[v]!), 0);
    const standing = engine.scores({ settle: false });
    const settled = engine.scores();
    found.push({
      events: n,
      bound: standing.bound,
      error: off(standing.trustByContributor()),
      settledBound: settled.bound,
      settledError: off(settled.trustByContributor()),
      within,
      edgeVisits,
    });
    onPoint?.(found.at(-1)!);
  }
  return found;
}

/** True where the error is within the bound, of both. */
export function holds({ bound, error, settledBound, settledError, within }: Point): boolean {
  return error <= bound + within && settledError <= settledBound + within;
}
