/**
 * The graph that moves: signed, weighted pairs in rows with slack, kept twice, by source (to deliver
 * along) and by target (to sweep over). It starts from frozen columns and keeps their row numbers;
 * newcomers get the next ones. A pair that loses its last weight stays as a pair of weight 0, so places
 * never move within a row.
 *
 * A row begins with the pairs it was built with, sorted by the other end and found by bisection; later
 * ones follow and are found by a hash table of their own, so a graph of many million pairs carries no
 * index. Finding, adding and changing a pair is O(log degree), amortised over growth.
 */
import type { SnapshotReader } from '../snapshot/reader.ts';
import type { SnapshotWriter } from '../snapshot/writer.ts';
import type { Columns } from './columns.ts';
import { lostOf } from './lost.ts';
import { PairTable } from './pair-table.ts';
import { type Place, SlackRows } from './slack-rows.ts';

const NOWHERE = -1;
const ROWS = ['out', 'endorsements', 'objections'] as const;

export class Digraph {
  order: number;
  /** Endorsed pairs of weight above 0, and objected ones. */
  size = 0;
  objected = 0;
  /** By source: entries are 2 x target, plus 1 for an objection. */
  readonly out: SlackRows;
  /** By target, one sign each: entries are sources. */
  readonly endorsements: SlackRows;
  readonly objections: SlackRows;
  /** Live pairs that a row is the source of, and the target of; both signs. */
  says: Uint32Array;
  hears: Uint32Array;
  readonly #added = new PairTable();
  /** The pair that was looked for last, whether it is there, and where: whoever sets a weight has often asked for it. */
  #source = NOWHERE;
  #key = NOWHERE;
  #found = false;
  #outPlace = NOWHERE;
  #inPlace = NOWHERE;

  constructor(columns: Columns) {
    const { order, endorsements, objections } = columns;
    this.order = order;
    this.endorsements = SlackRows.of(endorsements, order);
    this.objections = SlackRows.of(objections, order);
    this.out = SlackRows.reversed(endorsements, objections, order);
    this.says = this.out.ends.slice(0, order);
    this.hears = new Uint32Array(order);
    for (let v = 0; v < order; v++) {
      this.says[v]! -= this.out.starts[v]!;
      this.hears[v] = this.endorsements.length(v) + this.objections.length(v);
    }
    this.size = endorsements.sources.length;
    this.objected = objections?.sources.length ?? 0;
  }

  /** Pairs of both signs: what one pass over all edges visits. */
  get edges(): number {
    return this.size + this.objected;
  }

  /** A new row that says and hears nothing; its number. */
  add(): number {
    const row = this.order++;
    for (const rows of [this.out, this.endorsements, this.objections]) rows.add();
    if (row >= this.says.length) {
      this.says = grown(this.says, 2 * row + 16);
      this.hears = grown(this.hears, 2 * row + 16);
    }
    return row;
  }

  /** The weight of a pair; 0 where there is none. */
  weight(u: number, v: number, against: boolean): number {
    return this.#find(u, v, against) ? this.out.weights[this.#outPlace]! : 0;
  }

  /** Sets the weight of a pair (0 for none) and returns what it was. */
  set(u: number, v: number, against: boolean, weight: number): number {
    const rows = against ? this.objections : this.endorsements;
    let before = 0;
    if (this.#find(u, v, against)) {
      before = this.out.weights[this.#outPlace]!;
      this.out.weigh(this.#outPlace, weight);
      rows.weigh(this.#inPlace, weight);
    } else if (weight > 0) {
      const key = 2 * v + (against ? 1 : 0);
      this.#added.add(u, key, this.out.push(u, key, weight), rows.push(v, u, weight));
      this.#source = NOWHERE;
    }
    const change = (weight > 0 ? 1 : 0) - (before > 0 ? 1 : 0);
    if (change !== 0) {
      this.says[u]! += change;
      this.hears[v]! += change;
      if (against) this.objected += change;
      else this.size += change;
    }
    return before;
  }

  /** Multiplies all that a row says by an exact power of two. */
  scale(u: number, factor: number): void {
    const { others, starts, ends } = this.out;
    for (let j = starts[u]!; j < ends[u]!; j++) {
      const before = this.out.weights[j]!;
      if (before === 0) continue;
      // Never down to 0: a pair lives as long as its last event does.
      const weight = Math.max(before * factor, 1e-300);
      const key = others[j]!;
      const against = (key & 1) === 1;
      this.#find(u, key >>> 1, against);
      this.out.weigh(j, weight);
      (against ? this.objections : this.endorsements).weigh(this.#inPlace, weight);
    }
  }

  /** Has the out-rows and the counts of live pairs stand elsewhere, as long as they find room there. */
  move(place: Place): void {
    this.out.move(place);
    this.says = place(this.says, this.order);
    this.hears = place(this.hears, this.order);
  }

  /** True if all that was moved last stands in this buffer still. */
  standsIn(buffer: ArrayBufferLike): boolean {
    return this.says.buffer === buffer && this.hears.buffer === buffer && this.out.standsIn(buffer);
  }

  /** The largest weight that each row says, 1 where it says nothing. O(edges). */
  largest(): Float64Array {
    const { weights, starts, ends } = this.out;
    const largest = new Float64Array(this.order);
    for (let u = 0; u < this.order; u++) {
      for (let j = starts[u]!; j < ends[u]!; j++) if (weights[j]! > largest[u]!) largest[u] = weights[j]!;
      if (largest[u] === 0) largest[u] = 1;
    }
    return largest;
  }

  /** What a row says, summed anew with what a double loses of the sum, and the endorsements among it. */
  sums(u: number): { sum: number; low: number; endorsed: number } {
    const { others, weights, starts, ends } = this.out;
    let sum = 0;
    let low = 0;
    let endorsed = 0;
    for (let j = starts[u]!; j < ends[u]!; j++) {
      const weight = weights[j]!;
      if ((others[j]! & 1) === 0) endorsed += weight;
      const next = sum + weight;
      low += lostOf(sum, weight, next);
      sum = next;
    }
    return { sum, low, endorsed };
  }

  save(to: SnapshotWriter): void {
    const { order, size, objected } = this;
    to.value('graph', { order, size, objected });
    to.array('graph.says', Uint32Array, this.says.subarray(0, order));
    to.array('graph.hears', Uint32Array, this.hears.subarray(0, order));
    for (const rows of ROWS) this[rows].save(to, `graph.${rows}`);
    this.#added.save(to, 'graph.added');
  }

  load(from: SnapshotReader): void {
    const { order, size, objected } = from.numbers('graph', ['order', 'size', 'objected']);
    this.order = order;
    this.size = size;
    this.objected = objected;
    this.says = from.array('graph.says', Uint32Array, order);
    this.hears = from.array('graph.hears', Uint32Array, order);
    this.#source = NOWHERE;
    for (const rows of ROWS) {
      this[rows].load(from, `graph.${rows}`);
      from.check(this[rows].starts.length === order, `graph.${rows} is of another order`);
    }
    this.#added.load(from, 'graph.added');
  }

  /** Finds the places of a pair in the rows of its source and its target. */
  #find(u: number, v: number, against: boolean): boolean {
    const key = 2 * v + (against ? 1 : 0);
    if (u === this.#source && key === this.#key) return this.#found;
    this.#source = u;
    this.#key = key;
    const rows = against ? this.objections : this.endorsements;
    this.#found = true;
    this.#outPlace = this.out.find(u, key);
    if (this.#outPlace !== NOWHERE) {
      this.#inPlace = rows.find(v, u);
      return true;
    }
    const added = this.#added.find(u, key);
    this.#found = added !== NOWHERE;
    if (!this.#found) return false;
    this.#outPlace = this.out.starts[u]! + this.#added.out(added);
    this.#inPlace = rows.starts[v]! + this.#added.in(added);
    return true;
  }
}

/** A copy of `values` with room for `length` of them. */
export function grown<T extends Uint32Array | Float64Array>(values: T, length: number): T {
  const larger = new (values.constructor as new (length: number) => T)(length);
  larger.set(values);
  return larger;
}
