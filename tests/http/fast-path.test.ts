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
}

/** The answer of the fast path; null where it left the request to others. */
function askFast({ method, path, headers }: Asked) {
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
      asking.end();
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

it('while the service is behind, a write is refused on the fast path as by the application', async () => {
  const slow = await service({ load: { delay: Number.MIN_VALUE } });
  const write = await slow.secretOf(['write']);
  const path = '/v1/communities/red/events';
  const headers = { authorization: `Bearer ${write}`, 'x-request-id': 'mine' };
  const before = made;
  made = slow;
  try {
    // Until a turn has been measured.
    await expect.poll(() => askFast({ method: 'POST', path, headers })).not.toBeNull();
    const fast = await askFast({ method: 'POST', path, headers });
    const told = await slow.ask('POST', path, { json: [], key: write, headers: { 'x-request-id': 'mine' } });
    expect([fast!.status, JSON.parse(fast!.body)]).toEqual([503, told.body]);
    expect(told.body.detail).toContain('behind');
  } finally {
    made = before;
    await slow.server.close();
  }
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
  const before = made;
  made = full;
  try {
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
    expect(await askFast({ method: 'POST', path, headers })).toBeNull();
  } finally {
    made = before;
    await full.server.close();
  }
});
