/**
 * Keeps rows in a Postgres database: one connection writes, and others read what is durable. kysely brings the
 * tables up to date; the statements are as plain as those of the file.
 */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { ClientBase, Pool, PoolClient } from 'pg';
import { PeerageError } from '../../error.ts';
import type { Page } from '../contract.ts';
import { bytesOf, textOf } from '../name.ts';
import type { EntryRow, NameRow } from '../row.ts';
import type { DocumentRow, Shelf, SnapshotRow, Write } from '../shelf.ts';
import { strays } from '../strays.ts';
import { ANSWERED, configOf, endOf, within } from './connection.ts';
import { faultOf } from './fault.ts';
import { migrate } from './migrations.ts';
import type { Packages } from './packages.ts';
import { loadPackages } from './packages.ts';
import { withoutSecret } from './place.ts';
import { scrub } from './scrub.ts';
import { PostgresWriter } from './writer.ts';

/** Connections that read. */
const READERS = 4;

const ENTRY = 'SELECT sequence, hash, content, id, salt FROM peerage_entries WHERE community = $1';
const NAME = 'SELECT number, name, salt FROM peerage_names WHERE community = $1';

/** Numbers of eight bytes come as texts. */
type Raw<Row> = { [name in keyof Row]: Row[name] extends number ? string : Row[name] };
const entryOf = (row: Raw<EntryRow>): EntryRow => ({ ...row, sequence: Number(row.sequence) });
const nameOf = (row: Raw<NameRow>): NameRow => ({ ...row, number: Number(row.number) });

export class PostgresShelf implements Shelf {
  readonly #packages: Packages;
  readonly #url: string;
  readonly #place: string;
  readonly #pool: Pool;
  /** The connections of the pool. */
  readonly #readers = new Set<ClientBase>();
  /** The one that sees one moment, since another would see another. */
  #frozen: PoolClient | null = null;
  /** Null where the database is only read. */
  #writer: PostgresWriter | null;

  private constructor(packages: Packages, url: string, pool: Pool, writer: PostgresWriter | null) {
    this.#packages = packages;
    this.#url = url;
    this.#place = withoutSecret(url);
    this.#pool = pool;
    pool.on('connect', (client) => void this.#readers.add(client));
    pool.on('remove', (client) => void this.#readers.delete(client));
    this.#writer = writer;
  }

  /** @throws PeerageError `missing-package`, `unreadable`, `ledger-locked`. */
  static async open(url: string, readonly: boolean): Promise<PostgresShelf> {
    const packages = await loadPackages();
    const pool = new packages.pg.Pool({ ...configOf(url), ...ANSWERED, max: readonly ? 1 : READERS });
    pool.on('error', () => undefined);
    try {
      if (!readonly) await migrate(packages, url);
      const writer = readonly ? null : await PostgresWriter.open(packages, url);
      return new PostgresShelf(packages, url, pool, writer);
    } catch (error) {
      await pool.end();
      throw faultOf(error, withoutSecret(url));
    }
  }

  async communities() {
    const rows = await this.#all<{ number: number; id: Buffer }>(
      'SELECT number, id FROM peerage_communities',
    );
    return rows.map(({ number, id }) => ({ number, id: textOf(id) }));
  }

  async found(id: string): Promise<number> {
    await this.#writing((writer) =>
      writer.query('INSERT INTO peerage_communities (id) VALUES ($1) ON CONFLICT DO NOTHING', [bytesOf(id)]),
    );
    const found = await this.#all<{ number: number }>(
      'SELECT number FROM peerage_communities WHERE sha256(id) = sha256($1)',
      bytesOf(id),
    );
    return found[0]!.number;
  }

  async drop(community: number): Promise<void> {
    await this.#writing((writer) => writer.drop(community));
  }

  write(writes: readonly Write[]): Promise<void> {
    return this.#writing((writer) => writer.write(writes));
  }

  noteErased(): Promise<void> {
    return this.#writing((writer) => writer.noteErased());
  }

  scrub(): Promise<void> {
    return this.#writing((writer) => scrub(writer, this.#place));
  }

  async last(community: number) {
    const rows = await this.#all<Raw<EntryRow>>(`${ENTRY} ORDER BY sequence DESC LIMIT 1`, community);
    return rows.map(entryOf)[0];
  }

  async entries(community: number, after: number, to: number, limit: number) {
    const sql = `${ENTRY} AND sequence > $2 AND sequence <= $3 ORDER BY sequence LIMIT $4`;
    return (await this.#all<Raw<EntryRow>>(sql, community, after, to, limit)).map(entryOf);
  }

  async policies(community: number) {
    const sql = `${ENTRY} AND get_byte(content, 0) = 5 ORDER BY sequence`;
    return (await this.#all<Raw<EntryRow>>(sql, community)).map(entryOf);
  }

  async byId(community: number, ids: readonly Uint8Array[]) {
    const sql = `${ENTRY} AND id IS NOT NULL AND sha256(id) = ANY($2::bytea[])`;
    return (await this.#all<Raw<EntryRow>>(sql, community, ids.map(digest))).map(entryOf);
  }

  async bySequence(community: number, sequences: readonly number[]) {
    const sql = `${ENTRY} AND sequence = ANY($2::bigint[])`;
    return (await this.#all<Raw<EntryRow>>(sql, community, sequences)).map(entryOf);
  }

  async byName(community: number, names: readonly Uint8Array[]) {
    const sql = `${NAME} AND sha256(name) = ANY($2::bytea[])`;
    return (await this.#all<Raw<NameRow>>(sql, community, names.map(digest))).map(nameOf);
  }

  async byNumber(community: number, numbers: readonly number[]) {
    const sql = `${NAME} AND number = ANY($2::bigint[])`;
    return (await this.#all<Raw<NameRow>>(sql, community, numbers)).map(nameOf);
  }

  async names(community: number, after: number, limit: number) {
    const sql = `${NAME} AND number > $2 ORDER BY number LIMIT $3`;
    return (await this.#all<Raw<NameRow>>(sql, community, after, limit)).map(nameOf);
  }

  saveSnapshot(community: number, snapshot: SnapshotRow): Promise<void> {
    return this.#writing((writer) => writer.saveSnapshot(community, snapshot));
  }

  async snapshots(community: number) {
    const sql = 'SELECT sequence FROM peerage_snapshots WHERE community = $1 ORDER BY sequence DESC';
    return (await this.#all<{ sequence: string }>(sql, community)).map(({ sequence }) => Number(sequence));
  }

  async snapshot(community: number, sequence: number): Promise<SnapshotRow | undefined> {
    const where = 'WHERE community = $1 AND sequence = $2';
    const [row] = await this.#all<{ hash: Buffer }>(
      `SELECT hash FROM peerage_snapshots ${where}`,
      ...[community, sequence],
    );
    if (row === undefined) return undefined;
    const parts = await this.#all<{ bytes: Buffer }>(
      `SELECT bytes FROM peerage_snapshot_parts ${where} ORDER BY part`,
      ...[community, sequence],
    );
    return { sequence, hash: row.hash, bytes: Buffer.concat(parts.map(({ bytes }) => bytes)) };
  }

  async putDocument(kind: string, key: string, value: string): Promise<void> {
    const sql = `INSERT INTO peerage_documents VALUES ($1, $2, $3)
      ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value`;
    await this.#writing((writer) => writer.query(sql, [bytesOf(kind), bytesOf(key), value]));
  }

  async document(kind: string, key: string) {
    const sql = 'SELECT value FROM peerage_documents WHERE kind = $1 AND key = $2';
    return (await this.#all<{ value: string }>(sql, bytesOf(kind), bytesOf(key)))[0]?.value;
  }

  async documents(kind: string, page?: Page): Promise<readonly DocumentRow[]> {
    const all = 'SELECT key, value FROM peerage_documents WHERE kind = $1';
    const sql = page === undefined ? all : `${all} AND key > $2 ORDER BY key LIMIT $3`;
    const which = page === undefined ? [] : [bytesOf(page.after), page.limit];
    const rows = await this.#all<{ key: Buffer; value: string }>(sql, bytesOf(kind), ...which);
    return rows.map(({ key, value }) => ({ key: textOf(key), value }));
  }

  async kinds() {
    const rows = await this.#all<{ kind: Buffer }>('SELECT DISTINCT kind FROM peerage_documents');
    return rows.map(({ kind }) => textOf(kind));
  }

  async deleteDocument(kind: string, key: string): Promise<boolean> {
    const sql = 'DELETE FROM peerage_documents WHERE kind = $1 AND key = $2';
    const { rowCount } = await this.#writing((writer) => writer.query(sql, [bytesOf(kind), bytesOf(key)]));
    return (rowCount ?? 0) > 0;
  }

  check(): Promise<readonly string[]> {
    return strays('peerage_', (sql) => this.#all(sql));
  }

  async frozen(): Promise<PostgresShelf> {
    const shelf = await PostgresShelf.open(this.#url, true);
    try {
      await shelf.#freeze();
      return shelf;
    } catch (error) {
      await shelf.close();
      throw error;
    }
  }

  /** From here on reads see one moment, whatever is written. */
  async #freeze(): Promise<void> {
    try {
      this.#frozen = await this.#pool.connect();
    } catch (error) {
      throw faultOf(error, this.#place);
    }
    this.#frozen.on('error', () => undefined);
    await this.#all('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    // The moment is that of the first statement.
    await this.#all('SELECT 1');
  }

  /** A connection of its own, which has the lock only when the one before is really over. */
  async recover(): Promise<void> {
    await this.#writer?.close();
    try {
      this.#writer = await PostgresWriter.open(this.#packages, this.#url);
      await this.#writer.query(
        'INSERT INTO peerage_recoveries VALUES (1) ON CONFLICT (number) DO UPDATE SET number = 1',
      );
    } catch (error) {
      throw faultOf(error, this.#place);
    }
  }

  async close(): Promise<void> {
    await this.#writer?.close();
    this.#frozen?.release(true);
    await within(this.#pool.end());
    // Those that a server that is silent does not let go.
    await Promise.all([...this.#readers].map((client) => endOf(client)));
  }

  async #writing<T>(work: (writer: PostgresWriter) => Promise<T>): Promise<T> {
    if (this.#writer === null) {
      throw new PeerageError('ledger-locked', 'was opened to be read only', { file: this.#place });
    }
    try {
      return await work(this.#writer);
    } catch (error) {
      throw faultOf(error, this.#place);
    }
  }

  async #all<Row extends object>(text: string, ...values: unknown[]): Promise<Row[]> {
    try {
      return (await (this.#frozen ?? this.#pool).query<Row>(text, values)).rows;
    } catch (error) {
      throw faultOf(error, this.#place);
    }
  }
}

/** What names and ids are found by. */
function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
