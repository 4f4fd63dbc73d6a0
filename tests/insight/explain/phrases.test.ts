/** How things are said: shares, counts, names, occasions, each on both sides of where the words change. */
import { describe, expect, it } from 'vitest';
import {
  capital,
  list,
  many,
  name,
  occasions,
  percent,
  share,
  whole,
} from '../../../src/insight/explain/phrases.ts';
import type { Statement } from '../../../src/insight/settlement.ts';

describe('a name', () => {
  it.each([
    'ada',
    'a',
    '_x',
    '9lives',
    'ada.lovelace@example.org',
    'a/b',
    'a-b',
    'a+b',
    'Élodie',
    'a1_2',
    'x'.repeat(64),
  ])('stands as it is: %s', (id) => {
    expect(name(id)).toBe(id);
  });

  it.each(['', ' ada', 'ada ', 'a b', '-a', '.a', '@a', 'a,b', 'a"b', 'a\nb', 'x'.repeat(65)])(
    'stands in quotes where it does not read as one: %j',
    (id) => {
      expect(name(id)).not.toBe(id);
      expect(name(id)).toMatch(/^"/);
    },
  );
});

describe('a share', () => {
  it.each<[number, string]>([
    [1, 'all'],
    [1 - 1e-10, 'all'],
    [1 + 1e-10, 'all'],
    [1 - 1e-8, 'almost all'],
    [0.995, 'almost all'],
    [0.9949, '99%'],
    [0.9, '90%'],
    [0.75, 'three quarters'],
    [0.7549, 'three quarters'],
    [0.7551, '76%'],
    [0.7451, 'three quarters'],
    [0.7449, '74%'],
    [2 / 3, 'two thirds'],
    [0.5, 'half'],
    [0.5049, 'half'],
    [0.4949, '49%'],
    [1 / 3, 'a third'],
    [0.25, 'a quarter'],
    [0.12, '12%'],
    [0, 'nothing'],
  ])('of %d is %s', (part, text) => {
    expect(share(part)).toBe(text);
  });
});

describe('a percentage', () => {
  it.each<[number, string]>([
    [1, '100%'],
    [0.9999, '99%'],
    [0.994, '99%'],
    [0.126, '13%'],
    [0.0995, '10%'],
    [0.0994, '9.9%'],
    [0.05, '5%'],
    [0.0512, '5.1%'],
    [0.01, '1%'],
    [0.00995, '1%'],
    [0.00994, '0.99%'],
    [0.001, '0.1%'],
    [0.000123, '0.012%'],
    [0.0000012345, '0.00012%'],
    [2e-10, '0.00000002%'],
    [1e-10, '0.00000001%'],
    [0.99e-10, 'next to nothing'],
    [1e-300, 'next to nothing'],
    [0, 'nothing'],
  ])('of %d is %s', (part, text) => {
    expect(percent(part)).toBe(text);
  });
});

describe('counts and lists', () => {
  it('say thousands, and one thing or more', () => {
    expect([whole(0), whole(1234567)]).toEqual(['0', '1,234,567']);
    expect([many(0, 'other'), many(1, 'other'), many(2, 'other')]).toEqual([
      '0 others',
      '1 other',
      '2 others',
    ]);
    expect([capital('half of it'), capital('')]).toEqual(['Half of it', '']);
    expect([list([]), list(['a']), list(['a', 'b']), list(['a', 'b', 'c'])]).toEqual([
      '',
      'a',
      'a and b',
      'a, b and c',
    ]);
  });
});

describe('occasions', () => {
  const at = (year: number) => Date.UTC(year, 5, 1);
  const said = (...all: [kind: string, year?: number][]) =>
    occasions(
      all.map(([kind, year]) => ({ kind, at: year === undefined ? Number.NaN : at(year) }) as Statement),
    );

  it('say how often', () => {
    expect(said(['endorsement'])).toBe('once');
    expect(said(['endorsement'], ['endorsement'])).toBe('twice');
    expect(said(['endorsement'], ['endorsement'], ['endorsement'])).toBe('3 times');
    expect(
      occasions(Array.from({ length: 1200 }, () => ({ kind: 'endorsement', at: Number.NaN }) as Statement)),
    ).toBe('1,200 times');
  });

  it.each('comment follow like merge purchase rating review signature star vote'.split(' '))(
    'count what is a word for one thing: %s',
    (kind) => {
      expect(said([kind])).toBe(`in one ${kind}`);
      expect(said([kind], [kind])).toBe(`in 2 ${kind}s`);
    },
  );

  it('tell other kinds, up to three of them', () => {
    expect(said(['thanks'])).toBe('once (thanks)');
    expect(said(['big thanks'])).toBe('once ("big thanks")');
    expect(said(['review'], ['thanks'])).toBe('twice (review, thanks)');
    expect(said(['endorsement'], ['thanks'])).toBe('twice (endorsement, thanks)');
    expect(said(['a'], ['b'], ['c'], ['a'])).toBe('4 times (a, b, c)');
    expect(said(['a'], ['b'], ['c'], ['d'])).toBe('4 times (4 kinds)');
  });

  it('say the years between the first and the last that have a date', () => {
    expect(said(['review', 2020])).toBe('in one review in 2020');
    expect(said(['review', 2021], ['review', 2019], ['review', 2020])).toBe(
      'in 3 reviews between 2019 and 2021',
    );
    expect(said(['endorsement', 2020], ['endorsement'])).toBe('twice in 2020');
    expect(said(['endorsement'], ['endorsement', 2020], ['endorsement', 2020])).toBe('3 times in 2020');
    expect(occasions([])).toBe('0 times');
  });
});
