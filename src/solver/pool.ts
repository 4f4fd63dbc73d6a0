/**
 * What is pending, and its delivery. Every row has a cell: what has arrived at it, and f, the flow per unit
 * of weight that has been delivered along it. What is pending there is y - f D; the sum of its sizes, the
 * pool, is kept running, and with it everything the bound needs. Rows are visited where that takes most
 * off the pool by edge; when nothing stands out any more, one pass over all edges delivers everything.
 *
 * Running sums are not exact: what rounding may have moved is added up as drift and is part of the bound.
 * The loops are in deliver.ts, and for large graphs in WebAssembly (kernel/fast.ts). More than 300 lines,
 * because each of these numbers changes with every other.
 */
import type { Digraph } from '../graph/digraph.ts';
import type { SnapshotReader } from '../snapshot/reader.ts';
import type { SnapshotWriter } from '../snapshot/writer.ts';
import { Cells } from './cells.ts';
import { PlainDelivery } from './deliver.ts';
import { type Delivery, leastOf, NEVER, reach } from './delivery.ts';
import type { Constants } from './equations.ts';
import { FastDelivery } from './kernel/fast.ts';
import * as Places from './kernel/places.ts';
import { CELL, CELL_WORDS, D, DEGREE, F, G, S, T, Z } from './kernel/places.ts';
import { bucketOf, keyOf, Queue } from './queue.ts';

/** Buckets below the best that are queued when rows are looked through. */
const DEPTH = 3;
/** Rows are looked through for the queue again only after this many visits a row. */
const SCAN = 8;

export class Pool {
  readonly #cells: Cells;
  readonly #queue: Queue;
  readonly #plain: PlainDelivery;
  readonly #fast: FastDelivery;
  #visitsSinceScan = 0;

  constructor(
    readonly graph: Digraph,
    fixed: Constants,
  ) {
    this.#cells = new Cells(graph.order);
    this.#queue = new Queue(this.#cells);
    this.#plain = new PlainDelivery(graph, this.#cells, this.#queue, fixed);
    this.#fast = new FastDelivery(graph, this.#cells);
    this.#cells.fixed = fixed;
  }

  /** The constants of the equations, as they are in use. */
  get fixed(): Constants {
    return this.#plain.fixed;
  }

  set fixed(fixed: Constants) {
    this.#plain.fixed = fixed;
    this.#cells.fixed = fixed;
  }

  /** sum |y - f D|. */
  get pending(): number {
    return this.#cells.numbers[Places.PENDING]!;
  }

  /** sum y, sum x and sum max(x - K, 0). */
  get voices(): number {
    return this.#cells.numbers[Places.VOICES]!;
  }

  get mass(): number {
    return this.#cells.numbers[Places.MASS]!;
  }

  get excess(): number {
    return this.#cells.numbers[Places.EXCESS]!;
  }

  /** What rounding may have moved since all was last summed. */
  get drift(): number {
    return this.#cells.numbers[Places.DRIFT]!;
  }

  set drift(drift: number) {
    this.#cells.numbers[Places.DRIFT] = drift;
  }

  /** Restart per unit of credential that the arrivals contain. */
  get rate(): number {
    return this.#cells.numbers[Places.RATE]!;
  }

  set rate(rate: number) {
    this.#cells.numbers[Places.RATE] = rate;
  }

  /** Room for rows, and a new row that has received its restart. O(1) amortised. */
  add(v: number, credential: number, demand: number): void {
    this.#cells.reserve(v + 1);
    const { values } = this.#cells;
    const b = CELL * v;
    values.fill(0, b, b + CELL);
    values[b + D] = demand;
    values[b + T] = NEVER;
    this.receive(v, 0, this.rate * credential);
  }

  /** What is pending, with its signs. */
  get signed(): number {
    return this.#cells.numbers[Places.SIGNED]!;
  }

  /** True while nobody objects and no cap is in force: mass is voice. */
  get free(): boolean {
    return this.#cells.numbers[Places.FREE] === 1;
  }

  /** The cells as they stand: to be read only, and at once. */
  get cells(): Float64Array {
    return this.#cells.values;
  }

  /** What has arrived at a row, restart included; before what it earns itself. */
  arrived(v: number): number {
    return this.#cells.values[CELL * v + S]!;
  }

  distrust(v: number): number {
    return this.#cells.values[CELL * v + Z]!;
  }

  flow(v: number): number {
    return this.#cells.values[CELL * v + F]!;
  }

  /** y of one row. */
  voice(v: number): number {
    return this.#plain.voice(v);
  }

  /** True when the running sums are to be summed anew before their own rounding matters. */
  get worn(): boolean {
    return this.#cells.numbers[Places.TOUCHES]! > 1e6 + 16 * this.graph.order;
  }

  /** damping sum |pending|: no residual is larger. */
  get undelivered(): number {
    return this.fixed.damping * Math.max(0, this.pending);
  }

  /** What is pending can do to the shares (delivery.ts), in units of the residual. */
  reach(reserves: boolean): number {
    return reach(this.#cells.numbers, leastOf(this.fixed, reserves));
  }

  /** The worth of the best row in the queue: what is pending there by edge. */
  get worth(): number {
    return keyOf(this.#queue.top);
  }

  /** Sets what has arrived at `v`: its mass, where `place` is 0, else its distrust. */
  receive(v: number, place: 0 | 1, amount: number): void {
    this.#plain.receive(v, place, amount);
  }

  /** Somebody objects, or did: from now on distrust may arrive. */
  distrusts(): void {
    this.#cells.numbers[Places.FREE] = 0;
  }

  /** Sets both, where nobody speaks of `v` any more. */
  reset(v: number, arrived: number): void {
    this.receive(v, 1, 0);
    this.receive(v, 0, arrived);
  }

  /** Takes a row that is about to change its degree, demand or flow out of the pool and the queue. */
  withdraw(u: number): void {
    this.#plain.withdraw(u);
  }

  /** Puts it back, with what it demands now. */
  restore(u: number, demand: number): void {
    this.#plain.restore(u, demand, this.graph.says[u]!);
  }

  /** Delivers along the row of `u` until the flow is `flow`. Returns the edges visited. */
  deliver(u: number, flow: number): number {
    const { values } = this.#cells;
    const b = CELL * u;
    const demand = values[b + D]!;
    const part = this.fixed.damping * (flow - values[b + F]!);
    this.withdraw(u);
    values[b + F] = flow;
    const { out } = this.graph;
    const visits = this.#plain.pass(u, part, out, out.starts[u]!, out.ends[u]!);
    this.restore(u, demand);
    return visits;
  }

  /** Delivers the largest first until the reach is at most `room` or `budget` visits are spent. */
  push(room: number, budget: number, reserves: boolean): number {
    const visits = this.#delivery().push(room, budget, leastOf(this.fixed, reserves));
    this.#visitsSinceScan += visits;
    return visits;
  }

  /** Which loops are faster here: all of them give the same bits. */
  #delivery(): Delivery {
    return this.#fast.ready() ? this.#fast : this.#plain;
  }

  /**
   * Takes over flows by row, what arrives from them, and demands: the invariant holds anew. What rounding may
   * have moved in them is the caller's to add.
   */
  adopt(flows: Float64Array, plus: Float64Array, minus: Float64Array, demand: Float64Array): void {
    const { values, links } = this.#cells;
    const { order, says } = this.graph;
    for (let v = 0; v < order; v++) {
      const b = CELL * v;
      values[b + S] = plus[v]!;
      values[b + Z] = minus[v]!;
      values[b + D] = demand[v]!;
      values[b + F] = says[v] === 0 ? 0 : flows[v]!;
      values[b + G] = values[b + F]! * demand[v]!;
      links[CELL_WORDS * v + DEGREE] = says[v]! + 2;
    }
    this.drift = 0;
    this.resum();
  }

  /** Sums all anew from the cells, before rounding matters, and queues who is worth it. O(order), seldom. */
  resum(): void {
    this.#delivery().resum(this.graph.order);
    this.#summed();
  }

  /** What follows from new sums. */
  #summed(): void {
    const { numbers } = this.#cells;
    const { capped } = this.fixed;
    const free = !capped && this.graph.objected === 0 && numbers[Places.DISTRUST] === 0;
    numbers[Places.FREE] = free ? 1 : 0;
    numbers[Places.TOUCHES] = 0;
  }

  /**
   * Raises what the queue takes at the lowest to what is worth a push when `room` may be left pending, if rows were not
   * looked through for long; and looks them through for less once the queue is empty. O(order), seldom.
   */
  lookThrough(least: number): void {
    const queue = this.#queue;
    const { values, links } = this.#cells;
    const lowest = Math.max(1, bucketOf(least));
    if (lowest > queue.lowest && this.#visitsSinceScan > SCAN * this.graph.order) queue.lowest = lowest;
    if (queue.top > 0) return;
    let best = 0;
    for (let v = 0; v < this.graph.order; v++) {
      const b = CELL * v;
      if (values[b + T] === NEVER) continue;
      const size = Math.abs(this.voice(v) - values[b + G]!) / links[CELL_WORDS * v + DEGREE]!;
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
    this.#delivery().all(this.#commonScale(credentials), credentials);
    this.#summed();
    return this.graph.edges;
  }

  /** Starts anew from mass and distrust by row, as far as these go, which are delivered. O(order + edges). */
  take(mass: Float64Array, distrust: Float64Array, credentials: Float64Array | null): void {
    const { values } = this.#cells;
    const { back, ceiling } = this.fixed;
    for (let v = 0; v < mass.length; v++) {
      const x = mass[v]!;
      values[CELL * v + S] = x > ceiling ? x - back * ceiling : (1 - back) * x;
      values[CELL * v + Z] = distrust[v]!;
    }
    this.distrusts();
    this.#delivery().all(1, credentials);
    this.#summed();
  }

  save(to: SnapshotWriter): void {
    const { ceiling } = this.fixed;
    to.value('pool', { ...this.#cells.sums, ceiling, visitsSinceScan: this.#visitsSinceScan });
    this.#cells.save(to, this.graph.order);
    this.#queue.save(to);
  }

  load(from: SnapshotReader): void {
    const { ceiling, visitsSinceScan } = from.numbers('pool', ['ceiling', 'visitsSinceScan']);
    this.#cells.load(from, this.graph.order);
    // The ceiling is the one in use, which may be older than the order.
    this.fixed = { ...this.fixed, ceiling };
    this.#visitsSinceScan = visitsSinceScan;
    this.#queue.load(from);
  }

  /** What all that was received is to be multiplied by for what is pending to sum to zero. */
  #commonScale(credentials: Float64Array | null): number {
    const { order, says } = this.graph;
    const signed = this.#cells.numbers[Places.SIGNED]!;
    if (Math.abs(signed) < 0.1 * this.pending) return 1;
    let restart = spoken(says, credentials, order);
    restart *= this.rate / (1 - this.fixed.back);
    const scale = restart / (restart - signed);
    return scale > 0.5 && scale < 2 ? scale : 1;
  }
}

/** Credentials of all who say anything, together. */
function spoken(says: Uint32Array, credentials: Float64Array | null, order: number): number {
  let sum = 0;
  if (credentials === null) for (let v = 0; v < order; v++) sum += says[v]! > 0 ? 1 : 0;
  else for (let v = 0; v < order; v++) if (says[v]! > 0) sum += credentials[v]!;
  return sum;
}
