/**
 * What it is to bring statements into rows, and who does it: sort.ts wherever it may be, or whoever has the
 * memory that the rows are made in (room.ts), faster and with the same result.
 */

/** Consecutive statements between contributors, in columns. */
export interface Block {
  readonly length: number;
  /** The place of the first among all statements. */
  readonly first: number;
  readonly source: Uint32Array;
  readonly target: Uint32Array;
  /** 1 for a statement that does not count any more; null where there is none. */
  readonly dead: Uint8Array | null;
  /** Below zero for an objection; null where every statement is an endorsement of weight 1. */
  readonly weight: Float64Array | null;
}

/** How statements between contributors become rows. */
export interface Arrangement {
  /** The row of each contributor. */
  readonly rowOf: Uint32Array;
  /** Row v is to stand in [starts[v], starts[v + 1]): as many places as live statements have that target. */
  readonly starts: Uint32Array;
  /** How many live statements each row makes. */
  readonly said: Uint32Array;
  /** Whether weights are carried, and places, for `combine` to tell of repeated pairs. */
  readonly weighted: boolean;
  readonly entries: boolean;
}

/** Rows by target in which a pair may still stand several times. */
export interface Sorted {
  readonly offsets: Uint32Array;
  readonly said: Uint32Array;
  readonly sources: Uint32Array;
  readonly weights: Float64Array | null;
  /** Places of the statements; null unless they were asked for. */
  readonly entries: Uint32Array | null;
  /** Whether any pair stands several times; null where nobody has looked. */
  readonly repeated: boolean | null;
}

/** A block is what it is only until the next one is asked for. */
export interface Sorter {
  /** Counts what each contributor says and hears; both begin with zeros. */
  tally(blocks: Iterable<Block>, said: Uint32Array, heard: Uint32Array): void;
  /** The in-rows of the live statements, sorted by source, those of one pair in their order. */
  sort(blocks: Iterable<Block>, arrangement: Arrangement): Sorted;
}

/** Places of a span, of which caches hold what is sorted at a time; a row that begins in it belongs to it whole. */
export const SPAN_BITS = 16;
export const SPAN = 1 << SPAN_BITS;

/** Where each span's statements begin, and after the last where they end. */
export function spansOf(starts: Uint32Array): Uint32Array {
  const order = starts.length - 1;
  const count = starts[order]!;
  const begins = new Uint32Array((count >>> SPAN_BITS) + 2).fill(count);
  for (let v = order - 1; v >= 0; v--) {
    if (starts[v] !== starts[v + 1]) begins[starts[v]! >>> SPAN_BITS] = starts[v]!;
  }
  return begins;
}

/** The digits of a radix sort by source: how many, and of how many bits each. */
export function digitsOf(order: number): { passes: number; bits: number } {
  const all = Math.max(1, 32 - Math.clz32(order - 1));
  const passes = Math.ceil(all / DIGIT_BITS);
  return { passes, bits: Math.ceil(all / passes) };
}

const DIGIT_BITS = 11;
