/**
 * The one connection that writes to a database. It holds an advisory lock that keeps it the only one: whoever loses the
 * connection loses both. What is sent is done in its order, one transaction each.
 */
import { Buffer } from 'node:buffer';
import type { Client, QueryConfig } from 'pg';
import { PeerageError } from '../../error.ts';
import type { Step } from '../row.ts';
import { entriesOf, namesOf } from '../row.ts';
import type { SnapshotRow, Write } from '../shelf.ts';
import { ANSWERED, configOf, endOf, isSilence, LONG, within } from './connection.ts';
import type { Packages } from './packages.ts';

/** What the advisory lock is taken on: "Peer", and the ledger of a database. */
const LOCK = '1348822386, 1';
const PART = 4 << 20;
/** Bytes that are inserted in one statement, or little more: a message of Postgres has 1 GB, and there they are digits. */
const MESSAGE = 1 << 26;
/** Nobody is waited for long; and a server that has lost us lets go of the lock soon. */
const SETTINGS = [
  ['lock_timeout', '5s'],
  ['tcp_keepalives_idle', '30'],
  ['tcp_keepalives_interval', '10'],
  ['tcp_keepalives_count', '3'],
] as const;

const INSERT = {
  name: 'peerage-insert',
  text: `WITH new_names AS (
      INSERT INTO peerage_names (community, number, name, salt)
      SELECT * FROM unnest($1::int[], $2::bigint[], $3::bytea[], $4::bytea[])
    )
    INSERT INTO peerage_entries (community, sequence, hash, content, id, salt)
    SELECT * FROM unnest($5::int[], $6::bigint[], $7::bytea[], $8::bytea[], $9::bytea[], $10::bytea[])`,
};

/** In the transaction that erases, so that a crash before all is scrubbed leaves a note of it. */
const NOTE_ERASED = 'INSERT INTO peerage_unscrubbed DEFAULT VALUES';

const buffer = (bytes: Uint8Array | null) =>
  bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export class PostgresWriter {
  readonly #client: Client;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(client: Client) {
    this.#client = client;
  }

  /** @throws PeerageError `ledger-locked` where another connection writes; what pg throws. */
  static async open({ pg }: Packages, url: string): Promise<PostgresWriter> {
    const client = new pg.Client({
      ...configOf(url),
      ...ANSWERED,
      application_name: 'peerage ledger',
    });
    // A connection that is lost is told to whoever asks next.
    client.on('error', () => undefined);
    await client.connect();
    try {
      const { rows } = await client.query(`SELECT pg_try_advisory_lock(${LOCK}) AS held`);
      if (!rows[0].held) {
        const reason = 'is held by another writer; end that one first';
        throw new PeerageError('ledger-locked', reason);
      }
      await client.query(
        `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`,
      );
      for (const [setting, value] of SETTINGS) {
        await client.query('SELECT set_config($1, $2, false)', [setting, value]);
      }
    } catch (error) {
      await endOf(client);
      throw error;
    }
    return new PostgresWriter(client);
  }

  /** Sends one statement, a transaction of its own. */
  query(text: string, values: unknown[] = [], timeout: Partial<typeof LONG> = {}) {
    return this.#inTurn(() => this.#ask(text, values, timeout));
  }

  #ask(text: string, values: unknown[], timeout: Partial<typeof LONG> = {}) {
    // pg knows the timeout of one query, its types do not.
    const query: QueryConfig & Partial<typeof LONG> = { text, values, ...timeout };
    return this.#client.query(query);
  }

  write(writes: readonly Write[]): Promise<void> {
    const statements: (() => Promise<unknown>)[] = [];
    let rows = new Rows();
    const flush = () => {
      const full = rows;
      if (full.empty) return;
      statements.push(() => this.#client.query({ ...INSERT, values: full.values() }));
      rows = new Rows();
    };
    for (const { community, steps } of writes) {
      for (const step of steps) {
        rows.add(community, step);
        if (step.forgets > 0 || rows.bytes > MESSAGE) flush();
        if (step.forgets > 0) statements.push(() => this.#forget(community, step));
      }
    }
    flush();
    if (statements.length === 0) return Promise.resolve();
    if (statements.length === 1) return this.#inTurn(async () => void (await statements[0]!()));
    return this.#whole(async () => {
      for (const statement of statements) await statement();
    });
  }

  /** The entry that forgets keeps its id. */
  async #forget(community: number, { first, ends, forgets }: Step): Promise<void> {
    const touched = Buffer.alloc(4);
    touched.writeUInt32BE(forgets);
    const last = first + ends.length / 2 - 1;
    const query = (text: string, ...values: unknown[]) => this.#ask(text, [community, ...values], LONG);
    await query('DELETE FROM peerage_names WHERE community = $1 AND number = $2', forgets);
    await query(
      `UPDATE peerage_entries SET id = NULL, salt = NULL
        WHERE community = $1 AND sequence < $2 AND id IS NOT NULL
          AND (substring(content, 3, 4) = $3 OR substring(content, 7, 4) = $3)`,
      ...[last, touched],
    );
    await query('DELETE FROM peerage_snapshots WHERE community = $1');
    await query('DELETE FROM peerage_snapshot_parts WHERE community = $1');
    await this.#ask(NOTE_ERASED, []);
  }

  saveSnapshot(community: number, { sequence, hash, bytes }: SnapshotRow): Promise<void> {
    return this.#whole(async () => {
      const query = (text: string, ...values: unknown[]) => this.#ask(text, [community, ...values], LONG);
      const same = 'WHERE community = $1 AND sequence = $2';
      await query(`DELETE FROM peerage_snapshot_parts ${same}`, sequence);
      await query(`DELETE FROM peerage_snapshots ${same}`, sequence);
      for (let from = 0, part = 0; from < bytes.length; from += PART, part++) {
        await query(
          'INSERT INTO peerage_snapshot_parts VALUES ($1, $2, $3, $4)',
          ...[sequence, part, buffer(bytes.subarray(from, from + PART))],
        );
      }
      await query('INSERT INTO peerage_snapshots VALUES ($1, $2, $3)', sequence, buffer(hash));
      const kept = `SELECT sequence FROM peerage_snapshots WHERE community = $1 ORDER BY sequence DESC LIMIT 2`;
      for (const table of ['peerage_snapshots', 'peerage_snapshot_parts']) {
        await query(`DELETE FROM ${table} WHERE community = $1 AND sequence NOT IN (${kept})`);
      }
    });
  }

  drop(community: number): Promise<void> {
    return this.#whole(async () => {
      for (const table of ['entries', 'names', 'snapshots', 'snapshot_parts']) {
        await this.#ask(`DELETE FROM peerage_${table} WHERE community = $1`, [community], LONG);
      }
      await this.#ask('DELETE FROM peerage_communities WHERE number = $1', [community]);
      await this.#ask(NOTE_ERASED, []);
    });
  }

  async noteErased(): Promise<void> {
    await this.query(NOTE_ERASED);
  }

  /** After what is under way, where that does not take long. */
  async close(): Promise<void> {
    await within(this.#turn);
    await endOf(this.#client);
  }

  #whole(work: () => Promise<void>): Promise<void> {
    return this.#inTurn(async () => {
      await this.#client.query('BEGIN');
      try {
        await work();
        await this.#client.query('COMMIT');
      } catch (error) {
        if (!isSilence(error)) await this.#client.query('ROLLBACK').catch(() => undefined);
        throw error;
      }
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch((error) => {
      // What waits behind it would wait as long for the same.
      if (isSilence(error)) void endOf(this.#client);
    });
    return done;
  }
}

/** Rows as the columns that one statement takes. */
class Rows {
  readonly #names: [unknown[], unknown[], unknown[], unknown[]] = [[], [], [], []];
  readonly #entries: [unknown[], unknown[], unknown[], unknown[], unknown[], unknown[]] = [
    ...[[], [], []],
    ...[[], [], []],
  ] as never;

  /** About as many as are sent. */
  bytes = 0;

  get empty(): boolean {
    return this.#entries[0].length === 0 && this.#names[0].length === 0;
  }

  add(community: number, step: Step): void {
    this.bytes += step.bytes.length + step.names.length;
    const [communities, sequences, hashes, contents, ids, salts] = this.#entries;
    for (const { sequence, hash, content, id, salt } of entriesOf(step)) {
      communities.push(community);
      sequences.push(sequence);
      hashes.push(buffer(hash));
      contents.push(buffer(content));
      ids.push(buffer(id));
      salts.push(buffer(salt));
    }
    const [owners, numbers, names, nameSalts] = this.#names;
    for (const { number, name, salt } of namesOf(step)) {
      owners.push(community);
      numbers.push(number);
      names.push(buffer(name));
      nameSalts.push(buffer(salt));
    }
  }

  values(): unknown[] {
    return [...this.#names, ...this.#entries];
  }
}
