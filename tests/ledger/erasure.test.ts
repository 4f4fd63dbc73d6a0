/**
 * Who is told that something is erased finds it in no byte of the files, and what a crash left there is gone once the
 * ledger has been opened to be written. The witness is grep, in another process: what this one opens itself it unlocks.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { startPostgres } from '../../scripts/postgres-debian.ts';
import { TrustEngine } from '../../src/index.ts';
import type { Shelf } from '../../src/ledger/shelf.ts';
import { driverAtHand, openDatabase } from '../../src/ledger/sqlite/driver.ts';
import { SqliteShelf } from '../../src/ledger/sqlite/shelf.ts';
import { ShelfStore } from '../../src/ledger/store.ts';
import { openStore, restore } from '../../src/ledger.ts';
import { but } from '../http/serving.ts';
import { endorse, events } from './entries.ts';
import { faulty } from './faulty.ts';
import { folder } from './places.ts';

const NAME = 'wilhelmina-of-the-files';
const OTHERS = Array.from({ length: 60 }, (_, k) => endorse(`u${k}`, 'linus', `e${k}`));
const PENDING = { code: 'erasure-pending' };
const file = folder();
const has = (path: string, text = NAME) =>
  ['', '-wal'].some(
    (end) => existsSync(path + end) && spawnSync('grep', ['-aq', text, path + end]).status === 0,
  );

/** Somebody who reads a file, and has begun to. */
function readerOf(path: string) {
  const reader = openDatabase(driverAtHand(), path, 0);
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM names').get();
  return reader;
}

describe('a file', () => {
  it.each(['forgotten', 'dropped', 'replaced'])(
    'that a crash left with what was %s is scrubbed when it is opened',
    async (how) => {
      const [path, crashed] = [file(), file()];
      const shelf = await SqliteShelf.open(path, false);
      const scrub = () => {
        // What stands in the files now is what a crash would leave.
        for (const end of ['', '-wal']) copyFileSync(path + end, crashed + end);
        return shelf.scrub();
      };
      const store = new ShelfStore(but(shelf as Shelf, { scrub }));
      const ledger = await store.ledger('a');
      await ledger.append(how === 'replaced' ? OTHERS : [endorse(NAME, 'linus', `by-${NAME}`), ...OTHERS]);
      await store.documents.put('message', '1', NAME);
      if (how === 'replaced') await store.documents.put('message', '1', '-');
      else await store.documents.delete('message', '1');
      if (how === 'dropped') await store.drop('a');
      else if (how === 'forgotten') await ledger.erase(NAME);
      else await store.documents.scrub();
      expect([has(path), has(crashed)]).toEqual([false, true]);
      await store.close();
      await (await openStore(crashed)).close();
      expect(has(crashed)).toBe(false);
    },
  );

  it('that others read is written to meanwhile, and is scrubbed when they have ended and it is asked again', async () => {
    const path = file();
    const store = await openStore(path);
    const engine = await TrustEngine.open(await store.ledger('a'));
    await engine.append([endorse(NAME, 'linus'), ...OTHERS]);
    const reader = readerOf(path);
    const erasing = engine.erase(NAME);
    erasing.catch(() => {});
    const { sequences } = await engine.append(endorse('ada', 'linus'));
    expect(sequences).toEqual([63]);
    await expect(erasing).rejects.toMatchObject(PENDING);
    expect([engine.scores().of(NAME), engine.sequence]).toEqual([undefined, 63]);
    expect(has(path)).toBe(true);
    reader.close();
    await (await store.ledger('a')).scrub();
    expect(has(path)).toBe(false);
    await engine.append(endorse('ada', 'grace'));
    await engine.close();
    await store.close();
  }, 20_000);

  it('that others read while a community ends has lost it, and is scrubbed when it is opened again', async () => {
    const path = file();
    const store = await openStore(path);
    await (await store.ledger('a')).append([endorse(NAME, 'linus')]);
    const reader = readerOf(path);
    await expect(store.drop('a')).rejects.toMatchObject(PENDING);
    expect(await store.communities()).toEqual([]);
    await store.documents.put('x', 'y', 1);
    await store.close();
    expect(has(path)).toBe(true);
    reader.close();
    const again = await openStore(path);
    expect([has(path), await again.drop('a')]).toEqual([false, false]);
    await again.close();
  }, 20_000);

  it('has what is acknowledged and no byte of what is erased, however it fails, of all communities', async () => {
    const step = fc.record({
      act: fc.constantFrom('append', 'append', 'erase', 'erase', 'drop', 'document', 'reopen', 'restore'),
      of: fc.constantFrom('a', 'b'),
      fails: fc.option(
        fc.record({ countdown: fc.nat(2), when: fc.constantFrom('before' as const, 'after' as const) }),
      ),
    });
    const property = fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
      let path = file();
      const open = async () => {
        const wrapped = faulty(await SqliteShelf.open(path, false));
        return { ...wrapped, store: await ShelfStore.open(wrapped.shelf) };
      };
      let { store, faults } = await open();
      // Of each community who is there, and who may be; the names of others are those that are gone.
      const there = { a: new Set<string>(), b: new Set<string>() };
      const gone = new Set<string>();
      let count = 0;
      for (const { act, of, fails } of steps) {
        const ledger = await store.ledger(of);
        if (fails !== null) Object.assign(faults, { ...fails, error: new Error('torn') });
        const [one] = there[of];
        const attempt = async () => {
          if (act === 'append') {
            const name = `person-${count++}-of-${of}.`;
            there[of].add(name);
            await ledger.append([endorse(name, 'linus', `by-${name}`)]);
          } else if (act === 'erase' && one !== undefined) {
            there[of].delete(one);
            gone.add(one);
            await ledger.erase(one);
          } else if (act === 'drop') {
            for (const name of there[of]) gone.add(name);
            there[of].clear();
            await store.drop(of);
          } else if (act === 'document') await store.documents.put('k', of, count++);
          else if (act === 'reopen' || act === 'restore') {
            await store.close();
            const before = path;
            if (act === 'restore') path = file();
            if (act === 'restore') await restore(before, path);
            ({ store, faults } = await open());
          }
        };
        const failed = await attempt().then(
          () => false,
          () => true,
        );
        faults.countdown = Number.POSITIVE_INFINITY;
        if (!failed) continue;
        await store.recover();
        // Where it was not done, it is done now; so what is not known is known again.
        const names = new Set(
          (await events(await store.ledger(of))).flatMap((event) =>
            'source' in event ? [event.source] : [],
          ),
        );
        if (act === 'append') for (const name of there[of]) if (!names.has(name)) there[of].delete(name);
        if (act === 'erase' && names.has(one!)) await (await store.ledger(of)).erase(one!);
        if (act === 'drop') await store.drop(of);
      }
      await store.recover();
      for (const of of ['a', 'b'] as const) {
        const ledger = await store.ledger(of);
        const names = (await events(ledger)).flatMap((event) => ('source' in event ? [event.source] : []));
        expect(new Set(names.filter((name) => name.startsWith('person')))).toEqual(there[of]);
        expect((await ledger.verify()).faults).toEqual([]);
      }
      const found = [...gone].filter((name) => has(path, name));
      expect(found).toEqual([]);
      await store.close();
    });
    await fc.assert(property, { numRuns: 25 });
  }, 60_000);
});

const cluster = startPostgres();
if (typeof cluster === 'string') {
  console.warn(`skipped: ${cluster}`);
  describe.skip(`a database (${cluster})`, () => {
    it('is scrubbed', () => {});
  });
} else {
  afterAll(() => cluster.stop());

  describe('a database', async () => {
    const { Client } = (await import('pg')).default;
    const connect = async (url: string) => {
      const client = new Client({ connectionString: url });
      client.on('error', () => {});
      await client.connect();
      return client;
    };

    /** A database in which somebody is, beside what else is connected to it. */
    const filled = async (name: string) => {
      const url = cluster.database(name);
      const beside = await connect(url);
      const store = await openStore(url);
      const engine = await TrustEngine.open(await store.ledger('a'));
      await engine.append([endorse(NAME, 'linus', `by-${NAME}`), ...OTHERS]);
      const found = async () => {
        await beside.query('CHECKPOINT');
        const { rows } = await beside.query(
          `SELECT setting || '/' || pg_relation_filepath(oid) AS path FROM pg_class, pg_settings
            WHERE name = 'data_directory' AND relname IN ('peerage_names', 'peerage_entries', 'pg_statistic')`,
        );
        expect(rows).toHaveLength(3);
        return rows.some(({ path }) => has(path));
      };
      const kill = () =>
        beside.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'peerage ledger' AND datname = $1`,
          [name],
        );
      const close = async () => {
        await engine.close();
        await store.close();
      };
      return { url, store, engine, beside, found, kill, close };
    };

    it('keeps no sample of who is in it', async () => {
      const { engine, beside, found, close } = await filled('samples');
      await beside.query('ANALYZE');
      const sampled = await beside.query(
        `SELECT tablename, attname FROM pg_stats WHERE tablename ~ '^peerage_(?!migrations)' AND attname IN ('id', 'name', 'salt', 'sha256', 'key', 'value')`,
      );
      expect(sampled.rows).toEqual([]);
      expect(await found()).toBe(true);
      await engine.erase(NAME);
      expect(await found()).toBe(false);
      await beside.end();
      await close();
    });

    it('acknowledges no erasure that a transaction may still see past, and finishes it with the next', async () => {
      const { url, engine, beside, found, close } = await filled('seen');
      const old = await connect(url);
      await old.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      await old.query('SELECT 1');
      const erasing = engine.erase(NAME);
      erasing.catch(() => {});
      await engine.append(endorse('ada', 'linus'));
      await expect(erasing).rejects.toMatchObject(PENDING);
      expect(await found()).toBe(true);
      await old.query('ROLLBACK');
      await old.end();
      await engine.erase('u1');
      expect(await found()).toBe(false);
      await beside.end();
      await close();
    }, 30_000);

    it.each(['opened again', 'recovered'])(
      'that lost its writer before it was scrubbed is scrubbed when it is %s',
      async (how) => {
        const { url, store, engine, beside, found, kill, close } = await filled(how.replace(' ', '_'));
        const reading = await connect(url);
        await reading.query('BEGIN; SELECT count(*) FROM peerage_names');
        const erasing = engine.erase(NAME);
        erasing.catch(() => {});
        await expect.poll(async () => (await store.ledger('a')).head.sequence).toBe(62);
        await kill();
        await expect(erasing).rejects.toMatchObject({ code: 'ledger-failed' });
        await reading.end();
        expect(await found()).toBe(true);
        if (how === 'recovered') await engine.recover();
        await close();
        if (how !== 'recovered') await (await openStore(url)).close();
        expect(await found()).toBe(false);
        await beside.end();
      },
      30_000,
    );

    it('whose tables another user owns says that it can not be scrubbed', async () => {
      const { url, beside, close } = await filled('owned');
      await close();
      await beside.query(
        'CREATE ROLE app LOGIN; GRANT ALL ON ALL TABLES IN SCHEMA public TO app; REVOKE TEMPORARY ON DATABASE owned FROM PUBLIC',
      );
      const store = await openStore(url.replace('//peerage@', '//app@'));
      const ledger = await store.ledger('a');
      await expect(ledger.erase(NAME)).rejects.toMatchObject(PENDING);
      // Nor may it make a temporary table; it recovers all the same.
      await beside.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'`);
      await expect(ledger.append([endorse('x', 'y')])).rejects.toMatchObject({ code: 'ledger-failed' });
      await ledger.recover();
      expect((await ledger.append([endorse('x', 'y')])).sequences).toEqual([63]);
      await store.close();
      await beside.end();
    });
  });
}
