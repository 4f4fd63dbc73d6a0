/** The store in a SQLite file keeps what every store promises, and the text of its worker is that of its source. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { bundle, WRITER } from '../../scripts/embed.ts';
import { driverAtHand, openDatabase } from '../../src/ledger/sqlite/driver.ts';
import { APPLICATION, SCHEMA } from '../../src/ledger/sqlite/schema.ts';
import { openStore } from '../../src/ledger.ts';
import { conforms } from './conformance.ts';
import { endorse } from './entries.ts';
import { folder } from './places.ts';

const file = folder();

conforms(
  'a store in a SQLite file',
  async () => {
    const path = file();
    return { durable: true, open: () => openStore(path) };
  },
  15,
);

it('the worker that is committed is the one that its source makes', async () => {
  expect(readFileSync(WRITER.written, 'utf8'), 'run: npm run embed').toBe(await bundle(WRITER));
});

it('a file that a crash left before it had its tables becomes a ledger, and no other file of SQLite does', async () => {
  const made = async (statements: string) => {
    const path = file();
    const database = openDatabase(driverAtHand(), path, 0);
    database.exec(statements);
    database.close();
    const store = await openStore(path);
    try {
      return (await (await store.ledger('circle')).append([endorse('ada', 'bob')])).head.sequence;
    } finally {
      await store.close();
    }
  };
  const whose = `PRAGMA application_id = ${APPLICATION}`;
  expect(await made(whose)).toBe(1);
  expect(await made(`${whose}; PRAGMA journal_mode = WAL`)).toBe(1);
  const not = { code: 'unreadable' };
  await expect(made('PRAGMA user_version = 1')).rejects.toMatchObject(not);
  await expect(made(`${whose}; CREATE TABLE notes (text TEXT)`)).rejects.toMatchObject(not);
  await expect(made(`${SCHEMA}; PRAGMA user_version = 0`)).rejects.toMatchObject(not);
});
