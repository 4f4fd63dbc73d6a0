/**
 * What is pending, and its delivery. Every row has a cell: what has arrived at it, and f, the flow per unit
 * of weight that has been delivered along it. What is pending there is y - f D; the sum of its sizes, the
 * pool, is kept running, and with it everything the bound needs. Rows are visited where that takes most
 * off the pool by edge; when nothing stands out any more, one pass over all edges delivers everything.
 *
 * Running sums are not exact: what rounding may have moved is added up as drift and is part of the bound.
 * More than 300 lines, because each of these numbers changes with every other.
 */
import type { Digraph } from '../graph/digraph.ts';
import { grown } from '../graph/digraph.ts';
import type { SnapshotReader } from '../snapshot/reader.ts';
import type { SnapshotWriter } from '../snapshot/writer.ts';
import { UNIT } from './bound.ts';
import type { Constants } from './equations.ts';
import { massOf, voice } from './equations.ts';
import { bucketOf, keyOf, Queue } from './queue.ts';
import { reachOf } from './residual.ts';

/**
 * A cell of 8 numbers a row, one cache line: arrivals with restart, distrust, f D, the pending from which
 * the row has to be put (higher) into the queue (infinite where nothing is said), f, D, links of the queue.
 */
export const S = 0;
export const Z = 1;
export const G = 2;
export const T = 3;
export const F = 4;
export const D = 5;
export const CELL = 8;
/** The 32-bit words of a cell, and where its out-degree + 2 stands among them. */
export const WORDS = 16;
export const DEGREE = 15;
export const NEVER = Number.POSITIVE_INFINITY;

/** Buckets below the best that are queued when rows are looked through. */
const DEPTH = 3;
/** Rows are looked through for the queue again only after this many visits a row. */
const SCAN = 8;

/** Running sums and counts: all of a pool that is a number. */
const NUMBERS = ['pending', 'signed', 'voices', 'mass', 'excess', 'drift', 'rate'] as const;

export class Pool {
  /** sum |y - f D|, and the same with its signs. */
  pending = 0;
  signed = 0;
  /** sum y, sum x and sum max(x - K, 0). */
  voices = 0;
  mass = 0;
  excess = 0;
  /** What rounding may have moved since all was last summed. */
  drift = 0;
  /** Restart per unit of credential that the arrivals contain. */
  rate = 0;
  #cells: Float64Array;
  #words: Uint32Array;
  readonly #queue = new Queue();
  /** True while nobody objects and no cap is in force: mass is voice, and the two loops below are short. */
  #free = true;
  #touches = 0;
  #visitsSinceScan = 0;

  constructor(
    readonly graph: Digraph,
    public fixed: Constants,
  ) {
    this.#cells = new Float64Array(CELL * graph.order);
    this.#words = new Uint32Array(this.#cells.buffer);
    this.#queue.attach(this.#cells);
  }

  /** Room for rows, and a new row that has received its restart. O(1) amortised. */
  add(v: number, credential: number, demand: number): void {
    if (CELL * (v + 1) > this.#cells.length) {
      this.#cells = grown(this.#cells, CELL * (2 * v + 16));
      this.#words = new Uint32Array(this.#cells.buffer);
      this.#queue.attach(this.#cells);
    }
    const b = CELL * v;
    this.#cells.fill(0, b, b + CELL);
    this.#cells[b + D] = demand;
    this.#cells[b + T] = NEVER;
    this.receive(v, 0, this.rate * credential);
  }

  /** True while nobody objects and no cap is in force: mass is voice. */
  get free(): boolean {
    return this.#free;
  }

  /** Copies what is known of a row to the same places of a cell elsewhere, but for what the queue keeps. */
  look(v: number, into: Float64Array, at: number): void {
    const cells = this.#cells;
    const b = CELL * v;
    into[at + S] = cells[b + S]!;
    into[at + Z] = cells[b + Z]!;
    into[at + G] = cells[b + G]!;
    into[at + F] = cells[b + F]!;
    into[at + D] = cells[b + D]!;
  }

  /** What has arrived at a row, restart included; before what it earns itself. */
  arrived(v: number): number {
    return this.#cells[CELL * v + S]!;
  }

  distrust(v: number): number {
    return this.#cells[CELL * v + Z]!;
  }

  flow(v: number): number {
    return this.#cells[CELL * v + F]!;
  }

  /** y of one row. */
  voice(v: number): number {
    const b = CELL * v;
    return voice(massOf(this.#cells[b + S]!, this.fixed), this.#cells[b + Z]!, this.fixed.k);
  }

  /** True when the running sums are to be summed anew before their own rounding matters. */
  get worn(): boolean {
    return this.#touches > 1e6 + 16 * this.graph.order;
  }

  /** damping sum |pending|: no residual is larger. */
  get undelivered(): number {
    return this.fixed.damping * Math.max(0, this.pending);
  }

  /** What is pending can do to the shares (residual.ts), in units of the residual. */
  reach(reserves: boolean): number {
    return reachOf(this, reserves);
  }

  /** The worth of the best row in the queue: what is pending there by edge. */
  get worth(): number {
    return keyOf(this.#queue.top);
  }

  /** Sets what has arrived at `v`: its mass, where `place` is 0, else its distrust. */
  receive(v: number, place: 0 | 1, amount: number): void {
    const b = CELL * v;
    const arrived = this.#cells[b + S]!;
    const distrust = this.#cells[b + Z]!;
    this.#cells[b + place] = amount;
    this.#touch(v, arrived, distrust);
  }

  /** Somebody objects, or did: from now on distrust may arrive. */
  distrusts(): void {
    this.#free = false;
  }

  /** Sets both, where nobody speaks of `v` any more. */
  reset(v: number, arrived: number): void {
    this.receive(v, 1, 0);
    this.receive(v, 0, arrived);
  }

  /** Takes a row that is about to change its degree, demand or flow out of the pool and the queue. */
  withdraw(u: number): void {
    const b = CELL * u;
    if (this.#cells[b + T] === NEVER) return;
    const pending = this.voice(u) - this.#cells[b + G]!;
    this.#queue.remove(u);
    this.pending -= Math.abs(pending);
    this.signed -= pending;
    this.#cells[b + T] = NEVER;
  }

  /** Puts it back, with what it demands now. */
  restore(u: number, demand: number): void {
    const b = CELL * u;
    const cells = this.#cells;
    const said = this.graph.says[u]!;
    cells[b + D] = demand;
    if (said === 0) cells[b + F] = 0;
    cells[b + G] = cells[b + F]! * demand;
    this.#words[WORDS * u + DEGREE] = said + 2;
    if (said === 0) return;
    const pending = this.voice(u) - cells[b + G]!;
    const size = Math.abs(pending);
    this.pending += size;
    this.signed += pending;
    this.drift += 2 * UNIT * this.pending;
    this.#touches++;
    this.#enqueue(u, size);
  }

  /** Delivers along the row of `u` until the flow is `flow`. Returns the edges visited. */
  deliver(u: number, flow: number): number {
    const b = CELL * u;
    const demand = this.#cells[b + D]!;
    const part = this.fixed.damping * (flow - this.#cells[b + F]!);
    this.withdraw(u);
    this.#cells[b + F] = flow;
    const visits = this.#pass(u, part);
    this.restore(u, demand);
    return visits;
  }

  /** Delivers the largest first until the reach is at most `room` or `budget` visits are spent. */
  push(room: number, budget: number, reserves: boolean): number {
    const cells = this.#cells;
    const words = this.#words;
    const queue = this.#queue;
    const { damping } = this.fixed;
    let visits = 0;
    while (this.reach(reserves) > room && visits < budget) {
      const u = queue.first();
      if (u < 0) break;
      const b = CELL * u;
      const y = this.voice(u);
      const pending = y - cells[b + G]!;
      const size = Math.abs(pending);
      if (bucketOf(size / words[WORDS * u + DEGREE]!) < queue.top) {
        this.#enqueue(u, size);
        continue;
      }
      queue.remove(u);
      const flow = y / cells[b + D]!;
      const part = damping * (flow - cells[b + F]!);
      const delivered = flow * cells[b + D]!;
      cells[b + F] = flow;
      cells[b + G] = delivered;
      cells[b + T] = words[WORDS * u + DEGREE]! * keyOf(queue.lowest);
      this.pending += Math.abs(y - delivered) - size;
      this.signed += y - delivered - pending;
      this.drift += 4 * UNIT * (this.pending + size);
      visits += this.#pass(u, part);
    }
    this.#visitsSinceScan += visits;
    return visits;
  }

  /** Adds `part` per unit of weight to what the targets of `u` have received. */
  #pass(u: number, part: number): number {
    const { others, weights, starts, ends } = this.graph.out;
    const start = starts[u]!;
    const end = ends[u]!;
    if (this.#free) {
      this.#passFreely(others, weights, start, end, part, Math.abs(part) * this.#cells[CELL * u + D]!);
      return end - start;
    }
    const cells = this.#cells;
    let drift = 0;
    for (let j = start; j < end; j++) {
      const key = others[j]!;
      const b = CELL * (key >>> 1);
      const arrived = cells[b + S]!;
      const distrust = cells[b + Z]!;
      const place = b + (key & 1);
      const had = cells[place]!;
      let has = had + part * weights[j]!;
      if (has < 0) has = 0;
      cells[place] = has;
      drift += Math.max(has, had);
      this.#touch(key >>> 1, arrived, distrust);
    }
    this.drift += UNIT * drift;
    return end - start;
  }

  /**
   * The same where no cap is in force and nobody objects, with `#touch` written out: this loop is where
   * settling spends its time. All together receive at most `most`.
   */
  #passFreely(
    others: Uint32Array,
    weights: Float64Array,
    start: number,
    end: number,
    part: number,
    most: number,
  ): void {
    const cells = this.#cells;
    const rest = 1 - this.fixed.back;
    let pool = this.pending;
    let signed = this.signed;
    let voices = 0;
    let drift = 0;
    const largest = pool + most / rest;
    for (let j = start; j < end; j++) {
      const b = CELL * (others[j]! >>> 1);
      const had = cells[b + S]!;
      let has = had + part * weights[j]!;
      if (has < 0) has = 0;
      cells[b + S] = has;
      drift += Math.max(has, had);
      const before = rest === 1 ? had : had / rest;
      const after = rest === 1 ? has : has / rest;
      voices += after - before;
      const threshold = cells[b + T]!;
      if (threshold === NEVER) continue;
      const delivered = cells[b + G]!;
      const now = Math.abs(after - delivered);
      pool += now - Math.abs(before - delivered);
      signed += after - before;
      if (now >= threshold) this.#enqueue(others[j]! >>> 1, now);
    }
    this.pending = pool;
    this.signed = signed;
    this.voices += voices;
    this.mass += voices;
    this.#touches += end - start;
    this.drift += UNIT * (drift + 3 * (end - start) * largest);
  }

  /**
   * Brings the running sums and the queue up to date with the cell of `v`, whose arrivals and distrust were
   * `arrived` and `distrust` when they last were; the rest of the cell has not changed.
   */
  #touch(v: number, arrived: number, distrust: number): void {
    const cells = this.#cells;
    const b = CELL * v;
    const fixed = this.fixed;
    const had = massOf(arrived, fixed);
    const has = massOf(cells[b + S]!, fixed);
    const before = distrust > 0 ? voice(had, distrust, fixed.k) : had;
    const after = cells[b + Z]! > 0 ? voice(has, cells[b + Z]!, fixed.k) : has;
    this.mass += has - had;
    if (fixed.capped) {
      const over = Math.max(0, has - fixed.ceiling) - Math.max(0, had - fixed.ceiling);
      this.excess += over;
      this.drift += fixed.back * UNIT * (this.excess + Math.abs(over));
    }
    this.voices += after - before;
    this.#touches++;
    const threshold = cells[b + T]!;
    if (threshold === NEVER) return;
    const pending = before - cells[b + G]!;
    const now = after - cells[b + G]!;
    const size = Math.abs(now);
    this.pending += size - Math.abs(pending);
    this.signed += now - pending;
    this.drift += 2 * UNIT * (this.pending + size);
    if (size >= threshold) this.#enqueue(v, size);
  }

  /** Puts a row where what is pending at it belongs. */
  #enqueue(v: number, pending: number): void {
    const queue = this.#queue;
    const degree = this.#words[WORDS * v + DEGREE]!;
    const bucket = bucketOf(pending / degree);
    if (bucket >= queue.lowest) queue.put(v, bucket);
    else queue.remove(v);
    // Never 0, so that a row on which nothing is pending is not looked at.
    this.#cells[CELL * v + T] = degree * keyOf(bucket >= queue.lowest ? bucket + 1 : queue.lowest);
  }

  /**
   * Takes over flows by row, what arrives from them, and demands: the invariant holds anew. What rounding may
   * have moved in them is the caller's to add.
   */
  adopt(flows: Float64Array, plus: Float64Array, minus: Float64Array, demand: Float64Array): void {
    const cells = this.#cells;
    const { order, says } = this.graph;
    for (let v = 0; v < order; v++) {
      const b = CELL * v;
      cells[b + S] = plus[v]!;
      cells[b + Z] = minus[v]!;
      cells[b + D] = demand[v]!;
      cells[b + F] = says[v] === 0 ? 0 : flows[v]!;
      cells[b + G] = cells[b + F]! * demand[v]!;
      this.#words[WORDS * v + DEGREE] = says[v]! + 2;
    }
    this.drift = 0;
    this.resum();
  }

  /** Sums all anew from the cells, before rounding matters, and queues who is worth it. O(order), seldom. */
  resum(): void {
    const cells = this.#cells;
    const queue = this.#queue;
    const { back, ceiling, capped, k } = this.fixed;
    const { order, says, objected } = this.graph;
    // Each a variable of its own: fields would be written back for every row.
    let pool = 0;
    let signed = 0;
    let voices = 0;
    let excess = 0;
    let total = 0;
    let distrust = 0;
    queue.clear();
    const least = keyOf(queue.lowest);
    for (let v = 0; v < order; v++) {
      const b = CELL * v;
      const s = cells[b + S]!;
      const free = s / (1 - back);
      const mass = free <= ceiling ? free : s + back * ceiling;
      const z = cells[b + Z]!;
      const y = z > 0 ? voice(mass, z, k) : mass;
      voices += y;
      total += mass;
      distrust += z;
      if (capped && mass > ceiling) excess += mass - ceiling;
      queue.leave(v);
      if (says[v] === 0) {
        cells[b + T] = NEVER;
        continue;
      }
      const pending = y - cells[b + G]!;
      const size = Math.abs(pending);
      pool += size;
      signed += pending;
      cells[b + T] = least * (says[v]! + 2);
      if (size >= cells[b + T]!) this.#enqueue(v, size);
    }
    this.pending = pool;
    this.signed = signed;
    this.voices = voices;
    this.excess = excess;
    this.mass = total;
    this.#free = !capped && objected === 0 && distrust === 0;
    this.#touches = 0;
  }

  /**
   * Raises what the queue takes at the lowest to what is worth a push when `room` may be left pending, if rows were not
   * looked through for long; and looks them through for less once the queue is empty. O(order), seldom.
   */
  lookThrough(least: number): void {
    const queue = this.#queue;
    const lowest = Math.max(1, bucketOf(least));
    if (lowest > queue.lowest && this.#visitsSinceScan > SCAN * this.graph.order) queue.lowest = lowest;
    if (queue.top > 0) return;
    let best = 0;
    for (let v = 0; v < this.graph.order; v++) {
      const b = CELL * v;
      if (this.#cells[b + T] === NEVER) continue;
      const size = Math.abs(this.voice(v) - this.#cells[b + G]!) / this.#words[WORDS * v + DEGREE]!;
      if (size > best) best = size;
    }
    const bucket = bucketOf(best);
    if (bucket === 0 || bucket - DEPTH >= queue.lowest) return;
    queue.lowest = Math.max(1, bucket - DEPTH);
    this.resum();
    this.#visitsSinceScan = 0;
  }

  /**
   * Delivers to all rows what is pending anywhere: they add up anew what their sources say. What is pending
   * in common is taken off first, by scaling all that was received: a pass would leave most of it, while
   * what differs between rows evens out. Returns the edges visited.
   */
  deliverAll(credentials: Float64Array | null): number {
    const { order, endorsements, objections, objected, says, hears, edges } = this.graph;
    const { damping, back } = this.fixed;
    const cells = this.#cells;
    const scale = this.#commonScale(credentials);
    const flows = new Float64Array(order);
    for (let u = 0; u < order; u++) {
      if (says[u] === 0) continue;
      const b = CELL * u;
      const restart = (this.rate * (credentials === null ? 1 : credentials[u]!)) / (1 - back);
      const y = this.voice(u);
      flows[u] = (y + (scale - 1) * (y - Math.min(y, restart))) / cells[b + D]!;
      cells[b + F] = flows[u]!;
      cells[b + G] = flows[u]! * cells[b + D]!;
    }
    const { starts, ends, others, weights } = endorsements;
    let drift = 0;
    for (let v = 0; v < order; v++) {
      // Two sums at a time: one alone would wait for itself.
      let plus = 0;
      let more = 0;
      const end = ends[v]! - 1;
      let j = starts[v]!;
      for (; j < end; j += 2) {
        plus += weights[j]! * flows[others[j]!]!;
        more += weights[j + 1]! * flows[others[j + 1]!]!;
      }
      if (j === end) plus += weights[j]! * flows[others[j]!]!;
      plus += more;
      let minus = 0;
      for (let k = objections.starts[v]!; objected > 0 && k < objections.ends[v]!; k++) {
        minus += objections.weights[k]! * flows[objections.others[k]!]!;
      }
      const arrived = damping * plus + this.rate * (credentials === null ? 1 : credentials[v]!);
      cells[CELL * v + S] = arrived;
      cells[CELL * v + Z] = damping * minus;
      drift += (hears[v]! + 4) * (arrived + damping * minus);
    }
    this.drift = UNIT * drift;
    this.resum();
    return edges;
  }

  save(to: SnapshotWriter): void {
    const { pending, signed, voices, mass, excess, drift, rate } = this;
    const free = this.#free ? 1 : 0;
    const counts = { touches: this.#touches, visitsSinceScan: this.#visitsSinceScan };
    const { ceiling } = this.fixed;
    to.value('pool', { pending, signed, voices, mass, excess, drift, rate, ceiling, free, ...counts });
    to.array('pool.cells', Float64Array, this.#cells.subarray(0, CELL * this.graph.order));
    this.#queue.save(to);
  }

  load(from: SnapshotReader): void {
    const numbers = from.numbers('pool', [...NUMBERS, 'ceiling', 'free', 'touches', 'visitsSinceScan']);
    for (const name of NUMBERS) this[name] = numbers[name];
    // The ceiling is the one in use, which may be older than the order.
    this.fixed = { ...this.fixed, ceiling: numbers.ceiling };
    this.#free = numbers.free === 1;
    this.#touches = numbers.touches;
    this.#visitsSinceScan = numbers.visitsSinceScan;
    this.#cells = from.array('pool.cells', Float64Array, CELL * this.graph.order);
    this.#words = new Uint32Array(this.#cells.buffer);
    this.#queue.attach(this.#cells);
    this.#queue.load(from);
  }

  /** What all that was received is to be multiplied by for what is pending to sum to zero. */
  #commonScale(credentials: Float64Array | null): number {
    const { order, says } = this.graph;
    if (Math.abs(this.signed) < 0.1 * this.pending) return 1;
    let restart = 0;
    for (let v = 0; v < order; v++) {
      if (says[v]! > 0) restart += credentials === null ? 1 : credentials[v]!;
    }
    restart *= this.rate / (1 - this.fixed.back);
    const scale = restart / (restart - this.signed);
    return scale > 0.5 && scale < 2 ? scale : 1;
  }
}
