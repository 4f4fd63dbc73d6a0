/**
 * The incremental solver. At every instant
 *
 *     e(v) = damping sum_u W+(u,v) f(u),   z(v) = damping sum_u W-(u,v) f(u)
 *
 * hold for what has arrived and the flows f that have been delivered, so a change of one weight is absorbed
 * by touching its two ends. What is pending at u is y(u) - f(u) D(u); the residual is at most damping
 * sum |pending| (DESIGN.md, "The incremental state"), a running sum, so the bound is known after every step.
 * `settle` delivers the largest pending first and hands over to passes over all edges, and to sweeps, when
 * those are predicted to be less work.
 *
 * More than 300 lines: what an event changes, what the bound contains and what settling may do are one
 * invariant. What is pending and its delivery are in pool.ts, what rows demand in demand.ts.
 */
import type { System } from '../graph/columns.ts';
import type { Digraph } from '../graph/digraph.ts';
import { grown } from '../graph/digraph.ts';
import { lostOf } from '../graph/lost.ts';
import type { Place } from '../graph/slack-rows.ts';
import type { SnapshotReader } from '../snapshot/reader.ts';
import type { SnapshotWriter } from '../snapshot/writer.ts';
import { UNIT } from './bound.ts';
import type { Demanded } from './demand.ts';
import { Demands } from './demand.ts';
import type { Constants, Parameters, State } from './equations.ts';
import { constants, emptyState, massOf } from './equations.ts';
import { WASM_FROM } from './kernel/choose.ts';
import type { Personal, PersonalOptions } from './personal.ts';
import { personal } from './personal.ts';
import { Pool } from './pool.ts';
import { roughLog2 } from './queue.ts';
import type { Restart, Sums } from './residual.ts';
import { boundOf, ceilingError, ceilingNow, goalOf, othersOf, restartError, roundingOf } from './residual.ts';
import { guess, sweepFrom } from './sweep.ts';
import type { Graph, RowSums } from './system.ts';
import { copyOf, systemOf } from './system.ts';

/**
 * A queued visit, and one of a pass, cost as much as this many visits of a sweep; by the kernels that a graph
 * of its size gets, whether they are to be had or not, so that the answer does not depend on it.
 */
const WASM = { queued: 12, passed: 1.5 } as const;
export const PLAIN = { queued: 8, passed: 2 } as const;
/** Before sweeps begin and after they end the whole state is copied: as much as so many of them. */
export const COPIED = 2;
/** A queue whose best is worth less than this times the pool by edge has nothing that stands out. */
export const THIN = 4;
/** Share of a pass that may be spent in such a queue before a pass is made. */
export const SHARE = 1 / 2;
/** Refreshes of what all rows share that may leave more than half of what they are for, before sweeps are to do it. */
export const STUCK = 16;
/** How many times the rounding that stays a residual may be where no tolerance can be reached. */
const NEAR = 2;
export const NEGLIGIBLE = 1e-30;
/** Sums of weights below this tell that a row's unit no longer suits it. */
export const FAINT = 1e-100;

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

export interface Start extends Demanded {
  /** C by row; null where every contributor counts 1. */
  credentials: Float64Array | null;
  /** Voices to start from, by row; from nothing unless given. */
  voices?: Float64Array;
}

/** Masses and distrust by row that were found elsewhere, and what a cap returned there. */
export type Found = Pick<State, 'x' | 'z' | 'excess'>;

export class Settle {
  readonly #pool: Pool;
  readonly #demands: Demands;
  readonly #parameters: Parameters;
  #credentials: Float64Array | null;
  /** sum C, and what a double loses of it. */
  #credentialSum: number;
  #credentialLow = 0;
  /** Told apart: how often something has moved. */
  #version = 0;
  /** Residual certified by the last sweeps, as long as nothing has changed since; else infinite. */
  #certified = Number.POSITIVE_INFINITY;
  /** Bits that one sweep and one pass were seen to take off. */
  #bitsASweep = 2;
  #bitsAPass = 1;
  /** Visits since the last pass in a queue where nothing stands out. */
  #spent = 0;

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
    this.#demands = new Demands(graph, start);
    this.#pool = new Pool(graph, constants(parameters, { credentialSum: this.#credentialSum, order }));
    const state = emptyState(order);
    const { voices } = start;
    if (voices === undefined) guess(this.#system(), this.#pool.fixed, state);
    else for (let v = 0; v < order; v++) if (start.demand[v]! > 0) state.f[v] = voices[v]! / start.demand[v]!;
    this.#arrive(state);
  }

  /** Proven L1 distance of the shares from the exact ones, as they stand; 0..2. */
  get bound(): number {
    if (this.graph.order === 0) return 0;
    const pool = this.#pool;
    const reach = Math.min(pool.reach(this.#demands.reserves), 2 * this.#certified);
    return boundOf(reach, this.#others(), pool);
  }

  /** Another number for every state. */
  get version(): number {
    return this.#version;
  }

  /** The cells of all rows (kernel/places.ts), to be read at once: they may move with the next change. */
  get cells(): Float64Array {
    return this.#pool.cells;
  }

  /** The running sums that the bound is made of: live. */
  get sums(): Sums & Readonly<Pick<Pool, 'pending' | 'signed' | 'free'>> {
    return this.#pool;
  }

  /** True if rows may withhold part of what they receive; what one withholds, and its endorsements' sum. */
  get reserves(): boolean {
    return this.#demands.reserves;
  }

  reserve(v: number): number {
    return this.#demands.reserve(v);
  }

  endorsed(v: number): number {
    return this.#demands.endorsed[v]!;
  }

  get parameters(): Parameters {
    return this.#parameters;
  }

  /** Bits that one pass and one sweep were seen to take off. */
  get bits(): { readonly pass: number; readonly sweep: number } {
    return { pass: this.#bitsAPass, sweep: this.#bitsASweep };
  }

  /** sum(y). */
  get voices(): number {
    return this.#pool.voices;
  }

  get credentialSum(): number {
    return this.#credentialSum;
  }

  /** Mass and distrust of all rows, or of those from one on; written into what is given. */
  read(x: Float64Array, z: Float64Array, from = 0): void {
    const pool = this.#pool;
    for (let v = from; v < this.graph.order; v++) {
      x[v] = massOf(pool.arrived(v), pool.fixed);
      z[v] = pool.distrust(v);
    }
  }

  /** y of one row. */
  voice(v: number): number {
    return this.#pool.voice(v);
  }

  /** x, z and f of one row, and what it demands, its reserve included. */
  mass(v: number): number {
    return massOf(this.#pool.arrived(v), this.#pool.fixed);
  }

  distrust(v: number): number {
    return this.#pool.distrust(v);
  }

  flow(v: number): number {
    return this.#pool.flow(v);
  }

  demand(v: number): number {
    return this.#demands.of(v);
  }

  /** C of one row. */
  credential(v: number): number {
    return this.#creditOf(v);
  }

  /** True where no credential is in force: every row has one of 1. */
  get uniform(): boolean {
    return this.#credentials === null;
  }

  /** Restart that arrives at a row for each unit of its credential, what the cap returned included. */
  get rate(): number {
    return this.#pool.rate;
  }

  /** The graph as sweeps read it, as of now. O(edges). */
  get system(): System {
    return this.#system();
  }

  /** The numbers of the equations that are in use. */
  get constants(): Constants {
    return this.#pool.fixed;
  }

  /** A newcomer, with a credential of 1 where every contributor counts 1, else without any. O(1) amortised. */
  add(reserve = 0): number {
    const v = this.graph.add();
    this.#demands.add(v, reserve);
    if (this.#credentials === null) this.#credentialSum++;
    else if (v >= this.#credentials.length) this.#credentials = grown(this.#credentials, 2 * v + 16);
    this.#pool.add(v, this.#creditOf(v), reserve);
    this.#changed();
    return v;
  }

  /** Sets the credential of a row, where credentials are in force; some must remain. O(1). */
  credit(v: number, credential: number): void {
    const pool = this.#pool;
    const before = this.#credentials![v]!;
    this.#credentials![v] = credential;
    this.#addCredential(credential);
    this.#addCredential(-before);
    const arrived = pool.arrived(v);
    const after = Math.max(0, arrived + pool.rate * (credential - before));
    pool.drift += UNIT * (Math.max(arrived, after) + pool.rate * Math.max(before, credential));
    pool.receive(v, 0, this.graph.hears[v] === 0 ? pool.rate * credential : after);
    this.#changed();
  }

  /** sum C runs in two doubles, so that a large credential that came and went leaves no trace. */
  #addCredential(change: number): void {
    const before = this.#credentialSum;
    const sum = before + change;
    const low = this.#credentialLow + lostOf(before, change, sum);
    this.#credentialSum = sum + low;
    this.#credentialLow = low - (this.#credentialSum - sum);
  }

  /** Sets the weight of what `u` says for or against `v`; 0 takes it away. O(log degree), but see `#tame`. */
  weigh(u: number, v: number, against: boolean, weight: number): void {
    const { graph } = this;
    const pool = this.#pool;
    const before = graph.weight(u, v, against);
    const change = weight - before;
    if (change > 4 * this.#demands.of(u)) this.#tame(u, change);
    graph.set(u, v, against, weight);
    // The target: what has been delivered to it is f for every unit of weight, the new ones too.
    if (against) pool.distrusts();
    if (graph.hears[v] === 0) pool.reset(v, pool.rate * this.#creditOf(v));
    else {
      const flow = pool.fixed.damping * pool.flow(u) * change;
      const had = against ? pool.distrust(v) : pool.arrived(v);
      const has = Math.max(0, had + flow);
      pool.drift += UNIT * (Math.max(had, has) + Math.abs(flow));
      pool.receive(v, against ? 1 : 0, has);
    }
    // The source: it demands more or less.
    pool.withdraw(u);
    this.#demands.change(u, before, weight, against);
    pool.restore(u, this.#demands.of(u));
    this.#changed();
  }

  /** Sets the part of a row's demand that no pair makes. O(degree). */
  withhold(u: number, reserve: number): void {
    if (this.#demands.reserve(u) === reserve) return;
    this.#pool.withdraw(u);
    this.#demands.withhold(u, reserve);
    this.#pool.restore(u, this.#demands.of(u));
    this.#changed();
  }

  /**
   * Counts all that a row says in another unit, by an exact power of two so far from 1 that what was
   * delivered is taken back first; `reserve` is what it withholds in that unit. O(degree).
   */
  rescale(u: number, factor: number, reserve: number): void {
    this.#pool.deliver(u, 0);
    this.#pool.withdraw(u);
    this.graph.scale(u, factor);
    this.#demands.withhold(u, reserve);
    this.#pool.restore(u, this.#demands.of(u));
    this.#changed();
  }

  /**
   * Delivers what is pending, the largest benefit first, until the bound is at most the tolerance or the
   * budget is spent; hands over to passes and sweeps where those are predicted to cost less.
   */
  settle({ tolerance, budget = Number.POSITIVE_INFINITY }: SettleOptions): Settled {
    const pool = this.#pool;
    const { reserves } = this.#demands;
    let edgeVisits = 0;
    /**
     * Calls of sweeps, those that did not halve the bound, refreshes that did not help, and pushes in
     * succession that found nothing queued.
     */
    let sweeps = 0;
    let futile = 0;
    let stuck = 0;
    let idle = 0;
    // What is left costs more by single visits than by passes or sweeps, at the rate of the last visits.
    let slow = false;
    const end = (reason: Settled['reason']): Settled => ({ bound: this.bound, edgeVisits, reason });
    for (;;) {
      if (pool.worn) pool.resum();
      if (this.bound <= tolerance) return end('tolerance');
      const left = budget - edgeVisits;
      if (left <= 0) return end('budget');
      const { edges, order } = this.graph;
      // In units of mass: what the residual may be, and what of it may be pending.
      const goal = goalOf(tolerance, pool);
      const old = this.#apart();
      if (stuck < STUCK && this.#refreshRestart(goal)) {
        // In exact numbers a refresh leaves at most `back` of it, which may be all but a millionth, unless the cap moved.
        if (this.#apart() > old / 2) stuck++;
        continue;
      }
      const room = goal - this.#others();
      pool.lookThrough((THIN * Math.max(room, NEGLIGIBLE)) / (2 * edges + 2));
      // Costs in visits of a sweep: of all that is left in the queue, of one pass and all, of sweeps.
      const reach = pool.reach(reserves) / 2;
      const bits = roughLog2(reach / Math.max(room, NEGLIGIBLE));
      const { queued, passed } = edges < WASM_FROM ? PLAIN : WASM;
      const pass = passed * (edges + 2 * order);
      // Sweeps in plain kernels cost as much as a pass.
      const swept = edges < WASM_FROM ? pass : pass / passed;
      const passing = Math.ceil(Math.max(bits, 0.01) / this.#bitsAPass) * pass;
      const sweeping = (COPIED + 2 + bits / this.#bitsASweep) * swept;
      const pushing = (queued * (reach - room)) / (pool.fixed.floor * pool.worth);
      const thin = pool.worth * edges < THIN * pool.undelivered;
      const enough = pushing > pass || queued * this.#spent > SHARE * pass;
      if (room > 0 && pool.drift <= goal / 5) {
        if (!(slow || (thin && enough)) || left < 4 * edges) {
          this.#changed();
          const visits = pool.push(2 * room, Math.min(left, 256 + edges / 256), reserves);
          edgeVisits += visits;
          if (thin) this.#spent += visits;
          const gained = roughLog2(reach) - roughLog2(Math.max(pool.reach(reserves) / 2, NEGLIGIBLE * reach));
          slow = queued * visits * bits > gained * Math.min(passing, sweeping);
          if (visits === 0) {
            // Nothing is queued, and yet the pool is not empty: its running sum was wrong by a rounding.
            pool.resum();
            if (++idle > 2) return end('rounding');
          } else idle = 0;
          continue;
        }
        if (passing <= sweeping) {
          this.#spent = 0;
          slow = false;
          this.#changed();
          edgeVisits += pool.deliverAll(this.#credentials);
          const gained = roughLog2(reach) - roughLog2(Math.max(pool.reach(reserves) / 2, NEGLIGIBLE * reach));
          this.#bitsAPass = Math.max(gained, 0.05);
          continue;
        }
      }
      this.#spent = 0;
      // From here sweeps would lead no nearer, but about, and as likely farther away; not from a mass of which rounding
      // left what no credential gives, nor by the bound, which is cut at 2.
      const least = roundingOf({ mass: Math.min(pool.mass, this.#credentialSum) });
      if (least > goal && reach + this.#others() <= NEAR * least) return end('rounding');
      // Sweeps end within the tolerance or at the limits of floating point.
      if (futile > 1) return end('rounding');
      const before = this.bound;
      edgeVisits += this.#sweep(tolerance / (++sweeps === 1 ? 1.01 : 4), left);
      if (this.bound > before / 2) futile++;
      idle = 0;
    }
  }

  /**
   * A copy, to where it is placed, of what sweeps follow from, and where they start: as the rows stand, or where
   * somebody has arrived who is yet to be taken over. O(order + edges), and no more than copying.
   */
  copy(place: Place, found: Found | null): { graph: Graph; sums: RowSums } & Found {
    return { ...copyOf(this.graph, this.#sums(), place), ...this.#start(found) };
  }

  /**
   * Goes on from what was found elsewhere, for a graph that may have moved since; rows that have come since keep what
   * they have. O(order + edges).
   */
  take({ x, z, excess }: Found): void {
    const pool = this.#pool;
    const fixed = constants(this.#parameters, {
      credentialSum: this.#credentialSum,
      order: this.graph.order,
    });
    const { floor, back, capped } = fixed;
    pool.fixed = fixed;
    pool.rate = floor + (capped ? (back * excess) / this.#credentialSum : 0);
    pool.take(x, z, this.#credentials);
    this.#changed();
  }

  /** True if what a row still says is so little in its unit that weights may have been rounded up to be there at all. */
  faint(u: number): boolean {
    return this.graph.says[u]! > 0 && this.#demands.of(u) - this.#demands.reserve(u) < FAINT;
  }

  /** Trust as one row sees it. */
  personal(viewer: number, options: PersonalOptions): Personal {
    const system = (credentials: Float64Array): System => ({
      ...this.#system(),
      credentials,
      credentialSum: 1,
    });
    return personal(
      viewer,
      this.graph,
      this.#parameters,
      system,
      (row: number) => this.#demands.of(row),
      options,
    );
  }

  /** Saves all but the graph, and what it has learnt of the graph too. */
  save(to: SnapshotWriter): void {
    const credentials = this.#credentials?.subarray(0, this.graph.order);
    if (credentials !== undefined) to.array('settle.credentials', Float64Array, credentials);
    to.value('settle', {
      credentialSum: this.#credentialSum,
      credentialLow: this.#credentialLow,
      certified: this.#certified,
      bitsASweep: this.#bitsASweep,
      bitsAPass: this.#bitsAPass,
      spent: this.#spent,
    });
    this.#demands.save(to);
    this.#pool.save(to);
  }

  /** Takes over what was saved; the graph has been loaded before. */
  load(from: SnapshotReader): void {
    const sums = from.numbers('settle', ['credentialSum', 'credentialLow']);
    const learnt = from.numbers('settle', ['certified', 'bitsASweep', 'bitsAPass', 'spent']);
    const granted = from.has('settle.credentials');
    this.#credentials = granted ? from.array('settle.credentials', Float64Array, this.graph.order) : null;
    this.#credentialSum = sums.credentialSum;
    this.#credentialLow = sums.credentialLow;
    this.#certified = learnt.certified;
    this.#bitsASweep = learnt.bitsASweep;
    this.#bitsAPass = learnt.bitsAPass;
    this.#spent = learnt.spent;
    this.#demands.load(from);
    this.#pool.load(from);
  }

  /** All of the residual that is not pending: excess and cap in use, drift, rounding. */
  #others(): number {
    return othersOf(this.#pool, this.#restart());
  }

  /** How far excess and cap in use are from what they are by now. */
  #apart(): number {
    return restartError(this.#pool, this.#restart()) + ceilingError(this.#pool, this.#restart());
  }

  #restart(): Restart {
    const { cap } = this.#parameters;
    return { cap, credentialSum: this.#credentialSum, order: this.graph.order };
  }

  #creditOf(v: number): number {
    return this.#credentials === null ? 1 : this.#credentials[v]!;
  }

  /** Something moved: only what is pending speaks for the state now. */
  #changed(): void {
    this.#certified = Number.POSITIVE_INFINITY;
    this.#version++;
  }

  /**
   * Before a weight that dwarfs all that `u` said so far: delivers the smaller flow first, so that f is
   * never applied to a weight it was not made for, and no large number is added only to be taken away.
   */
  #tame(u: number, change: number): void {
    const demand = this.#demands.of(u);
    const flow = this.#pool.flow(u);
    if (flow > 0) this.#pool.deliver(u, (flow * demand) / (demand + change));
  }

  /**
   * Takes the present excess and cap into use where what is in use is too far off: O(credentials), or
   * O(order) where every contributor has one. True if anything moved.
   */
  #refreshRestart(goal: number): boolean {
    const pool = this.#pool;
    if (!pool.fixed.capped) return false;
    const threshold = Math.max(0.3 * goal, pool.undelivered);
    if (ceilingError(pool, this.#restart()) > threshold) {
      pool.fixed = { ...pool.fixed, ceiling: ceilingNow(this.#restart()) };
      pool.resum();
      this.#changed();
      return true;
    }
    if (restartError(pool, this.#restart()) <= threshold) return false;
    const { floor, back } = pool.fixed;
    const rate = floor + (back * pool.excess) / this.#credentialSum;
    const change = rate - pool.rate;
    pool.rate = rate;
    for (let v = 0; v < this.graph.order; v++) {
      const credential = this.#creditOf(v);
      if (credential === 0) continue;
      const arrived = pool.arrived(v);
      const has = this.graph.hears[v] === 0 ? rate * credential : Math.max(0, arrived + change * credential);
      pool.drift += UNIT * Math.max(arrived, has);
      pool.receive(v, 0, has);
    }
    this.#changed();
    return true;
  }

  /** Sweeps from where the state stands, and takes over what they arrive at. Returns the edges visited. */
  #sweep(tolerance: number, budget: number): number {
    const { order } = this.graph;
    const pool = this.#pool;
    const system = this.#system();
    const fixed = constants(this.#parameters, system);
    pool.fixed = fixed;
    const state = this.#state();
    const before = this.bound;
    const arrivals = { plus: new Float64Array(order), minus: new Float64Array(order) };
    const most = Math.min(budget, 20_000 * system.edges);
    const solution = sweepFrom(state, system, fixed, { tolerance, budget: most }, arrivals);
    this.#adopt(state, arrivals.plus, arrivals.minus);
    // From the swept point p to this one, the residual shrinks: it is at most damping times the way between.
    let moved = 0;
    for (let v = 0; v < order; v++) {
      moved += Math.abs(massOf(pool.arrived(v), fixed) - state.x[v]!);
      moved += fixed.k * Math.abs(pool.distrust(v) - state.z[v]!);
    }
    this.#certified = fixed.damping * moved;
    if (this.bound > 0 && before < 2) {
      const bits = (roughLog2(before) - roughLog2(this.bound)) / solution.sweeps;
      if (bits > 0.01) this.#bitsASweep = bits;
    }
    return solution.edgeVisits;
  }

  /** The state as it stands, as sweeps know it. */
  #state(): State {
    const { order, says } = this.graph;
    const f = new Float64Array(order);
    for (let v = 0; v < order; v++) if (says[v]! > 0) f[v] = this.voice(v) / this.demand(v);
    return { ...this.#start(null), f };
  }

  /** The rows as they stand, but where somebody found something that has not been taken over. */
  #start(found: Found | null): Found {
    const { order } = this.graph;
    const [x, z] = [new Float64Array(order), new Float64Array(order)];
    this.read(x, z, found?.x.length);
    x.set(found?.x ?? []);
    z.set(found?.z ?? []);
    return { x, z, excess: found?.excess ?? (this.#pool.fixed.capped ? this.#pool.excess : 0) };
  }

  /** Takes over flows and what one pass found to arrive from them, apart from restart, which is added. */
  #adopt(state: State, plus: Float64Array, minus: Float64Array): void {
    const pool = this.#pool;
    const { floor, back, capped } = pool.fixed;
    const { order } = this.graph;
    pool.rate = floor + (capped && order > 0 ? (back * state.excess) / this.#credentialSum : 0);
    for (let v = 0; v < order; v++) plus[v]! += pool.rate * this.#creditOf(v);
    pool.adopt(state.f, plus, minus, this.#demands.sums);
    this.#changed();
  }

  /** The flows as given, with what arrives from them found by one pass. */
  #arrive(state: State): void {
    const { order, hears } = this.graph;
    const arrivals = { plus: new Float64Array(order), minus: new Float64Array(order) };
    const { damping } = this.#pool.fixed;
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
    // These sums were not compensated, so a row may be wrong by a rounding for each of its sources.
    for (let v = 0; v < order; v++) {
      const arrived = arrivals.plus[v]! + arrivals.minus[v]!;
      if (hears[v]! > 0) this.#pool.drift += UNIT * hears[v]! * arrived;
    }
  }

  #system(): System {
    return systemOf(this.graph, { ...this.#sums(), demand: this.#demands.sums.slice(0, this.graph.order) });
  }

  /** Live, and at least as long as there are rows. */
  #sums(): RowSums {
    return {
      demand: this.#demands.sums,
      endorsed: this.#demands.endorsed,
      credentials: this.#credentials,
      credentialSum: this.#credentialSum,
    };
  }
}
