/** Steering: never farther than a step, never beyond the limits, and to rest where the figure only falls with the balance. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Policy,
  parsePolicy,
  type Reading,
  type SteerOptions,
  steer,
  TrustEngine,
} from '../../src/index.ts';

const engine = new TrustEngine();
engine.apply([
  { type: 'grant', target: 'a' },
  { type: 'endorse', source: 'a', target: 'b' },
]);
const audit = engine.audit({ walks: 100 });

/** An audit in which one figure has a value and sampling is exact. */
const reading = (waist50: number | null) => ({
  ...audit,
  waist: { ...audit.waist, error: 0, all: { ...audit.waist.all, w50: waist50 } },
});
const policyOf = (balance: number) => parsePolicy({ balance });
const part = (low: number, high: number) =>
  fc.integer({ min: 0, max: 1000 }).map((k) => low + ((high - low) * k) / 1000);

/** Steers until nothing changes; all balances on the way, the first included. */
function steered(
  from: number,
  respond: (balance: number) => number,
  target: string,
  options: SteerOptions,
  remember: boolean,
): number[] {
  const way = [from];
  const history: Reading[] = [];
  let policy: Policy = policyOf(from);
  for (let round = 0; round < 500; round++) {
    const value = respond(policy.balance);
    const next = steer(policy, reading(value), target, { ...options, history });
    if (remember) history.push({ balance: policy.balance, value });
    if (next === policy) return way;
    policy = next;
    way.push(policy.balance);
  }
  throw new Error(`never came to rest: ${way.slice(-6).join(', ')}`);
}

/** How often a way turns round. */
const turns = (way: number[]) =>
  way.slice(2).filter((value, k) => Math.sign(value - way[k + 1]!) !== Math.sign(way[k + 1]! - way[k]!))
    .length;

describe('steer', () => {
  it('moves by at most a step and never beyond its limits, whatever it is told', () => {
    const readings = fc.array(fc.record({ balance: part(0.01, 1), value: part(0, 100) }), { maxLength: 6 });
    fc.assert(
      fc.property(
        part(0.01, 1),
        part(0, 100),
        part(0.01, 0.5),
        part(0.01, 0.5),
        part(0.5, 1),
        part(0, 2),
        readings,
        (balance, value, step, floor, ceiling, hysteresis, history) => {
          const { balance: next } = steer(policyOf(balance), reading(value), 'waist50>=10', {
            step,
            floor,
            ceiling,
            hysteresis,
            history,
          });
          expect(Math.abs(next - balance)).toBeLessThanOrEqual(step + 1e-12);
          // Where it began outside it is on its way back, and not beyond.
          expect(next).toBeGreaterThanOrEqual(Math.min(floor, balance) - 1e-12);
          expect(next).toBeLessThanOrEqual(Math.max(ceiling, balance) + 1e-12);
          if (balance >= floor && balance <= ceiling) {
            expect(next).toBeGreaterThanOrEqual(floor);
            expect(next).toBeLessThanOrEqual(ceiling);
          }
        },
      ),
    );
  });

  it('comes to rest without turning back where a step changes the figure by less than the hysteresis', () => {
    fc.assert(
      fc.property(part(0.05, 1), part(0, 19), part(5, 40), (from, slope, level) => {
        // At most 19 x 0.05 of 10, where the hysteresis is 1.
        const respond = (balance: number) => level - slope * balance;
        const way = steered(from, respond, 'waist50>=10', { step: 0.05, hysteresis: 0.1 }, false);
        expect(turns(way)).toBe(0);
        const end = way.at(-1)!;
        expect(respond(end) >= 10 || end === 0.05).toBe(true);
        expect(respond(end) <= 11 || end === 1).toBe(true);
      }),
    );
  });

  it('comes to rest on any figure that only falls, however steep, with what was read before', () => {
    const steps = fc.array(fc.tuple(part(0.05, 1), part(0, 30)), { maxLength: 8 });
    fc.assert(
      fc.property(part(0.05, 1), steps, part(0.02, 0.3), (from, drops, step) => {
        const respond = (balance: number) =>
          5 + drops.reduce((sum, [at, size]) => sum + (balance <= at ? size : 0), 0);
        const way = steered(from, respond, 'waist50>=10', { step }, true);
        expect(turns(way)).toBeLessThanOrEqual(5);
        const end = way.at(-1)!;
        // Where any balance reaches the target it is reached; and not by much more than needed, but for a part of a step.
        expect(respond(end) >= 10 || end === 0.05).toBe(true);
        expect(
          respond(end) <= 11 ||
            end === 1 ||
            respond(end + step) < 10 ||
            respond(end + step) <= 11 ||
            respond(end + step / 4) < 10,
        ).toBe(true);
      }),
    );
  });

  it('rests where nothing is delivered, and lets sampling alone move nothing', () => {
    const policy = policyOf(0.5);
    expect(steer(policy, reading(null), 'waist50>=10')).toBe(policy);
    const noisy = {
      ...audit,
      waist: { ...audit.waist, error: 0.1 },
      survival: { '1': 1, '10': 0.75, '100': 0 },
    };
    expect(steer(policy, noisy, 'survive10>=0.6')).toBe(policy);
    expect(
      steer(policy, { ...noisy, waist: { ...noisy.waist, error: 0.001 } }, 'survive10>=0.6').balance,
    ).toBeCloseTo(0.55, 12);
  });

  const next = (balance: number, value: number, options: SteerOptions = {}, target = 'waist50>=10') =>
    steer(policyOf(balance), reading(value), target, options).balance;
  const near = (value: number) => expect.closeTo(value, 12);

  it('lets go by a step where the target is missed, holds tighter by one where it is exceeded', () => {
    expect(next(0.5, 9)).toEqual(near(0.45));
    expect(next(0.5, 12)).toEqual(near(0.55));
    expect(next(0.5, 9, { step: 0.2 })).toEqual(near(0.3));
    // The target itself, and up to a tenth more, is where it rests.
    for (const value of [10, 10.5, 11]) expect(next(0.5, value)).toBe(0.5);
    expect(next(0.5, 11.01)).toEqual(near(0.55));
    expect(next(0.5, 11, { hysteresis: 0.05 })).toEqual(near(0.55));
    expect(next(0.5, 10.001, { hysteresis: 0 })).toEqual(near(0.55));
    // More than the target is more than it.
    expect(next(0.5, 10, {}, 'waist50>10')).toEqual(near(0.45));
    expect(next(0.5, 10.1, {}, 'waist50>10')).toBe(0.5);
  });

  it('stays within the limits, and comes back in steps from outside', () => {
    expect(next(0.07, 1)).toBe(0.05);
    expect(next(0.05, 1)).toBe(0.05);
    expect(next(0.98, 20)).toBe(1);
    expect(next(0.32, 1, { floor: 0.3 })).toBe(0.3);
    expect(next(0.68, 20, { ceiling: 0.7 })).toBe(0.7);
    expect(next(0.5, 10, { floor: 0.6 })).toEqual(near(0.55));
    expect(next(0.5, 10, { floor: 0.52 })).toBe(0.52);
    expect(next(0.9, 10, { ceiling: 0.6 })).toEqual(near(0.85));
  });

  it('goes no lower than where the target is known to be reached, nor higher than where it is missed', () => {
    const reached = (...balances: number[]) => balances.map((balance) => ({ balance, value: 10 }));
    const missed = (...balances: number[]) => balances.map((balance) => ({ balance, value: 9 }));
    // Half the way to the highest that reaches; all of it where that is a quarter of a step or less.
    expect(next(0.5, 9, { history: reached(0.46) })).toEqual(near(0.48));
    expect(next(0.5, 9, { history: reached(0.41, 0.46, 0.43) })).toEqual(near(0.48));
    expect(next(0.5, 9, { history: reached(0.49) })).toBe(0.49);
    expect(next(0.5, 9, { step: 0.25, history: reached(0.4375) })).toBe(0.4375);
    expect(next(0.5, 9, { step: 0.25, history: reached(0.43) })).toEqual(near(0.465));
    expect(next(0.5, 9, { step: 0.25, history: reached(0.25) })).toBe(0.375);
    // Readings above, or of a miss, say nothing about the way down.
    expect(next(0.5, 9, { history: [...reached(0.5, 0.52), ...missed(0.46)] })).toEqual(near(0.45));
    expect(next(0.5, 9, { history: reached(0.44) })).toEqual(near(0.45));
    // The same way up, but that a short way is not gone.
    expect(next(0.5, 20, { history: missed(0.54) })).toEqual(near(0.52));
    expect(next(0.5, 20, { history: missed(0.59, 0.54, 0.57) })).toEqual(near(0.52));
    expect(next(0.5, 20, { history: missed(0.51) })).toBe(0.5);
    expect(next(0.5, 20, { step: 0.25, history: missed(0.5625) })).toBe(0.5);
    expect(next(0.5, 20, { step: 0.25, history: missed(0.57) })).toEqual(near(0.535));
    expect(next(0.5, 20, { step: 0.25, history: missed(0.75) })).toBe(0.625);
    expect(next(0.5, 20, { history: [...missed(0.5, 0.48), ...reached(0.54)] })).toEqual(near(0.55));
    expect(next(0.5, 20, { history: missed(0.56) })).toEqual(near(0.55));
  });

  it('changes the balance and nothing else, and is the same policy where it rests', () => {
    const policy = parsePolicy({ damping: 0.6, balance: 0.5, cap: 3, reserve: 2 });
    expect(steer(policy, reading(1), 'waist50>=10')).toEqual({ ...policy, balance: 0.45 });
    expect(steer(policy, reading(10), 'waist50>=10')).toBe(policy);
  });

  it('steers by any figure that grows as the balance falls, with room for sampling where it is a share', () => {
    const with10 = (survive10: number, error: number) =>
      steer(
        policyOf(0.5),
        { ...audit, survival: { '1': 0, '10': survive10, '100': 0 }, waist: { ...audit.waist, error } },
        'survive10>=0.5',
      ).balance;
    expect(with10(0.6, 0.05)).toBe(0.5);
    expect(with10(0.61, 0.05)).toEqual(near(0.55));
    // Misses are not forgiven for it.
    expect(with10(0.49, 0.2)).toEqual(near(0.45));
    // Numbers of contributors have no such error of their own.
    const noisy = { ...reading(12), waist: { ...reading(12).waist, error: 5 } };
    expect(steer(policyOf(0.5), noisy, 'waist50>=10').balance).toEqual(near(0.55));
    for (const figure of ['waist50', 'waist90', 'peers50', 'peers90', 'survive1', 'survive10', 'survive100'])
      expect(() => steer(policyOf(0.5), reading(1), `${figure}>=0`)).not.toThrow();
  });

  it('takes the ends of what it is given', () => {
    expect(next(1, 1, { step: 1 })).toBe(0.05);
    expect(next(0.5, 20, { floor: 0.5, ceiling: 0.5 })).toBe(0.5);
    expect(next(0.5, 1, { floor: 1 })).toEqual(near(0.55));
  });

  it.each<[string, SteerOptions, string, string]>([
    ['waist50<=5', {}, 'target', '"waist50<=5" is refused; expected a least value, such as survive10>=0.6'],
    ['waist50>=5', { step: 1.5 }, 'step', '1.5 is refused; expected a number above 0, at most 1'],
    ['waist50>=5', { step: Number.NaN }, 'step', 'NaN is refused; expected a number above 0, at most 1'],
    ['waist50>=5', { floor: 1.5 }, 'floor', '1.5 is refused; expected a number from 1e-9 to 1'],
    ['waist50>=5', { floor: 0 }, 'floor', '0 is refused; expected a number from 1e-9 to 1'],
    ['waist50>=5', { ceiling: 1.5 }, 'ceiling', '1.5 is refused; expected a number from the floor to 1'],
    ['waist50>=5', { hysteresis: -0.1 }, 'hysteresis', '-0.1 is refused; expected a number from 0'],
  ])('refuses %s with %o in a sentence', (target, options, field, reason) => {
    let refusal: unknown;
    try {
      steer(policyOf(0.5), audit, target, options);
    } catch (error) {
      refusal = error;
    }
    const value = field === 'target' ? target : options[field as 'step'];
    expect(refusal).toMatchObject({ code: 'bad-option', field, reason, value });
  });

  it.each<[string, SteerOptions, string]>([
    ['gini<1', {}, '"gini" is not a figure'],
    ['waist50<5', {}, 'expected a least value'],
    ['waist50>=5', { step: 0 }, 'step: 0 is refused'],
    ['waist50>=5', { floor: 0 }, 'floor: 0 is refused'],
    ['waist50>=5', { floor: 0.5, ceiling: 0.4 }, 'ceiling: 0.4 is refused'],
    ['waist50>=5', { hysteresis: -1 }, 'hysteresis'],
  ])('refuses %s with %o', (target, options, text) => {
    expect(() => steer(policyOf(0.5), audit, target, options)).toThrow(text);
  });
});
