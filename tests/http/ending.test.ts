/**
 * A community that is ended leaves nothing: one that is made under its name is a new one, whoever asks meanwhile, and
 * whatever the store can not do.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { PeerageError } from '../../src/error.ts';
import { openStore } from '../../src/ledger.ts';
import { service } from './service.ts';
import { but, CIRCLE, endorse, Serving } from './serving.ts';

const AT = '/v1/communities/x';

it('a community that is made while one of its name is ended is there, empty, and can be written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'peerage-ending-'));
  const store = await openStore(join(folder, 'trust.ledger'));
  const serving = await Serving.start('x', { store });
  const ask: Serving['ask'] = (...asked) => serving.ask(...asked);
  try {
    for (let k = 0; k < 24; k++) {
      await ask('PUT', AT);
      await ask('POST', `${AT}/events`, { body: CIRCLE });
      const ended = ask('DELETE', AT);
      await sleep(k * 0.5);
      const made = await ask('PUT', AT);
      expect([(await ended).status, made.status, made.body.sequence]).toEqual([204, 201, 0]);
      const written = await ask('POST', `${AT}/events`, { body: [endorse('ada', 'bob')] });
      expect([written.status, written.body.head?.sequence]).toEqual([200, 1]);
      await ask('DELETE', AT);
    }
    expect((await ask('GET', '/v1/communities')).body.communities).toEqual([]);
    await serving.server.close();
    expect(serving.faults).toEqual([]);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

it('of two who end a community one does, and one is told that it is not there', async () => {
  const serving = await Serving.start('x');
  const both = await Promise.all([serving.ask('DELETE', AT), serving.ask('DELETE', AT)]);
  expect(both.map(({ status }) => status).sort()).toEqual([204, 404]);
  await serving.server.close();
});

it('what ends with a community has ended before another is made of its name', async () => {
  const inner = await openStore('memory:');
  const list = async (kind: string) => {
    if (kind === 'idempotency') await sleep(30);
    return inner.documents.list(kind);
  };
  const store = but(inner, { documents: but(inner.documents, { list }) });
  const serving = await Serving.start('x', { store });
  const headers = { 'Idempotency-Key': 'one' };
  const ended = serving.ask('DELETE', AT);
  await sleep(5);
  await serving.ask('PUT', AT);
  await serving.ask('POST', `${AT}/events`, { headers, body: [endorse('ada', 'bob')] });
  expect((await ended).status).toBe(204);
  await sleep(40);
  const other = await serving.ask('POST', `${AT}/events`, { headers, body: [endorse('ada', 'cyd')] });
  expect(other.body.code).toBe('other-request');
  await serving.server.close();
});

it('the keys of a community open no other that is made under its name, and those of others stay', async () => {
  const { server, ask, secretOf } = await service();
  const ops = await secretOf(['admin']);
  const [red, blue] = [await secretOf(['admin'], 'red'), await secretOf(['read'], 'blue')];
  expect((await ask('DELETE', '/v1/communities/red', { key: ops })).status).toBe(204);
  expect((await ask('PUT', '/v1/communities/red', { key: ops })).status).toBe(201);
  expect((await ask('GET', '/v1/communities/red', { key: red })).status).toBe(401);
  expect((await ask('GET', '/v1/communities/blue', { key: blue })).status).toBe(200);
  expect((await ask('GET', '/v1/communities/red', { key: ops })).status).toBe(200);
  await server.close();
});

it('a community whose host holds its ledger goes on where it can not be ended', async () => {
  const store = await openStore('memory:');
  const serving = await Serving.start(undefined, { ledger: await store.ledger('x') });
  await serving.add('x', CIRCLE);
  expect((await serving.ask('DELETE', AT)).body.code).toBe('fixed-community');
  expect((await serving.add('x', [endorse('bob', 'ada')])).status).toBe(200);
  expect((await serving.ask('GET', AT)).body.sequence).toBe(6);
  await serving.server.close();
});

it('a community is ended where the store has no room for a snapshot', async () => {
  const inner = await openStore('memory:');
  const saveSnapshot = () => Promise.reject(new PeerageError('ledger-full', 'there is no space left'));
  const store = but(inner, { ledger: async (id) => but(await inner.ledger(id), { saveSnapshot }) });
  const serving = await Serving.start('x', { store });
  await serving.add('x', CIRCLE);
  expect((await serving.ask('DELETE', AT)).status).toBe(204);
  expect(await inner.communities()).toEqual([]);
  await serving.server.close();
});

it('a community that the store could not end still takes events, and is ended when that is asked again', async () => {
  const inner = await openStore('memory:');
  let broken = true;
  const drop = async (id: string) => {
    if (broken) throw new PeerageError('ledger-full', 'there is no space left');
    return inner.drop(id);
  };
  const serving = await Serving.start('x', { store: but(inner, { drop }) });
  await serving.add('x', CIRCLE);
  expect((await serving.ask('DELETE', AT)).status).toBe(507);
  expect((await serving.ask('GET', AT)).body.sequence).toBe(5);
  expect((await serving.add('x', [endorse('bob', 'ada')])).status).toBe(200);
  broken = false;
  expect((await serving.ask('DELETE', AT)).status).toBe(204);
  expect([(await serving.ask('GET', AT)).status, await inner.communities()]).toEqual([404, []]);
  await serving.server.close();
});
