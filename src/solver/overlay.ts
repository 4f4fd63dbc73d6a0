/**
 * What a settled graph would come to with a patch laid over it, and the graph as it was afterwards. Rows that
 * the patch or a delivery touches get a cell of their own here, copied from the solver's (pool.ts) when first
 * needed; what is pending is delivered from there, the largest first, by the same invariant
 *
 *     e(v) = damping sum_u W+(u,v) f(u),   z(v) = damping sum_u W-(u,v) f(u),   pending y(u) - f(u) D(u)
 *
 * with the same running certificate (residual.ts), the solver's own pending and drift included. So a small
 * patch costs what it moves. Passes over all edges and sweeps take over where those are predicted to be less.
 *
 * More than 300 lines, as in pool.ts and settle.ts: all of it is one invariant.
 */
import type { PairChange, Patch, Row } from '../graph/patch.ts';
import { patchedRow } from '../graph/patch.ts';
import { UNIT } from './bound.ts';
import { Candidates } from './candidates.ts';
import { Cells } from './cells.ts';
import { leastOf, NEVER, reach } from './delivery.ts';
import type { Constants } from './equations.ts';
import { massOf } from './equations.ts';
import { WASM_FROM } from './kernel/choose.ts';
import {
  BUCKET,
  CELL,
  D,
  DEGREE,
  DISTRUST,
  DRIFT,
  EXCESS,
  F,
  FREE,
  G,
  MASS,
  PENDING,
  RATE,
  S,
  SIGNED,
  T,
  TOUCHES,
  VOICES,
  CELL_WORDS as WORDS,
  Z,
} from './kernel/places.ts';
import { rowsFor, sweepPatched } from './patched.ts';
import { bucketOf, keyOf, Queue, roughLog2 } from './queue.ts';
import type { Restart, Sums } from './residual.ts';
import { boundOf, ceilingError, goalOf, othersOf, restartError } from './residual.ts';
import { RowDelivery } from './row-delivery.ts';
import type { Settle } from './settle.ts';
import { COPIED, FAINT, NEGLIGIBLE, PLAIN, SHARE, STUCK, THIN } from './settle.ts';

/** What a patch would come to. To be read before the next one is tried. */
export interface Overlaid {
  /** Proven L1 distance of the shares from the exact ones; 0..2. */
  readonly bound: number;
  readonly edgeVisits: number;
  /** Rows whose voices may have moved, newcomers from the order on included, */
  readonly rows: Uint32Array;
  /** y of each in the graph, NaN for a newcomer, and what it would be. */
  readonly before: Float64Array;
  readonly after: Float64Array;
}

/** A source that says something else than in the graph. */
interface Source extends Row {
  readonly demand: number;
  readonly says: number;
  readonly endorsed: number;
}

export class Overlay {
  /** Cells and running sums, as of a pool; a degree of 0 tells that a row has no cell here yet. */
  readonly #store = new Cells(0);
  readonly #queue = new Queue(this.#store);
  readonly #rows: RowDelivery;
  /** Of the store. */
  #cells = this.#store.values;
  #words = this.#store.links;
  #numbers = this.#store.numbers;
  /** The solver's cells, and what its rows say: read, never written. */
  #theirs: Float64Array = this.#store.values;
  #says: Uint32Array = new Uint32Array(0);
  /** The least that a row without a cell has to have pending by edge to be queued. */
  #threshold = 0;
  /** Rows that have one, and their y before. */
  #touched = new Uint32Array(0);
  #before = new Float64Array(0);
  #count = 0;
  #patch: Patch = { newcomers: 0, pairs: [], reserves: new Map(), credits: new Map() };
  #order = 0;
  #edges = 0;
  #objected = 0;
  readonly #sources = new Map<number, Source>();
  /** How many more speak of a row. */
  readonly #hears = new Map<number, number>();
  #credentialSum = 0;
  readonly #candidates: Candidates;

  constructor(private readonly base: Settle) {
    this.#candidates = new Candidates(base);
    this.#rows = new RowDelivery(this.#store, this.#queue, base.constants, (v) => this.#load(v));
  }

  /**
   * Delivers until the bound is at most the tolerance, or rounding allows no more. Null where a row would be
   * left with so little that its unit no longer suits it: then all is to be weighed.
   */
  solve(patch: Patch, tolerance: number): Overlaid | null {
    this.#begin(patch, tolerance);
    if (!this.#apply()) return null;
    const { bits, reserves } = this.base;
    const { order } = this.base.graph;
    const { queued, passed } = PLAIN;
    const pass = passed * (this.#edges + 2 * this.#order);
    const swept = this.#edges < WASM_FROM ? pass : pass / passed;
    const least = leastOf(this.#fixed, reserves);
    const reached = () => reach(this.#numbers, least);
    let bitsAPass = bits.pass;
    let edgeVisits = 0;
    let refreshes = 0;
    let slow = false;
    let spent = 0;
    for (;;) {
      const sums = this.#sums();
      const restart = this.#restart();
      const others = othersOf(sums, restart);
      const bound = boundOf(reached(), others, sums);
      if (bound <= tolerance) return this.#found(bound, edgeVisits);
      const goal = goalOf(tolerance, sums);
      const apart = Math.max(0.3 * goal, this.#fixed.damping * this.#numbers[PENDING]!);
      if (ceilingError(sums, restart) > apart) break;
      // So often that it can only be rounding that it leaves, it is left to sweeps.
      if (restartError(sums, restart) > apart && refreshes++ < STUCK) {
        this.#refreshRestart();
        continue;
      }
      const room = goal - others;
      if (!(room > 0) || this.#numbers[DRIFT]! > goal / 5 || this.#numbers[TOUCHES]! > 1e6 + 16 * order)
        break;
      const far = reached() / 2;
      const needed = roughLog2(far / Math.max(room, NEGLIGIBLE));
      const passing = Math.ceil(Math.max(needed, 0.01) / bitsAPass) * pass;
      const sweeping = (COPIED + 2 + needed / bits.sweep) * swept;
      const worth = keyOf(this.#top());
      const thin = worth * this.#edges < THIN * far;
      const pushing = (queued * (far - room)) / (this.#fixed.floor * worth);
      const enough = pushing > pass || queued * spent > SHARE * pass;
      if (!slow && !(thin && enough)) {
        const visits = this.#push(2 * room, 256 + this.#edges / 256);
        if (visits === 0) break;
        edgeVisits += visits;
        if (thin) spent += visits;
        const left = Math.max(reached() / 2, NEGLIGIBLE * far);
        slow = queued * visits * needed > (roughLog2(far) - roughLog2(left)) * Math.min(passing, sweeping);
        continue;
      }
      if (passing > sweeping) break;
      edgeVisits += this.#deliverAll();
      const left = Math.max(reached() / 2, NEGLIGIBLE * far);
      bitsAPass = Math.max(roughLog2(far) - roughLog2(left), 0.05);
      slow = false;
      spent = 0;
    }
    return this.#sweep(tolerance, edgeVisits);
  }

  #found(bound: number, edgeVisits: number): Overlaid {
    const after = new Float64Array(this.#count);
    for (let i = 0; i < after.length; i++) after[i] = this.#rows.voice(this.#touched[i]!);
    return { bound, edgeVisits, ...this.#moved(), after };
  }

  #moved(): Pick<Overlaid, 'rows' | 'before'> {
    const count = this.#count;
    return { rows: this.#touched.subarray(0, count), before: this.#before.subarray(0, count) };
  }

  /** Room for the rows, none of them with a cell, and the sums as they stand. */
  #begin(patch: Patch, tolerance: number): void {
    const { graph, sums, credentialSum } = this.base;
    for (let i = 0; i < this.#count; i++) this.#words[WORDS * this.#touched[i]! + DEGREE] = 0;
    this.#count = 0;
    this.#numbers[TOUCHES] = 0;
    this.#patch = patch;
    this.#order = graph.order + patch.newcomers;
    if (this.#order > this.#store.rows) {
      this.#store.reserve(this.#order);
      this.#cells = this.#store.values;
      this.#words = this.#store.links;
      this.#numbers = this.#store.numbers;
      this.#touched = new Uint32Array(this.#store.rows);
      this.#before = new Float64Array(this.#store.rows);
    }
    this.#queue.clear();
    this.#edges = graph.edges;
    this.#objected = graph.objected;
    this.#sources.clear();
    this.#hears.clear();
    this.#rows.fixed = sums.fixed;
    this.#store.fixed = sums.fixed;
    this.#numbers[PENDING] = sums.pending;
    this.#numbers[SIGNED] = sums.signed;
    this.#numbers[VOICES] = sums.voices;
    this.#numbers[MASS] = sums.mass;
    this.#numbers[EXCESS] = sums.excess;
    this.#numbers[DRIFT] = sums.drift;
    this.#numbers[RATE] = sums.rate;
    this.#numbers[FREE] = sums.free ? 1 : 0;
    this.#credentialSum = credentialSum;
    this.#candidates.begin();
    // What all rows that are never queued hold together is a part of the room.
    const least = goalOf(tolerance, sums) / (4 * (this.#edges + 2 * this.#order));
    this.#queue.lowest = Math.max(1, bucketOf(least));
    this.#threshold = keyOf(this.#queue.lowest);
    this.#theirs = this.base.cells;
    this.#says = graph.says;
  }

  get #fixed(): Constants {
    return this.#rows.fixed;
  }

  /** The running sums, as residual.ts reads them. */
  #sums(): Sums {
    const numbers = this.#numbers;
    return {
      fixed: this.#fixed,
      voices: numbers[VOICES]!,
      mass: numbers[MASS]!,
      excess: numbers[EXCESS]!,
      drift: numbers[DRIFT]!,
      rate: numbers[RATE]!,
    };
  }

  #restart(): Restart {
    return { cap: this.base.parameters.cap, credentialSum: this.#credentialSum, order: this.#order };
  }

  /** Absorbs the patch, as `Settle` absorbs events; false if all is to be weighed. */
  #apply(): boolean {
    const { newcomers, pairs, reserves, credits } = this.#patch;
    const { graph, uniform } = this.base;
    for (let v = graph.order; v < graph.order + newcomers; v++) this.#welcome(v, reserves.get(v) ?? 0);
    if (uniform) this.#credentialSum += newcomers;
    const bySource = new Map<number, PairChange[]>();
    for (const change of pairs) {
      const { source, target, against, before, after } = change;
      const live = (after > 0 ? 1 : 0) - (before > 0 ? 1 : 0);
      this.#hears.set(target, (this.#hears.get(target) ?? 0) + live);
      this.#edges += live;
      if (against) this.#objected += live;
      if (against) this.#numbers[FREE] = 0;
      const row = bySource.get(source);
      if (row === undefined) bySource.set(source, [change]);
      else row.push(change);
    }
    for (const [v, credential] of credits) this.#credit(v, credential);
    for (const [u, changes] of bySource) if (!this.#restate(u, changes)) return false;
    return true;
  }

  /** A newcomer, whose restart has arrived. */
  #welcome(v: number, reserve: number): void {
    const b = CELL * v;
    this.#cells.fill(0, b, b + CELL);
    this.#cells[b + D] = reserve;
    this.#cells[b + T] = NEVER;
    this.#words[WORDS * v + DEGREE] = 2;
    this.#before[this.#count] = Number.NaN;
    this.#touched[this.#count++] = v;
    this.#rows.receive(v, 0, this.#numbers[RATE]! * this.#credential(v));
  }

  #credit(v: number, credential: number): void {
    const before = v < this.base.graph.order ? this.base.credential(v) : 0;
    this.#credentialSum += credential - before;
    if (v < this.base.graph.order) this.#load(v);
    const rate = this.#numbers[RATE]!;
    const arrived = this.#cells[CELL * v + S]!;
    // A newcomer has been welcomed with it.
    const after = v < this.base.graph.order ? Math.max(0, arrived + rate * (credential - before)) : arrived;
    this.#numbers[DRIFT]! += UNIT * (Math.max(arrived, after) + rate * Math.max(before, credential));
    this.#rows.receive(v, 0, this.#hearing(v) === 0 ? rate * credential : after);
  }

  /** A source says something else: its targets receive what its flow makes of that, and it demands anew. */
  #restate(u: number, changes: readonly PairChange[]): boolean {
    const { graph } = this.base;
    const cells = this.#cells;
    const b = CELL * u;
    this.#load(u);
    const source = this.#sourceOf(u, changes);
    const more = source.demand - cells[b + D]!;
    // Before weights that dwarf all that was said so far the smaller flow is delivered first (`Settle.weigh`).
    if (more > 4 * cells[b + D]! && cells[b + F]! > 0) {
      const flow = (cells[b + F]! * cells[b + D]!) / source.demand;
      const part = this.#fixed.damping * (flow - cells[b + F]!);
      this.#rows.withdraw(u);
      cells[b + F] = flow;
      this.#rows.pass(u, part, graph.out, graph.out.starts[u]!, graph.out.ends[u]!);
    } else this.#rows.withdraw(u);
    this.#sources.set(u, source);
    const flow = this.#fixed.damping * cells[b + F]!;
    for (const { target, against, before, after } of changes) {
      this.#load(target);
      if (this.#hearing(target) === 0) {
        this.#rows.receive(target, 1, 0);
        this.#rows.receive(target, 0, this.#numbers[RATE]! * this.#credential(target));
        continue;
      }
      const change = flow * (after - before);
      const had = cells[CELL * target + (against ? Z : S)]!;
      const has = Math.max(0, had + change);
      this.#numbers[DRIFT]! += UNIT * (Math.max(had, has) + Math.abs(change));
      this.#rows.receive(target, against ? 1 : 0, has);
    }
    this.#rows.restore(u, source.demand, source.says);
    const faint = source.says > 0 && source.demand - this.#reserve(u) < FAINT;
    return !(faint && changes.some(({ before, after }) => after < before));
  }

  /** The row of a source with what changes, and its demand, summed anew. */
  #sourceOf(u: number, changes: readonly PairChange[]): Source {
    const { graph } = this.base;
    const known = u < graph.order;
    const set = new Map(changes.map(({ target, against, after }) => [2 * target + (against ? 1 : 0), after]));
    const row = patchedRow(graph.out, known ? u : graph.out.starts.length, set);
    let says = known ? graph.says[u]! : 0;
    for (const { before, after } of changes) says += (after > 0 ? 1 : 0) - (before > 0 ? 1 : 0);
    let demand = this.#reserve(u);
    let lost = 0;
    let endorsed = 0;
    for (let j = 0; j < row.others.length; j++) {
      const weight = row.weights[j]!;
      if ((row.others[j]! & 1) === 0) endorsed += weight;
      const term = weight - lost;
      const sum = demand + term;
      lost = sum - demand - term;
      demand = sum;
    }
    return { ...row, says, demand, endorsed };
  }

  #reserve(u: number): number {
    return this.#patch.reserves.get(u) ?? this.base.reserve(u);
  }

  #credential(v: number): number {
    const { credits } = this.#patch;
    const other = credits.size === 0 ? undefined : credits.get(v);
    if (other !== undefined) return other;
    return v < this.base.graph.order ? this.base.credential(v) : this.base.uniform ? 1 : 0;
  }

  /** How many speak of a row. */
  #hearing(v: number): number {
    const { graph } = this.base;
    return (v < graph.order ? graph.hears[v]! : 0) + (this.#hears.get(v) ?? 0);
  }

  /** Gives a row its cell, unless it has one. */
  #load(v: number): void {
    if (this.#words[WORDS * v + DEGREE] !== 0) return;
    const said = this.#says[v]!;
    const b = CELL * v;
    const cells = this.#cells;
    const theirs = this.#theirs;
    cells[b + S] = theirs[b + S]!;
    cells[b + Z] = theirs[b + Z]!;
    cells[b + G] = theirs[b + G]!;
    cells[b + T] = said === 0 ? NEVER : (said + 2) * this.#threshold;
    cells[b + F] = theirs[b + F]!;
    cells[b + D] = theirs[b + D]!;
    this.#words[WORDS * v + BUCKET] = 0;
    this.#words[WORDS * v + DEGREE] = said + 2;
    this.#before[this.#count] = this.#rows.voice(v);
    this.#touched[this.#count++] = v;
  }

  /** The best bucket: of the rows that are queued here, and of those without a cell yet. */
  #top(): number {
    return Math.max(this.#queue.top, this.#candidate());
  }

  /** The bucket of the best row without a cell, 0 where none is worth it. */
  #candidate(): number {
    const candidates = this.#candidates;
    candidates.renew();
    while (candidates.row >= 0 && this.#words[WORDS * candidates.row + DEGREE] !== 0) candidates.pass();
    return candidates.bucket >= this.#queue.lowest ? candidates.bucket : 0;
  }

  /** Delivers the largest first until the reach is at most `room` or `budget` visits are spent. */
  #push(room: number, budget: number): number {
    const cells = this.#cells;
    const words = this.#words;
    const queue = this.#queue;
    const rows = this.#rows;
    const { out } = this.base.graph;
    let visits = 0;
    const least = leastOf(this.#fixed, this.base.reserves);
    while (visits < budget && reach(this.#numbers, least) > room) {
      const here = queue.top;
      const there = this.#candidate();
      if (here === 0 && there === 0) break;
      const u = there > here ? this.#candidates.row : queue.first();
      this.#load(u);
      const y = rows.voice(u);
      if (there <= here) {
        const size = Math.abs(y - cells[CELL * u + G]!);
        if (bucketOf(size / words[WORDS * u + DEGREE]!) < here) {
          rows.enqueue(u, size);
          continue;
        }
        queue.remove(u);
      }
      const part = rows.spend(u, y);
      const source = this.#sources.get(u);
      if (source === undefined) visits += rows.pass(u, part, out, out.starts[u]!, out.ends[u]!);
      else visits += rows.pass(u, part, source, 0, source.others.length);
    }
    return visits;
  }

  /** Takes the present excess into use. O(order). */
  #refreshRestart(): void {
    const { floor, back } = this.#fixed;
    const rate = floor + (back * this.#numbers[EXCESS]!) / this.#credentialSum;
    const change = rate - this.#numbers[RATE]!;
    this.#numbers[RATE] = rate;
    for (let v = 0; v < this.#order; v++) {
      const credential = this.#credential(v);
      if (credential === 0) continue;
      this.#load(v);
      const arrived = this.#cells[CELL * v + S]!;
      const has = this.#hearing(v) === 0 ? rate * credential : Math.max(0, arrived + change * credential);
      this.#numbers[DRIFT]! += UNIT * Math.max(arrived, has);
      this.#rows.receive(v, 0, has);
    }
  }

  /** Delivers to all rows what is pending anywhere (`Pool.deliverAll`). Returns the edges visited. */
  #deliverAll(): number {
    const cells = this.#cells;
    const words = this.#words;
    const order = this.#order;
    const { endorsements, objections, objected, hears } = this.base.graph;
    const { damping, back } = this.#fixed;
    const rate = this.#numbers[RATE]!;
    for (let v = 0; v < order; v++) this.#load(v);
    const earned = rate / (1 - back);
    const scale = this.#commonScale(earned);
    const equal = this.base.uniform && this.#patch.credits.size === 0;
    const flows = new Float64Array(order);
    for (let u = 0; u < order; u++) {
      if (words[WORDS * u + DEGREE] === 2) continue;
      const b = CELL * u;
      const y = this.#rows.voice(u);
      const restart = equal ? earned : earned * this.#credential(u);
      const flow = (y + (scale - 1) * (y - Math.min(y, restart))) / cells[b + D]!;
      flows[u] = flow;
      cells[b + F] = flow;
      cells[b + G] = flow * cells[b + D]!;
    }
    const { starts, ends, others, weights } = endorsements;
    let drift = 0;
    for (let v = 0; v < order; v++) {
      // Two sums at a time: one alone would wait for itself. Newcomers hear of nobody but in the patch.
      let plus = 0;
      let more = 0;
      const end = (ends[v] ?? 0) - 1;
      let j = starts[v] ?? 0;
      for (; j < end; j += 2) {
        plus += weights[j]! * flows[others[j]!]!;
        more += weights[j + 1]! * flows[others[j + 1]!]!;
      }
      if (j === end) plus += weights[j]! * flows[others[j]!]!;
      plus += more;
      let minus = 0;
      for (let i = objections.starts[v] ?? 0; objected > 0 && i < objections.ends[v]!; i++) {
        minus += objections.weights[i]! * flows[objections.others[i]!]!;
      }
      const arrived = damping * plus + (equal ? rate : rate * this.#credential(v));
      cells[CELL * v + S] = arrived;
      cells[CELL * v + Z] = damping * minus;
      drift += ((hears[v] ?? 0) + 4) * (arrived + damping * minus);
    }
    for (const { source, target, against, before, after } of this.#patch.pairs) {
      const place = CELL * target + (against ? Z : S);
      const had = cells[place]!;
      const has = Math.max(0, had + damping * flows[source]! * (after - before));
      cells[place] = has;
      drift += 4 * (Math.max(had, has) + damping * flows[source]! * Math.max(before, after));
      if (this.#hearing(target) > 0) continue;
      cells[CELL * target + S] = rate * this.#credential(target);
      cells[CELL * target + Z] = 0;
    }
    this.#numbers[DRIFT] = UNIT * drift;
    this.#rows.resum(order);
    const free = !this.#fixed.capped && this.#objected === 0 && this.#numbers[DISTRUST] === 0;
    this.#numbers[FREE] = free ? 1 : 0;
    this.#numbers[TOUCHES] = 0;
    return this.#edges;
  }

  /** What all that was received is to be multiplied by for what is pending to sum to zero. */
  #commonScale(earned: number): number {
    if (Math.abs(this.#numbers[SIGNED]!) < 0.1 * this.#numbers[PENDING]!) return 1;
    let restart = 0;
    for (let v = 0; v < this.#order; v++) {
      if (this.#words[WORDS * v + DEGREE]! > 2) restart += this.#credential(v);
    }
    restart *= earned;
    const scale = restart / (restart - this.#numbers[SIGNED]!);
    return scale > 0.5 && scale < 2 ? scale : 1;
  }

  /** Sweeps over the patched graph, from where the overlay stands. */
  #sweep(tolerance: number, visits: number): Overlaid {
    const { uniform } = this.base;
    const rows = rowsFor(this.#order);
    for (let v = 0; v < this.#order; v++) {
      this.#load(v);
      const b = CELL * v;
      rows.says[v] = this.#words[WORDS * v + DEGREE]! - 2;
      rows.hears[v] = this.#hearing(v);
      rows.demand[v] = this.#cells[b + D]!;
      rows.endorsed[v] =
        this.#sources.get(v)?.endorsed ?? (v < this.base.graph.order ? this.base.endorsed(v) : 0);
      rows.credentials[v] = this.#credential(v);
      rows.state.x[v] = massOf(this.#cells[b + S]!, this.#fixed);
      rows.state.z[v] = this.#cells[b + Z]!;
      if (rows.says[v]! > 0) rows.state.f[v] = this.#rows.voice(v) / rows.demand[v]!;
    }
    rows.state.excess = this.#fixed.capped ? this.#numbers[EXCESS]! : 0;
    const { graph, parameters } = this.base;
    const counts = { objected: this.#objected, edges: this.#edges };
    const swept = sweepPatched(graph, this.#patch.pairs, rows, { ...counts, uniform, parameters, tolerance });
    const moved = this.#moved();
    const after = Float64Array.from(moved.rows, (row) => swept.voices[row]!);
    return { bound: swept.bound, edgeVisits: visits + swept.edgeVisits, ...moved, after };
  }
}
