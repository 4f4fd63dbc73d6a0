/** The packages that a Postgres ledger needs, and only it: optional peers, loaded when the first one is opened. */
import type * as Kysely from 'kysely';
import type Pg from 'pg';
import { PeerageError } from '../../error.ts';

export interface Packages {
  readonly pg: typeof Pg;
  readonly kysely: typeof Kysely;
}

/** @throws PeerageError `missing-package`. */
export async function loadPackages(): Promise<Packages> {
  try {
    const [pg, kysely] = await Promise.all([import('pg'), import('kysely')]);
    return { pg: pg.default, kysely };
  } catch (error) {
    const reason = `a ledger in Postgres needs two packages: run \`npm install pg kysely\` (${(error as Error).message})`;
    throw new PeerageError('missing-package', reason, { value: 'pg' });
  }
}
