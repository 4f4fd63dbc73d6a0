/** One setting after another in one memory: each solved to its bound, as it would be alone. */
import { describe, expect, it } from 'vitest';
import { solveAlong } from '../../src/solver/along.ts';
import { constants, emptyState } from '../../src/solver/equations.ts';
import { sweep } from '../../src/solver/sweep.ts';
import { said } from '../insight/community.ts';
import { replay } from '../witness/record.ts';
import { columnsOf } from './problem.ts';

/** A community of 60 in which everybody endorses ten, the first of them credentialed and most endorsed. */
const problem = replay({
  initial: {},
  events: said(
    '+m0*5',
    ...Array.from(
      { length: 600 },
      (_, k) => `m${k % 60}>m${((k % 60) * 7 + 3 * Math.floor(k / 60) + 1) % 60}*${1 + (k % 4)}`,
    ),
    ...Array.from({ length: 30 }, (_, k) => `m${2 * k + 1}>m0*9`),
  ) as never,
});

describe('settings along a dial', () => {
  it('are solved one by one, in their order, to the bound that is asked for', () => {
    const columns = columnsOf(problem);
    const settings = [1, 0.5, 0.2].map((balance) => ({ ...problem.policy, balance }));
    const told: number[] = [];
    solveAlong(
      emptyState(columns.order),
      columns,
      settings.map((setting) => constants(setting, columns)),
      1e-10,
      ({ bound, voices, state }, at) => {
        told.push(at);
        expect(bound).toBeLessThanOrEqual(1e-10);
        const alone = sweep(columns, settings[at]!, { tolerance: 1e-10 });
        const off = alone.state.x.reduce((sum, x, v) => sum + Math.abs(x - state.x[v]!), 0);
        expect(off).toBeLessThanOrEqual(2e-10 * voices);
      },
    );
    expect(told).toEqual([0, 1, 2]);
    solveAlong(emptyState(columns.order), columns, [], 1e-10, () => expect.unreachable());
  });

  it('without a cap there is no excess, whatever one left over; under one it is what is above', () => {
    const columns = columnsOf(problem);
    const free = constants({ ...problem.policy, balance: 0.5 }, columns);
    const state = emptyState(columns.order);
    state.excess = 3;
    const excesses: number[] = [];
    solveAlong(state, columns, [free, free], 1e-9, ({ state }) => excesses.push(state.excess));
    expect(excesses).toEqual([0, 0]);
    const capped = constants({ ...problem.policy, balance: 0.5, cap: 2 }, columns);
    solveAlong(emptyState(columns.order), columns, [capped], 1e-9, ({ state: { x, excess } }) => {
      const above = x.reduce((sum, mass) => sum + Math.max(0, mass - capped.ceiling), 0);
      expect(above).toBeGreaterThan(0.1);
      expect(excess).toBeCloseTo(above, 6);
    });
  });
});
