/**
 * The witness of the incremental bench: the trust equations over a list of endorsements, iterated from
 * nothing or from the last answer, sharing no code with the package. It relies on one fact: without
 * objections the map contracts by 1 - a balance in L1, so a mass whose residual is r lies within
 * |r| / (a balance) of the exact one, and the shares within 2 / (sum of mass) times that.
 */
import type { Community } from './community.ts';
import type { Events } from './events.ts';

/** What the equations take from a policy; weights of 1, no reserve, no decay. */
export interface Equations {
  readonly damping: number;
  readonly balance: number;
  readonly cap: number | null;
}

const ENOUGH = 1e-13;
const MOST_PASSES = 5000;

/** Live statements and the exact mass of everybody. */
export class Recomputed {
  order: number;
  /** Mass by contributor, in units of credentials. */
  mass: Float64Array<ArrayBuffer>;
  /** Live statements of each contributor, those about itself left out. */
  readonly demand: Float64Array;
  readonly #source: Uint32Array;
  readonly #target: Uint32Array;
  readonly #live: Uint8Array;
  #statements: number;
  readonly #credentials: Float64Array | null;

  constructor(
    community: Community,
    readonly events: Events,
    readonly equations: Equations,
  ) {
    const { source, target, credentials } = community;
    const first = source.length;
    let most = community.ids.length;
    for (let k = 0; k < events.count; k++) {
      most = Math.max(most, events.source[k] + 1, events.target[k] + 1);
    }
    this.order = community.ids.length;
    this.mass = new Float64Array(most);
    this.demand = new Float64Array(most);
    this.#source = new Uint32Array(first + events.count);
    this.#target = new Uint32Array(first + events.count);
    this.#live = new Uint8Array(first + events.count);
    this.#source.set(source);
    this.#target.set(target);
    this.#statements = first;
    this.#credentials = credentials;
    for (let s = 0; s < first; s++) this.#turn(s, 1);
  }

  /** Takes the `k`th event. */
  take(k: number): void {
    const { source, target, statement, makes } = this.events;
    const s = statement[k];
    if (makes[k] === 1) {
      if (s !== this.#statements++) throw new Error(`statement ${s} comes out of turn`);
      this.#source[s] = source[k];
      this.#target[s] = target[k];
      this.order = Math.max(this.order, source[k] + 1, target[k] + 1);
    } else if (this.#live[s] === 0) throw new Error(`statement ${s} is retracted twice`);
    this.#turn(s, makes[k]);
  }

  #turn(statement: number, live: number): void {
    this.#live[statement] = live;
    const u = this.#source[statement];
    if (u !== this.#target[statement]) this.demand[u] += live === 1 ? 1 : -1;
  }

  credential(v: number): number {
    return this.#credentials === null ? 1 : this.#credentials[v];
  }

  /** Distinct live targets of each contributor, itself left out. */
  degrees(): Uint32Array {
    const pairs = new Set<number>();
    const degree = new Uint32Array(this.mass.length);
    for (let s = 0; s < this.#statements; s++) {
      const [u, v] = [this.#source[s], this.#target[s]];
      const pair = u * this.mass.length + v;
      if (this.#live[s] === 0 || u === v || pairs.has(pair)) continue;
      pairs.add(pair);
      degree[u]++;
    }
    return degree;
  }

  /**
   * Iterates `mass` until its shares are within `enough` of the exact ones, or to the limit of the arithmetic;
   * returns their proven L1 distance. Before each pass all of it is scaled so that as much comes in as ends, which any guess allows: what
   * is left is told by the residual.
   */
  solve(enough = ENOUGH): number {
    const { damping, balance } = this.equations;
    const stop = 1 - damping;
    let next = new Float64Array(this.mass.length);
    let within = Number.POSITIVE_INFINITY;
    for (let passes = 0; passes < MOST_PASSES && within > enough; passes++) {
      const before = within;
      this.#balance();
      this.#pass(this.mass, next);
      let residual = 0;
      let sum = 0;
      for (let v = 0; v < this.order; v++) {
        residual += Math.abs(next[v] - this.mass[v]);
        sum += this.mass[v];
      }
      within = (2 * residual) / (sum * stop * balance);
      [this.mass, next] = [next, this.mass];
      // Below that it is rounding, not convergence.
      if (within < 1e-10 && within >= before) break;
    }
    return within;
  }

  /** Scales `mass`; where there is none yet, puts credentials in its place. */
  #balance(): void {
    const { damping, balance } = this.equations;
    const stop = 1 - damping;
    const mass = this.mass;
    let [sum, spoken, credentialSum] = [0, 0, 0];
    for (let v = 0; v < this.order; v++) {
      credentialSum += this.credential(v);
      sum += mass[v];
      if (this.demand[v] > 0) spoken += mass[v];
    }
    if (!(sum > 0)) {
      for (let v = 0; v < this.order; v++) mass[v] = this.credential(v);
      return;
    }
    const ends = sum * (1 - stop * (1 - balance)) - damping * spoken;
    const scale = (stop * balance * credentialSum) / ends;
    // Closer than that, the rounding of these sums would only disturb.
    if (Math.abs(scale - 1) < 1e-12) return;
    for (let v = 0; v < this.order; v++) mass[v] *= scale;
  }

  /** L1 distance of published shares, by contributor, from those of `mass`. */
  distance(shares: Float64Array): number {
    if (shares.length !== this.order) {
      throw new Error(`${shares.length} contributors have a share, and ${this.order} are there`);
    }
    let sum = 0;
    for (let v = 0; v < this.order; v++) sum += this.mass[v];
    let distance = 0;
    for (let v = 0; v < this.order; v++) distance += Math.abs(shares[v] - this.mass[v] / sum);
    return distance;
  }

  /** One application of the map, from `from` into `to`. */
  #pass(from: Float64Array, to: Float64Array): void {
    const { damping, balance, cap } = this.equations;
    const order = this.order;
    const source = this.#source;
    const target = this.#target;
    const live = this.#live;
    let credentialSum = 0;
    for (let v = 0; v < order; v++) credentialSum += this.credential(v);
    const ceiling = cap === null ? Number.POSITIVE_INFINITY : (cap * credentialSum) / order;
    let excess = 0;
    for (let v = 0; v < order; v++) excess += Math.max(0, from[v] - ceiling);
    const flow = new Float64Array(order);
    for (let v = 0; v < order; v++) {
      const credential = this.credential(v);
      const earned = Math.min(from[v], ceiling) + (excess * credential) / credentialSum;
      to[v] = (1 - damping) * (balance * credential + (1 - balance) * earned);
      if (this.demand[v] > 0) flow[v] = (damping * from[v]) / this.demand[v];
    }
    for (let s = 0; s < this.#statements; s++) {
      if (live[s] === 1 && source[s] !== target[s]) to[target[s]] += flow[source[s]];
    }
  }
}
