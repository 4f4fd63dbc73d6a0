/**
 * The engine against two oracles that share no code with it: dense elimination where the equations are
 * linear, plain fixed-point iteration everywhere. What is allowed beyond the published bound is for the
 * rounding of weights (tests/witness/allowance.ts). Ledgers have at most 12 contributors: what only goes
 * wrong at scale is not seen here.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { massAllowance, trustAllowance } from '../witness/allowance.ts';
import { cases } from '../witness/arbitraries.ts';
import { dense, isLinear } from '../witness/dense.ts';
import { sum } from '../witness/double-double.ts';
import { distance, fixedPoint, l1, standings } from '../witness/fixed-point.ts';
import { replay } from '../witness/record.ts';
import { engineOf, publish } from './published.ts';

// Twenty seconds: far more than the runs take, and enough for shrinking a failure.
const RUNS = { numRuns: 200, interruptAfterTimeLimit: 20_000 };

describe('oracle', () => {
  it('on linear policies trust is within the bound of dense elimination, and mass within its bound', () => {
    fc.assert(
      fc.property(cases({ objections: false, fixed: { cap: null } }), (ledger) => {
        const record = replay(ledger);
        fc.pre(record.ids.length > 0);
        expect(isLinear(record)).toBe(true);
        const x = dense(record);
        const all = sum(x);
        const told = publish(ledger, record);
        const trust = x.map((mass) => mass / all);
        expect(l1(told.trust, trust)).toBeLessThanOrEqual(told.bound + trustAllowance(record));
        expect(l1(told.x, x)).toBeLessThanOrEqual(told.massBound + massAllowance(record, told.voice));
        expect(told.z.every((distrust) => distrust === 0)).toBe(true);
      }),
      RUNS,
    );
  });

  it('on every policy trust, mass and distrust are within the bound of plain fixed-point iteration', () => {
    fc.assert(
      fc.property(cases(), (ledger) => {
        const record = replay(ledger);
        fc.pre(record.ids.length > 0);
        const exact = fixedPoint(record);
        const told = publish(ledger, record);
        expect(l1(told.trust, exact.trust)).toBeLessThanOrEqual(told.bound + trustAllowance(record));
        // N counts distrust as much as it counts against a voice: objectionWeight times.
        expect(distance(record, told, exact)).toBeLessThanOrEqual(
          told.massBound + massAllowance(record, told.voice),
        );
      }),
      RUNS,
    );
  });

  it('standing is as far from the exact one as the bound lets it be, at most', () => {
    // With d = |y - y'|_1 <= bound x sum(y) / 2: the numerator and denominator move by at most d (1 + 1 / 2n),
    // and the denominator is at least the mean voice sum(y) / n. So |standing - exact| <= bound (n/2 + 1/4).
    fc.assert(
      fc.property(cases(), fc.constantFrom(1e-2, 1e-5, 1e-9), (ledger, tolerance) => {
        const record = replay(ledger);
        const order = record.ids.length;
        fc.pre(order > 0);
        const exact = standings(record, fixedPoint(record).y);
        const told = publish(ledger, record, tolerance);
        const allowed = (told.bound + trustAllowance(record)) * (order / 2 + 1 / 4);
        for (const [v, standing] of told.standing.entries()) {
          expect(Math.abs(standing - exact[v]!)).toBeLessThanOrEqual(allowed);
          expect(standing).toBeGreaterThan(0);
          expect(standing).toBeLessThan(1);
        }
      }),
      RUNS,
    );
  });

  it('standing weighs a row by its own largest weight however many half-lives old the row is', () => {
    // Old enough for every voice to be the same to the last digit: the reserve keeps all of it.
    for (const days of [100, 900, 1000, 1100, 5000]) {
      const ledger = {
        initial: { reserve: 0.01, halfLife: 1 },
        events: [
          { type: 'endorse' as const, source: 'ada', target: 'linus', weight: 1, at: 0 },
          { type: 'endorse' as const, source: 'ada', target: 'grace', weight: 0.5, at: 0 },
          { type: 'advance' as const, at: days * 86_400_000 },
        ],
      };
      const { standing } = publish(ledger, replay(ledger));
      expect([...standing]).toEqual([1 / 2, 3 / 4, 2 / 3].map((exact) => expect.closeTo(exact, 12)));
    }
  });

  it('the bound is at most the tolerance, unless Float64 has no room for it', () => {
    // A residual is known to some 100 roundings of all mass; theorem 2 makes of them the second term.
    fc.assert(
      fc.property(cases(), fc.constantFrom(1e-2, 1e-6, 1e-9), (ledger, tolerance) => {
        const record = replay(ledger);
        fc.pre(record.ids.length > 0);
        const { damping, balance } = record.policy;
        const told = publish(ledger, record, tolerance);
        const room = (2 * sum(record.credentials)) / (told.voice * (1 - damping) * balance);
        expect(told.bound).toBeLessThanOrEqual(Math.max(tolerance, 128 * 2 ** -53 * room));
      }),
      RUNS,
    );
  });

  it('order, size and the counts of live statements are those of a plain replay', () => {
    fc.assert(
      fc.property(cases(), (ledger) => {
        const record = replay(ledger);
        const engine = engineOf(ledger);
        const live = (type: string) => record.live.filter((past) => past.type === type).length;
        expect({
          order: engine.order,
          size: engine.size,
          endorsements: engine.endorsements,
          objections: engine.objections,
          policy: { ...engine.policy },
        }).toEqual({
          order: record.ids.length,
          size: record.size,
          endorsements: live('endorse'),
          objections: live('object'),
          policy: record.policy,
        });
      }),
      RUNS,
    );
  });

  it('no contributors is an answer', () => {
    const scores = engineOf({ initial: {}, events: [] }).scores();
    expect([scores.length, scores.bound, scores.top(3), [...scores]]).toEqual([0, 0, [], []]);
    expect(scores.of('ada')).toBeUndefined();
  });
});
