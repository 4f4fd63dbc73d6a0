/**
 * D by row: the sum of all weights that a row says, and what it withholds. It is kept as two doubles, with
 * how wrong the two together may be, and summed anew from the row when that could matter: a weight of 1e12
 * that came and went beside one of 1e-9 leaves no trace.
 */
import type { Digraph } from '../graph/digraph.ts';
import { grown } from '../graph/digraph.ts';
import { lostOf } from '../graph/lost.ts';
import type { SnapshotReader } from '../snapshot/reader.ts';
import type { SnapshotWriter } from '../snapshot/writer.ts';
import { UNIT } from './bound.ts';

/** A demand may be wrong by this share of itself before its row is summed anew. */
const TOLERATED = Number.EPSILON;

export interface Demanded {
  /** D by row, the reserve included. */
  demand: Float64Array;
  endorsed: Float64Array;
  /** The part of each demand that no pair makes: the reserve in the unit of the row; 0 for all unless given. */
  reserve?: Float64Array;
}

export class Demands {
  #sum: Float64Array;
  /** What a double loses of it. */
  #low: Float64Array;
  /** How wrong the two may be together. */
  #error: Float64Array;
  #endorsed: Float64Array;
  #reserve: Float64Array | null;

  constructor(
    private readonly graph: Digraph,
    { demand, endorsed, reserve }: Demanded,
  ) {
    this.#sum = demand.slice();
    this.#low = new Float64Array(demand.length);
    this.#error = demand.map((sum) => UNIT * sum);
    this.#endorsed = endorsed.slice();
    this.#reserve = reserve?.slice() ?? null;
  }

  /** D of a row. */
  of(u: number): number {
    return this.#sum[u]!;
  }

  /** D by row, and the endorsements among it; live, and at least as long as there are rows. */
  get sums(): Float64Array {
    return this.#sum;
  }

  get endorsed(): Float64Array {
    return this.#endorsed;
  }

  /** True if rows may withhold part of what they receive. */
  get reserves(): boolean {
    return this.#reserve !== null;
  }

  reserve(u: number): number {
    return this.#reserve === null ? 0 : this.#reserve[u]!;
  }

  /** A row that says nothing yet. O(1) amortised. */
  add(u: number, reserve: number): void {
    if (u >= this.#sum.length) {
      const rows = 2 * u + 16;
      this.#sum = grown(this.#sum, rows);
      this.#low = grown(this.#low, rows);
      this.#error = grown(this.#error, rows);
      this.#endorsed = grown(this.#endorsed, rows);
      if (this.#reserve !== null) this.#reserve = grown(this.#reserve, rows);
    }
    if (this.#reserve !== null) this.#reserve[u] = reserve;
    this.#sum[u] = reserve;
  }

  /** One weight of the row has changed, in the graph too. O(1), but where all has to be summed anew. */
  change(u: number, from: number, to: number, against: boolean): void {
    if (!against) this.#endorsed[u] = Math.max(0, this.#endorsed[u]! - from + to);
    const before = this.#sum[u]!;
    // Two additions: the difference of the weights themselves may not be a double.
    this.#add(u, to);
    this.#add(u, -from);
    this.#error[u]! += 4 * Number.EPSILON * UNIT * (before + to);
    if (this.graph.says[u] === 0 || !(this.#error[u]! < TOLERATED * this.#sum[u]!)) this.resum(u);
  }

  withhold(u: number, reserve: number): void {
    if (this.#reserve !== null) this.#reserve[u] = reserve;
    this.resum(u);
  }

  /** Sums a row anew. O(degree). */
  resum(u: number): void {
    const { sum, low, endorsed } = this.graph.sums(u);
    const silent = this.graph.says[u] === 0;
    this.#endorsed[u] = endorsed;
    this.#sum[u] = silent ? 0 : sum;
    this.#low[u] = 0;
    this.#add(u, silent ? 0 : low);
    this.#add(u, this.reserve(u));
    this.#error[u] = this.graph.out.length(u) * Number.EPSILON * UNIT * sum;
  }

  save(to: SnapshotWriter): void {
    const { order } = this.graph;
    to.array('demands.sum', Float64Array, this.#sum.subarray(0, order));
    to.array('demands.low', Float64Array, this.#low.subarray(0, order));
    to.array('demands.error', Float64Array, this.#error.subarray(0, order));
    to.array('demands.endorsed', Float64Array, this.#endorsed.subarray(0, order));
    if (this.#reserve !== null) to.array('demands.reserve', Float64Array, this.#reserve.subarray(0, order));
  }

  load(from: SnapshotReader): void {
    const rows = (name: string) => from.array(name, Float64Array, this.graph.order);
    this.#sum = rows('demands.sum');
    this.#low = rows('demands.low');
    this.#error = rows('demands.error');
    this.#endorsed = rows('demands.endorsed');
    this.#reserve = from.has('demands.reserve') ? rows('demands.reserve') : null;
  }

  #add(u: number, change: number): void {
    const before = this.#sum[u]!;
    const sum = before + change;
    const low = this.#low[u]! + lostOf(before, change, sum);
    this.#sum[u] = sum + low;
    this.#low[u] = low - (sum + low - sum);
  }
}
