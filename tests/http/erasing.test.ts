/** Whoever is forgotten is named by no message that is kept for a webhook, nor by the files it was in, however that was asked. */
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { TrustEngine } from '../../src/index.ts';
import { openStore } from '../../src/ledger.ts';
import { folder } from '../ledger/places.ts';
import { CIRCLE, endorse, Serving } from './serving.ts';

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
