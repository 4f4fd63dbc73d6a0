/**
 * The same system under one setting after another, each from where the one before ended, in one memory that
 * is laid out once: what the dial of a policy sweeps over. The settings must agree on whether an excess can
 * arise, which decides how rows are laid out. Certified as everywhere.
 */
import type { System } from '../graph/columns.ts';
import type { Constants, State } from './equations.ts';
import { arrange } from './kernel/arrange.ts';
import { ground } from './kernel/choose.ts';
import { setConstants, Team } from './kernel/team.ts';
import { giveBack } from './kernel/wasm.ts';
import { type Solution, solveInto } from './sweep.ts';

/**
 * Solves for each setting in turn and hands the solution out; its state is the one given, which the next
 * setting overwrites.
 */
export function solveAlong(
  state: State,
  system: System,
  settings: readonly Constants[],
  tolerance: number,
  onSolved: (solution: Solution, at: number) => void,
): void {
  const [first] = settings;
  if (first === undefined) return;
  const arrangement = arrange(system, first.capped);
  const { frame, kernel, memory, lasting } = ground(system, first, arrangement);
  const team = new Team(frame, kernel, null);
  const wanted = { tolerance, budget: 20_000 * system.edges, onSweep: undefined };
  try {
    frame.read(state);
    settings.forEach((fixed, at) => {
      setConstants(frame, fixed);
      // What a cap left over is nothing to a setting without one.
      if (!fixed.capped) state.excess = 0;
      onSolved(solveInto(state, team, system, fixed, arrangement, wanted), at);
    });
  } finally {
    if (memory !== null && !lasting) giveBack(memory);
  }
}
