/**
 * Workers that help with the blocks of a solve, and of making its columns. Whoever is free takes the next block,
 * the caller first of all: so a worker that starts late, or never, costs time and nothing else. One that breaks
 * off in a block leaves it half done: then `each` throws Deserted, and all begins anew in a memory that nobody
 * else knows. All waiting is Atomics.wait, but for the first microseconds; workers keep no process alive.
 *
 * A job is published as one number, the ticket: which job, and how many of its blocks are left to take.
 * Taking one is a compare-and-exchange of all of it, so nobody takes a block of a job that is over, and
 * what a job consists of does not change before all who took part have counted their blocks as done.
 */
import type { Kernel } from './plain.ts';
import { ARRIVE, INFLOW, JUDGE, SCALE } from './slots.ts';
import type { CompiledModule, SharedMemory } from './wasm.ts';
import { wasmModule } from './wasm.ts';

// Words of the control part of a memory.
const TICKET = 0;
const DONE = 1;
const OPERATION = 2;
const TABLE = 3;
const LAST = 4;
const COUNT = 5;
const BROKEN = 6;
/** Changes when workers are invited, and when they are sent away: they stay as long as it is theirs. */
const TERM = 7;
const CONTROL = 16;

/** Bits of the ticket that count blocks; the others number jobs. */
const BLOCK_BITS = 12;
const BLOCK_MASK = (1 << BLOCK_BITS) - 1;
const JOB_MASK = (1 << (31 - BLOCK_BITS)) - 1;
/** Looks at a word before sleeping on it: some microseconds. */
const LOOKS = 500;
/** How long nothing may happen before whoever has the last blocks is given up: 20 times a tenth of a second. */
const PATIENCE = 20;
const TENTH = 100;

/** A worker began a block and did not finish it. */
export class Deserted extends Error {}

/**
 * Makes an attempt with workers, and where one of them breaks off another alone: in a memory of its own, since
 * deserters may still write to the first.
 */
export function orAlone<T>(crew: Crew | undefined, attempt: (crew: Crew | undefined) => T): T {
  try {
    return attempt(crew);
  } catch (error) {
    if (!(error instanceof Deserted)) throw error;
    return attempt(undefined);
  }
}

/** What is done to the rows of an empty memory, and how often, until the engine has compiled it well. */
const WARM = [ARRIVE, SCALE, INFLOW, JUDGE];
const WARM_ROWS = 4096;
const WARM_TIMES = 100;

/**
 * What a worker runs, as text: there is no file to be found at run time. Before it is asked for anything it
 * runs the kernels over zeros, which are a graph without edges: what the engine compiles for one thread it
 * has compiled for all.
 * @param trouble What befalls it in every block that it takes: for tests.
 */
const workerSource = (trouble: string) => `
const { parentPort, workerData } = require('node:worker_threads');
const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
const { run } = new WebAssembly.Instance(workerData, { env: { memory } }).exports;
for (let times = 0; times < ${WARM_TIMES}; times++) {
  for (const operation of [${WARM}]) run(operation, 0, ${WARM_ROWS}, 0);
}
parentPort.on('message', ({ memory, module, term }) => {
  const control = new Int32Array(memory.buffer, 0, ${CONTROL});
  try {
    const { run } = new WebAssembly.Instance(module, { env: { memory } }).exports;
    const words = new Uint32Array(memory.buffer);
    for (let looks = 0; ; ) {
      const ticket = Atomics.load(control, ${TICKET});
      if (Atomics.load(control, ${TERM}) !== term) return;
      const left = ticket & ${BLOCK_MASK};
      if (left === 0) {
        if (++looks < ${LOOKS}) continue;
        Atomics.wait(control, ${TICKET}, ticket);
        looks = 0;
      } else if (Atomics.compareExchange(control, ${TICKET}, ticket, ticket - 1) === ticket) {
        const block = control[${LAST}] - left;
        const count = control[${COUNT}];
        const cuts = control[${TABLE}];
        ${trouble}
        run(control[${OPERATION}], words[cuts + block], words[cuts + block + 1], block);
        looks = 0;
        if (Atomics.add(control, ${DONE}, 1) + 1 === count) Atomics.notify(control, ${DONE});
      }
    }
  } catch {
    Atomics.store(control, ${BROKEN}, 1);
    Atomics.notify(control, ${DONE});
  }
});`;

interface Worker {
  on(event: 'error', listener: () => void): void;
  postMessage(message: unknown): void;
  unref(): void;
  terminate(): unknown;
}

interface Threads {
  Worker: new (
    source: string,
    options: { eval: true; execArgv: string[]; workerData: CompiledModule },
  ) => Worker;
}

export class Crew {
  /** Blocks that workers have taken off the caller. */
  taken = 0;
  /** True once one of them has broken off: then no more is asked of any. */
  deserted = false;
  readonly #workers: Worker[] = [];
  #job = 0;

  /** Workers, whether they have started or not. */
  get size(): number {
    return this.#workers.length;
  }

  /** Starts workers; as many as can be had, down to none. */
  constructor(size: number, trouble = '') {
    const source = workerSource(trouble);
    const threads = threadsOf();
    if (threads === undefined) return;
    try {
      const module = wasmModule();
      while (this.#workers.length < size) {
        // No flags are handed on: a loader for TypeScript would take longer to start than a solve takes.
        const worker = new threads.Worker(source, { eval: true, execArgv: [], workerData: module });
        worker.unref();
        // One that ends early is missed by nobody, or by `each`.
        worker.on('error', () => {});
        this.#workers.push(worker);
      }
    } catch {
      // Refused by the system or the engine: those that there are will do.
    }
  }

  /** Invites all to a memory, to do there what a module does. */
  join(memory: SharedMemory, module: CompiledModule): void {
    const term = Atomics.add(new Int32Array(memory.buffer, 0, CONTROL), TERM, 1) + 1;
    for (const worker of this.#workers) worker.postMessage({ memory, module, term });
  }

  /** Sends them away from it; they may be invited again, even to the same. */
  leave(control: Int32Array): void {
    Atomics.add(control, TERM, 1);
    Atomics.add(control, TICKET, 1 << BLOCK_BITS);
    Atomics.notify(control, TICKET);
  }

  /** Ends all workers. */
  dismiss(): void {
    for (const worker of this.#workers) worker.terminate();
    this.#workers.length = 0;
  }

  /**
   * Does one operation on blocks, those between `cuts`, which stand in the memory; returns when all are done.
   * The first of them is number `first`. What is to be done meanwhile is done before this thread takes any.
   * @throws Deserted when a worker has broken off in a block.
   */
  each(
    control: Int32Array,
    kernel: Pick<Kernel, 'run'>,
    operation: number,
    cuts: Uint32Array,
    first: number,
    meanwhile?: () => void,
  ): void {
    const last = cuts.length - 1 + first;
    const count = last - first;
    control[OPERATION] = operation;
    // Where the cut before block 0 would stand, in words.
    control[TABLE] = cuts.byteOffset / 4 - first;
    control[LAST] = last;
    control[COUNT] = count;
    Atomics.store(control, DONE, 0);
    this.#job = (this.#job + 1) & JOB_MASK;
    Atomics.store(control, TICKET, (this.#job << BLOCK_BITS) | count);
    Atomics.notify(control, TICKET);
    meanwhile?.();
    let own = 0;
    for (;;) {
      const ticket = Atomics.load(control, TICKET);
      const left = ticket & BLOCK_MASK;
      if (left === 0) break;
      if (Atomics.compareExchange(control, TICKET, ticket, ticket - 1) !== ticket) continue;
      const block = count - left;
      own++;
      kernel.run(operation, cuts[block]!, cuts[block + 1]!, first + block);
      Atomics.add(control, DONE, 1);
    }
    this.taken += count - own;
    if (allDone(control, count)) return;
    this.deserted = true;
    throw new Deserted();
  }
}

/** Waits for all blocks; false when one of them will not be done. */
function allDone(control: Int32Array, count: number): boolean {
  for (let looks = 0; looks < LOOKS; looks++) if (Atomics.load(control, DONE) === count) return true;
  let before = -1;
  for (let waits = 0; waits < PATIENCE; waits++) {
    const done = Atomics.load(control, DONE);
    if (done === count) return true;
    if (Atomics.load(control, BROKEN) !== 0) return false;
    if (done !== before) waits = 0;
    before = done;
    Atomics.wait(control, DONE, done, TENTH);
  }
  return false;
}

/** Node's threads, asked for at run time so that bundles for browsers need not know them. */
function threadsOf(): Threads | undefined {
  return globalThis.process?.getBuiltinModule?.('node:worker_threads') as Threads | undefined;
}
