/**
 * One row at a time, over the cells and the queue of a pool or of an overlay: what arrives at it, what it
 * demands, delivery of what is pending there along what it says. The running sums and the queue are kept true
 * on the way, and summed anew from the cells. Nothing here allocates.
 */
import type { Weights } from '../graph/columns.ts';
import { UNIT } from './bound.ts';
import type { Cells } from './cells.ts';
import { NEVER } from './delivery.ts';
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
  S,
  SIGNED,
  T,
  TOUCHES,
  VOICES,
  Z,
} from './kernel/places.ts';
import { bucketOf, keyOf, type Queue } from './queue.ts';

/** What a row says: entries [start, end) of these. */
export interface Said {
  readonly others: Uint32Array;
  readonly weights: Weights;
}

/** The degree in the cell of a row that says nothing, and of a newcomer before it ever did: at most this. */
const SILENT = 2;

export class RowDelivery {
  constructor(
    protected readonly cells: Cells,
    protected readonly queue: Queue,
    public fixed: Constants,
    /** Gives a row its cell when it is first needed; null where every row has one. */
    private readonly load: ((v: number) => void) | null = null,
  ) {}

  /** y of one row. */
  voice(v: number): number {
    const { values } = this.cells;
    const b = CELL * v;
    return voice(massOf(values[b + S]!, this.fixed), values[b + Z]!, this.fixed.k);
  }

  /** Sets what has arrived at `v`: its mass, where `place` is 0, else its distrust. */
  receive(v: number, place: 0 | 1, amount: number): void {
    const { values } = this.cells;
    const b = CELL * v;
    const arrived = values[b + S]!;
    const distrust = values[b + Z]!;
    values[b + place] = amount;
    this.touch(v, arrived, distrust);
  }

  /** Takes a row that is about to change its degree, demand or flow out of the pool and the queue. */
  withdraw(u: number): void {
    const { values, numbers } = this.cells;
    const b = CELL * u;
    if (values[b + T] === NEVER) return;
    const pending = this.voice(u) - values[b + G]!;
    this.queue.remove(u);
    numbers[PENDING]! -= Math.abs(pending);
    numbers[SIGNED]! -= pending;
    values[b + T] = NEVER;
  }

  /** Puts it back, with what it demands and how many it speaks of now. */
  restore(u: number, demand: number, said: number): void {
    const { values, links, numbers } = this.cells;
    const b = CELL * u;
    values[b + D] = demand;
    if (said === 0) values[b + F] = 0;
    values[b + G] = values[b + F]! * demand;
    links[CELL_WORDS * u + DEGREE] = said + SILENT;
    if (said === 0) return;
    const pending = this.voice(u) - values[b + G]!;
    const size = Math.abs(pending);
    numbers[PENDING]! += size;
    numbers[SIGNED]! += pending;
    numbers[DRIFT]! += 2 * UNIT * numbers[PENDING]!;
    numbers[TOUCHES]!++;
    this.enqueue(u, size);
  }

  /**
   * Counts what is pending at a row of voice `y` that is in no queue as delivered, and returns what is to be passed along
   * it then, for each unit of weight.
   */
  spend(u: number, y: number): number {
    const { values, links, numbers } = this.cells;
    const b = CELL * u;
    const pending = y - values[b + G]!;
    const size = Math.abs(pending);
    const flow = y / values[b + D]!;
    const part = this.fixed.damping * (flow - values[b + F]!);
    const delivered = flow * values[b + D]!;
    values[b + F] = flow;
    values[b + G] = delivered;
    values[b + T] = links[CELL_WORDS * u + DEGREE]! * keyOf(this.queue.lowest);
    numbers[PENDING]! += Math.abs(y - delivered) - size;
    numbers[SIGNED]! += y - delivered - pending;
    numbers[DRIFT]! += 4 * UNIT * (numbers[PENDING]! + size);
    return part;
  }

  /** Adds `part` per unit of weight to what the targets of `u` have received. Returns the edges visited. */
  pass(u: number, part: number, { others, weights }: Said, start: number, end: number): number {
    const { load } = this;
    const { values, links, numbers } = this.cells;
    if (numbers[FREE] === 1) {
      this.#passFreely(others, weights, start, end, part, Math.abs(part) * values[CELL * u + D]!);
      return end - start;
    }
    let drift = 0;
    for (let j = start; j < end; j++) {
      const key = others[j]!;
      const v = key >>> 1;
      if (load !== null && links[CELL_WORDS * v + DEGREE] === 0) load(v);
      const b = CELL * v;
      const arrived = values[b + S]!;
      const distrust = values[b + Z]!;
      const place = b + (key & 1);
      const had = values[place]!;
      let has = had + part * weights[j]!;
      if (has < 0) has = 0;
      values[place] = has;
      drift += Math.max(has, had);
      this.touch(v, arrived, distrust);
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
    const { load } = this;
    const { values, links, numbers } = this.cells;
    const rest = 1 - this.fixed.back;
    let pool = numbers[PENDING]!;
    let signed = numbers[SIGNED]!;
    let voices = 0;
    let drift = 0;
    const largest = pool + most / rest;
    for (let j = start; j < end; j++) {
      const v = others[j]! >>> 1;
      if (load !== null && links[CELL_WORDS * v + DEGREE] === 0) load(v);
      const b = CELL * v;
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
      if (now >= threshold) this.enqueue(v, now);
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

  /** Sums all anew from the cells of the first `order` rows, and queues who is worth it. */
  resum(order: number): void {
    const { values, links, numbers } = this.cells;
    const { queue } = this;
    const { back, ceiling, capped, k } = this.fixed;
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
      const degree = links[CELL_WORDS * v + DEGREE]!;
      if (degree <= SILENT) {
        values[b + T] = NEVER;
        continue;
      }
      const pending = y - values[b + G]!;
      const size = Math.abs(pending);
      pool += size;
      signed += pending;
      const threshold = least * degree;
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
