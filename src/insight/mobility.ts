/**
 * What became of a ranking between two points of the record: how much of all trust newcomers hold, how well
 * the two orders agree among those who were there (Spearman 1904; Kendall 1945, tau b, counted in
 * O(n log n) as Knight 1966), and who rose and fell by more than the two bounds leave open.
 */
import type { Scores } from '../scores.ts';

export interface Mover {
  readonly contributor: string;
  /** Share of trust then and now, and the difference. */
  readonly before: number;
  readonly trust: number;
  readonly change: number;
}

export interface Mobility {
  /** Events behind the earlier scores. */
  readonly since: number;
  /** Contributors who were not there, and their share of all trust now. */
  readonly newcomers: number;
  readonly newcomersShare: number;
  /** Of the trust of those who were there, 1 for the same order and -1 for the reverse; null for fewer than two. */
  readonly spearman: number | null;
  readonly kendall: number | null;
  /** The farthest first; newcomers are not among them. */
  readonly rose: readonly Mover[];
  readonly fell: readonly Mover[];
}

export function mobilityOf(then: Scores, now: Scores, top = 10): Mobility {
  const before = new Map<string, number>();
  then.trustByContributor().forEach((trust, index) => {
    if (!Number.isNaN(trust)) before.set(then.idOf(index), trust);
  });
  const stayed: Mover[] = [];
  let [newcomers, newcomersShare] = [0, 0];
  now.trustByContributor().forEach((trust, index) => {
    if (Number.isNaN(trust)) return;
    const contributor = now.idOf(index);
    const was = before.get(contributor);
    if (was === undefined) {
      newcomers++;
      newcomersShare += trust;
    } else stayed.push({ contributor, before: was, trust, change: trust - was });
  });
  const left = then.bound + now.bound;
  const moved = stayed.filter(({ change }) => Math.abs(change) > left);
  moved.sort((a, b) => b.change - a.change || (a.contributor < b.contributor ? -1 : 1));
  const [was, is] = [
    Float64Array.from(stayed, (one) => one.before),
    Float64Array.from(stayed, (one) => one.trust),
  ];
  return {
    since: then.sequence,
    newcomers,
    newcomersShare,
    spearman: spearman(was, is),
    kendall: kendall(was, is),
    rose: moved.filter(({ change }) => change > 0).slice(0, top),
    fell: moved
      .filter(({ change }) => change < 0)
      .slice(-top)
      .reverse(),
  };
}

/** Correlation of ranks, equal values sharing the mean of theirs; null where one side does not vary. */
export function spearman(one: Float64Array, other: Float64Array): number | null {
  return correlation(meanRanks(one), meanRanks(other));
}

/** The same against one side that stays: its ranks are made once. */
export function spearmanWith(one: Float64Array): (other: Float64Array) => number | null {
  const ranks = meanRanks(one);
  return (other) => correlation(ranks, meanRanks(other));
}

function correlation(one: Float64Array, other: Float64Array): number | null {
  const count = one.length;
  const mean = (count + 1) / 2;
  let [both, first, second] = [0, 0, 0];
  for (let k = 0; k < count; k++) {
    both += (one[k]! - mean) * (other[k]! - mean);
    first += (one[k]! - mean) ** 2;
    second += (other[k]! - mean) ** 2;
  }
  return first > 0 && second > 0 ? both / Math.sqrt(first * second) : null;
}

/** Ranks from 1, equal values sharing the mean of theirs: where a value begins and ends in the sorted order. */
function meanRanks(values: Float64Array): Float64Array {
  const sorted = values.toSorted();
  const before = (value: number, strictly: boolean): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sorted[middle]! < value || (!strictly && sorted[middle] === value)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return values.map((value) => (before(value, true) + before(value, false) + 1) / 2);
}

/** Kendall's tau b; null where one side does not vary. */
export function kendall(one: Float64Array, other: Float64Array): number | null {
  const count = one.length;
  const order = Uint32Array.from(one, (_, k) => k);
  order.sort((a, b) => one[a]! - one[b]! || other[a]! - other[b]! || a - b);
  const pairs = (length: number) => (length * (length - 1)) / 2;
  let [tiedOne, tiedBoth] = [0, 0];
  for (let from = 0, same = 0; from < count; ) {
    let to = from + 1;
    while (to < count && one[order[to]!] === one[order[from]!]) to++;
    tiedOne += pairs(to - from);
    for (same = from; same < to; ) {
      let next = same + 1;
      while (next < to && other[order[next]!] === other[order[same]!]) next++;
      tiedBoth += pairs(next - same);
      same = next;
    }
    from = to;
  }
  const values = Float64Array.from(order, (k) => other[k]!);
  const swaps = sortCounting(values);
  let tiedOther = 0;
  for (let from = 0; from < count; ) {
    let to = from + 1;
    while (to < count && values[to] === values[from]) to++;
    tiedOther += pairs(to - from);
    from = to;
  }
  const all = pairs(count);
  const apart = Math.sqrt((all - tiedOne) * (all - tiedOther));
  return apart > 0 ? (all - tiedOne - tiedOther + tiedBoth - 2 * swaps) / apart : null;
}

/** Sorts by merging, and counts the exchanges of neighbours that this stands for. */
function sortCounting(values: Float64Array): number {
  let swaps = 0;
  let [from, to]: [Float64Array, Float64Array] = [values, new Float64Array(values.length)];
  for (let width = 1; width < values.length; width *= 2) {
    for (let low = 0; low < values.length; low += 2 * width) {
      const middle = Math.min(low + width, values.length);
      const high = Math.min(low + 2 * width, values.length);
      for (let left = low, right = middle, at = low; at < high; at++) {
        if (right >= high || (left < middle && from[left]! <= from[right]!)) to[at] = from[left++]!;
        else {
          to[at] = from[right++]!;
          swaps += middle - left;
        }
      }
    }
    [from, to] = [to, from];
  }
  values.set(from);
  return swaps;
}
