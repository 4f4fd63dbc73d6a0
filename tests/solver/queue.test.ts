/** The queue: rows by powers of two of their worth, first in first out, whatever was moved and taken out before. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SnapshotReader } from '../../src/snapshot/reader.ts';
import { SnapshotWriter } from '../../src/snapshot/writer.ts';
import { Cells } from '../../src/solver/cells.ts';
import { bucketOf, keyOf, Queue, roughLog2 } from '../../src/solver/queue.ts';

describe('buckets', () => {
  it('hold the keys from one power of two to the next', () => {
    for (const exponent of [-1000, -30, -1, 0, 1, 2, 1000]) {
      const key = 2 ** exponent;
      const bucket = bucketOf(key);
      expect(bucket).toBe(1023 + exponent);
      expect(keyOf(bucket)).toBe(key);
      expect(bucketOf(1.999 * key)).toBe(bucket);
      expect(bucketOf(2 * key)).toBe(bucket + 1);
    }
  });

  it('are none for nothing and for what is below every rounding', () => {
    expect([bucketOf(0), bucketOf(1e-310), keyOf(0)]).toEqual([0, 0, 0]);
  });

  it('give logarithms to within 0.09', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (value) => {
        expect(Math.abs(roughLog2(value) - Math.log2(value))).toBeLessThanOrEqual(0.09);
      }),
    );
    expect([roughLog2(1), roughLog2(8), roughLog2(0.25), roughLog2(1.5)]).toEqual([0, 3, -2, 0.5]);
  });
});

describe('the queue', () => {
  const ROWS = 6;
  const fresh = () => new Queue(new Cells(ROWS));
  /** Takes all out, the first each time. */
  const drained = (queue: Queue) => {
    const rows: [bucket: number, row: number][] = [];
    for (let row = queue.first(); row >= 0; row = queue.first()) {
      if (rows.length === ROWS) throw new Error('there are more rows in the queue than there are');
      rows.push([queue.top, row]);
      queue.remove(row);
    }
    return rows;
  };
  const steps = fc.array(
    fc.oneof(
      fc.tuple(fc.constant('put' as const), fc.nat(ROWS - 1), fc.integer({ min: 1, max: 4 })),
      fc.tuple(fc.constant('remove' as const), fc.nat(ROWS - 1), fc.constant(0)),
    ),
    { maxLength: 30 },
  );
  /** The same by lists. */
  const acted = (queue: Queue, script: readonly (readonly ['put' | 'remove', number, number])[]) => {
    let model: [bucket: number, row: number][] = [];
    for (const [act, row, bucket] of script) {
      if (act === 'put') queue.put(row, bucket);
      else queue.remove(row);
      model = model.filter(([, other]) => other !== row);
      if (act === 'put') model.push([bucket, row]);
      const top = Math.max(0, ...model.map(([one]) => one));
      expect(queue.top).toBe(top);
      expect(queue.first()).toBe(model.find(([one]) => one === top)?.[1] ?? -1);
    }
    return model.toSorted(([one], [other]) => other - one);
  };

  it('gives the highest bucket first, and in it who came first', () => {
    fc.assert(
      fc.property(steps, (script) => {
        const queue = fresh();
        expect(drained(queue)).toEqual([]);
        const wanted = acted(queue, script);
        expect(drained(queue)).toEqual(wanted);
        expect(queue.top).toBe(0);
      }),
    );
  });

  it('is empty after it was cleared, once every row has left', () => {
    const queue = fresh();
    for (let row = 0; row < ROWS; row++) queue.put(row, 1 + (row % 3));
    queue.clear();
    expect([queue.top, queue.first()]).toEqual([0, -1]);
    for (let row = 0; row < ROWS; row++) queue.leave(row);
    queue.remove(2);
    queue.put(3, 2);
    queue.put(1, 2);
    expect(drained(queue)).toEqual([
      [2, 3],
      [2, 1],
    ]);
  });

  it('starts with the least bucket as the lowest, and keeps what it is told', () => {
    const queue = fresh();
    expect(queue.lowest).toBe(1);
    queue.lowest = 700;
    expect(queue.lowest).toBe(700);
  });

  it('stands in a snapshot as it is', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 9 }), (script, lowest) => {
        const cells = new Cells(ROWS);
        const queue = new Queue(cells);
        const wanted = acted(queue, script);
        queue.lowest = lowest;
        const to = new SnapshotWriter();
        queue.save(to);
        const other = new Cells(ROWS);
        other.links.set(cells.links);
        const loaded = new Queue(other);
        loaded.put(0, 2047);
        other.links.set(cells.links);
        loaded.load(new SnapshotReader(to.finish()));
        expect(loaded.lowest).toBe(lowest);
        expect(drained(loaded)).toEqual(wanted);
      }),
    );
  });

  it('refuses a snapshot with a bucket that there is not', () => {
    const loaded = (bucket: number) => {
      const to = new SnapshotWriter();
      to.value('queue', { lowest: 1 });
      to.array('queue.ends', Uint32Array, Uint32Array.of(bucket, 3, 3));
      const queue = fresh();
      queue.load(new SnapshotReader(to.finish()));
      return queue.first();
    };
    expect(loaded(2047)).toBe(3);
    expect(() => loaded(2048)).toThrow('the queue has no such bucket');
  });
});
