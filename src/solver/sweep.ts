/**
 * The batch solver: Gauss-Seidel sweeps over the in-rows, each followed by a rescaling of all mass in
 * play so that the residual sums to zero. A sweep visits every edge into an active row once; the rescaling
 * costs O(order) and saves four visits in five on a well-mixed graph.
 *
 * The rescaling is exact for the total and says nothing of its parts: with objections it can cycle for
 * ever, and on nearly acyclic graphs it is slower. Plain sweeps always converge (the map's component-wise
 * majorant has spectral radius below 1; Baudet 1978). pace.ts decides between them, bound.ts has the last
 * word: what a sweep changed is no bound of the error, the residual is.
 */
import type { Columns } from '../graph/columns.ts';
import { edges } from '../graph/columns.ts';
import type { Certificate } from './bound.ts';
import { certify, publishedBound, ROUNDING } from './bound.ts';
import type { Constants, Parameters, State } from './equations.ts';
import { constants, emptyState, excessOf, restartRate, voice } from './equations.ts';
import { Pace } from './pace.ts';

export interface SweepOptions {
  /** Wanted bound of the published shares (L1), 0..2. */
  tolerance: number;
  /** Sweeps after which the answer is given with the bound it has. */
  limit?: number;
  /** Called after every sweep with the bound that is expected of it. */
  onSweep?: (expected: number) => void;
}

export interface Solution extends Certificate {
  readonly state: State;
  readonly sweeps: number;
  /** Edges read, those of the certificates included. */
  readonly edgeVisits: number;
}

/**
 * Solves from nothing. Stops when the certified bound is at most the tolerance, when rounding allows no
 * more, or at the limit: not converging is a solution with a larger bound, never an exception.
 */
export function sweep(columns: Columns, parameters: Parameters, options: SweepOptions): Solution {
  const { tolerance, limit = 20_000, onSweep } = options;
  const fixed = constants(parameters, columns);
  const state = emptyState(columns.order);
  const scope = scopeOf(columns, fixed, state);
  const pace = new Pace(columns.credentialSum * ROUNDING, fixed.floor);
  // The pool bounds the residual from above; by how much is learnt from the first certificate.
  let share = 0.25;
  let edgeVisits = 0;
  for (let sweeps = 1; ; sweeps++) {
    const pool = sweepOnce(columns, fixed, state, scope, pace.rescaling);
    edgeVisits += scope.edges;
    pace.observe(pool);
    const expected = publishedBound(fixed, pool * share, columns.credentialSum);
    onSweep?.(expected);
    const last = sweeps >= limit || pace.exhausted;
    if (expected > tolerance && !last) continue;
    const certificate = certify(columns, fixed, state);
    edgeVisits += edges(columns);
    if (certificate.bound <= tolerance || last) return { ...certificate, state, sweeps, edgeVisits };
    share = certificate.bound / publishedBound(fixed, pool, columns.credentialSum);
  }
}

/** The rows that a sweep goes over, and what reaches them from outside. */
interface Scope {
  /** Rows [0, end): the active ones, or all of them where a cap makes every row count. */
  readonly end: number;
  /** Edges into them. */
  readonly edges: number;
  /** Mass that enters them in one step, whatever they do. */
  readonly income: number;
  /** W+(u, rows of the scope). */
  readonly within: Float64Array;
}

/** Settles the rows that never change, and measures the rest. */
function scopeOf(columns: Columns, fixed: Constants, state: State): Scope {
  const { order, active, speaking, credentials, credentialSum, demand, endorsements, objections } = columns;
  const end = fixed.capped ? order : active;
  const edges = endorsements.offsets[end]! + (objections?.offsets[end] ?? 0);
  if (fixed.capped) return { end, edges, income: fixed.floor * credentialSum, within: columns.endorsed };
  let income = 0;
  for (let v = 0; v < active; v++) income += credentials === null ? 1 : credentials[v]!;
  income *= fixed.floor;
  for (let v = active; v < speaking; v++) {
    state.x[v] = (fixed.floor * (credentials === null ? 1 : credentials[v]!)) / (1 - fixed.back);
    state.f[v] = state.x[v]! / demand[v]!;
    income += fixed.damping * columns.inward[v]! * state.f[v]!;
  }
  return { end, edges, income, within: columns.inward };
}

/**
 * One sweep, and the rescaling if wanted. Returns the pool: damping sum |df| D and what the rescaling and
 * the excess moved, which bounds the residual from above.
 */
function sweepOnce(columns: Columns, fixed: Constants, state: State, scope: Scope, rescaling: boolean): number {
  const { damping, back, floor, capped } = fixed;
  const { x, z, f } = state;
  const { end, income, within } = scope;
  let pool = damping * gaussSeidel(columns, fixed, state, end);
  if (rescaling) {
    let mass = 0;
    let inside = 0;
    for (let v = 0; v < end; v++) {
      mass += x[v]!;
      inside += within[v]! * f[v]!;
    }
    // Positive: what is inside came from mass that loses at least a balance of itself in every step.
    const sigma = income / ((1 - back) * mass - damping * inside);
    if (sigma > 0 && sigma < Number.POSITIVE_INFINITY && sigma !== 1) {
      for (let v = 0; v < end; v++) {
        x[v]! *= sigma;
        z[v]! *= sigma;
        f[v]! *= sigma;
      }
      pool = sigma * pool + Math.abs(1 - sigma) * income;
    }
  }
  if (capped) {
    const excess = excessOf(fixed, x);
    pool += back * Math.abs(excess - state.excess);
    state.excess = excess;
  }
  return floor > 0 ? pool : 0;
}

/** Rows [0, end) in order, each from the newest values of its sources. Returns sum |df| D. */
function gaussSeidel(columns: Columns, fixed: Constants, state: State, end: number): number {
  const { damping, k, back, ceiling } = fixed;
  const { demand, credentials, speaking } = columns;
  const { offsets, sources, weights } = columns.endorsements;
  const against = columns.objections;
  const { x, z, f } = state;
  const rate = restartRate(fixed, state, columns.credentialSum);
  const share = 1 / (1 - back);
  let moved = 0;
  for (let v = 0; v < end; v++) {
    let sum = 0;
    const stop = offsets[v + 1]!;
    if (weights === null) for (let j = offsets[v]!; j < stop; j++) sum += f[sources[j]!]!;
    else for (let j = offsets[v]!; j < stop; j++) sum += weights[j]! * f[sources[j]!]!;
    const s = damping * sum + (credentials === null ? rate : rate * credentials[v]!);
    const mass = s * share <= ceiling ? s * share : s + back * ceiling;
    x[v] = mass;
    let distrust = 0;
    if (against !== null) {
      for (let j = against.offsets[v]!; j < against.offsets[v + 1]!; j++) {
        distrust += against.weights![j]! * f[against.sources[j]!]!;
      }
      distrust *= damping;
      z[v] = distrust;
    }
    // A silent row is swept for its excess alone: it passes nothing on.
    if (v >= speaking) continue;
    const flow = (distrust > 0 ? voice(mass, distrust, k) : mass) / demand[v]!;
    moved += Math.abs(flow - f[v]!) * demand[v]!;
    f[v] = flow;
  }
  return moved;
}
