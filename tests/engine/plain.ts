/**
 * The witness for graphs too large for dense matrices: plain fixed-point iteration of the trust equations
 * over a flat list of pairs, in Float64 with compensated sums. It shares no code with src, has no queue, no
 * ordering and no acceleration, and says how far it may be off itself: by theorem 2, from its own residual.
 */

/** What of a policy such a graph needs; weights are combined already, without decay. */
export interface Terms {
  damping: number;
  balance?: number;
  cap?: number | null;
  objectionWeight?: number;
  reserve?: number;
}

/** Pairs by place; a weight of 0 is a pair that is not there, below 0 an objection. */
export interface Graph {
  order: number;
  source: ArrayLike<number>;
  target: ArrayLike<number>;
  weight: ArrayLike<number>;
  /** How many of the above count; all unless given. */
  length?: number;
  /** C; every contributor counts 1 unless given. */
  credentials?: Float64Array;
}

export interface Verdict {
  trust: Float64Array;
  /** L1 distance of `trust` from the exact shares, at most. */
  within: number;
}

/** Running sums with what rounding loses of each (Neumaier 1974). */
class Sums {
  readonly #high: Float64Array;
  readonly #low: Float64Array;

  constructor(length: number) {
    this.#high = new Float64Array(length);
    this.#low = new Float64Array(length);
  }

  add(at: number, term: number): void {
    const before = this.#high[at]!;
    const sum = before + term;
    this.#low[at]! += Math.abs(before) >= Math.abs(term) ? before - sum + term : term - sum + before;
    this.#high[at] = sum;
  }

  of(at: number): number {
    return this.#high[at]! + this.#low[at]!;
  }

  clear(): void {
    this.#high.fill(0);
    this.#low.fill(0);
  }
}

const total = (values: Float64Array): number => {
  const sums = new Sums(1);
  for (let v = 0; v < values.length; v++) sums.add(0, values[v]!);
  return sums.of(0);
};

/** The exact shares, as nearly as Float64 gets; `start`, shares from an earlier call, saves iterations. */
export function solve(graph: Graph, terms: Terms, enough = 1e-13): Verdict {
  const { order, source, target, weight, length = weight.length } = graph;
  const { damping, balance = 1, cap = null, objectionWeight: k = 1, reserve = 0 } = terms;
  const stop = 1 - damping;
  const credentials = graph.credentials ?? new Float64Array(order).fill(1);
  const all = total(credentials);
  const ceiling = cap === null ? Number.POSITIVE_INFINITY : (cap * all) / order;

  const demand = new Sums(order);
  for (let u = 0; u < order; u++) demand.add(u, reserve);
  for (let p = 0; p < length; p++) demand.add(source[p]!, Math.abs(weight[p]!));
  const share = new Float64Array(length);
  for (let p = 0; p < length; p++) {
    if (weight[p] !== 0) share[p] = (damping * Math.abs(weight[p]!)) / demand.of(source[p]!);
  }

  let x = credentials.slice();
  let z = new Float64Array(order);
  let [nextX, nextZ] = [new Float64Array(order), new Float64Array(order)];
  const y = new Float64Array(order);
  const speak = () => {
    for (let v = 0; v < order; v++) y[v] = x[v]! > 0 ? x[v]! * (x[v]! / (x[v]! + k * z[v]!)) : 0;
  };
  const [plus, minus] = [new Sums(order), new Sums(order)];
  let before = Number.POSITIVE_INFINITY;
  for (;;) {
    speak();
    plus.clear();
    minus.clear();
    for (let p = 0; p < length; p++) {
      if (share[p] === 0) continue;
      (weight[p]! > 0 ? plus : minus).add(target[p]!, share[p]! * y[source[p]!]!);
    }
    let excess = 0;
    if (cap !== null) for (let v = 0; v < order; v++) excess += Math.max(0, x[v]! - ceiling);
    let moved = 0;
    for (let v = 0; v < order; v++) {
      const earned = Math.min(x[v]!, ceiling) + (excess * credentials[v]!) / all;
      nextX[v] = stop * (balance * credentials[v]! + (1 - balance) * earned) + plus.of(v);
      nextZ[v] = minus.of(v);
      moved += Math.abs(nextX[v]! - x[v]!) + k * Math.abs(nextZ[v]! - z[v]!);
    }
    [x, nextX] = [nextX, x];
    [z, nextZ] = [nextZ, z];
    // Rounding of one evaluation, some 16 units in the last place of all mass, may hide in the residual.
    const residual = moved + 16 * Number.EPSILON * all;
    const voice = total(y);
    const within = (2 * residual) / (voice * stop * balance);
    if (within <= enough || (within < 1e-10 && moved >= before)) {
      speak();
      const voices = total(y);
      return { trust: y.map((one) => one / voices), within };
    }
    before = moved;
  }
}
