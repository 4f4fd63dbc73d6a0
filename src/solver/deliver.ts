/**
 * Delivery in plain TypeScript, over the cells of a pool and the rows of its graph: along one row, along the
 * worthiest rows of the queue, and along all of them. It keeps the running sums and the queue true on the
 * way. The fallback where WebAssembly is not to be had or would not pay, and the oracle of
 * kernel/assembly/push.ts, which does the same additions in the same order. Nothing but `all` allocates.
 */
import type { Weights } from '../graph/columns.ts';
import type { Digraph } from '../graph/digraph.ts';
import { UNIT } from './bound.ts';
import type { Cells } from './cells.ts';
import { type Delivery, NEVER, reach } from './delivery.ts';
import type { Constants } from './equations.ts';
import { massOf, voice } from './equations.ts';
import {
  CELL,
  CELL_WORDS,
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
  Z,
} from './kernel/places.ts';
import { bucketOf, keyOf, type Queue } from './queue.ts';

export class PlainDelivery implements Delivery {
  constructor(
    private readonly graph: Digraph,
    private readonly cells: Cells,
    private readonly queue: Queue,
    public fixed: Constants,
  ) {}

  /** y of one row. */
  voice(v: number): number {
    const { values } = this.cells;
    const b = CELL * v;
    return voice(massOf(values[b + S]!, this.fixed), values[b + Z]!, this.fixed.k);
  }

  push(room: number, budget: number, least: number): number {
    const { queue } = this;
    const { values, links, numbers } = this.cells;
    const { damping } = this.fixed;
    let visits = 0;
    while (reach(numbers, least) > room && visits < budget) {
      const u = queue.first();
      if (u < 0) break;
      const b = CELL * u;
      const degree = links[CELL_WORDS * u + DEGREE]!;
      const y = this.voice(u);
      const pending = y - values[b + G]!;
      const size = Math.abs(pending);
      if (bucketOf(size / degree) < queue.top) {
        this.enqueue(u, size);
        continue;
      }
      queue.remove(u);
      const flow = y / values[b + D]!;
      const part = damping * (flow - values[b + F]!);
      const delivered = flow * values[b + D]!;
      values[b + F] = flow;
      values[b + G] = delivered;
      values[b + T] = degree * keyOf(queue.lowest);
      numbers[PENDING]! += Math.abs(y - delivered) - size;
      numbers[SIGNED]! += y - delivered - pending;
      numbers[DRIFT]! += 4 * UNIT * (numbers[PENDING]! + size);
      visits += this.pass(u, part);
    }
    return visits;
  }

  /** Adds `part` per unit of weight to what the targets of `u` have received. */
  pass(u: number, part: number): number {
    const { others, weights, starts, ends } = this.graph.out;
    const start = starts[u]!;
    const end = ends[u]!;
    const { values, numbers } = this.cells;
    if (numbers[FREE] === 1) {
      this.#passFreely(others, weights, start, end, part, Math.abs(part) * values[CELL * u + D]!);
      return end - start;
    }
    let drift = 0;
    for (let j = start; j < end; j++) {
      const key = others[j]!;
      const b = CELL * (key >>> 1);
      const arrived = values[b + S]!;
      const distrust = values[b + Z]!;
      const place = b + (key & 1);
      const had = values[place]!;
      let has = had + part * weights[j]!;
      if (has < 0) has = 0;
      values[place] = has;
      drift += Math.max(has, had);
      this.touch(key >>> 1, arrived, distrust);
    }
    numbers[DRIFT]! += UNIT * drift;
    return end - start;
  }

  /**
   * The same where no cap is in force and nobody objects, with `touch` written out: this loop is where
   * settling spends its time. All together receive at most `most`.
   */
  #passFreely(
    others: Uint32Array,
    weights: Weights,
    start: number,
    end: number,
    part: number,
    most: number,
  ): void {
    const { values, numbers } = this.cells;
    const rest = 1 - this.fixed.back;
    let pool = numbers[PENDING]!;
    let signed = numbers[SIGNED]!;
    let voices = 0;
    let drift = 0;
    const largest = pool + most / rest;
    for (let j = start; j < end; j++) {
      const b = CELL * (others[j]! >>> 1);
      const had = values[b + S]!;
      let has = had + part * weights[j]!;
      if (has < 0) has = 0;
      values[b + S] = has;
      drift += Math.max(has, had);
      const before = rest === 1 ? had : had / rest;
      const after = rest === 1 ? has : has / rest;
      voices += after - before;
      const threshold = values[b + T]!;
      if (threshold === NEVER) continue;
      const delivered = values[b + G]!;
      const now = Math.abs(after - delivered);
      pool += now - Math.abs(before - delivered);
      signed += after - before;
      if (now >= threshold) this.enqueue(others[j]! >>> 1, now);
    }
    numbers[PENDING] = pool;
    numbers[SIGNED] = signed;
    numbers[VOICES]! += voices;
    numbers[MASS]! += voices;
    numbers[TOUCHES]! += end - start;
    numbers[DRIFT]! += UNIT * (drift + 3 * (end - start) * largest);
  }

  /**
   * Brings the running sums and the queue up to date with the cell of `v`, whose arrivals and distrust were
   * `arrived` and `distrust` when they last were; the rest of the cell has not changed.
   */
  touch(v: number, arrived: number, distrust: number): void {
    const { values, numbers } = this.cells;
    const b = CELL * v;
    const { fixed } = this;
    const had = massOf(arrived, fixed);
    const has = massOf(values[b + S]!, fixed);
    const before = distrust > 0 ? voice(had, distrust, fixed.k) : had;
    const after = values[b + Z]! > 0 ? voice(has, values[b + Z]!, fixed.k) : has;
    numbers[MASS]! += has - had;
    if (fixed.capped) {
      const over = Math.max(0, has - fixed.ceiling) - Math.max(0, had - fixed.ceiling);
      numbers[EXCESS]! += over;
      numbers[DRIFT]! += fixed.back * UNIT * (numbers[EXCESS]! + Math.abs(over));
    }
    numbers[VOICES]! += after - before;
    numbers[TOUCHES]!++;
    const threshold = values[b + T]!;
    if (threshold === NEVER) return;
    const pending = before - values[b + G]!;
    const now = after - values[b + G]!;
    const size = Math.abs(now);
    numbers[PENDING]! += size - Math.abs(pending);
    numbers[SIGNED]! += now - pending;
    numbers[DRIFT]! += 2 * UNIT * (numbers[PENDING]! + size);
    if (size >= threshold) this.enqueue(v, size);
  }

  /** Puts a row where what is pending at it belongs. */
  enqueue(v: number, pending: number): void {
    const { queue } = this;
    const degree = this.cells.links[CELL_WORDS * v + DEGREE]!;
    const bucket = bucketOf(pending / degree);
    const { lowest } = queue;
    if (bucket >= lowest) queue.put(v, bucket);
    else queue.remove(v);
    // Never 0, so that a row on which nothing is pending is not looked at.
    this.cells.values[CELL * v + T] = degree * keyOf(bucket >= lowest ? bucket + 1 : lowest);
  }

  all(scale: number, credentials: Float64Array | null): void {
    const { order, objected, says, hears } = this.graph;
    const { damping, back } = this.fixed;
    const { values, numbers } = this.cells;
    const { starts, ends, others, weights } = this.graph.out;
    const rate = numbers[RATE]!;
    const earned = rate / (1 - back);
    // What arrives, in twos where anybody objects: for, then against.
    const signed = objected > 0;
    const arrivals = new Float64Array(signed ? 2 * order : order);
    const shift = signed ? 0 : 1;
    for (let u = 0; u < order; u++) {
      if (says[u] === 0) continue;
      const b = CELL * u;
      const restart = earned * (credentials === null ? 1 : credentials[u]!);
      const y = this.voice(u);
      const flow = (y + (scale - 1) * (y - Math.min(y, restart))) / values[b + D]!;
      values[b + F] = flow;
      values[b + G] = flow * values[b + D]!;
      scatter(arrivals, others, weights, starts[u]!, ends[u]!, flow, shift);
    }
    let drift = 0;
    for (let v = 0; v < order; v++) {
      const plus = damping * arrivals[signed ? 2 * v : v]!;
      const minus = signed ? damping * arrivals[2 * v + 1]! : 0;
      const arrived = plus + rate * (credentials === null ? 1 : credentials[v]!);
      values[CELL * v + S] = arrived;
      values[CELL * v + Z] = minus;
      drift += (hears[v]! + 4) * (arrived + minus);
    }
    numbers[DRIFT] = UNIT * drift;
    this.resum();
  }

  resum(): void {
    const { values, numbers } = this.cells;
    const { queue } = this;
    const { back, ceiling, capped, k } = this.fixed;
    const { order, says } = this.graph;
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
      const s = values[b + S]!;
      const free = s / (1 - back);
      const mass = free <= ceiling ? free : s + back * ceiling;
      const z = values[b + Z]!;
      const y = z > 0 ? voice(mass, z, k) : mass;
      voices += y;
      total += mass;
      distrust += z;
      if (capped && mass > ceiling) excess += mass - ceiling;
      queue.leave(v);
      if (says[v] === 0) {
        values[b + T] = NEVER;
        continue;
      }
      const pending = y - values[b + G]!;
      const size = Math.abs(pending);
      pool += size;
      signed += pending;
      const threshold = least * (says[v]! + 2);
      values[b + T] = threshold;
      if (size >= threshold) this.enqueue(v, size);
    }
    numbers[PENDING] = pool;
    numbers[SIGNED] = signed;
    numbers[VOICES] = voices;
    numbers[EXCESS] = excess;
    numbers[MASS] = total;
    numbers[DISTRUST] = distrust;
  }
}

/** Adds a flow to the entries of targets; a function of its own, so that it is compiled on its own, and well. */
function scatter(
  arrivals: Float64Array,
  others: Uint32Array,
  weights: Weights,
  start: number,
  end: number,
  flow: number,
  shift: number,
): void {
  for (let j = start; j < end; j++) arrivals[others[j]! >>> shift]! += weights[j]! * flow;
}
