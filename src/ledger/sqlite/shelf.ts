/**
 * Keeps rows in one SQLite file: what is written goes to the thread that holds the file, what is read is read here,
 * of what is durable. In WAL mode neither waits for the other.
 */
import { Buffer } from 'node:buffer';
import { PeerageError } from '../../error.ts';
import type { Page } from '../contract.ts';
import { bytesOf, textOf } from '../name.ts';
import { erasurePending } from '../refusals.ts';
import type { EntryRow, NameRow } from '../row.ts';
import type { DocumentRow, Shelf, SnapshotRow, Write } from '../shelf.ts';
import { strays } from '../strays.ts';
import { type Database, driverAtHand, openDatabase, type Prepared, type Value } from './driver.ts';
import { faultOf } from './fault.ts';
import { checkPlace, hold, realOf } from './place.ts';
import { APPLICATION } from './schema.ts';
import { type Writer, WriterThread } from './thread.ts';

/** How long others are waited for, and how long between two looks, in milliseconds. */
const PATIENCE = 5_000;
const PAUSE = 100;
/** Bytes of a snapshot that are written at a time, with other writes in between. */
const PART = 4 << 20;

const ENTRY = 'SELECT sequence, hash, content, id, salt FROM entries WHERE community = ?';
const NAME = 'SELECT number, name, salt FROM names WHERE community = ?';

export class SqliteShelf implements Shelf {
  readonly #path: string;
  readonly #reader: Database;
  /** Null where the file is only read. */
  readonly #writer: Writer | null;
  readonly #letGo: () => void;
  readonly #statements = new Map<string, Prepared>();

  constructor(path: string, reader: Database, writer: Writer | null, letGo = () => {}) {
    this.#path = path;
    this.#reader = reader;
    this.#writer = writer;
    this.#letGo = letGo;
  }

  /** @throws PeerageError `missing-package`, `no-file`, `unreadable`, `ledger-locked`. */
  static async open(path: string, readonly: boolean): Promise<SqliteShelf> {
    const driver = driverAtHand();
    checkPlace(path, readonly);
    const letGo = hold(path);
    const writer = readonly ? null : new WriterThread(driver, realOf(path));
    try {
      await writer?.call('open');
      const reader = openDatabase(driver, path, PATIENCE);
      try {
        reader.exec('PRAGMA query_only = ON; PRAGMA cache_size = -32768');
        checkOurs(reader, path);
      } catch (error) {
        reader.close();
        throw error;
      }
      return new SqliteShelf(path, reader, writer, letGo);
    } catch (error) {
      await writer?.end();
      letGo();
      throw faultOf(error, path);
    }
  }

  async communities() {
    const rows = this.#all<{ number: number; id: Uint8Array }>('SELECT number, id FROM communities');
    return rows.map(({ number, id }) => ({ number, id: textOf(solid(id)) }));
  }

  found(id: string): Promise<number> {
    return this.#write().call('found', bytesOf(id));
  }

  drop(community: number): Promise<void> {
    return this.#write().call('drop', community);
  }

  write(writes: readonly Write[]): Promise<void> {
    return this.#write().call('write', writes);
  }

  noteErased(): Promise<void> {
    return this.#write().call('noteErased');
  }

  /** Waits for others who read, while what comes meanwhile is written. */
  async scrub(): Promise<void> {
    const writer = this.#write();
    for (let waited = 0; !(await writer.call<boolean>('scrub')); waited += PAUSE) {
      if (waited >= PATIENCE) throw erasurePending('another process reads it', this.#path);
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }

  async last(community: number) {
    const row = this.#get<EntryRow>(`${ENTRY} ORDER BY sequence DESC LIMIT 1`, community);
    return row && entryOf(row);
  }

  async entries(community: number, after: number, to: number, limit: number) {
    const sql = `${ENTRY} AND sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?`;
    return this.#all<EntryRow>(sql, community, after, to, limit).map(entryOf);
  }

  async policies(community: number) {
    const sql = `${ENTRY} AND substr(content, 1, 1) = X'05' ORDER BY sequence`;
    return this.#all<EntryRow>(sql, community).map(entryOf);
  }

  async byId(community: number, ids: readonly Uint8Array[]) {
    return this.#each<EntryRow>(`${ENTRY} AND id = ?`, community, ids).map(entryOf);
  }

  async bySequence(community: number, sequences: readonly number[]) {
    return this.#each<EntryRow>(`${ENTRY} AND sequence = ?`, community, sequences).map(entryOf);
  }

  async byName(community: number, names: readonly Uint8Array[]) {
    return this.#each<NameRow>(`${NAME} AND name = ?`, community, names).map(nameOf);
  }

  async byNumber(community: number, numbers: readonly number[]) {
    return this.#each<NameRow>(`${NAME} AND number = ?`, community, numbers).map(nameOf);
  }

  async names(community: number, after: number, limit: number) {
    const sql = `${NAME} AND number > ? ORDER BY number LIMIT ?`;
    return this.#all<NameRow>(sql, community, after, limit).map(nameOf);
  }

  async saveSnapshot(community: number, { sequence, hash, bytes }: SnapshotRow): Promise<void> {
    const writer = this.#write();
    await writer.call('beginSnapshot', community, sequence);
    let part = 0;
    for (let from = 0; from < bytes.length; from += PART) {
      await writer.call('partOfSnapshot', community, sequence, part++, bytes.slice(from, from + PART));
    }
    await writer.call('endSnapshot', community, sequence, hash, part);
  }

  async snapshots(community: number) {
    const sql = 'SELECT sequence FROM snapshots WHERE community = ? ORDER BY sequence DESC';
    return this.#all<{ sequence: number }>(sql, community).map(({ sequence }) => sequence);
  }

  async snapshot(community: number, sequence: number): Promise<SnapshotRow | undefined> {
    const sql = 'SELECT hash FROM snapshots WHERE community = ? AND sequence = ?';
    const found = this.#get<{ hash: Uint8Array }>(sql, community, sequence);
    if (found === undefined) return undefined;
    const parts = this.#all<{ bytes: Uint8Array }>(
      'SELECT bytes FROM snapshot_parts WHERE community = ? AND sequence = ? ORDER BY part',
      ...[community, sequence],
    );
    const bytes = Buffer.concat(parts.map((part) => solid(part.bytes)));
    return { sequence, hash: solid(found.hash), bytes };
  }

  putDocument(kind: string, key: string, value: string): Promise<void> {
    return this.#write().call('putDocument', bytesOf(kind), bytesOf(key), value);
  }

  async document(kind: string, key: string) {
    const sql = 'SELECT value FROM documents WHERE kind = ? AND key = ?';
    return this.#get<{ value: string }>(sql, bytesOf(kind), bytesOf(key))?.value;
  }

  async documents(kind: string, page?: Page): Promise<readonly DocumentRow[]> {
    const all = 'SELECT key, value FROM documents WHERE kind = ?';
    const sql = page === undefined ? all : `${all} AND key > ? ORDER BY key LIMIT ?`;
    const which = page === undefined ? [] : [bytesOf(page.after), page.limit];
    const rows = this.#all<{ key: Uint8Array; value: string }>(sql, bytesOf(kind), ...which);
    return rows.map(({ key, value }) => ({ key: textOf(solid(key)), value }));
  }

  async kinds() {
    const rows = this.#all<{ kind: Uint8Array }>('SELECT DISTINCT kind FROM documents');
    return rows.map(({ kind }) => textOf(solid(kind)));
  }

  deleteDocument(kind: string, key: string): Promise<boolean> {
    return this.#write().call('deleteDocument', bytesOf(kind), bytesOf(key));
  }

  async check(): Promise<readonly string[]> {
    const rows = this.#all<{ integrity_check: string }>('PRAGMA integrity_check(20)');
    const faults = rows.map((row) => row.integrity_check).filter((text) => text !== 'ok');
    return [...faults, ...(await strays('', (sql) => this.#all(sql)))];
  }

  async frozen(): Promise<SqliteShelf> {
    const shelf = await SqliteShelf.open(this.#path, true);
    try {
      shelf.#reader.exec('BEGIN');
      // A transaction is of the moment of its first read.
      await shelf.communities();
      return shelf;
    } catch (error) {
      await shelf.close();
      throw faultOf(error, this.#path);
    }
  }

  /** Writes all that is durable now into a new file, while others write to this one. */
  backUp(file: string): void {
    this.#reading(() => {
      this.#reader.exec('PRAGMA query_only = OFF');
      try {
        this.#prepared('VACUUM INTO ?').run(file);
      } finally {
        this.#reader.exec('PRAGMA query_only = ON');
      }
    });
  }

  recover(): Promise<void> {
    return this.#write().call('recover');
  }

  async close(): Promise<void> {
    this.#statements.clear();
    this.#reader.close();
    try {
      await this.#writer?.call('close');
    } finally {
      await this.#writer?.end();
      this.#letGo();
    }
  }

  #write(): Writer {
    if (this.#writer !== null) return this.#writer;
    throw new PeerageError('ledger-locked', 'was opened to be read only', { file: this.#path });
  }

  #each<Row>(sql: string, community: number, keys: readonly Value[]): Row[] {
    return this.#reading(() => {
      const statement = this.#prepared(sql);
      const rows: Row[] = [];
      for (const key of keys) {
        const row = statement.get(community, key);
        if (row !== undefined) rows.push(row as Row);
      }
      return rows;
    });
  }

  #all<Row>(sql: string, ...values: Value[]): Row[] {
    return this.#reading(() => this.#prepared(sql).all(...values) as Row[]);
  }

  #get<Row>(sql: string, ...values: Value[]): Row | undefined {
    return this.#reading(() => this.#prepared(sql).get(...values) as Row | undefined);
  }

  #reading<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw faultOf(error, this.#path);
    }
  }

  #prepared(sql: string): Prepared {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#reader.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** A value as bytes: in a file that was tampered with it may be anything, and then it is not what was appended. */
function solid(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : Buffer.from(String(value));
}

const solidOrNull = (value: unknown) => (value === null ? null : solid(value));

function entryOf({ sequence, hash, content, id, salt }: EntryRow): EntryRow {
  return {
    sequence,
    hash: solid(hash),
    content: solid(content),
    id: solidOrNull(id),
    salt: solidOrNull(salt),
  };
}

function nameOf({ number, name, salt }: NameRow): NameRow {
  return { number, name: solid(name), salt: solid(salt) };
}

function checkOurs(database: Database, file: string): void {
  const row = database.prepare('PRAGMA application_id').get() as { application_id: number };
  if (row.application_id === APPLICATION) return;
  throw new PeerageError('unreadable', 'is not a ledger of Peerage', { file });
}
