/** In-rows as kernels read them: copied to their places, split by component, cut into parts of equal work. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rows } from '../../../src/graph/columns.ts';
import {
  divide,
  type FrameRows,
  fillRows,
  inverse,
  isUnit,
  rowsSize,
  splitRows,
} from '../../../src/solver/kernel/rows.ts';

/** Rows of pairs [source, weight], with room between them. */
function rowsOf(lists: readonly (readonly (readonly [number, number])[])[], gap = 0, weighted = true): Rows {
  const [starts, ends, sources, weights]: number[][] = [[], [], [], []];
  for (const list of lists) {
    for (let k = 0; k < gap; k++) [sources!.push(77), weights!.push(99)];
    starts!.push(sources!.length);
    for (const [source, weight] of list) [sources!.push(source), weights!.push(weight)];
    ends!.push(sources!.length);
  }
  return {
    starts: Uint32Array.from(starts!),
    ends: Uint32Array.from(ends!),
    sources: Uint32Array.from(sources!),
    weights: weighted ? Float64Array.from(weights!) : null,
  };
}
const room = (order: number, size: number, weighted: boolean): FrameRows => ({
  offsets: new Uint32Array(order + 1),
  sources: new Uint32Array(size),
  weights: weighted ? new Float64Array(size) : null,
});
const listsOf = ({ offsets, sources, weights }: FrameRows) =>
  Array.from({ length: offsets.length - 1 }, (_, v) =>
    Array.from({ length: offsets[v + 1]! - offsets[v]! }, (_, k) => {
      const at = offsets[v]! + k;
      return [sources[at]!, weights === null ? 1 : weights[at]!];
    }),
  );

const LISTS = [
  [
    [1, 2],
    [2, 1],
  ],
  [[0, 5]],
  [],
  [
    [0, 1],
    [1, 1],
    [2, 3],
  ],
] as const;

describe('rows that move', () => {
  it('name their sources by where these stand, even where only empty rows change places', () => {
    // Rows 1 and 2 are empty: every row begins where it did.
    const rows = Uint32Array.of(0, 2, 1);
    const lists = [
      [
        [1, 4],
        [2, 5],
      ],
      [],
      [],
    ] as const;
    const to = room(3, 2, true);
    fillRows(to, rowsOf(lists), rows, inverse(rows));
    expect(listsOf(to)).toEqual([
      [
        [2, 4],
        [1, 5],
      ],
      [],
      [],
    ]);
  });

  it('weigh 1 each where they are given no weights, and none where none are kept', () => {
    const rows = Uint32Array.of(3, 2, 1, 0);
    const to = room(4, 6, true);
    fillRows(to, rowsOf(LISTS, 1, false), rows, inverse(rows));
    expect([...to.weights!]).toEqual([1, 1, 1, 1, 1, 1]);
    const without = room(4, 6, false);
    fillRows(without, rowsOf(LISTS), null, null);
    expect(listsOf(without).map((list) => list.map(([source]) => source))).toEqual(
      LISTS.map((list) => list.map(([source]) => source)),
    );
  });
});

describe('rows', () => {
  it('are as many as they hold, gaps left out, and weigh 1 each or do not', () => {
    expect(rowsSize(rowsOf(LISTS), 4)).toBe(6);
    expect(rowsSize(rowsOf(LISTS, 3), 4)).toBe(6);
    expect(rowsSize(rowsOf(LISTS), 2)).toBe(3);
    expect(isUnit(rowsOf(LISTS, 2, false), 4)).toBe(true);
    expect(isUnit(rowsOf(LISTS), 4)).toBe(false);
    const ones = LISTS.map((list) => list.map(([source]) => [source, 1] as const));
    // What stands between rows belongs to none.
    expect(isUnit(rowsOf(ones, 2), 4)).toBe(true);
    expect(
      isUnit(
        rowsOf([
          [
            [0, 1],
            [1, 1],
          ],
          [[0, 2]],
        ]),
        2,
      ),
    ).toBe(false);
    expect(
      isUnit(
        rowsOf([
          [
            [0, 1],
            [1, 0],
          ],
        ]),
        1,
      ),
    ).toBe(false);
    expect(isUnit(rowsOf([[[0, 1]], [[0, 2]]]), 1)).toBe(true);
  });

  it('stand at their places, sources by their places too, whatever room there was', () => {
    for (const weighted of [true, false]) {
      for (const gap of [0, 2]) {
        const rows = rowsOf(LISTS, gap, weighted);
        const plain = room(4, 6, weighted);
        fillRows(plain, rows, null, null);
        const wanted = LISTS.map((list) => list.map(([source, weight]) => [source, weighted ? weight : 1]));
        expect(listsOf(plain)).toEqual(wanted);
        expect([...plain.offsets]).toEqual([0, 2, 3, 3, 6]);
        // Row 3 comes first, then 1, 0 and 2.
        const order = Uint32Array.of(3, 1, 0, 2);
        const placeOf = inverse(order);
        expect([...placeOf]).toEqual([2, 1, 3, 0]);
        const moved = room(4, 6, weighted);
        fillRows(moved, rows, order, placeOf);
        expect(listsOf(moved)).toEqual(
          [3, 1, 0, 2].map((v) => wanted[v]!.map(([source, weight]) => [placeOf[source!], weight])),
        );
      }
    }
  });

  it('of bare pairs get weights of 1 where weights are wanted', () => {
    for (const [rows, order] of [
      [rowsOf(LISTS, 0, false), null],
      [rowsOf(LISTS, 1, false), null],
      [rowsOf(LISTS, 0, false), Uint32Array.of(1, 0, 2, 3)],
    ] as const) {
      const to = room(4, 6, true);
      fillRows(to, rows, order, order === null ? null : inverse(order));
      expect([...to.weights!]).toEqual([1, 1, 1, 1, 1, 1]);
    }
  });
});

describe('rows of components', () => {
  it('have the sources from elsewhere first, and know what each says within its own', () => {
    // Components {0, 1} and {2, 3}; each row keeps the order of its sources on both sides.
    const lists = [
      [[1, 2]],
      [[0, 3]],
      [
        [3, 5],
        [0, 1],
        [2, 7],
        [1, 4],
      ],
      [
        [1, 8],
        [2, 6],
        [0, 9],
      ],
    ] as const;
    for (const weighted of [true, false]) {
      const rows = room(4, 9, weighted);
      fillRows(rows, rowsOf(lists, 0, weighted), null, null);
      const inner = new Uint32Array(4);
      const within = new Float64Array(4).fill(99);
      splitRows(rows, Uint32Array.of(0, 2, 4), inner, within);
      const one = (weight: number) => (weighted ? weight : 1);
      expect(listsOf(rows)).toEqual([
        [[1, one(2)]],
        [[0, one(3)]],
        [
          [0, one(1)],
          [1, one(4)],
          [3, one(5)],
          [2, one(7)],
        ],
        [
          [1, one(8)],
          [0, one(9)],
          [2, one(6)],
        ],
      ]);
      expect([...inner]).toEqual([0, 1, 4, 8]);
      expect([...within]).toEqual(weighted ? [3, 2, 13, 5] : [1, 1, 2, 1]);
    }
  });

  it('leave those that are in none alone', () => {
    const rows = room(3, 2, true);
    fillRows(rows, rowsOf([[], [[0, 2]], [[1, 3]]]), null, null);
    const [inner, within] = [new Uint32Array(3), new Float64Array(3).fill(9)];
    splitRows(rows, Uint32Array.of(0, 1, 2), inner, within);
    expect([...within]).toEqual([0, 0, 0]);
    expect([...inner]).toEqual([0, 1, 0]);
  });
});

describe('cuts', () => {
  it('rise from the first to the last, and every part has its share of the work, but for one row', () => {
    const sizes = fc.array(fc.nat(20), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(
        sizes,
        sizes,
        fc.integer({ min: 1, max: 8 }),
        fc.boolean(),
        fc.nat(100),
        (plus, minus, parts, signed, skip) => {
          const order = plus.length;
          const sums = (list: number[]) =>
            Uint32Array.from({ length: order + 1 }, (_, v) =>
              list.slice(0, v).reduce((all, one) => all + one, 0),
            );
          const against = Array.from({ length: order }, (_, v) => minus[v] ?? 0);
          const [offsets, objections] = [sums(plus), signed ? sums(against) : undefined];
          const work = (v: number) => plus[v]! + (signed ? against[v]! : 0) + 1;
          const from = skip % order;
          const cuts = new Uint32Array(parts + 1);
          divide(cuts, from, order, offsets, objections);
          expect([cuts[0], cuts[parts]]).toEqual([from, order]);
          const all = Array.from({ length: order - from }, (_, k) => work(from + k)).reduce(
            (a, b) => a + b,
            0,
          );
          let done = 0;
          for (let part = 1; part <= parts; part++) {
            expect(cuts[part]).toBeGreaterThanOrEqual(cuts[part - 1]!);
            for (let v = cuts[part - 1]!; v < cuts[part]!; v++) done += work(v);
            // The first row at which the share is reached.
            expect(done).toBeGreaterThanOrEqual((all * part) / parts - 1e-9);
            const last = cuts[part]! - 1;
            if (part < parts && last >= from) expect(done - work(last)).toBeLessThan((all * part) / parts);
          }
        },
      ),
    );
  });
});
