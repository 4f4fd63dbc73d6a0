/** Conditions: how they are written, when they hold, and which pairs of them nothing can meet. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contradiction, holds, parseCondition } from '../../src/insight/condition.ts';

const comparison = fc.constantFrom('<', '<=', '>', '>=');
const compare = {
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
};

describe('a condition', () => {
  it('holds where the figure compares as it says', () => {
    fc.assert(
      fc.property(
        comparison,
        fc.integer({ min: -5, max: 5 }),
        fc.integer({ min: -5, max: 5 }),
        (sign, value, found) => {
          const condition = parseCondition(`gini ${sign} ${value}`);
          expect(holds(condition, { gini: found })).toBe(compare[sign as '<'](found, value));
        },
      ),
    );
    expect(parseCondition('survive10>=60%').value).toBe(0.6);
    expect(parseCondition(' waist50<5 ').text).toBe('waist50<5');
    expect(holds(parseCondition('waist50<5'), { waist50: null })).toBeUndefined();
  });

  it.each([
    ['waist50', '"waist50" is not a condition'],
    ['waist50<', 'is not a condition'],
    ['waist50<5x', 'is not a condition'],
    ['waist50=5', 'is not a condition'],
    ['5<waist50', 'is not a condition'],
    ['waste50<5', 'did you mean waist50?'],
    ['constructor<5', 'is not a figure'],
  ])('refuses %s', (text, why) => {
    expect(() => parseCondition(text)).toThrow(why);
  });

  it('contradicts another exactly where no value meets both', () => {
    const one = fc.tuple(comparison, fc.integer({ min: 0, max: 4 }));
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 4 }), (all) => {
        const conditions = all.map(([sign, value]) => parseCondition(`gini${sign}${value}`));
        const some = Array.from({ length: 60 }, (_, k) => k / 8 - 1).some((gini) =>
          conditions.every((each) => holds(each, { gini })),
        );
        expect(contradiction(conditions) === null).toBe(some);
      }),
    );
  });
});
