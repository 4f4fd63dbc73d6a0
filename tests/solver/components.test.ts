/**
 * Components one after another: what each costs, counted by hand. Rows in no cycle are visited once; a component
 * gathers what arrives from before once, and then only its own edges are swept.
 */
import { describe, expect, it } from 'vitest';
import { presets } from '../../src/policy.ts';
import { arrange } from '../../src/solver/kernel/arrange.ts';
import { sweep } from '../../src/solver/sweep.ts';
import { said } from '../insight/community.ts';
import { fixedPoint } from '../witness/fixed-point.ts';
import { replay } from '../witness/record.ts';
import { dependencySystem } from './large.ts';
import { columnsOf } from './problem.ts';

const solved = (texts: string[], tolerance: number, more: { budget?: number; damping?: number } = {}) => {
  const { damping = 0.85, ...options } = more;
  const problem = replay({ initial: { damping }, events: said(...texts) as never });
  const columns = columnsOf(problem);
  let certificates = 0;
  const onSweep = () => {
    certificates++;
  };
  const { state, ...told } = sweep(columns, problem.policy, { tolerance, onSweep, ...options });
  const exact = fixedPoint(problem).x;
  const off = state.x.reduce((sum, x, v) => sum + Math.abs(x - exact[v]!), 0) / told.voices;
  const components = [...(arrange(columns, false).components ?? [])];
  return { ...told, certificates, off, components, edges: columns.edges, active: columns.activeEdges };
};
const GRANTS = ['+s', '+x*2', '+y*4', '+d'];

describe('components', () => {
  it('of one row each are visited once, in order, and certified once', () => {
    const dag = ['s>a', 't>a', 'a>b', 'a>c', 'b>c', 'c>d', 'b>d', 'd>e'];
    for (const grants of [[], ['+s', '+b*3']]) {
      const told = solved([...grants, ...dag], 1e-9);
      expect(told.components).toEqual([0, 1, 2, 3, 4]);
      // 7 edges to rows that say anything, all 8 for the certificate, 7 to look for components.
      expect(told).toMatchObject({ edges: 8, active: 7, edgeVisits: 7 + 8 + 7, sweeps: 2, certificates: 1 });
      expect(told.bound).toBeLessThan(1e-12);
      expect(told.off).toBeLessThan(1e-12);
    }
  });

  const ring = [
    ...['s>x', 't>x', 's>y', 't>z', 'x>y', 'y>z', 'z>w', 'w>x'],
    ...['x>d', 'y>d', 'z>d', 'w>d', 'd>f', 'd>h', 'f>g', 'h>f', 'h>g'],
  ];
  /** The same behind three rows in no cycle, which take 8 edges; then 5 come from before the ring. */
  const behind = ['s>a', 't>a', 's>b', 'a>b', 't>b', 'a>c', 'b>c', 's>c', 'c>x', ...ring];
  /** 7 edges go to rows after the ring; then the certificate, and the search. */
  const BESIDE = 8 + 5 + 7 + 26 + 24;

  it('of several rows are swept on their own edges until their share of the tolerance is met', () => {
    // Plainly each sweep of the ring leaves 0.52: 32 would be needed for the last of these.
    for (const [grants, tolerance, most] of [
      [[], 1e-3, 4],
      [[], 1e-6, 6],
      [[], 1e-9, 9],
      [GRANTS, 1e-3, 3],
      [GRANTS, 1e-6, 5],
      [GRANTS, 1e-9, 7],
    ] as const) {
      const told = solved([...grants, ...behind], tolerance);
      expect(told).toMatchObject({
        edges: 26,
        active: 24,
        certificates: 1,
        components: [0, 1, 2, 3, 7, 8, 9, 10],
      });
      expect(told.bound).toBeLessThanOrEqual(tolerance);
      expect(told.off).toBeLessThanOrEqual(told.bound + 1e-13);
      const sweeps = (told.edgeVisits - BESIDE) / 4;
      expect(Number.isInteger(sweeps)).toBe(true);
      expect(sweeps).toBeGreaterThan(1);
      expect(sweeps).toBeLessThanOrEqual(most);
      expect(told.sweeps).toBe(Math.ceil((told.edgeVisits - 24) / 26));
    }
  });

  it('are gone through again, more closely, where the certificate is not content', () => {
    const told = solved(['s>x', 't>x', 'x>y', 'y>x', 'x>d', 'y>d', 'd>f', 'f>g'], 1e-2, { damping: 0.99 });
    expect(told.certificates).toBe(2);
    expect(told.bound).toBeLessThanOrEqual(1e-2);
    expect(told.off).toBeLessThanOrEqual(told.bound);
    // Twice 2 from before the ring, 3 after it and 8 for the certificate; 7 to look for it; and few sweeps of 2.
    expect(told.edgeVisits - 2 * 13 - 7).toBeLessThanOrEqual(8);
  });

  it('end where arithmetic has no more to give, though more was asked for', () => {
    const system = dependencySystem(2000);
    for (const [damping, tolerance] of [
      [0.85, 1e-14],
      [0.99, 1e-12],
      [0.5, 1e-300],
    ] as const) {
      let certificates = 0;
      const onSweep = () => {
        certificates++;
      };
      const told = sweep(system, { ...presets.classic, damping }, { tolerance, onSweep });
      expect(certificates).toBeLessThan(20);
      expect(told.sweeps).toBeLessThan(500);
      expect(told.bound).toBeLessThan(1e-9);
    }
  });

  it('end within a sweep of the budget, and say what they have come to', () => {
    for (const [budget, visits] of [
      [1, 4],
      [4, 4],
      [5, 8],
      [20, 20],
      [30, 32],
    ] as const) {
      const told = solved(ring, 1e-9, { budget });
      // After what was visited within the budget, the certificate and the search.
      expect(told.edgeVisits).toBe(visits + 17 + 15);
      expect(told.certificates).toBe(1);
      expect(told.bound).toBeGreaterThan(1e-9);
    }
    // Two rings with a row between them: no more is swept than is left of the budget.
    const two = [
      ...['s>a', 't>a', 's>b', 'a>b', 'b>a', 'a>m', 'b>m', 'm>x', 't>x'],
      ...['x>y', 'y>x', 'x>d', 'y>d', 'd>g'],
    ];
    const whole = solved(two, 1e-9);
    expect(whole.components).toEqual([0, 2, 3, 5, 6]);
    for (let budget = 1; budget <= whole.edgeVisits - 14 - 13; budget++) {
      const visits = solved(two, 1e-9, { budget }).edgeVisits - 14 - 13;
      expect(visits).toBeGreaterThanOrEqual(budget);
      expect(visits).toBeLessThan(budget + 4);
    }
  });
});
