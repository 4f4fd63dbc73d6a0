/** The waist: who carries, how few, and what is left without them, on walks written out. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Deliveries, deliveriesOf } from '../../src/insight/deliveries.ts';
import { samplingError, waistOf } from '../../src/insight/waist.ts';
import type { Walks } from '../../src/insight/walks.ts';

function walksOf(paths: readonly (readonly number[])[]): Walks {
  let end = 0;
  const ends = paths.map((path) => (end += path.length));
  return { count: paths.length, ends: Uint32Array.from(ends), rows: Uint32Array.from(paths.flat()) };
}

/** Both halves the same, so that nothing depends on which of them a walk falls into. */
const twice = (paths: readonly (readonly number[])[]) => walksOf(paths.flatMap((path) => [path, path]));
const anybody = () => true;

/** Deliveries by their carriers. */
function deliveriesFrom(sets: readonly (readonly number[])[]): Deliveries {
  const { count, ends, rows } = walksOf(sets);
  return { count, ends, carriers: rows };
}
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

  it('of deliveries written out has the carriers, shares and curve that are counted by hand', () => {
    const [chosen, reported] = [
      deliveriesFrom([[4, 1], [4, 1], [4], [4], [2], [1], [1]]),
      deliveriesFrom([[4], [4, 1], [1], [3, 2], [0]]),
    ];
    const told = waistOf({ chosen, reported }, 5, (row) => row + 1);
    // 1 and 4 stand in four each, and the lower row comes first; then 4 adds two, and 2 one.
    expect(told.carriers).toEqual([
      { row: 1, share: 2 / 5, together: 2 / 5 },
      { row: 4, share: 2 / 5, together: 3 / 5 },
      { row: 2, share: 1 / 5, together: 4 / 5 },
    ]);
    expect([...told.curve]).toEqual([0, 2 / 5, 3 / 5, 4 / 5]);
    expect(told).toMatchObject({ deliveries: 5, w50: 2, intercepted50: 3 / 5, w90: 5, intercepted90: 1 });
    expect(told.error50).toBe(samplingError(3 / 5, 5));
    expect(told.error90).toBe(samplingError(1, 5));
  });

  it('is reached where the curve meets a share exactly', () => {
    const all = deliveriesFrom([[0], [1], [2], [3], [4], [5], [6], [7], [8], [9]]);
    const { w50, w90, intercepted50, intercepted90 } = waistOf({ chosen: all, reported: all }, 10, () => 1);
    expect([w50, w90, intercepted50, intercepted90]).toEqual([5, 9, 0.5, 0.9]);
  });

  it('goes on beyond those who were chosen by the most that a carrier of each delivery passes on', () => {
    // The chosen 0 carries 4 of 10. Of the rest one has 9 on its way, two have 7 and three have 5 at most.
    const rest = [[5], [7, 5], [2, 5], [9], [5, 1], [5, 7]];
    const reported = deliveriesFrom([[0], [0], [0, 9], [0], ...rest]);
    const told = waistOf({ chosen: deliveriesFrom([[0]]), reported }, 12, (row) => (row === 11 ? 7 : row));
    // For a half one more is needed: 9, and 10 and nobody else passes on as much.
    expect([told.w50, told.intercepted50]).toEqual([3, 0.5]);
    // For nine tenths five more: all who pass on 5 or more, 5 to 11.
    expect([told.w90, told.intercepted90]).toEqual([8, 1]);
    // Where the third of the rest is needed, all that pass on 7 or more are counted: 7 to 11.
    const seventh = waistOf(
      { chosen: deliveriesFrom([[0]]), reported: deliveriesFrom([[0], [0], ...rest]) },
      12,
      (row) => (row === 11 ? 7 : row),
    );
    expect([seventh.w50, seventh.intercepted50]).toEqual([6, 5 / 8]);
  });

  it('carries nothing where what was chosen is measured on nothing', () => {
    const told = waistOf({ chosen: deliveriesFrom([[1], [1, 2]]), reported: deliveriesFrom([]) }, 3, () => 1);
    expect(told).toMatchObject({ deliveries: 0, w50: null, w90: null, intercepted50: 0, intercepted90: 0 });
    expect(told).toMatchObject({ error50: 1, error90: 1, carriers: [{ row: 1, share: 0, together: 0 }] });
    expect([...told.curve]).toEqual([0, 0]);
  });

  it('is null where nothing is delivered', () => {
    const { w50, w90, carriers } = waistOf(
      deliveriesOf(walksOf([[0], [1]]), 2, anybody, anybody),
      2,
      () => 1,
    );
    expect([w50, w90, carriers]).toEqual([null, null, []]);
  });
});

describe('the sampling error', () => {
  it('is half the width of the interval of Wilson, in its closed form', () => {
    // (p + z^2/2n +- z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n): the two ends, from the quadratic they solve.
    for (const [share, count] of [
      [0.5, 100],
      [0.1, 30],
      [0, 7],
      [1, 1000],
    ] as const) {
      const z = 1.96;
      const [a, b, c] = [count + z * z, -(2 * count * share + z * z), count * share * share];
      const width = Math.sqrt(b * b - 4 * a * c) / a;
      expect(samplingError(share, count)).toBeCloseTo(width / 2, 12);
    }
    expect(samplingError(0.3, 0)).toBe(1);
  });

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
