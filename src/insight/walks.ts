/**
 * Seeded walks drawn from the trust equations (chain.ts). A walk takes one draw for its start and one for
 * each step, which decides both whether it goes on and where; rows that are visited get their weights summed
 * up once, so a step is a bisection. Kept as paths, one after another.
 */

import type { SlackRows } from '../graph/slack-rows.ts';
import type { Chain } from './chain.ts';
import { Xoshiro } from './xoshiro.ts';

/** Paths: walk w is `rows[ends[w - 1], ends[w])`, at least one row long. */
export interface Walks {
  readonly count: number;
  readonly ends: Uint32Array;
  readonly rows: Uint32Array;
}

/** Rows of all paths together that are kept; fewer walks are drawn where they would take more. */
const MOST_ROWS = 16_000_000;
const FEWEST = 100;
/** A walk that is still going on after so many steps ends where it stands. */
const MOST_STEPS = 100_000;

/** What walks need of the rows that they come by, found once; the same for every damping, balance and cap. */
export class Weighed {
  /** Sums of a row's endorsements, entry by entry (an objection adds nothing); null where all weigh the same. */
  readonly #sums: (Float64Array | null)[] = [];
  /** What all weigh in a row without sums; NaN for a row that nobody came by yet. */
  readonly #same: Float64Array;

  constructor(private readonly out: SlackRows) {
    this.#same = new Float64Array(out.starts.length).fill(Number.NaN);
  }

  /** The entry of a row in which a weight counted from its first entry on lies; -1 for one beyond the last. */
  entry(u: number, wanted: number): number {
    const { starts, ends } = this.out;
    const same = this.#same[u]!;
    if (same > 0) {
      const entry = Math.floor(wanted / same);
      return entry < ends[u]! - starts[u]! ? starts[u]! + entry : -1;
    }
    const sums = same === 0 ? this.#sums[u]! : this.#find(u);
    if (sums === null) return this.entry(u, wanted);
    return wanted < sums[sums.length - 1]! ? starts[u]! + firstAbove(sums, wanted, sums.length) : -1;
  }

  #find(u: number): Float64Array | null {
    const { others, weights, starts, ends } = this.out;
    const [from, end] = [starts[u]!, ends[u]!];
    let even = weights[from]! > 0;
    for (let j = from; j < end && even; j++) even = weights[j] === weights[from] && (others[j]! & 1) === 0;
    this.#same[u] = even ? weights[from]! : 0;
    if (even) return null;
    const sums = new Float64Array(end - from);
    let sum = 0;
    for (let j = from; j < end; j++) {
      if ((others[j]! & 1) === 0) sum += weights[j]!;
      sums[j - from] = sum;
    }
    this.#sums[u] = sums;
    return sums;
  }
}

/** Draws walks; fewer than asked for where they are so long that memory would not do. */
export function drawWalks(
  chain: Chain,
  { walks, seed }: { walks: number; seed: number },
  weighed = new Weighed(chain.out),
): Walks {
  const { started, total, out, gain } = chain;
  if (!(started > 0)) return { count: 0, ends: new Uint32Array(0), rows: new Uint32Array(0) };
  const length = Math.min(total / started, MOST_STEPS);
  const count = Math.min(walks, Math.max(FEWEST, Math.floor(MOST_ROWS / length)));
  const random = new Xoshiro(seed);
  const startAt = starter(chain);
  const ends = new Uint32Array(count);
  let rows = new Uint32Array(Math.ceil(1.5 * count * length) + 64);
  let end = 0;
  for (let walk = 0; walk < count; walk++) {
    let u = startAt(random.fraction());
    for (let step = 0; ; step++) {
      if (end === rows.length) rows = longer(rows);
      rows[end++] = u;
      if (!(gain[u]! > 0) || step === MOST_STEPS) break;
      const entry = weighed.entry(u, random.fraction() / gain[u]!);
      if (entry < 0) break;
      u = out.others[entry]! >>> 1;
    }
    ends[walk] = end;
  }
  return { count, ends, rows: rows.subarray(0, end) };
}

/** Where a walk starts, from a number from 0 to below 1. */
function starter(chain: Chain): (fraction: number) => number {
  const { order, starts, started } = chain;
  const rows = new Uint32Array(order);
  const sums = new Float64Array(order);
  let count = 0;
  let sum = 0;
  for (let v = 0; v < order; v++) {
    if (starts[v] === 0) continue;
    sum += starts[v]!;
    rows[count] = v;
    sums[count++] = sum;
  }
  return (fraction) => rows[Math.min(count - 1, firstAbove(sums, fraction * started, count))]!;
}

/** The first of `count` rising sums that is above a value. */
function firstAbove(sums: Float64Array, value: number, count: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sums[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

function longer(rows: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const more = new Uint32Array(2 * rows.length);
  more.set(rows);
  return more;
}
