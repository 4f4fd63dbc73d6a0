/**
 * What was acknowledged before the service was told to end is there when it starts again, with the same scores; whoever
 * was being answered is answered; clients that are slow, silent or crooked are given up and keep nobody else from
 * being answered; and beyond loopback nothing is listened on without a key.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Listening, type ListenOptions, listen } from '../../src/http/listen.ts';
import { type Appended, openStore } from '../../src/ledger.ts';
import { createServer, type ServerOptions } from '../../src/server.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function started(
  options: ListenOptions = {},
  location = 'memory:',
  server: Partial<ServerOptions> = {},
) {
  const store = await openStore(location);
  const made = await createServer({ store, ...server });
  const listening = await listen(made, { port: 0, grace: 2000, ...options });
  const close = async () => {
    await listening.close();
    await store.close();
  };
  open.push(close);
  const ask = (method: string, path: string, json?: unknown) =>
    fetch(listening.url + path, {
      method,
      ...(json !== undefined && {
        body: JSON.stringify(json),
        headers: { 'content-type': 'application/json' },
      }),
    });
  await ask('PUT', '/v1/communities/red');
  return { listening, server: made, store, ask, close };
}

/** A connection that says what it is given, and all that came back until it was closed. */
function raw({ url }: Listening, text = ''): { socket: Socket; ended: Promise<string> } {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.on('error', () => {});
  socket.write(text);
  return { socket, ended: new Promise((resolve) => socket.on('close', () => resolve(answer))) };
}

const HOST = 'host: localhost\r\n';

/** The problem document of an answer as it came. */
function problemIn(answer: string) {
  const [head, body] = answer.split('\r\n\r\n');
  expect(head).toMatch(/\r\ncontent-type: application\/problem\+json\r\n/i);
  const problem = JSON.parse(body!);
  expect(head).toMatch(new RegExp(`\\r\\nx-request-id: ${problem.request}(\\r\\n|$)`, 'i'));
  return problem;
}

describe('a client', () => {
  it.each([
    ['says nothing', ''],
    ['never ends its head', `GET /healthz HTTP/1.1\r\n${HOST}x-a: `],
    [
      'never ends its body',
      `POST /v1/communities/red/events HTTP/1.1\r\n${HOST}content-type: application/json\r\ncontent-length: 100\r\n\r\n[`,
    ],
  ])('that %s is given up, and others are answered meanwhile', async (_, text) => {
    const { listening, ask } = await started({ headersTimeout: 200, requestTimeout: 300, idleTimeout: 600 });
    const slow = Array.from({ length: 20 }, () => raw(listening, text));
    expect((await ask('GET', '/healthz')).status).toBe(200);
    const answers = await Promise.all(slow.map(({ ended }) => ended));
    for (const answer of answers) {
      expect(answer).toMatch(/^($|HTTP\/1\.1 408 )/);
      if (answer !== '') expect(problemIn(answer)).toMatchObject({ code: 'slow-request', status: 408 });
    }
    expect((await ask('GET', '/healthz')).status).toBe(200);
  });

  it.each([
    ['two hosts', `GET /healthz HTTP/1.1\r\n${HOST}${HOST}connection: close\r\n\r\n`, 400],
    ['a host that is none', 'GET /healthz HTTP/1.1\r\nhost: a b\r\n\r\n', 400],
    ['a host with a path', 'GET /healthz HTTP/1.1\r\nhost: localhost/x\r\n\r\n', 400],
    ['an address of nowhere', `GET http:// HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['a backslash', `GET /v1\\..\\x HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['a method that is none', `NONE /healthz HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['CONNECT', `CONNECT localhost:80 HTTP/1.1\r\n${HOST}\r\n`, 405],
    [
      'two lengths',
      `POST /v1/communities/red/events HTTP/1.1\r\n${HOST}content-length: 2\r\ncontent-length: 3\r\n\r\n[]`,
      400,
    ],
    [
      'a length and chunks',
      `POST /v1/communities/red/events HTTP/1.1\r\n${HOST}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n', 400],
    ['a head of 20 kB', `GET /healthz HTTP/1.1\r\n${HOST}x-a: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'a path of another machine',
      `GET http://evil.example/v1/communities HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n`,
      403,
    ],
    ['what is no HTTP', '\u0016\u0003\u0001\u0002', 400],
  ])('that sends %s is refused', async (_, text, status) => {
    const lines: object[] = [];
    const log = { info: (line: object) => lines.push(line), warn() {}, error() {} };
    const { listening } = await started({}, 'memory:', { log });
    lines.length = 0;
    const { socket, ended } = raw(listening, text);
    const answer = await Promise.race([
      ended,
      new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data)))),
    ]);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(problemIn(answer)).toMatchObject({ status, request: expect.stringMatching(/^[\w-]+$/) });
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    expect(lines).toEqual([expect.objectContaining({ status, code: problemIn(answer).code })]);
    socket.destroy();
  });

  it('that names no host that could be one is refused on the fast path as by the application', async () => {
    const { listening, server } = await started();
    const { secret } = await server.keys.create({ scopes: ['admin'] });
    const said = async (host: string, more = '') => {
      const path = '/v1/communities/red/scores/ada';
      const head = `${host}${more}authorization: Bearer ${secret}\r\nconnection: close\r\n`;
      return (await raw(listening, `GET ${path} HTTP/1.1\r\n${head}\r\n`).ended).slice(0, 12);
    };
    await fetch(`${listening.url}/v1/communities/red/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify([{ type: 'grant', target: 'ada' }]),
    });
    const listed = `${listening.url}/v1/communities/red/scores?at-least-sequence=1`;
    await fetch(listed, { headers: { authorization: `Bearer ${secret}` } });
    const names = ['localhost', 'LOCALHOST', 'x.example:80', '[::1]:4117', 'x_y', '1.2.3.4:65000'];
    const others = [
      'a b',
      '',
      'x/y',
      '[::1',
      'x:70000',
      '1.2.3.4.5:70',
      '1.2.3.400:80',
      'x@y',
      '?',
      'ex%41mple',
    ];
    const seen: string[] = [];
    for (const name of [...names, ...others]) {
      const host = `host: ${name}\r\n`;
      seen.push(await said(host));
      expect([name, seen.at(-1)]).toEqual([name, await said(host, 'if-none-match: "x"\r\n')]);
    }
    expect(seen.slice(0, names.length)).toEqual(names.map(() => 'HTTP/1.1 200'));
    expect(seen.slice(names.length)).toContain('HTTP/1.1 400');
    expect(await said('')).toBe('HTTP/1.1 400');
    expect(await said(HOST + HOST)).toBe('HTTP/1.1 400');
  });

  it('that expects what is not known is answered all the same', async () => {
    const { listening } = await started();
    const text = `GET /healthz HTTP/1.1\r\n${HOST}expect: the unexpected\r\nconnection: close\r\n\r\n`;
    expect(await raw(listening, text).ended).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('that goes on sending what is refused gets its answer, which says that the connection ends', async () => {
    const { listening } = await started();
    const post = `POST /v1/communities/red/events HTTP/1.1\r\n${HOST}content-type: application/json\r\n`;
    const long = 20 * 2 ** 20;
    const { socket, ended } = raw(listening, `${post}content-length: ${long}\r\n\r\n`);
    socket.write(' '.repeat(long));
    const answer = await ended;
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    expect(problemIn(answer)).toMatchObject({ code: 'too-large' });
    // A short one has come by then, and keeps its connection.
    const short = raw(listening, `${post}content-encoding: gzip\r\ncontent-length: 2\r\n\r\n[]`);
    const told = String(await new Promise((resolve) => short.socket.once('data', resolve)));
    expect(told).toMatch(/^HTTP\/1\.1 415 [\s\S]*\r\nconnection: keep-alive\r\n/i);
    short.socket.destroy();
  });

  it('beyond the connections that may be is not taken; when one has gone the next is', async () => {
    const { listening } = await started({ connections: 3 });
    // One more is what fetch keeps alive from the first request.
    const held = Array.from({ length: 3 }, () => raw(listening, `GET /healthz HTTP/1.1\r\n${HOST}\r\n`));
    const over = raw(listening, `GET /healthz HTTP/1.1\r\n${HOST}\r\n`);
    expect(await over.ended).toBe('');
    for (const { socket } of held) socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const next = raw(listening, `GET /healthz HTTP/1.1\r\n${HOST}connection: close\r\n\r\n`);
    expect(await next.ended).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('ending', () => {
  it('is told by every answer that is given meanwhile, since its connection ends', async () => {
    const { listening, server } = await started();
    const { secret } = await server.keys.create({ scopes: ['admin'] });
    const key = `${HOST}authorization: Bearer ${secret}\r\n`;
    const post = `POST /v1/communities/red/events HTTP/1.1\r\n${key}content-type: application/json\r\ncontent-length: 2\r\n`;
    // One on the fast path, one in the application, and one whose connection asks again.
    const begun = [raw(listening, `${post}\r\n[`), raw(listening, `${post}idempotency-key: a\r\n\r\n[`)];
    const idle = raw(listening, `GET /readyz HTTP/1.1\r\n${key}\r\n`);
    await new Promise((resolve) => idle.socket.once('data', resolve));
    const closing = server.close();
    for (const { socket } of begun) socket.write(']');
    idle.socket.write(`GET /readyz HTTP/1.1\r\n${key}\r\n`);
    const answers = await Promise.all([...begun, idle].map(({ ended }) => ended));
    await closing;
    for (const answer of answers) expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    const statuses = answers.map((answer) => [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].at(-1)![1]);
    expect(statuses).toEqual(['200', '200', '503']);
  });

  it('answers what is under way, ends streams, and loses nothing that was acknowledged', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'peerage-serve-'));
    open.push(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'trust.ledger');
    const first = await started({}, file);
    const stream = await first.ask('GET', '/v1/communities/red/changes');
    const heard = stream.text();
    const acknowledged: { id: string; sequence: number }[] = [];
    let refused = 0;
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let k = 0; k < 400; k++) {
        const id = `${writer}-${k}`;
        const event = {
          type: 'endorse',
          id,
          source: `m${(writer * 31 + k) % 50}`,
          target: `m${(k * 7) % 50}`,
        };
        const answer = await first.ask('POST', '/v1/communities/red/events', [event]).catch(() => null);
        if (answer === null) return;
        if (answer.status === 200)
          acknowledged.push({ id, sequence: ((await answer.json()) as Appended).sequences[0]! });
        else {
          refused += 1;
          expect(answer.status).toBe(503);
          return;
        }
      }
    });
    while (acknowledged.length < 150) await new Promise((resolve) => setTimeout(resolve, 5));
    await first.close();
    await Promise.all(writers);
    expect(refused).toBeLessThanOrEqual(8);
    expect(await heard).toContain('event: start');
    await expect(first.ask('GET', '/healthz')).rejects.toThrow();

    const second = await started({}, file);
    const ledger = await second.store.ledger('red');
    const kept = new Map<string, number>();
    for await (const entries of ledger.read(0))
      for (const { event, sequence } of entries) kept.set(event.id!, sequence);
    expect(acknowledged.filter(({ id, sequence }) => kept.get(id) !== sequence)).toEqual([]);
    const scoresOf = async ({ ask }: typeof second) =>
      (await (await ask('GET', '/v1/communities/red/scores?top=50')).json()) as {
        sequence: number;
        scores: unknown[];
      };
    const before = await scoresOf(second);
    expect(before.sequence).toBe(kept.size);
    await second.close();
    const third = await started({}, file);
    const after = await scoresOf(third);
    expect(after.scores).toEqual(before.scores);
  });

  it('is told by /readyz from its first moment, while whoever came before is still answered', async () => {
    const { server } = await started({}, 'memory:', { allowInProcess: true });
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const asking = (path: string, init?: object) =>
      server.fetch(new Request(`http://localhost${path}`, init as RequestInit));
    const headers = { 'content-type': 'application/json' };
    const added = asking('/v1/communities/red/events', {
      ...{ method: 'POST', headers, body: readable, duplex: 'half' },
    });
    expect((await asking('/readyz')).status).toBe(200);
    const closing = server.close();
    const ready = await asking('/readyz');
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'closing' }]);
    const writer = writable.getWriter();
    await writer.write(new TextEncoder().encode('[]'));
    await writer.close();
    expect((await added).status).toBe(200);
    await closing;
    expect((await asking('/readyz')).status).toBe(503);
  });

  it('waits for whoever takes long, but not for ever', async () => {
    const { listening, close } = await started({ grace: 200 });
    const { ended } = raw(
      listening,
      `POST /v1/communities/red/events HTTP/1.1\r\n${HOST}content-type: application/json\r\ncontent-length: 100\r\n\r\n[`,
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    await close();
    await ended;
  });
});

describe('listening', () => {
  it.each(['0.0.0.0', '::', '192.0.2.1', 'example.org', '127.0.0.1.evil.example'])(
    'on %s needs a key',
    async (host) => {
      await expect(started({ host })).rejects.toMatchObject({ code: 'bad-option', field: 'host' });
    },
  );

  it('beyond loopback is done with a key, and everybody is asked for it', async () => {
    const store = await openStore('memory:');
    const server = await createServer({ store });
    const { secret } = await server.keys.create({ scopes: ['admin'] });
    const listening = await listen(server, { host: '0.0.0.0', port: 0 });
    open.push(() => listening.close());
    const url = `http://127.0.0.1:${new URL(listening.url).port}/v1/communities`;
    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(url, { headers: { authorization: `Bearer ${secret}` } })).status).toBe(200);
  });

  it('on a port that is in use says so', async () => {
    const { listening } = await started();
    await expect(started({ port: Number(new URL(listening.url).port) })).rejects.toMatchObject({
      code: 'cannot-listen',
      message: expect.stringContaining('in use'),
    });
  });
});
