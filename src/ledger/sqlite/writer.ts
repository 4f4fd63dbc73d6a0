/**
 * The one connection that writes a file, and the lock that keeps it the only one: an exclusive transaction on a
 * small file beside it, which the system lets go when the process ends, however it ends. Every call is one
 * transaction, synced before it returns. It lives in a worker, so that no reader waits for a disk.
 */
import { Buffer } from 'node:buffer';
import { entriesOf, namesOf } from '../row.ts';
import type { Write } from '../shelf.ts';
import type { Database, Prepared, Value } from './driver.ts';
import { APPLICATION, SCHEMA, SETTINGS, UNSCRUBBED, VERSION } from './schema.ts';

export type Open = (path: string, timeout: number) => Database;

/** How long another connection that writes is waited for, in milliseconds. */
const PATIENCE = 10_000;
/** And one that reads, while nothing can be written. */
const GLANCE = 20;

/** An error that a worker can send: what SQLite said, or what is refused. */
class WriterError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export class SqliteWriter {
  readonly #path: string;
  readonly #open: Open;
  readonly #lock: Database;
  #database: Database;
  #isOpen = true;
  #statements = new Map<string, Prepared>();
  /** The snapshot of each community that is being saved; one that is dropped here is not completed. */
  readonly #drafts = new Map<number, number>();
  /** Whether the file was written anew since something was erased, so that only the log is still to be emptied. */
  #anew = false;

  /** @throws WriterError `locked`, `strange`; what the driver throws. */
  constructor(path: string, open: Open) {
    this.#path = path;
    this.#open = open;
    this.#lock = this.#takeLock();
    try {
      this.#database = this.#start();
    } catch (error) {
      this.#lock.close();
      throw error;
    }
  }

  /** The number of a community. */
  found(id: Uint8Array): number {
    return this.#whole(() => {
      this.#run('INSERT INTO communities (id) VALUES (?) ON CONFLICT DO NOTHING', id);
      const row = this.#prepared('SELECT number FROM communities WHERE id = ?').get(id);
      return (row as { number: number }).number;
    });
  }

  drop(community: number): void {
    this.#drafts.delete(community);
    this.#whole(() => {
      for (const table of ['entries', 'names', 'snapshots', 'snapshot_parts']) {
        this.#run(`DELETE FROM ${table} WHERE community = ?`, community);
      }
      this.#run('DELETE FROM communities WHERE number = ?', community);
      this.#noteErased();
    });
  }

  write(writes: readonly Write[]): void {
    const entry = this.#prepared('INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)');
    const name = this.#prepared('INSERT INTO names VALUES (?, ?, ?, ?)');
    this.#whole(() => {
      for (const { community, steps } of writes) {
        for (const step of steps) {
          let last = 0;
          for (const { sequence, hash, content, id, salt } of entriesOf(step)) {
            entry.run(community, sequence, hash, content, id, salt);
            last = sequence;
          }
          for (const row of namesOf(step)) name.run(community, row.number, row.name, row.salt);
          if (step.forgets > 0) this.#forget(community, step.forgets, last);
        }
      }
    });
  }

  /** The entry that forgets keeps its id. */
  #forget(community: number, number: number, sequence: number): void {
    this.#drafts.delete(community);
    const touched = Buffer.alloc(4);
    touched.writeUInt32BE(number);
    this.#run('DELETE FROM names WHERE community = ? AND number = ?', community, number);
    this.#run(
      `UPDATE entries SET id = NULL, salt = NULL WHERE community = ? AND sequence < ? AND id IS NOT NULL
         AND (substr(content, 3, 4) = ? OR substr(content, 7, 4) = ?)`,
      ...[community, sequence, touched, touched],
    );
    this.#run('DELETE FROM snapshots WHERE community = ?', community);
    this.#run('DELETE FROM snapshot_parts WHERE community = ?', community);
    this.#noteErased();
  }

  noteErased(): void {
    this.#whole(() => this.#noteErased());
  }

  /** In the transaction that erases, so that a crash before all is scrubbed leaves a note of it. */
  #noteErased(): void {
    this.#anew = false;
    this.#run('INSERT OR IGNORE INTO unscrubbed VALUES (1)');
  }

  /**
   * Writes the file anew without what was deleted, and empties the log. False where another connection still reads the
   * log: whoever waits for it does so elsewhere, since nothing is written meanwhile.
   */
  scrub(): boolean {
    if (this.#prepared('SELECT 1 FROM unscrubbed').get() === undefined) return true;
    if (!this.#anew) this.#database.exec('VACUUM');
    this.#anew = true;
    if (!this.#emptiesLog()) return false;
    this.#whole(() => this.#run('DELETE FROM unscrubbed'));
    return true;
  }

  #emptiesLog(): boolean {
    this.#database.exec(`PRAGMA busy_timeout = ${GLANCE}`);
    try {
      const row = this.#prepared('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number };
      return row.busy === 0;
    } finally {
      this.#database.exec(`PRAGMA busy_timeout = ${PATIENCE}`);
    }
  }

  beginSnapshot(community: number, sequence: number): void {
    this.#drafts.set(community, sequence);
    this.#whole(() => this.#clearParts(community));
  }

  /** Parts of snapshots that were never completed, or are no longer kept. */
  #clearParts(community: number): void {
    this.#run(
      `DELETE FROM snapshot_parts WHERE community = ?
         AND sequence NOT IN (SELECT sequence FROM snapshots WHERE community = ?)`,
      ...[community, community],
    );
  }

  partOfSnapshot(community: number, sequence: number, part: number, bytes: Uint8Array): void {
    this.#checkDraft(community, sequence);
    this.#whole(() =>
      this.#run(
        'INSERT OR REPLACE INTO snapshot_parts VALUES (?, ?, ?, ?)',
        community,
        sequence,
        part,
        bytes,
      ),
    );
  }

  endSnapshot(community: number, sequence: number, hash: Uint8Array, parts: number): void {
    this.#checkDraft(community, sequence);
    this.#whole(() => {
      this.#run('INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?)', community, sequence, hash, parts);
      this.#run(
        `DELETE FROM snapshots WHERE community = ? AND sequence NOT IN
           (SELECT sequence FROM snapshots WHERE community = ? ORDER BY sequence DESC LIMIT 2)`,
        ...[community, community],
      );
      this.#clearParts(community);
    });
    this.#drafts.delete(community);
  }

  #checkDraft(community: number, sequence: number): void {
    if (this.#drafts.get(community) === sequence) return;
    throw new WriterError(
      'superseded',
      'somebody was forgotten, or another snapshot begun, since it was taken',
    );
  }

  putDocument(kind: Uint8Array, key: Uint8Array, value: string): void {
    this.#whole(() => this.#run('INSERT OR REPLACE INTO documents VALUES (?, ?, ?)', kind, key, value));
  }

  deleteDocument(kind: Uint8Array, key: Uint8Array): boolean {
    return this.#whole(() => this.#run('DELETE FROM documents WHERE kind = ? AND key = ?', kind, key)) > 0;
  }

  /** Opens the file anew, and sees whether it can be written. */
  recover(): void {
    this.#close();
    this.#database = this.#start();
    this.#isOpen = true;
    this.#whole(() => this.#run('INSERT INTO recoveries DEFAULT VALUES'));
    this.#whole(() => this.#run('DELETE FROM recoveries'));
  }

  close(): void {
    this.#close();
    this.#lock.close();
  }

  #close(): void {
    this.#statements.clear();
    this.#drafts.clear();
    // Where it could not be opened anew it is closed already, and node:sqlite takes that amiss.
    if (this.#isOpen) this.#database.close();
    this.#isOpen = false;
    this.#anew = false;
  }

  #takeLock(): Database {
    const lock = this.#open(`${this.#path}-lock`, 0);
    try {
      lock.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      lock.close();
      if (!/locked|busy/i.test((error as Error).message)) throw error;
      throw new WriterError('locked', 'another process, or another store of this one, writes to it');
    }
    return lock;
  }

  #start(): Database {
    const database = this.#open(this.#path, PATIENCE);
    try {
      const number = (pragma: string) => {
        const row = database.prepare(`PRAGMA ${pragma}`).get() as Record<string, number>;
        return row[pragma]!;
      };
      const isNew = number('page_count') === 0;
      if (!isNew && number('application_id') !== APPLICATION) {
        throw new WriterError('strange', 'is not a ledger of Peerage; expected one, or a name that is free');
      }
      const version = number('user_version');
      // One that a crash left before it had its tables is made once more.
      const empty = version === 0 && database.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
      if (!empty && version !== VERSION) {
        throw new WriterError(
          'strange',
          `is a ledger of version ${version}, and this package writes ${VERSION}`,
        );
      }
      // Before anything else stands in it, or a crash would leave a file that nobody knows.
      if (isNew) database.exec(`PRAGMA application_id = ${APPLICATION}`);
      database.exec(SETTINGS);
      if (empty) database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT`);
      else database.exec(UNSCRUBBED);
    } catch (error) {
      database.close();
      throw error;
    }
    return database;
  }

  #whole<T>(work: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      try {
        this.#database.exec('ROLLBACK');
      } catch {
        // SQLite has rolled back by itself.
      }
      throw error;
    }
  }

  #run(sql: string, ...values: Value[]): number {
    return Number(this.#prepared(sql).run(...values).changes);
  }

  #prepared(sql: string): Prepared {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** What can be asked of a writer in another thread. */
export type WriterCall = Exclude<keyof SqliteWriter, 'constructor'>;
