/**
 * What a graph would be with some rows, pairs, reserves and credentials other than they are: laid over it by
 * whoever tries it, so that the graph itself stays as it is.
 */
import type { Rows } from './columns.ts';

/** The weight of a pair, before and after; 0 for none. Source and target are rows. */
export interface PairChange {
  readonly source: number;
  readonly target: number;
  readonly against: boolean;
  readonly before: number;
  readonly after: number;
}

export interface Patch {
  /** How many rows there would be more, from the order on. */
  readonly newcomers: number;
  /** Each pair and sign at most once. */
  readonly pairs: readonly PairChange[];
  /** What rows would withhold, where that changes: rows that come, or speak in a new unit. */
  readonly reserves: ReadonlyMap<number, number>;
  /** Credentials that would be others. */
  readonly credits: ReadonlyMap<number, number>;
}

/** A row that stands alone. */
export interface Row {
  readonly others: Uint32Array;
  readonly weights: Float64Array;
}

/** A row of `rows` with the weights of some of its entries set; entries that it lacks come last. O(its length). */
export function patchedRow(rows: Rows, row: number, set: ReadonlyMap<number, number>): Row {
  const known = row < rows.starts.length;
  const start = known ? rows.starts[row]! : 0;
  const end = known ? rows.ends[row]! : 0;
  const others = new Uint32Array(end - start + set.size);
  const weights = new Float64Array(others.length);
  const absent = new Map(set);
  let length = 0;
  for (let k = start; k < end; k++, length++) {
    const other = rows.sources[k]!;
    others[length] = other;
    weights[length] = set.get(other) ?? (rows.weights === null ? 1 : rows.weights[k]!);
    absent.delete(other);
  }
  for (const [other, weight] of absent) {
    others[length] = other;
    weights[length++] = weight;
  }
  return { others: others.subarray(0, length), weights: weights.subarray(0, length) };
}

/** All rows, some of them patched: a copy. O(rows + entries). */
export function patchedRows(rows: Rows, order: number, patched: ReadonlyMap<number, Row>): Rows {
  let length = rows.sources.length;
  for (const { others } of patched.values()) length += others.length;
  const starts = new Uint32Array(order);
  const ends = new Uint32Array(order);
  starts.set(rows.starts.subarray(0, order));
  ends.set(rows.ends.subarray(0, order));
  const sources = new Uint32Array(length);
  const weights = new Float64Array(length);
  sources.set(rows.sources);
  if (rows.weights === null) weights.fill(1, 0, rows.sources.length);
  else weights.set(rows.weights);
  let top = rows.sources.length;
  for (const [row, one] of patched) {
    sources.set(one.others, top);
    weights.set(one.weights, top);
    starts[row] = top;
    top += one.others.length;
    ends[row] = top;
  }
  return { starts, ends, sources, weights };
}
