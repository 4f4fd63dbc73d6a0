/**
 * The batch solver runs the conformance suite over frozen columns: from nothing, and from a state that has
 * nothing to do with the problem, as a policy change may leave it.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constants, emptyState, type State } from '../../src/solver/equations.ts';
import { sweep, sweepFrom } from '../../src/solver/sweep.ts';
import { cases } from '../witness/arbitraries.ts';
import { type DenseRecord, replay } from '../witness/record.ts';
import { type Answer, conformance, type Wanted } from './conformance.ts';
import { columnsOf } from './problem.ts';

conformance('sweep', {
  cold: true,
  solve(problem, { tolerance, effort }) {
    const columns = columnsOf(problem);
    const budget = effort === undefined ? {} : { budget: effort };
    const { state, bound, edgeVisits } = sweep(columns, problem.policy, { tolerance, ...budget });
    return { x: state.x, z: state.z, bound, massBound: bound / 2, edgeVisits };
  },
});

conformance('sweep from anywhere', { cold: false, solve: sweepFromAnywhere });

function sweepFromAnywhere(problem: DenseRecord, { tolerance, effort, seed }: Wanted): Answer {
  const columns = columnsOf(problem);
  const state = anywhere(columns, seed);
  const fixed = constants(problem.policy, columns);
  const { bound, edgeVisits } = sweepFrom(state, columns, fixed, {
    tolerance,
    ...(effort === undefined ? {} : { budget: effort }),
  });
  return { x: state.x, z: state.z, bound, massBound: bound / 2, edgeVisits };
}

function anywhere({ order, demand }: { order: number; demand: Float64Array }, seed: number): State {
  const state = emptyState(order);
  for (let v = 0; v < order; v++) {
    state.x[v] = 1000 * ((v * 7919 + seed) % 13);
    if (demand[v]! > 0) state.f[v] = state.x[v]! / demand[v]!;
  }
  return state;
}

describe('where a solve starts from', () => {
  it('does not decide whether the tolerance is met', () => {
    fc.assert(
      fc.property(cases(), fc.constantFrom(1e-6, 1e-9), fc.nat(12), (ledger, tolerance, seed) => {
        const problem = replay(ledger);
        const cold = sweep(columnsOf(problem), problem.policy, { tolerance });
        const warm = sweepFromAnywhere(problem, { tolerance, seed });
        expect(warm.bound).toBeLessThanOrEqual(Math.max(tolerance, cold.bound));
      }),
      { numRuns: 3000, endOnFailure: true },
    );
  });
});
