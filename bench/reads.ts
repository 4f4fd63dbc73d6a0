/**
 * What random reads alone cost on this machine, as the limit of any solver that reads one number an edge:
 * `reads.ts GRAPH IDS THREADS` reads a table of 8 bytes an id once for each pair of the graph, in two orders:
 * at indices drawn uniformly, and at the graph's own sources, target after target, under the numbers that
 * the file gives them. Prints one line of JSON: nanoseconds a read by the clock, all threads at once.
 */
import { Worker } from 'node:worker_threads';
import { readPairs } from './witness.ts';

// The first rounds compile the loop and are not told.
const WARM_UPS = 3;
const ROUNDS = 5;

export interface Reads {
  readonly uniform: number;
  readonly own: number;
}

const shared = <T extends Uint32Array | Int32Array | Float64Array>(
  Kind: { new (buffer: SharedArrayBuffer): T; BYTES_PER_ELEMENT: number },
  length: number,
) => new Kind(new SharedArrayBuffer(Kind.BYTES_PER_ELEMENT * length));

/** Indices below `ids`, xorshift32 from a fixed seed. */
function uniformly(length: number, ids: number): Uint32Array {
  const index = shared(Uint32Array, length);
  let state = 1;
  for (let k = 0; k < length; k++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    index[k] = Math.floor(((state >>> 0) / 2 ** 32) * ids);
  }
  return index;
}

/** The sources in the order of their targets, as a solver's columns hold them. */
function byTarget(source: Uint32Array, target: Uint32Array, ids: number): Uint32Array {
  const cursor = new Uint32Array(ids + 1);
  for (const v of target) cursor[v + 1] += 1;
  for (let v = 0; v < ids; v++) cursor[v + 1] += cursor[v];
  const index = shared(Uint32Array, source.length);
  for (let k = 0; k < source.length; k++) index[cursor[target[k]]++] = source[k];
  return index;
}

/** Median nanoseconds a read: the slowest thread's time of a round, over all reads of all threads. */
async function nanoseconds(table: Float64Array, index: Uint32Array, threads: number): Promise<number> {
  const rounds = WARM_UPS + ROUNDS;
  const arrived = shared(Int32Array, rounds);
  const part = Math.ceil(index.length / threads);
  const told = await Promise.all(
    Array.from({ length: threads }, (_, thread) => {
      const from = Math.min(thread * part, index.length);
      const to = Math.min(from + part, index.length);
      const worker = new Worker(new URL('./reading.mjs', import.meta.url), {
        execArgv: [],
        workerData: { table, index, from, to, rounds, threads, arrived },
      });
      return new Promise<{ times: number[]; sum: number }>((resolve, reject) => {
        worker.once('message', resolve).once('error', reject);
      });
    }),
  );
  if (told.reduce((sum, each) => sum + each.sum, 0) !== rounds * index.length) {
    throw new Error('the table of ones did not add up to the number of reads');
  }
  const slowest = Array.from({ length: ROUNDS }, (_, round) =>
    Math.max(...told.map(({ times }) => times[WARM_UPS + round])),
  ).sort((a, b) => a - b);
  return (slowest[ROUNDS >> 1] * 1e6) / index.length;
}

const [path, ids, threads] = process.argv.slice(2);
const { source, target } = readPairs(path);
const table = shared(Float64Array, Number(ids)).fill(1);
const reads: Reads = {
  uniform: await nanoseconds(table, uniformly(source.length, table.length), Number(threads)),
  own: await nanoseconds(table, byTarget(source, target, table.length), Number(threads)),
};
process.stdout.write(`${JSON.stringify(reads)}\n`);
