/**
 * Everything that is written to a shelf. Group commit: entries that come while others are being written wait, and
 * are then written together, whoever sent them. A failure refuses what waits and all that comes later, whether an entry
 * met it or a document, because nothing is known of the shelf until `recover` has opened it anew.
 */
import type { ErrorCode } from '../error.ts';
import { PeerageError } from '../error.ts';
import type { Shelf, Write } from './shelf.ts';

interface Waiting {
  readonly write: Write;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What says that the shelf failed, and not that it refused what was asked. */
const FAILURES: readonly ErrorCode[] = [
  'ledger-failed',
  'ledger-full',
  'ledger-locked',
  'ledger-damaged',
  'unreadable',
];

export class Committer {
  readonly #shelf: Shelf;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | null = null;
  /** Other work that is under way. */
  readonly #working = new Set<Promise<unknown>>();
  #failure: PeerageError | null = null;
  #recovering: Promise<void> | null = null;
  /** The scrub that was begun last, until it is over; and how often something was erased, now and when it began. */
  #scrubbing: Promise<void> | null = null;
  #erasures = 0;
  #covered = 0;
  #closed = false;
  /** Counts recoveries: what was known of the shelf before one may be wrong. */
  epoch = 0;

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  /** Resolves when it is durable. What it forgets is then scrubbed, for which nobody waits who does not ask. */
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

  /** Writes something else. @throws PeerageError what `check` throws; what the shelf throws. */
  async run<T>(work: (shelf: Shelf) => Promise<T>): Promise<T> {
    this.check();
    const { epoch } = this;
    const working = work(this.#shelf);
    this.#working.add(working);
    try {
      return await working;
    } catch (error) {
      const met = asMet(error);
      // Where there is no room nothing was written, and what is smaller may find some.
      const stands = FAILURES.includes(met.code) && met.code !== 'ledger-full';
      if (stands && epoch === this.epoch) this.#failure ??= met;
      throw met;
    } finally {
      this.#working.delete(working);
    }
  }

  /** Does what erases something, and scrubs. @throws PeerageError as `run` and `scrub` do. */
  async erase(work: (shelf: Shelf) => Promise<void>): Promise<void> {
    await this.run(work);
    this.#erasures++;
    await this.scrub();
  }

  /**
   * Resolves when nothing of what was erased up to now is left in the files.
   * @throws PeerageError `erasure-pending` where something is, and writing goes on; what `run` throws.
   */
  scrub(): Promise<void> {
    if (this.#scrubbing !== null && this.#covered === this.#erasures) return this.#scrubbing;
    this.#covered = this.#erasures;
    const before = this.#scrubbing?.catch(() => {});
    const scrubbing = (async () => {
      await before;
      await this.run((shelf) => shelf.scrub());
    })();
    this.#scrubbing = scrubbing;
    const over = () => {
      if (this.#scrubbing === scrubbing) this.#scrubbing = null;
    };
    scrubbing.then(over, over);
    return scrubbing;
  }

  /** Whether something can be written, as far as is known. */
  get writes(): boolean {
    return !this.#closed && this.#failure === null;
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
        // Something else may have failed since.
        if (this.#failure !== null) throw this.#failure;
        const writes = group.map(({ write }) => write);
        await this.#shelf.write(writes);
        for (const { resolve } of group) resolve();
        if (!writes.some(({ steps }) => steps.some(({ forgets }) => forgets > 0))) continue;
        this.#erasures++;
        // Whoever asks is told what came of it.
        this.scrub().catch(() => {});
      } catch (error) {
        this.#failure ??= asMet(error);
        for (const { reject } of [...group, ...this.#waiting]) reject(this.#failure);
        this.#waiting = [];
      }
    }
    this.#writing = null;
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
    if (this.#failure !== null) {
      try {
        await this.#shelf.recover();
      } catch (error) {
        throw asMet(error);
      }
      this.#failure = null;
      this.epoch++;
    }
    await this.scrub().catch(() => {});
    if (this.#failure !== null) throw this.#failure;
  }

  /** Resolves when all that was sent is written or refused. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#scrubbing?.catch(() => {});
    this.#closed = true;
    await this.#writing;
    await Promise.allSettled(this.#working);
  }
}

function asMet(error: unknown): PeerageError {
  if (error instanceof PeerageError) return error;
  return new PeerageError('ledger-failed', `could not be written: ${(error as Error)?.message ?? error}`);
}

function closed(): PeerageError {
  return new PeerageError('ledger-closed', 'is closed; open it again to write');
}
