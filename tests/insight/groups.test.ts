/** Groups beside the region bound, counted by hand; who is in a group, and what is refused. */
import { describe, expect, it } from 'vitest';
import { PeerageError } from '../../src/error.ts';
import type { Rows } from '../../src/graph/columns.ts';
import { settledChain } from '../../src/insight/chain.ts';
import { GroupMeasure, rowsOfGroups } from '../../src/insight/groups.ts';
import { settlementOf } from './community.ts';

/** Damping a half and balance a half: g = 1/4, floor = 1/4. */
const settlement = settlementOf(['+a*3', '+b', 'a>b', 'a>c*3', 'b>c', 'c>b', 'b!a', 'c>d'], {
  damping: 0.5,
  balance: 0.5,
  objectionWeight: 0,
});
const chain = settledChain(settlement);
const measure = new GroupMeasure(chain);
const rows = (...ids: string[]) => ids.map((id) => settlement.row(id));
const of = (...ids: string[]) => measure.of('some', rows(...ids), settlement.graph.endorsements);
const near = (value: number) => expect.closeTo(value, 10);

// x(v) = (restart / 4 + what flows in) / (3/4); a: 1, b: (1/4 + x(a)/8 + x(c)/4) 4/3, c: (3/8 x(a) + x(b)/4) 4/3.
const a = 1;
const b = (3 / 8 + a / 8) / (3 / 4 - 1 / 12);
const c = ((3 / 8) * a + b / 4) / (3 / 4);
const d = c / 4 / (3 / 4);

describe('a group', () => {
  it('has the mass, flows and credentials of its members, as shares of all credentials', () => {
    expect(b).toBeCloseTo((1 / 4 + a / 8 + c / 4) / (3 / 4), 12);
    const inflow = a / 8 + (3 / 8) * a;
    const bound = (inflow + 1 / 4) / (1 / 4);
    expect(of('b', 'c')).toEqual({
      group: 'some',
      members: 2,
      mass: near((b + c) / 4),
      bound: near(bound / 4),
      used: near((b + c) / bound),
      inflow: near(inflow / 4),
      outflow: near(c / 4 / 4),
      inside: near((b / 4 + c / 4) / 4),
      credentials: near(1 / 4),
      trust: near((b + c) / (a + b + c + d)),
    });
  });

  it('counts a member once, and the next group anew', () => {
    expect(of('b', 'c', 'b', 'c')).toEqual(of('b', 'c'));
    expect(of('d')).toMatchObject({ members: 1, inside: 0, outflow: 0, mass: near(d / 4) });
    expect(of('a')).toMatchObject({ inflow: 0, credentials: near(3 / 4), outflow: near(a / 2 / 4) });
  });

  it('of everybody keeps all inside, and uses no more than all of its bound', () => {
    expect(of('a', 'b', 'c', 'd')).toMatchObject({
      inflow: 0,
      outflow: 0,
      inside: near((a / 2 + b / 4 + c / 2) / 4),
      bound: near(1),
      trust: near(1),
      used: near((a + b + c + d) / 4),
    });
  });

  it('of nobody, or whom nothing reaches, is nothing, without a division by nothing', () => {
    expect(of()).toMatchObject({ members: 0, mass: 0, bound: 0, used: 0, trust: 0 });
    const silent = settlementOf(['+a', 'b>c']);
    const { endorsements } = silent.graph;
    const told = new GroupMeasure(settledChain(silent)).of('g', [silent.row('c')], endorsements);
    expect(told).toMatchObject({ members: 1, mass: 0, bound: 0, used: 0, trust: 0, inflow: 0 });
  });

  it('uses all of its bound where it passes nothing on, rounding aside', () => {
    const closed = settlementOf(['+a', 'a>x', 'x>y', 'y>x']);
    const told = new GroupMeasure(settledChain(closed)).of(
      'ring',
      [closed.row('x'), closed.row('y')],
      closed.graph.endorsements,
    );
    expect(told.used).toBeLessThanOrEqual(1);
    expect(told.used).toBeCloseTo(1, 9);
  });

  it('is the same of a graph whose rows carry no weights', () => {
    const pairs = settlementOf(['+a', 'a>b', 'b>a', 'b>c']);
    const { starts, ends, sources } = pairs.graph.endorsements;
    const group = [pairs.row('b'), pairs.row('c')];
    const told = (rows: Rows) => new GroupMeasure(settledChain(pairs)).of('g', group, rows);
    expect(told({ starts, ends, sources, weights: null })).toEqual(told(pairs.graph.endorsements));
    expect(told({ starts, ends, sources, weights: null }).inflow).toBeGreaterThan(0);
  });
});

describe('the rows of groups', () => {
  const row = (id: string) => 'abcd'.indexOf(id);

  it('stand in the order in which groups and members are first told; one may be in several', () => {
    const told = rowsOfGroups(
      [
        ['c', 'team'],
        ['a', 'board'],
        ['nobody', 'team'],
        ['a', 'team'],
        ['c', 'team'],
      ],
      row,
    );
    expect([...told]).toEqual([
      ['team', [2, 0, 2]],
      ['board', [0]],
    ]);
    expect(rowsOfGroups([], row).size).toBe(0);
  });

  it('refuses a group of strangers alone, and names the first of them', () => {
    let refusal: unknown;
    try {
      rowsOfGroups(
        [
          ['a', 'team'],
          ['eve', 'ring'],
          ['mallory', 'ring'],
        ],
        row,
      );
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(PeerageError);
    expect(refusal).toMatchObject({
      code: 'unknown-contributor',
      message:
        'group "ring": names nobody of this community: neither "eve" nor any other of its members is a contributor',
      field: 'group "ring"',
      value: 'ring',
    });
  });
});
