/**
 * Mass by who handed it on last, x(v) = rate C(v) + back min(x, K)(v) + damping sum_u W+(u,v) f(u): one part
 * for each endorser, one for the credential (with what the cap returned for it), one for earned restart. And
 * the objections: y = x^2 / (x + k z), so each costs x - y times its share of z. O(degree).
 */
import type { Settlement } from '../settlement.ts';
import type { ExplainedObjection, ExplainedPart, ExplainedRest } from './explanation.ts';
import type { Found } from './found.ts';
import { bySource, granted, largest, told } from './found.ts';
import { fitting, restOf, shareOf } from './sum.ts';

/** All that a row's mass is made of, in no order. */
function endorsersOf({ graph, solver }: Settlement, row: number): Found[] {
  const { damping, back, ceiling } = solver.constants;
  const found: Found[] = [];
  const { starts, ends, others, weights } = graph.endorsements;
  for (let k = starts[row]!; k < ends[row]!; k++) {
    if (weights[k] === 0) continue;
    found.push({ row: others[k]!, why: 'endorsed', mass: damping * weights[k]! * solver.flow(others[k]!) });
  }
  const credential = solver.rate * solver.credential(row);
  if (credential > 0) found.push({ row: -1, why: solver.uniform ? 'equal' : 'credential', mass: credential });
  const earned = back * Math.min(solver.mass(row), ceiling);
  if (earned > 0) found.push({ row: -1, why: 'earned', mass: earned });
  return found;
}

/** How far a part is opened. */
interface Opening {
  readonly depth: number;
  readonly breadth: number;
  /** Shares of all mass below this are not opened. */
  readonly tolerance: number;
  /** All the mass that is explained. */
  readonly whole: number;
}

/** The parts of a row's mass, of which `mass` is told about, and what is left of it. */
export function partsBelow(
  settlement: Settlement,
  row: number,
  mass: number,
  opening: Opening,
): { parts: ExplainedPart[]; others: ExplainedRest } {
  const { solver, evidence } = settlement;
  const { depth, breadth, tolerance, whole } = opening;
  const found = endorsersOf(settlement, row);
  const chosen = largest(settlement, found, breadth);
  const scale =
    shareOf(mass, solver.mass(row)) *
    fitting(
      solver.mass(row),
      found.map((one) => one.mass),
    );
  const said = bySource(evidence.about(row), false);
  const parts = chosen.map((one) => {
    const part = one.mass * scale;
    const opened =
      one.why === 'endorsed' && depth > 1 && part > 0 && part >= tolerance * whole
        ? partsBelow(settlement, one.row, part, { ...opening, depth: depth - 1 })
        : {};
    return {
      from: one.row < 0 ? null : settlement.id(one.row),
      why: one.why,
      mass: part,
      share: shareOf(part, whole),
      ...(one.why === 'endorsed' && { statements: told(said(one.row)) }),
      ...(one.why === 'credential' && { statements: granted(evidence.grants(row)) }),
      ...opened,
    };
  });
  const rest = restOf(
    mass,
    parts.map((part) => part.mass),
  );
  return {
    parts,
    others: { count: found.length - chosen.length, mass: rest, share: shareOf(rest, whole) },
  };
}

/** What each objection costs of `loss`, and what is left of that. */
export function objectionsOf(
  settlement: Settlement,
  row: number,
  { breadth, loss, whole }: { breadth: number; loss: number; whole: number },
): { objections: ExplainedObjection[]; otherObjections: Omit<ExplainedRest, 'share'> } {
  const { graph, solver, evidence } = settlement;
  const { starts, ends, others, weights } = graph.objections;
  const distrust = solver.distrust(row);
  const found: { row: number; mass: number }[] = [];
  for (let k = starts[row]!; k < ends[row]!; k++) {
    if (weights[k] === 0) continue;
    const part = solver.constants.damping * weights[k]! * solver.flow(others[k]!);
    found.push({ row: others[k]!, mass: loss * shareOf(part, distrust) });
  }
  if (found.length === 0) return { objections: [], otherObjections: { count: 0, mass: loss } };
  const chosen = largest(settlement, found, breadth);
  const said = bySource(evidence.about(row), true);
  const scale = fitting(
    loss,
    found.map(({ mass }) => mass),
  );
  const objections = chosen.map(({ row: source, mass }) => ({
    from: settlement.id(source),
    mass: mass * scale,
    share: shareOf(mass * scale, whole),
    statements: told(said(source)),
  }));
  const rest = restOf(
    loss,
    objections.map(({ mass }) => mass),
  );
  return { objections, otherObjections: { count: found.length - chosen.length, mass: rest } };
}
