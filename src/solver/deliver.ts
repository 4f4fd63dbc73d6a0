/**
 * Delivery in plain TypeScript, over the cells of a pool and the rows of its graph: along the worthiest rows of
 * the queue, and along all of them; row-delivery.ts does a row. The fallback where WebAssembly is not to be had
 * or would not pay, and the oracle of kernel/assembly/push.ts, which does the same additions in the same order.
 * Nothing but `all` allocates.
 */
import type { Weights } from '../graph/columns.ts';
import type { Digraph } from '../graph/digraph.ts';
import { UNIT } from './bound.ts';
import type { Cells } from './cells.ts';
import { type Delivery, reach } from './delivery.ts';
import type { Constants } from './equations.ts';
import { CELL, CELL_WORDS, D, DEGREE, DRIFT, F, G, RATE, S, Z } from './kernel/places.ts';
import { bucketOf, type Queue } from './queue.ts';
import { RowDelivery } from './row-delivery.ts';

export class PlainDelivery extends RowDelivery implements Delivery {
  constructor(
    private readonly graph: Digraph,
    cells: Cells,
    queue: Queue,
    fixed: Constants,
  ) {
    super(cells, queue, fixed);
  }

  push(room: number, budget: number, least: number): number {
    const { queue } = this;
    const { values, links, numbers } = this.cells;
    const { out } = this.graph;
    let visits = 0;
    while (reach(numbers, least) > room && visits < budget) {
      const u = queue.first();
      if (u < 0) break;
      const y = this.voice(u);
      const size = Math.abs(y - values[CELL * u + G]!);
      if (bucketOf(size / links[CELL_WORDS * u + DEGREE]!) < queue.top) {
        this.enqueue(u, size);
        continue;
      }
      queue.remove(u);
      visits += this.pass(u, this.spend(u, y), out, out.starts[u]!, out.ends[u]!);
    }
    return visits;
  }

  all(scale: number, credentials: Float64Array | null): void {
    const { order, objected, says, hears } = this.graph;
    const { damping, back } = this.fixed;
    const { values, numbers } = this.cells;
    const { starts, ends, others, weights } = this.graph.out;
    const rate = numbers[RATE]!;
    const earned = rate / (1 - back);
    // What arrives, in twos where anybody objects: for, then against.
    const signed = objected > 0;
    const arrivals = new Float64Array(signed ? 2 * order : order);
    const shift = signed ? 0 : 1;
    for (let u = 0; u < order; u++) {
      if (says[u] === 0) continue;
      const b = CELL * u;
      const restart = earned * (credentials === null ? 1 : credentials[u]!);
      const y = this.voice(u);
      const flow = (y + (scale - 1) * (y - Math.min(y, restart))) / values[b + D]!;
      values[b + F] = flow;
      values[b + G] = flow * values[b + D]!;
      scatter(arrivals, others, weights, starts[u]!, ends[u]!, flow, shift);
    }
    let drift = 0;
    for (let v = 0; v < order; v++) {
      const plus = damping * arrivals[signed ? 2 * v : v]!;
      const minus = signed ? damping * arrivals[2 * v + 1]! : 0;
      const arrived = plus + rate * (credentials === null ? 1 : credentials[v]!);
      values[CELL * v + S] = arrived;
      values[CELL * v + Z] = minus;
      drift += (hears[v]! + 4) * (arrived + minus);
    }
    numbers[DRIFT] = UNIT * drift;
    this.resum(order);
  }
}

/** Adds a flow to the entries of targets; a function of its own, so that it is compiled on its own, and well. */
function scatter(
  arrivals: Float64Array,
  others: Uint32Array,
  weights: Weights,
  start: number,
  end: number,
  flow: number,
  shift: number,
): void {
  for (let j = start; j < end; j++) arrivals[others[j]! >>> shift]! += weights[j]! * flow;
}
