/**
 * Group commit: what comes while something is being written waits, and is then written together, whoever sent
 * it. A failure refuses what waits and all that comes later, because it stands on what was not written, until
 * `recover` has opened the shelf anew.
 */
import { PeerageError } from '../error.ts';
import type { Shelf, Write } from './shelf.ts';

interface Waiting {
  readonly write: Write;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class Committer {
  readonly #shelf: Shelf;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | null = null;
  #failure: PeerageError | null = null;
  #recovering: Promise<void> | null = null;
  /** Something was erased whose bytes may still be there. */
  #unscrubbed = false;
  #closed = false;
  /** Counts recoveries: what was known of the shelf before one may be wrong. */
  epoch = 0;

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  /** Resolves when it is durable. */
  commit(write: Write): Promise<void> {
    return new Promise((resolve, reject) => {
      try {
        this.check();
      } catch (error) {
        reject(error);
        return;
      }
      this.#waiting.push({ write, resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  }

  /** @throws PeerageError where nothing can be written: what failed, or that the store is closed. */
  check(): void {
    if (this.#closed) throw closed();
    if (this.#failure !== null) throw this.#failure;
  }

  async #writeAll(): Promise<void> {
    // What is sent in this turn of the event loop goes together.
    await null;
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        const writes = group.map(({ write }) => write);
        await this.#shelf.write(writes);
        if (writes.some(({ steps }) => steps.some(({ forgets }) => forgets > 0))) this.#unscrubbed = true;
        await this.#scrub();
        for (const { resolve } of group) resolve();
      } catch (error) {
        this.#failure = asFailure(error);
        for (const { reject } of [...group, ...this.#waiting]) reject(this.#failure);
        this.#waiting = [];
      }
    }
    this.#writing = null;
  }

  async #scrub(): Promise<void> {
    if (!this.#unscrubbed) return;
    await this.#shelf.scrub();
    this.#unscrubbed = false;
  }

  /** Makes the shelf writable again, or throws what still stands against it. Whoever asks meanwhile waits for the same. */
  recover(): Promise<void> {
    this.#recovering ??= this.#recover().finally(() => {
      this.#recovering = null;
    });
    return this.#recovering;
  }

  async #recover(): Promise<void> {
    if (this.#closed) throw closed();
    await this.#writing;
    if (this.#failure === null) return;
    try {
      await this.#shelf.recover();
      await this.#scrub();
    } catch (error) {
      throw asFailure(error);
    }
    this.#failure = null;
    this.epoch++;
  }

  /** Resolves when all that was sent is written or refused. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
  }
}

function asFailure(error: unknown): PeerageError {
  if (error instanceof PeerageError) return error;
  return new PeerageError('ledger-failed', `could not be written: ${(error as Error)?.message ?? error}`);
}

function closed(): PeerageError {
  return new PeerageError('ledger-closed', 'is closed; open it again to write');
}
