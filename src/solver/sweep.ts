/**
 * The batch solver: Gauss-Seidel sweeps over the in-rows. After a sweep, where pace.ts finds that it pays,
 * all mass in play is rescaled so that the residual sums to zero, and Anderson acceleration steps ahead;
 * a sweep visits every edge into an active row once, the rest costs O(order).
 *
 * Plain sweeps always converge (the map's component-wise majorant has spectral radius below 1; Baudet
 * 1978). Rescaling alone can cycle for ever where there are objections, so it is only ever one of several
 * ways. bound.ts has the last word: what a sweep changed is no bound of the error, the residual is.
 */
import type { Columns } from '../graph/columns.ts';
import { edges } from '../graph/columns.ts';
import { Anderson } from './anderson.ts';
import type { Certificate } from './bound.ts';
import { certify, publishedBound, ROUNDING } from './bound.ts';
import type { Constants, Parameters, State } from './equations.ts';
import { constants, emptyState, excessOf, restartRate, voice } from './equations.ts';
import type { Way } from './pace.ts';
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
  const sweeper = new Sweeper(columns, fixed, state);
  const pace = new Pace(columns.credentialSum * ROUNDING, fixed.floor);
  // The pool bounds the residual from above; by how much is learnt from the first certificate.
  let share = 0.25;
  let edgeVisits = 0;
  for (let sweeps = 1; ; sweeps++) {
    const pool = sweeper.sweep(pace.way);
    edgeVisits += sweeper.edges;
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

/** Sweeps over the rows that matter: the active ones, or all of them where a cap makes every row count. */
class Sweeper {
  /** Edges that one sweep visits. */
  readonly edges: number;
  /** Rows [0, end) are swept. */
  readonly #end: number;
  /** Mass that enters them in one step, whatever they do. */
  readonly #income: number;
  #ahead: Ahead | null = null;

  constructor(
    private readonly columns: Columns,
    private readonly fixed: Constants,
    private readonly state: State,
  ) {
    const { order, active, endorsements, objections } = columns;
    this.#end = fixed.capped ? order : active;
    this.edges = endorsements.offsets[this.#end]! + (objections?.offsets[this.#end] ?? 0);
    this.#income = fixed.capped ? fixed.floor * columns.credentialSum : settleOutside(columns, fixed, state);
    guess(columns, fixed, state);
  }

  /**
   * One sweep and what is to follow it. Returns the pool: damping sum |df| D, and what the rescaling and
   * the excess moved. That bounds the residual from above, but for what a step ahead does, which is seen
   * in the pool of the next sweep.
   */
  sweep(way: Way): number {
    const { columns, fixed, state } = this;
    const accelerated = way === 'accelerated';
    if (accelerated) this.#ahead ??= new Ahead(columns, fixed, state, this.#end);
    else this.#ahead = null;
    this.#ahead?.before();
    let pool = fixed.damping * gaussSeidel(columns, fixed, state, this.#end);
    if (way !== 'plain') {
      const sigma = this.#sigma();
      rescale(state, sigma, this.#end);
      pool = sigma * pool + Math.abs(1 - sigma) * this.#income;
    }
    this.#ahead?.after();
    if (fixed.capped) {
      const excess = excessOf(fixed, state.x);
      pool += fixed.back * Math.abs(excess - state.excess);
      state.excess = excess;
    }
    return pool;
  }

  /** What all mass in play is to be multiplied by for its residual to sum to zero (SOLVER notes). */
  #sigma(): number {
    const { columns, fixed, state } = this;
    const within = fixed.capped ? columns.endorsed : columns.inward;
    let mass = 0;
    let inside = 0;
    for (let v = 0; v < this.#end; v++) {
      mass += state.x[v]!;
      inside += within[v]! * state.f[v]!;
    }
    // Above zero: what is passed on inside came from mass that loses a balance of itself in every step.
    const sigma = this.#income / ((1 - fixed.back) * mass - fixed.damping * inside);
    return sigma > 0 && sigma < Number.POSITIVE_INFINITY ? sigma : 1;
  }
}

/** Brings up to date the rows that only speak, which nothing changes, and returns the mass that enters the active ones. */
function settleOutside(columns: Columns, fixed: Constants, { x, f }: State): number {
  const { active, speaking, credentials, demand, inward } = columns;
  let income = 0;
  for (let v = 0; v < active; v++) income += fixed.floor * (credentials === null ? 1 : credentials[v]!);
  for (let v = active; v < speaking; v++) {
    x[v] = (fixed.floor * (credentials === null ? 1 : credentials[v]!)) / (1 - fixed.back);
    f[v] = x[v]! / demand[v]!;
    income += fixed.damping * inward[v]! * f[v]!;
  }
  return income;
}

/**
 * Where every contributor counts 1, those who hear much have much: starting there saves two sweeps. With
 * credentials the start is nothing, so that who can not be reached from any has a trust of exactly 0.
 */
function guess(
  { active, credentials, demand, endorsements }: Columns,
  { damping, stop }: Constants,
  { f }: State,
) {
  if (credentials !== null) return;
  const { offsets } = endorsements;
  const mean = offsets[active]! / active;
  for (let v = 0; v < active; v++)
    f[v] = (stop + (damping * (offsets[v + 1]! - offsets[v]!)) / mean) / demand[v]!;
}

function rescale({ x, z, f }: State, sigma: number, end: number): void {
  if (sigma === 1) return;
  for (let v = 0; v < end; v++) {
    x[v]! *= sigma;
    z[v]! *= sigma;
    f[v]! *= sigma;
  }
}

/** Steps ahead of the sweeps: acceleration over mass and, where there are objections, distrust. */
class Ahead {
  readonly #anderson: Anderson;
  readonly #before: Float64Array;
  readonly #after: Float64Array;

  constructor(
    private readonly columns: Columns,
    private readonly fixed: Constants,
    private readonly state: State,
    private readonly end: number,
  ) {
    const length = columns.objections === null ? end : 2 * end;
    this.#anderson = new Anderson(length);
    this.#before = new Float64Array(length);
    this.#after = new Float64Array(length);
  }

  before(): void {
    this.#read(this.#before);
  }

  after(): void {
    const { end } = this;
    const { demand, speaking } = this.columns;
    const { x, z, f } = this.state;
    const after = this.#after;
    this.#read(after);
    this.#anderson.step(this.#before, after);
    x.set(after.subarray(0, end));
    if (after.length > end) z.set(after.subarray(end));
    const last = Math.min(end, speaking);
    for (let v = 0; v < last; v++) f[v] = voice(x[v]!, z[v]!, this.fixed.k) / demand[v]!;
  }

  #read(into: Float64Array): void {
    into.set(this.state.x.subarray(0, this.end));
    if (into.length > this.end) into.set(this.state.z.subarray(0, this.end), this.end);
  }
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
