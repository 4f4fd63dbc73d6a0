/**
 * Settlers that are threads. There are none before the first task, and never more than the machine has processors;
 * they keep no process alive but while they settle. What ends one fails its task alone: for the next there is another.
 */
import { Buffer } from 'node:buffer';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { buffersOf } from './buffers.ts';
import { WORKER } from './embedded.ts';
import type { Outcome, Settler, Task } from './task.ts';

interface Waiting {
  readonly task: Task;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

export interface ThreadsOptions {
  /** As many as the machine has processors unless given. */
  readonly most?: number;
  /** What each of them runs: for tests. */
  readonly program?: string;
}

export class SettlingThreads implements Settler {
  readonly #most: number;
  readonly #program: string;
  /** What each thread is at; null for one that has nothing to do. */
  readonly #threads = new Map<Worker, Waiting | null>();
  readonly #waiting: Waiting[] = [];
  #ended = false;

  constructor({ most = availableParallelism(), program }: ThreadsOptions = {}) {
    this.#most = most;
    this.#program = program ?? Buffer.from(WORKER, 'base64').toString();
  }

  /** Rejects with what ended the thread, or because all have been ended. */
  settle(task: Task): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(new Error('the threads that settle have been ended'));
      this.#waiting.push({ task, resolve, reject });
      this.#work();
    });
  }

  /** Ends all threads; what they were at is refused. */
  async end(): Promise<void> {
    this.#ended = true;
    const threads = [...this.#threads.keys()];
    const left = [...this.#threads.values(), ...this.#waiting.splice(0)];
    this.#threads.clear();
    for (const waiting of left) waiting?.reject(new Error('the threads that settle have been ended'));
    await Promise.all(threads.map((thread) => thread.terminate()));
  }

  /** Gives what waits to those who have nothing to do. */
  #work(): void {
    for (let waiting = this.#waiting[0]; waiting !== undefined; waiting = this.#waiting[0]) {
      try {
        const thread = this.#free();
        if (thread === undefined) return;
        thread.postMessage(waiting.task, buffersOf(waiting.task));
        thread.ref();
        this.#threads.set(thread, waiting);
      } catch (error) {
        waiting.reject(error);
      }
      this.#waiting.shift();
    }
  }

  /** A thread that has nothing to do; none where there are as many as there may be. */
  #free(): Worker | undefined {
    for (const [thread, waiting] of this.#threads) if (waiting === null) return thread;
    return this.#threads.size < this.#most ? this.#start() : undefined;
  }

  #start(): Worker {
    // Flags of the program, such as loaders, are not for it.
    const thread = new Worker(this.#program, { eval: true, execArgv: [] });
    const fail = (error: unknown) => {
      const waiting = this.#threads.get(thread);
      if (!this.#threads.delete(thread)) return;
      void thread.terminate();
      waiting?.reject(error);
      this.#work();
    };
    thread.on('message', (outcome: Outcome) => {
      const waiting = this.#threads.get(thread);
      if (waiting === undefined) return;
      this.#threads.set(thread, null);
      thread.unref();
      waiting?.resolve(outcome);
      this.#work();
    });
    thread.on('messageerror', fail);
    thread.on('error', fail);
    thread.on('exit', () => fail(new Error('the thread that settles has ended')));
    thread.unref();
    this.#threads.set(thread, null);
    return thread;
  }
}
