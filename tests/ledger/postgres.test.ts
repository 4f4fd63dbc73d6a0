/**
 * The store in Postgres keeps what every store promises, in a cluster of this test's own. Skipped where there is no
 * postgresql and it can not be installed; the reason is printed.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { startPostgres } from '../../scripts/postgres-debian.ts';
import { backUp, openStore, restore } from '../../src/ledger.ts';
import { conforms } from './conformance.ts';
import { endorse, events } from './entries.ts';
import { folder } from './places.ts';

const cluster = startPostgres();
if (typeof cluster === 'string') {
  console.warn(`skipped: ${cluster}`);
  describe.skip(`a store in Postgres (${cluster})`, () => {
    it('keeps what every store promises', () => {});
  });
} else {
  const path = folder();
  let count = 0;
  afterAll(() => cluster.stop());

  conforms(
    'a store in Postgres',
    async () => {
      const url = cluster.database(`test${count++}`);
      return { durable: true, open: () => openStore(url) };
    },
    5,
  );

  describe('Postgres', () => {
    it('is migrated once by many who start together, and has one writer', async () => {
      const url = cluster.database('together');
      const opened = await Promise.allSettled(Array.from({ length: 6 }, () => openStore(url)));
      const stores = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      expect(stores).toHaveLength(1);
      for (const one of opened) {
        if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'ledger-locked' });
      }
      const reader = await openStore(url, { readonly: true });
      await (await stores[0]!.ledger('a')).append([endorse('ada', 'linus')]);
      expect(await events(await reader.ledger('a'))).toEqual([endorse('ada', 'linus')]);
      await stores[0]!.close();
      await (await openStore(url)).close();
      await reader.close();
    });

    it('stops writing when its connection is lost, reads on, and recovers', async () => {
      const url = cluster.database('lost');
      const store = await openStore(url);
      const ledger = await store.ledger('a');
      await ledger.append([endorse('ada', 'linus')]);
      const pg = (await import('pg')).default;
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'peerage ledger' AND datname = 'lost'`,
      );
      await client.end();
      await expect(ledger.append([endorse('b', 'c')])).rejects.toMatchObject({ code: 'ledger-failed' });
      await expect(ledger.append([endorse('b', 'c')])).rejects.toMatchObject({ code: 'ledger-failed' });
      expect(await events(ledger)).toEqual([endorse('ada', 'linus')]);
      await ledger.recover();
      expect((await ledger.append([endorse('b', 'c')])).sequences).toEqual([2]);
      expect((await ledger.verify()).faults).toEqual([]);
      await store.close();
    });

    it('is backed up into a file while it is written to, and a file is restored into it', async () => {
      const url = cluster.database('backed');
      const store = await openStore(url);
      const ledger = await store.ledger('a');
      await ledger.append([
        endorse('ada', 'linus', 'e1'),
        endorse('linus', 'grace'),
        endorse('ada', 'grace'),
      ]);
      await ledger.erase('ada');
      const { hash } = ledger.head;
      const copy = path('backup');
      const writing = Array.from({ length: 20 }, (_, k) => ledger.append([endorse(`u${k}`, 'linus')]));
      await Promise.all([backUp(url, copy), ...writing]);
      await store.close();
      const [whole, part] = [cluster.database('whole'), cluster.database('part')];
      await restore(copy, whole);
      await restore(copy, part, { until: 2 });
      for (const one of [copy, whole]) {
        const opened = await openStore(one, { readonly: true });
        expect((await (await opened.ledger('a')).verify({ head: hash })).faults).toEqual([]);
        await opened.close();
      }
      const opened = await openStore(part);
      const ended = await opened.ledger('a');
      expect((await ended.verify()).faults).toEqual([]);
      expect((await events(ended)).map(({ type }) => type)).toEqual(['endorse', 'endorse', 'forget']);
      expect((await ended.append([endorse('ada', 'linus')])).sequences).toEqual([4]);
      await opened.close();
      await expect(restore(copy, whole)).rejects.toMatchObject({ code: 'unwritable' });
    });

    it('never tells the password of its URL', async () => {
      const refused = await openStore('postgres://somebody:secret@127.0.0.1:1/none').catch((error) => error);
      expect(refused).toMatchObject({ code: 'unreadable' });
      expect(`${refused.message} ${JSON.stringify(refused)}`).not.toContain('secret');
    });
  });
}
