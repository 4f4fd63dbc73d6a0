/**
 * A Postgres that no longer answers holds nobody up: what is asked of it fails in time, closing and recovering end, and
 * what is read as of one moment is of that moment or fails. Its silence is that of a way that carries nothing.
 */
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { startPostgres } from '../../scripts/postgres-debian.ts';
import { PostgresShelf } from '../../src/ledger/postgres/shelf.ts';
import { openStore } from '../../src/ledger.ts';
import { endorse, events } from './entries.ts';

/** A way to a socket of Postgres that can be silent, and forget all who went it. */
async function wayTo(socket: string) {
  const ends = new Set<Socket>();
  let silent = false;
  const server = createServer({ allowHalfOpen: true }, (here) => {
    const there = connect(socket);
    for (const [from, to] of [
      [here, there],
      [there, here],
    ] as const) {
      ends.add(from);
      from.on('data', (bytes) => void (silent || to.write(bytes)));
      from.on('error', () => {});
      for (const over of ['end', 'close']) from.on(over, () => silent || to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    hush() {
      silent = true;
    },
    /** For connections that are new; the others are over. */
    speak() {
      silent = false;
      for (const end of ends) end.destroy();
      ends.clear();
    },
    close() {
      this.speak();
      server.close();
    },
  };
}

const cluster = startPostgres();
if (typeof cluster === 'string') {
  console.warn(`skipped: ${cluster}`);
  it.skip(`a Postgres that falls silent holds nobody up (${cluster})`, () => {});
} else {
  afterAll(() => cluster.stop());

  describe('a Postgres', () => {
    it('that falls silent is told as failed, is recovered from when it answers, and can be left', async () => {
      const host = new URLSearchParams(cluster.database('silent').split('?')[1]).get('host')!;
      const way = await wayTo(`${host}/${readdirSync(host).find((name) => /^\.s\.PGSQL\.\d+$/.test(name))}`);
      const store = await openStore(`postgres://peerage@127.0.0.1:${way.port}/silent?query_timeout=400`);
      const ledger = await store.ledger('a');
      await ledger.append([endorse('ada', 'linus')]);
      const failed = { code: 'ledger-failed', reason: expect.stringContaining('not answered in time') };
      way.hush();
      const asked = [
        ledger.append([endorse('b', 'c')]),
        store.documents.put('k', 'a', 1),
        store.documents.put('k', 'b', 1),
      ];
      for (const one of await Promise.allSettled(asked))
        expect(one).toMatchObject({ reason: { code: 'ledger-failed' } });
      await expect(asked[0]).rejects.toMatchObject(failed);
      await expect(events(ledger)).rejects.toMatchObject(failed);
      way.speak();
      // The server has to learn that who had the lock is gone.
      await expect
        .poll(() =>
          ledger.recover().then(
            () => 'recovered',
            ({ code }) => code,
          ),
        )
        .toBe('recovered');
      expect((await ledger.append([endorse('b', 'c')])).sequences).toEqual([2]);
      expect((await ledger.verify()).faults).toEqual([]);
      way.hush();
      const began = Date.now();
      await store.close();
      expect(Date.now() - began).toBeLessThan(15_000);
      way.close();
    }, 30_000);

    it('of which one moment is read gives no other, where that connection is lost', async () => {
      const url = cluster.database('moment');
      const store = await openStore(url);
      const ledger = await store.ledger('a');
      await ledger.append([endorse('ada', 'linus')]);
      const opened = await PostgresShelf.open(url, true);
      const shelf = await opened.frozen();
      await opened.close();
      await ledger.append([endorse('ada', 'grace')]);
      expect((await shelf.last(1))?.sequence).toBe(1);
      const client = new (await import('pg')).default.Client({ connectionString: url });
      await client.connect();
      await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'moment' AND state = 'idle in transaction'`,
      );
      await client.end();
      for (let k = 0; k < 2; k++)
        await expect(shelf.last(1)).rejects.toMatchObject({ code: 'ledger-failed' });
      await shelf.close();
      await store.close();
    });

    it('keeps communities with ids of any length, and says which keys are too long for it', async () => {
      const store = await openStore(cluster.database('long'));
      const id = randomBytes(2048).toString('hex');
      const ledger = await store.ledger(id);
      await ledger.append([endorse('ada', 'linus')]);
      expect(await store.communities()).toEqual([id]);
      const put = store.documents.put('k', randomBytes(3000).toString('hex'), 1);
      await expect(put).rejects.toMatchObject({ code: 'too-large' });
      expect((await ledger.append([endorse('ada', 'grace')])).sequences).toEqual([2]);
      await store.close();
    });
  });
}
