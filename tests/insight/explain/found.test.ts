/** Parts as they are chosen and told: the largest first, equals by id, the last ten statements one by one. */
import { describe, expect, it } from 'vitest';
import { bySource, granted, largest, told } from '../../../src/insight/explain/found.ts';
import type { Grant, Settlement, Statement } from '../../../src/insight/settlement.ts';

const names = ['zoe', 'ada', 'Linus', 'grace'];
const settlement = { id: (row: number) => names[row]! } as Settlement;

describe('the largest', () => {
  it('come first, equals by id, restart of the own before them', () => {
    const found = [
      { row: 0, mass: 1 },
      { row: 1, mass: 2 },
      { row: 2, mass: 1 },
      { row: -1, mass: 1 },
      { row: 3, mass: 3 },
    ];
    const rows = (breadth: number) => largest(settlement, found, breadth).map(({ row }) => row);
    expect(rows(10)).toEqual([3, 1, -1, 2, 0]);
    expect(rows(2)).toEqual([3, 1]);
    expect(rows(0)).toEqual([]);
    expect(largest(settlement, found.toReversed(), 10)).toEqual(largest(settlement, found, 10));
    expect(largest(settlement, found, 1)[0]).toBe(found[4]);
  });
});

const statement = (kind: string, weight: number, more: Partial<Statement> = {}): Statement => ({
  source: 0,
  target: 1,
  against: false,
  weight,
  kind,
  at: Number.NaN,
  id: undefined,
  ...more,
});

describe('statements', () => {
  it('are told one by one up to ten, with dates and ids where they have some', () => {
    expect(
      told([statement('review', 2, { at: Date.UTC(2020, 0, 2), id: 'e1' }), statement('vote', 1)]),
    ).toEqual([
      { kind: 'review', weight: 2, at: '2020-01-02T00:00:00.000Z', id: 'e1' },
      { kind: 'vote', weight: 1, at: null, id: null },
    ]);
    const ten = Array.from({ length: 10 }, (_, k) => statement('vote', k));
    expect(told(ten).map(({ weight, count }) => [weight, count])).toEqual(ten.map((_, k) => [k, undefined]));
    expect(told([])).toEqual([]);
  });

  it('beyond ten are counted and summed by kind, the earliest of them', () => {
    const kinds = ['vote', 'review', 'vote', 'vote'];
    const all = [...kinds.map((kind, k) => statement(kind, 10 ** k)), ...ten()];
    expect(told(all)).toEqual([
      { kind: 'vote', weight: 1 + 100 + 1000, at: null, id: null, count: 3 },
      { kind: 'review', weight: 10, at: null, id: null, count: 1 },
      ...told(ten()),
    ]);
  });
  const ten = () => Array.from({ length: 10 }, (_, k) => statement('star', 5, { id: `s${k}` }));

  it('are found by who made them, for and against apart, in their order', () => {
    const all = [
      statement('a', 1, { source: 3 }),
      statement('b', 2, { source: 4 }),
      statement('c', 3, { source: 3, against: true }),
      statement('d', 4, { source: 3 }),
    ];
    const [forThem, against] = [bySource(all, false), bySource(all, true)];
    expect(forThem(3).map(({ kind }) => kind)).toEqual(['a', 'd']);
    expect(forThem(4).map(({ kind }) => kind)).toEqual(['b']);
    expect(against(3).map(({ kind }) => kind)).toEqual(['c']);
    expect([forThem(5), against(4)]).toEqual([[], []]);
  });
});

describe('credentials', () => {
  it('are told with their issuers, all of them', () => {
    const grant = (weight: number, more: Partial<Grant> = {}): Grant => ({
      holder: 0,
      weight,
      issuer: '',
      at: Number.NaN,
      id: undefined,
      ...more,
    });
    expect(granted([grant(2, { issuer: 'board', id: 'c1', at: 0 }), grant(1)])).toEqual([
      { kind: 'credential', weight: 2, at: '1970-01-01T00:00:00.000Z', id: 'c1', issuer: 'board' },
      { kind: 'credential', weight: 1, at: null, id: null, issuer: '' },
    ]);
    expect(granted(Array.from({ length: 15 }, () => grant(1)))).toHaveLength(15);
  });
});
