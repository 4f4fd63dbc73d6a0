/**
 * One buffer that holds all of a pool that moves while it delivers: the running sums, the ends of the queue,
 * and a cell for every row (kernel/places.ts). In one piece, so that the kernel in WebAssembly can take all
 * of it into a memory of its own and give it back as it stands. More rows move to a larger buffer.
 */
import type { SnapshotReader } from '../snapshot/reader.ts';
import type { SnapshotWriter } from '../snapshot/writer.ts';
import { UNIT } from './bound.ts';
import type { Constants } from './equations.ts';
import * as Places from './kernel/places.ts';
import { BUCKETS, CELL, CELL_WORDS, CELLS_AT } from './kernel/places.ts';

const ROW_BYTES = 8 * CELL;

/** Running sums and counts: all of a pool that is a number. */
const SUMS = {
  pending: Places.PENDING,
  signed: Places.SIGNED,
  voices: Places.VOICES,
  mass: Places.MASS,
  excess: Places.EXCESS,
  drift: Places.DRIFT,
  rate: Places.RATE,
  touches: Places.TOUCHES,
  free: Places.FREE,
} as const;
const NAMES = Object.keys(SUMS) as (keyof typeof SUMS)[];

export class Cells {
  buffer!: ArrayBuffer;
  numbers!: Float64Array;
  /** Of the header. */
  words!: Uint32Array;
  heads!: Uint32Array;
  tails!: Uint32Array;
  /** The cells as numbers, and as 32-bit words. */
  values!: Float64Array;
  links!: Uint32Array;

  constructor(rows: number) {
    this.stand(new ArrayBuffer(CELLS_AT + ROW_BYTES * rows), rows);
    this.numbers[Places.UNIT] = UNIT;
    this.numbers[Places.FREE] = 1;
  }

  /** Rows that there is room for. */
  get rows(): number {
    return this.values.length / CELL;
  }

  /** From now on all of it stands at the beginning of this buffer, which holds it already. */
  stand(buffer: ArrayBuffer, rows: number): void {
    this.buffer = buffer;
    this.numbers = new Float64Array(buffer, 0, Places.NUMBER_COUNT);
    this.words = new Uint32Array(buffer, Places.WORDS_AT, Places.WORD_COUNT);
    this.heads = new Uint32Array(buffer, Places.HEADS_AT, BUCKETS);
    this.tails = new Uint32Array(buffer, Places.TAILS_AT, BUCKETS);
    this.values = new Float64Array(buffer, CELLS_AT, CELL * rows);
    this.links = new Uint32Array(buffer, CELLS_AT, CELL_WORDS * rows);
  }

  /** All of it, as bytes. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.buffer, 0, CELLS_AT + ROW_BYTES * this.rows);
  }

  /** Room for so many rows, in a buffer of its own if there is not enough here. */
  reserve(rows: number): void {
    if (rows <= this.rows) return;
    const larger = 2 * rows + 14;
    const buffer = new ArrayBuffer(CELLS_AT + ROW_BYTES * larger);
    new Uint8Array(buffer).set(this.bytes);
    this.stand(buffer, larger);
  }

  /** The constants of the equations, as kernels read them. */
  set fixed({ damping, back, ceiling, k, capped }: Constants) {
    const { numbers } = this;
    numbers[Places.DAMPING] = damping;
    numbers[Places.BACK] = back;
    numbers[Places.CEILING] = ceiling;
    numbers[Places.OBJECTION] = k;
    numbers[Places.CAPPED] = capped ? 1 : 0;
  }

  /** The sums, by name. */
  get sums(): Record<keyof typeof SUMS, number> {
    return Object.fromEntries(NAMES.map((name) => [name, this.numbers[SUMS[name]]!])) as never;
  }

  save(to: SnapshotWriter, order: number): void {
    to.array('pool.cells', Float64Array, this.values.subarray(0, CELL * order));
  }

  load(from: SnapshotReader, order: number): void {
    const sums = from.numbers('pool', NAMES);
    const buffer = new ArrayBuffer(CELLS_AT + ROW_BYTES * order);
    new Uint8Array(buffer).set(this.bytes.subarray(0, CELLS_AT));
    this.stand(buffer, order);
    for (const name of NAMES) this.numbers[SUMS[name]] = sums[name];
    const cells = from.view('pool.cells', Float64Array);
    from.check(cells.length === CELL * order, `pool.cells has ${cells.length} numbers`);
    this.values.set(cells);
  }
}
