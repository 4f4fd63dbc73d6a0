/**
 * What settling costs, in edges visited, and why it ends: after nothing, after one statement, a few and many. Plainly,
 * a pass over all edges leaves damping of what is pending: a bound of 1e-9 would take 127 of them, of 295 edges each.
 */
import { describe, expect, it } from 'vitest';
import { Digraph } from '../../src/graph/digraph.ts';
import { Settle } from '../../src/solver/settle.ts';
import { said } from '../insight/community.ts';
import { replay } from '../witness/record.ts';
import { columnsOf } from './problem.ts';

/** 60 of whom each endorses five others, and one silent. */
const TEXTS = Array.from(
  { length: 300 },
  (_, k) => `m${k % 60}>m${((k % 60) * 7 + 11 * Math.floor(k / 60) + 1) % 60}*${1 + (k % 3)}`,
).filter((text) => !/^m(\d+)>m\1\*/.test(text));

function begun(policy: object, more: readonly string[]): Settle {
  const record = replay({ initial: policy, events: said(...TEXTS, ...more, 'm3>e') as never });
  const columns = columnsOf(record);
  return new Settle(new Digraph(columns), record.policy, { ...columns, reserve: record.reserve });
}

/** Nothing, then one statement, three, and fifty more. */
const CHANGES: ((settle: Settle) => void)[] = [
  () => undefined,
  (settle) => settle.weigh(3, 9, false, 2),
  (settle) => {
    settle.weigh(5, 1, false, 1);
    settle.weigh(5, 20, false, 3);
    settle.weigh(6, 1, false, 1);
  },
  (settle) => {
    for (let u = 0; u < 50; u++) settle.weigh(u, (3 * u + 2) % 60 === u ? 59 : (3 * u + 2) % 60, false, 5);
  },
];
const CREDENTIALS = ['+m0*3', '+m7'];

/** Visits at bounds of 1e-3, 1e-6 and 1e-9, after each of the changes. */
const MEASURED: [string, object, readonly string[], number[][]][] = [
  [
    'nothing',
    {},
    [],
    [
      [851, 557, 857, 2768],
      [2614, 2327, 2346, 3451],
      [3496, 3212, 3538, 4831],
    ],
  ],
  [
    'credentials',
    {},
    CREDENTIALS,
    [
      [2318, 850, 867, 1966],
      [3494, 2324, 2346, 4058],
      [4670, 3504, 3538, 5438],
    ],
  ],
  [
    'objections',
    { objectionWeight: 2 },
    ['m1!m2*3', 'm4!m9'],
    [
      [1450, 558, 1162, 2790],
      [2927, 2340, 2660, 3471],
      [4111, 3231, 3560, 4859],
    ],
  ],
  [
    'a cap',
    { balance: 0.5, cap: 1.2 },
    [],
    [
      [1475, 853, 1794, 2422],
      [2655, 2629, 2990, 3806],
      [3835, 3517, 4186, 5190],
    ],
  ],
  [
    'all of these',
    { balance: 0.3, cap: 3 },
    [...CREDENTIALS, 'm4!m9'],
    [
      [2924, 788, 1760, 2776],
      [4108, 2637, 2960, 4164],
      [5292, 3825, 4160, 5552],
    ],
  ],
  [
    'much damping',
    { damping: 0.99 },
    [],
    [
      [2321, 1446, 2049, 3106],
      [3203, 2623, 3240, 4832],
      [4673, 3803, 4432, 5866],
    ],
  ],
];

describe.each(MEASURED)('settling with %s', (_, policy, more, measured) => {
  it('costs no more than it did when it was measured, and a tenth', () => {
    for (const [k, tolerance] of [1e-3, 1e-6, 1e-9].entries()) {
      const settle = begun(policy, more);
      for (const [at, change] of CHANGES.entries()) {
        change(settle);
        const { edgeVisits, reason, bound } = settle.settle({ tolerance });
        expect([reason, settle.bound]).toEqual(['tolerance', bound]);
        expect(bound).toBeLessThanOrEqual(tolerance);
        expect(edgeVisits).toBeGreaterThan(0);
        expect(edgeVisits).toBeLessThanOrEqual(1.1 * measured[k]![at]!);
        // What is settled costs nothing.
        expect(settle.settle({ tolerance })).toEqual({ edgeVisits: 0, reason: 'tolerance', bound });
      }
    }
  });

  it('ends with the budget, within one pass over all edges', () => {
    for (const budget of [1, 100, 295, 600, 2000]) {
      const { edgeVisits, reason, bound } = begun(policy, more).settle({ tolerance: 1e-9, budget });
      expect(reason).toBe('budget');
      expect(edgeVisits).toBeGreaterThanOrEqual(budget);
      expect(edgeVisits).toBeLessThanOrEqual(budget + (budget < 1000 ? 5 : 295));
      expect(bound).toBeGreaterThan(1e-9);
    }
    expect(begun(policy, more).settle({ tolerance: 1e-9, budget: 0 }).edgeVisits).toBe(0);
  });

  it('ends where rounding allows no more, whatever is asked for', () => {
    const settle = begun(policy, more);
    for (const change of CHANGES.slice(0, 2)) {
      change(settle);
      const { edgeVisits, reason, bound } = settle.settle({ tolerance: 0 });
      expect(reason).toBe('rounding');
      expect(bound).toBeLessThan(1e-11);
      // Some hundred sweeps that change nothing any more, as often as it takes to see it.
      expect(edgeVisits).toBeLessThan(450 * 295);
    }
  });
});
