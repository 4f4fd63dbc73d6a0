/**
 * From statements in any order to in-rows of combined pairs. Each statement goes to the span of some sixty
 * thousand places where its row begins, so that memory is written in a few hundred streams and not all over;
 * within a span, which the caches hold, stable counting sorts put it in place. Each row is left
 * sorted by source, and the statements of one pair side by side in the order they were made (combine.ts).
 */
import type { Room } from './room.ts';
import type { Arrangement, Block, Sorted, Sorter } from './sorter.ts';
import { digitsOf, SPAN, SPAN_BITS, spansOf } from './sorter.ts';

/** Sorts in a room, in plain TypeScript. */
export function plainSorter(room: Room): Sorter {
  return {
    tally: (blocks, said, heard) => {
      for (const block of blocks) tally(block, said, heard);
    },
    sort: (blocks, arrangement) => sortByTarget(blocks, arrangement, room),
  };
}

function tally({ length, source, target, dead }: Block, said: Uint32Array, heard: Uint32Array): void {
  for (let i = 0; i < length; i++) {
    const u = source[i]!;
    const v = target[i]!;
    if (u === v || (dead !== null && dead[i] === 1)) continue;
    said[u]!++;
    heard[v]!++;
  }
}

/** O(order + statements). */
function sortByTarget(blocks: Iterable<Block>, arrangement: Arrangement, room: Room): Sorted {
  const { rowOf, starts, said } = arrangement;
  const order = starts.length - 1;
  const count = starts[order]!;
  const sorted: Sorted = {
    offsets: starts,
    said,
    sources: room.whole(count),
    weights: arrangement.weighted ? room.real(count) : null,
    entries: arrangement.entries ? new Uint32Array(count) : null,
    repeated: null,
  };
  const begins = spansOf(starts);
  // The place of a row within its span follows from where it starts.
  const startOf = new Uint32Array(rowOf.length);
  for (let u = 0; u < rowOf.length; u++) startOf[u] = starts[rowOf[u]!]!;
  const cursor = begins.slice();
  room.lend(count, (places) => {
    for (const block of blocks) scatter(block, rowOf, startOf, cursor, places, sorted);
    const sorter = new SpanSorter(order, sorted);
    for (let span = 0; span < begins.length - 1; span++) {
      const from = begins[span]!;
      // A span in which no row begins is part of a row that began before.
      if (cursor[span]! > from) sorter.sort(places, from, cursor[span]!, span << SPAN_BITS);
    }
  });
  return sorted;
}

function scatter(
  block: Block,
  rowOf: Uint32Array,
  startOf: Uint32Array,
  cursor: Uint32Array,
  places: Uint16Array,
  { sources, weights, entries }: Sorted,
): void {
  const { length, source, target, dead, weight, first } = block;
  for (let i = 0; i < length; i++) {
    const u = source[i]!;
    const v = target[i]!;
    if (u === v || (dead !== null && dead[i] === 1)) continue;
    const start = startOf[v]!;
    const k = cursor[start >>> SPAN_BITS]!++;
    sources[k] = rowOf[u]!;
    places[k] = start & (SPAN - 1);
    if (weights !== null) weights[k] = weight === null ? 1 : weight[i]!;
    if (entries !== null) entries[k] = first + i;
  }
}

/** Sorts the statements of one span after another by row and source; what it needs for that is kept. */
class SpanSorter {
  readonly #bits: number;
  readonly #passes: number;
  readonly #ends: Uint32Array;
  readonly #seen = new Uint32Array(SPAN);
  #order = new Uint32Array(0);
  #other = new Uint32Array(0);
  #moved = new Float64Array(0);
  #place = new Uint16Array(0);
  #otherPlace = new Uint16Array(0);

  constructor(
    order: number,
    private readonly sorted: Sorted,
  ) {
    const { passes, bits } = digitsOf(order);
    this.#passes = passes;
    this.#bits = bits;
    this.#ends = new Uint32Array((1 << this.#bits) + 1);
  }

  /** Sorts [from, to); `base` is what places in the span are counted from. */
  sort(places: Uint16Array, from: number, to: number, base: number): void {
    const length = to - from;
    if (this.#order.length < length) {
      this.#order = new Uint32Array(Math.max(length, 2 * SPAN));
      this.#other = new Uint32Array(this.#order.length);
      if (this.sorted.weights !== null) this.#moved = new Float64Array(this.#order.length);
      this.#place = new Uint16Array(this.#order.length);
      this.#otherPlace = new Uint16Array(this.#order.length);
    }
    const { sources, weights, entries } = this.sorted;
    if (weights === null && entries === null) {
      this.#alone(places, from, length, base);
      return;
    }
    this.#bySource(sources, from, length);
    const order = this.#order;
    const seen = this.#seen.fill(0);
    // From here on `order` says what comes, and `target` where it goes.
    const target = this.#other;
    for (let j = 0; j < length; j++) {
      const place = places[from + order[j]!]!;
      target[order[j]!] = base + place + seen[place]!++ - from;
    }
    for (let j = 0; j < length; j++) order[target[j]!] = sources[from + j]!;
    sources.set(order.subarray(0, length), from);
    if (entries !== null) {
      for (let j = 0; j < length; j++) order[target[j]!] = entries[from + j]!;
      entries.set(order.subarray(0, length), from);
    }
    if (weights !== null) {
      const moved = this.#moved;
      for (let j = 0; j < length; j++) moved[target[j]!] = weights[from + j]!;
      weights.set(moved.subarray(0, length), from);
    }
  }

  /** Where sources are all there is they are moved themselves, with their places: half the work. */
  #alone(places: Uint16Array, from: number, length: number, base: number): void {
    const { sources } = this.sorted;
    const bits = this.#bits;
    const mask = (1 << bits) - 1;
    const ends = this.#ends;
    let [key, row, first] = [sources, places, from];
    let [nextKey, otherKey] = [this.#order, this.#other];
    let [nextRow, otherRow] = [this.#place, this.#otherPlace];
    for (let pass = 0; pass < this.#passes; pass++) {
      const shift = pass * bits;
      ends.fill(0);
      for (let j = first; j < first + length; j++) ends[((key[j]! >>> shift) & mask) + 1]!++;
      for (let digit = 0; digit < mask; digit++) ends[digit + 1]! += ends[digit]!;
      for (let j = first; j < first + length; j++) {
        const source = key[j]!;
        const k = ends[(source >>> shift) & mask]!++;
        nextKey[k] = source;
        nextRow[k] = row[j]!;
      }
      [key, row, first] = [nextKey, nextRow, 0];
      [nextKey, otherKey] = [otherKey, nextKey];
      [nextRow, otherRow] = [otherRow, nextRow];
    }
    const seen = this.#seen.fill(0);
    for (let j = 0; j < length; j++) {
      const place = row[j]!;
      sources[base + place + seen[place]!++] = key[j]!;
    }
  }

  /** Leaves in `#order` the places from `from` on, by rising source. */
  #bySource(sources: Uint32Array, from: number, length: number): void {
    const bits = this.#bits;
    const mask = (1 << bits) - 1;
    const ends = this.#ends;
    for (let pass = 0; pass < this.#passes; pass++) {
      const shift = pass * bits;
      ends.fill(0);
      for (let j = 0; j < length; j++) ends[((sources[from + j]! >>> shift) & mask) + 1]!++;
      for (let digit = 0; digit < mask; digit++) ends[digit + 1]! += ends[digit]!;
      const before = this.#order;
      const after = this.#other;
      for (let j = 0; j < length; j++) {
        const k = pass === 0 ? j : before[j]!;
        after[ends[(sources[from + k]! >>> shift) & mask]!++] = k;
      }
      this.#order = after;
      this.#other = before;
    }
  }
}
