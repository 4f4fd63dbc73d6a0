/** The equations of one row: each closed form solves the equation it stands for, on both sides of the cap. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ceilingOf, constants, emptyState, massOf, restartRate, voice } from '../../src/solver/equations.ts';

const part = fc.integer({ min: 0, max: 1000 }).map((k) => k / 1000);

describe('the numbers that all rows share', () => {
  const policy = { damping: 0.75, balance: 0.5, cap: 3, objectionWeight: 0.25 };

  it('follow from the policy and the credentials', () => {
    expect(constants(policy, { credentialSum: 10, order: 5 })).toEqual({
      damping: 0.75,
      stop: 0.25,
      k: 0.25,
      back: 0.125,
      ceiling: 6,
      floor: 0.125,
      capped: true,
    });
    expect(constants({ ...policy, balance: 0.25 }, { credentialSum: 1, order: 1 })).toMatchObject({
      back: 0.1875,
      floor: 0.0625,
    });
  });

  it('know no ceiling without a cap, nor where nothing is earned', () => {
    const without = { ceiling: Number.POSITIVE_INFINITY, capped: false };
    expect(constants({ ...policy, cap: null }, { credentialSum: 10, order: 5 })).toMatchObject(without);
    expect(constants({ ...policy, balance: 1 }, { credentialSum: 10, order: 5 })).toMatchObject(without);
  });

  it('measure the cap by the mean restart, which is 1 before anybody is there', () => {
    expect(ceilingOf(3, 10, 5)).toBe(6);
    expect(ceilingOf(3, 0, 0)).toBe(3);
    expect(ceilingOf(3, 10, 1)).toBe(30);
  });

  it('give restart for a unit of credential, with what the cap returned', () => {
    const fixed = constants(policy, { credentialSum: 10, order: 5 });
    expect(restartRate(fixed, 4, 10)).toBe(0.125 + (0.125 * 4) / 10);
    expect(restartRate(fixed, 0, 10)).toBe(0.125);
    expect(restartRate(fixed, 4, 0)).toBe(0.125);
  });

  it('begin with nobody having anything', () => {
    expect(emptyState(2)).toEqual({
      x: Float64Array.of(0, 0),
      z: Float64Array.of(0, 0),
      f: Float64Array.of(0, 0),
      excess: 0,
    });
  });
});

describe('a mass', () => {
  it('is what arrives and what that earns: x = s + g min(x, K)', () => {
    fc.assert(
      fc.property(part, part, part, (s, back, ceiling) => {
        const g = 0.99 * back;
        const x = massOf(s, { back: g, ceiling } as never);
        expect(Math.abs(s + g * Math.min(x, ceiling) - x)).toBeLessThanOrEqual(1e-12);
      }),
    );
    expect(massOf(3, { back: 0.25, ceiling: 4 } as never)).toBe(4);
    expect(massOf(4, { back: 0.25, ceiling: 4 } as never)).toBe(5);
    expect(massOf(3, { back: 0.25, ceiling: Number.POSITIVE_INFINITY } as never)).toBe(4);
  });
});

describe('a voice', () => {
  it('is x x / (x + k z): all of it where nobody objects, nothing of nothing', () => {
    fc.assert(
      fc.property(part, part, part, (x, z, k) => {
        fc.pre(x > 0);
        expect(Math.abs(voice(x, z, k) - (x * x) / (x + k * z))).toBeLessThanOrEqual(1e-12);
      }),
    );
    expect(voice(3, 0, 1)).toBe(3);
    expect(voice(3, 5, 0)).toBe(3);
    expect(voice(0, 5, 1)).toBe(0);
    expect(voice(0, 0, 0)).toBe(0);
    expect(voice(-1, 0, 1)).toBe(0);
  });

  it('does not lose the smallest masses', () => {
    expect(voice(1e-200, 1e-200, 1)).toBeCloseTo(0.5e-200, 210);
    expect(voice(1e-200, 1e-200, 1) / 1e-200).toBeCloseTo(0.5, 12);
  });
});
