/**
 * What breaks inside ends in an answer and in a word to the host, on the fast path as in the application, and never in
 * the end of the process or in an answer that does not come.
 */
import { request as httpRequest } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TrustEngine } from '../../src/engine.ts';
import { type EventInput, parseEvent } from '../../src/event.ts';
import { listen } from '../../src/http/listen.ts';
import { openStore } from '../../src/ledger.ts';
import { createServer, type ServerOptions } from '../../src/server.ts';
import { but, CIRCLE, endorse } from './serving.ts';

const AT = '/v1/communities/circle';
const close: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const one of close.splice(0).reverse()) await one();
});

/** A circle that is listened to, whose engine breaks from when it is told to. */
async function started(options: Partial<ServerOptions> = {}) {
  const ledger = await (await openStore('memory:')).ledger('circle');
  await ledger.append((CIRCLE as EventInput[]).map((event) => parseEvent(event)));
  const whole = await TrustEngine.open(ledger);
  let broken = false;
  const fail = (): never => {
    throw new TypeError('secret');
  };
  const engine = but(whole, {
    scores: (...given) => (broken ? fail() : whole.scores(...given)),
    append: (...given) => (broken ? fail() : whole.append(...given)),
    // So that nothing is published, and breaks, in the background.
    on: () => () => {},
  });
  const faults: unknown[] = [];
  const onFault = (fault: unknown) => faults.push(fault);
  const server = await createServer({ ledger, engine, onFault, ...options });
  const { secret } = await server.keys.create({ scopes: ['admin'] });
  const listening = await listen(server, { port: 0 });
  close.push(() => listening.close().catch(() => {}));
  const ask = (method: string, path: string, { body, ...headers }: Record<string, string> = {}) =>
    new Promise<{ status: number; body: string }>((resolve, reject) => {
      const asking = httpRequest(listening.url + path, {
        method,
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', ...headers },
      });
      asking.on('error', reject);
      asking.on('response', (answer) => {
        let text = '';
        answer.on('data', (piece) => {
          text += piece;
        });
        answer.on('end', () => resolve({ status: answer.statusCode!, body: text }));
      });
      asking.end(body);
    });
  expect((await ask('GET', `${AT}/scores/ada`)).status).toBe(200);
  return {
    ask,
    faults,
    async break() {
      await whole.append([endorse('ada', 'new')] as EventInput[]);
      broken = true;
    },
  };
}

describe('what breaks', () => {
  const event = JSON.stringify([endorse('ada', 'bob')]);

  it.each([
    ['a score on the fast path', 'GET', '/scores/ada', {}],
    ['a score in the application', 'GET', '/scores/ada', { 'if-none-match': '"x"' }],
    ['events on the fast path', 'POST', '/events', { body: event }],
    ['events in the application', 'POST', '/events', { body: event, expect: '100-continue' }],
  ])('%s is answered as internal, and told to the host; what is asked next is answered', async (...given) => {
    const [, method, path, headers] = given;
    const one = await started();
    await one.break();
    for (let k = 1; k < 4; k++) {
      const { status, body } = await one.ask(method, AT + path, headers as Record<string, string>);
      expect([status, JSON.parse(body).code]).toEqual([500, 'internal']);
      expect(body).not.toContain('secret');
      expect(one.faults).toEqual(Array(k).fill(new TypeError('secret')));
    }
    expect((await one.ask('GET', '/healthz')).status).toBe(200);
  });

  it('is answered also where the host that is told of it breaks', async () => {
    const told: unknown[] = [];
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
    const one = await started({
      onFault(error) {
        told.push(error);
        throw new Error('nobody listens');
      },
    });
    await one.break();
    for (const headers of [{}, { 'if-none-match': '"x"' }])
      expect((await one.ask('GET', `${AT}/scores/ada`, headers)).status).toBe(500);
    expect((await one.ask('POST', `${AT}/events`, { body: event })).status).toBe(500);
    expect([told.length, printed.mock.calls.length]).toEqual([3, 3]);
    printed.mockRestore();
  });
});

it('a log that breaks keeps nobody from being answered', async () => {
  const fail = () => {
    throw new Error('the disk is full');
  };
  const one = await started({ log: { info: fail, warn: fail, error: fail } });
  for (const headers of [{}, { 'if-none-match': '"x"' }])
    expect((await one.ask('GET', `${AT}/scores/ada`, headers)).status).toBe(200);
});
