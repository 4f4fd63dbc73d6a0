/**
 * Rows of numbers with weights in one pool, each with room to grow. A row that is full moves to the end of
 * the pool with twice the room; when more than half of the pool is abandoned, it is packed. Offsets within
 * a row never change.
 */
import type { SnapshotReader } from '../snapshot/reader.ts';
import type { SnapshotWriter } from '../snapshot/writer.ts';
import type { Rows, Weights } from './columns.ts';

const ROOM = 4;

/**
 * Copies the first `used` numbers of an array to where somebody wants them, and gives back the array that
 * stands there, which may have room for more.
 */
export type Place = <T extends Uint32Array | Float64Array | Uint8Array>(values: T, used: number) => T;

export class SlackRows implements Rows {
  /** Row v is [starts[v], ends[v]), with room up to limits[v]. */
  starts: Uint32Array;
  ends: Uint32Array;
  #limits: Uint32Array;
  /** Length of the sorted part that a row was built with. */
  #sorted: Uint32Array;
  others: Uint32Array;
  /**
   * Bytes while each is 1 or 0, as in most records: an eighth of the memory to read at every delivery. Null where
   * all are 1 and nobody has asked yet: a graph that is only looked at needs no room for them.
   */
  #weights: Weights | null;
  /** True while `others` is part of a snapshot: then it is full, and is copied before it is written to. */
  #borrowed = false;
  #order: number;
  #top: number;
  #abandoned = 0;

  private constructor(starts: Uint32Array, ends: Uint32Array, others: Uint32Array, weights: Weights | null) {
    const order = starts.length;
    this.starts = starts.slice();
    this.ends = ends.slice();
    this.#limits = this.ends.slice();
    this.#sorted = this.ends.slice();
    for (let v = 0; v < order; v++) this.#sorted[v]! -= this.starts[v]!;
    this.others = others;
    this.#weights = weights;
    this.#order = order;
    this.#top = others.length;
  }

  /** A copy of frozen rows; null for rows that are all empty. */
  static of(rows: Rows | null, order: number): SlackRows {
    const none = new Uint32Array(order);
    if (rows === null) return new SlackRows(none, none, new Uint32Array(0), null);
    const { starts, ends, sources, weights } = rows;
    const copy = weights === null || allOne(weights) ? null : weights.slice();
    return new SlackRows(starts, ends, sources.slice(), copy);
  }

  /** The same pairs by source: entries are 2 x target, plus 1 for an objection, and rise within a row. */
  static reversed(endorsements: Rows, objections: Rows | null, order: number): SlackRows {
    const offsets = new Uint32Array(order + 1);
    const signs = objections === null ? [endorsements] : [endorsements, objections];
    for (const { sources } of signs) for (let k = 0; k < sources.length; k++) offsets[sources[k]! + 1]!++;
    for (let u = 0; u < order; u++) offsets[u + 1]! += offsets[u]!;
    const others = new Uint32Array(offsets[order]!);
    const unit = signs.every(({ weights }) => weights === null || allOne(weights));
    const weights = unit ? null : new Float64Array(offsets[order]!);
    const cursor = offsets.slice(0, order);
    for (let v = 0; v < order; v++) {
      for (let sign = 0; sign < signs.length; sign++) {
        const rows = signs[sign]!;
        for (let k = rows.starts[v]!; k < rows.ends[v]!; k++) {
          const j = cursor[rows.sources[k]!]!++;
          others[j] = 2 * v + sign;
          if (weights !== null) weights[j] = rows.weights === null ? 1 : rows.weights[k]!;
        }
      }
    }
    return new SlackRows(offsets.subarray(0, -1), offsets.subarray(1), others, weights);
  }

  /** The weight of every entry. */
  get weights(): Weights {
    this.#weights ??= new Uint8Array(this.others.length).fill(1);
    return this.#weights;
  }

  /** Sets the weight of the entry at a place of the pool. */
  weigh(place: number, weight: number): void {
    if (this.weights instanceof Uint8Array && weight !== 0 && weight !== 1) {
      this.#weights = Float64Array.from(this.weights);
    }
    this.weights[place] = weight;
  }

  /** What the entries are called where rows are in-rows. */
  get sources(): Uint32Array {
    return this.others;
  }

  length(row: number): number {
    return this.ends[row]! - this.starts[row]!;
  }

  /** A new empty row. */
  add(): void {
    const row = this.#order++;
    if (row >= this.starts.length) {
      this.starts = wider(this.starts, row);
      this.ends = wider(this.ends, row);
    }
    // Those two may stand where there is more room.
    if (row >= this.#limits.length) {
      this.#limits = wider(this.#limits, row);
      this.#sorted = wider(this.#sorted, row);
    }
  }

  /** Appends to a row; the offset within it. */
  push(row: number, other: number, weight: number): number {
    if (this.ends[row] === this.#limits[row]) this.#move(row);
    if (this.#borrowed) this.#own();
    const place = this.ends[row]!++;
    this.others[place] = other;
    this.weigh(place, weight);
    return place - this.starts[row]!;
  }

  /** Where `other` stands in the sorted part of a row, or -1. */
  find(row: number, other: number): number {
    const { others } = this;
    let low = this.starts[row]!;
    let high = low + this.#sorted[row]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (others[middle]! < other) low = middle + 1;
      else high = middle;
    }
    return low < this.starts[row]! + this.#sorted[row]! && others[low] === other ? low : -1;
  }

  /** Has the rows stand elsewhere, as long as they find room there: starts, ends, entries and weights. */
  move(place: Place): void {
    this.starts = place(this.starts, this.#order);
    this.ends = place(this.ends, this.#order);
    const others = place(this.others, this.#top);
    if (others !== this.others) this.#borrowed = false;
    this.others = others;
    this.#weights = place<Weights>(this.weights, this.#top);
  }

  /** True if all that was moved last stands in this buffer still. */
  standsIn(buffer: ArrayBufferLike): boolean {
    const { starts, ends, others } = this;
    const both = starts.buffer === buffer && ends.buffer === buffer;
    return both && others.buffer === buffer && this.#weights?.buffer === buffer;
  }

  /** Saves what is in use; weights only where they are not all 1. */
  save(to: SnapshotWriter, name: string): void {
    const rows = (values: Uint32Array) => values.subarray(0, this.#order);
    to.value(name, { order: this.#order, abandoned: this.#abandoned });
    to.array(`${name}.starts`, Uint32Array, rows(this.starts));
    to.array(`${name}.ends`, Uint32Array, rows(this.ends));
    to.array(`${name}.limits`, Uint32Array, rows(this.#limits));
    to.array(`${name}.sorted`, Uint32Array, rows(this.#sorted));
    to.array(`${name}.others`, Uint32Array, this.others.subarray(0, this.#top));
    const weights = this.#weights?.subarray(0, this.#top) ?? null;
    if (weights !== null && !allOne(weights)) saveWeights(to, `${name}.weights`, weights);
  }

  /** Takes over what was saved, without room to spare; the pool of entries where it stands. */
  load(from: SnapshotReader, name: string): void {
    const { order, abandoned } = from.numbers(name, ['order', 'abandoned']);
    this.starts = from.array(`${name}.starts`, Uint32Array, order);
    this.ends = from.array(`${name}.ends`, Uint32Array, order);
    this.#limits = from.array(`${name}.limits`, Uint32Array, order);
    this.#sorted = from.array(`${name}.sorted`, Uint32Array, order);
    this.others = from.view(`${name}.others`, Uint32Array);
    this.#borrowed = true;
    const top = this.others.length;
    const weighted = from.has(`${name}.weights`);
    const make = from.is(`${name}.weights`, Uint8Array) ? Uint8Array : Float64Array;
    this.#weights = weighted ? from.array<Weights>(`${name}.weights`, make, top) : null;
    this.#order = order;
    this.#top = top;
    this.#abandoned = abandoned;
  }

  #own(): void {
    this.others = this.others.slice();
    this.#borrowed = false;
  }

  #move(row: number): void {
    const length = this.length(row);
    const room = Math.max(ROOM, 2 * length);
    if (this.#top + room > this.others.length) this.#makeRoom(room);
    const [from, to] = [this.starts[row]!, this.#top];
    this.others.copyWithin(to, from, from + length);
    this.weights.copyWithin(to, from, from + length);
    this.#abandoned += this.#limits[row]! - from;
    this.starts[row] = to;
    this.ends[row] = to + length;
    this.#limits[row] = to + room;
    this.#top = to + room;
  }

  /** A larger pool; packed on the way when more than half of it was abandoned. */
  #makeRoom(room: number): void {
    const packed = 2 * this.#abandoned > this.#top;
    const kept = packed ? this.#top - this.#abandoned : this.#top;
    const capacity = Math.max(64, Math.ceil(1.25 * (kept + room)));
    const others = new Uint32Array(capacity);
    const weights =
      this.weights instanceof Uint8Array ? new Uint8Array(capacity) : new Float64Array(capacity);
    if (packed) {
      let top = 0;
      for (let v = 0; v < this.#order; v++) {
        const [from, end, limit] = [this.starts[v]!, this.ends[v]!, this.#limits[v]!];
        others.set(this.others.subarray(from, end), top);
        weights.set(this.weights.subarray(from, end), top);
        this.starts[v] = top;
        this.ends[v] = top + end - from;
        top += limit - from;
        this.#limits[v] = top;
      }
      this.#top = top;
      this.#abandoned = 0;
    } else {
      others.set(this.others.subarray(0, this.#top));
      weights.set(this.weights.subarray(0, this.#top));
    }
    this.others = others;
    this.#weights = weights;
    this.#borrowed = false;
  }
}

function saveWeights(to: SnapshotWriter, name: string, weights: Weights): void {
  if (weights instanceof Uint8Array) to.array(name, Uint8Array, weights);
  else to.array(name, Float64Array, weights);
}

function allOne(weights: Weights): boolean {
  for (let k = 0; k < weights.length; k++) if (weights[k] !== 1) return false;
  return true;
}

function wider(values: Uint32Array, index: number): Uint32Array {
  const larger = new Uint32Array(Math.max(16, 2 * index));
  larger.set(values);
  return larger;
}
