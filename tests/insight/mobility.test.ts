/** Between two points of the record: rank correlations against their definitions, newcomers, who moved. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TrustEngine } from '../../src/index.ts';
import { lorenz } from '../../src/insight/held.ts';
import { kendall, mobilityOf, spearman } from '../../src/insight/mobility.ts';

const pairs = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { minLength: 2, maxLength: 30 });
const sides = (all: [number, number][]) =>
  [Float64Array.from(all, ([a]) => a), Float64Array.from(all, ([, b]) => b)] as const;

describe('rank correlation', () => {
  it('of Kendall counts every pair of pairs once (tau b)', () => {
    fc.assert(
      fc.property(pairs, (all) => {
        let [agree, one, other] = [0, 0, 0];
        for (const [k, [a, b]] of all.entries()) {
          for (const [c, d] of all.slice(k + 1)) {
            agree += Math.sign(a - c) * Math.sign(b - d);
            one += a === c ? 0 : 1;
            other += b === d ? 0 : 1;
          }
        }
        const told = kendall(...sides(all));
        if (one === 0 || other === 0) expect(told).toBeNull();
        else expect(told).toBeCloseTo(agree / Math.sqrt(one * other), 12);
      }),
    );
  });

  it('of Spearman is the correlation of ranks, equals sharing the mean of theirs', () => {
    fc.assert(
      fc.property(pairs, (all) => {
        const rank = (values: number[]) =>
          values.map(
            (value) =>
              values.filter((each) => each < value).length +
              (values.filter((each) => each === value).length + 1) / 2,
          );
        const [p, q] = [rank(all.map(([a]) => a)), rank(all.map(([, b]) => b))];
        const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
        const product = (u: number[], v: number[]) =>
          mean(u.map((each, k) => (each - mean(u)) * (v[k]! - mean(v))));
        const told = spearman(...sides(all));
        if (product(p, p) < 1e-12 || product(q, q) < 1e-12) expect(told).toBeNull();
        else expect(told).toBeCloseTo(product(p, q) / Math.sqrt(product(p, p) * product(q, q)), 10);
      }),
    );
  });
});

describe('mobility', () => {
  it('tells newcomers and movers apart, across two engines that number contributors otherwise', () => {
    const said = (pairs: string[]) =>
      pairs.map((pair) => ({ type: 'endorse' as const, source: pair[0]!, target: pair[1]! }));
    const then = new TrustEngine();
    then.apply([{ type: 'grant', target: 'a' }, ...said(['ab', 'ac', 'ad', 'bc'])]);
    const now = new TrustEngine();
    now.apply([
      ...said(['xd', 'yd', 'ad', 'bd', 'dx']),
      { type: 'grant', target: 'a' },
      ...said(['ab', 'ac']),
    ]);
    const told = mobilityOf(then.scores(), now.scores());
    expect([told.since, told.newcomers]).toEqual([5, 2]);
    expect(told.newcomersShare).toBeCloseTo(now.scores().of('x')!.trust + now.scores().of('y')!.trust, 12);
    expect(told.rose[0]!.contributor).toBe('d');
    expect(told.fell.map(({ contributor }) => contributor)).toContain('c');
    for (const { contributor, before, trust, change } of [...told.rose, ...told.fell]) {
      expect(before).toBe(then.scores().of(contributor)!.trust);
      expect(trust).toBe(now.scores().of(contributor)!.trust);
      expect(change).toBe(trust - before);
    }
    expect(mobilityOf(now.scores(), now.scores())).toMatchObject({
      newcomers: 0,
      spearman: 1,
      rose: [],
      fell: [],
    });
  });
});

describe('the Lorenz curve', () => {
  it('goes from nothing to all, bends one way, and encloses the Gini coefficient', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 60 }), (weights) => {
        const all = weights.reduce((a, b) => a + b) || 1;
        const shares = Float64Array.from(
          weights.toSorted((a, b) => b - a),
          (weight) => weight / all,
        );
        const curve = lorenz(shares, 1000);
        expect([curve[0], curve.at(-1)]).toEqual([
          [0, 0],
          [1, 1],
        ]);
        fc.pre(weights.some((weight) => weight > 0));
        for (let k = 2; k < curve.length; k++) {
          expect(curve[k]![1] - curve[k - 1]![1]).toBeGreaterThanOrEqual(
            curve[k - 1]![1] - curve[k - 2]![1] - 1e-12,
          );
        }
      }),
    );
  });
});
