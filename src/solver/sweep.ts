/**
 * The batch solver: Gauss-Seidel sweeps over the in-rows (region.ts), until bound.ts proves the tolerance.
 * Where most edges lie between strongly connected components these are solved one after another, each to
 * its share of the tolerance, and what is left is swept again after a certificate that says how much.
 *
 * Plain sweeps always converge (the map's component-wise majorant has spectral radius below 1; Baudet
 * 1978). Rescaling alone can cycle for ever where there are objections, so it is only ever one of several
 * ways. bound.ts has the last word: what a sweep changed is no bound of the error, the residual is.
 */
import type { System } from '../graph/columns.ts';
import { Role } from '../graph/columns.ts';
import type { Arrivals, Certificate } from './bound.ts';
import { certify, publishedBound, ROUNDING } from './bound.ts';
import type { Wanted } from './components.ts';
import { solveComponents } from './components.ts';
import type { Constants, Parameters, State } from './equations.ts';
import { constants, emptyState } from './equations.ts';
import type { Arrangement } from './kernel/arrange.ts';
import { arrange } from './kernel/arrange.ts';
import type { KernelName } from './kernel/choose.ts';
import { ground } from './kernel/choose.ts';
import type { Crew } from './kernel/crew.ts';
import { orAlone } from './kernel/crew.ts';
import type { Frame } from './kernel/frame.ts';
import * as Slots from './kernel/slots.ts';
import { setConstants, Team } from './kernel/team.ts';
import { giveBack, wasmModule } from './kernel/wasm.ts';
import { Pace } from './pace.ts';
import { Everything, incomeOf, Region, setRate } from './region.ts';

export interface SweepOptions {
  /** Wanted bound of the published shares (L1), 0..2. */
  tolerance: number;
  /**
   * Edge visits after which the answer is given with the bound it has; what it is in, a sweep and its
   * certificate, is finished. 20,000 passes over all edges unless given.
   */
  budget?: number;
  /** Called after every sweep with the bound that is expected of it. */
  onSweep?: (expected: number) => void;
  /** True where components need not be looked for: there were none that pay when the graph was much like this. */
  whole?: boolean;
  /** The kernels to sweep with; the same bits either way. */
  kernel?: KernelName;
  /** Workers that help, where the graph is large and the kernels are WebAssembly; the same bits again. */
  crew?: Crew;
}

export interface Solution extends Certificate {
  readonly state: State;
  readonly sweeps: number;
  /** Edges read, those of the certificates included. */
  readonly edgeVisits: number;
  /** False if components were told apart. */
  readonly whole: boolean;
}

/**
 * Solves a system from nothing; see `sweepFrom`. Where its columns stand in the memory of the kernels, so
 * does the state of the solution.
 */
export function sweep(system: System, parameters: Parameters, options: SweepOptions): Solution {
  return solveFrom(null, system, constants(parameters, system), options);
}

/**
 * Solves from a state, in place. Stops when the certified bound is at most the tolerance, when rounding
 * allows no more, or out of budget: not converging is a solution with a larger bound, never an exception.
 */
export function sweepFrom(
  state: State,
  system: System,
  fixed: Constants,
  options: SweepOptions,
  arrivals?: Arrivals,
): Solution {
  return solveFrom(state, system, fixed, options, arrivals);
}

/** @param from Where to start, and what to leave the solution in; null to start from nothing. */
function solveFrom(
  from: State | null,
  system: System,
  fixed: Constants,
  options: SweepOptions,
  arrivals?: Arrivals,
): Solution {
  const arrangement = arrange(system, fixed.capped || options.whole === true);
  const attempt = (crew: Crew | undefined): Solution => {
    const { frame, kernel, memory, lasting } = ground(system, fixed, arrangement, options.kernel);
    const helped = crew !== undefined && !crew.deserted && memory !== null && frame.phases !== null;
    if (helped) crew.join(memory, wasmModule());
    const team = new Team(frame, kernel, helped ? crew : null);
    try {
      setConstants(frame, fixed);
      const state = from ?? (lasting ? stateIn(frame) : emptyState(system.order));
      if (from === null) guess(system, fixed, state);
      frame.read(state);
      const { tolerance, budget = 20_000 * system.edges, onSweep } = options;
      const wanted = { tolerance, budget, onSweep };
      const solution = solveInto(state, team, system, fixed, arrangement, wanted);
      if (arrivals !== undefined) {
        frame.write(frame.plus, arrivals.plus);
        if (frame.minus !== null) frame.write(frame.minus, arrivals.minus);
      }
      return solution;
    } finally {
      if (helped) crew.leave(frame.control);
      else if (memory !== null && !lasting) giveBack(memory);
    }
  };
  // The state has not been touched where workers break off.
  return orAlone(options.crew, attempt);
}

/** Solves by components where there are any, from what the frame holds, and leaves the answer in the state. */
export function solveInto(
  state: State,
  team: Team,
  system: System,
  fixed: Constants,
  { components }: Arrangement,
  wanted: Wanted,
): Solution {
  const { frame } = team;
  const { excess, ...found } =
    components === null
      ? solve(team, system, fixed, state.excess, wanted)
      : { ...solveComponents(team, system, fixed, components, wanted), excess: state.excess };
  frame.write(frame.x, state.x);
  frame.write(frame.f, state.f);
  if (frame.z !== null) frame.write(frame.z, state.z);
  else state.z.fill(0, 0, system.order);
  state.excess = excess;
  return { ...found, state, whole: components === null };
}

/** The state as it stands in a frame that lasts. */
function stateIn({ x, z, f, order }: Frame): State {
  return { x, z: z ?? new Float64Array(order), f, excess: 0 };
}

/** Sweeps over everything that stands in the team's frame. */
function solve(
  team: Team,
  system: System,
  fixed: Constants,
  excess: number,
  { tolerance, budget, onSweep }: Wanted,
): Omit<Solution, 'state' | 'whole'> & { excess: number } {
  const { capped } = fixed;
  const reach = new Everything(team);
  const region = new Region(reach, fixed, incomeOf(team, system, fixed));
  const edges = capped ? system.edges : system.activeEdges;
  const pace = new Pace(system.credentialSum * ROUNDING, fixed.floor);
  // The pool bounds the residual from above; by how much is learnt from the first certificate.
  let share = 0.25;
  let edgeVisits = 0;
  let certified = Number.POSITIVE_INFINITY;
  for (let sweeps = 1; ; sweeps++) {
    setRate(reach, fixed, excess, system.credentialSum);
    let pool = region.sweep(pace.way);
    if (capped) {
      region.catchUp();
      team.over(Slots.EXCESS);
      const over = team.sum(0);
      pool += fixed.back * Math.abs(over - excess);
      excess = over;
    }
    edgeVisits += edges;
    pace.observe(pool);
    const expected = publishedBound(fixed, pool * share, system.credentialSum);
    onSweep?.(expected);
    const last = edgeVisits + system.edges >= budget;
    if (expected > tolerance && !last && !pace.exhausted) continue;
    region.catchUp();
    const certificate = certify(team, system, fixed, excess);
    edgeVisits += system.edges;
    const { bound, residual } = certificate;
    const stuck = pace.exhausted && residual > 0.5 * certified;
    if (bound <= tolerance || last || stuck) return { ...certificate, excess, sweeps, edgeVisits };
    if (pace.exhausted) {
      pace.resume();
      certified = residual;
    }
    share = bound / publishedBound(fixed, pool, system.credentialSum);
  }
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
