/**
 * Door "./ledger": open a store of ledgers, wherever it is kept. Loads only what the place needs: nothing for
 * memory, a database of Node's own or better-sqlite3 for a file, pg and kysely for Postgres.
 */
import type { Store } from './ledger/contract.ts';
import { MemoryShelf } from './ledger/memory.ts';
import { ShelfStore } from './ledger/store.ts';

export type {
  Appended,
  Documents,
  Entry,
  Head,
  Ledger,
  LedgerSnapshot,
  Store,
  Verification,
} from './ledger/contract.ts';

export interface StoreOptions {
  /** Only read: several processes may, while one writes. Nothing is made that is not there. */
  readonly?: boolean;
}

/**
 * Opens a store: `memory:`, a path of a SQLite file, or the URL of a Postgres database (`postgres://`).
 * @throws PeerageError `ledger-locked` where another writer holds it, `missing-package`, `no-file`, `unreadable`.
 * @example
 * const store = await openStore('trust.ledger');
 * const ledger = await store.ledger('gardeners');
 */
export async function openStore(location: string, { readonly = false }: StoreOptions = {}): Promise<Store> {
  if (location === 'memory:') return new ShelfStore(new MemoryShelf(), { readonly });
  if (/^postgres(ql)?:/.test(location)) {
    const { PostgresShelf } = await import('./ledger/postgres/shelf.ts');
    return new ShelfStore(await PostgresShelf.open(location, readonly), { readonly });
  }
  const { SqliteShelf } = await import('./ledger/sqlite/shelf.ts');
  return new ShelfStore(await SqliteShelf.open(location, readonly), { readonly });
}
