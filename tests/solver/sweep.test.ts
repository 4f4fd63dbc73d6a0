/**
 * The batch solver runs the conformance suite over frozen columns: from nothing, and from a state that has
 * nothing to do with the problem, as a policy change may leave it.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constants, emptyState, type State } from '../../src/solver/equations.ts';
import { guess, sweep, sweepFrom } from '../../src/solver/sweep.ts';
import { said } from '../insight/community.ts';
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

describe('what a solve costs', () => {
  /** 60 of whom each endorses five others, and one silent. */
  const texts = Array.from(
    { length: 300 },
    (_, k) => `m${k % 60}>m${((k % 60) * 7 + 11 * Math.floor(k / 60) + 1) % 60}*${1 + (k % 3)}`,
  ).filter((text) => !/^m(\d+)>m\1\*/.test(text));
  const community = (policy: object, ...more: string[]) =>
    replay({ initial: policy, events: said(...texts, ...more, 'm3>e') as never });
  const CREDENTIALS = ['+m0*3', '+m7'];

  it.each<[string, DenseRecord, number[]]>([
    ['nothing', community({}), [3, 7, 11]],
    ['credentials', community({}, ...CREDENTIALS), [7, 11, 15]],
    ['objections', community({ objectionWeight: 2 }, 'm1!m2*3', 'm4!m9'), [5, 8, 12]],
    ['a cap', community({ balance: 0.5, cap: 1.2 }), [4, 8, 12]],
    ['all of these', community({ balance: 0.3, cap: 3 }, ...CREDENTIALS, 'm4!m9'), [8, 12, 17]],
    ['much damping', community({ damping: 0.99 }), [6, 10, 14]],
  ])(
    'with %s is few sweeps and one certificate, which is no closer than it has to be',
    (_, problem, most) => {
      const columns = columnsOf(problem);
      // Plainly, a sweep leaves up to damping of it: 42, 84 and 127 sweeps, or 15 times as many.
      for (const [k, tolerance] of [1e-3, 1e-6, 1e-9].entries()) {
        const told: number[] = [];
        const onSweep = (expected: number) => void told.push(expected);
        const { sweeps, edgeVisits, bound } = sweep(columns, problem.policy, { tolerance, onSweep });
        const swept = problem.policy.cap === null ? columns.activeEdges : columns.edges;
        expect(columns.activeEdges).toBe(columns.edges - 1);
        expect(edgeVisits).toBe(sweeps * swept + columns.edges);
        expect(sweeps).toBeLessThanOrEqual(most[k]! + 1);
        expect(told).toHaveLength(sweeps);
        expect(told.at(-1)).toBeLessThanOrEqual(tolerance);
        for (const expected of told.slice(0, -1)) expect(expected).toBeGreaterThan(tolerance);
        expect(bound).toBeLessThanOrEqual(tolerance);
        expect(bound).toBeGreaterThan(tolerance / 20);
      }
    },
  );

  it('is within the budget but for the certificate', () => {
    for (const policy of [{}, { balance: 0.5, cap: 1.2 }]) {
      const problem = community(policy);
      const columns = columnsOf(problem);
      const { edges } = columns;
      const swept = problem.policy.cap === null ? columns.activeEdges : edges;
      for (const [budget, sweeps] of [
        [1, 1],
        [swept + edges, 1],
        [swept + edges + 1, 2],
        [4 * swept + edges, 4],
        [4 * swept + edges + 1, 5],
      ] as const) {
        const told = sweep(columns, problem.policy, { tolerance: 1e-9, budget });
        expect([told.sweeps, told.edgeVisits]).toEqual([sweeps, sweeps * swept + edges]);
        expect(told.bound).toBeGreaterThan(1e-9);
      }
    }
  });

  it('ends where rounding allows no more: two certificates say the same', () => {
    for (const problem of [
      community({}),
      community({}, ...CREDENTIALS),
      community({ objectionWeight: 2 }, 'm1!m2*3', 'm4!m9'),
      community({ balance: 0.5, cap: 1.2 }),
    ]) {
      const columns = columnsOf(problem);
      const { sweeps, edgeVisits, bound } = sweep(columns, problem.policy, { tolerance: 0 });
      const swept = problem.policy.cap === null ? columns.activeEdges : columns.edges;
      expect(bound).toBeLessThan(1e-12);
      expect(sweeps).toBeLessThan(200);
      expect(edgeVisits).toBe(sweeps * swept + 2 * columns.edges);
    }
  });

  it('is one sweep from where it ended, and tells what arrives there', () => {
    const problem = community({ objectionWeight: 2 }, 'm1!m2*3', 'm4!m9');
    const columns = columnsOf(problem);
    const fixed = constants(problem.policy, columns);
    const { state } = sweep(columns, problem.policy, { tolerance: 1e-9 });
    const { order } = columns;
    const arrivals = { plus: new Float64Array(order), minus: new Float64Array(order) };
    const again = sweepFrom(state, columns, fixed, { tolerance: 1e-8 }, arrivals);
    expect(again.sweeps).toBe(1);
    for (let v = 0; v < order; v++) {
      const received = (matrix: Float64Array[]) =>
        matrix.reduce((sum, row, u) => sum + fixed.damping * row[v]! * again.state.f[u]!, 0);
      expect(arrivals.plus[v]).toBeCloseTo(received(problem.endorsed), 12);
      expect(arrivals.minus[v]).toBeCloseTo(received(problem.objected), 12);
    }
    // Nobody objects: there is nothing to tell of that.
    const free = community({});
    const alone = { plus: new Float64Array(order), minus: new Float64Array(order).fill(7) };
    const other = columnsOf(free);
    sweepFrom(emptyState(order), other, constants(free.policy, other), { tolerance: 1e-3 }, alone);
    expect(alone.minus.every((one) => one === 7)).toBe(true);
    expect(alone.plus.some((one) => one > 0)).toBe(true);
  });

  it('begins with what those have who hear much, where all count 1, and else with nothing', () => {
    const problem = community({});
    const columns = columnsOf(problem);
    const fixed = constants(problem.policy, columns);
    const state = emptyState(columns.order);
    guess(columns, fixed, state);
    const hears = (v: number) => problem.endorsed.filter((row) => row[v]! > 0).length;
    const mean = columns.activeEdges / 60;
    problem.ids.forEach((id, v) => {
      const wanted = id === 'e' ? 0 : (0.15 + (0.85 * hears(v)) / mean) / columns.demand[v]!;
      expect(state.f[v]).toBeCloseTo(wanted, 12);
    });
    const cold = sweepFrom(emptyState(columns.order), columns, fixed, { tolerance: 1e-3 }).sweeps;
    expect(sweep(columns, problem.policy, { tolerance: 1e-3 }).sweeps).toBeLessThan(cold - 1);
    const granted = columnsOf(community({}, ...CREDENTIALS));
    const empty = emptyState(granted.order);
    guess(granted, fixed, empty);
    expect(empty.f.every((flow) => flow === 0)).toBe(true);
  });
});
