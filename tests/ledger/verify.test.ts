/**
 * What a verification vouches for, beside the entries of damage.test.ts: snapshots, the index of policies, that of the
 * erased nothing is left, and that every row belongs to a community. Files are changed by hand, with SQLite alone.
 */
import Sqlite from 'better-sqlite3';
import { beforeAll, expect, it } from 'vitest';
import { TrustEngine } from '../../src/index.ts';
import { MemoryShelf } from '../../src/ledger/memory.ts';
import { ShelfStore } from '../../src/ledger/store.ts';
import { verifyFrozen } from '../../src/ledger/verify.ts';
import { openStore } from '../../src/ledger.ts';
import { VERSION, Word } from '../../src/snapshot/format.ts';
import { endorse } from './entries.ts';
import { folder } from './places.ts';

const file = folder();
let sound = '';

/** A policy at 3 and 5, ada erased at 6, a snapshot at 7; and another community. */
beforeAll(async () => {
  sound = file();
  const store = await openStore(sound);
  const engine = await TrustEngine.open(await store.ledger('a'));
  await engine.append([endorse('ada', 'linus', 'e1'), endorse('linus', 'grace', 'e2')]);
  await engine.append({ type: 'policy', policy: { damping: 0.5 } });
  await engine.append([endorse('mary', 'grace'), { type: 'policy', policy: { damping: 0.6 } }]);
  await engine.erase('ada');
  await engine.append(endorse('grace', 'linus'));
  await engine.save();
  await engine.close();
  await (await store.ledger('b')).append([endorse('ada', 'linus')]);
  await store.close();
});

/** What is found in a copy that `change` was done to. */
async function found(change: (database: Sqlite.Database) => void) {
  const path = file();
  const original = new Sqlite(sound, { readonly: true });
  original.prepare('VACUUM INTO ?').run(path);
  original.close();
  const database = new Sqlite(path);
  database.unsafeMode(true);
  change(database);
  database.close();
  const store = await openStore(path, { readonly: true });
  try {
    const communities = await store.communities();
    const ledgers = await Promise.all(communities.map((id) => store.ledger(id)));
    const verified = await Promise.all(ledgers.map((ledger) => ledger.verify({ place: false })));
    return { place: await store.check(), faults: verified.flatMap(({ faults }) => faults) };
  } finally {
    await store.close();
  }
}

/** Changes the bytes of the snapshot. */
const inSnapshot = (change: (bytes: Buffer) => Buffer) => (database: Sqlite.Database) => {
  const { bytes } = database.prepare('SELECT bytes FROM snapshot_parts').get() as { bytes: Buffer };
  database.prepare('UPDATE snapshot_parts SET bytes = ?').run(change(bytes));
};

it('a sound store has no faults', async () => {
  expect(await found(() => {})).toEqual({ place: [], faults: [] });
});

it.each<[string, RegExp, (bytes: Buffer) => Buffer]>([
  ['with one byte changed', /damaged: its checksum/, (bytes) => bytes.fill(bytes[200]! ^ 1, 200, 201)],
  ['cut short', /cut short/, (bytes) => bytes.subarray(0, bytes.length - 8)],
  ['that is none', /not a snapshot/, () => Buffer.from('x'.repeat(100))],
])('a snapshot %s is found', async (_, told, change) => {
  const { faults } = await found(inSnapshot(change));
  expect(faults).toEqual([{ sequence: 7, what: expect.stringMatching(told) }]);
});

it('a snapshot of another version of the format is no fault, since it is passed over', async () => {
  const other = inSnapshot((bytes) => bytes.fill(VERSION + 1, 4 * Word.version, 4 * Word.version + 1));
  expect((await found(other)).faults).toEqual([]);
});

it.each<[string, number, RegExp, string]>([
  [
    'a snapshot that says it is of another entry',
    5,
    /another place/,
    'UPDATE snapshots SET sequence = 5, hash = (SELECT hash FROM entries WHERE community = 1 AND sequence = 5); UPDATE snapshot_parts SET sequence = 5',
  ],
  ['a snapshot of another chain', 7, /not this one/, 'UPDATE snapshots SET hash = zeroblob(32)'],
  [
    'an id that an erased contributor had',
    1,
    /though 1, whom it is about/,
    "UPDATE entries SET id = X'6531', salt = zeroblob(16) WHERE community = 1 AND sequence = 1",
  ],
  [
    'a name that was erased',
    1,
    /is there, though erased/,
    "INSERT INTO names VALUES (1, 1, X'616461', zeroblob(16))",
  ],
])('%s is found, and told', async (_, sequence, told, sql) => {
  const { faults } = await found((database) => database.exec(sql));
  expect(faults).toContainEqual({ sequence, what: expect.stringMatching(told) });
});

it('a snapshot that was taken before somebody was erased is found, though it is whole', async () => {
  const { faults } = await found((database) => {
    const hash = '(SELECT hash FROM entries WHERE community = 1 AND sequence = 5)';
    database.exec(
      `UPDATE snapshots SET sequence = 5, hash = ${hash}; UPDATE snapshot_parts SET sequence = 5`,
    );
  });
  expect(faults).toContainEqual({ sequence: 5, what: expect.stringContaining('somebody was erased at 6') });
});

it('an index that passes by a policy, or leads to what is none, is found', async () => {
  const shelf = new MemoryShelf();
  const ledger = await new ShelfStore(shelf).ledger('a');
  const policy = { type: 'policy', policy: { damping: 0.5 } } as const;
  await ledger.append([policy, endorse('ada', 'linus'), policy, endorse('ada', 'grace')]);
  const indexed = async (...sequences: number[]) => {
    shelf.policies = (community) => shelf.bySequence(community, sequences);
    const { faults } = await verifyFrozen(shelf, { id: 'a', number: 1 }, {});
    return faults.map(({ sequence }) => sequence);
  };
  expect([await indexed(1, 3), await indexed(1), await indexed(1, 2, 3)]).toEqual([[], [3], [2]]);
});

it.each(['entries', 'names', 'snapshots', 'snapshot_parts'])(
  'rows of %s that belong to no community are found',
  async (table) => {
    const { place } = await found((database) => database.exec('DELETE FROM communities WHERE number = 1'));
    expect(place).toContainEqual(`there are ${table} of a community 1, which the store does not have`);
    expect(place).toHaveLength(4);
  },
);

it('rows are found though no community is left at all', async () => {
  const { place, faults } = await found((database) => database.exec('DELETE FROM communities'));
  expect([place.length, faults]).toEqual([6, []]);
});
