/** Deliveries of walks written out: which walks count, who carried them, and in which half they fall. */
import { describe, expect, it } from 'vitest';
import { deliveriesOf } from '../../src/insight/deliveries.ts';

const walksOf = (paths: readonly (readonly number[])[]) => ({
  count: paths.length,
  ends: Uint32Array.from(paths, (_, walk) => paths.slice(0, walk + 1).flat().length),
  rows: Uint32Array.from(paths.flat()),
});
const anybody = () => true;
const told = (paths: number[][], receives: (row: number) => boolean = anybody, carries = anybody) => {
  const { chosen, reported } = deliveriesOf(walksOf(paths), 10, receives, carries);
  return [chosen, reported].map(({ count, ends, carriers }) =>
    Array.from({ length: count }, (_, d) => [...carriers.subarray(ends[d - 1] ?? 0, ends[d])]),
  );
};

describe('deliveries', () => {
  it('fall into two halves by turns, walks that deliver nothing included', () => {
    expect(told([[0, 1], [2, 3], [4], [4, 5], [6, 7], [8]])).toEqual([
      [[0], [6]],
      [[2], [4]],
    ]);
  });

  it('have each carrier once, in the order it is first met, and never the receiver', () => {
    expect(told([[0, 1, 0, 2, 1, 3]])[0]).toEqual([[0, 1, 2]]);
    expect(told([[0, 3, 1, 3]])[0]).toEqual([[0, 1]]);
    expect(told([[3, 3]])[0]).toEqual([]);
    // What one walk has seen is new to the next.
    expect(told([[0, 1], [9], [0, 1], [9], [1, 0]])[0]).toEqual([[0], [0], [1]]);
  });

  it('are of at least one step, to a receiver, by somebody who counts', () => {
    expect(told([[5]])).toEqual([[], []]);
    expect(told([[0, 1], [0], [0, 2]], (row) => row !== 1)[0]).toEqual([[0]]);
    const peers = (row: number) => row !== 0;
    expect(deliveriesOf(walksOf([[0, 1], [9], [0, 2, 3]]), 10, peers, peers).chosen).toEqual({
      count: 1,
      ends: Uint32Array.of(1),
      carriers: Uint32Array.of(2),
    });
  });

  it('are none of walks that nobody carried, wherever these come', () => {
    const one = [[0, 1], [9]];
    expect(told([...one, ...one, ...one, [1], [9], ...one, [2, 2], [9]])[0]).toEqual([[0], [0], [0], [0]]);
  });

  it('of no walks are none', () => {
    expect(told([])).toEqual([[], []]);
  });
});
