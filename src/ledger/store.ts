/**
 * A store over a shelf: finds and makes communities, hands out one ledger for each, keeps documents. Everything that
 * is written goes through one committer, so that communities are written together.
 */
import { PeerageError, quote } from '../error.ts';
import { checkId } from '../event.ts';
import { ChainedLedger } from './chained.ts';
import { Committer } from './committer.ts';
import type { Documents, Ledger, Store } from './contract.ts';
import { readOnly } from './refusals.ts';
import type { Shelf } from './shelf.ts';

export class ShelfStore implements Store {
  readonly documents: Documents;
  readonly #shelf: Shelf;
  readonly #committer: Committer | null;
  readonly #ledgers = new Map<string, Promise<ChainedLedger>>();
  /** Those that are being dropped, and when that is over. */
  readonly #dropping = new Map<string, Promise<void>>();
  #closed: Promise<void> | null = null;

  /** With `readonly` nothing is written, and another process may. */
  constructor(shelf: Shelf, { readonly = false }: { readonly?: boolean } = {}) {
    this.#shelf = shelf;
    this.#committer = readonly ? null : new Committer(shelf);
    this.documents = documentsOf(shelf, () => this.#writable());
  }

  /** Over a shelf that was there before: what a crash left to be scrubbed is scrubbed first, where it can be. */
  static async open(shelf: Shelf, options: { readonly?: boolean } = {}): Promise<ShelfStore> {
    const store = new ShelfStore(shelf, options);
    // What stands against it is told to whoever writes or erases.
    await store.#committer?.scrub().catch(() => {});
    return store;
  }

  check(): Promise<readonly string[]> {
    return this.#shelf.check();
  }

  async communities(): Promise<readonly string[]> {
    const communities = await this.#shelf.communities();
    return communities.map(({ id }) => id).sort();
  }

  async ledger(community: string): Promise<Ledger> {
    checkId(community, 'community');
    // What is appended to one that is being dropped would go with it.
    while (this.#dropping.has(community)) await this.#dropping.get(community);
    if (this.#closed !== null) throw closed();
    let ledger = this.#ledgers.get(community);
    if (ledger === undefined) {
      ledger = this.#open(community);
      this.#ledgers.set(community, ledger);
      // One that could not be opened is tried again when it is asked for again.
      ledger.catch(() => this.#ledgers.delete(community));
    }
    return ledger;
  }

  async #open(id: string): Promise<ChainedLedger> {
    const number = await this.#numberOf(id);
    const closed = () => void this.#ledgers.delete(id);
    return ChainedLedger.open({ id, number, shelf: this.#shelf, committer: this.#committer, closed });
  }

  async #numberOf(id: string): Promise<number> {
    const committer = this.#committer;
    if (committer?.writes) return committer.run((shelf) => shelf.found(id));
    const number = await this.#find(id);
    if (number !== undefined) return number;
    // What can not be made now may be made later.
    committer?.check();
    const reason = `${quote(id)} is not a community of this ledger`;
    throw new PeerageError('unknown-community', reason, { field: 'community', value: id });
  }

  async #find(id: string): Promise<number | undefined> {
    return (await this.#shelf.communities()).find((one) => one.id === id)?.number;
  }

  async drop(community: string): Promise<boolean> {
    while (this.#dropping.has(community)) await this.#dropping.get(community);
    const dropped = this.#drop(community);
    const over = () => void this.#dropping.delete(community);
    this.#dropping.set(community, dropped.then(over, over));
    return dropped;
  }

  async #drop(community: string): Promise<boolean> {
    const committer = this.#writable();
    const number = await this.#find(community);
    if (number === undefined) {
      // Of one that has ended there may be pages left.
      await committer.scrub();
      return false;
    }
    await (await this.#ledgers.get(community))?.close();
    this.#ledgers.delete(community);
    await committer.erase((shelf) => shelf.drop(number));
    return true;
  }

  async recover(): Promise<void> {
    if (this.#closed !== null) throw closed();
    if (this.#committer === null) throw readOnly();
    await this.#committer.recover();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    for (const ledger of [...this.#ledgers.values()]) {
      await ledger.then(
        (one) => one.close(),
        () => undefined,
      );
    }
    await this.#committer?.close();
    await this.#shelf.close();
  }

  #writable(): Committer {
    if (this.#closed !== null) throw closed();
    if (this.#committer === null) throw readOnly();
    this.#committer.check();
    return this.#committer;
  }
}

function documentsOf(shelf: Shelf, writable: () => Committer): Documents {
  return {
    async put(kind, key, value) {
      await writable().run((to) => to.putDocument(kind, key, JSON.stringify(value)));
    },
    async get(kind, key) {
      const value = await shelf.document(kind, key);
      return value === undefined ? undefined : JSON.parse(value);
    },
    async list(kind, page) {
      const rows = await shelf.documents(kind, page);
      const documents = rows.map(({ key, value }) => ({ key, value: JSON.parse(value) }));
      return page === undefined ? documents.sort((a, b) => (a.key < b.key ? -1 : 1)) : documents;
    },
    async delete(kind, key) {
      return writable().run((from) => from.deleteDocument(kind, key));
    },
    async scrub() {
      await writable().erase((from) => from.noteErased());
    },
  };
}

function closed(): PeerageError {
  return new PeerageError('ledger-closed', 'is closed; open it again');
}
