/** The batch solver runs the conformance suite: from nothing, over frozen columns. */
import { sweep } from '../../src/solver/sweep.ts';
import { conformance } from './conformance.ts';
import { columnsOf } from './problem.ts';

conformance('sweep', {
  cold: true,
  solve(problem, { tolerance, effort }) {
    const columns = columnsOf(problem);
    // A sweep and the certificate that follows it are two passes at most.
    const limit =
      effort === undefined ? {} : { limit: Math.max(1, Math.floor(effort / (columns.edges + 1))) };
    const { state, bound, edgeVisits } = sweep(columns, problem.policy, { tolerance, ...limit });
    return { x: state.x, z: state.z, bound, massBound: bound / 2, edgeVisits };
  },
});
