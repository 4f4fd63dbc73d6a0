/** Between two points of the record: rank correlations against their definitions, newcomers, who moved. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TrustEngine } from '../../src/index.ts';
import { lorenz } from '../../src/insight/held.ts';
import { kendall, type Mover, mobilityOf, spearman, spearmanWith } from '../../src/insight/mobility.ts';
import type { Scores } from '../../src/scores.ts';

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

describe('movers', () => {
  /** Scores by contributor, NaN for one who was forgotten. */
  const scores = (trust: Record<string, number>, bound = 0, sequence = 1) => {
    const ids = Object.keys(trust);
    return {
      trustByContributor: () => Float64Array.from(Object.values(trust)),
      idOf: (index: number) => ids[index]!,
      bound,
      sequence,
    } as unknown as Scores;
  };
  const names = (movers: readonly Mover[]) => movers.map(({ contributor }) => contributor);

  it('are those who moved by more than both bounds leave open', () => {
    const then = scores({ a: 0.25, b: 0.25, c: 0.25, d: 0.25 }, 0.0625);
    const now = scores({ a: 0.375, b: 0.125, c: 0.5, d: 0 }, 0.0625, 2);
    expect(mobilityOf(then, now)).toMatchObject({
      since: 1,
      rose: [{ contributor: 'c', before: 0.25, trust: 0.5, change: 0.25 }],
      fell: [{ contributor: 'd', before: 0.25, trust: 0, change: -0.25 }],
    });
    const sharper = mobilityOf(then, { ...now, bound: 0.06 } as Scores);
    expect([names(sharper.rose), names(sharper.fell)]).toEqual([
      ['c', 'a'],
      ['d', 'b'],
    ]);
  });

  it('stand by how far they went, equals by name, and no more than are asked for', () => {
    const then = scores({ f: 0.125, e: 0.125, d: 0.125, c: 0.125, b: 0.25, a: 0.25, s: 0.5 });
    const now = scores({ s: 0.5, f: 0, e: 0.375, d: 0.25, c: 0.25, b: 0.125, a: 0.125 });
    const { rose, fell } = mobilityOf(then, now);
    expect(names(rose)).toEqual(['e', 'c', 'd']);
    expect(names(fell)).toEqual(['f', 'b', 'a']);
    const first = mobilityOf(then, now, 1);
    expect([names(first.rose), names(first.fell)]).toEqual([['e'], ['f']]);
    const two = mobilityOf(then, now, 2);
    expect([names(two.rose), names(two.fell)]).toEqual([
      ['e', 'c'],
      ['f', 'b'],
    ]);
  });

  it('are neither newcomers nor those who were forgotten', () => {
    const then = scores({ a: 0.5, b: Number.NaN, c: 0.5 });
    const now = scores({ a: 0.25, b: 0.5, c: Number.NaN, d: 0.25 });
    expect(mobilityOf(then, now)).toEqual({
      since: 1,
      newcomers: 2,
      newcomersShare: 0.75,
      spearman: null,
      kendall: null,
      rose: [],
      fell: [{ contributor: 'a', before: 0.5, trust: 0.25, change: -0.25 }],
    });
  });
});

describe('the order of those who stayed', () => {
  it('is compared without those who came or went', () => {
    const index = (trust: number[]) =>
      ({
        trustByContributor: () => Float64Array.from(trust),
        idOf: (at: number) => 'abcdef'[at]!,
        bound: 0,
        sequence: 0,
      }) as unknown as Scores;
    const then = index([0.3, 0.1, 0.2, 0.25, Number.NaN, 0.15]);
    const now = index([0.1, 0.3, 0.2, Number.NaN, 0.25, 0.15]);
    // a, b, c and f: ranks 4 1 3 2 then, 1 4 3 2 now; of six pairs one agrees.
    const { spearman: ranks, kendall: pairs } = mobilityOf(then, now);
    expect(ranks).toBeCloseTo(1 - (6 * (9 + 9)) / (4 * 15), 12);
    expect(pairs).toBeCloseTo((1 - 5) / 6, 12);
  });
});

describe('rank correlation of what does not vary', () => {
  it('is none, on either side, and of fewer than two', () => {
    const [same, other] = [Float64Array.of(2, 2, 2), Float64Array.of(1, 2, 3)];
    for (const [one, two] of [
      [same, other],
      [other, same],
      [same, same],
      [Float64Array.of(1), Float64Array.of(1)],
      [new Float64Array(0), new Float64Array(0)],
    ] as const) {
      expect([spearman(one, two), kendall(one, two), spearmanWith(one)(two)]).toEqual([null, null, null]);
    }
    const reverse = Float64Array.of(9, 5, 1);
    expect([spearman(other, reverse), kendall(other, reverse), spearmanWith(other)(reverse)]).toEqual([
      -1, -1, -1,
    ]);
    expect(spearmanWith(other)(other)).toBe(1);
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
