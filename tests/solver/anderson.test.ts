/**
 * Acceleration: on a sequence whose steps follow a linear rule of few dimensions it steps to where the sequence is
 * going, as the theory says; where the steps say nothing it stays.
 */
import { describe, expect, it } from 'vitest';
import { Anderson, type Rows } from '../../src/solver/anderson.ts';
import * as Slots from '../../src/solver/kernel/slots.ts';

/** Rows in plain arrays, with the operations as their names say. */
class PlainRows implements Rows {
  readonly numbers = new Float64Array(Slots.NUMBER_COUNT);
  readonly #order: number;
  #before: number[] = [];
  #change: number[];
  #arrival: number[];
  readonly #changes: number[][];
  readonly #arrivals: number[][];
  #sums: number[] = [];
  steps = 0;

  constructor(public values: number[]) {
    this.#order = values.length;
    const zeros = () => new Array<number>(this.#order).fill(0);
    this.#change = zeros();
    this.#arrival = zeros();
    this.#changes = [zeros(), zeros(), zeros()];
    this.#arrivals = [zeros(), zeros(), zeros()];
  }

  over(operation: number): void {
    const { numbers } = this;
    if (operation === Slots.REMEMBER) this.#before = [...this.values];
    else if (operation === Slots.LOOK) {
      const newest = numbers[Slots.NEWEST]!;
      const moved = this.values.map((value, k) => value - this.#before[k]!);
      this.#changes[newest] = moved.map((one, k) => one - this.#change[k]!);
      this.#arrivals[newest] = this.values.map((value, k) => value - this.#arrival[k]!);
      this.#change = moved;
      this.#arrival = [...this.values];
      const product = (p: number[], q: number[]) => p.reduce((sum, one, k) => sum + one * q[k]!, 0);
      this.#sums = [
        ...this.#changes.map((one) => product(this.#changes[newest]!, one)),
        ...this.#changes.map((one) => product(one, moved)),
      ];
    } else if (operation === Slots.STEP) {
      this.steps++;
      const parts = [0, 1, 2].map((j) => numbers[Slots.PART + j]!);
      this.values = this.values.map((value, k) =>
        parts.reduce((there, part, j) => there - part * this.#arrivals[j]![k]!, value),
      );
    } else throw new Error(`no operation ${operation}`);
  }

  sum(which: number): number {
    return this.#sums[which]!;
  }
}

/** Runs `sweeps` of x <- A x + b with acceleration from nothing. */
function accelerated(matrix: number[][], b: number[], sweeps: number): { rows: PlainRows; values: number[] } {
  const rows = new PlainRows(b.map(() => 0));
  const ahead = new Anderson(rows);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    ahead.before();
    const x = rows.values;
    rows.values = matrix.map((row, k) => row.reduce((sum, a, j) => sum + a * x[j]!, b[k]!));
    ahead.after();
  }
  return { rows, values: rows.values };
}

describe('acceleration', () => {
  it('finds the end of a line in three sweeps: one to begin, one to see the slope, one to arrive', () => {
    for (const slope of [0.5, 0.9, -0.7]) {
      const { values } = accelerated([[slope]], [1], 3);
      expect(values[0]).toBeCloseTo(1 / (1 - slope), 10);
    }
  });

  it('finds the end in as many dimensions as it looks back, in one sweep more than those', () => {
    const two = accelerated(
      [
        [0.9, 0.05],
        [0, 0.5],
      ],
      [1, 1],
      4,
    ).values;
    // x2 = 2, x1 = (1 + 0.1) / 0.1.
    expect(two[1]).toBeCloseTo(2, 8);
    expect(two[0]).toBeCloseTo(11, 7);
    const three = accelerated(
      [
        [0.9, 0, 0],
        [0, 0.5, 0],
        [0, 0, -0.3],
      ],
      [1, 1, 1],
      6,
    ).values;
    expect(three.map((value, k) => value / [10, 2, 1 / 1.3][k]!)).toEqual(
      [1, 1, 1].map((one) => expect.closeTo(one, 6)),
    );
  });

  it('goes on finding it with more dimensions than it looks back', () => {
    const slopes = [0.95, 0.8, 0.5, 0.2, -0.4];
    const matrix = slopes.map((slope, k) => slopes.map((_, j) => (j === k ? slope : 0)));
    const { values, rows } = accelerated(
      matrix,
      slopes.map(() => 1),
      25,
    );
    for (const [k, value] of values.entries()) expect(value * (1 - slopes[k]!)).toBeCloseTo(1, 3);
    expect(rows.steps).toBe(25);
    // Plain repetition would be far off after as many.
    expect(0.95 ** 25).toBeGreaterThan(0.2);
  });

  it('stays where nothing moves any more, or only along one line', () => {
    expect(accelerated([[0]], [1], 4).values).toEqual([1]);
    const along = accelerated(
      [
        [0.5, 0],
        [0, 0.5],
      ],
      [1, 2],
      6,
    ).values;
    expect(along).toEqual([expect.closeTo(2, 10), expect.closeTo(4, 10)]);
  });
});
