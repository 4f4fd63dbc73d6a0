/**
 * The scanner in AssemblyScript, of the same lines as ../plain.ts: sixteen bytes a step to the end of a field,
 * eight to hash and compare an id. Ids that were met before are known here by their index; `lookUp` lists those
 * that are not, and `learn` takes what the record says of them. A known id is one read of the table and one of
 * the id, and those of many ids are on their way at the same time.
 */
import {
  BEGIN,
  CELL_FROM,
  CELL_TO,
  DATE_PART,
  END,
  FACTOR,
  FROM,
  FULL,
  HASH,
  ID_PART,
  INDEX,
  KEY,
  KNOWN,
  LINES,
  MASK,
  MEMORY_BYTES,
  MISSING_END,
  MISSING_FROM,
  MISSING_INDEX,
  MISSING_NUMBER,
  MISSING_TO,
  NUMBER,
  PARTS,
  SOURCE,
  TABLE,
  TABLE_BYTES,
  TARGET,
  TARGET_PART,
  TEXT,
  TO,
  UNUSED_PART,
  WEIGHT_PART,
} from '../places';

const TAB: i32 = 9;
const LF: i32 = 10;
const CR: i32 = 13;
const SPACE: i32 = 32;
const QUOTE: i32 = 34;
const COMMENT: i32 = 35;
const NONE: i32 = -1;
/** The longest id. */
const ID_BYTES: i32 = 4096;
/** The first size of the table, in slots. */
const SLOTS: i32 = 4096;
const ONES: u64 = 0x0101010101010101;

/** The first byte from `at` on that ends a field: a, b, LF or CR. One always does. */
// @ts-ignore: a decorator
@inline
function fieldEnd(at: i32, a: v128, b: v128, lf: v128, cr: v128): i32 {
  while (true) {
    const bytes = v128.load(at);
    const found = i8x16.bitmask(
      v128.or(
        v128.or(i8x16.eq(bytes, a), i8x16.eq(bytes, b)),
        v128.or(i8x16.eq(bytes, lf), i8x16.eq(bytes, cr)),
      ),
    );
    if (found !== 0) return at + ctz(found);
    at += 16;
  }
}

// @ts-ignore: a decorator
@inline
function quoteEnd(at: i32, quote: v128, lf: v128): i32 {
  while (true) {
    const bytes = v128.load(at);
    const found = i8x16.bitmask(v128.or(i8x16.eq(bytes, quote), i8x16.eq(bytes, lf)));
    if (found !== 0) return at + ctz(found);
    at += 16;
  }
}

/** The value of up to eight digits, or -1. */
// @ts-ignore: a decorator
@inline
function digits(at: i32, length: i32): i32 {
  const empty = <u64>(8 - length) << 3;
  let word = load<u64>(at) << empty;
  if (empty !== 0) word |= (0x30 * ONES) >> (<u64>length << 3);
  const high = word & (0xf0 * ONES);
  if ((high | (((word + 0x06 * ONES) & (0xf0 * ONES)) >> 4)) !== 0x33 * ONES) return -1;
  word = ((word & (0x0f * ONES)) * 2561) >> 8;
  word = ((word & 0x00ff00ff00ff00ff) * 6553601) >> 16;
  return <i32>(((word & 0x0000ffff0000ffff) * 42949672960001) >> 32);
}

/** The value of a whole number of up to nine digits, none in vain; or -1. */
// @ts-ignore: a decorator
@inline
function numberIn(from: i32, to: i32): i32 {
  const length = to - from;
  if (length > 9 || length === 0) return -1;
  const first = <i32>load<u8>(from) - 48;
  if (<u32>first > 9 || (first === 0 && length > 1)) return -1;
  if (length < 9) return digits(from, length);
  const value = digits(from, 8);
  const last = <i32>load<u8>(to - 1) - 48;
  return value < 0 || <u32>last > 9 ? -1 : value * 10 + last;
}

// @ts-ignore: a decorator
@inline
function hashOf(from: i32, to: i32, key: u64, factor: u64): i32 {
  let hash = key ^ <u64>(to - from);
  let at = from;
  for (; at + 8 <= to; at += 8) {
    hash = (hash ^ load<u64>(at)) * factor;
    hash ^= hash >> 32;
  }
  if (at < to) {
    hash = (hash ^ (load<u64>(at) & ((<u64>1 << (<u64>(to - at) << 3)) - 1))) * factor;
    hash ^= hash >> 32;
  }
  hash = (hash ^ (hash >> 29)) * 0x94d049bb133111eb;
  return <i32>(hash >> 32);
}

/**
 * Scans lines from `from` on and returns how many; TEXT[to] is a line feed that is not in the text. A delimiter
 * of -1 stands for runs of blanks. With `apart` numbers are told from other ids, which are found by value.
 */
export function scan(from: i32, to: i32, width: i32, delimiter: i32, comments: bool, apart: bool): i32 {
  const blanks = delimiter < 0;
  const a = i8x16.splat(<i8>(blanks ? SPACE : delimiter));
  const b = i8x16.splat(<i8>(blanks ? TAB : delimiter));
  const lf = i8x16.splat(<i8>LF);
  const cr = i8x16.splat(<i8>CR);
  const quote = i8x16.splat(<i8>QUOTE);
  const key = load<u64>(KEY);
  const factor = load<u64>(FACTOR);
  let line: i32 = 0;
  let start = from;
  for (; line < LINES; line++) {
    let at = start;
    let column: i32 = 0;
    store<i32>(BEGIN + (line << 2), start);
    for (; column < width; column++) {
      let byte = <i32>load<u8>(at);
      if (blanks) while (byte === SPACE || byte === TAB) byte = <i32>load<u8>(++at);
      if (byte === COMMENT && column === 0 && comments) break;
      let first = at;
      let stop: i32;
      if (byte === QUOTE && !blanks) {
        first = at + 1;
        stop = quoteEnd(first, quote, lf);
        at = stop + 1;
        // A quote that is doubled, or open at the end of the line.
        if (<i32>load<u8>(stop) === LF) break;
        byte = <i32>load<u8>(at);
        if (byte !== delimiter && byte !== LF && byte !== CR) break;
      } else {
        stop = fieldEnd(at, a, b, lf, cr);
        at = stop;
        byte = <i32>load<u8>(at);
        if (blanks && stop === first) break;
      }
      const part = <i32>load<u8>(PARTS + column);
      if (part <= TARGET_PART) {
        const length = stop - first;
        if (length === 0 || length > ID_BYTES) break;
        const place = ((line << 1) + part) << 2;
        const number = apart ? numberIn(first, stop) : -1;
        store<i32>(FROM + place, first);
        store<i32>(TO + place, stop);
        store<i32>(NUMBER + place, number);
        if (number < 0) store<i32>(HASH + place, hashOf(first, stop, key, factor));
      } else if (part !== UNUSED_PART) {
        const place = ((part - WEIGHT_PART) * LINES + line) << 2;
        store<i32>(CELL_FROM + place, first);
        store<i32>(CELL_TO + place, stop);
      }
      if (column + 1 < width) {
        if (blanks ? byte === LF || byte === CR : byte !== delimiter) break;
        at++;
      }
    }
    if (column < width) break;
    if (blanks) while (<i32>load<u8>(at) === SPACE || <i32>load<u8>(at) === TAB) at++;
    if (<i32>load<u8>(at) === CR) at++;
    // The line feed after the last byte is not the text's own.
    if (<i32>load<u8>(at) !== LF || at >= to) break;
    start = at + 1;
  }
  store<i32>(BEGIN + (line << 2), start);
  return line;
}

/**
 * Finds the ids of so many lines that are known, and returns how many are not: those are listed. Where all are
 * numbers nothing is looked up: they are written into the columns, and the answer is -1.
 */
export function lookUp(lines: i32): i32 {
  const mask = load<i32>(MASK);
  const ends = lines << 3;
  let sign = 0;
  for (let k = 0; k < lines; k++) {
    const source = load<i32>(NUMBER + (k << 3));
    const target = load<i32>(NUMBER + (k << 3) + 4);
    store<i32>(SOURCE + (k << 2), source);
    store<i32>(TARGET + (k << 2), target);
    sign |= source | target;
  }
  if (sign >= 0) return -1;
  // Reads of one id do not wait for those of another in either loop.
  for (let end: i32 = 0; end < ends; end += 4) {
    if (load<i32>(NUMBER + end) >= 0) continue;
    const hash = load<i32>(HASH + end);
    let slot = hash & mask;
    let entry = load<u64>(TABLE + (slot << 3));
    while (entry !== 0 && <i32>entry !== hash) {
      slot = (slot + 1) & mask;
      entry = load<u64>(TABLE + (slot << 3));
    }
    store<i32>(INDEX + end, <i32>(entry >> 32));
  }
  let missing: i32 = 0;
  for (let end: i32 = 0; end < ends; end += 4) {
    const from = load<i32>(FROM + end);
    const to = load<i32>(TO + end);
    const number = load<i32>(NUMBER + end);
    let index = NONE;
    if (number < 0) {
      const place = load<i32>(INDEX + end);
      if (place !== 0 && same(place, from, to)) index = load<i32>(place + 4);
    }
    store<i32>(INDEX + end, index);
    if (index !== NONE) continue;
    store<i32>(MISSING_FROM + missing, from);
    store<i32>(MISSING_TO + missing, to);
    store<i32>(MISSING_NUMBER + missing, number);
    store<i32>(MISSING_END + missing, end >> 2);
    missing += 4;
  }
  return missing >> 2;
}

/** Whether the id that is kept at a place is that of the text. */
// @ts-ignore: a decorator
@inline
function same(place: i32, from: i32, to: i32): bool {
  if (load<i32>(place) !== to - from) return false;
  let at = from;
  let kept = place + 8;
  for (; at + 8 <= to; at += 8, kept += 8) if (load<u64>(at) !== load<u64>(kept)) return false;
  return at === to || (load<u64>(at) & ((<u64>1 << (<u64>(to - at) << 3)) - 1)) === load<u64>(kept);
}

/** Takes the indices of the first `missing` that are listed. */
export function learn(missing: i32): void {
  for (let k: i32 = 0; k < missing << 2; k += 4) {
    const index = load<i32>(MISSING_INDEX + k);
    const end = load<i32>(MISSING_END + k) << 2;
    store<i32>(INDEX + end, index);
    if (index !== NONE && load<i32>(NUMBER + end) < 0) {
      keep(load<i32>(HASH + end), load<i32>(FROM + end), load<i32>(TO + end), index);
    }
  }
}

/** Writes the indices of so many lines into the columns. */
export function part(lines: i32): void {
  for (let k: i32 = 0; k < lines; k++) {
    store<i32>(SOURCE + (k << 2), load<i32>(INDEX + (k << 3)));
    store<i32>(TARGET + (k << 2), load<i32>(INDEX + (k << 3) + 4));
  }
}

/** Keeps an id, unless it is kept, there is no room, or another one has its hash: those are never known. */
function keep(hash: i32, from: i32, to: i32, index: i32): void {
  let mask = load<i32>(MASK);
  const known = load<i32>(KNOWN);
  const place = load<i32>(END);
  const length = to - from;
  const end = place + 8 + ((length + 7) & ~7);
  if (end > load<i32>(MEMORY_BYTES) || (2 * known > mask && (mask + 1) << 4 > load<i32>(TABLE_BYTES))) {
    store<i32>(FULL, 1);
    return;
  }
  if (2 * known > mask) {
    mask = 2 * mask + 1;
    spread(mask, place);
  }
  let slot = hash & mask;
  let entry = load<u64>(TABLE + (slot << 3));
  while (entry !== 0) {
    if (<i32>entry === hash) return;
    slot = (slot + 1) & mask;
    entry = load<u64>(TABLE + (slot << 3));
  }
  store<u64>(TABLE + (slot << 3), (<u64>place << 32) | <u64>(<u32>hash));
  store<i32>(place, length);
  store<i32>(place + 4, index);
  let at = from;
  let kept = place + 8;
  for (; at + 8 <= to; at += 8, kept += 8) store<u64>(kept, load<u64>(at));
  if (at < to) store<u64>(kept, load<u64>(at) & ((<u64>1 << (<u64>(to - at) << 3)) - 1));
  store<i32>(KNOWN, known + 1);
  store<i32>(END, end);
}

/** Makes the table of another size, with all that is kept up to `end`. */
function spread(mask: i32, end: i32): void {
  memory.fill(TABLE, 0, (mask + 1) << 3);
  const key = load<u64>(KEY);
  const factor = load<u64>(FACTOR);
  let place = TABLE + load<i32>(TABLE_BYTES);
  while (place < end) {
    const length = load<i32>(place);
    const hash = hashOf(place + 8, place + 8 + length, key, factor);
    let slot = hash & mask;
    while (load<u64>(TABLE + (slot << 3)) !== 0) slot = (slot + 1) & mask;
    store<u64>(TABLE + (slot << 3), (<u64>place << 32) | <u64>(<u32>hash));
    place += 8 + ((length + 7) & ~7);
  }
  store<i32>(MASK, mask);
}

/** To be called once, with a secret and how much memory there is. */
export function begin(key: u64, factor: u64, tableBytes: i32, memoryBytes: i32): void {
  store<u64>(KEY, key);
  store<u64>(FACTOR, factor | 1);
  store<i32>(MASK, SLOTS - 1);
  store<i32>(TABLE_BYTES, tableBytes);
  store<i32>(MEMORY_BYTES, memoryBytes);
  store<i32>(END, TABLE + tableBytes);
}
