/**
 * Theorems 1 to 3 of the design, each as a property of what the engine publishes, on random ledgers over
 * the whole range of policies. Distances are measured against the witness, which shares no code; what is
 * allowed beyond the published bound is the witness's own rounding (tests/witness/allowance.ts).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { massAllowance, trustAllowance } from '../witness/allowance.ts';
import { cases, EPOCH, type Limits } from '../witness/arbitraries.ts';
import { sum } from '../witness/double-double.ts';
import { certified, distance, fixedPoint, l1, region } from '../witness/fixed-point.ts';
import type { LedgerEvent } from '../witness/record.ts';
import { replay } from '../witness/record.ts';
import { certify } from './certify.ts';
import { engineOf, publish } from './published.ts';

// Twenty seconds: far more than the runs take, and enough for shrinking a failure.
const RUNS = { numRuns: 100, interruptAfterTimeLimit: 20_000 };
const indexes = (length: number) => fc.array(fc.nat(9999), { minLength: length, maxLength: length });

describe('theorems', () => {
  it('1: there is one fixed point, wherever the iteration starts, and the engine is within its bound of it', () => {
    fc.assert(
      fc.property(cases(), indexes(24), (ledger, start) => {
        const record = replay(ledger);
        fc.pre(record.ids.length > 0);
        const total = sum(record.credentials);
        const scatter = (from: number) => record.credentials.map((_, v) => (start[from + v]! * total) / 5000);
        const told = publish(ledger, record);
        const low = fixedPoint(record);
        const high = fixedPoint(record, { x: scatter(0), z: scatter(12) });
        expect(l1(low.trust, high.trust)).toBeLessThanOrEqual(trustAllowance(record));
        for (const exact of [low, high]) {
          expect(l1(told.trust, exact.trust)).toBeLessThanOrEqual(told.bound + trustAllowance(record));
        }
      }),
      RUNS,
    );
  });

  it('2: the true distance is at most the published bound, also where little was asked for', () => {
    fc.assert(
      fc.property(cases(), fc.constantFrom(1, 1e-1, 1e-2, 1e-4, 1e-12), (ledger, tolerance) => {
        const record = replay(ledger);
        fc.pre(record.ids.length > 0);
        const exact = fixedPoint(record);
        const told = publish(ledger, record, tolerance);
        expect(l1(told.trust, exact.trust)).toBeLessThanOrEqual(told.bound + trustAllowance(record));
        expect(distance(record, told, exact)).toBeLessThanOrEqual(
          told.massBound + massAllowance(record, told.voice),
        );
      }),
      { ...RUNS, numRuns: 200 },
    );
  });

  it('2 and 3: on 300 ledgers at three tolerances nothing breaks a bound, and the certificate is nearly attained', () => {
    const { worst, violations } = certify(300, Math.floor(Math.random() * 2 ** 31));
    expect(violations).toEqual([]);
    // A bound of 2 for everybody would break nothing either.
    expect(worst).toBeGreaterThan(0.1);
  });

  it('3: no set of contributors holds more mass than the flow that enters it and its own credentials allow', () => {
    fc.assert(
      fc.property(cases(), indexes(12), fc.constantFrom(1e-2, 1e-9), (ledger, bits, tolerance) => {
        const record = replay(ledger);
        const told = publish(ledger, record, tolerance);
        const inside = record.ids.map((_, v) => bits[v]! % 2 === 0);
        const { mass, limit } = region(record, told, inside);
        const slack = told.massBound + certified(record, massAllowance(record, told.voice));
        expect(mass).toBeLessThanOrEqual(limit + slack);
      }),
      { ...RUNS, numRuns: 300 },
    );
  });

  it('3: accounts without credentials gain nothing from what they say among themselves', () => {
    // A farm of six that only endorses itself, beside a community with a credential: no flow enters it.
    const farm = ['f1', 'f2', 'f3', 'f4', 'f5', 'f6'];
    const limits: Limits = { credentials: false, forget: false };
    fc.assert(
      fc.property(cases(limits), indexes(12), fc.integer({ min: -9, max: 12 }), (ledger, picks, power) => {
        const { policy, ids } = replay(ledger);
        const kind = Object.keys(policy.kinds ?? { endorsement: 1 })[0]!;
        const inside = picks.map((pick, n): LedgerEvent => {
          const [source, target] = [farm[n % 6]!, farm[pick % 6]!];
          return { type: 'endorse', source, target, weight: 10 ** power, kind, at: EPOCH };
        });
        const events = [...ledger.events, ...inside, { type: 'grant' as const, target: ids[0] ?? 'ada' }];
        const scores = engineOf({ ...ledger, events }).scores();
        for (const id of farm) expect(scores.of(id)?.trust ?? 0).toBeLessThanOrEqual(0);
      }),
      RUNS,
    );
  });
});
