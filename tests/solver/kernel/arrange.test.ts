/** The order of rows in a solve: by role, and by component where that pays; the witness closes the graph by force. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Role, type System } from '../../../src/graph/columns.ts';
import { arrange } from '../../../src/solver/kernel/arrange.ts';
import { replay } from '../../witness/record.ts';
import { columnsOf } from '../problem.ts';

/** A system of pairs [source, target] among so many rows. */
function systemFrom(order: number, pairs: readonly (readonly [number, number])[], against = false): System {
  const id = (v: number) => `m${v}`;
  const mentions = Array.from({ length: order }, (_, v) => ({
    type: 'endorse',
    source: id(v),
    target: id(v),
  }));
  const said = pairs.map(([u, v]) => ({ type: 'endorse', source: id(u), target: id(v) }));
  const objection = against ? [{ type: 'object', source: id(0), target: id(1) }] : [];
  return columnsOf(replay({ initial: {}, events: [...mentions, ...said, ...objection] as never }));
}
const arranged = (rows: Uint32Array | null, order: number) => [
  ...(rows ?? Array.from({ length: order }, (_, v) => v)),
];

/** Who reaches whom, by repeated squaring of the relation. */
function closure(order: number, pairs: readonly (readonly [number, number])[]): boolean[][] {
  const reach = Array.from({ length: order }, (_, u) => Array.from({ length: order }, (_, v) => u === v));
  for (const [u, v] of pairs) reach[u]![v] = true;
  for (let k = 0; k < order; k++)
    for (let u = 0; u < order; u++)
      for (let v = 0; v < order; v++) reach[u]![v] ||= reach[u]![k]! && reach[k]![v]!;
  return reach;
}

const graphs = fc
  .integer({ min: 1, max: 9 })
  .chain((order) =>
    fc.tuple(
      fc.constant(order),
      fc.uniqueArray(fc.tuple(fc.nat(order - 1), fc.nat(order - 1)), {
        maxLength: 16,
        selector: ([u, v]) => u * 10 + v,
      }),
    ),
  )
  .map(([order, pairs]) => [order, pairs.filter(([u, v]) => u !== v)] as const);

describe('an arrangement', () => {
  it('has those who are swept first, then speakers, then the silent, each in their order', () => {
    fc.assert(
      fc.property(graphs, fc.boolean(), ([order, pairs], against) => {
        fc.pre(!against || order > 1);
        const system = systemFrom(order, pairs, against);
        const { rows, speakers, silent, components } = arrange(system, true);
        expect(components).toBeNull();
        const wanted = [Role.active, Role.speaker, Role.silent].map((role) =>
          Array.from({ length: order }, (_, v) => v).filter((v) => system.role[v] === role),
        );
        expect(arranged(rows, order)).toEqual(wanted.flat());
        expect([speakers, silent]).toEqual([wanted[0]!.length, wanted[0]!.length + wanted[1]!.length]);
        // Nothing is moved where it stands right already.
        const sorted = wanted.flat().every((v, place) => v === place);
        expect(rows === null).toBe(sorted);
      }),
    );
  });

  it('tells components apart exactly where most edges of the swept lie between them', () => {
    let told = 0;
    fc.assert(
      fc.property(graphs, ([order, pairs]) => {
        const system = systemFrom(order, pairs);
        const { rows, speakers, silent, components } = arrange(system, false);
        const active = Array.from({ length: order }, (_, v) => v).filter(
          (v) => system.role[v] === Role.active,
        );
        const among = pairs.filter(([u, v]) => active.includes(u) && active.includes(v));
        const reach = closure(order, among);
        const same = (u: number, v: number) => reach[u]![v]! && reach[v]![u]!;
        const inner = among.filter(([u, v]) => same(u, v)).length;
        expect(components === null).toBe(
          2 * inner > system.activeEdges || system.activeEdges >= 12 * active.length,
        );
        if (components === null) return;
        told++;
        const order2 = arranged(rows, order);
        expect(order2.slice(0, speakers).toSorted((a, b) => a - b)).toEqual(active);
        expect([...order2].sort((a, b) => a - b)).toEqual(Array.from({ length: order }, (_, v) => v));
        expect(silent).toBe(speakers + system.role.filter((role) => role === Role.speaker).length);
        expect([components[0], components.at(-1)]).toEqual([0, speakers]);
        const component = new Map<number, number>();
        for (let c = 0; c + 1 < components.length; c++) {
          const members = order2.slice(components[c], components[c + 1]);
          expect(members.length).toBeGreaterThan(0);
          // Those who reach one another and nobody else, in their order.
          expect(members).toEqual(active.filter((v) => same(members[0]!, v)));
          for (const v of members) component.set(v, c);
        }
        for (const [u, v] of among) expect(component.get(u)!).toBeLessThanOrEqual(component.get(v)!);
      }),
    );
    expect(told).toBeGreaterThan(5);
  });

  it('does not look for components under a cap, with objections, or where rows hear of many', () => {
    const chain: [number, number][] = [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
    ];
    const system = systemFrom(5, chain);
    expect(arrange(system, false).components).not.toBeNull();
    expect(arrange(system, true).components).toBeNull();
    expect(arrange(systemFrom(5, chain, true), false).components).toBeNull();
    expect(arrange({ ...system, activeEdges: 3 * 12 }, false).components).toBeNull();
    expect(arrange({ ...system, activeEdges: 3 * 12 - 1 }, false).components).not.toBeNull();
  });

  it('follows long ways without running out of room', () => {
    const order = 2000;
    const ring = Array.from({ length: order }, (_, v) => [v, (v + 1) % order] as const);
    // Half of the edges are in the ring.
    const rest = Array.from({ length: order }, (_, v) => [v, order + v] as const);
    const onward = Array.from({ length: order }, (_, v) => [order + v, 2 * order + v] as const);
    const id = (v: number) => v;
    const pairs = [...ring, ...rest, ...onward];
    const starts = new Uint32Array(3 * order);
    const ends = new Uint32Array(3 * order);
    const lists = Array.from({ length: 3 * order }, () => [] as number[]);
    for (const [u, v] of pairs) lists[id(v)]!.push(u);
    let top = 0;
    lists.forEach((list, v) => {
      starts[v] = top;
      top += list.length;
      ends[v] = top;
    });
    const role = Uint8Array.from({ length: 3 * order }, (_, v) =>
      v < 2 * order ? Role.active : Role.silent,
    );
    const system = {
      order: 3 * order,
      role,
      endorsements: { starts, ends, sources: Uint32Array.from(lists.flat()), weights: null },
      objections: null,
      activeEdges: 2 * order,
    } as unknown as System;
    const { rows, components } = arrange(system, false);
    // The ring first, as it stands; then one after another, and the silent where they were.
    const busy = [...rows!.subarray(0, order)];
    expect(busy).toEqual(busy.map((_, v) => v));
    expect([...rows!].sort((a, b) => a - b)).toEqual(Array.from({ length: 3 * order }, (_, v) => v));
    expect([...rows!.subarray(2 * order)]).toEqual(Array.from({ length: order }, (_, v) => 2 * order + v));
    expect(components!.length - 1).toBe(1 + order);
    expect(components![1]).toBe(order);
  });
});
