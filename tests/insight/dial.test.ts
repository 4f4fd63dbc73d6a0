/** The dial: each point is the community under that setting, today is what is in force, and advice is minimal. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DialPoint,
  type EventInput,
  type PolicyInput,
  recommendBalance,
  TrustEngine,
} from '../../src/index.ts';
import { cases } from '../witness/arbitraries.ts';
import { replay } from '../witness/record.ts';

function engineOf(events: EventInput[], policy: PolicyInput = {}): TrustEngine {
  const engine = new TrustEngine({ tolerance: 1e-9, policy });
  engine.apply(events);
  return engine;
}

/** Sixty members who endorse five others each; three of them, and a newcomer, hold what a group may get. */
const community: EventInput[] = [
  { type: 'grant', target: 'm0' },
  { type: 'grant', target: 'm1' },
  ...Array.from({ length: 300 }, (_, k) => ({
    type: 'endorse' as const,
    source: `m${k % 60}`,
    target: `m${(k * 17 + Math.floor(k / 60) * 7 + 1) % 60}`,
  })),
  { type: 'object', source: 'm4', target: 'm9' },
];
const groups: [string, string][] = ['m7', 'm8', 'm9'].map((id) => [id, 'team']);

describe('the dial', () => {
  it('shows each setting as an engine under that policy is audited', () => {
    const dial = engineOf(community, { damping: 0.7 }).dial({
      balances: [1, 0.5, 0.1],
      caps: [null, 3],
      groups,
      tolerance: 1e-9,
      walks: 20_000,
    });
    expect(dial.points.map(({ balance, cap }) => [balance, cap])).toEqual([
      [1, null],
      [0.5, null],
      [0.1, null],
      [1, 3],
      [0.5, 3],
      [0.1, 3],
    ]);
    for (const point of dial.points) {
      const { balance, cap } = point;
      const engine = engineOf(community, { damping: 0.7, balance, cap });
      const { waist, survival, groups: measured, held } = engine.audit({ groups, through: [] });
      // A walk may turn where the two states differ by less than their bounds; here none does by much.
      expect(Math.abs(point.waist50! - waist.all.w50!)).toBeLessThanOrEqual(1);
      expect(point.survive10).toBeCloseTo(survival['10']!, 2);
      expect(point.top1).toBeCloseTo(held.top1, 7);
      expect(point.groups[0]!.bound).toBeCloseTo(measured.named[0]!.bound, 6);
      expect(point.bound).toBeLessThanOrEqual(1e-9);
      expect(point.exposure).toBeCloseTo(0.7 / (0.3 * balance), 12);
    }
  });

  it('measures today in the same way as its setting, and changes nothing', () => {
    const engine = engineOf(community, { balance: 0.5 });
    const before = engine.scores();
    const { today, points } = engine.dial({ balances: [0.5], tolerance: 1e-9 });
    expect(points[0]!.agreement).toBeCloseTo(1, 6);
    expect({ ...points[0], bound: 0, agreement: 1, top1: 0 }).toEqual({
      ...today,
      bound: 0,
      agreement: 1,
      top1: 0,
    });
    expect(engine.scores()).toBe(before);
    expect(engine.dial({ seed: 3 })).toEqual(engine.dial({ seed: 3 }));
    expect(engine.dial().points.length).toBe(11);
  });

  it('keeps its certified bound, and every group within the region bound, on random communities', () => {
    fc.assert(
      fc.property(cases({ moderate: true, amend: false }), (ledger) => {
        const { ids } = replay(ledger);
        fc.pre(ids.length > 0);
        const engine = new TrustEngine({ policy: ledger.initial as never });
        engine.apply(ledger.events as never);
        const half: [string, string][] = ids.slice(0, Math.ceil(ids.length / 2)).map((id) => [id, 'half']);
        const { points } = engine.dial({
          balances: [1, 0.3],
          caps: [null, 1],
          groups: half,
          walks: 100,
          tolerance: 1e-6,
        });
        for (const {
          bound,
          groups: [group],
        } of points) {
          expect(bound).toBeLessThanOrEqual(1e-6);
          // Mass may be off by half the bound times what is voiced, and what flows in by as much over a balance.
          expect(group!.mass).toBeLessThanOrEqual(group!.bound + 1e-4);
        }
      }),
      { numRuns: 60, interruptAfterTimeLimit: 20_000 },
    );
  });

  it('answers for nobody, and refuses what is no setting', () => {
    expect(new TrustEngine().dial().points).toHaveLength(11);
    const engine = engineOf(community);
    for (const [options, text] of [
      [{ balances: [0] }, 'balances: 0 is refused'],
      [{ balances: [] }, 'balances: "nothing" is refused'],
      [{ dampings: [1] }, 'dampings'],
      [{ caps: [-1] }, 'caps'],
      [{ walks: 1 }, 'walks'],
      [{ groups: [['nobody', 'team']] as [string, string][] }, 'names nobody'],
    ] as const) {
      expect(() => engine.dial(options)).toThrow(text);
    }
  });
});

describe('the recommendation', () => {
  const point = (balance: number, survive10: number | null, rest: Partial<DialPoint> = {}): DialPoint => ({
    ...{ balance, damping: 0.5, cap: null, bound: 0, waist50: 5, waist90: 9, peers50: 20, peers90: 90 },
    ...{ survive1: 0.9, survive10, survive100: 0.2, error: 0.01, top1: 0.1, agreement: 1, groups: [] },
    exposure: 1 / balance,
    ...rest,
  });
  const dial = (...points: DialPoint[]) => ({
    today: point(1, 0),
    points,
    compared: 10,
    walks: 100,
    seed: 1,
  });

  it('is the cheapest of those that reach every target, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.integer({ min: 1, max: 10 }),
            fc.integer({ min: 0, max: 10 }),
            fc.integer({ min: 1, max: 20 }),
          ),
          { minLength: 1 },
        ),
        fc.nat(10),
        fc.nat(20),
        (all, survives, waist) => {
          const points = all.map(([balance, survive, waist50]) =>
            point(balance / 10, survive / 10, { waist50 }),
          );
          const told = recommendBalance(dial(...points), [
            `survive10>=${survives / 10}`,
            `waist50>=${waist}`,
          ]);
          const reach = points.filter(
            ({ survive10, waist50 }) => survive10! >= survives / 10 && waist50! >= waist,
          );
          expect(told.point === null).toBe(reach.length === 0);
          if (told.point === null) return;
          expect(reach).toContain(told.point);
          for (const { exposure } of reach) expect(told.cost).toBeLessThanOrEqual(exposure);
        },
      ),
    );
  });

  it('counts the largest bound of the named groups as the cost', () => {
    const group = (bound: number) => ({
      group: 'g',
      members: 1,
      mass: 0,
      bound,
      used: 0,
      inflow: 0,
      outflow: 0,
      inside: 0,
      credentials: 0,
      trust: 0,
    });
    const told = recommendBalance(
      dial(
        point(0.5, 1, { groups: [group(0.1), group(0.4)] }),
        point(0.2, 1, { groups: [group(0.2), group(0.3)] }),
      ),
      'survive10>0.5',
    );
    expect([told.point!.balance, told.cost]).toEqual([0.2, 0.3]);
  });

  it.each<[string[], string]>([
    [
      ['survive10>=0.9'],
      'none of the 2 settings reaches survive10>=0.9; balance 0.2, damping 0.5, no cap comes nearest, with survive10 0.7',
    ],
    [['survive10>=0.6', 'balance>=0.9'], 'each is reached by some, all by none'],
    [['survive10>=0.6', 'survive10<0.5'], 'survive10>=0.6 and survive10<0.5 contradict each other'],
  ])('says why none reaches %j', (targets, reason) => {
    const told = recommendBalance(dial(point(1, 0.1), point(0.2, 0.7)), targets);
    expect(told.point).toBeNull();
    expect(told.reason).toContain(reason);
  });

  it('says that there is no figure where nothing is delivered, and refuses strange ones', () => {
    expect(recommendBalance(dial(point(1, null)), 'survive10>=0.1').reason).toContain('nothing is delivered');
    expect(() => recommendBalance(dial(), 'gini<1')).toThrow('"gini" is not a figure');
    expect(recommendBalance(engineOf(community), 'survive10>=0', { balances: [1, 0.5] }).point!.balance).toBe(
      1,
    );
  });
});
