/** The thread that settles: one task after another. Bundled by scripts/embed.ts. */
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { buffersOf } from './buffers.ts';
import type { Task } from './task.ts';
import { work } from './work.ts';

/** On Linux a priority is a thread's own: whoever answers goes first where there are fewer processors than work. */
const LOW = 10;
try {
  if (process.platform === 'linux') setPriority(LOW);
} catch {
  // A sandbox may refuse that; then all go alike.
}

parentPort!.on('message', (task: Task) => {
  const outcome = work(task);
  parentPort!.postMessage(outcome, buffersOf(outcome));
});
