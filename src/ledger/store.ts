/**
 * A store over a shelf: finds and makes communities, hands out one ledger for each, keeps documents. Everything that
 * is written goes through one committer, so that communities are written together.
 */
import { PeerageError, quote } from '../error.ts';
import { checkId } from '../event.ts';
import { ChainedLedger } from './chained.ts';
import { Committer } from './committer.ts';
import type { Documents, Ledger, Store } from './contract.ts';
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
    this.documents = documentsOf(shelf, () => this.#checkWritable());
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
    const number = this.#committer === null ? await this.#find(id) : await this.#shelf.found(id);
    const closed = () => void this.#ledgers.delete(id);
    return ChainedLedger.open({ id, number, shelf: this.#shelf, committer: this.#committer, closed });
  }

  async #find(id: string): Promise<number> {
    const found = (await this.#shelf.communities()).find((one) => one.id === id);
    if (found !== undefined) return found.number;
    const reason = `${quote(id)} is not a community of this ledger`;
    throw new PeerageError('unknown-community', reason, { field: 'community', value: id });
  }

  async drop(community: string): Promise<boolean> {
    while (this.#dropping.has(community)) await this.#dropping.get(community);
    const dropped = this.#drop(community);
    const over = () => void this.#dropping.delete(community);
    this.#dropping.set(community, dropped.then(over, over));
    return dropped;
  }

  async #drop(community: string): Promise<boolean> {
    this.#checkWritable();
    const found = (await this.#shelf.communities()).find(({ id }) => id === community);
    if (found === undefined) return false;
    await (await this.#ledgers.get(community))?.close();
    this.#ledgers.delete(community);
    await this.#shelf.drop(found.number);
    return true;
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

  #checkWritable(): void {
    if (this.#closed !== null) throw closed();
    if (this.#committer === null) {
      throw new PeerageError(
        'ledger-locked',
        'was opened to be read only; open it without `readonly` to write',
      );
    }
    this.#committer.check();
  }
}

function documentsOf(shelf: Shelf, checkWritable: () => void): Documents {
  return {
    async put(kind, key, value) {
      checkWritable();
      await shelf.putDocument(kind, key, JSON.stringify(value));
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
      checkWritable();
      return shelf.deleteDocument(kind, key);
    },
    async scrub() {
      checkWritable();
      await shelf.scrub();
    },
  };
}

function closed(): PeerageError {
  return new PeerageError('ledger-closed', 'is closed; open it again');
}
