/**
 * Whatever is asked, the fast path answers as the application does or not at all; what is ordinary it answers itself;
 * and it lets nobody through whom the application would not. The witness is the application, asked for the same.
 */
import { createServer as createHttpServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Service, service } from './service.ts';

let made: Service;
let port: number;
const keys: Record<string, string> = {};
const close: (() => Promise<unknown>)[] = [];

/** Whether the last request was answered on the fast path; where it was not, nothing is answered. */
let taken: boolean;

beforeAll(async () => {
  made = await service({ load: { rate: { perSecond: 1e6, burst: 1e6 } } });
  for (const scope of ['read', 'write', 'admin'] as const) keys[scope] = await made.secretOf([scope], 'red');
  keys.blue = await made.secretOf(['admin'], 'blue');
  const { id } = await made.server.keys.create({ scopes: ['read'] }).then(({ key, secret }) => {
    keys.revoked = secret;
    return key;
  });
  await made.server.keys.revoke(id);
  keys.forged = `${keys.read!.slice(0, -1)}${keys.read!.endsWith('A') ? 'B' : 'A'}`;
  await made.ask('GET', '/v1/communities/red/scores/ada', { key: keys.read });
  const http = createHttpServer((incoming, outgoing) => {
    taken = made.server.answerAtOnce(incoming, outgoing);
    if (!taken) outgoing.end();
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  port = (http.address() as AddressInfo).port;
  close.push(
    () => new Promise((resolve) => http.close(resolve)),
    () => made.server.close(),
  );
});
afterAll(async () => {
  for (const one of close) await one();
});

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array;
}

/** The answer of the fast path; null where it left the request to others. */
function askFast({ method, path, headers, body: sent }: Asked) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string } | null>(
    (resolve, reject) => {
      const asking = httpRequest({ port, host: '127.0.0.1', method, path, headers }, (answer) => {
        const { statusCode, headers } = answer;
        let body = '';
        answer.on('data', (text) => {
          body += text;
        });
        answer.on('end', () => resolve(taken ? { status: statusCode!, headers, body } : null));
      });
      asking.on('error', reject);
      asking.end(sent);
    },
  );
}

/** What HTTP/1.1 adds, and what differs from one request to the next. */
const OWN = ['date', 'connection', 'keep-alive', 'content-length', 'ratelimit', 'x-request-id'];
const common = (headers: Iterable<[string, unknown]>) =>
  Object.fromEntries([...headers].filter(([name]) => !OWN.includes(name)).sort());

describe('the fast path', () => {
  /** Mostly the first, so that most of a request is ordinary. */
  const mostly = <T>(first: T, ...others: T[]) =>
    fc.oneof(
      { arbitrary: fc.constant(first), weight: 4 },
      { arbitrary: fc.constantFrom(...others), weight: 1 },
    );
  const odd = ['blue', 'green', '..', 'r%65d', 'red%2F', '%61da', '.', 'nobody', ''];
  const tail = mostly('', '/', '?', '?tolerance=0.1', '/explanation', '#x', '?x=1');
  const key = mostly('read', 'write', 'admin', 'blue', 'revoked', 'forged', 'none');
  const extra = mostly<Record<string, string>>(
    {},
    { 'if-none-match': '*' },
    { 'x-request-id': 'mine' },
    { 'x-request-id': 'not a word' },
    { 'content-length': '0' },
    { authorization: 'Basic eDp5' },
  );

  it('answers as the application does, or not at all', async () => {
    let [answered, left] = [0, 0];
    const property = fc.asyncProperty(
      mostly('GET', 'HEAD', 'POST', 'DELETE'),
      fc.tuple(mostly('red', ...odd), mostly('scores', 'views', 'Scores'), mostly('ada', ...odd), tail),
      key,
      extra,
      async (method, [community, what, id, end], of, more) => {
        const path = `/v1/communities/${community}/${what}/${id}${end}`;
        const headers = { ...(of !== 'none' && { authorization: `Bearer ${keys[of]}` }), ...more };
        const fast = await askFast({ method, path, headers });
        if (fast === null) {
          left++;
          return;
        }
        answered++;
        const slow = await made.server.fetch(
          new Request(`http://127.0.0.1:${port}${path}`, { method, headers }),
        );
        expect([fast.status, fast.body]).toEqual([slow.status, await slow.text()]);
        expect(common(Object.entries(fast.headers))).toEqual(common(slow.headers));
        expect(Object.keys(fast.headers)).toEqual(expect.arrayContaining(['ratelimit', 'x-request-id']));
        expect(fast.headers['content-length']).toBe(String(Buffer.byteLength(fast.body)));
        const named = more['x-request-id'] === 'mine';
        expect(fast.headers['x-request-id'] === 'mine').toBe(named);
      },
    );
    await fc.assert(property, { numRuns: 1500 });
    expect(answered).toBeGreaterThan(100);
    expect(left).toBeGreaterThan(500);
  });

  it.each(['read', 'admin'])('takes a score that is asked for with a key of scope %s', async (of) => {
    const path = '/v1/communities/red/scores/ada';
    const answer = await askFast({ method: 'GET', path, headers: { authorization: `Bearer ${keys[of]}` } });
    expect(answer?.status).toBe(200);
    expect(JSON.parse(answer!.body)).toMatchObject({ contributor: 'ada', sequence: 1, equations: 1 });
  });

  it('leaves a header that stands twice to the application', async () => {
    const headers = { authorization: [`Bearer ${keys.read}`, 'Bearer other'] } as never;
    // Node sends one line for each.
    expect(await askFast({ method: 'GET', path: '/v1/communities/red/scores/ada', headers })).toBeNull();
  });
});

/** Has another service answer on the fast path, and closes it. */
async function answering(other: Service, run: () => Promise<void>): Promise<void> {
  const before = made;
  made = other;
  try {
    await run();
  } finally {
    made = before;
    await other.server.close();
  }
}

describe('a batch of events', () => {
  const path = '/v1/communities/red/events';
  const names = ['ada', 'bob', '__proto__', 'nul\0', ''];
  const newcomer = fc.record({
    ...{ type: fc.constant('endorse'), source: fc.constantFrom('ada', 'bob'), target: fc.uuid() },
  });
  const event = fc.oneof(
    fc.record({
      type: fc.constantFrom('endorse', 'object', 'grant', 'teleport'),
      source: fc.constantFrom(...names),
      target: fc.constantFrom(...names),
      weight: fc.constantFrom(1, 2.5, -1, '3'),
    }),
    newcomer,
    fc.record({ type: fc.constant('forget'), contributor: fc.constant('nobody') }),
  );
  const text = fc.oneof(
    ...[newcomer, event].map((one) => ({
      arbitrary: fc.array(one, { maxLength: 4 }).map((events) => JSON.stringify(events)),
      weight: 4,
    })),
    {
      arbitrary: fc.constantFrom('', '{}', '[', '[[[[]]]]', '[1e400]', '[{"type":1,"type":2}]', '\ufeff[]'),
      weight: 1,
    },
  );
  const bytes = fc.oneof(
    { arbitrary: text.map((one) => new TextEncoder().encode(one)), weight: 9 },
    { arbitrary: fc.constantFrom(Uint8Array.of(0xff), new Uint8Array(70_000).fill(32)), weight: 1 },
  );
  const asked = fc.record({
    key: fc.constantFrom('write', 'write', 'write', 'admin', 'admin', 'read', 'blue', 'none'),
    type: fc.constantFrom(
      ...[
        'application/json',
        'application/json',
        'application/json; charset=utf-8',
        'application/x-ndjson',
        '',
      ],
    ),
    more: fc.constantFrom<Record<string, string>>(
      ...[{}, {}, { 'content-encoding': 'gzip' }, { 'idempotency-key': 'one' }],
    ),
    bytes,
  });

  it('is taken as by the application, or not at all: the same answers, and the same scores in the end', async () => {
    const limits = { events: 3, depth: 3 };
    const [fast, slow] = [await service({ limits }), await service({ limits })];
    const secrets = new Map<Service, Record<string, string>>();
    for (const one of [fast, slow]) {
      const made: Record<string, string> = { blue: await one.secretOf(['admin'], 'blue') };
      for (const scope of ['read', 'write', 'admin'] as const)
        made[scope] = await one.secretOf([scope], 'red');
      secrets.set(one, made);
      await one.ask('GET', '/v1/communities/red/scores/ada', { key: made.read! });
    }
    const headersOf = (one: Service, { key, type, more }: { key: string; type: string; more: object }) => ({
      ...(key !== 'none' && { authorization: `Bearer ${secrets.get(one)![key]}` }),
      ...(type !== '' && { 'content-type': type }),
      ...more,
    });
    // Salts make hashes differ, and what is published by then is a matter of time.
    const same = (body: string) =>
      body.replace(/[0-9a-f]{64}.*/, 'hash').replace(/"request":"[^"]+"/, 'request');
    const told = (headers: Iterable<[string, unknown]>) => {
      const published = ['peerage-sequence', 'peerage-bound'];
      return common([...headers].map(([name, value]) => [name, published.includes(name) ? 'any' : value]));
    };
    let [taken, refused, left] = [0, 0, 0];
    await answering(fast, async () => {
      const property = fc.asyncProperty(asked, async (one) => {
        const init = { method: 'POST', path, headers: headersOf(fast, one), body: one.bytes };
        const answer = await askFast({
          ...init,
          headers: { ...init.headers, 'content-length': String(one.bytes.length) },
        });
        if (answer === null) {
          left++;
          return;
        }
        const expected = await slow.server.fetch(
          new Request(`http://localhost${path}`, {
            ...{ method: 'POST', headers: headersOf(slow, one), body: one.bytes as Uint8Array<ArrayBuffer> },
          }),
        );
        expect([answer.status, same(answer.body)]).toEqual([expected.status, same(await expected.text())]);
        expect(told(Object.entries(answer.headers))).toEqual(told(expected.headers));
        if (answer.status === 200) taken++;
        else refused++;
      });
      await fc.assert(property, { numRuns: 500 });
      expect(Math.min(taken, refused, left)).toBeGreaterThan(20);
      const scoresOf = async (one: Service) => {
        const key = secrets.get(one)!.read!;
        const { sequence } = (await one.ask('GET', '/v1/communities/red', { key })).body.head;
        const demand = `top=1000&at-least-sequence=${sequence}`;
        return one.ask('GET', `/v1/communities/red/scores?${demand}`, { key });
      };
      const [ours, theirs] = [await scoresOf(fast), await scoresOf(slow)];
      expect(ours.body.scores).toEqual(theirs.body.scores);
      expect(ours.body.scores.length).toBeGreaterThan(5);
    });
    await slow.server.close();
  });

  it('that breaks off leaves nothing, gives its room back, and keeps nobody waiting for the end', async () => {
    const one = await service({ load: { writes: 1, writesEach: 1, line: 0, lineEach: 0 } });
    const write = await one.secretOf(['write']);
    const headers = { authorization: `Bearer ${write}`, 'content-type': 'application/json' };
    await answering(one, async () => {
      await one.ask('POST', path, { json: [], key: write });
      const asking = httpRequest({
        port,
        host: '127.0.0.1',
        method: 'POST',
        path,
        headers: { ...headers, 'content-length': '1000' },
      });
      asking.on('error', () => {});
      asking.write('[{"type":"endorse",');
      // While it is read there is no room for another.
      const full = () => askFast({ method: 'POST', path, headers, body: new TextEncoder().encode('[]') });
      await expect.poll(async () => (await full())?.status).toBe(503);
      asking.destroy();
      await expect.poll(async () => (await full())?.status).toBe(200);
      const { body } = await one.ask('GET', '/v1/communities/red', { key: await one.secretOf(['read']) });
      expect(body.head.sequence).toBe(1);
    });
  });

  it('that is still coming is taken before the service has closed', async () => {
    const one = await service();
    const write = await one.secretOf(['write']);
    const headers = { authorization: `Bearer ${write}`, 'content-type': 'application/json' };
    await answering(one, async () => {
      await one.ask('POST', path, { json: [], key: write });
      const sent = JSON.stringify([{ type: 'endorse', source: 'x', target: 'y' }]);
      const init = { method: 'POST', path, headers: { ...headers, 'content-length': String(sent.length) } };
      taken = false;
      let status: number | undefined;
      const asking = httpRequest({ port, host: '127.0.0.1', ...init }, (answer) => {
        status = answer.statusCode;
        answer.resume();
      });
      asking.write(sent.slice(0, 10));
      await expect.poll(() => taken).toBe(true);
      let closed = false;
      const closing = one.server.close().then(() => {
        closed = true;
      });
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(closed).toBe(false);
      asking.end(sent.slice(10));
      await closing;
      await expect.poll(() => status).toBe(200);
    });
  });
});

it('while the service is behind, a write is refused on the fast path as by the application', async () => {
  const slow = await service({ load: { delay: Number.MIN_VALUE } });
  const write = await slow.secretOf(['write']);
  const path = '/v1/communities/red/events';
  const headers = { authorization: `Bearer ${write}`, 'x-request-id': 'mine' };
  await answering(slow, async () => {
    // Until a turn has been measured.
    await expect.poll(() => askFast({ method: 'POST', path, headers })).not.toBeNull();
    const fast = await askFast({ method: 'POST', path, headers });
    const told = await slow.ask('POST', path, { json: [], key: write, headers: { 'x-request-id': 'mine' } });
    expect([fast!.status, JSON.parse(fast!.body)]).toEqual([503, told.body]);
    expect(told.body.detail).toContain('behind');
  });
});

it('a write for which there is no room is refused on the fast path as by the application', async () => {
  const full = await service({ load: { writes: 1, writesEach: 1, line: 0, lineEach: 0 } });
  const [write, read] = [await full.secretOf(['write']), await full.secretOf(['read'])];
  const path = '/v1/communities/red/events';
  let body!: ReadableStreamDefaultController<Uint8Array>;
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      body = controller;
    },
  });
  const init = { method: 'POST', body: stream, duplex: 'half' } as RequestInit;
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${write}` };
  await answering(full, async () => {
    expect(await askFast({ method: 'POST', path, headers })).toBeNull();
    const inside = full.server.fetch(new Request(`http://localhost${path}`, { ...init, headers }));
    const fast = await askFast({ method: 'POST', path, headers: { ...headers, 'x-request-id': 'mine' } });
    const slow = await full.ask('POST', path, { json: [], key: write, headers: { 'x-request-id': 'mine' } });
    expect([fast?.status, JSON.parse(fast!.body)]).toEqual([503, slow.body]);
    expect(common(Object.entries(fast!.headers))).toEqual(common(slow.headers));
    expect(fast!.headers['retry-after']).toBe('1');
    // Who may not write is told that, and not how things stand.
    const unable = { ...headers, authorization: `Bearer ${read}` };
    expect(await askFast({ method: 'POST', path, headers: unable })).toBeNull();
    body.enqueue(new TextEncoder().encode('[]'));
    body.close();
    await inside;
    expect((await askFast({ method: 'POST', path, headers }))?.status).toBe(400);
  });
});
