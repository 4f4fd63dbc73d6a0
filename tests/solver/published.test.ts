/**
 * What a published view promises beside the bound: shares, ranks and the places that are proven. The exact
 * shares come from the witness, which shares no code.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventInput } from '../../src/index.ts';
import { TrustEngine } from '../../src/index.ts';
import { trustAllowance } from '../witness/allowance.ts';
import { cases } from '../witness/arbitraries.ts';
import { sum } from '../witness/double-double.ts';
import { fixedPoint } from '../witness/fixed-point.ts';
import { replay } from '../witness/record.ts';
import { engineOf, publish } from './published.ts';

// Twenty seconds: far more than the runs take, and enough for shrinking a failure.
const RUNS = { numRuns: 100, interruptAfterTimeLimit: 20_000 };

describe('what is published', () => {
  it('trust is not negative and sums to 1; multiple is trust in means', () => {
    fc.assert(
      fc.property(cases(), fc.constantFrom(1e-2, 1e-9), (ledger, tolerance) => {
        const rows = [...engineOf(ledger, tolerance).scores()];
        fc.pre(rows.length > 0);
        expect(Math.abs(sum(rows.map((row) => row.trust)) - 1)).toBeLessThanOrEqual(rows.length * 2 ** -53);
        for (const { trust, multiple, mass, distrust } of rows) {
          expect(Math.min(trust, mass, distrust)).toBeGreaterThanOrEqual(0);
          expect(multiple).toBeCloseTo(trust * rows.length, 12);
        }
      }),
      RUNS,
    );
  });

  it('ranks count from 1 by falling trust, ties by id in code-unit order, and every view of them agrees', () => {
    fc.assert(
      fc.property(cases(), (ledger) => {
        const scores = engineOf(ledger).scores();
        const rows = [...scores];
        expect(rows.map((row) => row.rank)).toEqual(rows.map((_, place) => place + 1));
        expect(scores.length).toBe(rows.length);
        expect(scores.top(3)).toEqual(rows.slice(0, 3));
        const others = Math.max(1, rows.length - 1);
        for (const { trust, percentile } of rows) {
          const less = rows.filter((other) => other.trust < trust).length;
          expect(percentile).toBeCloseTo(rows.length === 1 ? 100 : (100 * less) / others, 10);
        }
        for (const [place, row] of rows.entries()) {
          expect(scores.of(row.contributor)).toEqual(row);
          expect(row.rankFrom).toBeLessThanOrEqual(row.rank);
          expect(row.rankTo).toBeGreaterThanOrEqual(row.rank);
          const above = rows[place - 1];
          if (above === undefined) continue;
          expect(above.trust).toBeGreaterThanOrEqual(row.trust);
          if (above.trust === row.trust) expect(above.contributor < row.contributor).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it('contributors with the same published trust are in code-unit order, whatever rounding hides below it', () => {
    // Seven alike: everybody has 1/7, but by more than one way of adding it up.
    const pairs = [
      ['ada', 'linus'],
      ['1e5', '007'],
      ['ada', 'Zoe'],
      ['ada', 'constructor'],
      ['Zoe', '__proto__'],
    ];
    for (const balance of [0.143, 0.145, 0.148, 0.149, 0.15]) {
      const engine = new TrustEngine({ policy: { damping: 0, balance, cap: 2 } });
      engine.apply(
        pairs.map(([source, target]): EventInput => {
          return { type: 'endorse', source: source!, target: target! };
        }),
      );
      const rows = [...engine.scores()];
      const expected = [...rows].sort(
        (p, q) => q.trust - p.trust || (p.contributor < q.contributor ? -1 : 1),
      );
      expect(rows).toEqual(expected);
    }
  });

  it('a place that is claimed as proven is proven: nobody outside rankFrom..rankTo changes sides', () => {
    fc.assert(
      fc.property(cases(), fc.constantFrom(1e-1, 1e-3, 1e-9), (ledger, tolerance) => {
        const record = replay(ledger);
        fc.pre(record.ids.length > 0);
        const { trust } = fixedPoint(record);
        const told = publish(ledger, record, tolerance);
        const slack = trustAllowance(record);
        for (const [v, { rankFrom, rankTo }] of told.rows.entries()) {
          const notBelow = trust.filter((share, u) => u !== v && share > trust[v]! - slack).length;
          const notAbove = trust.filter((share, u) => u !== v && share < trust[v]! + slack).length;
          expect(rankFrom - 1).toBeLessThanOrEqual(notBelow);
          expect(record.ids.length - rankTo).toBeLessThanOrEqual(notAbove);
        }
      }),
      { ...RUNS, numRuns: 200 },
    );
  });

  it('two contributors that differ by less than the bound are a tie that is not proven', () => {
    fc.assert(
      fc.property(cases(), fc.constantFrom(1e-1, 1e-3, 1e-9), (ledger, tolerance) => {
        const scores = engineOf(ledger, tolerance).scores();
        const rows = [...scores];
        for (const [place, row] of rows.entries()) {
          const next = rows[place + 1];
          if (next === undefined || row.trust - next.trust >= scores.bound) continue;
          expect(row.rankTo).toBeGreaterThanOrEqual(next.rank);
          expect(next.rankFrom).toBeLessThanOrEqual(row.rank);
        }
      }),
      RUNS,
    );
  });
});
