/** Groups that nobody named: which of the communities that are handed in are told, how they are ranked and described. */
import { describe, expect, it } from 'vitest';
import { settledChain } from '../../src/insight/chain.ts';
import { pairsOf, type SuspicionOptions, suspicious } from '../../src/insight/suspicious.ts';
import { settlementOf } from './community.ts';

/** Honest a to f; a ring x, y, z that f endorses once, and which endorses nobody else. */
const EVENTS = [
  ...['+a', 'a>b', 'b>c', 'c>d', 'd>e', 'e>f', 'f>a', 'b>e'],
  ...['f>x', 'x>y', 'y>z', 'z>x', 'y>x'],
];
const settlement = settlementOf(EVENTS);
const chain = settledChain(settlement);
const labelled = (groups: string[], of = settlement) => {
  // Everybody else is alone.
  const labels = Array.from({ length: of.graph.order }, (_, row) => 100 + row);
  groups.forEach((group, label) => {
    for (const id of group) labels[of.row(id)] = label;
  });
  return labels;
};
const found = (groups: string[], options?: SuspicionOptions) =>
  suspicious(chain, settlement.graph, labelled(groups), settlement.id, options);
const mass = (id: string) => chain.mass[settlement.row(id)]!;
const names = (groups: string[], options?: SuspicionOptions) =>
  found(groups, options).map(({ group }) => group);

describe('suspicious groups', () => {
  it('are closed ones, with what they keep, receive and use', () => {
    const [ring, ...others] = found(['xyz', 'abcdef']);
    expect(others).toEqual([]);
    const inflow = (0.85 / 2) * mass('f');
    const inside = 0.85 * (mass('x') + mass('y') + mass('z'));
    expect(ring).toMatchObject({
      group: 'around x',
      members: 3,
      mass: expect.closeTo(mass('x') + mass('y') + mass('z'), 12),
      used: expect.closeTo(1, 9),
      density: 4 / 6,
      kept: expect.closeTo(1, 9),
      inflowShare: expect.closeTo(inflow / (inflow + inside), 12),
      examples: ['x', 'y', 'z'],
    });
  });

  it('are named around the most trusted member, and five of them are told', () => {
    const ring = settlementOf([
      '+a',
      'a>u',
      ...['u>v', 'v>w', 'w>x', 'x>y', 'y>z', 'z>u'],
      ...[...'bcdefghi'].map((id) => `a>${id}`),
    ]);
    const [told] = suspicious(settledChain(ring), ring.graph, labelled(['uvwxyz'], ring), ring.id);
    expect(told).toMatchObject({ group: 'around u', members: 6, examples: ['u', 'v', 'w', 'x', 'y'] });
    expect(told!.density).toBeCloseTo(6 / 30, 12);
  });

  it('are as dense as their endorsements among themselves make them, objections and what is gone left out', () => {
    const some = settlementOf(['+a', 'a>x', 'x>y', 'y>x', 'y!z', 'x>z', 'z>a', 'a>b', 'b>a']);
    some.graph.set(some.row('x'), some.row('z'), false, 0);
    const [told] = suspicious(settledChain(some), some.graph, labelled(['xyz'], some), some.id, {
      largest: 1,
      kept: 0,
      used: 0,
    });
    expect(told!.density).toBeCloseTo(2 / 6, 12);
  });

  it('are told exactly at each limit', () => {
    // Halves of halves: o keeps all it can, p nothing; the group keeps two thirds, and uses three quarters.
    const pair = settlementOf(['+a', 'a>o', 'a>b*3', 'o>p', '+o'], { damping: 0.5 });
    const told = (options: SuspicionOptions) =>
      suspicious(settledChain(pair), pair.graph, labelled(['op'], pair), pair.id, {
        least: 2,
        granted: 1,
        ...options,
      });
    const [group] = told({ kept: 0, used: 0 });
    expect(told({ kept: 0, used: group!.used })).toHaveLength(1);
    // What it keeps is compared with what it could pass on: half of its mass, a power of two.
    const chain = settledChain(pair);
    const members = ['o', 'p'].map((id) => chain.mass[pair.row(id)]!);
    expect(group!.kept).toBeCloseTo((0.5 * members[0]!) / (0.5 * (members[0]! + members[1]!)), 12);
    // Half of 1 by the credential of o, a sixteenth by the endorsement of a.
    expect(told({ kept: 0, used: 0, granted: 0.5 / (0.5 + 1 / 16) + 1e-9 })).toHaveLength(1);
    expect(told({ kept: 0, used: 0, granted: 0.5 / (0.5 + 1 / 16) - 1e-9 })).toHaveLength(0);
  });

  it('have at least so many members, and at most such a part of the community', () => {
    expect(names(['xyz'], { least: 3 })).toEqual(['around x']);
    expect(names(['xyz'], { least: 4 })).toEqual([]);
    expect(names(['xy'])).toEqual([]);
    expect(names(['xyz'], { largest: 3 / 9 })).toEqual(['around x']);
    expect(names(['xyz'], { largest: 0.3 })).toEqual([]);
  });

  it('keep at least such a part of what they could pass on', () => {
    // x, z of the ring: z keeps all, x nothing.
    const [told] = found(['zx'], { least: 2, kept: 0.1, used: 0 });
    const kept = mass('z') / (mass('x') + mass('z'));
    expect(told!.kept).toBeCloseTo(kept, 12);
    expect(names(['zx'], { least: 2, kept: kept + 1e-6, used: 0 })).toEqual([]);
    expect(names(['zx'], { least: 2, kept: kept - 1e-6, used: 0 })).toHaveLength(1);
    // Nobody keeps anything in a group without endorsements among its members.
    expect(names(['ace'], { kept: 0, used: 0, granted: 1 })).toEqual([]);
  });

  it('use at least such a part of their bound', () => {
    const [told] = found(['bcde'], { least: 2, kept: 0, used: 0 });
    expect(names(['bcde'], { least: 2, kept: 0, used: told!.used + 1e-6 })).toEqual([]);
    expect(names(['bcde'], { least: 2, kept: 0, used: told!.used - 1e-6 })).toHaveLength(1);
  });

  it('have at most such a part of what they receive from credentials of their own', () => {
    const options = { least: 2, largest: 1, kept: 0, used: 0 };
    const inflow = (0.85 / 1) * mass('f') * 0.5;
    const part = 0.15 / (0.15 + inflow);
    expect(names(['abcde'], { ...options, granted: part + 1e-6 })).toHaveLength(1);
    expect(names(['abcde'], { ...options, granted: part - 1e-6 })).toEqual([]);
    // Where none is in force everybody has the same, and nobody is a stranger for it.
    const alike = settlementOf(EVENTS.slice(1));
    expect(
      suspicious(settledChain(alike), alike.graph, labelled(['abcde'], alike), alike.id, {
        ...options,
        granted: 0,
      }),
    ).toHaveLength(1);
  });

  it('stand by how much of the bound they use, no more than are asked for', () => {
    const groups = ['xyz', 'cd', 'ef'];
    const options = { least: 2, kept: 0, used: 0 };
    const all = found(groups, options);
    expect(all.map(({ used }) => used)).toEqual(all.map(({ used }) => used).toSorted((p, q) => q - p));
    expect(all.map(({ group }) => group)[0]).toBe('around x');
    expect(all).toHaveLength(3);
    expect(found(groups, { ...options, top: 2 })).toEqual(all.slice(0, 2));
    expect(found(groups, { ...options, top: 0 })).toEqual([]);
  });

  it('of equals the one with more mass comes first, then by name', () => {
    // Halves of halves, so that nothing is rounded: each pair uses three quarters of its bound.
    const twins = settlementOf(['+a', 'a>o', 'a>q', 'a>u*2', 'a>b*4', 'o>p', 'q>r', 'u>v'], { damping: 0.5 });
    const ranked = (...groups: string[]) =>
      suspicious(settledChain(twins), twins.graph, labelled(groups, twins), twins.id, { least: 2, kept: 0 });
    const wanted = ['around u', 'around o', 'around q'];
    for (const groups of [
      ['qr', 'uv', 'op'],
      ['op', 'qr', 'uv'],
      ['uv', 'op', 'qr'],
    ]) {
      const told = ranked(...groups);
      expect(told.map(({ used }) => used)).toEqual([0.75, 0.75, 0.75]);
      expect(told.map(({ group }) => group)).toEqual(wanted);
    }
  });
});

describe('the pairs of a chain', () => {
  it('are the endorsements along which trust flows, with the flow', () => {
    const some = settlementOf(['+a', 'a>b*3', 'a!c', 'a>d', 'c>b', 'b>a'], {
      damping: 0.5,
      objectionWeight: 0,
    });
    const exact = settledChain(some);
    const { order, sources, targets, weights } = pairsOf(exact);
    const flows = Object.fromEntries(
      Array.from(sources, (u, k) => [`${some.id(u)}>${some.id(targets[k]!)}`, weights[k]]),
    );
    const at = (id: string) => exact.mass[some.row(id)]!;
    expect(order).toBe(4);
    expect(flows).toEqual({
      'a>b': expect.closeTo(0.5 * 0.6 * at('a'), 12),
      'a>d': expect.closeTo(0.5 * 0.2 * at('a'), 12),
      'b>a': expect.closeTo(0.5 * at('b'), 12),
    });
    expect(sources).toBeInstanceOf(Uint32Array);
    expect(targets).toBeInstanceOf(Uint32Array);
    expect(weights).toBeInstanceOf(Float64Array);
  });
});
