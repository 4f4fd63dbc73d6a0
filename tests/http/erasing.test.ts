/** Whoever is forgotten is named by no message that is kept for a webhook, nor by the files it was in, however that was asked. */
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { PeerageError } from '../../src/error.ts';
import { TrustEngine } from '../../src/index.ts';
import { openStore } from '../../src/ledger.ts';
import { folder } from '../ledger/places.ts';
import { but, CIRCLE, endorse, Serving } from './serving.ts';

const file = folder();
const AT = '/v1/communities/x';
const FORGET = { type: 'forget', contributor: 'mallory' };

it.each<[string, (serving: Serving) => Promise<{ status: number }>]>([
  ['an event', (serving) => serving.ask('POST', `${AT}/events`, { body: [FORGET] })],
  [
    'an event among lines',
    (serving) =>
      serving.ask('POST', `${AT}/events`, {
        headers: { 'Content-Type': 'application/x-ndjson', 'Idempotency-Key': 'one' },
        body: JSON.stringify(FORGET),
      }),
  ],
  [
    'an import',
    (serving) =>
      serving.ask('POST', `${AT}/ledger?after=7`, {
        headers: { 'Content-Type': 'application/x-ndjson' },
        body: JSON.stringify(FORGET),
      }),
  ],
  ['the route of contributors', (serving) => serving.ask('DELETE', `${AT}/contributors/mallory`)],
])('a contributor who is forgotten by %s is in no message that is kept', async (_, forget) => {
  const path = file();
  const store = await openStore(path);
  let now = Date.now();
  const serving = await Serving.start('x', { store, allowPrivateWebhooks: true, clock: () => now });
  const kept = async () => JSON.stringify(await store.documents.list('delivery'));
  const tellsOf = async (text: string) => {
    while (!(await kept()).includes(text)) await sleep(1);
  };
  // Nobody listens there, so what it is to be told waits.
  const webhook = { url: 'http://127.0.0.1:9/', every: 1, threshold: 0 };
  expect((await serving.ask('POST', `${AT}/webhooks`, { body: webhook })).status).toBe(201);
  await serving.add('x', CIRCLE);
  await tellsOf('scores.start');
  now += 2000;
  await serving.add('x', [endorse('mallory', 'ada'), endorse('ada', 'mallory')]);
  await tellsOf('mallory');
  expect((await forget(serving)).status).toBe(200);
  expect(await kept()).not.toContain('mallory');
  for (const part of [path, `${path}-wal`, `${path}-shm`]) {
    if (existsSync(part)) expect(readFileSync(part).includes('mallory')).toBe(false);
  }
  await serving.server.close();
  await store.close();
  expect(serving.faults).toEqual([]);
});

it('a contributor whom the host forgets is on no page that was begun before', async () => {
  const ledger = await (await openStore('memory:')).ledger('x');
  const engine = await TrustEngine.open(ledger);
  const serving = await Serving.start(undefined, { ledger, engine });
  await engine.append([
    ...(CIRCLE as never[]),
    endorse('mallory', 'ada') as never,
    endorse('ada', 'mallory') as never,
  ]);
  const { body } = await serving.ask('GET', `${AT}/scores?limit=1`);
  expect(body.next).toBeDefined();
  await engine.erase('mallory');
  const page = await serving.ask('GET', `${AT}/scores?limit=1&cursor=${encodeURIComponent(body.next)}`);
  expect([page.status, page.body.code]).toEqual([410, 'old-cursor']);
  await serving.server.close();
  await engine.close();
});

const MESSAGE = {
  ...{ type: 'scores.changes', timestamp: '2026-01-03T12:00:00Z' },
  data: {
    ...{ community: 'x', sequence: 7, bound: 0, since: 1, more: 0 },
    moved: ['mallory', 'ada'].map((contributor) => ({ contributor, trust: 0.5, change: 0.5 })),
  },
};

/** A store with a webhook that has a message of mallory, and how it is asked for what it keeps. */
async function told() {
  const store = await openStore('memory:');
  const ledger = await store.ledger('x');
  await ledger.append([
    { type: 'endorse', source: 'ada', target: 'linus', weight: 1, kind: 'endorsement' },
    { type: 'endorse', source: 'ada', target: 'mallory', weight: 1, kind: 'endorsement' },
  ]);
  await ledger.close();
  const shared = { community: 'x', created: 0 };
  const webhook = {
    ...shared,
    id: 'w',
    url: 'https://x.example/',
    threshold: 0,
    every: 9,
    told: 7,
    gone: null,
  };
  await store.documents.put('webhook', 'w', { ...webhook, secret: `whsec_${'A'.repeat(43)}=` });
  const delivery = { ...shared, webhook: 'w', attempts: 16, failure: 'no', due: 0 };
  await store.documents.put('dead-delivery', 'm', { ...delivery, id: 'm', body: JSON.stringify(MESSAGE) });
  const kept = async () => JSON.stringify(await store.documents.list('dead-delivery'));
  return { store, kept };
}

it('a contributor who could not be taken out of a message is later, and who asks again is told when it is done', async () => {
  const { store, kept } = await told();
  let broken = true;
  const put: typeof store.documents.put = async (kind, ...rest) => {
    if (broken && kind === 'dead-delivery') throw new PeerageError('ledger-full', 'could not be written');
    return store.documents.put(kind, ...rest);
  };
  const documents = but(store.documents, { put });
  const serving = await Serving.start('x', { store: but(store, { documents }) });
  const forget = () => serving.ask('DELETE', `${AT}/contributors/mallory`);
  expect([(await forget()).status, (await forget()).status]).toEqual([507, 507]);
  expect(await kept()).toContain('mallory');
  broken = false;
  let status = 507;
  while (status === 507) {
    await sleep(50);
    ({ status } = await forget());
  }
  expect(status).toBe(404);
  expect(await kept()).not.toContain('mallory');
  expect(await kept()).toContain('ada');
  await serving.server.close();
});

it('a contributor who was forgotten when the service broke off is in no message once the community is open', async () => {
  const { store, kept } = await told();
  const ledger = await store.ledger('x');
  await ledger.erase('mallory');
  await ledger.close();
  const serving = await Serving.start('x', { store });
  expect((await serving.ask('DELETE', `${AT}/contributors/mallory`)).status).toBe(404);
  expect(await kept()).not.toContain('mallory');
  expect(await kept()).toContain('ada');
  await serving.server.close();
});

it('a contributor who is forgotten while the service ends is in no message', async () => {
  const { store, kept } = await told();
  const serving = await Serving.start('x', { store });
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const forgotten = serving.ask('POST', `${AT}/events`, { body: readable });
  const closing = serving.server.close();
  const writer = writable.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify([FORGET])));
  await writer.close();
  expect((await forgotten).status).toBe(200);
  expect(await kept()).not.toContain('mallory');
  await closing;
});
