/**
 * What settling to 1e-9 is held against: sweeps from the voices before the event, over the same moving
 * graph, and the yardstick, the least that any delivery of the exact changes would have to visit.
 */

import { Role } from '../src/graph/columns.ts';
import { Digraph } from '../src/graph/digraph.ts';
import type { Policy } from '../src/policy.ts';
import { constants } from '../src/solver/equations.ts';
import { sweepFrom } from '../src/solver/sweep.ts';
import type { Events } from './events.ts';
import { type Columns, rowsOf } from './hosts.ts';
import type { Recomputed } from './recompute.ts';
import { cpuTime } from './timing.ts';

/** A community kept up to date by warm sweeps alone. No objections, no reserve. */
export class WarmSweep {
  readonly #graph: Digraph;
  readonly #policy: Policy;
  readonly #credentials: Float64Array | null;
  readonly #events: Events;
  readonly #rows: ReturnType<typeof rowsOf>;
  readonly #demand: Float64Array;
  readonly #mass: Float64Array;
  #excess = 0;

  constructor(base: Columns, events: Events, policy: Policy, voices: Float64Array) {
    const { columns } = base;
    this.#graph = new Digraph(columns);
    this.#policy = policy;
    this.#credentials = columns.credentials;
    this.#events = events;
    this.#rows = rowsOf(base, events);
    this.#demand = new Float64Array(columns.order + 2 * events.count);
    this.#demand.set(columns.demand);
    this.#mass = new Float64Array(this.#demand.length);
    this.#mass.set(voices);
  }

  take(k: number): void {
    const u = this.#rows.from[k];
    const v = this.#rows.to[k];
    while (u >= this.#graph.order || v >= this.#graph.order) this.#graph.add();
    if (u === v) return;
    this.#graph.set(u, v, false, this.#events.weight[k]);
    this.#demand[u] = this.#graph.sums(u).sum;
  }

  /**
   * Sweeps until the bound is at most `tolerance`. What the sweeps are set up from is timed too, since the graph
   * has moved: nanoseconds by the wall clock, milliseconds of the processor.
   */
  solve(tolerance: number) {
    let [nanoseconds, edgeVisits, bound] = [0, 0, 0];
    const milliseconds = cpuTime(() => {
      const before = process.hrtime.bigint();
      const system = this.#system();
      const { order, demand } = system;
      const x = this.#mass.subarray(0, order);
      const f = Float64Array.from(x, (mass, u) => (demand[u] > 0 ? mass / demand[u] : 0));
      const state = { x, z: new Float64Array(order), f, excess: this.#excess };
      const fixed = constants(this.#policy, system);
      ({ bound, edgeVisits } = sweepFrom(state, system, fixed, { tolerance }));
      nanoseconds = Number(process.hrtime.bigint() - before);
      this.#excess = state.excess;
    });
    return { nanoseconds, milliseconds, edgeVisits, bound };
  }

  #system() {
    const { order, size, says, hears, endorsements } = this.#graph;
    const demand = this.#demand.subarray(0, order);
    const role = new Uint8Array(order);
    const inward = demand.slice();
    let silentEdges = 0;
    for (let v = 0; v < order; v++) {
      role[v] = says[v] === 0 ? Role.silent : hears[v] === 0 ? Role.speaker : Role.active;
      if (says[v] > 0) continue;
      silentEdges += hears[v];
      for (let j = endorsements.starts[v]; j < endorsements.ends[v]; j++) {
        inward[endorsements.sources[j]] -= endorsements.weights[j];
      }
    }
    return {
      order,
      role,
      endorsements,
      objections: null,
      demand,
      endorsed: demand,
      inward,
      credentials: this.#credentials,
      credentialSum: this.#credentials?.reduce((sum, each) => sum + each, 0) ?? order,
      edges: size,
      activeEdges: size - silentEdges,
    };
  }
}

/**
 * The yardstick: how many edges must be visited to deliver exact changes, the change of each contributor
 * whole, until those that are left are within the tolerance. What is left undelivered bounds the published
 * shares by 2 damping sum |change| / (a balance sum of mass). The set that visits the fewest edges is a knapsack
 * problem; taking the largest change per edge first, and of the last contributor only the part that is
 * needed, is its relaxation, so this is at most the true minimum.
 */
export class Yardstick {
  readonly #exact: Recomputed;
  /** Distinct live targets of each contributor. */
  readonly #degree: Uint32Array;

  constructor(exact: Recomputed) {
    this.#exact = exact;
    this.#degree = exact.degrees();
    exact.solve();
  }

  /** Takes the `k`th event; returns the edges that its exact changes have to be delivered along. */
  measure(k: number, tolerance: number): number {
    const exact = this.#exact;
    const { source, target, weight, makes } = exact.events;
    const { damping, balance } = exact.equations;
    const u = source[k];
    const before = exact.mass.slice();
    const demanded = exact.demand[u];
    exact.take(k);
    exact.solve();
    if (u !== target[k]) {
      if (makes[k] === 1 && weight[k] === 1) this.#degree[u]++;
      if (makes[k] === 0 && weight[k] === 0) this.#degree[u]--;
    }
    const changes: { size: number; degree: number }[] = [];
    let left = 0;
    let sum = 0;
    for (let v = 0; v < exact.order; v++) {
      sum += exact.mass[v];
      const degree = this.#degree[v];
      if (degree === 0) continue;
      // What was delivered is so much per unit of weight: the speaker's new demand counts too.
      const delivered = v !== u ? before[v] : demanded > 0 ? (before[v] * exact.demand[v]) / demanded : 0;
      const size = damping * Math.abs(exact.mass[v] - delivered);
      left += size;
      changes.push({ size, degree });
    }
    const room = (tolerance * sum * (1 - damping) * balance) / 2;
    changes.sort((a, b) => b.size / b.degree - a.size / a.degree);
    let edges = 0;
    for (const { size, degree } of changes) {
      if (left <= room) break;
      edges += degree * Math.min(1, (left - room) / size);
      left -= size;
    }
    return edges;
  }
}
