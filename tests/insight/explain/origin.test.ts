/**
 * Where mass started, in communities in which everybody endorses everybody else: there the share of each origin is
 * known, and so is how much is left after each round. What is searched is counted by how often rows are read.
 */
import { describe, expect, it } from 'vitest';
import { originsOf } from '../../../src/insight/explain/origin.ts';
import type { Settlement } from '../../../src/insight/settlement.ts';
import { said, settlementOf } from '../community.ts';

/** `count` contributors, all of whom endorse all others, and hold a credential each. */
const everybody = (count: number) =>
  settlementOf(
    Array.from({ length: count }, (_, u) => [
      `+m${u}`,
      ...Array.from({ length: count }, (_, v) => (v === u ? [] : [`m${u}>m${v}`])).flat(),
    ]).flat(),
  );

/** Searches, and counts the endorsements that were followed. */
function searched(settlement: Settlement, target: number, tolerance: number) {
  let followed = 0;
  const { solver } = settlement;
  const counting = new Proxy(solver, {
    get(_, name) {
      if (name === 'flow') followed++;
      const value = Reflect.get(solver, name, solver);
      return typeof value === 'function' ? value.bind(solver) : value;
    },
  });
  const { found, error } = originsOf({ ...settlement, solver: counting }, target, tolerance);
  const sum = found.reduce((all, { mass }) => all + mass, 0);
  return { found, error, followed, left: solver.mass(target) - sum, whole: solver.mass(target) };
}

/** What a start hands a target of its own, and one of another: s = 1 + d o, o = d (s + (n - 2) o) / (n - 1). */
function shares(n: number, damping: number): { own: number; other: number } {
  const step = damping / (n - 1);
  const other = step / (1 - step * (n - 2) - step * damping);
  return { own: 1 + damping * other, other };
}

describe('origins', () => {
  it('are told to the tolerance, all together, where that takes little', () => {
    const settlement = everybody(12);
    const { own, other } = shares(12, 0.85);
    for (const tolerance of [1e-1, 1e-3, 1e-6]) {
      const { found, error, left, whole, followed } = searched(settlement, 3, tolerance);
      expect(found).toHaveLength(12);
      for (const { row, why, mass, error: open } of found) {
        const exact = 0.15 * (row === 3 ? own : other);
        expect(why).toBe('origin');
        expect(mass).toBeLessThanOrEqual(exact * (1 + 1e-9));
        expect(mass + open!).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
        expect(open).toBe(error);
      }
      // A round of 12 x 11 endorsements takes 0.15 off what is left, and no more than it takes is followed.
      expect(left).toBeLessThanOrEqual(tolerance * whole * (1 + 1e-9));
      expect(error).toBeLessThanOrEqual(tolerance * whole * (1 + 1e-9));
      const rounds = Math.log(tolerance) / Math.log(0.85);
      expect(left).toBeGreaterThan(0.5 * tolerance * whole);
      expect(followed).toBeLessThanOrEqual((rounds + 1) * 132);
    }
  });

  it('are told to the tolerance one by one, where all together would take more', () => {
    const settlement = everybody(40);
    const { own, other } = shares(40, 0.85);
    const tolerance = 1e-6;
    const { found, error, left, whole, followed } = searched(settlement, 0, tolerance);
    expect(found).toHaveLength(40);
    for (const { row, mass, error: open } of found) {
      const exact = 0.15 * (row === 0 ? own : other);
      expect(mass).toBeLessThanOrEqual(exact * (1 + 1e-9));
      expect(mass + open!).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
    }
    // Each of 40 may be off by as much as all together: 62 rounds instead of 85.
    expect(error).toBeLessThanOrEqual(tolerance * whole * (1 + 1e-9));
    expect(left).toBeGreaterThan(10 * tolerance * whole);
    expect(left).toBeLessThanOrEqual(40 * tolerance * whole);
    const round = 40 * 39;
    const rounds = Math.log(40 * tolerance) / Math.log(0.85);
    expect(followed).toBeGreaterThan(30_000);
    expect(followed).toBeLessThanOrEqual((rounds + 2) * round);
  });

  it('are all found where no chain is endless, however little may be left', () => {
    const settlement = settlementOf(
      said('+a*3', '+b*0.7', '+e', 'a>b*3', 'a>c', 'b>c*0.3', 'b>d', 'c>d', 'e>c', 'f>d'),
    );
    const { found, error, left, followed } = searched(settlement, 3, 1e-300);
    const row = (id: string) => settlement.row(id);
    expect(
      searched(settlement, row('d'), 1e-300)
        .found.map(({ row }) => row)
        .toSorted(),
    ).toEqual(['a', 'b', 'e'].map(row).toSorted());
    expect([found.length > 0, error < 1e-15, Math.abs(left) < 1e-15, followed < 20]).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  it('with unequal credentials are off by what their own restart could make of what is left', () => {
    const settlement = settlementOf(said('+a*4', '+b', 'a>b', 'b>a'));
    const { found, error, left, whole } = searched(settlement, 0, 0.1);
    expect(left).toBeLessThanOrEqual(0.1 * whole);
    expect(found.map(({ row }) => row)).toEqual([0, 1]);
    // Of a more could be left than there is in all; of b at most a quarter of that of a.
    const [a, b] = found.map(({ error }) => error!);
    expect(a! / left).toBeCloseTo(1, 6);
    expect(error).toBe(a);
    expect(b!).toBeLessThanOrEqual(a!);
  });
});
