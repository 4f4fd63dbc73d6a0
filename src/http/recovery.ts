/**
 * Tries to write again where the ledger could not be written, later and later until it succeeds: an entry may have met
 * that, and then the engine has to find out what was written; or a document, or a community that was to be made.
 */
import { type ErrorCode, PeerageError } from '../error.ts';
import type { Milliseconds } from '../event.ts';
import type { Documents, Store } from '../ledger/contract.ts';
import { type Later, soon } from './later.ts';

/** Where writing is tried again: also where another program is in the way, which may end. */
const FAILURES: readonly ErrorCode[] = [
  'ledger-failed',
  'ledger-full',
  'ledger-locked',
  'ledger-damaged',
  'unreadable',
];
/** How long after a failure it is tried again, first and at most. */
const [FIRST, LONGEST]: Milliseconds[] = [1_000, 30_000];

export class Recovery {
  readonly #recover: () => Promise<void>;
  readonly #later: Later;
  #stop: (() => void) | null = null;
  #closed = false;

  constructor(recover: () => Promise<void>, later: Later = soon) {
    this.#recover = recover;
    this.#later = later;
  }

  /** Gives what is done, and tries to recover where it failed. */
  async watch<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof PeerageError && FAILURES.includes(error.code)) this.#begin(FIRST!);
      throw error;
    }
  }

  close(): void {
    this.#closed = true;
    this.#stop?.();
  }

  #begin(after: Milliseconds): void {
    if (this.#stop !== null || this.#closed) return;
    this.#stop = this.#later(() => {
      this.#stop = null;
      this.#recover().catch(() => this.#begin(Math.min(LONGEST!, 2 * after)));
    }, after);
  }
}

/** A store of which all that the service itself writes is watched; what is appended to a ledger is by its community. */
export function watched(
  store: Store,
  recovery: Recovery,
): Pick<Store, 'documents' | 'communities' | 'ledger' | 'drop'> {
  const { documents } = store;
  const kept: Documents = {
    put: (...given) => recovery.watch(() => documents.put(...given)),
    get: (...given) => documents.get(...given),
    list: (...given) => documents.list(...given),
    delete: (...given) => recovery.watch(() => documents.delete(...given)),
    scrub: () => recovery.watch(() => documents.scrub()),
  };
  return {
    documents: kept,
    communities: () => store.communities(),
    ledger: (id) => recovery.watch(() => store.ledger(id)),
    drop: (id) => recovery.watch(() => store.drop(id)),
  };
}
