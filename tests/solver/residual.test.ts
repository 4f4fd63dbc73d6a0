/** The running certificate: each of its terms, and what bound and goal make of them. */
import { describe, expect, it } from 'vitest';
import { publishedBound, ROUNDING } from '../../src/solver/bound.ts';
import { leastOf, reach } from '../../src/solver/delivery.ts';
import { constants } from '../../src/solver/equations.ts';
import { DAMPING, FREE, NUMBER_COUNT, PENDING, SIGNED } from '../../src/solver/kernel/places.ts';
import {
  boundOf,
  ceilingError,
  ceilingNow,
  goalOf,
  othersOf,
  restartError,
  type Sums,
} from '../../src/solver/residual.ts';

const policy = { damping: 0.5, balance: 0.5, cap: 2, objectionWeight: 1 };
const restart = { cap: 2, credentialSum: 8, order: 4 };
/** back = floor = 1/4; K = 4. */
const fixed = constants(policy, restart);
const sums: Sums = { fixed, voices: 10, mass: 12, excess: 3, drift: 0.5, rate: 0.25 + (0.25 * 3) / 8 };
const free: Sums = { ...sums, fixed: constants({ ...policy, cap: null }, restart) };

describe('what of a residual is not pending', () => {
  it('is nothing of restart and cap where those in use are those of now', () => {
    expect(restartError(sums, restart)).toBe(0);
    expect(ceilingError(sums, restart)).toBe(0);
    expect(ceilingNow(restart)).toBe(4);
    expect(othersOf(sums, restart)).toBe(0.5 + 2 * ROUNDING * 12);
  });

  it('is what the excess in use is off, for all credentials', () => {
    expect(restartError({ ...sums, excess: 5 }, restart)).toBeCloseTo(0.25 * 2, 12);
    expect(restartError({ ...sums, excess: 1 }, restart)).toBeCloseTo(0.25 * 2, 12);
    expect(restartError({ ...sums, rate: 0.25 }, restart)).toBeCloseTo(0.25 * 3, 12);
    expect(othersOf({ ...sums, excess: 5 }, restart)).toBeCloseTo(0.5 + 2 * ROUNDING * 12 + 0.5, 12);
  });

  it('is what a cap in use is off, twice, for all who may be above it', () => {
    // K by now is 2 x 8 / 8 = 2; there are 8, of whom 16 could be above it.
    expect(ceilingError(sums, { ...restart, order: 8 })).toBeCloseTo(2 * 0.25 * 2 * 8, 12);
    // K by now is 16 with one contributor, against 4.
    expect(ceilingError(sums, { ...restart, order: 1 })).toBeCloseTo(2 * 0.25 * 12 * 1, 12);
    // K by now is 40 x 8 / 400; at most 4 x 8 / 0.8 of the 400 can be above it.
    expect(ceilingError(sums, { cap: 40, credentialSum: 8, order: 400 })).toBeCloseTo(0.5 * 3.2 * 40, 12);
    expect(othersOf(sums, { ...restart, order: 8 })).toBeGreaterThan(8);
  });

  it('knows neither without a cap', () => {
    const off = { ...restart, order: 9 };
    expect([restartError({ ...free, excess: 9 }, off), ceilingError(free, off)]).toEqual([0, 0]);
  });
});

describe('the bound', () => {
  it('is reach and twice the others over voices and floor, a little rounded up, at most 2', () => {
    expect(boundOf(0.1, 0.2, sums)).toBeCloseTo(0.5 / (10 * 0.25), 6);
    expect(boundOf(0.1, 0.2, sums)).toBeGreaterThan(0.5 / (10 * 0.25));
    expect(boundOf(100, 0, sums)).toBe(2);
    expect(boundOf(0, 0, { ...sums, voices: 0 })).toBe(2);
    expect(boundOf(0, 0, { ...sums, voices: -1 })).toBe(2);
    expect(boundOf(0, 0, sums)).toBe(2 * Number.EPSILON);
  });

  it('is met where the residual is at the goal', () => {
    for (const tolerance of [1e-3, 1e-6, 1e-9]) {
      const goal = goalOf(tolerance, sums);
      expect(boundOf(2 * goal, 0, sums)).toBeCloseTo(tolerance, 15);
      expect(boundOf(0, goal, sums) / tolerance).toBeCloseTo(1, 9);
    }
  });

  it('of published shares is 2 / sum(y) x residual / (a balance)', () => {
    expect(publishedBound(fixed, 0.01, 10)).toBeCloseTo(((2 / 10) * 0.01) / 0.25, 12);
    expect(publishedBound(fixed, 0, 10)).toBe(2 * Number.EPSILON);
    expect(publishedBound(fixed, 1e9, 10)).toBe(2);
  });
});

describe('the reach of what is pending', () => {
  const numbers = (pending: number, signed: number, isFree: number) => {
    const all = new Float64Array(NUMBER_COUNT);
    all[DAMPING] = 0.5;
    all[PENDING] = pending;
    all[SIGNED] = signed;
    all[FREE] = isFree;
    return all;
  };

  it('is twice all of it where there are objections or a cap', () => {
    expect(reach(numbers(3, 0, 0), 0.5)).toBe(3);
    expect(reach(numbers(-1, 0, 0), 0.5)).toBe(0);
  });

  it('is less where what is above and what is below oppose each other', () => {
    // All of one sign: twice; half and half: all, and half of what the least counts less.
    expect(reach(numbers(3, 3, 1), 0.5)).toBe(3);
    expect(reach(numbers(3, -3, 1), 0.5)).toBe(3);
    expect(reach(numbers(4, 0, 1), 1)).toBe(2);
    expect(reach(numbers(4, 0, 1), 0)).toBe(3);
    expect(reach(numbers(4, 0, 1), 0.5)).toBe(2.5);
    expect(reach(numbers(4, 1, 1), 0.5)).toBe(2 + (0.5 * 2 + 1.5 * 0.5) / 2);
    expect(reach(numbers(4, -1, 1), 0.5)).toBe(2 + (0.5 * 2 + 1.5 * 0.5) / 2);
  });

  it('counts a unit at the least as a balance says, or as nothing under a reserve', () => {
    expect(leastOf(fixed, false)).toBeCloseTo(0.25 / 0.75, 12);
    expect(leastOf(fixed, true)).toBe(0);
    expect(leastOf(constants({ ...policy, balance: 1, cap: null }, restart), false)).toBe(0.5);
  });
});
