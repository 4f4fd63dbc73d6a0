/**
 * The incremental solver. For each contributor it keeps what has arrived, what it demands, and f, the flow
 * per unit of weight that has *been delivered* along its row, so that at every instant
 *
 *     e(v) = damping sum_u W+(u,v) f(u),   z(v) = damping sum_u W-(u,v) f(u)
 *
 * hold, and a change of one weight is absorbed by touching its two ends. What is pending at u is
 * y(u) - f(u) D(u); the residual is at most damping sum |pending| (DESIGN.md, "The incremental state"),
 * a running sum, so the bound is known after every step. `settle` delivers the largest pending first and
 * hands over to sweeps when those are predicted to be less work.
 *
 * Running sums are not exact: what rounding may have moved is added up as drift and is part of the bound.
 * More than 300 lines, because each of these numbers changes with every other.
 */
import type { System } from '../graph/columns.ts';
import { Role } from '../graph/columns.ts';
import type { Digraph } from '../graph/digraph.ts';
import { grown } from '../graph/digraph.ts';
import { ROUNDING } from './bound.ts';
import type { Constants, Parameters, State } from './equations.ts';
import { ceilingOf, constants, emptyState, massOf, voice } from './equations.ts';
import type { Personal, PersonalOptions } from './personal.ts';
import { personal } from './personal.ts';
import { bucketOf, Queue, roughLog2 } from './queue.ts';
import { guess, sweepFrom } from './sweep.ts';

/** A cell of 8 numbers a row, one cache line: arrivals with restart, distrust, D, f, y, pending, 1/(degree + 2), links. */
const S = 0;
const Z = 1;
const D = 2;
const F = 3;
const Y = 4;
const P = 5;
const I = 6;
const CELL = 8;

/** Unit of rounding of one addition, a little above 2^-53. */
const UNIT = 1.2e-16;
/** A demand may be wrong by this share of itself before its row is summed anew. */
const DEMAND_ERROR = Number.EPSILON;
/** sum(y) and the pool are summed anew before their rounding matters beside this. */
const SLACK = 1e-6;
/** A queued visit costs as much as this many visits of a sweep. */
const QUEUED = 8;
const NEGLIGIBLE = 1e-30;
/** Sums of weights below this tell that a row's unit no longer suits it. */
const FAINT = 1e-100;

export interface SettleOptions {
  /** Wanted bound of the published shares (L1), 0..2. */
  tolerance: number;
  /** Edge visits that may be spent; unlimited unless given. */
  budget?: number;
}

export interface Settled {
  /** Proven L1 distance of the published shares from the exact ones. */
  readonly bound: number;
  readonly edgeVisits: number;
  /** Why it stopped: within the tolerance, out of budget, or at the limits of floating point. */
  readonly reason: 'tolerance' | 'budget' | 'rounding';
}

export interface Start {
  /** D by row, the reserve included. */
  demand: Float64Array;
  endorsed: Float64Array;
  /** C by row; null where every contributor counts 1. */
  credentials: Float64Array | null;
  /** The part of each demand that no pair makes: the reserve in the unit of the row; 0 for all unless given. */
  reserve?: Float64Array;
  /** Voices to start from, by row; from nothing unless given. */
  voices?: Float64Array;
}

export class Settle {
  #cells: Float64Array;
  readonly #queue = new Queue();
  readonly #parameters: Parameters;
  #fixed: Constants;
  #credentials: Float64Array | null;
  #credentialSum: number;
  #credentialLow = 0;
  #endorsed: Float64Array;
  #reserve: Float64Array | null;
  /** What a double loses of D, and how wrong the two together may be. */
  #demandLow: Float64Array;
  #demandError: Float64Array;
  /** Restart per unit of credential that S has been given. */
  #rate = 0;
  /** Running sums in one array, so that they stay unboxed: pool, voices, drift, excess, touches, mass. */
  readonly #sums = new Float64Array(6);
  /** Residual certified by the last sweeps, as long as nothing has changed since; else infinite. */
  #certified = Number.POSITIVE_INFINITY;
  /** Bits that one sweep was seen to take off the pool, and visits that one bit cost in the queue. */
  #bitsASweep = 2;
  #visitsABit = 0;

  constructor(
    readonly graph: Digraph,
    parameters: Parameters,
    start: Start,
  ) {
    const { order } = graph;
    this.#parameters = parameters;
    this.#credentials = start.credentials?.slice() ?? null;
    this.#credentialSum = 0;
    if (start.credentials === null) this.#credentialSum = order;
    else for (let v = 0; v < order; v++) this.#addCredential(start.credentials[v]!);
    this.#endorsed = start.endorsed.slice();
    this.#reserve = start.reserve?.slice() ?? null;
    this.#demandLow = new Float64Array(order);
    this.#demandError = new Float64Array(order);
    this.#cells = new Float64Array(CELL * order);
    this.#queue.attach(this.#cells);
    for (let v = 0; v < order; v++) {
      this.#cells[CELL * v + D] = start.demand[v]!;
      this.#demandError[v] = UNIT * start.demand[v]!;
      this.#cells[CELL * v + I] = graph.says[v] === 0 ? 0 : 1 / (graph.says[v]! + 2);
    }
    this.#fixed = constants(parameters, this.#system());
    const state = emptyState(order);
    const { voices } = start;
    if (voices === undefined) guess(this.#system(), this.#fixed, state);
    else for (let v = 0; v < order; v++) if (start.demand[v]! > 0) state.f[v] = voices[v]! / start.demand[v]!;
    this.#arrive(state);
  }

  /** Proven L1 distance of the shares from the exact ones, as they stand; 0..2. */
  get bound(): number {
    if (this.graph.order === 0) return 0;
    const residual = Math.min(this.#pool, this.#certified) + this.#others();
    const voices = this.#sums[1]! * (1 - SLACK);
    if (!(voices > 0)) return 2;
    return Math.min(2, (2 * residual) / (voices * this.#fixed.floor) + 2 * Number.EPSILON);
  }

  /** sum(y). */
  get voices(): number {
    return this.#sums[1]!;
  }

  get credentialSum(): number {
    return this.#credentialSum;
  }

  /** Mass and distrust of all rows, and the flows delivered; written into what is given. */
  read(x: Float64Array, z: Float64Array): void {
    const cells = this.#cells;
    for (let v = 0; v < this.graph.order; v++) {
      x[v] = massOf(cells[CELL * v + S]!, this.#fixed);
      z[v] = cells[CELL * v + Z]!;
    }
  }

  dbg(v: number) {
    return [...this.#cells.slice(CELL * v, CELL * v + 7)];
  }
  /** y of one row. */
  voice(v: number): number {
    return this.#cells[CELL * v + Y]!;
  }

  /** A newcomer, with a credential of 1 where every contributor counts 1, else without any. O(1) amortised. */
  add(reserve = 0): number {
    const v = this.graph.add();
    if (CELL * (v + 1) > this.#cells.length) {
      const rows = 2 * v + 16;
      this.#cells = grown(this.#cells, CELL * rows);
      this.#queue.attach(this.#cells);
      this.#endorsed = grown(this.#endorsed, rows);
      this.#demandLow = grown(this.#demandLow, rows);
      this.#demandError = grown(this.#demandError, rows);
      if (this.#reserve !== null) this.#reserve = grown(this.#reserve, rows);
      if (this.#credentials !== null) this.#credentials = grown(this.#credentials, rows);
    }
    if (this.#reserve !== null) this.#reserve[v] = reserve;
    const b = CELL * v;
    this.#cells.fill(0, b, b + CELL);
    this.#cells[b + D] = reserve;
    if (this.#credentials === null) {
      this.#credentialSum++;
      this.#cells[b + S] = this.#rate;
      this.#touch(v, 0);
    }
    this.#changed();
    return v;
  }

  /** Sets the credential of a row, where credentials are in force; some must remain. O(1). */
  credit(v: number, credential: number): void {
    const b = CELL * v;
    const arrived = this.#cells[b + S]!;
    const before = this.#credentials![v]!;
    this.#credentials![v] = credential;
    this.#addCredential(credential);
    this.#addCredential(-before);
    const after = Math.max(0, arrived + this.#rate * (credential - before));
    this.#sums[2]! += UNIT * (Math.max(arrived, after) + this.#rate * Math.max(before, credential));
    this.#cells[b + S] = this.graph.hears[v] === 0 ? this.#rate * credential : after;
    this.#touch(v, arrived);
    this.#changed();
  }

  /** sum C runs in two doubles, so that a large credential that came and went leaves no trace. */
  #addCredential(change: number): void {
    const before = this.#credentialSum;
    const sum = before + change;
    const lost = Math.abs(before) >= Math.abs(change) ? before - sum + change : change - sum + before;
    const low = this.#credentialLow + lost;
    this.#credentialSum = sum + low;
    this.#credentialLow = low - (this.#credentialSum - sum);
  }

  /** Sets the weight of what `u` says for or against `v`; 0 takes it away. O(log degree), but see `#tame`. */
  weigh(u: number, v: number, against: boolean, weight: number): void {
    const { graph } = this;
    const before = graph.weight(u, v, against);
    const change = weight - before;
    if (change > 4 * this.#cells[CELL * u + D]!) this.#tame(u, change);
    graph.set(u, v, against, weight);
    const cells = this.#cells;
    const a = CELL * u;
    const b = CELL * v;
    // The target: what has been delivered to it is f for every unit of weight, the new ones too.
    const flow = this.#fixed.damping * cells[a + F]! * change;
    const place = against ? b + Z : b + S;
    const had = cells[place]!;
    const arrived = cells[b + S]!;
    cells[place] = Math.max(0, had + flow);
    this.#sums[2]! += UNIT * (Math.max(had, cells[place]!) + Math.abs(flow));
    if (graph.hears[v] === 0) {
      cells[b + S] = this.#rate * this.#creditOf(v);
      cells[b + Z] = 0;
    }
    this.#touch(v, arrived);
    // The source: it demands more or less.
    this.#demand(u, before, weight, against);
    this.#changed();
  }

  /** Sets the part of a row's demand that no pair makes. O(degree). */
  withhold(u: number, reserve: number): void {
    if (this.#reserve === null || this.#reserve[u] === reserve) return;
    this.#withdraw(u);
    this.#reserve[u] = reserve;
    this.#resumDemand(u);
    this.#requeue(u);
    this.#changed();
  }

  /**
   * Counts all that a row says in another unit, by an exact power of two so far from 1 that what was
   * delivered is taken back first; `reserve` is what it withholds in that unit. O(degree).
   */
  rescale(u: number, factor: number, reserve: number): void {
    this.#deliver(u, 0);
    this.#withdraw(u);
    this.graph.scale(u, factor);
    if (this.#reserve !== null) this.#reserve[u] = reserve;
    this.#resumDemand(u);
    this.#requeue(u);
    this.#changed();
  }

  /**
   * Delivers what is pending, the largest benefit first, until the bound is at most the tolerance or the
   * budget is spent; hands over to sweeps where those are predicted to cost less.
   */
  settle({ tolerance, budget = Number.POSITIVE_INFINITY }: SettleOptions): Settled {
    let edgeVisits = 0;
    let sweeps = 0;
    let idle = 0;
    const end = (reason: Settled['reason']): Settled => ({ bound: this.bound, edgeVisits, reason });
    for (;;) {
      if (this.#sums[4]! > 1e6 + 16 * this.graph.order) this.#resum();
      if (this.bound <= tolerance) return end('tolerance');
      if (edgeVisits >= budget) return end('budget');
      const { edges, order } = this.graph;
      // In units of mass: what the residual may be, and what of it the pool may be.
      const goal = ((tolerance - 2 * Number.EPSILON) * this.voices * (1 - SLACK) * this.#fixed.floor) / 2;
      if (this.#refreshRestart(goal)) continue;
      const room = goal - this.#others();
      const bits = roughLog2(this.#pool / Math.max(room, NEGLIGIBLE)) + 1;
      const sweeping = ((bits / this.#bitsASweep + 2) * (edges + order)) / QUEUED;
      const affordable = budget - edgeVisits > 4 * edges;
      const hopeless = this.#visitsABit * bits > 2 * sweeping;
      if (room <= 0 || this.#sums[2]! > goal / 5 || (hopeless && affordable)) {
        // Seen before to cost too much in the queue; ask again with half the doubt.
        if (hopeless) this.#visitsABit /= 2;
        // Sweeps end within the tolerance or at the limits of floating point: a third time changes nothing.
        if (++sweeps > 2) return end('rounding');
        edgeVisits += this.#sweep(tolerance / (sweeps === 1 ? 1.01 : 4), budget - edgeVisits);
        continue;
      }
      const before = this.#pool;
      const visits = this.#push(room, Math.min(budget - edgeVisits, 256 + edges / 256));
      edgeVisits += visits;
      if (visits === 0) {
        // Nothing is queued, and yet the pool is not empty: its running sum was wrong by a rounding.
        this.#resum();
        if (++idle > 2) return end('rounding');
      }
      const gained = roughLog2(before) - roughLog2(Math.max(this.#pool, NEGLIGIBLE * before));
      this.#visitsABit = gained > 0 ? visits / gained : Number.MAX_VALUE;
    }
  }

  /** True if what a row still says is so little in its unit that weights may have been rounded up to be there at all. */
  faint(u: number): boolean {
    return this.graph.says[u]! > 0 && this.#cells[CELL * u + D]! - (this.#reserve?.[u] ?? 0) < FAINT;
  }

  /** Trust as one row sees it. */
  personal(viewer: number, options: PersonalOptions): Personal {
    const system = (credentials: Float64Array): System => ({
      ...this.#system(),
      credentials,
      credentialSum: 1,
    });
    const demand = (row: number) => this.#cells[CELL * row + D]!;
    return personal(viewer, this.graph, this.#parameters, system, demand, options);
  }

  /** damping sum |pending|. */
  get #pool(): number {
    return this.#fixed.damping * Math.max(0, this.#sums[0]!);
  }

  /** What rounding of one evaluation may hide; all distrust together is less than all mass. */
  #rounding(): number {
    return 2 * ROUNDING * this.#sums[5]!;
  }

  /** All of the residual that is not pending: excess and cap in use, drift, rounding. */
  #others(): number {
    const { capped, ceiling } = this.#fixed;
    let others = this.#sums[2]! + this.#rounding();
    if (capped) {
      others += this.#restartError();
      const wanted = this.#ceilingNow();
      const least = Math.min(wanted, ceiling);
      const over = Math.min(this.graph.order, (4 * this.#credentialSum) / least);
      others += 2 * this.#fixed.back * Math.abs(wanted - ceiling) * over;
    }
    return others;
  }

  #restartError(): number {
    const { back, capped } = this.#fixed;
    if (!capped) return 0;
    return Math.abs(back * this.#sums[3]! - (this.#rate - this.#fixed.floor) * this.#credentialSum);
  }

  #ceilingNow(): number {
    return ceilingOf(this.#parameters.cap!, this.#credentialSum, this.graph.order);
  }

  #creditOf(v: number): number {
    return this.#credentials === null ? 1 : this.#credentials[v]!;
  }

  /** Something was absorbed: only the pool speaks for the state now. */
  #changed(): void {
    this.#certified = Number.POSITIVE_INFINITY;
  }

  /**
   * Brings y, pending, the running sums and the queue up to date with the cell of `v`, which had `arrived`
   * in S when they last were.
   */
  #touch(v: number, arrived: number): void {
    const cells = this.#cells;
    const sums = this.#sums;
    const b = CELL * v;
    const fixed = this.#fixed;
    const mass = massOf(cells[b + S]!, fixed);
    const z = cells[b + Z]!;
    const y = z > 0 ? voice(mass, z, fixed.k) : mass;
    const before = massOf(arrived, fixed);
    sums[5]! += mass - before;
    if (fixed.capped) {
      const over = Math.max(0, mass - fixed.ceiling) - Math.max(0, before - fixed.ceiling);
      sums[3]! += over;
      sums[2]! += fixed.back * UNIT * (sums[3]! + Math.abs(over));
    }
    sums[1]! += y - cells[b + Y]!;
    cells[b + Y] = y;
    sums[4]!++;
    const inverse = cells[b + I]!;
    if (inverse === 0) return;
    const pending = Math.abs(cells[b + P]!);
    const now = y - cells[b + F]! * cells[b + D]!;
    const size = Math.abs(now);
    cells[b + P] = now;
    sums[0]! += size - pending;
    sums[2]! += UNIT * (sums[0]! + size);
    const from = bucketOf(pending * inverse);
    const to = bucketOf(size * inverse);
    if (from !== to) {
      this.#queue.remove(v, from);
      this.#queue.insert(v, to);
    }
  }

  /** Takes a row that is about to change its degree, demand or flow out of the pool and the queue. */
  #withdraw(u: number): void {
    const a = CELL * u;
    const pending = Math.abs(this.#cells[a + P]!);
    this.#queue.remove(u, bucketOf(pending * this.#cells[a + I]!));
    this.#sums[0]! -= pending;
    this.#cells[a + P] = 0;
  }

  /** Puts it back. */
  #requeue(u: number): void {
    this.#withdraw(u);
    const a = CELL * u;
    const { says } = this.graph;
    this.#cells[a + I] = says[u] === 0 ? 0 : 1 / (says[u]! + 2);
    if (says[u] === 0) this.#cells[a + F] = 0;
    this.#touch(u, this.#cells[a + S]!);
  }

  /** One weight of D(u) changes; D is kept as two doubles, and summed anew when even those may be wrong. */
  #demand(u: number, from: number, to: number, against: boolean): void {
    this.#withdraw(u);
    if (!against) this.#endorsed[u] = Math.max(0, this.#endorsed[u]! - from + to);
    const before = this.#cells[CELL * u + D]!;
    // Two additions: the difference of the weights themselves may not be a double.
    this.#addDemand(u, to);
    this.#addDemand(u, -from);
    const after = this.#cells[CELL * u + D]!;
    this.#demandError[u]! += 4 * Number.EPSILON * UNIT * (before + to);
    if (this.graph.says[u] === 0 || !(this.#demandError[u]! < DEMAND_ERROR * after)) this.#resumDemand(u);
    this.#requeue(u);
  }

  #addDemand(u: number, change: number): void {
    const a = CELL * u;
    const before = this.#cells[a + D]!;
    const sum = before + change;
    // What the addition loses, exactly (Knuth's TwoSum by magnitude).
    const lost = Math.abs(before) >= Math.abs(change) ? before - sum + change : change - sum + before;
    const low = this.#demandLow[u]! + lost;
    this.#cells[a + D] = sum + low;
    this.#demandLow[u] = low - (sum + low - sum);
  }

  #resumDemand(u: number): void {
    const { sum, low, endorsed } = this.graph.sums(u);
    this.#endorsed[u] = endorsed;
    this.#cells[CELL * u + D] = this.graph.says[u] === 0 ? 0 : sum;
    this.#demandLow[u] = 0;
    this.#addDemand(u, this.graph.says[u] === 0 ? 0 : low);
    this.#addDemand(u, this.#reserve?.[u] ?? 0);
    this.#demandError[u] = this.graph.out.length(u) * Number.EPSILON * UNIT * sum;
  }

  /**
   * Before a weight that dwarfs all that `u` said so far: delivers the smaller flow first, so that f is
   * never applied to a weight it was not made for, and no large number is added only to be taken away.
   */
  #tame(u: number, change: number): void {
    const a = CELL * u;
    const demand = this.#cells[a + D]!;
    if (this.#cells[a + F]! > 0) this.#deliver(u, (this.#cells[a + F]! * demand) / (demand + change));
  }

  /** Delivers along the row of `u` until the flow is `flow`. Returns the edges visited. */
  #deliver(u: number, flow: number): number {
    const cells = this.#cells;
    const a = CELL * u;
    const { others, weights, starts, ends } = this.graph.out;
    const part = this.#fixed.damping * (flow - cells[a + F]!);
    const end = ends[u]!;
    this.#withdraw(u);
    cells[a + F] = flow;
    let drift = 0;
    for (let j = starts[u]!; j < end; j++) {
      const key = others[j]!;
      const b = CELL * (key >>> 1);
      const arrived = cells[b + S]!;
      const place = b + (key & 1);
      const had = cells[place]!;
      let has = had + part * weights[j]!;
      if (has < 0) has = 0;
      cells[place] = has;
      drift += Math.max(has, had);
      this.#touch(key >>> 1, arrived);
    }
    this.#sums[2]! += UNIT * drift;
    this.#touch(u, cells[a + S]!);
    return end - starts[u]!;
  }

  /** Delivers the largest first until the pool is at most `room` or `budget` visits are spent. */
  #push(room: number, budget: number): number {
    const cells = this.#cells;
    let visits = 0;
    this.#changed();
    while (this.#pool > room && visits < budget) {
      const u = this.#queue.first();
      if (u < 0) break;
      visits += this.#deliver(u, cells[CELL * u + Y]! / cells[CELL * u + D]!);
    }
    return visits;
  }

  /** Sums pool, voices and excess anew, before their own rounding matters. O(order), seldom. */
  #resum(): void {
    const cells = this.#cells;
    const sums = this.#sums;
    const { ceiling, capped } = this.#fixed;
    let [pool, voices, excess, total] = [0, 0, 0, 0];
    for (let v = 0; v < this.graph.order; v++) {
      const b = CELL * v;
      if (cells[b + I]! > 0) pool += Math.abs(cells[b + P]!);
      voices += cells[b + Y]!;
      const mass = massOf(cells[b + S]!, this.#fixed);
      total += mass;
      if (capped) excess += Math.max(0, mass - ceiling);
    }
    sums[0] = pool;
    sums[1] = voices;
    sums[3] = excess;
    sums[4] = 0;
    sums[5] = total;
  }

  /**
   * Takes the present excess and cap into use where what is in use is too far off: O(credentials), or
   * O(order) where every contributor has one. True if anything moved.
   */
  #refreshRestart(goal: number): boolean {
    if (!this.#fixed.capped) return false;
    const threshold = Math.max(0.3 * goal, this.#pool);
    const ceilingError = this.#others() - this.#sums[2]! - this.#rounding() - this.#restartError();
    const cells = this.#cells;
    if (ceilingError > threshold) {
      const before = this.#fixed;
      this.#fixed = { ...before, ceiling: this.#ceilingNow() };
      const lower = Math.min(before.ceiling, this.#fixed.ceiling);
      for (let v = 0; v < this.graph.order; v++) {
        const s = cells[CELL * v + S]!;
        if (massOf(s, this.#fixed) >= lower || massOf(s, before) >= lower) this.#touch(v, s);
      }
      this.#resum();
      this.#changed();
      return true;
    }
    if (this.#restartError() <= threshold) return false;
    const { floor, back } = this.#fixed;
    const rate = floor + (back * this.#sums[3]!) / this.#credentialSum;
    const change = rate - this.#rate;
    this.#rate = rate;
    for (let v = 0; v < this.graph.order; v++) {
      const credential = this.#creditOf(v);
      if (credential === 0) continue;
      const arrived = cells[CELL * v + S]!;
      const has = this.graph.hears[v] === 0 ? rate * credential : Math.max(0, arrived + change * credential);
      cells[CELL * v + S] = has;
      this.#sums[2]! += UNIT * Math.max(arrived, has);
      this.#touch(v, arrived);
    }
    this.#changed();
    return true;
  }

  /** Sweeps from where the state stands, and takes over what they arrive at. Returns the edges visited. */
  #sweep(tolerance: number, budget: number): number {
    const { order } = this.graph;
    const cells = this.#cells;
    const system = this.#system();
    this.#fixed = constants(this.#parameters, system);
    const state = emptyState(order);
    this.read(state.x, state.z);
    for (let v = 0; v < order; v++)
      if (cells[CELL * v + I]! > 0) state.f[v] = cells[CELL * v + Y]! / cells[CELL * v + D]!;
    state.excess = this.#fixed.capped ? this.#sums[3]! : 0;
    const before = this.bound;
    const arrivals = { plus: new Float64Array(order), minus: new Float64Array(order) };
    const limit = Math.max(1, Math.min(20_000, Math.floor(budget / Math.max(1, system.edges)) - 2));
    const solution = sweepFrom(state, system, this.#fixed, { tolerance, limit }, arrivals);
    const { sweeps, edgeVisits } = solution;
    this.#adopt(state, arrivals.plus, arrivals.minus);
    if (this.bound > 0 && before < 2) {
      const bits = (roughLog2(before) - roughLog2(this.bound)) / sweeps;
      if (bits > 0.01) this.#bitsASweep = bits;
    }
    return edgeVisits;
  }

  /** Takes over flows and what one pass found to arrive from them: the invariant holds anew, without drift. */
  #adopt(state: State, plus: Float64Array, minus: Float64Array): void {
    const { order, says } = this.graph;
    const { floor, back, capped, damping, k } = this.#fixed;
    const cells = this.#cells;
    this.#rate = floor + (capped && order > 0 ? (back * state.excess) / this.#credentialSum : 0);
    this.#queue.clear();
    let moved = 0;
    for (let v = 0; v < order; v++) {
      const b = CELL * v;
      cells[b + S] = plus[v]! + this.#rate * this.#creditOf(v);
      cells[b + Z] = minus[v]!;
      cells[b + F] = says[v] === 0 ? 0 : state.f[v]!;
      cells[b + I] = says[v] === 0 ? 0 : 1 / (says[v]! + 2);
      const mass = massOf(cells[b + S]!, this.#fixed);
      cells[b + Y] = voice(mass, minus[v]!, k);
      cells[b + P] = says[v] === 0 ? 0 : cells[b + Y]! - cells[b + F]! * cells[b + D]!;
      this.#queue.insert(v, bucketOf(Math.abs(cells[b + P]!) * cells[b + I]!));
      moved += Math.abs(mass - state.x[v]!) + k * Math.abs(minus[v]! - state.z[v]!);
    }
    this.#sums[2] = 0;
    this.#resum();
    // From the swept point p to this one, the residual shrinks: it is at most damping times the way between.
    this.#certified = damping * moved;
  }

  /** The flows as given, with what arrives from them found by one pass. */
  #arrive(state: State): void {
    const { order } = this.graph;
    const arrivals = { plus: new Float64Array(order), minus: new Float64Array(order) };
    const { damping } = this.#fixed;
    for (let u = 0; u < order; u++) {
      const { others, weights, starts, ends } = this.graph.out;
      const flow = damping * state.f[u]!;
      if (flow === 0) continue;
      for (let j = starts[u]!; j < ends[u]!; j++) {
        const key = others[j]!;
        ((key & 1) === 1 ? arrivals.minus : arrivals.plus)[key >>> 1]! += flow * weights[j]!;
      }
    }
    this.#adopt(state, arrivals.plus, arrivals.minus);
    this.#changed();
    // These sums were not compensated, so a row may be wrong by a rounding for each of its sources.
    for (let v = 0; v < order; v++) {
      const arrived = arrivals.plus[v]! + arrivals.minus[v]!;
      if (arrived > 0) this.#sums[2]! += UNIT * this.graph.hears[v]! * arrived;
    }
  }

  /** The graph as sweeps read it, as of now. */
  #system(): System {
    const { order, says, hears, endorsements, objections, objected, edges } = this.graph;
    const role = new Uint8Array(order);
    const demand = new Float64Array(order);
    const inward = this.#endorsed.slice(0, order);
    let silentEdges = 0;
    for (let v = 0; v < order; v++) {
      demand[v] = this.#cells[CELL * v + D]!;
      if (says[v]! > 0) {
        role[v] = hears[v]! > 0 ? Role.active : Role.speaker;
        continue;
      }
      role[v] = Role.silent;
      silentEdges += hears[v]!;
      for (let j = endorsements.starts[v]!; j < endorsements.ends[v]!; j++) {
        inward[endorsements.sources[j]!]! -= endorsements.weights[j]!;
      }
    }
    for (let u = 0; u < order; u++) if (!(inward[u]! > 0)) inward[u] = 0;
    return {
      order,
      role,
      endorsements,
      objections: objected > 0 ? objections : null,
      demand,
      endorsed: this.#endorsed,
      inward,
      credentials: this.#credentials,
      credentialSum: this.#credentialSum,
      edges,
      activeEdges: edges - silentEdges,
    };
  }
}
