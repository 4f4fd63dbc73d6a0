/** The dial of settlements small enough to be solved by the witness: settings, order of points, figures, refusals. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PeerageError } from '../../src/error.ts';
import { type DialOptions, dialOf } from '../../src/insight/dial.ts';
import { samplingError } from '../../src/insight/waist.ts';
import { type PolicyInput, parsePolicy } from '../../src/policy.ts';
import { fixedPoint } from '../witness/fixed-point.ts';
import type { Ledger } from '../witness/record.ts';
import { replay } from '../witness/record.ts';
import { said, settlementOf } from './community.ts';

const EVENTS = ['+a*2', '+b', 'a>c*3', 'b>c', 'c>d', 'd>e', 'e>c', 'c>f', 'b!e', 'f>a'];
const dial = (options: DialOptions = {}, policy: PolicyInput = {}, events = EVENTS, tolerance = 1e-13) =>
  dialOf(settlementOf(events, policy, tolerance), parsePolicy(policy), { walks: 100, ...options });
const exact = (policy: object, events = EVENTS) =>
  fixedPoint(replay({ initial: policy, events: said(...events) } as unknown as Ledger));

describe('the dial', () => {
  it('tries eleven balances unless told otherwise, with the damping and cap of today', () => {
    const { points, today, walks, seed, compared } = dialOf(settlementOf(EVENTS), parsePolicy({ cap: 4 }));
    expect(points.map(({ balance }) => balance)).toEqual([
      1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05,
    ]);
    for (const { damping, cap, bound } of points) {
      expect([damping, cap]).toEqual([0.85, 4]);
      expect(bound).toBeLessThanOrEqual(1e-3);
    }
    expect(today).toMatchObject({ balance: 1, damping: 0.85, cap: 4 });
    expect([walks, seed, compared]).toEqual([10_000, 1, 6]);
  });

  it('tries all combinations, by damping and cap as given, and falling balance', () => {
    const { points } = dial({ balances: [0.2, 1, 0.5], dampings: [0.5, 0.9], caps: [2, null] });
    expect(points.map(({ damping, cap, balance }) => [damping, cap, balance])).toEqual(
      [0.5, 0.9].flatMap((damping) =>
        [2, null].flatMap((cap) => [1, 0.5, 0.2].map((balance) => [damping, cap, balance])),
      ),
    );
    const given = [0.2, 1, 0.5];
    dial({ balances: given });
    expect(given).toEqual([0.2, 1, 0.5]);
  });

  it('measures each setting as the witness solves it', () => {
    const settings = { balances: [1, 0.5, 0.1], dampings: [0.5, 0.85], caps: [null, 0.5] };
    const groups: [string, string][] = [
      ['c', 'g'],
      ['d', 'g'],
    ];
    for (const { balance, damping, cap, top1, bound, exposure, agreement, groups: measured } of dial({
      ...settings,
      groups,
      tolerance: 1e-9,
    }).points) {
      const { trust, x } = exact({ balance, damping, cap });
      expect(bound).toBeLessThanOrEqual(1e-9);
      expect(top1).toBeCloseTo(Math.max(...trust), 8);
      expect(exposure).toBeCloseTo(damping / ((1 - damping) * balance), 12);
      expect(measured[0]!.mass).toBeCloseTo((x[2]! + x[3]!) / 3, 8);
      expect(agreement!).toBeLessThanOrEqual(1 + 1e-12);
    }
  });

  it('knows today at once where it is exact enough, and solves it again where it is not', () => {
    const options = { balances: [1, 0.5], dampings: [0.85, 0.5], caps: [null, 3] };
    const { points, today } = dial(options);
    expect(points.filter((point) => point === today)).toHaveLength(1);
    expect(points[0]).toBe(today);
    const rough = dial({ ...options, tolerance: 1e-4 }, {}, EVENTS, 0.5);
    expect(rough.today.bound).toBeGreaterThan(1e-4);
    expect(rough.points[0]).not.toBe(rough.today);
    expect(rough.points[0]!.bound).toBeLessThanOrEqual(1e-4);
  });

  it('says how the order agrees with today: not at all changed by nothing, reversed by what reverses it', () => {
    const { today, points } = dial({ balances: [0.1] }, {}, ['+a', 'a>b', 'b>c', 'c>d']);
    expect(today.agreement).toBe(1);
    // With all restart earned those farther on gain, but the order stays.
    expect(points[0]!.agreement).toBe(1);
    // Today c is before b by what many say; with no damping only credentials count.
    const none = dial({ dampings: [0], balances: [1] }, {}, ['+a', '+b*2', 'b>c', 'a>c', 'c>d', 'd>c']);
    expect(none.points[0]!.agreement).toBeLessThan(0.5);
    expect(dial({}, {}, ['a>b', 'b>a']).today.agreement).toBeNull();
  });

  it('sums the most trusted hundredth, one at the least, whatever their order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 320 }), (weights) => {
        const events = weights.map((weight, k) => `+m${k}*${weight}`);
        const { today } = dial({ balances: [1] }, {}, events, 1e-9);
        const all = weights.reduce((sum, weight) => sum + weight, 0);
        const count = Math.floor((weights.length + 99) / 100);
        const most = weights.toSorted((p, q) => q - p).slice(0, count);
        expect(today.top1).toBeCloseTo(most.reduce((sum, weight) => sum + weight, 0) / all, 9);
      }),
    );
  });

  it('compares the order of the 20,000 most trusted of a larger community', () => {
    const events = Array.from({ length: 10_050 }, (_, k) => `a${k}>b${k}`);
    const told = dial({ balances: [0.5] }, {}, events, 1e-3);
    expect(told.compared).toBe(20_000);
    // Those who are endorsed before those who endorse, and the first of the equals: two ranks, today and then.
    expect(told.points[0]!.agreement).toBeCloseTo(1, 9);
  });

  it('says how far sampling may put off what it says of deliveries', () => {
    const { today } = dial({ balances: [1], walks: 1000 });
    expect(today.error).toBeGreaterThan(samplingError(0.5, 500));
    expect(today.error).toBeLessThan(samplingError(0.5, 200));
    expect(today.waist50).not.toBeNull();
    // Whose share of the credentials is too small receives and carries as others do.
    const one = dial({ balances: [1], walks: 1000, holdersFrom: 0.5 }, {}, [
      '+a*3',
      '+b',
      'a>b',
      'b>a',
    ]).today;
    expect([one.waist50, one.peers50]).toEqual([1, null]);
    expect(dial({ balances: [1], walks: 1000 }, {}, ['+a*3', '+b', 'a>b', 'b>a']).today.waist50).toBeNull();
  });

  it('answers for nobody with today, under each setting', () => {
    const { points, today, compared } = dial({ balances: [0.5, 1], caps: [3] }, {}, []);
    expect(points).toEqual([1, 0.5].map((balance) => ({ ...today, balance, cap: 3 })));
    expect([compared, today.top1, today.waist50]).toEqual([0, 0, null]);
  });

  it.each<[DialOptions, string, string, unknown]>([
    [{ balances: [] }, 'balances', '"nothing" is refused; expected numbers from 1e-9 to 1', 'nothing'],
    [{ balances: [1, 0] }, 'balances', '0 is refused; expected numbers from 1e-9 to 1', 0],
    [{ balances: [1.1] }, 'balances', '1.1 is refused; expected numbers from 1e-9 to 1', 1.1],
    [{ dampings: [-0.1] }, 'dampings', '-0.1 is refused; expected numbers from 0 to below 1', -0.1],
    [{ dampings: [1] }, 'dampings', '1 is refused; expected numbers from 0 to below 1', 1],
    [{ caps: [null, 0] }, 'caps', '0 is refused; expected numbers above 0, or null for none', 0],
    [{ walks: 99 }, 'walks', '99 is refused; expected a whole number from 100', 99],
    [{ walks: 100.5 }, 'walks', '100.5 is refused; expected a whole number from 100', 100.5],
    [{ seed: 0.5 }, 'seed', '0.5 is refused; expected a whole number', 0.5],
  ])('refuses %j', (options, field, reason, value) => {
    let refusal: unknown;
    try {
      dial(options);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(PeerageError);
    expect(refusal).toMatchObject({ code: 'bad-option', field, reason, value });
  });

  it('takes the ends of what it may be given', () => {
    expect(dial({ balances: [1], dampings: [0], caps: [1e-9], walks: 100, seed: -1 }).points).toHaveLength(1);
  });
});
