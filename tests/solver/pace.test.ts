/** How sweeping goes on: which way is tried when, which is kept, and when there is nothing more to come. */
import { describe, expect, it } from 'vitest';
import { Pace, type Way } from '../../src/solver/pace.ts';

/** Runs sweeps that leave a share of the pool by the way they are made; the ways, one a sweep. */
function ways(rates: Record<Way, number>, sweeps: number, pace = new Pace(0, 1)): Way[] {
  const made: Way[] = [];
  let pool = 1;
  for (let k = 0; k < sweeps; k++) {
    made.push(pace.way);
    pool *= rates[pace.way];
    // Rates are shares of what is left, so the pool itself may begin anew.
    pace.observe(pool);
    if (pool < 1e-200) pool = 1;
  }
  return made;
}
const runs = (made: Way[]) =>
  made.reduce<[Way, number][]>((all, way) => {
    const last = all.at(-1);
    if (last?.[0] === way) last[1]++;
    else all.push([way, 1]);
    return all;
  }, []);

describe('the pace', () => {
  it('tries each way once, then keeps the best, and asks again later and later', () => {
    const kept = runs(ways({ rescaled: 0.9, accelerated: 0.5, plain: 0.8 }, 176));
    expect(kept).toEqual([
      ['rescaled', 4],
      ['accelerated', 8],
      ['plain', 4],
      // Rated once more after 16 sweeps, and the others asked again after 32 more; then after twice as many.
      ['accelerated', 48],
      ['rescaled', 4],
      ['plain', 4],
      ['accelerated', 96],
      ['rescaled', 4],
      ['plain', 4],
    ]);
  });

  it.each<[Way, Record<Way, number>]>([
    ['rescaled', { rescaled: 0.5, accelerated: 0.7, plain: 0.6 }],
    ['accelerated', { rescaled: 0.8, accelerated: 0.3, plain: 0.7 }],
    ['plain', { rescaled: 0.8, accelerated: 0.9, plain: 0.3 }],
  ])('keeps %s where it leaves the least', (best, rates) => {
    const made = ways(rates, 40);
    expect(made.slice(16, 32).every((way) => way === best)).toBe(true);
  });

  it('never questions a way that leaves little', () => {
    expect(new Set(ways({ rescaled: 0.19, accelerated: 0.01, plain: 0.01 }, 60))).toEqual(
      new Set(['rescaled']),
    );
    expect(runs(ways({ rescaled: 0.2, accelerated: 0.1, plain: 0.01 }, 60))).toEqual([
      ['rescaled', 4],
      ['accelerated', 56],
    ]);
  });

  it('rates a trial by its last half', () => {
    // Rescaled leaves much at first and a tenth after; the last two of its four sweeps speak for it.
    const pace = new Pace(0, 1);
    for (const pool of [1, 1, 0.1, 0.01]) pace.observe(pool);
    expect(pace.way).toBe('rescaled');
    const other = new Pace(0, 1);
    for (const pool of [1, 0.01, 0.005, 0.0025]) other.observe(pool);
    expect(other.way).toBe('accelerated');
  });
});

describe('sweeping', () => {
  it('is over where the pool is within rounding', () => {
    const pace = new Pace(1e-9, 1);
    pace.observe(1.1e-9);
    expect(pace.exhausted).toBe(false);
    pace.observe(1e-9);
    expect(pace.exhausted).toBe(true);
  });

  it('is over where, close to rounding, nothing halves the pool for long', () => {
    const sweepsUntilOver = (pool: number, contraction: number, resumed = false) => {
      const pace = new Pace(1e-9, contraction);
      if (resumed) pace.resume();
      for (let sweep = 1; sweep < 1000; sweep++) {
        pace.observe(pool);
        if (pace.exhausted) return sweep;
      }
      return null;
    };
    // The first sweep halves what was infinite; 64 and 2 / contraction may follow in vain, and one more.
    expect(sweepsUntilOver(1e-7, 1)).toBe(1 + 66 + 1);
    expect(sweepsUntilOver(1e-7, 0.1)).toBe(1 + 84 + 1);
    expect(sweepsUntilOver(1023e-9, 1)).toBe(68);
    expect(sweepsUntilOver(1025e-9, 1)).toBeNull();
    // After a certificate found more than rounding, a pool within rounding is no sign any more.
    expect(sweepsUntilOver(1e-10, 0.1, true)).toBe(1 + 64 + 1);
  });

  it('goes on for as long as the pool halves, and counts from there', () => {
    const pace = new Pace(1e-9, 1);
    let pool = 1e-6;
    for (let k = 0; k < 9; k++) {
      for (let sweep = 0; sweep < 60; sweep++) pace.observe(pool);
      pool *= 0.49;
      expect(pace.exhausted).toBe(false);
    }
    // Half exactly is no halving.
    const stale = new Pace(1e-9, 1);
    for (let sweep = 0; sweep < 60; sweep++) stale.observe(1e-7);
    for (let sweep = 0; sweep < 8; sweep++) stale.observe(0.5e-7);
    expect(stale.exhausted).toBe(true);
  });

  it('begins anew when it is resumed', () => {
    const pace = new Pace(1e-9, 1);
    pace.observe(1e-10);
    expect(pace.exhausted).toBe(true);
    pace.resume();
    expect(pace.exhausted).toBe(false);
    pace.observe(1e-10);
    expect(pace.exhausted).toBe(false);
  });
});
