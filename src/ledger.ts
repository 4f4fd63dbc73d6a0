/**
 * Door "./ledger": open a store of ledgers, wherever it is kept; back it up, and bring it back. Loads only what the place needs: nothing for
 * memory, a database of Node's own or better-sqlite3 for a file, pg and kysely for Postgres.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
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
  /** Only read, and as it is now, whatever is written later. What is erased meanwhile is scrubbed when it is closed. */
  frozen?: boolean;
}

/**
 * Opens a store: `memory:`, a path of a SQLite file, or the URL of a Postgres database (`postgres://`).
 * @throws PeerageError `ledger-locked` where another writer holds it, `missing-package`, `no-file`, `unreadable`.
 * @example
 * const store = await openStore('trust.ledger');
 * const ledger = await store.ledger('gardeners');
 */
export async function openStore(
  location: string,
  { readonly = false, frozen = false }: StoreOptions = {},
): Promise<Store> {
  const shelf = await (frozen ? openFrozen(location) : openShelf(location, readonly));
  return ShelfStore.open(shelf, { readonly: readonly || frozen });
}

/**
 * Writes all that a store holds at this moment into a new file, while others write to the store. What was erased is
 * not in it.
 * @throws PeerageError `unwritable` where the file is there already, and what opening throws.
 */
export async function backUp(location: string, file: string): Promise<void> {
  if (existsSync(file)) throw isThere(file);
  // SQLite copies its own file, of one moment too.
  const from = await (POSTGRES.test(location) ? openFrozen(location) : openShelf(location, true));
  try {
    await whole(file, async (unfinished) => {
      if (from instanceof (await import('./ledger/sqlite/shelf.ts')).SqliteShelf) from.backUp(unfinished);
      else await into(unfinished, (to) => copyAll(from, to));
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
  const from = await openFrozen(backup);
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

/** To be read, as it is now. */
async function openFrozen(location: string): Promise<Shelf> {
  const shelf = await openShelf(location, true);
  try {
    return await shelf.frozen();
  } finally {
    await shelf.close();
  }
}

async function into(location: string, work: (to: Shelf) => Promise<void>): Promise<void> {
  const to = await openShelf(location, false);
  try {
    await work(to);
  } finally {
    await to.close();
  }
}

/**
 * A file that appears whole or not at all, after a loss of power too, and never in the place of another that came
 * meanwhile.
 */
async function whole(file: string, write: (unfinished: string) => Promise<void>): Promise<void> {
  checkFolder(file);
  const folder = mkdtempSync(`${file}.unfinished-`);
  try {
    const unfinished = join(folder, basename(file));
    await write(unfinished);
    // SQLite promises it of what it appends to, and not of what it vacuums into.
    sync(unfinished);
    finish(unfinished, file);
    // Windows does not let a folder be opened.
    if (process.platform !== 'win32') sync(dirname(file));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Gives a file its name, unless something has it. */
function finish(unfinished: string, file: string): void {
  try {
    linkSync(unfinished, file);
  } catch (error) {
    // Not every system of files has links.
    if (existsSync(file)) throw isThere(file);
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
    renameSync(unfinished, file);
  }
}

/** Waits until a file, or the names in a folder, are on the disk. */
function sync(path: string): void {
  const opened = openSync(path, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

function isThere(file: string): PeerageError {
  return new PeerageError('unwritable', 'is there already; expected the name of a new file', { file });
}
