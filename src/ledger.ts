/**
 * Door "./ledger": open a store of ledgers, wherever it is kept; back it up, and bring it back. Loads only what the place needs: nothing for
 * memory, a database of Node's own or better-sqlite3 for a file, pg and kysely for Postgres.
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { PeerageError } from './error.ts';
import type { Store } from './ledger/contract.ts';
import { copyAll, cutOf } from './ledger/copy.ts';
import { MemoryShelf } from './ledger/memory.ts';
import { POSTGRES } from './ledger/postgres/place.ts';
import type { Shelf } from './ledger/shelf.ts';
import { checkFolder } from './ledger/sqlite/place.ts';
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
  return ShelfStore.open(await openShelf(location, readonly), { readonly });
}

/**
 * Writes all that a store holds at this moment into a new file, while others write to the store. What was erased is
 * not in it.
 * @throws PeerageError `unwritable` where the file is there already, and what opening throws.
 */
export async function backUp(location: string, file: string): Promise<void> {
  if (existsSync(file)) throw isThere(file);
  const from = await openShelf(location, true);
  try {
    await whole(file, async (unfinished) => {
      if (from instanceof (await import('./ledger/sqlite/shelf.ts')).SqliteShelf) from.backUp(unfinished);
      else {
        if ('freeze' in from) await (from as { freeze(): Promise<void> }).freeze();
        await into(unfinished, (to) => copyAll(from, to));
      }
    });
  } finally {
    await from.close();
  }
}

/**
 * Makes a store of a backup, or of any other store: all of it, or with one community as it was after a sequence, and the
 * others whole. `community` says which, where there are several. Whoever was erased stays erased. Snapshots are not taken
 * along.
 * @throws PeerageError `unwritable` where there are ledgers already, `bad-option` for a sequence beyond the end,
 * `unknown-community`, and what opening throws.
 */
export async function restore(
  backup: string,
  location: string,
  { until, community }: { until?: number; community?: string } = {},
): Promise<void> {
  const file = location !== 'memory:' && !POSTGRES.test(location);
  if (file && existsSync(location)) throw isThere(location);
  const from = await openShelf(backup, true);
  try {
    const cut = await cutOf(from, { until, community });
    const copy = (to: Shelf) => copyAll(from, to, cut);
    if (file) await whole(location, (unfinished) => into(unfinished, copy));
    else await into(location, copy);
  } finally {
    await from.close();
  }
}

async function openShelf(location: string, readonly: boolean): Promise<Shelf> {
  if (location === 'memory:') return new MemoryShelf();
  if (POSTGRES.test(location)) {
    const { PostgresShelf } = await import('./ledger/postgres/shelf.ts');
    return PostgresShelf.open(location, readonly);
  }
  const { SqliteShelf } = await import('./ledger/sqlite/shelf.ts');
  return SqliteShelf.open(location, readonly);
}

async function into(location: string, work: (to: Shelf) => Promise<void>): Promise<void> {
  const to = await openShelf(location, false);
  try {
    await work(to);
  } finally {
    await to.close();
  }
}

/** A file that appears whole or not at all. */
async function whole(file: string, write: (unfinished: string) => Promise<void>): Promise<void> {
  checkFolder(file);
  const unfinished = `${file}.unfinished`;
  const clear = () => {
    for (const end of ['', '-wal', '-shm', '-lock', '-journal']) rmSync(unfinished + end, { force: true });
  };
  clear();
  try {
    await write(unfinished);
    renameSync(unfinished, file);
  } finally {
    clear();
  }
}

function isThere(file: string): PeerageError {
  return new PeerageError('unwritable', 'is there already; expected the name of a new file', { file });
}
