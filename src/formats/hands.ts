/**
 * Workers as hands that read pieces. Each starts from a text that is part of the bundle, shares nothing but the
 * file descriptor, and ends with the reading. Where workers cannot be had, there are none.
 */
import { Buffer } from 'node:buffer';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { PeerageError, quote } from '../error.ts';
import { WORKER } from './embedded.ts';
import type { Piece, Plan } from './piece.ts';
import type { Range } from './piece-file.ts';
import type { Hand } from './pieces.ts';

/** How many workers are to be used. @throws PeerageError `bad-option`. */
export function workerCount(wanted: number | undefined): number {
  if (wanted === undefined) return availableParallelism();
  if (Number.isInteger(wanted) && wanted >= 1) return wanted;
  throw new PeerageError('bad-option', `${quote(wanted)} is not a number of workers; expected one from 1`, {
    field: 'workers',
    value: wanted,
  });
}

/** So many hands for one file; none where the system refuses a worker. */
export function hire(count: number, plan: Plan, file: number): Hand[] {
  const hands: WorkerHand[] = [];
  try {
    while (hands.length < count) hands.push(new WorkerHand(plan, file));
  } catch {
    for (const hand of hands.splice(0)) void hand.dismiss();
  }
  return hands;
}

class WorkerHand implements Hand {
  readonly #worker: Worker;
  readonly #waiting: { resolve(piece: Piece): void; reject(error: unknown): void }[] = [];
  #failed: unknown;

  constructor(plan: Plan, file: number) {
    // Flags of the program, such as loaders, are not for it.
    const source = Buffer.from(WORKER, 'base64').toString();
    this.#worker = new Worker(source, { eval: true, execArgv: [], workerData: { plan, file } });
    this.#worker.on('message', (piece: Piece) => this.#waiting.shift()?.resolve(piece));
    this.#worker.on('messageerror', (error) => this.#fail(error));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('the worker has ended')));
  }

  read({ from, to, named }: Range): Promise<Piece> {
    return new Promise((resolve, reject) => {
      if (this.#failed !== undefined) return reject(this.#failed);
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage({ from, to, named });
    });
  }

  async dismiss(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(error: unknown): void {
    this.#failed ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failed);
  }
}
