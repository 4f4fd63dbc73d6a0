/**
 * Whether explanations add up, in plain numbers as a reader of the JSON would add them: parts and others to
 * the published mass, parts within parts to theirs, objections to what the mass has and the voice has not.
 */
import { type EventInput, type ExplainOptions, type Explanation, TrustEngine } from '../../src/index.ts';
import type { Ledger } from '../witness/record.ts';

export const WAYS: readonly ExplainOptions[] = [
  {},
  { depth: 3, breadth: 2 },
  { by: 'origin', breadth: 3 },
  { by: 'path', breadth: 4 },
];

export function engineOf({ initial, events }: Ledger, tolerance = 1e-9): TrustEngine {
  const engine = new TrustEngine({ policy: initial, tolerance });
  engine.apply(events as EventInput[]);
  return engine;
}

/** The largest difference of a sum from what it should be, relative to the mass. */
export function difference(explanation: Explanation, published: number): number {
  const { mass, voice, parts, others, objections, otherObjections } = explanation;
  const sum = (all: readonly { readonly mass: number }[]) => all.reduce((sum, { mass }) => sum + mass, 0);
  const off = (given: number, expected: number) => {
    if (given === expected) return 0;
    return Math.abs(given - expected) / mass;
  };
  let most = Math.max(
    off(mass, published),
    off(sum(parts) + others.mass, mass),
    off(sum(objections) + otherObjections.mass, mass - voice),
  );
  const look = (among: Explanation['parts']) => {
    for (const part of among) {
      if (part.parts === undefined) continue;
      most = Math.max(most, off(sum(part.parts) + part.others!.mass, part.mass));
      look(part.parts);
    }
  };
  look(parts);
  return most;
}

/** Explains everybody of a ledger in every way; the largest difference, and how many explanations. */
export function readd(ledger: Ledger): { largest: number; count: number } {
  const engine = engineOf(ledger);
  const scores = [...engine.scores()];
  let largest = 0;
  for (const { contributor, mass } of scores) {
    for (const way of WAYS) largest = Math.max(largest, difference(engine.explain(contributor, way), mass));
  }
  return { largest, count: scores.length * WAYS.length };
}
