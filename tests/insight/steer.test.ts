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
