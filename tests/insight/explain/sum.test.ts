/** Sums of explanations: what is left over, what parts are fitted by, shares of nothing. */
import { describe, expect, it } from 'vitest';
import { fitting, restOf, shareOf } from '../../../src/insight/explain/sum.ts';

describe('what is left of a whole', () => {
  it('is the whole less its parts, to the last digit of all that they have together', () => {
    expect(restOf(10, [1, 2, 3])).toBe(4);
    expect(restOf(5, [])).toBe(5);
    // One by one each of a thousand parts of 2^-55 is lost beside 1.
    const parts = new Array<number>(1000).fill(2 ** -55);
    expect(restOf(1, [...parts, 0.5])).toBe(0.5 - 1000 * 2 ** -55);
    expect(restOf(1, [2])).toBe(-1);
  });

  it('is nothing where it is less than the rounding of the parts', () => {
    expect(restOf(1, [1 - 1e-14])).toBe(0);
    expect(restOf(1, [1 + 0.5e-14])).toBe(0);
    expect(restOf(1, [1 - 2e-14])).toBeCloseTo(2e-14, 16);
    expect(restOf(1, [1 - 2e-14])).toBeGreaterThan(0);
    expect(restOf(1, [1 + 2e-14])).toBeLessThan(0);
    expect(restOf(-1, [-1 + 0.5e-14])).toBe(0);
    expect(restOf(1e6, [1e6 - 5e-9])).toBe(0);
    expect(restOf(0, [])).toBe(0);
  });
});

describe('what parts are fitted by', () => {
  it('is one where they are no more than the whole, or more by a rounding', () => {
    expect(fitting(2, [1, 0.5])).toBe(1);
    expect(fitting(2, [1, 1])).toBe(1);
    expect(fitting(1, [1 + 0.5e-12])).toBe(1);
    expect(fitting(0, [])).toBe(1);
  });

  it('makes them the whole where they are more', () => {
    expect(fitting(2, [3, 1])).toBe(0.5);
    expect(fitting(1, [1 + 4e-12])).toBeLessThan(1);
  });
});

describe('a share', () => {
  it('is a part of the whole, 0 of nothing', () => {
    expect([shareOf(1, 4), shareOf(0, 4), shareOf(1, 0), shareOf(0, 0)]).toEqual([0.25, 0, 0, 0]);
  });
});
