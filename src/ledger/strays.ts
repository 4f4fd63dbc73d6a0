/**
 * Rows that belong to no community, as both databases find them: whoever deletes a community from its table, by hand or
 * by damage, leaves all that it said behind, and no reader meets it.
 */

/** Tables whose rows belong to communities. */
const OWNED = ['entries', 'names', 'snapshots', 'snapshot_parts'];

/** Asks each table of a database, whose names begin with `prefix`, and says what it finds. */
export async function strays(
  prefix: string,
  ask: (sql: string) => { stray: number }[] | Promise<{ stray: number }[]>,
): Promise<string[]> {
  const found: string[] = [];
  for (const table of OWNED) {
    for (const { stray } of await ask(straysIn(prefix + table, `${prefix}communities`))) {
      found.push(`there are ${table} of a community ${stray}, which the store does not have`);
    }
  }
  return found;
}

/** One step of an index for each community that a table has rows of: `stray` is the number of one that is not there. */
function straysIn(table: string, communities: string): string {
  return `
    WITH RECURSIVE met (community) AS (
      SELECT min(community) FROM ${table}
      UNION ALL
      SELECT (SELECT min(community) FROM ${table} WHERE community > met.community)
      FROM met WHERE met.community IS NOT NULL
    )
    SELECT community AS stray FROM met
    WHERE community IS NOT NULL AND community NOT IN (SELECT number FROM ${communities})`;
}
