/**
 * The batch solver: Gauss-Seidel sweeps over the in-rows. After a sweep, where pace.ts finds that it pays,
 * all mass in play is rescaled so that the residual sums to zero, and Anderson acceleration steps ahead;
 * a sweep visits every edge into an active row once, the rest costs O(order).
 *
 * Plain sweeps always converge (the map's component-wise majorant has spectral radius below 1; Baudet
 * 1978). Rescaling alone can cycle for ever where there are objections, so it is only ever one of several
 * ways. bound.ts has the last word: what a sweep changed is no bound of the error, the residual is.
 */
import type { System } from '../graph/columns.ts';
import { Role } from '../graph/columns.ts';
import { Anderson } from './anderson.ts';
import type { Arrivals, Certificate } from './bound.ts';
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

/** Solves a system from nothing; see `sweepFrom`. */
export function sweep(system: System, parameters: Parameters, options: SweepOptions): Solution {
  const state = emptyState(system.order);
  const fixed = constants(parameters, system);
  guess(system, fixed, state);
  return sweepFrom(state, system, fixed, options);
}

/**
 * Solves from a state, in place. Stops when the certified bound is at most the tolerance, when rounding
 * allows no more, or at the limit: not converging is a solution with a larger bound, never an exception.
 */
export function sweepFrom(
  state: State,
  system: System,
  fixed: Constants,
  { tolerance, limit = 20_000, onSweep }: SweepOptions,
  arrivals?: Arrivals,
): Solution {
  const sweeper = new Sweeper(system, fixed, state);
  const pace = new Pace(system.credentialSum * ROUNDING, fixed.floor);
  // The pool bounds the residual from above; by how much is learnt from the first certificate.
  let share = 0.25;
  let edgeVisits = 0;
  for (let sweeps = 1; ; sweeps++) {
    const pool = sweeper.sweep(pace.way);
    edgeVisits += sweeper.edges;
    pace.observe(pool);
    const expected = publishedBound(fixed, pool * share, system.credentialSum);
    onSweep?.(expected);
    const last = sweeps >= limit || pace.exhausted;
    if (expected > tolerance && !last) continue;
    const certificate = certify(system, fixed, state, arrivals);
    edgeVisits += system.edges;
    if (certificate.bound <= tolerance || last) return { ...certificate, state, sweeps, edgeVisits };
    share = certificate.bound / publishedBound(fixed, pool, system.credentialSum);
  }
}

/** Sweeps over the rows that matter: the active ones, or all of them where a cap makes every row count. */
class Sweeper {
  /** Edges that one sweep visits. */
  readonly edges: number;
  /** Rows of this role and below are swept, and rescaled. */
  readonly #last: number;
  /** Mass that enters them in one step, whatever they do. */
  readonly #income: number;
  #ahead: Ahead | null = null;

  constructor(
    private readonly system: System,
    private readonly fixed: Constants,
    private readonly state: State,
  ) {
    this.#last = fixed.capped ? Role.silent : Role.active;
    this.edges = fixed.capped ? system.edges : system.activeEdges;
    this.#income = fixed.capped ? fixed.floor * system.credentialSum : settleSpeakers(system, fixed, state);
  }

  /**
   * One sweep and what is to follow it. Returns the pool: damping sum |df| D, and what the rescaling and
   * the excess moved. That bounds the residual from above, but for what a step ahead does, which is seen
   * in the pool of the next sweep.
   */
  sweep(way: Way): number {
    const { system, fixed, state } = this;
    if (way === 'accelerated') this.#ahead ??= new Ahead(system, fixed, state);
    else this.#ahead = null;
    this.#ahead?.before();
    let pool = fixed.damping * gaussSeidel(system, fixed, state, this.#last);
    if (way !== 'plain') {
      const sigma = this.#sigma();
      this.#rescale(sigma);
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

  /** What all mass in play is to be multiplied by for its residual to sum to zero. */
  #sigma(): number {
    const { system, fixed, state } = this;
    const { role } = system;
    const within = fixed.capped ? system.endorsed : system.inward;
    let mass = 0;
    let inside = 0;
    for (let v = 0; v < system.order; v++) {
      if (role[v]! > this.#last) continue;
      mass += state.x[v]!;
      inside += within[v]! * state.f[v]!;
    }
    // Above zero: what is passed on inside came from mass that loses a balance of itself in every step.
    const sigma = this.#income / ((1 - fixed.back) * mass - fixed.damping * inside);
    return sigma > 0 && sigma < Number.POSITIVE_INFINITY ? sigma : 1;
  }

  #rescale(sigma: number): void {
    const { role, order } = this.system;
    const { x, z, f } = this.state;
    for (let v = 0; sigma !== 1 && v < order; v++) {
      if (role[v]! > this.#last) continue;
      x[v]! *= sigma;
      z[v]! *= sigma;
      f[v]! *= sigma;
    }
  }
}

/** Brings the speakers up to date, which nothing changes, and returns the mass that enters the active rows. */
function settleSpeakers(system: System, fixed: Constants, { x, z, f }: State): number {
  const { order, role, credentials, demand, inward } = system;
  let income = 0;
  for (let v = 0; v < order; v++) {
    const restart = fixed.floor * (credentials === null ? 1 : credentials[v]!);
    if (role[v] === Role.active) income += restart;
    if (role[v] !== Role.speaker) continue;
    x[v] = restart / (1 - fixed.back);
    z[v] = 0;
    f[v] = x[v]! / demand[v]!;
    income += fixed.damping * inward[v]! * f[v]!;
  }
  return income;
}

/**
 * Where every contributor counts 1, those who hear much have much: starting there saves two sweeps. With
 * credentials the start is nothing, so that who can not be reached from any has a trust of exactly 0.
 */
export function guess(system: System, { damping, stop }: Constants, { f }: State): void {
  const { order, role, credentials, demand, endorsements, activeEdges } = system;
  if (credentials !== null) return;
  const { starts, ends } = endorsements;
  let active = 0;
  for (let v = 0; v < order; v++) if (role[v] === Role.active) active++;
  const mean = activeEdges / active;
  for (let v = 0; v < order; v++) {
    if (role[v] === Role.active) f[v] = (stop + (damping * (ends[v]! - starts[v]!)) / mean) / demand[v]!;
  }
}

/** Steps ahead of the sweeps: acceleration over mass and, where there are objections, distrust. */
class Ahead {
  readonly #anderson: Anderson;
  readonly #before: Float64Array;
  readonly #after: Float64Array;

  constructor(
    private readonly system: System,
    private readonly fixed: Constants,
    private readonly state: State,
  ) {
    const length = system.objections === null ? system.order : 2 * system.order;
    this.#anderson = new Anderson(length);
    this.#before = new Float64Array(length);
    this.#after = new Float64Array(length);
  }

  before(): void {
    this.#read(this.#before);
  }

  after(): void {
    const { order, role, demand } = this.system;
    const { x, z, f } = this.state;
    const after = this.#after;
    this.#read(after);
    this.#anderson.step(this.#before, after);
    x.set(after.subarray(0, order));
    if (after.length > order) z.set(after.subarray(order));
    for (let v = 0; v < order; v++) {
      if (role[v] !== Role.silent) f[v] = voice(x[v]!, z[v]!, this.fixed.k) / demand[v]!;
    }
  }

  #read(into: Float64Array): void {
    const { order } = this.system;
    into.set(this.state.x.subarray(0, order));
    if (into.length > order) into.set(this.state.z.subarray(0, order), order);
  }
}

/** The rows of role `last` and below, in order, each from the newest values of its sources. Returns sum |df| D. */
function gaussSeidel(system: System, fixed: Constants, state: State, last: number): number {
  const { damping, k, back, ceiling } = fixed;
  const { order, role, demand, credentials } = system;
  const { starts, ends, sources, weights } = system.endorsements;
  const against = system.objections;
  const { x, z, f } = state;
  const rate = restartRate(fixed, state, system.credentialSum);
  const share = 1 / (1 - back);
  let moved = 0;
  for (let v = 0; v < order; v++) {
    if (role[v]! > last) continue;
    let sum = 0;
    const end = ends[v]!;
    if (weights === null) for (let j = starts[v]!; j < end; j++) sum += f[sources[j]!]!;
    else for (let j = starts[v]!; j < end; j++) sum += weights[j]! * f[sources[j]!]!;
    const s = damping * sum + (credentials === null ? rate : rate * credentials[v]!);
    const mass = s * share <= ceiling ? s * share : s + back * ceiling;
    x[v] = mass;
    let distrust = 0;
    if (against !== null) {
      for (let j = against.starts[v]!; j < against.ends[v]!; j++) {
        distrust += against.weights![j]! * f[against.sources[j]!]!;
      }
      distrust *= damping;
      z[v] = distrust;
    }
    // A silent row is swept for its excess alone: it passes nothing on.
    if (role[v] === Role.silent) continue;
    const flow = (distrust > 0 ? voice(mass, distrust, k) : mass) / demand[v]!;
    moved += Math.abs(flow - f[v]!) * demand[v]!;
    f[v] = flow;
  }
  return moved;
}
