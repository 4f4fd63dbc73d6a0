/**
 * In-rows as kernels read them: packed in the order of an arrangement, weights left out where every one is
 * 1, and cut into parts of about as many edges. O(rows + edges) each, once a solve.
 */
import type { Rows, Weights } from '../../graph/columns.ts';

/** Rows as the kernels read them: the sources of row v are [offsets[v], offsets[v + 1]). */
export interface FrameRows {
  readonly offsets: Uint32Array;
  /** Row numbers until they are encoded; then places of flows. */
  readonly sources: Uint32Array;
  readonly weights: Float64Array | null;
}

export function rowsSize({ starts, ends }: Rows, order: number): number {
  let size = 0;
  for (let v = 0; v < order; v++) size += ends[v]! - starts[v]!;
  return size;
}

/** True where no pair weighs anything but 1. */
export function isUnit({ starts, ends, weights }: Rows, order: number): boolean {
  if (weights === null) return true;
  for (let v = 0; v < order; v++) {
    for (let k = starts[v]!; k < ends[v]!; k++) if (weights[k] !== 1) return false;
  }
  return true;
}

export function inverse(rows: Uint32Array): Uint32Array {
  const placeOf = new Uint32Array(rows.length);
  for (let place = 0; place < rows.length; place++) placeOf[rows[place]!] = place;
  return placeOf;
}

/** Copies rows to their places; a row keeps the order of its sources. */
export function fillRows(
  to: FrameRows,
  { starts, ends, sources, weights }: Rows,
  rows: Uint32Array | null,
  placeOf: Uint32Array | null,
): void {
  const { offsets } = to;
  const order = offsets.length - 1;
  let top = 0;
  let packed = rows === null;
  for (let place = 0; place < order; place++) {
    const v = rows === null ? place : rows[place]!;
    offsets[place] = top;
    packed &&= starts[v] === top;
    top += ends[v]! - starts[v]!;
  }
  offsets[order] = top;
  if (packed) {
    to.sources.set(sources.subarray(0, top));
    if (to.weights !== null && weights !== null) to.weights.set(weights.subarray(0, top));
    else to.weights?.fill(1);
    return;
  }
  for (let place = 0; place < order; place++) {
    const v = rows === null ? place : rows[place]!;
    const start = starts[v]!;
    const end = ends[v]!;
    // Each copy in a loop of its own, with nothing to ask in it.
    if (placeOf === null) copy(to.sources, offsets[place]!, sources, start, end);
    else translate(to.sources, offsets[place]!, sources, start, end, placeOf);
    if (to.weights === null) continue;
    if (weights === null) to.weights.fill(1, offsets[place]!, offsets[place + 1]!);
    else copy(to.weights, offsets[place]!, weights, start, end);
  }
}

function copy<T extends Uint32Array | Float64Array>(
  to: T,
  write: number,
  from: T | Weights,
  start: number,
  end: number,
): void {
  for (let k = start, at = write; k < end; k++, at++) to[at] = from[k]!;
}

function translate(
  to: Uint32Array,
  write: number,
  from: Uint32Array,
  start: number,
  end: number,
  placeOf: Uint32Array,
): void {
  for (let k = start, at = write; k < end; k++, at++) to[at] = placeOf[from[k]!]!;
}

/** Brings the sources from other components to the front of each row, and tells the parts of W+ apart. */
export function splitRows(
  { offsets, sources, weights }: FrameRows,
  components: Uint32Array,
  inner: Uint32Array,
  within: Float64Array,
): void {
  const later = new Uint32Array(longest(offsets));
  const heavier = new Float64Array(weights === null ? 0 : later.length);
  within.fill(0);
  for (let c = 0; c + 1 < components.length; c++) {
    const [low, high] = [components[c]!, components[c + 1]!];
    for (let v = low; v < high; v++) {
      let [write, kept] = [offsets[v]!, 0];
      for (let k = offsets[v]!; k < offsets[v + 1]!; k++) {
        const u = sources[k]!;
        if (u >= low && u < high) {
          later[kept] = u;
          if (weights !== null) heavier[kept] = weights[k]!;
          within[u]! += weights === null ? 1 : weights[k]!;
          kept++;
        } else {
          sources[write] = u;
          if (weights !== null) weights[write] = weights[k]!;
          write++;
        }
      }
      inner[v] = write;
      sources.set(later.subarray(0, kept), write);
      if (weights !== null) weights.set(heavier.subarray(0, kept), write);
    }
  }
}

/** Fills `cuts` with the bounds of equal parts of the rows [from, to); a row weighs its edges and one. */
export function divide(
  cuts: Uint32Array,
  from: number,
  to: number,
  offsets: Uint32Array,
  against: Uint32Array | undefined,
): void {
  const weight = (v: number) => offsets[v]! + (against?.[v] ?? 0) + v;
  const parts = cuts.length - 1;
  cuts[0] = from;
  cuts[parts] = to;
  for (let part = 1; part < parts; part++) {
    const wanted = weight(from) + ((weight(to) - weight(from)) * part) / parts;
    let [low, high] = [cuts[part - 1]!, to];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (weight(middle) < wanted) low = middle + 1;
      else high = middle;
    }
    cuts[part] = low;
  }
}
function longest(offsets: Uint32Array): number {
  let most = 0;
  for (let v = 0; v + 1 < offsets.length; v++) most = Math.max(most, offsets[v + 1]! - offsets[v]!);
  return most;
}
