/** Concentration: every figure on shares that are small enough to count by hand, and against its definition. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { held, lorenz } from '../../src/insight/held.ts';

/** Shares that fall and sum to one. */
const shares = fc
  .array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 250 })
  .filter((parts) => parts.some((part) => part > 0))
  .map((parts) => {
    const sum = parts.reduce((all, part) => all + part, 0);
    return Float64Array.from(parts, (part) => part / sum).sort((one, other) => other - one);
  });
const sumOf = (values: Iterable<number>) => [...values].reduce((all, value) => all + value, 0);

describe('held', () => {
  it('is what is counted by hand: half, a quarter, a quarter, nothing', () => {
    const { gini, top1, top10, effective, effectiveHHI, nakamoto50 } = held(
      Float64Array.of(0.5, 0.25, 0.25, 0),
    );
    // The 16 ordered pairs differ by 3 in all; their mean over twice the mean share.
    expect(gini).toBeCloseTo(0.375, 12);
    expect([top1, top10]).toEqual([0.5, 0.5]);
    // Entropy 1.5 bits; squares 3/8.
    expect(effective).toBeCloseTo(2 ** 1.5, 12);
    expect(effectiveHHI).toBeCloseTo(8 / 3, 12);
    // One holds a half and not more.
    expect(nakamoto50).toBe(2);
  });

  it('is one of all where one has all, and as many as there are where all have the same', () => {
    expect(held(Float64Array.of(1))).toEqual({
      gini: 0,
      top1: 1,
      top10: 1,
      effective: 1,
      effectiveHHI: 1,
      nakamoto50: 1,
    });
    const even = held(new Float64Array(64).fill(1 / 64));
    expect(even.gini).toBeCloseTo(0, 12);
    expect(even.gini).toBeGreaterThanOrEqual(0);
    expect(even.effective).toBeCloseTo(64, 10);
    expect(even.effectiveHHI).toBeCloseTo(64, 10);
    expect(even.nakamoto50).toBe(33);
  });

  it('is nothing where nobody is', () => {
    const nothing = { gini: 0, top1: 0, top10: 0, effective: 0, effectiveHHI: 0, nakamoto50: 0 };
    expect(held(new Float64Array(0))).toEqual(nothing);
    expect(lorenz(new Float64Array(0))).toEqual([[0, 0]]);
  });

  it('is what each figure is defined to be', () => {
    fc.assert(
      fc.property(shares, (trust) => {
        const figures = held(trust);
        const order = trust.length;
        let apart = 0;
        for (const one of trust) for (const other of trust) apart += Math.abs(one - other);
        expect(figures.gini).toBeCloseTo(apart / (2 * order), 10);
        // One in a hundred, and one more where that leaves a rest.
        const part = (of: number) => Math.floor(order / of) + (order % of === 0 ? 0 : 1);
        expect(figures.top1).toBeCloseTo(sumOf(trust.subarray(0, part(100))), 12);
        expect(figures.top10).toBeCloseTo(sumOf(trust.subarray(0, part(10))), 12);
        const entropy = sumOf([...trust].map((share) => (share > 0 ? share * Math.log2(1 / share) : 0)));
        expect(figures.effective).toBeCloseTo(2 ** entropy, 8);
        expect(1 / figures.effectiveHHI).toBeCloseTo(sumOf([...trust].map((share) => share ** 2)), 12);
        expect(sumOf(trust.subarray(0, figures.nakamoto50))).toBeGreaterThan(0.5 - 1e-12);
        expect(sumOf(trust.subarray(0, figures.nakamoto50 - 1))).toBeLessThanOrEqual(0.5 + 1e-12);
      }),
    );
  });
});

describe('the Lorenz curve', () => {
  it('takes the least trusted first, in steps of equal width', () => {
    const trust = Float64Array.of(0.4, 0.3, 0.2, 0.1);
    const wanted = [0, 0.1, 0.3, 0.6, 1];
    const curve = lorenz(trust);
    expect(curve.map(([part]) => part)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    curve.forEach(([, share], k) => {
      expect(share).toBeCloseTo(wanted[k]!, 12);
    });
    expect(lorenz(trust, 2).map(([part]) => part)).toEqual([0, 0.5, 1]);
    expect(lorenz(trust, 2)[1]![1]).toBeCloseTo(0.3, 12);
    // Steps at 4/3 and 8/3 go to the nearest contributor.
    expect(lorenz(trust, 3).map(([part]) => part)).toEqual([0, 0.25, 0.75, 1]);
  });

  it('has at most a hundred steps unless asked, none beyond 1, and ends there', () => {
    fc.assert(
      fc.property(shares, (trust) => {
        const curve = lorenz(trust);
        expect(curve.length).toBe(Math.min(100, trust.length) + 1);
        expect(curve.at(-1)).toEqual([1, 1]);
        for (const [part, share] of curve) {
          expect(share).toBeLessThanOrEqual(1);
          expect(share).toBeCloseTo(sumOf(trust.slice(trust.length - Math.round(part * trust.length))), 10);
        }
      }),
    );
  });
});
