/**
 * The waist: the fewest contributors who together stand in a given share of the deliveries. Who they are is a
 * maximum cover, solved greedily on one half of the walks, which is within 1 - 1/e of the best (Nemhauser,
 * Wolsey and Fisher 1978), lazily (Minoux 1978): counts only fall, so a count is looked at again only when
 * it comes first. How much they carry is measured on the other half, since a choice flatters itself on the
 * walks it was made from. Where the first half has nothing left to tell, the next are those who pass on most.
 */
import type { Deliveries, Halves } from './deliveries.ts';

export interface Carrier {
  readonly row: number;
  /** Share of the reported deliveries that it carries, and that it carries together with those before it. */
  readonly share: number;
  readonly together: number;
}

export interface Waist {
  /** Deliveries that were measured on, one half of all. */
  readonly deliveries: number;
  /** Fewest carriers of half and of nine tenths of the deliveries; null where there are no deliveries. */
  readonly w50: number | null;
  readonly w90: number | null;
  /** The share that they are measured to carry, and its 95% sampling error. */
  readonly intercepted50: number;
  readonly intercepted90: number;
  readonly error50: number;
  readonly error90: number;
  /** The strongest, in the order in which they were chosen. */
  readonly carriers: readonly Carrier[];
  /** Share carried by the first k, by k from 0, as far as they were chosen. */
  readonly curve: Float64Array;
}

/** @param passes what a row passes on, which decides where the walks do not. */
export function waistOf({ chosen, reported }: Halves, order: number, passes: (row: number) => number): Waist {
  const picked = cover(chosen, order);
  const place = new Int32Array(order).fill(-1);
  for (let k = 0; k < picked.length; k++) place[picked[k]!] = k;
  const { count, ends, carriers } = reported;
  // By how many of the first a delivery is carried, and by each one alone.
  const first = new Uint32Array(picked.length + 1);
  const alone = new Uint32Array(picked.length);
  const rest: number[] = [];
  for (let d = 0, from = 0; d < count; d++) {
    let best = picked.length;
    let most = 0;
    for (let at = from; at < ends[d]!; at++) {
      const k = place[carriers[at]!]!;
      if (k >= 0) {
        alone[k]!++;
        if (k < best) best = k;
      } else most = Math.max(most, passes(carriers[at]!));
    }
    first[best]!++;
    if (best === picked.length) rest.push(most);
    from = ends[d]!;
  }
  const curve = new Float64Array(picked.length + 1);
  for (let k = 0, sum = 0; k < picked.length; k++) {
    sum += first[k]!;
    curve[k + 1] = count > 0 ? sum / count : 0;
  }
  const reach = (share: number): { size: number | null; carried: number } => {
    if (count === 0) return { size: null, carried: 0 };
    for (let k = 1; k <= picked.length; k++) if (curve[k]! >= share) return { size: k, carried: curve[k]! };
    // Beyond the chosen: as many as pass on at least what the last that is needed passes on.
    rest.sort((one, other) => other - one);
    const missing = Math.ceil(share * count) - (count - rest.length);
    const least = rest[missing - 1]!;
    let size = picked.length;
    for (let row = 0; row < order; row++) if (place[row]! < 0 && passes(row) >= least) size++;
    const within = rest.filter((each) => each >= least).length;
    return { size, carried: (count - rest.length + within) / count };
  };
  const half = reach(0.5);
  const most = reach(0.9);
  return {
    deliveries: count,
    w50: half.size,
    w90: most.size,
    intercepted50: half.carried,
    intercepted90: most.carried,
    error50: samplingError(half.carried, count),
    error90: samplingError(most.carried, count),
    carriers: picked.map((row, k) => ({
      row,
      share: count > 0 ? alone[k]! / count : 0,
      together: curve[k + 1]!,
    })),
    curve,
  };
}

/** Half the width of the 95% interval of a share of `count` (Wilson 1927), which is not 0 for a share of 0 or 1. */
export function samplingError(share: number, count: number): number {
  if (count === 0) return 1;
  const z = 1.96;
  const spread = Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count));
  return (z * spread) / (1 + (z * z) / count);
}

/** The carriers in the order in which each adds most, until every delivery has one. */
function cover({ count, ends, carriers }: Deliveries, order: number): number[] {
  // The deliveries of each row: rows are many and carriers few, so they are numbered first.
  const number = new Int32Array(order).fill(-1);
  const rows: number[] = [];
  for (const row of carriers) {
    if (number[row]! >= 0) continue;
    number[row] = rows.length;
    rows.push(row);
  }
  rows.sort((one, other) => one - other);
  for (let c = 0; c < rows.length; c++) number[rows[c]!] = c;
  const left = new Uint32Array(rows.length);
  for (const row of carriers) left[number[row]!]!++;
  const starts = new Uint32Array(rows.length + 1);
  for (let c = 0; c < rows.length; c++) starts[c + 1] = starts[c]! + left[c]!;
  const cursor = starts.slice(0, -1);
  const carried = new Uint32Array(carriers.length);
  for (let d = 0, from = 0; d < count; d++) {
    for (let at = from; at < ends[d]!; at++) carried[cursor[number[carriers[at]!]!]!++] = d;
    from = ends[d]!;
  }
  // By how many deliveries they would add, which only falls.
  const queue: number[][] = [];
  const put = (c: number): void => {
    queue[left[c]!] ??= [];
    queue[left[c]!]!.push(c);
  };
  for (let c = 0; c < rows.length; c++) put(c);
  const covered = new Uint8Array(count);
  const picked: number[] = [];
  for (let gain = queue.length - 1; gain > 0; gain--) {
    for (const c of queue[gain] ?? []) {
      if (left[c]! < gain) {
        if (left[c]! > 0) put(c);
        continue;
      }
      picked.push(rows[c]!);
      for (let at = starts[c]!; at < starts[c + 1]!; at++) {
        const d = carried[at]!;
        if (covered[d] === 1) continue;
        covered[d] = 1;
        for (let j = d === 0 ? 0 : ends[d - 1]!; j < ends[d]!; j++) left[number[carriers[j]!]!]!--;
      }
    }
  }
  return picked;
}
