/** The memory of a solve: all columns as they are arranged, one beside another, and cut by edges where they are many. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Role, type System } from '../../../src/graph/columns.ts';
import { constants } from '../../../src/solver/equations.ts';
import { arrange } from '../../../src/solver/kernel/arrange.ts';
import { Frame } from '../../../src/solver/kernel/frame.ts';
import * as Slots from '../../../src/solver/kernel/slots.ts';
import { cases } from '../../witness/arbitraries.ts';
import { replay } from '../../witness/record.ts';
import { columnsOf } from '../problem.ts';

function frameOf(system: System, policy: Parameters<typeof constants>[0]) {
  const fixed = constants(policy, system);
  const arrangement = arrange(system, fixed.capped);
  let bytes = 0;
  const frame = new Frame(system, fixed, arrangement, (wanted) => {
    bytes = wanted;
    return new ArrayBuffer(Math.ceil(wanted / 8) * 8);
  });
  return { frame, fixed, bytes, ...arrangement };
}
const POLICY = { damping: 0.85, balance: 1, cap: null, objectionWeight: 1 };

describe('a frame', () => {
  it('holds the columns of a system, in the order in which they are arranged', () => {
    fc.assert(
      fc.property(cases(), (ledger) => {
        const problem = replay(ledger);
        const system = columnsOf(problem);
        const { frame, fixed, rows, speakers, silent, components } = frameOf(system, problem.policy);
        const { order } = system;
        const at = (place: number) => (rows === null ? place : rows[place]!);
        const placeOf = new Map(Array.from({ length: order }, (_, place) => [at(place), place]));
        expect(frame).toMatchObject({ order, silent, swept: fixed.capped ? order : speakers, phases: null });
        expect([...frame.sweepCuts, ...frame.passCuts]).toEqual([0, frame.swept, 0, order]);
        for (const [told, of] of [
          [frame.endorsements, problem.endorsed],
          [frame.objections, problem.objected],
        ] as const) {
          if (told === null) {
            expect(system.objections).toBeNull();
            continue;
          }
          for (let place = 0; place < order; place++) {
            const pairs = Array.from({ length: told.offsets[place + 1]! - told.offsets[place]! }, (_, k) => {
              const slot = told.offsets[place]! + k;
              return [told.sources[slot]!, told.weights === null ? 1 : told.weights[slot]!];
            });
            const wanted = Array.from({ length: order }, (_, u) => [placeOf.get(u)!, of[u]![at(place)]!]);
            const sorted = (list: number[][]) => list.toSorted((p, q) => p[0]! - q[0]!);
            expect(sorted(pairs)).toEqual(sorted(wanted.filter(([, weight]) => weight! > 0)));
          }
        }
        const own = (place: number) =>
          components === null ? -1 : components.findLastIndex((first) => first <= place);
        for (let place = 0; place < order; place++) {
          const v = at(place);
          expect(frame.demand[place]).toBe(system.demand[v]);
          expect(frame.credentials?.[place] ?? 1).toBe(system.credentials?.[v] ?? 1);
          if (place >= silent) continue;
          // What it says to those who are swept, or to its own component.
          const heard = Array.from({ length: order }, (_, to) => to).filter((to) => {
            if (fixed.capped) return true;
            if (components === null || place >= speakers) return to < speakers && components === null;
            return to < speakers && own(to) === own(place);
          });
          if (components !== null && place >= speakers) continue;
          const within = heard.reduce((all, to) => all + problem.endorsed[v]![at(to)]!, 0);
          expect(Math.abs(frame.within[place]! - within)).toBeLessThanOrEqual(1e-9 * within);
        }
      }),
    );
  });

  it('gives every column a place of its own, at multiples of 64 bytes, and tells kernels where', () => {
    const system = columnsOf(
      replay({
        initial: {},
        events: [
          { type: 'grant', target: 'a' },
          { type: 'endorse', source: 'a', target: 'b', weight: 2 },
          { type: 'endorse', source: 'b', target: 'a' },
          { type: 'object', source: 'b', target: 'c' },
        ],
      }),
    );
    const { frame, bytes } = frameOf(system, POLICY);
    const { endorsements, objections, demand, within, credentials, x, z, f, plus, minus, parts } = frame;
    const columns = [
      ...[endorsements, objections!].flatMap(({ offsets, sources, weights }) => [offsets, sources, weights!]),
      ...[demand, within, credentials!, x, z!, f, plus, minus!, parts, frame.sweepCuts, frame.passCuts],
      ...frame.strips,
    ];
    const places = columns.map(({ byteOffset, byteLength }) => [byteOffset, byteOffset + byteLength]);
    places.sort(([one], [other]) => one! - other!);
    expect(places[0]![0]).toBeGreaterThanOrEqual(Slots.COLUMNS);
    places.forEach(([start, end], k) => {
      expect(start! % 64).toBe(0);
      expect(end).toBeLessThanOrEqual(places[k + 1]?.[0] ?? bytes);
    });
    const pointers = new Uint32Array(frame.buffer, Slots.POINTERS, Slots.POINTER_COUNT);
    const told = (which: number, column: { byteOffset: number } | null) =>
      expect(pointers[which]).toBe(column === null ? 0 : column.byteOffset);
    told(Slots.OFFSETS, endorsements.offsets);
    told(Slots.SOURCES, endorsements.sources);
    told(Slots.WEIGHTS, endorsements.weights);
    told(Slots.AGAINST_OFFSETS, objections!.offsets);
    told(Slots.AGAINST_SOURCES, objections!.sources);
    told(Slots.AGAINST_WEIGHTS, objections!.weights);
    told(Slots.DEMAND, demand);
    told(Slots.WITHIN, within);
    told(Slots.CREDENTIALS, credentials);
    told(Slots.MASS, x);
    told(Slots.DISTRUST, z);
    told(Slots.FLOW, f);
    told(Slots.PLUS, plus);
    told(Slots.MINUS, minus);
    told(Slots.INNER, null);
    told(Slots.BASE, null);
    told(Slots.PARTS, parts);
    told(Slots.SWEEP_CUTS, frame.sweepCuts);
    told(Slots.PASS_CUTS, frame.passCuts);
    frame.strips.forEach((strip, k) => {
      told(Slots.BEFORE + k, strip);
      // Mass, then distrust.
      expect(strip).toHaveLength(2 * system.order);
    });
    expect([pointers[Slots.ORDER], pointers[Slots.SILENT]]).toEqual([3, frame.silent]);
    expect(frame.control).toHaveLength(16);
    expect([frame.control.byteOffset, frame.numbers.byteOffset]).toEqual([0, Slots.NUMBERS]);
  });

  it('takes a state in and gives it back, row by row', () => {
    fc.assert(
      fc.property(cases(), (ledger) => {
        const problem = replay(ledger);
        const system = columnsOf(problem);
        const { frame, rows } = frameOf(system, problem.policy);
        const ramp = (shift: number) => Float64Array.from({ length: system.order }, (_, v) => shift + v);
        frame.read({ x: ramp(1), z: ramp(100), f: ramp(1000), excess: 0 });
        for (let place = 0; place < system.order; place++) {
          const v = rows === null ? place : rows[place]!;
          expect([frame.x[place], frame.f[place]]).toEqual([1 + v, 1000 + v]);
          if (frame.z !== null) expect(frame.z[place]).toBe(100 + v);
        }
        const back = new Float64Array(system.order);
        frame.write(frame.f, back);
        expect(back).toEqual(ramp(1000));
      }),
    );
  });
});

describe('a large graph', () => {
  /** Rows that each hear the same number of others, all active. */
  function regular(order: number, degree: number): System {
    const sources = Uint32Array.from({ length: order * degree }, (_, k) => {
      const v = Math.floor(k / degree);
      return (v + 1 + (k % degree)) % order;
    });
    const starts = Uint32Array.from({ length: order }, (_, v) => v * degree);
    const ends = starts.map((start) => start + degree);
    const each = new Float64Array(order).fill(degree);
    return {
      order,
      role: new Uint8Array(order).fill(Role.active),
      endorsements: { starts, ends, sources, weights: null },
      objections: null,
      demand: each,
      endorsed: each,
      inward: each,
      credentials: null,
      credentialSum: order,
      edges: order * degree,
      activeEdges: order * degree,
    };
  }

  it('is cut into eight phases of sixteen blocks, or more where there is more to do, of equal work', () => {
    for (const [order, degree, perPhase] of [
      [2048, 128, 16],
      [8192, 320, 20],
    ] as const) {
      const { frame } = frameOf(regular(order, degree), POLICY);
      expect(frame.phases).toEqual(Array.from({ length: 9 }, (_, p) => p * perPhase));
      for (const cuts of [frame.sweepCuts, frame.passCuts]) {
        expect(cuts).toHaveLength(8 * perPhase + 1);
        expect([cuts[0], cuts.at(-1)]).toEqual([0, order]);
        const even = order / (8 * perPhase);
        for (const [b, cut] of cuts.entries()) expect(Math.abs(cut - b * even)).toBeLessThanOrEqual(2);
      }
      expect(frame.parts).toHaveLength(Slots.SUMS * 8 * perPhase);
    }
  });

  it('is one block below 262,144 edges that are swept', () => {
    expect(frameOf(regular(2048, 127), POLICY).frame.phases).toBeNull();
    const half = regular(2048, 128);
    expect(frameOf({ ...half, activeEdges: 262_143 }, POLICY).frame.phases).toBeNull();
    // Under a cap all edges are.
    const capped = { ...POLICY, balance: 0.5, cap: 2 };
    expect(frameOf({ ...half, activeEdges: 262_143 }, capped).frame.phases).not.toBeNull();
  });
});
