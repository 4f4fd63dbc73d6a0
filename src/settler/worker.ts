/** The thread that settles: one task after another. Bundled by scripts/embed.ts. */
import { availableParallelism, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { buffersOf } from './buffers.ts';
import { BUSY, type Task } from './task.ts';
import { work } from './work.ts';

/** On Linux a priority is a thread's own: whoever answers goes first where there are fewer processors than work. */
const LOW = 19;
/**
 * Milliseconds between steps. Whoever has a processor keeps it for a while, whatever its priority, and fills the caches
 * of the one beside it: a thread that never waits holds up one that answers, again and again. Where all processors are
 * busy without it, it rests so many times as long as the step took.
 */
const [SHORT, LONG, TIMES] = [1, 50, 8];
const crowded = availableParallelism() <= BUSY;
/** A clock that says how long to rest, and nothing of what is found. */
const now = () => performance.now();
const still = new Int32Array(new SharedArrayBuffer(4));
try {
  if (process.platform === 'linux') setPriority(LOW);
} catch {
  // A sandbox may refuse that; then all go alike.
}

parentPort!.on('message', (task: Task) => {
  let [from, rested] = [now(), 0];
  const outcome = work(task, () => {
    const spent = now() - from;
    const rest = crowded && !task.hurried ? Math.min(LONG, Math.max(SHORT, TIMES * spent)) : SHORT;
    Atomics.wait(still, 0, 0, rest);
    from = now();
    rested += rest;
  });
  parentPort!.postMessage({ ...outcome, rested }, buffersOf(outcome));
});
