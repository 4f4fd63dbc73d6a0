/** A thread that does nothing but look at the clock: tells the gaps in it that were longer than `over` milliseconds. */
import { parentPort, workerData } from 'node:worker_threads';

const { milliseconds, over } = workerData;
const gaps = [];
let last = performance.now();
for (const end = last + milliseconds; last < end; ) {
  const now = performance.now();
  if (now - last > over) gaps.push(now - last);
  last = now;
}
parentPort.postMessage(gaps);
