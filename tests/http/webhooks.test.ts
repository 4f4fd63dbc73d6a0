/**
 * A webhook is told of who moved, in messages that the Standard Webhooks library verifies and that no other secret
 * signs; it is never sent to an address that is not public, whatever its name says when, nor where an answer
 * redirects it; and no message names somebody who was erased.
 */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import fc from 'fast-check';
import { Webhook as Verifier } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { TrustEngine } from '../../src/engine.ts';
import { WebhookMessage } from '../../src/http/schemas/webhooks.ts';
import { checkUrl, post } from '../../src/http/webhooks/post.ts';
import { Webhooks } from '../../src/http/webhooks/webhooks.ts';
import { MapDocuments, settled, Time } from './time.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A receiver on this machine, and what it received. */
async function receiver(
  answer: (count: number) => { status: number; headers?: Record<string, string>; body?: string },
) {
  const received: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      const { status, headers, body: text } = answer(received.length);
      response.writeHead(status, headers).end(text);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { received, port, url: `http://127.0.0.1:${port}/hook` };
}

async function until(holds: () => boolean): Promise<void> {
  for (let turns = 0; turns < 500 && !holds(); turns++)
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(holds()).toBe(true);
}

describe('a post', () => {
  it('goes nowhere where any address of the name is not public', async () => {
    const { received, port } = await receiver(() => ({ status: 200 }));
    const address = fc.constantFrom(
      ...[
        '127.0.0.1',
        '10.0.0.1',
        '169.254.169.254',
        '::1',
        'fe80::1',
        '::ffff:8.8.8.8',
        '64:ff9b::808:808',
        '224.0.0.1',
      ],
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('1.1.1.1', '2606:4700::1111')),
        address,
        fc.nat(),
        async (open, closed, at) => {
          const all: string[] = [...open];
          all.splice(at % (all.length + 1), 0, closed);
          const resolve = async () =>
            all.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
          const sent = post(new URL(`https://hooks.example:${port}/`), '{}', {}, { resolve });
          await expect(sent).rejects.toMatchObject({ code: 'bad-option' });
        },
      ),
      { numRuns: 40 },
    );
    const none = post(new URL('https://hooks.example/'), '{}', {}, { resolve: async () => [] });
    await expect(none).rejects.toMatchObject({ code: 'bad-option' });
    expect(received).toEqual([]);
  });

  it.each([
    ...[
      'http://example.org/',
      'https://127.0.0.1/',
      'https://[::1]/',
      'https://2130706433/',
      'https://0x7f.1/',
      'https://017700000001/',
    ],
    ...[
      'https://[::ffff:169.254.169.254]/',
      'https://user:pass@example.org/',
      'ftp://example.org/',
      'file:///etc/passwd',
    ],
    ...[
      'https://',
      'example.org',
      '',
      'javascript:alert(1)',
      `https://example.org/${'x'.repeat(2048)}`,
      7,
      null,
    ],
  ])('%j is no place to send to', (url) => {
    expect(() => checkUrl(url, false)).toThrow(expect.objectContaining({ code: 'bad-option' }));
  });

  it('follows no redirect, reads no long answer to its end, and waits no longer than it may', async () => {
    const elsewhere = await receiver(() => ({ status: 200 }));
    const allow = { allowPrivate: true };
    const moved = await receiver(() => ({ status: 307, headers: { location: elsewhere.url } }));
    expect(await post(new URL(moved.url), '{}', {}, allow)).toBe(307);
    expect(elsewhere.received).toEqual([]);
    const long = await receiver(() => ({ status: 200, body: 'x'.repeat(10_000_000) }));
    expect(await post(new URL(long.url), '{}', {}, { ...allow, most: 1000 })).toBe(200);
    const silent = createServer(() => {});
    servers.push(silent);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const sent = post(new URL(`http://127.0.0.1:${port}/`), '{}', {}, { ...allow, timeout: 50 });
    await expect(sent).rejects.toThrow('no whole answer within 0.05 seconds');
  });

  it.each([
    [
      'switches protocols',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
      101,
    ],
    ['says nothing', '', null],
    ['breaks off', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12', null],
    ['speaks no HTTP', 'hello\r\n\r\n', null],
  ])('ends where its receiver %s', async (_, answer, status) => {
    const odd = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => (status === null ? socket.end(answer) : socket.write(answer)));
    });
    await new Promise<void>((resolve) => odd.listen(0, '127.0.0.1', resolve));
    const { port } = odd.address() as AddressInfo;
    const sent = post(new URL(`http://127.0.0.1:${port}/`), '{}', {}, { allowPrivate: true, timeout: 5000 });
    if (status === null) await expect(sent).rejects.toThrow();
    else expect(await sent).toBe(status);
    await new Promise((resolve) => odd.close(resolve));
  });
});

describe('webhooks', () => {
  async function community(url: string, input = {}) {
    const time = new Time(Date.now());
    const documents = new MapDocuments();
    const open = () =>
      Webhooks.open(documents, { clock: time.clock, later: time.later, chance: () => 0, allowPrivate: true });
    const webhooks = await open();
    const engine = new TrustEngine();
    engine.apply({ type: 'endorse', source: 'ada', target: 'bob' });
    const { webhook, secret } = await webhooks.register('red', { url, threshold: 0.01, every: 5, ...input });
    const publish = (which = webhooks) => which.publish('red', engine.scores());
    return { time, documents, webhooks, engine, webhook, secret, publish, open };
  }

  it('are told in signed messages, at most once in their interval, of all that moved since', async () => {
    const { url, received } = await receiver(() => ({ status: 204 }));
    const { time, webhooks, engine, webhook, secret, publish } = await community(url);
    await publish();
    await until(() => received.length === 1);
    for (const target of ['cyd', 'dan', 'eve']) {
      engine.apply({ type: 'endorse', source: 'ada', target });
      await publish();
    }
    await webhooks.publish('blue', engine.scores());
    await settled();
    expect(received).toHaveLength(1);
    await time.pass(5000);
    await until(() => received.length === 2);
    const messages = received.map(({ body, headers }) => new Verifier(secret).verify(body, headers as never));
    expect(messages).toMatchObject([
      { type: 'scores.start', data: { community: 'red', sequence: 1 } },
      { type: 'scores.changes', data: { since: 1, sequence: 4 } },
    ]);
    // As the document tells of them, with nothing that it does not.
    for (const message of messages) expect(WebhookMessage.parse(message)).toEqual(message);
    const { moved } = (messages[1] as { data: { moved: { contributor: string }[] } }).data;
    expect(moved.map(({ contributor }) => contributor).sort()).toEqual(['ada', 'bob', 'cyd', 'dan', 'eve']);
    const [{ body, headers }] = received as [(typeof received)[0]];
    expect(() => new Verifier(secret).verify(body.replace('red', 'rad'), headers as never)).toThrow();
    expect(() => new Verifier(`whsec_${'A'.repeat(43)}=`).verify(body, headers as never)).toThrow();
    expect(JSON.stringify(webhooks.list('red'))).not.toContain(secret.slice(6));
    expect(webhooks.list('red')).toMatchObject([{ id: webhook.id, told: 4 }]);
    expect(webhooks.list('blue')).toEqual([]);
  });

  it('are told to start anew after a restart, and what was not taken before it is sent again', async () => {
    const { url, received } = await receiver((count) => ({ status: count < 3 ? 500 : 200 }));
    const { time, webhooks, engine, publish, open } = await community(url);
    await publish();
    await until(() => received.length === 1);
    await settled();
    await webhooks.close();
    const again = await open();
    engine.apply({ type: 'endorse', source: 'bob', target: 'cyd' });
    await publish(again);
    await until(() => received.length === 2);
    await settled();
    await time.pass(60_000);
    await until(() => received.length === 4);
    const types = received.map(({ body }) => WebhookMessage.parse(JSON.parse(body)).type);
    expect(types.sort()).toEqual(['scores.reset', 'scores.reset', 'scores.start', 'scores.start']);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(2);
    await again.close();
  });

  it('are let go where their receiver says that it is gone, until a message is sent again', async () => {
    const { url, received } = await receiver((count) => ({ status: count === 1 ? 410 : 200 }));
    const { time, webhooks, webhook, engine, publish } = await community(url);
    await publish();
    await until(() => webhooks.dead('red', webhook.id).length === 1);
    engine.apply({ type: 'endorse', source: 'bob', target: 'cyd' });
    time.now += 60_000;
    await publish();
    await settled();
    expect(received).toHaveLength(1);
    const [dead] = webhooks.dead('red', webhook.id);
    expect(dead?.failure).toBe('answered 410: gone');
    expect(() => webhooks.dead('blue', webhook.id)).toThrow(
      expect.objectContaining({ code: 'unknown-webhook' }),
    );
    await expect(webhooks.revive('red', webhook.id, 'msg_other')).rejects.toMatchObject({
      code: 'unknown-delivery',
    });
    expect(webhooks.list('red')).not.toMatchObject([{ gone: null }]);
    await webhooks.revive('red', webhook.id, dead!.id);
    await until(() => received.length === 2);
    expect(webhooks.list('red')).toMatchObject([{ gone: null }]);
  });

  it('are not told of somebody who was erased, in messages that wait or are dead', async () => {
    const { url } = await receiver(() => ({ status: 500 }));
    const { time, documents, webhooks, engine, publish } = await community(url);
    await publish();
    engine.apply({ type: 'endorse', source: 'ada', target: 'secret-name' });
    await time.pass(6000);
    await publish();
    await settled();
    const written = () => JSON.stringify([...documents.texts.values()].map((texts) => [...texts.values()]));
    expect(written()).toContain('secret-name');
    await webhooks.erase('red', ['secret-name']);
    expect(written()).not.toContain('secret-name');
    expect(written()).toContain('scores.changes');
    // Files are written anew after the last message was.
    expect(documents.scrubbed).toBe(1);
    await webhooks.erase('blue', ['secret-name']);
    expect(documents.scrubbed).toBe(1);
    await webhooks.drop('red');
    await settled();
    expect(written()).not.toContain('scores.changes');
  });

  it('whose message could not be kept are told of it later, and of the newest scores', async () => {
    const { url, received } = await receiver(() => ({ status: 204 }));
    const { time, documents, engine, publish } = await community(url);
    await publish();
    await until(() => received.length === 1);
    await time.pass(6000);
    engine.apply({ type: 'endorse', source: 'ada', target: 'cyd' });
    documents.broken = true;
    await expect(publish()).rejects.toThrow('full');
    documents.broken = false;
    await time.pass(6000);
    await until(() => received.length === 2);
    expect(JSON.parse(received[1]!.body)).toMatchObject({
      type: 'scores.changes',
      data: { since: 1, sequence: 2 },
    });
  });

  it('are told of scores that are published while they are being told, once each', async () => {
    const { url, received } = await receiver(() => ({ status: 204 }));
    const { engine, publish } = await community(url, { every: 0 });
    const published = [publish()];
    await new Promise((resolve) => process.nextTick(resolve));
    for (const target of ['cyd', 'dan', 'eve']) {
      engine.apply({ type: 'endorse', source: 'ada', target });
      published.push(publish());
    }
    await Promise.all(published);
    await until(() => received.length === 2);
    const sequences = received.map(({ body }) => JSON.parse(body).data.sequence);
    expect(sequences.sort()).toEqual([1, 4]);
  });

  it('are twenty of a community at most, however many are asked for at once, and none of one that has ended', async () => {
    const { webhooks } = await community('http://127.0.0.1:1/');
    const asked = Array.from({ length: 30 }, () => webhooks.register('red', { url: 'http://127.0.0.1:1/' }));
    const made = await Promise.allSettled(asked);
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(19);
    expect(made.at(-1)).toMatchObject({ reason: { code: 'too-many-webhooks' } });
    const late = () => {
      throw new Error('it has ended');
    };
    await expect(webhooks.register('blue', { url: 'http://127.0.0.1:1/' }, late)).rejects.toThrow('ended');
    expect(webhooks.list('blue')).toEqual([]);
  });

  it('that are deleted while they are told do not come back with the next start', async () => {
    const { url } = await receiver(() => ({ status: 500 }));
    const { documents, webhooks, webhook, publish } = await community(url);
    const published = publish();
    await webhooks.delete('red', webhook.id);
    await published;
    await settled();
    expect([...documents.texts.values()].flatMap((texts) => [...texts.keys()])).toEqual([]);
    await webhooks.close();
  });

  it('that are deleted send nothing from then on, not even what was on its way', async () => {
    const { port, received } = await receiver(() => ({ status: 200 }));
    const connected: unknown[] = [];
    servers.at(-1)!.on('connection', (socket) => connected.push(socket));
    const time = new Time();
    let found = () => {};
    const looked = new Promise<void>((resolve) => {
      found = resolve;
    });
    let asked = 0;
    const webhooks = await Webhooks.open(new MapDocuments(), {
      ...{ clock: time.clock, later: time.later, allowPrivate: true },
      resolve: async () => {
        asked++;
        await looked;
        return [{ address: '127.0.0.1', family: 4 }];
      },
    });
    const { webhook } = await webhooks.register('red', { url: `http://hooks.example:${port}/` });
    await webhooks.publish('red', new TrustEngine().scores());
    await until(() => asked === 1);
    await webhooks.delete('red', webhook.id);
    found();
    await webhooks.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([connected, received]).toEqual([[], []]);
  });

  it('whose receiver takes nothing for long are told of all that moved meanwhile, in few messages', async () => {
    let well = false;
    const { url, received } = await receiver(() => ({ status: well ? 200 : 500 }));
    const { time, documents, webhooks, engine, webhook, publish } = await community(url, { threshold: 0 });
    for (let k = 0; k < 30; k++) {
      engine.apply({ type: 'endorse', source: 'ada', target: `m${k}` });
      await publish();
      await time.pass(5000);
    }
    expect([documents.texts.get('delivery')!.size, webhooks.dead('red', webhook.id)]).toEqual([10, []]);
    well = true;
    const refused = received.length;
    const taken = () => received.slice(refused).map(({ body }) => JSON.parse(body).data);
    for (let k = 0; k < 200 && !taken().some(({ sequence }) => sequence === 31); k++) {
      await time.pass(60_000);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await time.pass(3_600_000);
    await until(() => documents.texts.get('delivery')!.size === 0);
    // Each goes on where another ended, from the first scores to the last.
    const told = taken().sort((a, b) => a.sequence - b.sequence);
    expect(told.map(({ since }) => since)).toEqual([
      null,
      ...told.slice(0, -1).map(({ sequence }) => sequence),
    ]);
    expect([told.length, told.at(-1).sequence]).toEqual([11, 31]);
    expect(told.at(-1).moved.length).toBeGreaterThan(20);
    await webhooks.close();
  });

  it('are never told of scores that are older than those they know', async () => {
    const { url, received } = await receiver(() => ({ status: 204 }));
    const owed = new Set<() => void>();
    let now = 0;
    const webhooks = await Webhooks.open(new MapDocuments(), {
      clock: () => now,
      allowPrivate: true,
      later: (call) => {
        owed.add(call);
        return () => void owed.delete(call);
      },
    });
    const engine = new TrustEngine();
    const publish = (target: string) => {
      engine.apply({ type: 'endorse', source: 'ada', target });
      return webhooks.publish('red', engine.scores());
    };
    const ring = () => {
      for (const call of [...owed]) {
        owed.delete(call);
        call();
      }
    };
    await webhooks.register('red', { url, threshold: 0, every: 5 });
    await publish('bob');
    await publish('cyd');
    now = 6000;
    const newest = publish('dan');
    ring();
    await newest;
    await settled();
    now = 12_000;
    ring();
    await settled();
    await publish('eve');
    await until(() => received.some(({ body }) => JSON.parse(body).data.sequence === 4));
    const since = received.map(({ body }) => JSON.parse(body).data.since);
    expect(since.sort()).toEqual([1, 3, null]);
    await webhooks.close();
  });

  it('that are being told when the service ends are told before it has ended, and nothing is after', async () => {
    const { url } = await receiver(() => ({ status: 500 }));
    const { time, documents, webhooks, engine, publish } = await community(url);
    const published = publish();
    await new Promise((resolve) => process.nextTick(resolve));
    await webhooks.close();
    const kept = () => [...documents.texts.values()].flatMap((texts) => [...texts.values()]).join('\n');
    const then = kept();
    expect(then).toContain('"told":1');
    await published;
    engine.apply({ type: 'endorse', source: 'ada', target: 'cyd' });
    await publish();
    await time.pass(60_000);
    expect([kept(), time.timers]).toEqual([then, 0]);
  });
});
