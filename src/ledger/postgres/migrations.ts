/**
 * The tables in Postgres, and how a database gets them: migrations that run once, however many start together
 * (kysely takes a lock of its own). Names, ids and keys are bytes, since a text of Postgres can hold no NUL.
 */
import type { Kysely, Migration } from 'kysely';
import { configOf } from './connection.ts';
import type { Packages } from './packages.ts';

const LEDGER = [
  `CREATE TABLE peerage_communities (
    number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id bytea NOT NULL UNIQUE
  )`,
  `CREATE TABLE peerage_entries (
    community integer NOT NULL,
    sequence bigint NOT NULL,
    hash bytea NOT NULL,
    content bytea NOT NULL,
    id bytea,
    salt bytea,
    PRIMARY KEY (community, sequence)
  )`,
  'CREATE UNIQUE INDEX peerage_entries_by_id ON peerage_entries (community, sha256(id)) WHERE id IS NOT NULL',
  'CREATE INDEX peerage_policies ON peerage_entries (community, sequence) WHERE get_byte(content, 0) = 5',
  `CREATE TABLE peerage_names (
    community integer NOT NULL,
    number bigint NOT NULL,
    name bytea NOT NULL,
    salt bytea NOT NULL,
    PRIMARY KEY (community, number)
  )`,
  // Of its digest: a name may be longer than what an index takes.
  'CREATE UNIQUE INDEX peerage_names_by_name ON peerage_names (community, sha256(name))',
  `CREATE TABLE peerage_snapshots (
    community integer NOT NULL,
    sequence bigint NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (community, sequence)
  )`,
  `CREATE TABLE peerage_snapshot_parts (
    community integer NOT NULL,
    sequence bigint NOT NULL,
    part integer NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (community, sequence, part)
  )`,
  `CREATE TABLE peerage_documents (
    kind bytea NOT NULL,
    key bytea NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (kind, key)
  )`,
];

/** Columns, by table, whose values Postgres would keep samples of beside the table, where erasing does not reach them. */
const SAMPLED = {
  communities: ['id'],
  entries: ['id', 'salt'],
  names: ['name', 'salt'],
  snapshot_parts: ['bytes'],
  documents: ['kind', 'key', 'value'],
};
/** The same of indexes, by the place of the expression. */
const SAMPLED_INDEXES = { entries_by_id: 2, names_by_name: 2, communities_by_id: 1 };

const ERASING = [
  // Has a row while something that was erased may still stand in the files.
  'CREATE TABLE peerage_unscrubbed (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)',
  // What a recovery writes, to see whether it can.
  'CREATE TABLE peerage_recoveries (number integer PRIMARY KEY)',
  'ALTER TABLE peerage_communities DROP CONSTRAINT peerage_communities_id_key',
  'CREATE UNIQUE INDEX peerage_communities_by_id ON peerage_communities (sha256(id))',
  ...Object.entries(SAMPLED).flatMap(([table, columns]) =>
    columns.flatMap((column) => [
      // To the type that it has, which drops the samples that are there.
      `ALTER TABLE peerage_${table} ALTER ${column} TYPE ${column === 'value' ? 'text' : 'bytea'}`,
      `ALTER TABLE peerage_${table} ALTER ${column} SET STATISTICS 0`,
    ]),
  ),
  ...Object.entries(SAMPLED_INDEXES).map(
    ([index, place]) => `ALTER INDEX peerage_${index} ALTER ${place} SET STATISTICS 0`,
  ),
];

/** Brings the database up to date, however long that takes. Throws what kysely or the database throws. */
export async function migrate({ kysely, pg }: Packages, url: string): Promise<void> {
  const dialect = new kysely.PostgresDialect({ pool: new pg.Pool(configOf(url)) });
  const db = new kysely.Kysely<unknown>({ dialect });
  const each = (statements: readonly string[]): Migration => ({
    async up(on: Kysely<unknown>) {
      for (const statement of statements) await kysely.sql.raw(statement).execute(on);
    },
  });
  const provider = { getMigrations: async () => ({ '1_ledger': each(LEDGER), '2_erasing': each(ERASING) }) };
  const migrator = new kysely.Migrator({
    db,
    provider,
    migrationTableName: 'peerage_migrations',
    migrationLockTableName: 'peerage_migrations_lock',
  });
  try {
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
  } finally {
    await db.destroy();
  }
}
