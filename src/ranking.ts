/**
 * Rows in the order of what they have. Every row has a place, also among equals; the bound says which
 * places are proven.
 */

/** Fewer than this are sorted by comparing; for more, counting digits takes less time. */
const SMALL = 4096;
/** Fewer of an equal share are put in order one by one. */
const FEW = 16;
const DIGIT_BITS = 11;
const DIGIT = 1 << DIGIT_BITS;
/** Which of the two words of a double is the higher one. */
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

export interface Ranking {
  /** Row by place, the highest first. */
  readonly rows: Uint32Array;
  /** By place: the best and the worst rank that the bound leaves possible, from 1. */
  readonly rankFrom: Uint32Array;
  readonly rankTo: Uint32Array;
  /** By place: how many have less. */
  readonly below: Uint32Array;
  /** Place of each row. */
  readonly place: Uint32Array;
}

/** The ranking of shares, none below zero, whose errors together are at most `bound`. */
export function rankingOf(shares: Float64Array, bound: number, idOf: (row: number) => string): Ranking {
  const rows = ranked(shares, idOf);
  const byPlace = new Float64Array(rows.length);
  const place = new Uint32Array(rows.length);
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]!;
    byPlace[at] = shares[row]!;
    place[row] = at;
  }
  const [rankFrom, rankTo] = provenRanks(byPlace, bound);
  return { rows, rankFrom, rankTo, below: fewer(byPlace), place };
}

/** Rows by falling share, equal ones by id in code-unit order. */
export function ranked(shares: Float64Array, idOf: (row: number) => string): Uint32Array {
  const rows = shares.length < SMALL ? compared(shares) : counted(shares);
  for (let from = 0; from < rows.length; ) {
    let to = from + 1;
    const share = shares[rows[from]!]!;
    while (to < rows.length && shares[rows[to]!] === share) to++;
    if (to > from + 1) sortById(rows.subarray(from, to), idOf);
    from = to;
  }
  return rows;
}

function compared(shares: Float64Array): Uint32Array {
  const rows = new Uint32Array(shares.length);
  for (let row = 0; row < rows.length; row++) rows[row] = row;
  return rows.sort((a, b) => shares[b]! - shares[a]!);
}

/** Doubles from 0 up are in the order of their bits. */
function counted(shares: Float64Array): Uint32Array {
  const words = new Uint32Array(shares.buffer, shares.byteOffset, 2 * shares.length);
  const high = new Uint32Array(shares.length);
  const low = new Uint32Array(shares.length);
  for (let row = 0; row < shares.length; row++) {
    high[row] = ~words[2 * row + HIGH]!;
    low[row] = ~words[2 * row + 1 - HIGH]!;
  }
  return byWords(high, low);
}

/** Sorts rows by id; many of them by how those begin, and by comparing where that does not decide. */
function sortById(rows: Uint32Array, idOf: (row: number) => string): void {
  const ids = Array.from(rows, (row) => idOf(row));
  if (ids.length < FEW) {
    insertById(rows, ids);
    return;
  }
  const [high, low] = beginnings(ids);
  const order = byWords(high, low);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    const k = order[from]!;
    while (to < order.length && high[order[to]!] === high[k] && low[order[to]!] === low[k]) to++;
    if (to > from + 1) order.subarray(from, to).sort((a, b) => (ids[a]! < ids[b]! ? -1 : 1));
    from = to;
  }
  rows.set(order.map((k) => rows[k]!));
}

function insertById(rows: Uint32Array, ids: string[]): void {
  for (let k = 1; k < ids.length; k++) {
    const [row, id] = [rows[k]!, ids[k]!];
    let at = k;
    for (; at > 0 && id < ids[at - 1]!; at--) {
      rows[at] = rows[at - 1]!;
      ids[at] = ids[at - 1]!;
    }
    rows[at] = row;
    ids[at] = id;
  }
}

/**
 * A key for each id, four code units in each of its two words: those after what all begin with. Units above
 * 254 are told apart by nobody here, nor what follows them; their keys are equal.
 */
function beginnings(ids: readonly string[]): [high: Uint32Array, low: Uint32Array] {
  const high = new Uint32Array(ids.length);
  const low = new Uint32Array(ids.length);
  const skip = commonLength(ids);
  for (let k = 0; k < ids.length; k++) {
    const id = ids[k]!;
    const count = Math.min(8, id.length - skip);
    for (let i = 0; i < count; i++) {
      const unit = Math.min(id.charCodeAt(skip + i), 0xff);
      if (i < 4) high[k]! |= unit << (24 - 8 * i);
      else low[k]! |= unit << (56 - 8 * i);
      if (unit === 0xff) break;
    }
  }
  return [high, low];
}

/** Code units that all texts begin with. */
function commonLength(texts: readonly string[]): number {
  const first = texts[0]!;
  let length = first.length;
  for (const text of texts) {
    let same = 0;
    while (same < length && text.charCodeAt(same) === first.charCodeAt(same)) same++;
    length = same;
  }
  return length;
}

/** Places by the high word, then the low one, the least first: counting sorts by one digit after another. */
function byWords(high: Uint32Array, low: Uint32Array): Uint32Array {
  const { length } = high;
  let order = new Uint32Array(length);
  let other = new Uint32Array(length);
  let word = new Uint32Array(length);
  let otherWord = new Uint32Array(length);
  for (let k = 0; k < length; k++) order[k] = k;
  const cursor = new Uint32Array(DIGIT);
  for (const words of [low, high]) {
    for (let at = 0; at < length; at++) word[at] = words[order[at]!]!;
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
      cursor.fill(0);
      for (let at = 0; at < length; at++) cursor[(word[at]! >>> shift) & (DIGIT - 1)]!++;
      let top = 0;
      for (let digit = 0; digit < DIGIT; digit++) {
        const count = cursor[digit]!;
        cursor[digit] = top;
        top += count;
      }
      for (let at = 0; at < length; at++) {
        const to = cursor[(word[at]! >>> shift) & (DIGIT - 1)]!++;
        other[to] = order[at]!;
        otherWord[to] = word[at]!;
      }
      [order, other] = [other, order];
      [word, otherWord] = [otherWord, word];
    }
  }
  return order;
}

/**
 * The best and worst place of each that the bound leaves possible: the errors of two shares together are
 * at most the bound, so a difference of more than it is proven.
 */
function provenRanks(shares: Float64Array, bound: number): [Uint32Array, Uint32Array] {
  const from = new Uint32Array(shares.length);
  const to = new Uint32Array(shares.length);
  let above = 0;
  let below = 0;
  for (let place = 0; place < shares.length; place++) {
    while (shares[above]! - shares[place]! > bound) above++;
    while (below < shares.length && !(shares[place]! - shares[below]! > bound)) below++;
    from[place] = above + 1;
    to[place] = below;
  }
  return [from, to];
}

/** How many have less than each. */
function fewer(shares: Float64Array): Uint32Array {
  const below = new Uint32Array(shares.length);
  for (let place = shares.length - 2; place >= 0; place--) {
    below[place] = shares[place]! > shares[place + 1]! ? shares.length - 1 - place : below[place + 1]!;
  }
  return below;
}
