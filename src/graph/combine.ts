/**
 * From rows in which the statements of one pair stand side by side to in-rows of combined pairs. The sums are
 * compensated (Neumaier 1974), so a pair of a million statements is as exact as a pair of one.
 */
import type { Columns, Rows } from './columns.ts';
import type { Room } from './room.ts';
import type { Sorted } from './sorter.ts';

/** Told of a pair and sign that has several statements: rows, sign, and their places in order. */
export type Repeated = (source: number, target: number, against: boolean, entries: number[]) => void;

type Pairs = Omit<Columns, 'order' | 'role' | 'contributor' | 'credentials' | 'credentialSum'>;

/** Combines the statements of each pair and sign; rows from `silent` on say nothing. */
export function combine(
  sorted: Sorted,
  silent: number,
  concave: boolean,
  room: Room,
  onRepeated?: Repeated,
): Pairs {
  const { offsets, sources } = sorted;
  if (sorted.weights === null && !(sorted.repeated ?? repeated(sorted))) return simple(sorted, silent, room);
  const order = offsets.length - 1;
  const weights = sorted.weights ?? room.real(sources.length).fill(1);
  const objected = new Objected(order, weights, room);
  const demand = room.real(order);
  const lost = new Float64Array(order);
  const endorsed = room.real(order);
  const inward = room.real(order);
  const largest = new Float64Array(order);
  const cuts = room.whole(order + 1);
  // A row is written no further than it has been read, so the endorsements move up in place.
  let size = 0;
  for (let v = 0; v < order; v++) {
    const end = offsets[v + 1]!;
    for (let k = offsets[v]!; k < end; ) {
      const u = sources[k]!;
      if (k + 1 === end || sources[k + 1] !== u) {
        // The only statement of its pair, as nearly all are.
        const signed = weights[k++]!;
        const weight = concave ? Math.sqrt(Math.abs(signed)) : Math.abs(signed);
        add(demand, lost, u, weight);
        if (signed < 0) objected.push(u, weight);
        else {
          endorsed[u]! += weight;
          if (v < silent) inward[u]! += weight;
          sources[size] = u;
          weights[size++] = weight;
        }
        if (weight > largest[u]!) largest[u] = weight;
        continue;
      }
      const plus = new Sum();
      const minus = new Sum();
      const from = k;
      for (; k < end && sources[k] === u; k++) {
        const weight = weights[k]!;
        if (weight > 0) plus.add(weight);
        else minus.add(-weight);
      }
      if (onRepeated !== undefined) tell(onRepeated, sorted, u, v, from, k);
      let loudest = 0;
      for (const sum of [plus, minus]) {
        if (sum.terms === 0) continue;
        const weight = concave ? Math.sqrt(sum.value()) : sum.value();
        if (weight > loudest) loudest = weight;
        add(demand, lost, u, weight);
        if (sum === minus) objected.push(u, weight);
        else {
          endorsed[u]! += weight;
          if (v < silent) inward[u]! += weight;
          sources[size] = u;
          weights[size++] = weight;
        }
      }
      if (loudest > largest[u]!) largest[u] = loudest;
    }
    cuts[v + 1] = size;
    objected.close(v);
  }
  for (let u = 0; u < order; u++) {
    demand[u]! += lost[u]!;
    if (largest[u] === 0) largest[u] = 1;
  }
  const endorsements = rowsOf(cuts, sources.subarray(0, size), weights.subarray(0, size));
  const objections = objected.rows();
  const edges = size + (objections?.sources.length ?? 0);
  const activeEdges = cuts[silent]! + (objections?.starts[silent] ?? edges - size);
  return { size, edges, activeEdges, endorsements, objections, demand, endorsed, inward, largest };
}

/** Tells of the statements [from, to) of one pair, those of each sign apart. */
function tell(
  onRepeated: Repeated,
  { entries, weights }: Sorted,
  u: number,
  v: number,
  from: number,
  to: number,
) {
  const signs: [number[], number[]] = [[], []];
  for (let k = from; k < to; k++) signs[weights !== null && weights[k]! < 0 ? 1 : 0].push(entries![k]!);
  for (const [sign, places] of signs.entries()) if (places.length > 1) onRepeated(u, v, sign === 1, places);
}

/** The pairs of statements that all weigh 1 and of which no two are alike. */
function simple({ offsets, sources, said }: Sorted, silent: number, room: Room): Pairs {
  const order = offsets.length - 1;
  // Two arrays, because a reserve is added to what is demanded and not to what is endorsed.
  const demand = room.real(order);
  const endorsed = room.real(order);
  const inward = room.real(order);
  for (let u = 0; u < order; u++) {
    const count = said[u]!;
    demand[u] = count;
    endorsed[u] = count;
    inward[u] = count;
  }
  const inner = offsets[silent]!;
  for (let k = inner; k < sources.length; k++) inward[sources[k]!]!--;
  const largest = new Float64Array(order).fill(1);
  return {
    size: sources.length,
    edges: sources.length,
    activeEdges: inner,
    endorsements: rowsOf(offsets, sources, null),
    objections: null,
    demand,
    endorsed,
    inward,
    largest,
  };
}

function rowsOf(offsets: Uint32Array, sources: Uint32Array, weights: Float64Array | null): Rows {
  return { starts: offsets.subarray(0, -1), ends: offsets.subarray(1), sources, weights };
}

function repeated({ offsets, sources }: Sorted): boolean {
  for (let v = 0; v + 1 < offsets.length; v++) {
    for (let k = offsets[v]! + 1; k < offsets[v + 1]!; k++) if (sources[k] === sources[k - 1]) return true;
  }
  return false;
}

/** The objected pairs, of which there are usually few, gathered beside the endorsed ones. */
class Objected {
  readonly #offsets: Uint32Array;
  readonly #sources: Uint32Array;
  readonly #weights: Float64Array;
  #size = 0;

  constructor(order: number, weights: Float64Array, room: Room) {
    let most = 0;
    for (let k = 0; k < weights.length; k++) if (weights[k]! < 0) most++;
    this.#offsets = room.whole(order + 1);
    this.#sources = room.whole(most);
    this.#weights = room.real(most);
  }

  push(source: number, weight: number): void {
    this.#sources[this.#size] = source;
    this.#weights[this.#size++] = weight;
  }

  close(row: number): void {
    this.#offsets[row + 1] = this.#size;
  }

  rows(): Rows | null {
    if (this.#size === 0) return null;
    return rowsOf(
      this.#offsets,
      this.#sources.subarray(0, this.#size),
      this.#weights.subarray(0, this.#size),
    );
  }
}

/** A compensated sum of terms above zero. */
class Sum {
  terms = 0;
  #sum = 0;
  #lost = 0;

  add(term: number): void {
    const sum = this.#sum + term;
    this.#lost += this.#sum >= term ? this.#sum - sum + term : term - sum + this.#sum;
    this.#sum = sum;
    this.terms++;
  }

  value(): number {
    return this.#sum + this.#lost;
  }
}

/** Adds `term` to `sums[u]`, keeping what rounding loses in `lost[u]`. */
function add(sums: Float64Array, lost: Float64Array, u: number, term: number): void {
  const before = sums[u]!;
  const sum = before + term;
  lost[u]! += before >= term ? before - sum + term : term - sum + before;
  sums[u] = sum;
}
