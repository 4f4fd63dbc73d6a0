/**
 * The tables in Postgres, and how a database gets them: migrations that run once, however many start together
 * (kysely takes a lock of its own). Names, ids and keys are bytes, since a text of Postgres can hold no NUL.
 */
import type { Kysely, Migration } from 'kysely';
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

/** Brings the database up to date. Throws what kysely or the database throws. */
export async function migrate(kysely: Packages['kysely'], db: Kysely<unknown>): Promise<void> {
  const each = (statements: readonly string[]): Migration => ({
    async up(on: Kysely<unknown>) {
      for (const statement of statements) await kysely.sql.raw(statement).execute(on);
    },
  });
  const provider = { getMigrations: async () => ({ '1_ledger': each(LEDGER) }) };
  const migrator = new kysely.Migrator({
    db,
    provider,
    migrationTableName: 'peerage_migrations',
    migrationLockTableName: 'peerage_migrations_lock',
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
