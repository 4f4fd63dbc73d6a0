/** What rows demand: true to the last digit of what the graph holds, whatever came and went before. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Digraph } from '../../src/graph/digraph.ts';
import { SnapshotReader } from '../../src/snapshot/reader.ts';
import { SnapshotWriter } from '../../src/snapshot/writer.ts';
import { Demands } from '../../src/solver/demand.ts';
import { said } from '../insight/community.ts';
import { sum } from '../witness/double-double.ts';
import { replay } from '../witness/record.ts';
import { columnsOf } from './problem.ts';

/** Rows a, b, c; a says 2 for b and 3 against c. */
const columnsNow = () => columnsOf(replay({ initial: {}, events: said('a>b*2', 'a!c*3', 'b>c*5') as never }));
const begun = (reserve?: number[]) => {
  const columns = columnsNow();
  const graph = new Digraph(columns);
  const { demand, endorsed } = columns;
  const kept = reserve === undefined ? {} : { reserve: Float64Array.from(reserve) };
  const whole = demand.map((one, u) => one + (reserve?.[u] ?? 0));
  return { graph, demands: new Demands(graph, { demand: whole, endorsed, ...kept }) };
};
/** Changes a weight in the graph and in the demands, as a solver does. */
function change(
  { graph, demands }: ReturnType<typeof begun>,
  u: number,
  v: number,
  against: boolean,
  to: number,
) {
  demands.change(u, graph.set(u, v, against, to), to, against);
}

describe('what a row demands', () => {
  it('is all that it says, of both signs, and what it withholds', () => {
    const { demands } = begun();
    expect([0, 1, 2].map((u) => demands.of(u))).toEqual([5, 5, 0]);
    expect([...demands.endorsed]).toEqual([2, 5, 0]);
    expect(demands.reserves).toBe(false);
    expect(demands.reserve(0)).toBe(0);
    const kept = begun([1, 0.5, 0.25]).demands;
    expect([0, 1, 2].map((u) => kept.of(u))).toEqual([6, 5.5, 0.25]);
    expect([0, 1, 2].map((u) => kept.reserve(u))).toEqual([1, 0.5, 0.25]);
    expect(kept.reserves).toBe(true);
    expect([...kept.sums]).toEqual([6, 5.5, 0.25]);
  });

  it('leaves what it was given as it is', () => {
    const columns = columnsNow();
    const reserve = Float64Array.of(1, 0, 0);
    const graph = new Digraph(columns);
    const demands = new Demands(graph, { demand: columns.demand, endorsed: columns.endorsed, reserve });
    change({ graph, demands }, 0, 1, false, 9);
    demands.withhold(1, 5);
    expect([...columns.demand, ...columns.endorsed, ...reserve]).toEqual([5, 5, 0, 2, 5, 0, 1, 0, 0]);
  });

  it('follows its weights as they change, and endorsements apart', () => {
    const both = begun([1, 0, 0]);
    const { demands } = both;
    change(both, 0, 1, false, 7);
    expect([demands.of(0), demands.endorsed[0]]).toEqual([11, 7]);
    change(both, 0, 2, true, 1);
    expect([demands.of(0), demands.endorsed[0]]).toEqual([9, 7]);
    change(both, 0, 2, false, 0.5);
    expect([demands.of(0), demands.endorsed[0]]).toEqual([9.5, 7.5]);
    change(both, 2, 0, true, 4);
    expect([demands.of(2), demands.endorsed[2]]).toEqual([4, 0]);
    for (const [v, against] of [
      [1, false],
      [2, true],
      [2, false],
    ] as const)
      change(both, 0, v, against, 0);
    // With nothing said only the reserve is left, exactly.
    expect([demands.of(0), demands.endorsed[0]]).toEqual([1, 0]);
  });

  it('forgets no small weight beside a large one that came and went', () => {
    const both = begun();
    change(both, 0, 1, false, 1e-9);
    change(both, 0, 2, true, 0);
    change(both, 0, 2, false, 1e12);
    change(both, 0, 2, false, 0);
    expect(both.demands.of(0)).toBe(1e-9);
  });

  it('forgets none beside several large ones either, which two doubles do not hold', () => {
    const both = begun();
    change(both, 0, 1, false, 1e-9);
    change(both, 0, 2, true, 0);
    change(both, 0, 2, false, 1e12 / 3);
    change(both, 0, 0, false, 1e5 / 3);
    change(both, 0, 2, false, 0);
    change(both, 0, 0, false, 0);
    expect(both.demands.of(0)).toBe(1e-9);
  });

  it('sums a row anew where its digits could be lost, or nothing is said any more, and only there', () => {
    const count = (weight: number, script: (both: ReturnType<typeof begun>) => void) => {
      const columns = columnsOf(
        replay({ initial: {}, events: said(`a>b*${weight.toFixed(9)}`, 'b>c*5') as never }),
      );
      const graph = new Digraph(columns);
      const both = { graph, demands: new Demands(graph, columns) };
      const sums = vi.spyOn(graph, 'sums');
      script(both);
      return sums.mock.calls.length;
    };
    for (const weight of [0.01, 2, 1000]) {
      const little = (both: ReturnType<typeof begun>) => {
        change(both, 0, 1, false, 1.25 * weight);
        change(both, 0, 2, true, weight);
        change(both, 0, 2, true, 0);
      };
      expect(count(weight, little)).toBe(0);
      // What has been summed anew is as good as new.
      const anew = (both: ReturnType<typeof begun>) => {
        both.demands.resum(0);
        little(both);
      };
      expect(count(weight, anew)).toBe(1);
      expect(count(weight, (both) => change(both, 0, 1, false, 0))).toBe(1);
    }
    expect(
      count(0.000000001, (both) => {
        both.demands.resum(0);
        change(both, 0, 1, false, 2e-9);
      }),
    ).toBe(1);
    expect(
      count(0.000000001, (both) => {
        change(both, 0, 2, false, 1e12);
        change(both, 0, 2, false, 0);
      }),
    ).toBeGreaterThan(0);
  });

  it('is the sum of the row to the last digit, after any changes', () => {
    const weights = fc.constantFrom(0, 1e-9, 0.1, 1, 3, 1e5, 1e12);
    const changes = fc.array(fc.tuple(fc.nat(2), fc.nat(2), fc.boolean(), weights), { maxLength: 40 });
    fc.assert(
      fc.property(changes, fc.constantFrom(0, 0.3), (script, reserve) => {
        const both = begun([reserve, reserve, reserve]);
        const row = (u: number) => {
          const { others, weights, starts, ends } = both.graph.out;
          return Array.from({ length: ends[u]! - starts[u]! }, (_, k) => ({
            weight: weights[starts[u]! + k]!,
            against: others[starts[u]! + k]! % 2 === 1,
          }));
        };
        for (const [u, v, against, weight] of script) {
          change(both, u, v, against, weight);
          const exact = sum(Float64Array.from([...row(u).map((one) => one.weight), reserve]));
          expect(Math.abs(both.demands.of(u) - exact)).toBeLessThanOrEqual(2 * Number.EPSILON * exact);
        }
      }),
    );
  });

  it('withholds what it is told from then on', () => {
    const both = begun([1, 0, 0]);
    both.demands.withhold(0, 3);
    expect([both.demands.of(0), both.demands.reserve(0)]).toEqual([8, 3]);
    change(both, 0, 1, false, 4);
    expect(both.demands.of(0)).toBe(10);
    // Where nobody withholds anything there is nothing to change.
    const nobody = begun().demands;
    nobody.withhold(0, 3);
    expect([nobody.of(0), nobody.reserve(0), nobody.reserves]).toEqual([5, 0, false]);
  });

  it('of newcomers is what they withhold, however many there are', () => {
    for (const reserve of [undefined, [0, 0, 0]]) {
      const both = begun(reserve);
      let room: Float64Array | undefined;
      for (let u = 3; u < 60; u++) {
        expect(both.graph.add()).toBe(u);
        both.demands.add(u, reserve === undefined ? 0 : u / 2);
        expect(both.demands.of(u)).toBe(reserve === undefined ? 0 : u / 2);
        if (u === 3) room = both.demands.sums;
        // Room for twice as many and some more.
        else if (u < room!.length) expect(both.demands.sums).toBe(room);
      }
      expect(both.demands.of(59)).toBe(reserve === undefined ? 0 : 29.5);
      expect(both.demands.reserve(59)).toBe(reserve === undefined ? 0 : 29.5);
      expect([both.demands.of(0), both.demands.endorsed[1]]).toEqual([5, 5]);
      change(both, 59, 0, false, 2);
      expect([both.demands.of(59), both.demands.endorsed[59]]).toEqual([reserve === undefined ? 2 : 31.5, 2]);
      change(both, 40, 0, true, 2);
      expect([both.demands.of(40), both.demands.endorsed[40]]).toEqual([reserve === undefined ? 2 : 22, 0]);
    }
  });

  it('stands in a snapshot with what it knows of its own error', () => {
    for (const reserve of [undefined, [1, 2, 3]]) {
      const one = begun(reserve);
      change(one, 0, 1, false, 0.1);
      change(one, 0, 2, false, 1e12);
      const to = new SnapshotWriter();
      one.demands.save(to);
      const other = begun();
      for (const { graph } of [other]) {
        graph.set(0, 1, false, 0.1);
        graph.set(0, 2, false, 1e12);
      }
      other.demands.load(new SnapshotReader(to.finish()));
      expect(other.demands.reserves).toBe(reserve !== undefined);
      expect([...other.demands.endorsed]).toEqual([...one.demands.endorsed].slice(0, 3));
      for (const both of [one, other]) {
        change(both, 0, 2, false, 0);
        change(both, 1, 2, false, 0.7);
      }
      expect([0, 1, 2].map((u) => other.demands.of(u))).toEqual([0, 1, 2].map((u) => one.demands.of(u)));
    }
  });
});
