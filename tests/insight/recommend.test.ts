/** Advice on the dial: the cheapest setting that reaches every target, and why none does. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DialPoint, recommendBalance, TrustEngine } from '../../src/index.ts';
import { parseTargets } from '../../src/insight/recommend.ts';

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

  const groupOf = (bound: number) => ({ groups: [{ bound }] as unknown as DialPoint['groups'] });

  it('is told in one sentence: the setting, the targets, how many reach them and at which part of the cost', () => {
    const points = [point(0.8, 0.5), point(0.5, 0.7), point(0.4, 0.8, { cap: 3 }), point(0.25, 0.9)];
    expect(recommendBalance(dial(...points), ['survive10>=0.6', ' waist50 > 4 '])).toEqual({
      point: points[1],
      cost: 2,
      costToday: 1,
      reason:
        "balance 0.5, damping 0.5, no cap reaches survive10>=0.6 and waist50 > 4 at the least cost of 3 that do: the bound is 2.00 times today's",
    });
    expect(recommendBalance(dial(...points), 'survive10>0.75').reason).toBe(
      "balance 0.4, damping 0.5, cap 3 reaches survive10>0.75 at the least cost of 2 that do: the bound is 2.50 times today's",
    );
  });

  it('is measured against what today costs', () => {
    const today = point(0.5, 0);
    expect(recommendBalance({ ...dial(point(0.2, 1)), today }, 'survive10>=1')).toMatchObject({
      cost: 5,
      costToday: 2,
      reason: expect.stringMatching(/: the bound is 2\.50 times today's$/),
    });
  });

  it('costs a number of its own where today costs nothing', () => {
    const today = point(1, 0, groupOf(0));
    const told = recommendBalance({ ...dial(point(0.5, 1, groupOf(0.123456))), today }, 'survive10>=1');
    expect(told).toMatchObject({ cost: 0.123456, costToday: 0 });
    expect(told.reason).toMatch(/: the bound is 0\.123$/);
  });

  it('of equals in cost is the one that changes the order least, then the first', () => {
    const chosen = (...points: DialPoint[]) =>
      points.indexOf(recommendBalance(dial(...points), 'survive10>=1').point!);
    const at = (agreement: number | null, balance = 0.5) => point(balance, 1, { agreement });
    expect(chosen(at(0.8), at(0.9), at(0.7))).toBe(1);
    expect(chosen(at(0.9), at(0.9))).toBe(0);
    expect(chosen(at(null), at(0.1))).toBe(1);
    expect(chosen(at(0.1), at(null))).toBe(0);
    expect(chosen(at(null), at(-0.1))).toBe(0);
    // What is cheaper is better whatever it does to the order.
    expect(chosen(at(0.1, 0.6), at(0.9, 0.5))).toBe(0);
    expect(chosen(at(0.9, 0.5), at(0.1, 0.6))).toBe(1);
  });

  it('says which setting comes nearest to the first target that none reaches', () => {
    const points = [
      point(0.9, 0.2, { waist50: 9 }),
      point(0.5, 0.4, { waist50: 3 }),
      point(0.1, null, { waist50: 3, cap: 2 }),
    ];
    const reason = (...targets: string[]) => recommendBalance(dial(...points), targets).reason;
    expect(reason('balance<1', 'survive10>=0.9', 'waist50>100')).toBe(
      'none of the 3 settings reaches balance<1 and survive10>=0.9 and waist50>100; balance 0.5, damping 0.5, no cap comes nearest, with survive10 0.4',
    );
    // From above, and of two as near the first.
    expect(reason('waist50<=2')).toBe(
      'none of the 3 settings reaches waist50<=2; balance 0.5, damping 0.5, no cap comes nearest, with waist50 3',
    );
    expect(reason('exposure<0.12345')).toMatch(/with exposure 1\.11$/);
    expect(reason('top1>0.5', 'survive10<=0.2')).toContain(
      '; balance 0.9, damping 0.5, no cap comes nearest, with top1 0.1',
    );
  });

  it('takes any figure of the dial, one target or several', () => {
    const figures =
      'waist50 waist90 peers50 peers90 survive1 survive10 survive100 top1 agreement exposure balance damping';
    const targets = figures.split(' ').map((figure) => `${figure}>=0`);
    expect(parseTargets(targets).map(({ text }) => text)).toEqual(targets);
    expect(parseTargets('top1<1')).toHaveLength(1);
    expect(() => parseTargets('gini<1')).toThrow(`expected one of ${figures.split(' ').join(', ')}`);
  });

  it('costs nothing to say that targets contradict each other, and tells what today costs', () => {
    expect(recommendBalance(dial(point(1, 1)), ['top1<0.1', 'top1>0.2'])).toEqual({
      point: null,
      cost: null,
      costToday: 1,
      reason: 'top1>0.2 and top1<0.1 contradict each other: no setting can reach both',
    });
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
    const engine = new TrustEngine();
    engine.apply([
      { type: 'grant', target: 'a' },
      { type: 'endorse', source: 'a', target: 'b' },
    ]);
    expect(recommendBalance(engine, 'survive10>=0', { balances: [1, 0.5] }).point!.balance).toBe(1);
  });
});
