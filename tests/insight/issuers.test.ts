/** Where trust comes from: shares of issuers, holders and earned restart, counted by hand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuditAnswer } from '../../src/http/schemas/insight.ts';
import { type EventInput, type PolicyInput, TrustEngine } from '../../src/index.ts';
import { settledChain } from '../../src/insight/chain.ts';
import { issuersOf } from '../../src/insight/issuers.ts';
import { cases } from '../witness/arbitraries.ts';
import { settlementOf } from './community.ts';

const near = (value: number) => expect.closeTo(value, 6);
const told = (events: string[], policy = {}, { share = 0.5, top = 10 } = {}) => {
  const settlement = settlementOf(events, policy);
  return issuersOf(settlement, settledChain(settlement), { share, top });
};

describe('where mass began', () => {
  it('is what each issuer brought, with all that followed from it', () => {
    // From a of board 3 + 3/2, which goes to b; from c of club 1, which goes nowhere. All by a half.
    const { list, granted, earned, error } = told(['+c*1@club', '+a*3@board', 'a>b'], { damping: 0.5 });
    expect(list).toEqual([
      { issuer: 'board', credentials: 0.75, holders: 1, mass: near(4.5 / 5.5) },
      { issuer: 'club', credentials: 0.25, holders: 1, mass: near(1 / 5.5) },
    ]);
    expect([granted, earned]).toEqual([1, 0]);
    expect(error).toBeLessThanOrEqual(1e-6);
    expect(error).toBeGreaterThanOrEqual(0);
  });

  it('knows how far its shares may be off, whatever a credential weighs', () => {
    const shares = [1e-3, 1, 1e3].map((weight) => {
      const events = [`+a*${weight}@board`, `+b*${2 * weight}@club`, 'a>b', 'b>c', 'c>a*2', 'c>d'];
      const { list, error } = told(events, { damping: 0.9 });
      expect(error).toBeLessThanOrEqual(1e-6);
      expect(error).toBeGreaterThan(0);
      return list.map(({ mass }) => mass);
    });
    for (const masses of shares)
      for (const [k, mass] of masses.entries()) expect(Math.abs(mass - shares[1]![k]!)).toBeLessThan(2e-6);
  });

  it('is the same under the least reserve there is as under none', () => {
    const events = ['+a*1@board', 'a>b', 'b>c', 'c!a'];
    for (const policy of [{ balance: 0.5 }, { balance: 0.5, cap: 2 }]) {
      const { granted, earned, error } = told(events, policy);
      expect(granted + earned).toBeCloseTo(1, 6);
      const least = told(events, { ...policy, reserve: 5e-324 });
      expect([least.granted, least.earned]).toEqual([near(granted), near(earned)]);
      expect(Math.abs(least.error - error)).toBeLessThanOrEqual(1e-6);
    }
  });

  it('is told apart from what was earned', () => {
    // g = 1/4: of each mass a third more than arrived is earned, here by a alone: 1/4 of the credential, then 1/12.
    const { granted, earned, list } = told(['+a*1@board'], { damping: 0.5, balance: 0.5 });
    expect([granted, earned]).toEqual([near(3 / 4), near(1 / 4)]);
    expect(list[0]!.mass).toBeCloseTo(3 / 4, 6);
  });

  it('weighs what began at earned restart by where it goes from there', () => {
    // x(a) = 1/3, of which 1/12 earned; a sixth goes to b, who makes 2/9 of it, 1/18 earned.
    const { granted, earned } = told(['+a*1@board', 'a>b'], { damping: 0.5, balance: 0.5 });
    const [all, byA, byB] = [1 / 3 + 2 / 9, (1 / 12) * 1.5, 1 / 18];
    expect(earned).toBeCloseTo((byA + byB) / all, 6);
    expect(granted).toBeCloseTo(1 - (byA + byB) / all, 6);
  });

  it('is all of one issuer where there is no other and nothing is earned', () => {
    const one = told(['+a*1@board', '+b*3@board', 'a>b']);
    expect(one).toMatchObject({ granted: 1, earned: 0, error: 0 });
    expect(one.list).toEqual([{ issuer: 'board', credentials: 1, holders: 2, mass: 1 }]);
  });

  it('counts one holder of several credentials once for each issuer, and those without issuer together', () => {
    const { list } = told(['+a*1@board', '+a*2@board', '+a*1@club', '+b*1', '+c*3'], {});
    const byName = Object.fromEntries(
      list.map(({ issuer, credentials, holders }) => [issuer, [credentials, holders]]),
    );
    expect(byName).toEqual({ board: [3 / 8, 1], club: [1 / 8, 1], '': [1 / 2, 2] });
  });

  it('stands by mass, equals by name', () => {
    const names = (events: string[]) => told(events).list.map(({ issuer }) => issuer);
    expect(names(['+a*1@zoo', '+b*2@board', '+c*1@club'])).toEqual(['board', 'club', 'zoo']);
    expect(names(['+a*1@club', '+b*2@board', '+c*1@zoo'])).toEqual(['board', 'club', 'zoo']);
    expect(names(['+a*1@board', '+b*2@zoo'])).toEqual(['zoo', 'board']);
  });

  it('is with everybody where no credential is in force', () => {
    expect(told(['a>b'])).toEqual({
      granted: 1,
      earned: 0,
      error: 0,
      list: [],
      holders: { count: 0, fewest: 0, share: 0 },
      largest: [],
    });
    const { granted, earned, list } = told(['a>b'], { damping: 0.5, balance: 0.5 });
    // x(a) = 1/3, x(b) = 2/3 (1/4 + 1/6) 2 = 5/9; a quarter of each is earned, a's is half again as much.
    const all = 1 / 3 + 5 / 9;
    expect(earned).toBeCloseTo(((1 / 12) * 1.5 + 5 / 36) / all, 6);
    expect(granted + earned).toBeCloseTo(1, 6);
    expect(list).toEqual([]);
  });

  it('is granted to the last digit where nothing can be earned', () => {
    const two = told(['+a*1@board', '+b*3@club', 'a>b', 'b>c', 'c>a', 'c>b*2'], { damping: 0.7 });
    expect([two.granted, two.earned]).toEqual([1, 0]);
  });

  it('is nothing where nobody is', () => {
    expect(told([], { balance: 0.5 })).toMatchObject({ granted: 0, earned: 0, error: 0, list: [] });
  });
});

describe('the holders', () => {
  const events = ['+a*1', '+b*5', '+c*2', '+d*2'];

  it('are counted from the largest on until they hold the share', () => {
    const holders = (share: number) => told(events, {}, { share }).holders;
    expect(holders(0.5)).toEqual({ count: 4, fewest: 1, share: near(0.5) });
    expect(holders(0.51)).toEqual({ count: 4, fewest: 2, share: near(0.7) });
    expect(holders(0.95)).toEqual({ count: 4, fewest: 4, share: near(1) });
    expect(holders(0)).toEqual({ count: 4, fewest: 0, share: 0 });
  });

  it('are those who hold any, whoever else is there', () => {
    const { holders, largest } = told(['x>y', '+a*1', '+b*3', 'b>x', 'b>a'], {}, { share: 1 });
    expect(holders).toEqual({ count: 2, fewest: 2, share: near(1) });
    expect(largest.map(({ contributor }) => contributor)).toEqual(['b', 'a']);
  });

  it('are named by share, no more than are asked for', () => {
    const { largest } = told(events);
    expect(largest.map(({ contributor, share }) => [contributor, share])).toEqual([
      ['b', 0.5],
      [expect.stringMatching(/c|d/), 0.2],
      [expect.stringMatching(/c|d/), 0.2],
      ['a', 0.1],
    ]);
    expect(told(events, {}, { top: 2 }).largest).toEqual(largest.slice(0, 2));
    expect(told(events, {}, { top: 0 }).largest).toEqual([]);
  });
});

it('shares stay from 0 to 1 where rounding would put them beyond, and answers as the document says', () => {
  const property = fc.property(cases(), fc.integer({ min: 1, max: 9 }), ({ initial, events }, seed) => {
    const engine = new TrustEngine({ policy: initial as PolicyInput });
    for (const event of events) engine.apply(event as EventInput);
    const audit = engine.audit({ walks: 100, seed });
    const { granted, earned, holders, list, largest } = audit.issuers;
    const shares = [granted, earned, holders.share];
    for (const { credentials } of list) shares.push(credentials);
    for (const { share } of largest) shares.push(share);
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...shares)).toBeLessThanOrEqual(1);
    expect(AuditAnswer.safeParse(JSON.parse(JSON.stringify(audit))).error?.issues ?? []).toEqual([]);
  });
  fc.assert(property, { numRuns: 100, interruptAfterTimeLimit: 20_000 });
});
