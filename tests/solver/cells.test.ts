/** The buffer that holds a pool: it moves where there is not enough room, and takes back what it was. */
import { describe, expect, it } from 'vitest';
import { SnapshotReader } from '../../src/snapshot/reader.ts';
import { SnapshotWriter } from '../../src/snapshot/writer.ts';
import { Cells } from '../../src/solver/cells.ts';
import { CELL } from '../../src/solver/kernel/places.ts';

describe('cells', () => {
  it('stay where they are while there is room, and move with all they hold', () => {
    const cells = new Cells(3);
    const { buffer } = cells;
    cells.values.fill(7);
    cells.numbers[2] = 5;
    for (const rows of [0, 2, 3]) {
      cells.reserve(rows);
      expect(cells.buffer).toBe(buffer);
      expect(cells.rows).toBe(3);
    }
    cells.reserve(4);
    expect(cells.buffer).not.toBe(buffer);
    expect(cells.rows).toBeGreaterThanOrEqual(8);
    expect(cells.numbers[2]).toBe(5);
    expect([...new Set(cells.values.subarray(0, 3 * CELL))]).toEqual([7]);
    expect([...new Set(cells.values.subarray(3 * CELL))]).toEqual([0]);
  });

  it('refuse those of another order', () => {
    const cells = new Cells(3);
    const to = new SnapshotWriter();
    to.value('pool', cells.sums);
    cells.save(to, 2);
    const saved = to.finish();
    const other = new Cells(0);
    expect(() => other.load(new SnapshotReader(saved), 3)).toThrow(`pool.cells has ${2 * CELL} numbers`);
    other.load(new SnapshotReader(saved), 2);
    expect(other.rows).toBe(2);
  });
});
