/**
 * Statements to columns in AssemblyScript: what graph/sort.ts does, statement by statement the same, in parts
 * that may be done side by side. No two parts write to the same place: each counts into a table of its own,
 * and knows before it scatters where its statements go. A module of its own, since only the batch door
 * sorts here.
 */
import {
  BEGINS,
  BITS,
  COUNT,
  COUNTS,
  DIGITS_BYTES,
  ENDS,
  HEARD,
  LEAST,
  MOST,
  NEXT,
  PASSES,
  PLACES,
  REPEATED,
  ROW_OF,
  SAID,
  SCATTER,
  SCRATCH,
  SCRATCH_BYTES,
  SEEN_BYTES,
  SORT,
  SOURCE,
  SOURCES,
  SPANS,
  START_OF,
  TABLE_BYTES,
  TALLY,
  TARGET,
  WEIGHT,
  WEIGHTS,
  WORDS,
} from '../sort-slots';

const SPAN_BITS: u32 = 16;
const SPAN_MASK: u32 = 0xffff;
/** Stands for the start of a row in a statement that does not count. */
const NOWHERE: u32 = 0xffff_ffff;

@inline
function word(which: usize): usize {
  return load<u32>(WORDS + (which << 2));
}

@inline
function at(column: usize, k: u32): u32 {
  return load<u32>(column + (<usize>k << 2));
}

@inline
function put(column: usize, k: u32, value: u32): void {
  store<u32>(column + (<usize>k << 2), value);
}

/** Adds one to entry k and returns what it was. */
@inline
function next(column: usize, k: u32): u32 {
  const entry = column + (<usize>k << 2);
  const value = load<u32>(entry);
  store<u32>(entry, value + 1);
  return value;
}

/** Counts what contributors say and hear, in the table of a part. */
function tally(from: u32, to: u32, part: u32): void {
  const source = word(SOURCE);
  const target = word(TARGET);
  const said = word(SAID) + part * word(TABLE_BYTES);
  const heard = word(HEARD) + part * word(TABLE_BYTES);
  for (let i = from; i < to; i++) {
    const u = at(source, i);
    const v = at(target, i);
    if (u === v) continue;
    next(said, u);
    next(heard, v);
  }
}

/** Writes rows over the sources, starts of rows over the targets, and counts by span. */
function count(from: u32, to: u32, part: u32): void {
  const source = word(SOURCE);
  const target = word(TARGET);
  const rowOf = word(ROW_OF);
  const startOf = word(START_OF);
  const spans = word(SPANS);
  const counts = word(COUNTS) + ((part * spans) << 2);
  memory.fill(counts, 0, spans << 2);
  for (let i = from; i < to; i++) {
    const u = at(source, i);
    const v = at(target, i);
    if (u === v) {
      put(target, i, NOWHERE);
      continue;
    }
    const start = at(startOf, v);
    put(source, i, at(rowOf, u));
    put(target, i, start);
    next(counts, start >>> SPAN_BITS);
  }
}

/** Brings statements to their spans, in their order. */
@inline
function scatter(from: u32, to: u32, part: u32, weighted: bool): void {
  const source = word(SOURCE);
  const target = word(TARGET);
  const weight = word(WEIGHT);
  const cursor = word(COUNTS) + ((part * word(SPANS)) << 2);
  const sources = word(SOURCES);
  const weights = word(WEIGHTS);
  const places = word(PLACES);
  for (let i = from; i < to; i++) {
    const start = at(target, i);
    if (start === NOWHERE) continue;
    const k = next(cursor, start >>> SPAN_BITS);
    put(sources, k, at(source, i));
    store<u16>(places + (<usize>k << 1), <u16>(start & SPAN_MASK));
    if (weighted) store<f64>(weights + (<usize>k << 3), load<f64>(weight + (<usize>i << 3)));
  }
}

/**
 * Stable counting sorts, by each digit of the source and then by row, to and fro between the columns and
 * scratch. `base` is where the span's places are counted from, seen from its first statement.
 */
@inline
function sortSpan(from: u32, length: u32, base: u32, scratch: usize, most: u32, weighted: bool): bool {
  const passes = <u32>word(PASSES);
  const bits = <u32>word(BITS);
  const mask: u32 = (1 << bits) - 1;
  const digits = scratch;
  const seen = digits + DIGITS_BYTES;
  const sources = word(SOURCES) + (<usize>from << 2);
  const weights = word(WEIGHTS) + (<usize>from << 3);
  let weight = weights;
  let otherWeight = seen + SEEN_BYTES;
  let key = sources;
  let otherKey = weighted ? otherWeight + (<usize>most << 3) : otherWeight;
  let place = word(PLACES) + (<usize>from << 1);
  let otherPlace = otherKey + (<usize>most << 2);
  for (let pass: u32 = 0; pass < passes; pass++) {
    const shift = pass * bits;
    memory.fill(digits, 0, (<usize>mask + 1) << 2);
    for (let j: u32 = 0; j < length; j++) next(digits, (at(key, j) >>> shift) & mask);
    for (let digit: u32 = 0, sum: u32 = 0; digit <= mask; digit++) {
      const more = at(digits, digit);
      put(digits, digit, sum);
      sum += more;
    }
    for (let j: u32 = 0; j < length; j++) {
      const source = at(key, j);
      const k = next(digits, (source >>> shift) & mask);
      put(otherKey, k, source);
      store<u16>(otherPlace + (<usize>k << 1), load<u16>(place + (<usize>j << 1)));
      if (weighted) store<f64>(otherWeight + (<usize>k << 3), load<f64>(weight + (<usize>j << 3)));
    }
    const lastKey = key;
    key = otherKey;
    otherKey = lastKey;
    const lastPlace = place;
    place = otherPlace;
    otherPlace = lastPlace;
    const lastWeight = weight;
    weight = otherWeight;
    otherWeight = lastWeight;
  }
  let repeated = false;
  memory.fill(seen, 0, SEEN_BYTES);
  for (let j: u32 = 0; j < length; j++) {
    const row = load<u16>(place + (<usize>j << 1));
    const source = at(key, j);
    const before = next(seen, row);
    const k = base + row + before;
    put(otherKey, k, source);
    if (weighted) store<f64>(otherWeight + (<usize>k << 3), load<f64>(weight + (<usize>j << 3)));
    if (before > 0 && at(otherKey, k - 1) === source) repeated = true;
  }
  if (otherKey !== sources) {
    memory.copy(sources, otherKey, <usize>length << 2);
    if (weighted) memory.copy(weights, otherWeight, <usize>length << 3);
  }
  return repeated;
}

/** A call for each span, so that the engine may go over to better code between two of them. */
function sortPlain(from: u32, length: u32, base: u32, scratch: usize, most: u32): bool {
  return sortSpan(from, length, base, scratch, most, false);
}

function sortWeighed(from: u32, length: u32, base: u32, scratch: usize, most: u32): bool {
  return sortSpan(from, length, base, scratch, most, true);
}

/** Sorts spans that nobody has begun yet, until there are none. */
function sort(hand: u32, weighted: bool): void {
  const spans = <u32>word(SPANS);
  const begins = word(BEGINS);
  const ends = word(ENDS);
  const least = <u32>word(LEAST);
  const most = <u32>word(MOST);
  const scratch = word(SCRATCH) + hand * word(SCRATCH_BYTES);
  while (true) {
    const span = atomic.add<u32>(WORDS + (NEXT << 2), 1);
    if (span >= spans) return;
    const from = at(begins, span);
    const length = at(ends, span) - from;
    // A span in which no row begins is part of a row that began before.
    if (length === 0 || length <= least || length > most) continue;
    const base = (span << SPAN_BITS) - from;
    const repeated = weighted
      ? sortWeighed(from, length, base, scratch, most)
      : sortPlain(from, length, base, scratch, most);
    if (repeated) atomic.store<u32>(WORDS + (REPEATED << 2), 1);
  }
}

function scatterPlain(from: u32, to: u32, part: u32): void {
  scatter(from, to, part, false);
}

function scatterWeighed(from: u32, to: u32, part: u32): void {
  scatter(from, to, part, true);
}

/** Does one operation on the statements [from, to) of the stage, which are a part of it; or on spans. */
export function run(operation: i32, from: u32, to: u32, part: u32): void {
  const weighted = word(WEIGHTS) !== 0;
  if (operation === TALLY) tally(from, to, part);
  else if (operation === COUNT) count(from, to, part);
  else if (operation === SCATTER && weighted) scatterWeighed(from, to, part);
  else if (operation === SCATTER) scatterPlain(from, to, part);
  else if (operation === SORT) sort(part, weighted);
}
