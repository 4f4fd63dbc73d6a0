/**
 * What the audit computes without sampling, against the witness: what passes through a contributor, where
 * mass began, what flows into a group and the bound that follows from it.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TrustEngine } from '../../src/index.ts';
import { expect as expectation } from '../../src/insight/expect.ts';
import { GroupMeasure } from '../../src/insight/groups.ts';
import { through } from '../../src/insight/through.ts';
import { columnsOf } from '../solver/problem.ts';
import { cases } from '../witness/arbitraries.ts';
import { fixedPoint, region } from '../witness/fixed-point.ts';
import { replay } from '../witness/record.ts';
import { chainOfWitness, expected, ledgers, walkingOf } from './chains.ts';

const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);

describe('what passes through', () => {
  it('is the chance to come by less the chance to end there, of every contributor', () => {
    fc.assert(
      fc.property(ledgers(), (ledger) => {
        const walking = walkingOf(ledger);
        const chain = chainOfWitness(walking);
        const all = sum(walking.starts);
        fc.pre(all > 0);
        for (let v = 0; v < walking.x.length; v++) {
          const comes = expected(walking, () => 0, v);
          const reaches = sum(walking.starts.map((start, u) => (start / all) * comes[u]!));
          const ends = (walking.x[v]! / all) * (1 - sum(walking.follow[v]!));
          const told = through(chain, v);
          expect(told.error).toBeLessThanOrEqual(1e-9);
          expect(Math.abs(told.reaches - reaches)).toBeLessThanOrEqual(told.error + 1e-11);
          expect(Math.abs(told.ends - ends)).toBeLessThanOrEqual(1e-11);
          expect(Math.abs(told.passes - Math.max(0, reaches - ends))).toBeLessThanOrEqual(told.error + 1e-11);
        }
      }),
      { numRuns: 60, interruptAfterTimeLimit: 20_000 },
    );
  });

  it('is all that goes beyond a gate, in closed form', () => {
    const engine = new TrustEngine({ tolerance: 1e-12 });
    engine.apply([
      { type: 'grant', target: 'root' },
      { type: 'endorse', source: 'root', target: 'gate' },
      { type: 'endorse', source: 'gate', target: 'member' },
    ]);
    const [gate] = engine.audit({ through: ['gate'] }).through;
    expect(gate!.reaches).toBeCloseTo(0.85, 10);
    expect(gate!.passes).toBeCloseTo(0.85 ** 2, 10);
  });

  it('expects no more of a walk than its certificate says', () => {
    fc.assert(
      fc.property(ledgers(), fc.constantFrom(1, 1e-3, 1e-9), (ledger, tolerance) => {
        const walking = walkingOf(ledger);
        const chain = chainOfWitness(walking);
        const values = new Float64Array(chain.order);
        const told = expectation(chain, { reward: () => 1, values, tolerance });
        const exact = expected(walking, () => 1);
        expect(told.error).toBeLessThanOrEqual(tolerance);
        exact.forEach((value, u) => {
          expect(Math.abs(told.values[u]! - value)).toBeLessThanOrEqual(told.error + 1e-10 * value);
        });
      }),
    );
  });
});

describe('where mass began', () => {
  it('is what each issuer alone would give, where the equations are linear', () => {
    const linear = { balance: 1, cap: null, kinds: null, halfLife: null, reserve: 0 };
    fc.assert(
      fc.property(
        cases({
          moderate: true,
          objections: false,
          credentials: false,
          forget: false,
          amend: false,
          advance: false,
          fixed: linear,
        }),
        fc.array(fc.tuple(fc.nat(50), fc.nat(2), fc.integer({ min: 1, max: 9 })), {
          minLength: 1,
          maxLength: 6,
        }),
        (ledger, grants) => {
          const { ids } = replay(ledger);
          fc.pre(ids.length > 0);
          const events = grants.map(([who, issuer, weight]) => ({
            type: 'grant' as const,
            target: ids[who % ids.length]!,
            issuer: `issuer ${issuer}`,
            weight,
          }));
          const engine = new TrustEngine({ policy: ledger.initial as never, tolerance: 1e-12 });
          engine.apply(ledger.events as never);
          engine.apply(events);
          const { issuers } = engine.audit({ walks: 100, through: [] });
          const masses = issuers.list.map(({ issuer }) => {
            const alone = {
              ...ledger,
              events: [...ledger.events, ...events.filter((one) => one.issuer === issuer)],
            };
            return sum(fixedPoint(replay(alone as never)).x);
          });
          const all = sum(masses);
          issuers.list.forEach(({ mass }, k) => {
            expect(Math.abs(mass - masses[k]! / all)).toBeLessThanOrEqual(1e-5);
          });
          expect(issuers.granted).toBe(1);
          expect(sum(issuers.list.map(({ credentials }) => credentials))).toBeCloseTo(1, 9);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is granted or earned, and nothing else', () => {
    fc.assert(
      fc.property(ledgers({ forget: false }), (ledger) => {
        const engine = new TrustEngine({ policy: ledger.initial as never, tolerance: 1e-9 });
        engine.apply(ledger.events as never);
        const { granted, earned, list, error } = engine.audit({ walks: 100, through: [] }).issuers;
        expect(granted).toBeGreaterThanOrEqual(0);
        expect(earned).toBeGreaterThanOrEqual(0);
        expect(Math.abs(granted + earned - 1)).toBeLessThanOrEqual(error + 1e-6);
        if (list.length > 0)
          expect(Math.abs(sum(list.map(({ mass }) => mass)) - granted)).toBeLessThanOrEqual(1e-5);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a group', () => {
  it('has at most the mass of the region bound, with the flow that enters it measured', () => {
    fc.assert(
      fc.property(ledgers(), fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }), (ledger, bits) => {
        const walking = walkingOf(ledger);
        const chain = chainOfWitness(walking);
        const { record } = walking;
        const inside = record.ids.map((_, v) => bits[v]!);
        const rows = record.ids.map((_, v) => v).filter((v) => inside[v]);
        fc.pre(rows.length > 0);
        const { mass, limit } = region(record, fixedPoint(record), inside);
        const told = new GroupMeasure(chain).of('some', rows, columnsOf(record).endorsements);
        const total = sum(record.credentials);
        const near = (value: number) => 1e-9 * Math.max(value, 1e-6);
        expect(told.members).toBe(rows.length);
        expect(Math.abs(told.mass * total - mass)).toBeLessThanOrEqual(near(mass));
        expect(Math.abs(told.bound * total - limit)).toBeLessThanOrEqual(near(limit));
        expect(told.mass).toBeLessThanOrEqual(told.bound * (1 + 1e-9));
        const crossing = (from: boolean, to: boolean) =>
          sum(
            walking.follow.flatMap((row, u) =>
              row.map((chance, v) => (inside[u] === from && inside[v] === to ? chance * walking.x[u]! : 0)),
            ),
          );
        expect(told.inflow * total).toBeCloseTo(crossing(false, true), 9);
        expect(told.outflow * total).toBeCloseTo(crossing(true, false), 9);
        expect(told.inside * total).toBeCloseTo(crossing(true, true), 9);
      }),
    );
  });
});
