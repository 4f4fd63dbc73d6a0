/** What is appended is dated no later than a day after the clock's time; what a ledger has is taken as it is. */
import { expect, it } from 'vitest';
import { TrustEngine } from '../../src/index.ts';
import { openStore } from '../../src/ledger.ts';
import type { ServerOptions } from '../../src/server.ts';
import { createServer } from '../../src/server.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const FAR = { type: 'advance', at: '9999-12-31T00:00:00Z' } as const;

async function serving(options: Partial<ServerOptions> = {}) {
  const store = await openStore('memory:');
  const ledger = await store.ledger('circle');
  await ledger.append([
    { type: 'endorse', source: 'ada', target: 'bob', kind: 'k', weight: 1, at: NOW + 1e12 },
  ]);
  const time = { now: NOW };
  const server = await createServer({ store, allowInProcess: true, clock: () => time.now, ...options });
  const post = async (body: string, type = 'application/json') => {
    const init = { method: 'POST', headers: { 'Content-Type': type }, body };
    const answer = await server.fetch(new Request('http://localhost/v1/communities/circle/events', init));
    return [answer.status, await answer.json()];
  };
  return { time, server, post };
}

it('is refused where it is dated a day and more ahead, with its place, and nothing of its batch is taken', async () => {
  const { time, server, post } = await serving();
  const dated = (at: number, target = 'cyd') => ({ type: 'endorse', source: 'ada', target, at });
  const DAY = 86_400_000;
  expect(await post(JSON.stringify([dated(NOW), dated(NOW + DAY + 1)]))).toMatchObject([
    400,
    { code: 'too-late', field: 'at', index: 1, detail: expect.stringContaining('2026-01-02') },
  ]);
  expect(await post(JSON.stringify([FAR]))).toMatchObject([400, { code: 'too-late' }]);
  const lines = `${JSON.stringify(dated(NOW))}\n${JSON.stringify(FAR)}\n`;
  expect(await post(lines, 'application/x-ndjson')).toMatchObject([400, { code: 'too-late', line: 2 }]);
  expect(await post(JSON.stringify([dated(NOW + DAY)]))).toMatchObject([200, { head: { sequence: 2 } }]);
  time.now += 1;
  expect(await post(JSON.stringify([dated(NOW + DAY + 1, 'dan')]))).toMatchObject([
    200,
    { head: { sequence: 3 } },
  ]);
  await server.close();
});

it('is refused as the document says, by each route that takes events', async () => {
  const { server } = await serving();
  const document = await (await server.fetch(new Request('http://localhost/openapi.json'))).json();
  for (const path of ['events', 'ledger']) {
    expect(document).toHaveProperty(
      ['paths', `/v1/communities/{community}/${path}`, 'post', 'responses', '400', 'description'],
      expect.stringContaining('`too-late`'),
    );
  }
  await server.close();
});

it('is taken up to the date that the host gives', async () => {
  const { server, post } = await serving({ notAfter: '9999-12-31' });
  expect(await post(JSON.stringify([FAR]))).toMatchObject([200, { head: { sequence: 2 } }]);
  await server.close();
});

it('an engine on a ledger has a latest date of its own too', async () => {
  const store = await openStore('memory:');
  const ledger = await store.ledger('circle');
  const engine = await TrustEngine.open(ledger, { notAfter: NOW });
  await expect(engine.append(FAR)).rejects.toMatchObject({ code: 'too-late' });
  await expect(engine.append([{ type: 'advance', at: NOW }, FAR])).rejects.toMatchObject({ index: 1 });
  expect(engine.sequence).toBe(0);
  await engine.append({ type: 'advance', at: NOW });
  await engine.close();
  await expect(TrustEngine.open(ledger, { notAfter: 'soon' })).rejects.toMatchObject({ code: 'bad-date' });
});
