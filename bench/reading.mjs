/**
 * A thread of the random-read bench: adds up table[index[k]] over its part of the indices, several rounds,
 * all threads beginning each round together, and tells the milliseconds of each. Four sums, so that no addition
 * waits for the one before it and the reads alone set the pace.
 */
import { parentPort, workerData } from 'node:worker_threads';

const { table, index, from, to, rounds, threads, arrived } = workerData;

function read() {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let k = from;
  for (; k + 3 < to; k += 4) {
    a += table[index[k]];
    b += table[index[k + 1]];
    c += table[index[k + 2]];
    d += table[index[k + 3]];
  }
  for (; k < to; k++) a += table[index[k]];
  return a + b + c + d;
}

let sum = 0;
const times = [];
for (let round = 0; round < rounds; round++) {
  Atomics.add(arrived, round, 1);
  Atomics.notify(arrived, round);
  for (let here = 0; here < threads; here = Atomics.load(arrived, round)) {
    Atomics.wait(arrived, round, here);
  }
  const started = performance.now();
  sum += read();
  times.push(performance.now() - started);
}
parentPort.postMessage({ times, sum });
