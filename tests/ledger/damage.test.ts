/** Whatever is done to the rows or the bytes of a ledger is found, with the entry where it was done; or is harmless. */
import { existsSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { PeerageError } from '../../src/error.ts';
import { copyAll } from '../../src/ledger/copy.ts';
import { MemoryShelf } from '../../src/ledger/memory.ts';
import { SqliteShelf } from '../../src/ledger/sqlite/shelf.ts';
import { verifyFrozen } from '../../src/ledger/verify.ts';
import { backUp, openStore, restore } from '../../src/ledger.ts';
import { damageAll, smallLedger } from './damage.ts';
import { endorse, events } from './entries.ts';
import { folder } from './places.ts';

const file = folder();

/** A ledger of ten entries, changed by `sql`; what verify finds. */
async function changed(sql: string, noted?: 'head') {
  const path = file();
  const store = await openStore(path);
  const ledger = await store.ledger('a');
  for (let k = 1; k <= 10; k++) await ledger.append([endorse(`u${k}`, 'ada', `e${k}`)]);
  await ledger.erase('u7');
  const { hash } = ledger.head;
  await store.close();
  const database = new Sqlite(path);
  database.exec(sql);
  database.close();
  const damaged = await openStore(path, { readonly: true });
  const { faults } = await (await damaged.ledger('a')).verify(noted && { head: hash });
  await damaged.close();
  return faults;
}

it.each([
  ['edited', "UPDATE entries SET content = CAST(content || 'x' AS BLOB) WHERE sequence = 4", 4],
  [
    'edited so that it can be read',
    "UPDATE entries SET content = CAST(X'01' || substr(content, 2) AS BLOB) WHERE sequence = 4",
    4,
  ],
  ['made a text', "UPDATE entries SET content = 'text' WHERE sequence = 4", 4],
  ['lost', 'DELETE FROM entries WHERE sequence = 4', 4],
  ['lost, the first', 'DELETE FROM entries WHERE sequence = 1', 1],
  [
    'exchanged',
    'UPDATE entries SET sequence = -4 WHERE sequence = 4; UPDATE entries SET sequence = 4 WHERE sequence = 8; UPDATE entries SET sequence = 8 WHERE sequence = -4',
    4,
  ],
  [
    'doubled',
    'INSERT INTO entries SELECT community, 12, hash, content, NULL, NULL FROM entries WHERE sequence = 4',
    12,
  ],
  ['given another hash', "UPDATE entries SET hash = X'00' || substr(hash, 2) WHERE sequence = 4", 4],
  ['given another name', "UPDATE names SET name = X'616462' WHERE number = 5", 4],
  ['robbed of a name', 'DELETE FROM names WHERE number = 5', 4],
  ['given another id', "UPDATE entries SET id = X'65' WHERE sequence = 4", 4],
  ['robbed of its id', 'UPDATE entries SET id = NULL, salt = NULL WHERE sequence = 4', 4],
] as const)('an entry that was %s is found, and told', async (_, sql, sequence) => {
  const faults = await changed(sql);
  expect(faults.length).toBeGreaterThan(0);
  expect(faults[0]!.sequence).toBe(sequence);
});

it.each(["X'00'", 'hash || hash', "CAST(hash || X'00' AS BLOB)", "'text'", 'zeroblob(1000)'])(
  'a last entry whose hash is no hash is found when it is opened: %s',
  async (hash) => {
    const sql = `UPDATE entries SET hash = ${hash} WHERE sequence = 11`;
    await expect(changed(sql)).rejects.toMatchObject({ code: 'ledger-damaged', value: 11 });
  },
);

it.each(["X'00'", 'hash || hash', "CAST(hash || X'00' AS BLOB)"])(
  'an entry in the midst whose hash is no hash is found, and told: %s',
  async (hash) => {
    const faults = await changed(`UPDATE entries SET hash = ${hash} WHERE sequence = 4`);
    expect(faults.slice(0, 2)).toEqual([
      { sequence: 4, what: 'has no hash' },
      { sequence: 5, what: expect.stringContaining('not the one that was appended') },
    ]);
  },
);

it('two communities that were exchanged are found, and so is one under another name', async () => {
  const path = file();
  const store = await openStore(path);
  for (const id of ['a', 'b'])
    await (await store.ledger(id)).append([endorse('ada', id), endorse(id, 'ada')]);
  await store.close();
  const database = new Sqlite(path);
  for (const [from, to] of ['ax', 'ba', 'xb']) {
    database.exec(`UPDATE communities SET id = CAST('${to}' AS BLOB) WHERE id = CAST('${from}' AS BLOB)`);
  }
  database.close();
  const damaged = await openStore(path, { readonly: true });
  for (const id of ['a', 'b']) {
    const { faults } = await (await damaged.ledger(id)).verify();
    expect(faults).toEqual([{ sequence: 1, what: expect.stringContaining('not the one that was appended') }]);
  }
  await damaged.close();
});

it('a tail that was cut off is found by a head noted before, and only by it', async () => {
  const cut = 'DELETE FROM entries WHERE sequence > 8; DELETE FROM names WHERE number > 9';
  const sql = `${cut}; INSERT INTO names SELECT 1, 8, X'78', zeroblob(16) WHERE FALSE`;
  expect(await changed(sql, 'head')).toContainEqual({
    sequence: 8,
    what: expect.stringContaining('cut off'),
  });
});

it('a ledger that was written anew is found by a head noted before', async () => {
  const [path, other] = [file(), file()];
  for (const one of [path, other]) {
    const store = await openStore(one);
    await (await store.ledger('a')).append([endorse('ada', 'linus')]);
    await store.close();
  }
  const store = await openStore(path, { readonly: true });
  const { head } = await store.ledger('a');
  await store.close();
  const anew = await openStore(other, { readonly: true });
  expect((await (await anew.ledger('a')).verify()).faults).toEqual([]);
  expect((await (await anew.ledger('a')).verify({ head: head.hash })).faults).toHaveLength(1);
  await anew.close();
});

it('an index that leads back to where it came from ends reading, and is told', async () => {
  const shelf = new MemoryShelf();
  const community = await shelf.found('a');
  const rows = [{ sequence: 1, hash: new Uint8Array(32), content: new Uint8Array(3), id: null, salt: null }];
  let asked = 0;
  shelf.entries = async () => {
    if (++asked > 5) throw new Error('read on and on');
    return rows;
  };
  const { faults } = await verifyFrozen(shelf, { id: 'a', number: community }, {});
  expect(faults.at(-1)!.what).toBe('the index of its entries is damaged: it leads from 1 back to 1');
  expect(asked).toBe(2);
  // That the place can not be read is no fault of what it holds.
  const closed = new PeerageError('ledger-closed', 'is closed');
  shelf.entries = () => Promise.reject(closed);
  await expect(verifyFrozen(shelf, { id: 'a', number: community }, {})).rejects.toBe(closed);
});

it('a name that is lost is not restored as one that was forgotten', async () => {
  const path = file();
  const store = await openStore(path);
  await (await store.ledger('a')).append([endorse('ada', 'linus'), endorse('linus', 'grace')]);
  await store.close();
  const database = new Sqlite(path);
  database.exec('DELETE FROM names WHERE number = 2');
  database.close();
  await expect(restore(path, file())).rejects.toMatchObject({ code: 'ledger-damaged' });
});

it('a damaged ledger is not restored, and what was begun is taken away', async () => {
  const [path, copy] = [file(), file()];
  const store = await openStore(path);
  const ledger = await store.ledger('a');
  for (let k = 1; k <= 5; k++) await ledger.append([endorse(`u${k}`, 'ada', `e${k}`)]);
  await store.close();
  const database = new Sqlite(path);
  database.exec("UPDATE entries SET content = CAST(X'01' || substr(content, 2) AS BLOB) WHERE sequence = 4");
  database.close();
  await expect(restore(path, copy)).rejects.toMatchObject({ code: 'ledger-damaged', value: 4 });
  expect(existsSync(copy)).toBe(false);
  const shelf = new MemoryShelf();
  await expect(copyAll(await SqliteShelf.open(path, true), shelf)).rejects.toThrow('entry 4');
  expect(await shelf.communities()).toEqual([]);
});

it('a flipped bit, and a file cut anywhere, are found or harmless', async () => {
  const path = file('small.ledger');
  const sound = await smallLedger(path);
  const step = 149;
  const start = Number(process.env.PEERAGE_SEED ?? Date.now()) % step;
  const counts = await damageAll(path, sound, (place) => place % step === start);
  expect(counts.flips).toBeGreaterThan(200);
  expect(counts.found).toBeGreaterThan(counts.flips / 4);
}, 60_000);

it('a backup is what the ledger was, while it is written to; a restore ends where it is told', async () => {
  const [path, copy, back, part] = [file(), file(), file(), file()];
  const store = await openStore(path);
  const ledger = await store.ledger('a');
  await store.documents.put('key', 'k', { scopes: [] });
  await ledger.append([
    endorse('ada', 'linus', 'e1'),
    endorse('linus', 'grace', 'e2'),
    endorse('ada', 'grace'),
  ]);
  await ledger.erase('ada');
  const noted = ledger.head.hash;
  const writing = Array.from({ length: 50 }, (_, k) => ledger.append([endorse(`u${k}`, 'linus')]));
  await Promise.all([backUp(path, copy), ...writing]);
  await store.close();
  await expect(backUp(path, copy)).rejects.toMatchObject({ code: 'unwritable' });
  await restore(copy, back);
  await restore(copy, part, { until: 2 });
  for (const one of [copy, back]) {
    const opened = await openStore(one, { readonly: true });
    expect((await (await opened.ledger('a')).verify({ head: noted })).faults).toEqual([]);
    expect(await opened.documents.get('key', 'k')).toEqual({ scopes: [] });
    await opened.close();
  }
  // Ada was erased after entry 2: she stays erased, and the ledger says so.
  const opened = await openStore(part);
  const ended = await opened.ledger('a');
  expect((await ended.verify()).faults).toEqual([]);
  expect((await events(ended)).map(({ type }) => type)).toEqual(['endorse', 'endorse', 'forget']);
  expect(JSON.stringify(await events(ended))).not.toContain('ada');
  expect((await ended.append([endorse('ada', 'linus')])).sequences).toEqual([4]);
  await opened.close();
});
