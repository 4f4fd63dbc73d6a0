/** What an attack did, each figure against the plainest way to count it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Side } from '../../src/lab/campaign.ts';
import { auc, outcomeOf, shareOf } from '../../src/lab/outcome.ts';
import '../seed.ts';

/** Few values, so that ties are common. */
const scores = fc.array(fc.constantFrom(0, 0, 1e-300, 0.25, 0.5, 1, 3), { maxLength: 40 });

describe('the AUC', () => {
  it('is the part of all pairs in which the honest one is above, equal ones counting half', () => {
    fc.assert(
      fc.property(scores, scores, (above, below) => {
        let won = 0;
        for (const high of above) for (const low of below) won += high > low ? 1 : high === low ? 0.5 : 0;
        const pairs = above.length * below.length;
        expect(auc(above, below)).toBe(pairs === 0 ? null : won / pairs);
      }),
    );
  });

  it('and that of the two exchanged make 1', () => {
    const some = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(some, some, (above, below) => {
        expect(auc(above, below)! + auc(below, above)!).toBeCloseTo(1, 12);
      }),
    );
  });

  it('is known where all are equal, where all are above, and where there is nobody', () => {
    expect(auc([1, 1, 1], [1, 1])).toBe(0.5);
    expect(auc([2, 3], [1, 0])).toBe(1);
    expect(auc([0], [1, 2])).toBe(0);
    expect(auc([], [1])).toBe(null);
    expect(auc([1], [])).toBe(null);
  });

  it('of a hundred thousand against a hundred thousand is that of ten against ten, each repeated', () => {
    const high = [5, 1, 4, 4, 2, 0, 3, 3, 3, 2];
    const low = [3, 0, 0, 5, 1, 2, 2, 3, 4, 1];
    const often = (values: number[]) => Array.from({ length: 100_000 }, (_, k) => values[k % 10]!);
    expect(auc(often(high), often(low))).toBe(auc(high, low));
  });
});

const community = fc
  .integer({ min: 1, max: 250 })
  .chain((order) =>
    fc.record({
      before: fc.array(fc.constantFrom(0, 0.1, 0.2, 0.5, 0.7), { minLength: order, maxLength: order }),
      after: fc.array(fc.constantFrom(0, 0.1, 0.2, 0.5, 0.7, 0.9), {
        minLength: order + 30,
        maxLength: order + 30,
      }),
      sides: fc.array(fc.constantFrom(Side.honest, Side.honest, Side.turned), {
        minLength: order,
        maxLength: order,
      }),
    }),
  )
  .map(({ before, after, sides }) => ({
    before,
    after: Float64Array.from(after),
    sides: [...sides, ...new Array<number>(30).fill(Side.fake)],
  }));

describe('what is told of an attack', () => {
  it('is what counting finds: share, best place, displaced, newcomers below', () => {
    fc.assert(
      fc.property(community, ({ before, after, sides }) => {
        const newcomers = before.map((_, u) => u).filter((u) => u % 3 === 0);
        const told = outcomeOf({
          scorer: 'any',
          before,
          after: { score: after, bound: 0.5, error: 0 },
          sides,
          newcomers,
          targets: new Set([0]),
        });
        const all = [...after];
        const fakes = all.filter((_, u) => sides[u] === Side.fake);
        const sum = (values: number[]) => values.reduce((total, each) => total + each, 0);
        expect(told.share).toBeCloseTo(sum(all) > 0 ? sum(fakes) / sum(all) : 0, 12);
        const best = Math.max(...fakes);
        expect(told.bestRank).toBe(best > 0 ? all.filter((each) => each > best).length + 1 : null);
        // The first hundred before, in the order of the scores and then of mention.
        const top = before
          .map((score, u) => ({ score, u }))
          .sort((p, q) => q.score - p.score || p.u - q.u)
          .slice(0, 100)
          .filter(({ u }) => sides[u] === Side.honest);
        const gone = top.filter(({ u }) => all.filter((each) => each > after[u]!).length >= 100);
        expect(told.displaced).toBe(gone.length);
        const middle = fakes.toSorted((p, q) => p - q)[15]!;
        const below = newcomers.filter((u) => sides[u] === Side.honest && after[u]! < middle);
        expect(told.newcomersBelow).toBe(below.length);
        if (before[0] === 0) expect(told.targetsLost).toBe(null);
        else expect(told.targetsLost).toBeCloseTo(1 - after[0]! / before[0]!, 12);
      }),
    );
  });

  it('counts what is below 0 as nothing in a share, and no fakes as none', () => {
    expect(shareOf([-1, 1, 1], (u) => u === 1)).toBe(0.5);
    const told = outcomeOf({
      scorer: 'any',
      before: [1, 2],
      after: { score: Float64Array.of(1, 2), bound: null, error: 0 },
      sides: [Side.honest, Side.turned],
      newcomers: [0],
      targets: new Set(),
    });
    expect(told).toMatchObject({
      share: 0,
      bestRank: null,
      auc: null,
      newcomersBelow: null,
      targetsLost: null,
    });
  });
});
