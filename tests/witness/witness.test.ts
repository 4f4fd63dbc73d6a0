/**
 * The witness against itself: its two oracles agree, and the theorems it is used to check hold on its own
 * half-converged iterates. Catches a slip in the witness, not one shared with the equations as written.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { massAllowance, trustAllowance } from './allowance.ts';
import { cases } from './arbitraries.ts';
import { dense, isLinear } from './dense.ts';
import { add, divide, multiply, r, sum } from './double-double.ts';
import { certified, distance, fixedPoint, l1, type Point, region, residual, step } from './fixed-point.ts';
import { replay } from './record.ts';

// Twenty seconds: far more than the runs take, and enough for shrinking a failure.
const RUNS = { numRuns: 100, interruptAfterTimeLimit: 20_000 };

describe('double-double', () => {
  it('keeps what Float64 rounds away', () => {
    add(1, 0, 2 ** -80, 0);
    expect([r.hi, r.lo]).toEqual([1, 2 ** -80]);
    multiply(1 + 2 ** -52, 0, 1 + 2 ** -52, 0);
    expect([r.hi, r.lo]).toEqual([1 + 2 ** -51, 2 ** -104]);
    divide(1, 0, 3, 0);
    multiply(r.hi, r.lo, 3, 0);
    expect(Math.abs(r.hi - 1 + r.lo)).toBeLessThan(2 ** -100);
    expect(sum([1, 1e-17, 1e-17, 1e17, -1e17])).toBe(1);
  });
});

describe('the oracles', () => {
  it('agree on every linear policy: elimination and iteration find the same mass', () => {
    fc.assert(
      fc.property(cases({ objections: false, fixed: { cap: null } }), (ledger) => {
        const record = replay(ledger);
        expect(isLinear(record)).toBe(true);
        const { x } = fixedPoint(record);
        // Elimination rounds its answer in Float64 a few times for each contributor.
        const elimination = 8 * 2 ** -53 * sum(x);
        expect(l1(dense(record), x)).toBeLessThanOrEqual(massAllowance(record, sum(x)) + elimination);
      }),
      RUNS,
    );
  });

  it('find one fixed point from wherever they start, and it solves the equations', () => {
    fc.assert(
      fc.property(cases(), fc.array(fc.nat(1000), { minLength: 24, maxLength: 24 }), (ledger, start) => {
        const record = replay(ledger);
        const total = sum(record.credentials);
        const scatter = (from: number) => record.credentials.map((_, v) => (start[from + v]! * total) / 1000);
        const here = fixedPoint(record);
        const there = fixedPoint(record, { x: scatter(0), z: scatter(12) });
        expect(distance(record, here, there)).toBeLessThanOrEqual(1e-15 * total);
        expect(residual(record, here)).toBeLessThanOrEqual(1e-14 * total);
        expect(l1(here.trust, there.trust)).toBeLessThanOrEqual(trustAllowance(record));
      }),
      RUNS,
    );
  });
});

describe('the theorems, on half-converged iterates', () => {
  it('the certificate holds and the map contracts by 1 - a x balance', () => {
    fc.assert(
      fc.property(cases(), fc.nat(20), (ledger, steps) => {
        const record = replay(ledger);
        const { damping, balance } = record.policy;
        const exact = fixedPoint(record);
        let point: Point = { x: record.credentials.map(() => 0), z: record.credentials.map(() => 0) };
        for (let n = 0; n < steps; n++) point = step(record, point);
        const off = distance(record, point, exact);
        const slack = 1e-15 * sum(record.credentials);
        expect(off).toBeLessThanOrEqual(certified(record, residual(record, point) + slack));
        const rho = 1 - (1 - damping) * balance;
        expect(distance(record, step(record, point), exact)).toBeLessThanOrEqual(rho * off + slack);
      }),
      RUNS,
    );
  });

  it('no set holds more mass than the region bound, whatever it is', () => {
    fc.assert(
      fc.property(cases(), fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), (ledger, inside) => {
        const record = replay(ledger);
        const exact = fixedPoint(record);
        const { mass, limit } = region(record, exact, inside);
        expect(mass).toBeLessThanOrEqual(limit + certified(record, 1e-15 * sum(record.credentials)));
      }),
      RUNS,
    );
  });
});
