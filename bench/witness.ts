/**
 * The witness of the solve bench: plain PageRank over a list of pairs read from the text file, sharing no
 * code with the package. It relies on one fact: the map p -> (1 - damping)/n + damping (P p + dangling/n)
 * contracts by `damping` in L1, so shares whose residual is r lie within |r| / (1 - damping) of the exact
 * ones. With policy `classic`, no credentials and unit weights, those are Peerage's published shares.
 */
import { readFileSync } from 'node:fs';

const DAMPING = 0.85;
const ENOUGH = 1e-14;
const MOST_PASSES = 1000;

export interface Verdict {
  /** L1 bound on the distance of the shares from the exact ones, recomputed from the text file. */
  readonly residualBound: number;
  /** L1 distance from shares iterated here to `exactWithin`. */
  readonly distance: number;
  /** What remains unproven of those, as a bound of the same kind. */
  readonly exactWithin: number;
  /** Passes that plain iteration takes to bring the same bound below 1e-9, each visiting every pair once. */
  readonly plainPasses: number;
}

/** Judges published shares, indexed by the number that names the contributor in the file; NaN: not scored. */
export function judge(path: string, shares: Float64Array): Verdict {
  const pairs = readPairs(path);
  const order = shares.length;
  const mentioned = new Uint8Array(order);
  for (const u of pairs.source) mentioned[u] = 1;
  for (const v of pairs.target) mentioned[v] = 1;
  const contributors = mentioned.reduce((sum, one) => sum + one, 0);
  for (let u = 0; u < order; u++) {
    if (Number.isFinite(shares[u]) !== (mentioned[u] === 1)) {
      throw new Error(
        `contributor ${u} is ${mentioned[u] === 1 ? 'mentioned, but has no' : 'not mentioned, but has a'} share`,
      );
    }
  }
  const published = shares.map((share, u) => (mentioned[u] === 1 ? share : 0));

  let exact: Float64Array<ArrayBuffer> = Float64Array.from(mentioned, (one) => one / contributors);
  let next: Float64Array<ArrayBuffer> = new Float64Array(order);
  const bound = (from: Float64Array) => {
    pass(pairs, mentioned, contributors, from, next);
    return distance(from, next) / (1 - DAMPING);
  };
  const residualBound = bound(published);
  let exactWithin = Number.POSITIVE_INFINITY;
  let plainPasses = 0;
  for (let passes = 0; passes < MOST_PASSES && exactWithin > ENOUGH; passes++) {
    const before = exactWithin;
    exactWithin = bound(exact);
    if (exactWithin > 1e-9) plainPasses = passes + 1;
    // Below that it is rounding, not convergence.
    if (exactWithin < 1e-12 && exactWithin >= before) break;
    [exact, next] = [next, exact];
  }
  return { residualBound, distance: distance(published, exact), exactWithin, plainPasses };
}

/** Sum of |a - b|; NaN on one side only counts as 1, on both as 0. */
export function distance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let u = 0; u < a.length; u++) {
    const apart = Math.abs(a[u] - b[u]);
    if (!Number.isNaN(apart)) sum += apart;
    else if (Number.isNaN(a[u]) !== Number.isNaN(b[u])) sum += 1;
  }
  return sum;
}

interface Pairs {
  readonly source: Uint32Array;
  readonly target: Uint32Array;
  readonly outDegree: Uint32Array;
}

function readPairs(path: string): Pairs {
  const lines = readFileSync(path, 'latin1').split('\n');
  const rows = lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split(' '));
  const source = Uint32Array.from(rows, (row) => Number(row[0]));
  const target = Uint32Array.from(rows, (row) => Number(row[1]));
  const outDegree = new Uint32Array(source.reduce((most, u) => Math.max(most, u), 0) + 1);
  for (const u of source) outDegree[u] += 1;
  return { source, target, outDegree };
}

/** One application of the map, from `from` into `to`. */
function pass(
  pairs: Pairs,
  mentioned: Uint8Array,
  contributors: number,
  from: Float64Array,
  to: Float64Array,
) {
  const { source, target, outDegree } = pairs;
  let dangling = 0;
  for (let u = 0; u < from.length; u++) {
    if (u >= outDegree.length || outDegree[u] === 0) dangling += from[u];
  }
  const restart = (1 - DAMPING + DAMPING * dangling) / contributors;
  for (let v = 0; v < to.length; v++) to[v] = mentioned[v] === 1 ? restart : 0;
  for (let k = 0; k < source.length; k++) {
    const u = source[k];
    to[target[k]] += (DAMPING * from[u]) / outDegree[u];
  }
}
