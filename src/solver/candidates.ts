/**
 * The rows of a settled graph by what it is worth to visit them, the best first, for whoever delivers beside
 * the solver what the solver left pending. Sorted once for each state of the solver: O(order).
 */
import { massOf, voice } from './equations.ts';
import { CELL, G, S, Z } from './kernel/places.ts';
import { bucketOf } from './queue.ts';
import type { Settle } from './settle.ts';

const BUCKETS = 2048;

export class Candidates {
  #rows = new Uint32Array(0);
  #buckets = new Uint16Array(0);
  #version = -1;
  #next = 0;

  constructor(private readonly solver: Settle) {}

  /** Begins with the best again. */
  begin(): void {
    this.#next = 0;
  }

  /** The best row that has not been passed, -1 for none; and its bucket, 0 for none. */
  get row(): number {
    return this.#next < this.#rows.length ? this.#rows[this.#next]! : -1;
  }

  get bucket(): number {
    return this.#next < this.#rows.length ? this.#buckets[this.#next]! : 0;
  }

  pass(): void {
    this.#next++;
  }

  /** Looks all rows through, if the solver has moved since. */
  renew(): void {
    if (this.#version === this.solver.version) return;
    this.#version = this.solver.version;
    this.#next = 0;
    const { graph, constants, cells } = this.solver;
    const buckets = new Uint16Array(graph.order);
    const cursor = new Uint32Array(BUCKETS);
    for (let v = 0; v < graph.order; v++) {
      const said = graph.says[v]!;
      if (said === 0) continue;
      const b = CELL * v;
      const y = voice(massOf(cells[b + S]!, constants), cells[b + Z]!, constants.k);
      buckets[v] = bucketOf(Math.abs(y - cells[b + G]!) / (said + 2));
      if (buckets[v]! > 0) cursor[BUCKETS - 1 - buckets[v]!]!++;
    }
    let length = 0;
    for (let place = 0; place < BUCKETS; place++) {
      const here = cursor[place]!;
      cursor[place] = length;
      length += here;
    }
    this.#rows = new Uint32Array(length);
    this.#buckets = new Uint16Array(length);
    for (let v = 0; v < graph.order; v++) {
      if (buckets[v] === 0) continue;
      const at = cursor[BUCKETS - 1 - buckets[v]!]!++;
      this.#rows[at] = v;
      this.#buckets[at] = buckets[v]!;
    }
  }
}
