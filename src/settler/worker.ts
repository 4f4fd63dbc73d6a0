/** The thread that settles: one task after another. Bundled by scripts/embed.ts. */
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { buffersOf } from './buffers.ts';
import type { Task } from './task.ts';
import { work } from './work.ts';

/** On Linux a priority is a thread's own: whoever answers goes first where there are fewer processors than work. */
const LOW = 19;
/**
 * Milliseconds between steps. Whoever has a processor keeps it for a while, whatever its priority: a thread that never
 * waits holds up one that answers for as long as that, again and again.
 */
const REST = 1;
const still = new Int32Array(new SharedArrayBuffer(4));
try {
  if (process.platform === 'linux') setPriority(LOW);
} catch {
  // A sandbox may refuse that; then all go alike.
}

parentPort!.on('message', (task: Task) => {
  const outcome = work(task, () => void Atomics.wait(still, 0, 0, REST));
  parentPort!.postMessage(outcome, buffersOf(outcome));
});
