/** One row at a time: the sums, the queue and the cells that are made on the way, by hand. */
import { describe, expect, it } from 'vitest';
import { Cells } from '../../src/solver/cells.ts';
import { NEVER } from '../../src/solver/delivery.ts';
import type { Constants } from '../../src/solver/equations.ts';
import * as Places from '../../src/solver/kernel/places.ts';
import { CELL, CELL_WORDS, D, DEGREE, S, T, Z } from '../../src/solver/kernel/places.ts';
import { keyOf, Queue } from '../../src/solver/queue.ts';
import { RowDelivery } from '../../src/solver/row-delivery.ts';

const FIXED: Constants = {
  ...{ damping: 0.5, stop: 0.5, k: 1, back: 0, floor: 0.5 },
  ...{ ceiling: Number.POSITIVE_INFINITY, capped: false },
};
const UNIT = 1.2e-16;

/** Four rows; those that are not known yet have a degree of 0, and get one of 3 when they are loaded. */
function begun(known: number[], free: boolean) {
  const cells = new Cells(4);
  const queue = new Queue(cells);
  const loaded: number[] = [];
  const load = (v: number) => {
    loaded.push(v);
    cells.links[CELL_WORDS * v + DEGREE] = 3;
    cells.values[CELL * v + T] = 3;
  };
  for (const v of known) load(v);
  loaded.length = 0;
  cells.numbers[Places.FREE] = free ? 1 : 0;
  cells.fixed = FIXED;
  return { cells, queue, loaded, rows: new RowDelivery(cells, queue, FIXED, load) };
}

describe('delivery along a row', () => {
  it.each([true, false])('gives those a cell that have none, once (free: %s)', (free) => {
    const { cells, loaded, rows } = begun([0, 2], free);
    const says = { others: Uint32Array.of(2, 4, 6), weights: Float64Array.of(1, 2, 3) };
    expect(rows.pass(0, 0.5, says, 0, 3)).toBe(3);
    expect(loaded).toEqual([1, 3]);
    expect(rows.pass(0, 0.5, says, 0, 3)).toBe(3);
    expect(loaded).toEqual([1, 3]);
    expect([1, 2, 3].map((v) => cells.values[CELL * v + S])).toEqual([1, 2, 3]);
    expect(cells.numbers[Places.PENDING]).toBe(6);
    expect(cells.numbers[Places.TOUCHES]).toBe(6);
  });

  it.each([true, false])('takes back no more than there is (free: %s)', (free) => {
    const { cells, rows } = begun([0, 1, 2, 3], free);
    rows.receive(1, 0, 0.5);
    rows.receive(2, 0, 2);
    rows.pass(0, -1, { others: Uint32Array.of(2, 4), weights: Float64Array.of(1, 1) }, 0, 2);
    expect([1, 2].map((v) => cells.values[CELL * v + S])).toEqual([0, 1]);
    expect(cells.numbers[Places.PENDING]).toBe(1);
    expect(cells.numbers[Places.SIGNED]).toBe(1);
    expect(cells.numbers[Places.MASS]).toBe(1);
  });

  it('may be against who hears it', () => {
    const { cells, rows } = begun([0, 1], false);
    rows.receive(1, 0, 1);
    rows.pass(0, 0.5, { others: Uint32Array.of(3), weights: Float64Array.of(2) }, 0, 1);
    expect([cells.values[CELL + S], cells.values[CELL + Z], rows.voice(1)]).toEqual([1, 1, 0.5]);
    expect([cells.numbers[Places.MASS], cells.numbers[Places.VOICES]]).toEqual([1, 0.5]);
  });
});

describe('a row', () => {
  it('that comes back counts, with what adding it may have rounded', () => {
    const { cells, rows } = begun([1], false);
    rows.receive(1, 0, 8);
    rows.withdraw(1);
    expect([cells.numbers[Places.PENDING], cells.values[CELL + T]]).toEqual([0, NEVER]);
    cells.numbers[Places.DRIFT] = 0;
    cells.numbers[Places.TOUCHES] = 0;
    rows.restore(1, 4, 2);
    expect(cells.values[CELL + D]).toBe(4);
    expect([cells.numbers[Places.PENDING], cells.numbers[Places.SIGNED]]).toEqual([8, 8]);
    expect(cells.numbers[Places.DRIFT]).toBeCloseTo(2 * UNIT * 8, 25);
    expect(cells.numbers[Places.TOUCHES]).toBe(1);
  });

  it('stands in the bucket of what is pending by edge, or in none, and waits for twice as much', () => {
    const { cells, queue, rows } = begun([1], false);
    queue.lowest = 1023;
    rows.enqueue(1, 12);
    // Four an edge: bucket 2, and from eight an edge on the next one.
    expect([queue.top, cells.values[CELL + T]]).toEqual([1025, 3 * 8]);
    rows.enqueue(1, 1.5);
    expect([queue.top, cells.values[CELL + T]]).toEqual([0, 3]);
    rows.enqueue(1, 0.001);
    expect([queue.top, cells.values[CELL + T]]).toEqual([0, 3 * keyOf(queue.lowest)]);
  });
});
