/** Conditions: how they are written, when they hold, and which pairs of them nothing can meet. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PeerageError } from '../../src/error.ts';
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

  it('is refused in a sentence that says what was expected, with what was written', () => {
    const refusal = (run: () => unknown) => {
      try {
        run();
      } catch (error) {
        if (error instanceof PeerageError) return [error.code, error.reason, error.value];
      }
      return [];
    };
    expect(refusal(() => parseCondition('waist50'))).toEqual([
      'bad-option',
      '"waist50" is not a condition; expected a figure, one of < <= > >=, and a number, such as waist50<5',
      'waist50',
    ]);
    expect(refusal(() => parseCondition('widd<5', ['height', 'width', 'depth']))).toEqual([
      'bad-option',
      '"widd" is not a figure; did you mean width? expected one of height, width, depth',
      'widd<5',
    ]);
  });

  it('names any figure of an audit', () => {
    const figures =
      'gini top1 top10 effective effectiveHHI nakamoto50 waist50 waist90 peers50 peers90 hourglass survive1 survive10 survive100 granted earned holders newcomers spearman kendall used suspicious';
    for (const figure of figures.split(' ')) expect(parseCondition(`${figure}<1`)).toMatchObject({ figure });
  });

  it.each<[string, number]>([
    ['gini<.5', 0.5],
    ['gini<.25', 0.25],
    ['gini<5.', 5],
    ['gini<12.25', 12.25],
    ['gini<+12', 12],
    ['gini<-3', -3],
    ['gini<1e3', 1000],
    ['gini<1E+3', 1000],
    ['gini<15e-1', 1.5],
    ['gini<1e+12', 1e12],
    [' \t gini \t <  7 ', 7],
    ['gini<7%', 0.07],
  ])('reads the number of %s', (text, value) => {
    expect(parseCondition(text)).toEqual({ figure: 'gini', comparison: '<', value, text: text.trim() });
  });

  it.each([
    'gini<',
    'gini<.',
    'gini<e5',
    'gini<1e',
    'gini<--1',
    'gini<1 2',
    'gini<1%%',
    '1gini<1',
    'a gini<1',
    'gi ni<1',
    '<1',
    'gini<1e2.5',
    'gini<1,5',
  ])('is not what %s is', (text) => {
    expect(() => parseCondition(text)).toThrow('is not a condition');
  });

  it('holds not, and does not fail, on a figure that is not there', () => {
    expect(holds(parseCondition('gini<5'), {})).toBeUndefined();
    expect(holds(parseCondition('gini<5'), { gini: null })).toBeUndefined();
    expect(holds(parseCondition('gini<5'), { gini: 0 })).toBe(true);
    expect(holds(parseCondition('gini<=5'), { gini: 6 })).toBe(false);
  });

  it('contradicts only what names the same figure, and is told low before high', () => {
    const [low, high, other] = ['gini>5', 'gini<4', 'top1<1'].map((text) => parseCondition(text)) as [
      never,
      never,
      never,
    ];
    expect(contradiction([low, other])).toBeNull();
    expect(contradiction([other, high, low])).toEqual([low, high]);
    expect(contradiction([])).toBeNull();
    const apart = (...texts: string[]) => contradiction(texts.map((text) => parseCondition(text))) !== null;
    expect(apart('gini>2', 'gini<=2')).toBe(true);
    expect(apart('gini>=2', 'gini<2')).toBe(true);
    expect(apart('gini>=2', 'gini<=2')).toBe(false);
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
