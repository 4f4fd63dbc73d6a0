/**
 * Rows in the order of what they have. Every row has a place, also among equals; the bound says which
 * places are proven.
 */

/** Orders below this are sorted by comparing; above, counting digits takes less time. */
const SMALL = 4096;
const DIGIT = 1 << 16;
/** Where the 16-bit digits of a double stand, the lowest first. */
const DIGITS = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? [0, 1, 2, 3] : [3, 2, 1, 0];

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
    while (to < rows.length && shares[rows[to]!] === shares[rows[from]!]) to++;
    if (to > from + 1) {
      const tied = Array.from(rows.subarray(from, to), (row) => ({ row, id: idOf(row) }));
      tied.sort((a, b) => (a.id < b.id ? -1 : 1));
      for (let i = 0; i < tied.length; i++) rows[from + i] = tied[i]!.row;
    }
    from = to;
  }
  return rows;
}

function compared(shares: Float64Array): Uint32Array {
  const rows = new Uint32Array(shares.length);
  for (let row = 0; row < rows.length; row++) rows[row] = row;
  return rows.sort((a, b) => shares[b]! - shares[a]!);
}

/** By four counting sorts, one for each digit: doubles from 0 up are in the order of their bits. */
function counted(shares: Float64Array): Uint32Array {
  const order = shares.length;
  const digits = new Uint16Array(shares.buffer, shares.byteOffset, 4 * order);
  let rows = new Uint32Array(order);
  let sorted = new Uint32Array(order);
  for (let row = 0; row < order; row++) rows[row] = row;
  const cursor = new Uint32Array(DIGIT);
  for (const digit of DIGITS) {
    cursor.fill(0);
    for (let row = 0; row < order; row++) cursor[digits[4 * row + digit]!]!++;
    let top = 0;
    for (let value = DIGIT - 1; value >= 0; value--) {
      const count = cursor[value]!;
      cursor[value] = top;
      top += count;
    }
    for (let at = 0; at < order; at++) {
      const row = rows[at]!;
      sorted[cursor[digits[4 * row + digit]!]!++] = row;
    }
    [rows, sorted] = [sorted, rows];
  }
  return rows;
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
