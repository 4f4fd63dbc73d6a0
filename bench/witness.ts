/**
 * The witness of the benches: plain PageRank over a list of pairs read from the text file, sharing no code
 * with the package. It relies on one fact: the map p -> (1 - damping)/n + damping (P p + dangling/n)
 * contracts by `damping` in L1, so shares whose residual is r lie within |r| / (1 - damping) of the exact
 * ones. With policy `classic`, no credentials and unit weights, those are Peerage's published shares.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const DAMPING = 0.85;
const ENOUGH = 1e-14;
const MOST_PASSES = 1000;
const CHUNK = 1 << 22;
const SHORTEST_LINE = 4;

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

export interface Pairs {
  readonly source: Uint32Array;
  readonly target: Uint32Array;
}

/** Iterates the exact shares once, and judges any number of published ones by them. */
export class Witness {
  readonly #pairs: Pairs;
  readonly #outDegree: Uint32Array;
  readonly #mentioned: Uint8Array;
  readonly #contributors: number;
  readonly #exact: Float64Array;
  readonly #exactWithin: number;
  readonly #plainPasses: number;
  #next: Float64Array<ArrayBuffer>;

  /** `ids`: how many numbers may name a contributor, from 0. */
  constructor(pairs: Pairs, ids: number) {
    this.#pairs = pairs;
    this.#outDegree = new Uint32Array(ids);
    this.#mentioned = new Uint8Array(ids);
    this.#next = new Float64Array(ids);
    for (const u of pairs.source) {
      this.#outDegree[u] += 1;
      this.#mentioned[u] = 1;
    }
    for (const v of pairs.target) this.#mentioned[v] = 1;
    this.#contributors = this.#mentioned.reduce((sum, one) => sum + one, 0);

    let exact: Float64Array<ArrayBuffer> = Float64Array.from(
      this.#mentioned,
      (one) => one / this.#contributors,
    );
    let exactWithin = Number.POSITIVE_INFINITY;
    let plainPasses = 0;
    for (let passes = 0; passes < MOST_PASSES && exactWithin > ENOUGH; passes++) {
      const before = exactWithin;
      exactWithin = this.#bound(exact);
      if (exactWithin > 1e-9) plainPasses = passes + 1;
      // Below that it is rounding, not convergence.
      if (exactWithin < 1e-12 && exactWithin >= before) break;
      [exact, this.#next] = [this.#next, exact];
    }
    this.#exact = exact;
    this.#exactWithin = exactWithin;
    this.#plainPasses = plainPasses;
  }

  /** Judges published shares, indexed by the number that names the contributor in the file; NaN: not scored. */
  judge(shares: Float64Array): Verdict {
    const mentioned = this.#mentioned;
    if (shares.length !== mentioned.length) {
      throw new Error(`${shares.length} shares were written for ${mentioned.length} ids`);
    }
    for (let u = 0; u < shares.length; u++) {
      if (Number.isFinite(shares[u]) !== (mentioned[u] === 1)) {
        throw new Error(
          `contributor ${u} is ${mentioned[u] === 1 ? 'mentioned, but has no' : 'not mentioned, but has a'} share`,
        );
      }
    }
    const published = shares.map((share, u) => (mentioned[u] === 1 ? share : 0));
    return {
      residualBound: this.#bound(published),
      distance: distance(published, this.#exact),
      exactWithin: this.#exactWithin,
      plainPasses: this.#plainPasses,
    };
  }

  #bound(from: Float64Array): number {
    this.#pass(from, this.#next);
    return distance(from, this.#next) / (1 - DAMPING);
  }

  /** One application of the map, from `from` into `to`. */
  #pass(from: Float64Array, to: Float64Array): void {
    const { source, target } = this.#pairs;
    const outDegree = this.#outDegree;
    const mentioned = this.#mentioned;
    let dangling = 0;
    for (let u = 0; u < from.length; u++) if (outDegree[u] === 0) dangling += from[u];
    const restart = (1 - DAMPING + DAMPING * dangling) / this.#contributors;
    for (let v = 0; v < to.length; v++) to[v] = mentioned[v] === 1 ? restart : 0;
    for (let k = 0; k < source.length; k++) {
      const u = source[k];
      to[target[k]] += (DAMPING * from[u]) / outDegree[u];
    }
  }
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

/** Reads `source target` lines of whole numbers; passes over lines that begin with `#`. */
export function readPairs(path: string): Pairs {
  const file = openSync(path, 'r');
  try {
    const most = Math.ceil(fstatSync(file).size / SHORTEST_LINE);
    const columns = [new Uint32Array(most), new Uint32Array(most)];
    const chunk = Buffer.allocUnsafe(CHUNK);
    let rows = 0;
    let column = 0;
    let value = 0;
    let comment = false;
    for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk)) {
      for (let k = 0; k < length; k++) {
        const byte = chunk[k];
        if (byte === 10) {
          if (comment) comment = false;
          else if (column === 1) columns[1][rows++] = value;
          else throw new Error(`${path}: line without two numbers after ${rows} pairs`);
          column = 0;
          value = 0;
        } else if (comment) {
        } else if (byte === 32) {
          columns[column++][rows] = value;
          value = 0;
        } else if (byte === 35) {
          comment = true;
        } else {
          value = value * 10 + (byte - 48);
        }
      }
    }
    if (column !== 0 || comment) throw new Error(`${path}: the last line does not end`);
    return { source: columns[0].subarray(0, rows), target: columns[1].subarray(0, rows) };
  } finally {
    closeSync(file);
  }
}
