/**
 * Nobody without a key that is valid for it gets at anything; a community that is no business of a key looks like one
 * that is not there; what is too much is refused with when to come again, and never waits; and nothing that could
 * name a person or open a door is in the log or the counts.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Service, service } from './service.ts';

const SCORE = '/v1/communities/red/scores/red';
const EVENTS = '/v1/communities/red/events';
const event = { type: 'endorse', source: 'bob', target: 'red' };

describe('without keys', () => {
  const asked = async (options: { host?: string; headers?: Record<string, string> }) =>
    (await (await service()).ask('GET', SCORE, options)).status;

  it.each(['localhost', 'localhost:4117', '127.0.0.1:4117', '127.1.2.3', '[::1]:4117', 'peerage.localhost'])(
    'this machine is answered by the name %s',
    async (host) => {
      expect(await asked({ host })).toBe(200);
    },
  );

  it.each([
    ...[
      'evil.example',
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      'xlocalhost',
      '192.168.0.1',
      '0.0.0.0',
    ],
    ...['[::ffff:10.0.0.1]', '128.0.0.1', '[fe80::1]'],
  ])('nobody is answered by the name %s', async (host) => {
    expect(await asked({ host })).toBe(403);
  });

  it.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:8080' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' },
    { 'x-forwarded-for': '203.0.113.7' },
    { forwarded: 'for=203.0.113.7' },
    { via: '1.1 proxy' },
    { host: 'evil.example' },
  ])('what has %j is refused', async (headers) => {
    expect(await asked({ headers: headers as Record<string, string> })).toBe(403);
  });

  it.each([
    { origin: 'http://localhost' },
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
  ])('what has %j is answered', async (headers) => {
    expect(await asked({ headers: headers as Record<string, string> })).toBe(200);
  });

  it('who comes from another machine is refused, whatever name it uses', async () => {
    const { server } = await service();
    const from = (remoteAddress: string) =>
      server.fetch(new Request(`http://localhost${SCORE}`), { incoming: { socket: { remoteAddress } } });
    expect((await from('127.0.0.1')).status).toBe(200);
    expect((await from('::ffff:127.0.0.1')).status).toBe(200);
    expect((await from('203.0.113.7')).status).toBe(403);
    expect((await from('127.evil')).status).toBe(403);
  });

  it('who shows no connection is refused, whatever name it uses, unless the host says that it alone asks', async () => {
    const asked = async (allowInProcess: boolean, bindings?: object) => {
      const { server } = await service({ allowInProcess });
      return server.fetch(new Request(`http://localhost${SCORE}`), bindings);
    };
    for (const bindings of [undefined, {}, { incoming: {} }, { incoming: { socket: {} } }]) {
      const refused = await asked(false, bindings);
      expect(refused.status).toBe(403);
      expect(((await refused.json()) as { detail: string }).detail).toContain('allowInProcess');
      expect((await asked(true, bindings)).status).toBe(200);
    }
    const near = { incoming: { socket: { remoteAddress: '127.0.0.1' } } };
    expect((await asked(false, near)).status).toBe(200);
  });

  it('probes are answered from wherever they come, and nothing else is', async () => {
    const { ask } = await service({ allowInProcess: false });
    const headers = { origin: 'https://evil.example', 'x-forwarded-for': '203.0.113.7' };
    for (const path of ['/healthz', '/readyz']) {
      expect((await ask('GET', path, { host: '10.1.2.3:4117', headers })).body).toEqual({ status: 'ok' });
    }
    for (const path of ['/', '/openapi.json', '/metrics', '/healthz/', '//healthz', SCORE]) {
      expect((await ask('GET', path, { host: '10.1.2.3:4117', headers })).status).toBe(403);
    }
  });

  it('no answer lets a page of another origin read it', async () => {
    const { ask } = await service();
    const headers = { origin: 'http://localhost', 'access-control-request-method': 'POST' };
    for (const method of ['GET', 'OPTIONS']) {
      const answer = await ask(method, SCORE, { headers });
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('with keys', () => {
  it('each route wants what it says: every key is let in where the table says, and nowhere else', async () => {
    const { ask, secretOf } = await service();
    const keys = {
      'read red': await secretOf(['read'], 'red'),
      'write red': await secretOf(['write'], 'red'),
      'admin red': await secretOf(['admin'], 'red'),
      'read all': await secretOf(['read']),
      'admin all': await secretOf(['admin']),
      none: undefined,
      forged: `pk_${'0'.repeat(16)}_${'A'.repeat(43)}`,
    };
    const table: [string, string, unknown, string][] = [
      ['GET', SCORE, undefined, 'read red, admin red, read all, admin all'],
      ['POST', EVENTS, [event], 'write red, admin red, admin all'],
      ['GET', '/v1/communities/red/policy', undefined, 'read red, admin red, read all, admin all'],
      ['PUT', '/v1/communities/red/policy', { damping: 0.5 }, 'admin red, admin all'],
      ['GET', '/v1/communities/red/webhooks', undefined, 'admin red, admin all'],
      ['GET', '/v1/communities/red/ledger', undefined, 'admin red, admin all'],
      ['DELETE', '/v1/communities/red/contributors/nobody', undefined, 'admin red, admin all'],
      ['GET', '/v1/communities', undefined, 'admin all'],
      ['GET', '/v1/keys', undefined, 'admin all'],
      ['POST', '/v1/keys', { scopes: ['read'] }, 'admin all'],
      ['GET', '/metrics', undefined, 'read all, admin all'],
      ['GET', '/healthz', undefined, Object.keys(keys).join(', ')],
      ['GET', '/openapi.json', undefined, Object.keys(keys).join(', ')],
    ];
    for (const [method, path, json, expected] of table) {
      const admitted: string[] = [];
      for (const [name, key] of Object.entries(keys)) {
        const { status } = await ask(method, path, { json, key, host: 'scores.example' });
        if (status !== 401 && status !== 403) admitted.push(name);
      }
      expect(`${method} ${path}: ${admitted.join(', ')}`).toBe(`${method} ${path}: ${expected}`);
    }
  });

  it('a community that is forbidden and one that is not there are told the same, by every route', async () => {
    const { ask, secretOf } = await service();
    const key = await secretOf(['admin'], 'red');
    const routes = fc.constantFrom<[string, string, unknown]>(
      ['GET', '/scores/ada', undefined],
      ['GET', '/scores?top=3', undefined],
      ['POST', '/events', [event]],
      ['GET', '/audit', undefined],
      ['GET', '/changes', undefined],
      ['PUT', '/policy', { damping: 0.5 }],
      ['GET', '/webhooks', undefined],
      ['DELETE', '', undefined],
      ['GET', '/ledger', undefined],
      ['DELETE', '/contributors/ada', undefined],
    );
    await fc.assert(
      fc.asyncProperty(routes, async ([method, path, json]) => {
        const told = async (community: string) => {
          const { status, body, headers } = await ask(method, `/v1/communities/${community}${path}`, {
            json,
            key,
          });
          const names = [...headers.keys()].sort();
          return JSON.stringify({ status, names, ...body, request: '' }).replaceAll(community, 'X');
        };
        const [there, not] = [await told('blue'), await told('gone')];
        expect(there).toBe(not);
        expect(there).toContain('unknown-community');
      }),
      { numRuns: 40 },
    );
  });

  it('a path that is written another way gets nobody anywhere', async () => {
    const { ask, secretOf } = await service();
    const key = await secretOf(['read'], 'red');
    const piece = fc.constantFrom(
      ...[
        '..',
        '%2e%2e',
        '.',
        '%2f',
        '/',
        '//',
        'red',
        'blue',
        'v1',
        'communities',
        '%00',
        ';',
        '%252e',
        '\\',
        'scores',
        'ada',
      ],
      ...['red%2f..%2fblue', 'RED', 'blue%20', '__proto__', 'constructor'],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        const path = `/v1/communities/${pieces.join('/')}`;
        const { status, body } = await ask('GET', path, { key });
        expect([200, 400, 401, 403, 404, 405]).toContain(status);
        // Only what is of red may be read, by whatever way; blue's one contributor of its own is blue.
        expect(JSON.stringify(body?.scores ?? body?.contributor ?? '')).not.toContain('blue');
        // The page at "/" is for everybody.
        if (status === 200)
          expect(new URL(`http://x${path}`).pathname).toMatch(/^\/($|v1\/communities\/red(\/|$))/);
      }),
      { numRuns: 60, examples: [[['..', '..']]] },
    );
  });

  it('rotation, revocation and expiry hold from the next request on', async () => {
    let now = 1_800_000_000_000;
    const { ask, secretOf } = await service({ clock: () => now });
    const admin = await secretOf(['admin']);
    const made = await ask('POST', '/v1/keys', {
      key: admin,
      json: { scopes: ['read'], community: 'red', expires: new Date(now + 60_000).toISOString() },
    });
    const { secret, key } = made.body;
    const status = async (secret: string) => (await ask('GET', SCORE, { key: secret })).status;
    expect(await status(secret)).toBe(200);
    const rotated = await ask('POST', `/v1/keys/${key.id}/rotate`, {
      key: admin,
      json: { graceSeconds: 10 },
    });
    expect([await status(secret), await status(rotated.body.secret)]).toEqual([200, 200]);
    now += 10_000;
    expect([await status(secret), await status(rotated.body.secret)]).toEqual([401, 200]);
    now += 50_000;
    expect(await status(rotated.body.secret)).toBe(401);
    const other = await ask('POST', '/v1/keys', { key: admin, json: { scopes: ['read'] } });
    expect(await status(other.body.secret)).toBe(200);
    await ask('DELETE', `/v1/keys/${other.body.key.id}`, { key: admin });
    expect(await status(other.body.secret)).toBe(401);
    const { body } = await ask('GET', '/v1/keys', { key: admin });
    expect(body.keys).toHaveLength(3);
    for (const text of [secret, rotated.body.secret, other.body.secret]) {
      expect(JSON.stringify(body)).not.toContain(text.slice(20));
    }
  });
});

describe('what is too much', () => {
  it('of requests of one key is refused with when to come again; other keys are not', async () => {
    let now = 1_800_000_000_000;
    const { ask, secretOf } = await service({ clock: () => now, load: { rate: { perSecond: 2, burst: 3 } } });
    const [one, other] = [await secretOf(['read']), await secretOf(['read'])];
    const statuses = [];
    for (let k = 0; k < 5; k++) statuses.push((await ask('GET', SCORE, { key: one })).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    const refused = await ask('GET', SCORE, { key: one });
    expect(refused.body.code).toBe('rate-limited');
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.headers.get('ratelimit')).toBe('"key";r=0;t=1');
    expect((await ask('GET', SCORE, { key: other })).headers.get('ratelimit')).toBe('"key";r=2;t=1');
    now += 1000;
    expect((await ask('GET', SCORE, { key: one })).status).toBe(200);
  });

  it('of writes of one community is refused, while another is answered; what was taken is there', async () => {
    const { ask, server } = await service({ load: { writes: 6, writesEach: 4, patience: 50 } });
    const bodies: ReadableStreamDefaultController<Uint8Array>[] = [];
    /** A write whose body has begun and goes on when it is told to. */
    const write = (community: string) => {
      const body = new ReadableStream<Uint8Array>({ start: (controller) => void bodies.push(controller) });
      const headers = { 'content-type': 'application/json' };
      const url = `http://localhost/v1/communities/${community}/events`;
      return server.fetch(new Request(url, { method: 'POST', headers, body, duplex: 'half' } as RequestInit));
    };
    const taken = [write('red'), write('red'), write('red'), write('red')];
    const shed = await ask('POST', EVENTS, { json: [event] });
    expect([shed.status, shed.body.code, shed.headers.get('retry-after')]).toEqual([503, 'overloaded', '1']);
    taken.push(write('blue'), write('blue'));
    expect((await ask('POST', '/v1/communities/blue/events', { json: [event] })).status).toBe(503);
    expect((await ask('GET', SCORE)).status).toBe(200);
    for (const [k, body] of bodies.entries()) {
      body.enqueue(new TextEncoder().encode(JSON.stringify([{ ...event, id: `e${k}` }])));
      body.close();
    }
    for (const one of taken) expect((await one).status).toBe(200);
    const { body } = await ask('GET', '/v1/communities/red?');
    expect(body.head.sequence).toBe(5);
    expect((await ask('POST', EVENTS, { json: [event] })).status).toBe(200);
  });

  it.each([
    ['a path', { path: `/v1/communities/red/scores/${'x'.repeat(17_000)}` }, 431],
    ['headers', { headers: Object.fromEntries(Array.from({ length: 101 }, (_, k) => [`x-${k}`, '1'])) }, 431],
    ['a body that unpacks', { headers: { 'content-encoding': 'gzip' }, json: [event], path: EVENTS }, 415],
    [
      'a body that says it is longer',
      { headers: { 'content-length': '99999999' }, json: [event], path: EVENTS },
      413,
    ],
  ])(
    'of %s is refused',
    async (_, {
      path = SCORE,
      ...options
    }: { path?: string; json?: unknown; headers?: Record<string, string> }, status) => {
      const { ask } = await service();
      expect((await ask(options.json === undefined ? 'GET' : 'POST', path, options)).status).toBe(status);
    },
  );

  it('nested 500,000 deep is refused before it is parsed, as an array and as a line', async () => {
    const { server } = await service();
    const body = '['.repeat(500_000);
    for (const type of ['application/json', 'application/x-ndjson']) {
      const request = new Request(`http://localhost${EVENTS}`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
      expect((await server.fetch(request)).status).toBe(400);
    }
  });
});

describe('what is told of requests', () => {
  const secret = 'id-of-a-person';
  async function busy(): Promise<{ service: Service; lines: string[]; key: string }> {
    const lines: string[] = [];
    const note = (fields: object, message: string) => void lines.push(JSON.stringify({ ...fields, message }));
    const told = await service({ log: { info: note, warn: note, error: note } });
    const key = await told.secretOf(['admin']);
    const { ask } = told;
    await ask('POST', EVENTS, {
      key,
      json: [{ type: 'endorse', source: secret, target: `${secret}-2`, id: secret }],
    });
    await ask('GET', `/v1/communities/red/scores/${secret}`, { key });
    await ask('GET', `/v1/communities/red/scores/${secret}/explanation?by=origin`, { key });
    await ask('GET', `/v1/communities/red/${secret}`, { key, headers: { 'x-request-id': secret } });
    await ask('POST', EVENTS, { key, json: [{ type: 'endorse', source: secret }] });
    await ask('GET', `/${secret}`, { headers: { authorization: `Bearer ${secret}` } });
    return { service: told, lines, key };
  }

  it('names no contributor and no secret in the log, and each line has the id that was answered', async () => {
    const { lines, key } = await busy();
    const text = lines.map((line) => line.replace(`"request":"${secret}"`, '')).join('\n');
    expect(lines).toHaveLength(6);
    expect(text).not.toContain(secret);
    expect(text).not.toContain(key.slice(20));
    for (const line of lines)
      expect(JSON.parse(line)).toMatchObject({ request: expect.any(String), status: expect.any(Number) });
  });

  it('has the code of each problem, and a warning where the service is only busy or about to end', async () => {
    const lines: [string, { status: number; code?: string }][] = [];
    const log = Object.fromEntries(
      ['info', 'warn', 'error'].map((level) => [level, (line: never) => void lines.push([level, line])]),
    ) as never;
    let rate = 0;
    const { ask, secretOf, server } = await service({
      ...{ log, onFault: () => {}, clock: () => (rate += 10) },
      ...{ load: { rate: { perSecond: 1, burst: 5 } }, limits: { patience: 1 } },
    });
    const key = await secretOf(['admin']);
    await ask('GET', SCORE, { key });
    await ask('GET', SCORE);
    await ask('GET', `${SCORE}x`, { key });
    await ask('GET', `${SCORE}?at-least-sequence=99`, { key });
    await ask('POST', EVENTS, { key, json: [event], headers: { 'idempotency-key': 'a b' } });
    await ask('GET', SCORE, { key });
    await ask('GET', SCORE, { key });
    server.keys.authenticate = () => {
      throw new Error('broken');
    };
    await ask('GET', SCORE, { key });
    await server.close();
    expect(lines.map(([level, { status, code }]) => [level, status, code])).toEqual([
      ['info', 200, undefined],
      ['info', 401, 'unauthorized'],
      ['info', 404, 'unknown-contributor'],
      ['warn', 503, 'behind'],
      ['info', 400, 'bad-request'],
      ['info', 200, undefined],
      ['warn', 429, 'rate-limited'],
      ['error', 500, 'internal'],
    ]);
  });

  it('names none in the counts, whose labels are few whatever is asked', async () => {
    const { service: told, key } = await busy();
    for (let k = 0; k < 100; k++)
      await told.ask(`M${k}`, `/v1/communities/c${k}/x${k}`, { key }).catch(() => {});
    const { body } = await told.ask('GET', '/metrics', { key });
    expect(body).not.toContain(secret);
    expect(body).toContain('peerage_events_total{community="red"} 1');
    expect(body.match(/^peerage_requests_total\{/gm).length).toBeLessThan(20);
  });

  it('counts each entry of the ledger once, by whichever way it came, and none that was there before', async () => {
    const { ask, server } = await service();
    const named = (k: number) => ({ ...event, id: `e${k}` });
    const at = '/v1/communities/red';
    const count = async () => {
      const { body } = await ask('GET', '/metrics');
      return Number(/^peerage_events_total\{community="red"\} (\d+)$/m.exec(body)?.[1] ?? 0);
    };
    await ask('GET', SCORE);
    expect(await count()).toBe(0);
    await ask('POST', EVENTS, { json: [named(1), named(2)] });
    await ask('POST', EVENTS, { json: [named(1), named(2), named(3)] });
    await ask('POST', EVENTS, { json: [named(1)] });
    await ask('POST', EVENTS, { json: [{ ...event, weight: -1 }] });
    expect(await count()).toBe(3);
    await Promise.all([1, 2, 3, 4, 5, 6].map((k) => ask('POST', EVENTS, { json: [named(k), named(k + 1)] })));
    expect(await count()).toBe(7);
    await ask('PUT', `${at}/policy`, { json: { damping: 0.5 } });
    expect(await count()).toBe(8);
    const lines = [named(8), named(9)].map((one) => JSON.stringify(one)).join('\n');
    const headers = { 'content-type': 'application/x-ndjson' };
    const url = `http://localhost${at}/ledger?after=9`;
    expect((await server.fetch(new Request(url, { method: 'POST', headers, body: lines }))).status).toBe(200);
    await ask('DELETE', `${at}/contributors/bob`);
    expect(await count()).toBe(11);
    expect((await ask('GET', `${at}?`)).body.head.sequence).toBe(12);
    await server.close();
  });

  it('takes an id from outside only where it is a short word', async () => {
    const { ask } = await service();
    const id = async (given: string) =>
      (await ask('GET', '/healthz', { headers: { 'x-request-id': given } })).headers.get('x-request-id');
    expect(await id('abc-123_x')).toBe('abc-123_x');
    for (const bad of ['a b', '{"x":1}', 'x'.repeat(65), 'a\tb', 'é'])
      expect(await id(bad)).toMatch(/^[0-9a-f-]{36}$/);
  });
});
