/**
 * Rows by what it is worth to visit them, in buckets by powers of two, last in first out. The links live
 * in the rows' own cells, so moving a row touches memory that is at hand. All operations are O(1); the
 * bucket of a row is that of its key, so no row needs to remember where it is.
 */

/** Where the two links (next, previous) stand in a cell of 8 numbers, counted in 32-bit words. */
const WORDS = 16;
const NEXT = 14;
const PREVIOUS = 15;
const NONE = 0xffffffff;

const key64 = new Float64Array(1);
const key32 = new Uint32Array(key64.buffer);
const high = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/** The bucket of a key above 0: its exponent. Keys of 0, and those below every rounding, have none. */
export function bucketOf(key: number): number {
  key64[0] = key;
  return (key32[high]! >>> 20) & 0x7ff;
}

/** Base-2 logarithm of a number above 0 to within 0.09: enough to plan with, and the same everywhere. */
export function roughLog2(value: number): number {
  key64[0] = value;
  return key32[high]! / 0x100000 - 1023;
}

export class Queue {
  readonly #heads = new Uint32Array(2048).fill(NONE);
  #links: Uint32Array = new Uint32Array(0);
  #top = 0;

  /** The cells may have moved. */
  attach(cells: Float64Array): void {
    this.#links = new Uint32Array(cells.buffer);
  }

  clear(): void {
    this.#heads.fill(NONE);
    this.#top = 0;
  }

  insert(row: number, bucket: number): void {
    if (bucket === 0) return;
    const links = this.#links;
    const next = this.#heads[bucket]!;
    links[row * WORDS + NEXT] = next;
    links[row * WORDS + PREVIOUS] = NONE;
    if (next !== NONE) links[next * WORDS + PREVIOUS] = row;
    this.#heads[bucket] = row;
    if (bucket > this.#top) this.#top = bucket;
  }

  remove(row: number, bucket: number): void {
    if (bucket === 0) return;
    const links = this.#links;
    const next = links[row * WORDS + NEXT]!;
    const previous = links[row * WORDS + PREVIOUS]!;
    if (previous === NONE) this.#heads[bucket] = next;
    else links[previous * WORDS + NEXT] = next;
    if (next !== NONE) links[next * WORDS + PREVIOUS] = previous;
  }

  /** A row of the highest bucket, or -1; it stays where it is. */
  first(): number {
    while (this.#top > 0 && this.#heads[this.#top] === NONE) this.#top--;
    return this.#top === 0 ? -1 : this.#heads[this.#top]!;
  }
}
