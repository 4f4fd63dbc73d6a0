/**
 * Takes what was erased out of the tables' files: VACUUM FULL writes them anew. Rows that were deleted go along as long
 * as anybody may still see them, so first those are waited for who may: transactions, prepared ones, slots of replicas.
 */
import { erasurePending } from '../refusals.ts';
import { LONG } from './connection.ts';
import type { PostgresWriter } from './writer.ts';

const TABLES = ['communities', 'names', 'entries', 'snapshots', 'snapshot_parts', 'documents'];
/** How long others are waited for, and how long between two looks, in milliseconds. */
const [PATIENCE, PAUSE] = [5_000, 100];
/** A lock that was not had in time. */
const LOCKED = '55P03';

/** The last note of what is to be scrubbed, and a transaction that is younger than all that erased it. */
const NOTED = `SELECT max(number) AS last, (txid_current() % 4294967296)::text AS younger FROM peerage_unscrubbed`;

/** Who may see rows from before a transaction. A snapshot of any database is as old as the oldest that writes in any. */
const SEEING = `SELECT what FROM (
    SELECT 'connection ' || pid AS what, backend_xmin AS oldest FROM pg_stat_activity
      WHERE pid <> pg_backend_pid() AND (datname = current_database() OR datname IS NULL)
    UNION ALL SELECT 'connection ' || pid, backend_xid FROM pg_stat_activity WHERE pid <> pg_backend_pid()
    UNION ALL SELECT 'replication slot ' || slot_name, xmin FROM pg_replication_slots
    UNION ALL SELECT 'prepared transaction ' || gid, transaction FROM pg_prepared_xacts
  ) AS held WHERE age(oldest) > age($1::text::xid) LIMIT 1`;

/** Which file each table is in; another one once it has been written anew. */
const FILES = `SELECT ${TABLES.map((table) => `pg_relation_filenode('peerage_${table}')::text AS ${table}`)}`;

/** @throws PeerageError `erasure-pending`; what pg throws. */
export async function scrub(writer: PostgresWriter, place: string): Promise<void> {
  const [noted] = (await writer.query(NOTED)).rows as { last: string | null; younger: string }[];
  if (noted!.last === null) return;
  await untilUnseen(writer, noted!.younger, place);
  const [before] = (await writer.query(FILES)).rows;
  for (const table of TABLES) {
    try {
      await writer.query(`VACUUM (FULL) peerage_${table}`, [], LONG);
    } catch (error) {
      if ((error as { code?: string }).code !== LOCKED) throw error;
      throw erasurePending(`another connection uses the table peerage_${table}`, place);
    }
  }
  const [after] = (await writer.query(FILES)).rows;
  // Postgres leaves out, with no more than a warning, what is another's.
  const left = TABLES.find((table) => before[table] === after[table]);
  if (left !== undefined) throw erasurePending(`this user does not own the table peerage_${left}`, place);
  await writer.query('DELETE FROM peerage_unscrubbed WHERE number <= $1', [noted!.last]);
}

async function untilUnseen(writer: PostgresWriter, younger: string, place: string): Promise<void> {
  for (let waited = 0; ; waited += PAUSE) {
    const [seeing] = (await writer.query(SEEING, [younger])).rows as { what: string }[];
    if (seeing === undefined) return;
    if (waited >= PATIENCE) throw erasurePending(`${seeing.what} still sees what was there before`, place);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}
