/**
 * Delivery in WebAssembly (assembly/push.ts): it has the cells of a pool and the out-rows of its graph stand in
 * one memory, where TypeScript goes on reading and writing them as before. An array that outgrows its room
 * moves out to one of its own, as it would anyway; before the next delivery all move to a larger memory,
 * which has room for more on top that costs nothing until it is used. Small graphs never get a memory: each
 * takes a stretch of addresses, and thousands of engines may live side by side. A memory lives as long as
 * its pool.
 */
import { PeerageError } from '../../error.ts';
import type { Digraph } from '../../graph/digraph.ts';
import type { Place } from '../../graph/slack-rows.ts';
import type { Cells } from '../cells.ts';
import type { Delivery } from '../delivery.ts';
import { PUSH_BYTES } from './bytes.ts';
import { type KernelName, named, WASM_FROM } from './choose.ts';
import * as Places from './places.ts';
import { bytesOf, type CompiledModule, engine, memoryOf, type WasmMemory } from './wasm.ts';

const ALIGNED = 64;
/** Room above what is in use. */
const ROOM = 1.25;

interface PushKernel {
  push(room: number, budget: number, least: number): number;
  all(scale: number, signed: number): void;
  resum(): void;
}

let compiled: CompiledModule | undefined;

export class FastDelivery implements Delivery {
  readonly #wanted: KernelName | undefined = named();
  #memory: WasmMemory | null = null;
  #kernel: PushKernel | null = null;
  /** Where the credentials are to stand in the memory. */
  #credentials = 0;
  /** No memory was to be had: it is not asked for again. */
  #refused = false;

  constructor(
    private readonly graph: Digraph,
    private readonly cells: Cells,
  ) {}

  /**
   * True if all stands in the memory, or could be moved there because the graph is large enough.
   * @throws PeerageError `bad-option` where WebAssembly was asked for and is not to be had.
   */
  ready(): boolean {
    const { graph, cells } = this;
    const buffer = this.#memory?.buffer;
    if (buffer !== undefined && cells.buffer === buffer && graph.standsIn(buffer)) return true;
    if (this.#refused || this.#wanted === 'js') return false;
    if (buffer === undefined && this.#wanted === undefined && graph.edges < WASM_FROM) return false;
    try {
      this.#move();
      return true;
    } catch (error) {
      this.#memory = null;
      this.#kernel = null;
      this.#refused = true;
      if (this.#wanted === undefined) return false;
      const reason = `no WebAssembly kernels can be had here (${error}); expected js`;
      throw new PeerageError('bad-option', reason, { field: 'PEERAGE_KERNEL', value: this.#wanted });
    }
  }

  push(room: number, budget: number, least: number): number {
    return this.#kernel!.push(room, budget, least);
  }

  all(scale: number, credentials: Float64Array | null): void {
    const { words, buffer } = this.cells;
    const { order, objected } = this.graph;
    words[Places.ORDER] = order;
    words[Places.CREDENTIALS] = credentials === null ? 0 : this.#credentials;
    if (credentials !== null) {
      new Float64Array(buffer, this.#credentials, order).set(credentials.subarray(0, order));
    }
    this.#kernel!.all(scale, objected > 0 ? 1 : 0);
  }

  resum(): void {
    this.cells.words[Places.ORDER] = this.graph.order;
    this.#kernel!.resum();
  }

  /** Has everything stand in a new memory. Nothing has changed where it throws. */
  #move(): void {
    const { graph, cells } = this;
    const rows = Math.ceil(ROOM * graph.order) + 16;
    let top = 0;
    const take = (bytes: number) => {
      const start = top;
      top = Math.ceil((top + bytes) / ALIGNED) * ALIGNED;
      return start;
    };
    take(Places.CELLS_AT + 8 * Places.CELL * rows);
    const arrivals = take(16 * rows);
    const credentials = take(8 * rows);
    const starts: number[] = [];
    graph.move((values, used) => {
      starts.push(take(values.BYTES_PER_ELEMENT * roomFor(used)));
      return values;
    });
    compiled ??= new (engine().Module)(bytesOf(PUSH_BYTES));
    const memory = memoryOf(top);
    const { exports } = new (engine().Instance)(compiled, { env: { memory } });
    const buffer = memory.buffer as ArrayBuffer;

    new Uint8Array(buffer).set(cells.bytes);
    cells.stand(buffer, rows);
    const pointers = [Places.STARTS, Places.ENDS, Places.OTHERS, Places.WEIGHTS, Places.SAYS, Places.HEARS];
    let column = 0;
    const place: Place = (values, used) => {
      const start = starts[column]!;
      cells.words[pointers[column++]!] = start;
      const make = values.constructor as new (
        buffer: ArrayBuffer,
        start: number,
        length: number,
      ) => typeof values;
      const placed = new make(buffer, start, roomFor(used));
      placed.set(values.subarray(0, used));
      return placed;
    };
    graph.move(place);
    cells.words[Places.BYTES] = graph.out.weights instanceof Uint8Array ? 1 : 0;
    cells.words[Places.ARRIVALS] = arrivals;
    this.#credentials = credentials;
    this.#memory = memory;
    this.#kernel = exports as PushKernel;
  }
}

function roomFor(used: number): number {
  return Math.ceil(ROOM * used) + 16;
}
