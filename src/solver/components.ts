/**
 * Solves a graph whose edges lie mostly between its strongly connected components, component by component
 * in topological order. A row in no cycle is right after one visit of its sources. In a component of
 * several rows what arrives from before is gathered once, and only its own edges are swept, until its share
 * of the tolerance is met. The certificate sees the whole; where it is not content, all are gone through
 * again from where they stand, more closely.
 */
import type { System } from '../graph/columns.ts';
import type { Certificate } from './bound.ts';
import { certify, publishedBound, ROUNDING } from './bound.ts';
import type { Constants } from './equations.ts';
import * as Slots from './kernel/slots.ts';
import type { Team } from './kernel/team.ts';
import { Pace } from './pace.ts';
import type { Reach } from './region.ts';
import { incomeOf, Region, setRate } from './region.ts';

/** What a solve is asked for. */
export interface Wanted {
  readonly tolerance: number;
  /** Edge visits. */
  readonly budget: number;
  readonly onSweep: ((expected: number) => void) | undefined;
}

interface Found extends Certificate {
  /** Passes over all edges that the visits come to. */
  readonly sweeps: number;
  readonly edgeVisits: number;
}

export function solveComponents(
  team: Team,
  system: System,
  fixed: Constants,
  components: Uint32Array,
  { tolerance, budget, onSweep }: Wanted,
): Found {
  const { frame } = team;
  const { offsets } = frame.endorsements;
  const inner = frame.inner!;
  setRate(frame, fixed, 0, system.credentialSum);
  incomeOf(team, system, fixed);
  let own = 0;
  for (let v = 0; v < frame.swept; v++) own += offsets[v + 1]! - inner[v]!;
  // A pool bounds the residual from above, and is usually four times as large.
  let goal = 4 * (tolerance / publishedBound(fixed, 1, system.credentialSum));
  let visits = 0;
  /** Residual when all components were last exhausted. */
  let certified = Number.POSITIVE_INFINITY;
  for (;;) {
    let exhausted = true;
    /** The first of the rows in no cycle that are still to be visited. */
    let waiting = 0;
    for (let c = 0; c + 1 < components.length && visits < budget; c++) {
      const [from, to] = [components[c]!, components[c + 1]!];
      if (to - from > 1) {
        visits += visitOnce(team, waiting, from);
        waiting = to;
        const part = solveOne(team, fixed, [from, to], goal / own, budget - visits, certified);
        visits += part.visits;
        exhausted &&= part.exhausted;
      } else if (c + 2 === components.length) visits += visitOnce(team, waiting, to);
    }
    const certificate = certify(team, system, fixed, 0);
    visits += system.edges;
    onSweep?.(certificate.bound);
    const stuck = exhausted && certificate.residual > 0.5 * certified;
    if (certificate.bound <= tolerance || stuck || visits >= budget) {
      // The search for components went along every edge too.
      const edgeVisits = visits + system.activeEdges;
      return { ...certificate, sweeps: Math.ceil(visits / Math.max(1, system.edges)), edgeVisits };
    }
    if (exhausted) certified = certificate.residual;
    goal *= Math.min(0.5, (0.5 * tolerance) / certificate.bound);
  }
}

/** Rows in no cycle, in topological order: right after one visit. Returns the edges visited. */
function visitOnce({ frame, kernel }: Team, from: number, to: number): number {
  if (from >= to) return 0;
  kernel.run(Slots.SWEEP, from, to, 0);
  return frame.endorsements.offsets[to]! - frame.endorsements.offsets[from]!;
}

/**
 * Sweeps one component until its pool is at most `goal` for each of its edges, or it is exhausted; more
 * patiently where it was before and a certificate found a residual of `certified`.
 */
function solveOne(
  team: Team,
  fixed: Constants,
  [from, to]: readonly [number, number],
  goal: number,
  budget: number,
  certified: number,
): { visits: number; exhausted: boolean } {
  const { frame, kernel } = team;
  const { numbers, parts, credentials, endorsements, inner } = frame;
  const reach: Reach = {
    numbers,
    sweep: () => kernel.run(Slots.SWEEP_INNER, from, to, 0),
    over: (operation) => kernel.run(operation, from, to, 0),
    sum: (which) => parts[which]!,
  };
  kernel.run(Slots.GATHER_BASE, from, to, 0);
  let credit = to - from;
  let edges = 0;
  if (credentials !== null) credit = 0;
  for (let v = from; v < to; v++) {
    if (credentials !== null) credit += credentials[v]!;
    edges += endorsements.offsets[v + 1]! - inner![v]!;
  }
  const income = fixed.damping * parts[0]! + fixed.floor * credit;
  const region = new Region(reach, fixed, income);
  const pace = new Pace(income * ROUNDING, fixed.floor);
  if (certified < Number.POSITIVE_INFINITY) pace.resume();
  let visits = endorsements.offsets[to]! - endorsements.offsets[from]! - edges;
  let pool = Number.POSITIVE_INFINITY;
  while (pool > goal * edges && !pace.exhausted && visits < budget) {
    pool = region.sweep(pace.way);
    pace.observe(pool);
    visits += edges;
  }
  region.catchUp();
  // Where nothing at all is left to arrive, more sweeps change nothing either.
  return { visits, exhausted: pace.exhausted || pool === 0 };
}
