/**
 * SQLite as it is at hand: Node's own where it has one (22.13 and later), else the package better-sqlite3. Both are
 * used through the few calls that they share.
 */
import { createRequire } from 'node:module';
import { PeerageError } from '../../error.ts';

export type Value = number | string | Uint8Array | null;

/** A prepared statement. */
export interface Prepared {
  run(...values: Value[]): { changes: number | bigint };
  get(...values: Value[]): unknown;
  all(...values: Value[]): unknown[];
}

export interface Database {
  exec(sql: string): unknown;
  prepare(sql: string): Prepared;
  close(): unknown;
}

/** Which of the two it is, in a form that a worker can be sent. */
export type Driver = { readonly builtIn: true } | { readonly path: string };

/** Node-API that better-sqlite3 needs from its version 13 on; older Node ends with a crash, and not with an error. */
const NEWER_NAPI = 10;
const INSTALL =
  'SQLite is not at hand: run `npm install better-sqlite3@12.11.1`, or use Node 22.13 or later, which has it built in';

/** @throws PeerageError `missing-package`. */
export function driverAtHand(): Driver {
  if (process.getBuiltinModule?.('node:sqlite') !== undefined) return { builtIn: true };
  const require = createRequire(import.meta.url || __filename);
  try {
    const { version } = require('better-sqlite3/package.json') as { version: string };
    const tooNew = Number(version.split('.')[0]) >= 13 && Number(process.versions.napi) < NEWER_NAPI;
    if (!tooNew) return { path: require.resolve('better-sqlite3') };
  } catch {
    // It is not installed.
  }
  throw new PeerageError('missing-package', INSTALL, { value: 'better-sqlite3' });
}

/** Waits up to `timeout` milliseconds for others. Throws what the driver throws. */
export function openDatabase(driver: Driver, path: string, timeout: number): Database {
  let database: Database;
  if ('builtIn' in driver) {
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite') as unknown as {
      DatabaseSync: new (path: string) => Database;
    };
    database = new DatabaseSync(path);
  } else {
    const Sqlite = createRequire(driver.path)(driver.path) as new (path: string) => Database;
    database = new Sqlite(path);
  }
  try {
    database.exec(`PRAGMA busy_timeout = ${timeout}`);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}
