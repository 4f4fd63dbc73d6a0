/** Calls a writer in another thread. What it fails with comes as the package's errors. */
import { Buffer } from 'node:buffer';
import { Worker } from 'node:worker_threads';
import type { Driver } from './driver.ts';
import { WORKER } from './embedded.ts';
import { faultOf } from './fault.ts';
import type { WriterCall } from './writer.ts';

/** A writer that answers later. */
export interface Writer {
  call<Result = void>(call: 'open' | WriterCall, ...values: unknown[]): Promise<Result>;
  end(): Promise<void>;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

export class WriterThread implements Writer {
  readonly #path: string;
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  #failed: unknown;

  constructor(driver: Driver, path: string) {
    this.#path = path;
    const source = Buffer.from(WORKER, 'base64').toString();
    this.#worker = new Worker(source, { eval: true, execArgv: [], workerData: { driver, path } });
    this.#worker.on('message', ({ result, error }) => {
      const waiting = this.#waiting.shift();
      // Held while something is being written, so that the process does not end before.
      if (this.#waiting.length === 0) this.#worker.unref();
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(faultOf(error, path));
    });
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('the thread that writes has ended')));
    this.#worker.unref();
  }

  call<Result = void>(call: 'open' | WriterCall, ...values: unknown[]): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#failed !== undefined) return reject(faultOf(this.#failed, this.#path));
      this.#waiting.push({ resolve, reject } as Waiting);
      this.#worker.ref();
      this.#worker.postMessage({ call, values });
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(error: unknown): void {
    this.#failed ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(faultOf(this.#failed, this.#path));
  }
}
