/** The waist: who carries, how few, and what is left without them, on walks written out and on planted ones. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deliveriesOf } from '../../src/insight/deliveries.ts';
import { samplingError, waistOf } from '../../src/insight/waist.ts';
import type { Walks } from '../../src/insight/walks.ts';
import { GATES, measurePlanted } from './planted.ts';

function walksOf(paths: readonly (readonly number[])[]): Walks {
  let end = 0;
  const ends = paths.map((path) => (end += path.length));
  return { count: paths.length, ends: Uint32Array.from(ends), rows: Uint32Array.from(paths.flat()) };
}

/** Both halves the same, so that nothing depends on which of them a walk falls into. */
const twice = (paths: readonly (readonly number[])[]) => walksOf(paths.flatMap((path) => [path, path]));
const anybody = () => true;
const paths = fc.array(fc.array(fc.nat(7), { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 12 });

/** From the definition: the distinct contributors before the last, the receiver excepted. */
const carriersOf = (path: readonly number[]) =>
  [...new Set(path.slice(0, -1))].filter((row) => row !== path.at(-1));

describe('deliveries', () => {
  it('are the walks of at least one step that end at a receiver, with the carriers of the definition', () => {
    fc.assert(
      fc.property(paths, fc.nat(7), (all, holder) => {
        const receives = (row: number) => row !== holder;
        const { chosen, reported } = deliveriesOf(twice(all), 8, receives, anybody);
        const wanted = all
          .filter((path) => receives(path.at(-1)!))
          .map(carriersOf)
          .filter((set) => set.length > 0);
        for (const half of [chosen, reported]) {
          const told = Array.from({ length: half.count }, (_, d) => [
            ...half.carriers.subarray(d === 0 ? 0 : half.ends[d - 1], half.ends[d]),
          ]);
          expect(told).toEqual(wanted);
        }
      }),
    );
  });

  it('of peers leave out holders of credentials, and what nobody else carried', () => {
    const { reported } = deliveriesOf(
      twice([
        [0, 1],
        [0, 2, 3],
        [2, 3],
      ]),
      4,
      (row) => row !== 0,
      (row) => row !== 0,
    );
    expect([...reported.carriers]).toEqual([2, 2]);
  });
});

describe('the waist', () => {
  it('covers greedily: at every step nobody else would have added more, and the cover ends whole', () => {
    fc.assert(
      fc.property(paths, (all) => {
        const halves = deliveriesOf(twice(all), 8, anybody, anybody);
        const { carriers, curve, deliveries } = waistOf(halves, 8, () => 1);
        const sets = all.map(carriersOf).filter((set) => set.length > 0);
        expect(deliveries).toBe(sets.length);
        let left = sets;
        carriers.forEach(({ row, share, together }, k) => {
          const adds = (one: number) => left.filter((set) => set.includes(one)).length;
          expect(adds(row)).toBe(Math.max(...Array.from({ length: 8 }, (_, one) => adds(one))));
          left = left.filter((set) => !set.includes(row));
          expect(share).toBeCloseTo(sets.filter((set) => set.includes(row)).length / sets.length, 12);
          expect(together).toBeCloseTo(1 - left.length / sets.length, 12);
          expect(curve[k + 1]).toBe(together);
        });
        expect(left).toEqual([]);
      }),
    );
  });

  it('is at most 1 + ln(deliveries) times the fewest of all, tried out one by one', () => {
    fc.assert(
      fc.property(paths, (all) => {
        const sets = all.map(carriersOf).filter((set) => set.length > 0);
        fc.pre(sets.length > 0);
        const { w50, intercepted50 } = waistOf(deliveriesOf(twice(all), 8, anybody, anybody), 8, () => 1);
        let best = 8;
        for (let chosen = 1; chosen < 256; chosen++) {
          const covered = sets.filter((set) => set.some((row) => (chosen >> row) & 1)).length;
          const size = chosen.toString(2).replaceAll('0', '').length;
          if (covered >= sets.length / 2 && size < best) best = size;
        }
        expect(w50).toBeGreaterThanOrEqual(best);
        expect(w50).toBeLessThanOrEqual(Math.ceil(best * Math.log(sets.length)) + best);
        expect(intercepted50).toBeGreaterThanOrEqual(0.5);
      }),
    );
  });

  it('is reported on walks that it was not chosen from, and goes on by what is passed on', () => {
    // The first of two walks chooses, the second reports: nobody chosen carries what is reported.
    const halves = deliveriesOf(
      walksOf([
        [0, 9],
        [1, 9],
        [0, 9],
        [2, 9],
      ]),
      10,
      anybody,
      anybody,
    );
    const { w50, w90, curve, carriers } = waistOf(halves, 10, (row) => [5, 4, 2, 3, 0, 0, 0, 0, 0, 0][row]!);
    expect(carriers.map(({ row }) => row)).toEqual([0]);
    expect([...curve]).toEqual([0, 0]);
    // Then 1 passes on most, then 3 (who carries nothing), then 2.
    expect([w50, w90]).toEqual([2, 4]);
  });

  it('is null where nothing is delivered', () => {
    const { w50, w90, carriers } = waistOf(
      deliveriesOf(walksOf([[0], [1]]), 2, anybody, anybody),
      2,
      () => 1,
    );
    expect([w50, w90, carriers]).toEqual([null, null, []]);
  });

  it.each(GATES)(
    'of %d gatekeepers between one credential and 2,000 contributors is within 2 of 0.9 k',
    (gates) => {
      for (const seed of [1, 2, 3]) {
        const { all90, peers90, intercepted } = measurePlanted(gates, seed);
        expect(all90).toBe(1);
        expect(Math.abs(peers90 - 0.9 * gates)).toBeLessThanOrEqual(2);
        expect(intercepted).toBeGreaterThanOrEqual(0.9);
      }
    },
  );
});

describe('the sampling error', () => {
  it('covers the true share in about 95 of 100 samples', () => {
    // Of 400 binomial samples of 500 at 0.3, drawn by a rule of this test's own.
    let state = 12345;
    const draw = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    let inside = 0;
    for (let sample = 0; sample < 400; sample++) {
      let hits = 0;
      for (let k = 0; k < 500; k++) if (draw() < 0.3) hits++;
      if (Math.abs(hits / 500 - 0.3) <= samplingError(hits / 500, 500)) inside++;
    }
    expect(inside).toBeGreaterThan(360);
    expect(samplingError(1, 100)).toBeGreaterThan(0);
  });
});
