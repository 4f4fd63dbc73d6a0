/**
 * What a machine takes from programs that need nothing of each other: a loop on each processor that only looks at the
 * clock, and how long it did not run. No server that keeps all processors busy answers within such a gap.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Milliseconds of each gap longer than `over`, of all processors, in that many milliseconds. */
export async function stalls(milliseconds: number, over: number): Promise<number[]> {
  const told = Array.from({ length: availableParallelism() }, () => {
    const worker = new Worker(new URL('./stalling.mjs', import.meta.url), {
      execArgv: [],
      workerData: { milliseconds, over },
    });
    return new Promise<number[]>((resolve, reject) => {
      worker.once('message', resolve).once('error', reject);
    });
  });
  return (await Promise.all(told)).flat();
}
