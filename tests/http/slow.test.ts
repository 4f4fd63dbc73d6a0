/**
 * Whatever is slow or jumps (a body, a clock, somebody who waits) is that caller's own concern: others are answered
 * meanwhile, and what was taken is published.
 */
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { linesOf } from '../../src/http/body.ts';
import { type Service, service } from './service.ts';

const RED = '/v1/communities/red';
const BLUE = '/v1/communities/blue';

describe('a clock that jumps', () => {
  afterEach(() => vi.restoreAllMocks());

  for (const hours of [-1, 1, -24 * 365]) {
    it(`by ${hours} hours holds no publication up`, async () => {
      const { ask, server } = await service();
      await ask('GET', `${RED}/scores/ada`);
      const now = Date.now();
      vi.spyOn(Date, 'now').mockReturnValue(now + hours * 3_600_000);
      for (let k = 0; k < 3; k++) {
        const json = [{ type: 'endorse', source: 'ada', target: `new-${k}` }];
        await ask('POST', `${RED}/events`, { json });
        const read = () => ask('GET', `${RED}/scores/new-${k}`);
        await vi.waitFor(async () => expect((await read()).status).toBe(200), { timeout: 8_000 });
      }
      await server.close();
    }, 30_000);
  }
});

describe('lines of a body', () => {
  const limits = { body: 10_000, line: 40, wait: 1_000 };
  const bodyOf = (pieces: readonly Uint8Array[]) => {
    const body = new ReadableStream({
      start(controller) {
        for (const piece of pieces) controller.enqueue(piece);
        controller.close();
      },
    });
    return new Request('http://localhost/', { method: 'POST', body, duplex: 'half' } as RequestInit);
  };
  const read = async (pieces: readonly Uint8Array[]) => {
    const found: unknown[] = [];
    try {
      for await (const line of linesOf(bodyOf(pieces), limits)) found.push(line);
    } catch (error) {
      found.push((error as Error).message);
    }
    return found;
  };
  const text = fc
    .array(fc.constantFrom('a', 'ä', '\u{1f600}', ' ', '\r', '\n', 'a long word of twenty', '\n\n'), {
      maxLength: 40,
    })
    .map((parts) => parts.join(''));

  it('are the same however it is cut into pieces, and the same as those of the text', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat(200), { maxLength: 12 }), async (whole, cuts) => {
        const bytes = new TextEncoder().encode(whole);
        const places = [
          0,
          ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
          bytes.length,
        ];
        const pieces = places.slice(1).map((end, k) => bytes.subarray(places[k], end));
        const expected: unknown[] = [];
        for (const [k, line] of whole.split('\n').entries()) {
          if (line.length > limits.line) {
            expected.push(`has more than ${limits.line} characters (line ${k + 1})`);
            break;
          }
          if (line.trim() !== '') expected.push({ text: line.trim(), line: k + 1 });
        }
        const found = await read(pieces);
        if (typeof expected.at(-1) === 'string') {
          expect(found.slice(0, -1)).toEqual(expected.slice(0, -1));
          expect(String(found.at(-1))).toContain('more than 40 characters');
        } else expect(found).toEqual(expected);
      }),
    );
  });

  it('that come a byte at a time are joined once each', async () => {
    const split = vi.spyOn(String.prototype, 'split');
    try {
      const bytes = new TextEncoder().encode(`${'x'.repeat(30)}\n`.repeat(20));
      await read([...bytes].map((byte) => Uint8Array.of(byte)));
      // What is looked through for line ends is all that has come, once.
      const looked = split.mock.contexts.reduce((sum: number, one) => sum + String(one).length, 0);
      expect(looked).toBeLessThanOrEqual(bytes.length + 100);
    } finally {
      split.mockRestore();
    }
  });
});

describe('what is slow to come, or waits,', () => {
  /** A request of which only the head has come. */
  const begun = ({ server }: Service, method: string, path: string, key: string, length: number) => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Uint8Array.of(91)),
    });
    const headers = {
      ...{ authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      'content-length': String(length),
    };
    const request = new Request(`http://localhost${path}`, {
      method,
      headers,
      body,
      duplex: 'half',
    } as RequestInit);
    return server.fetch(request) as Promise<Response>;
  };
  const event = { type: 'endorse', source: 'ada', target: 'linus' };

  it('takes no more room for writes than a community has, so others are taken', async () => {
    const told = await service({ limits: { wait: 300 }, load: { patience: 20 } });
    const red = await told.secretOf(['write'], 'red');
    const blue = await told.secretOf(['write'], 'blue');
    const slow = [1, 2, 3, 4].map(() => begun(told, 'POST', `${RED}/events`, red, 2 ** 24));
    expect((await told.ask('POST', `${BLUE}/events`, { key: blue, json: [event] })).status).toBe(200);
    expect((await told.ask('POST', `${RED}/events`, { key: red, json: [event] })).status).toBe(503);
    // Two were let in and are given up in the end; then there is room again.
    const ended = await Promise.all(slow);
    expect(ended.map(({ status }) => status).sort()).toEqual([408, 408, 503, 503]);
    expect(await ended.find(({ status }) => status === 408)!.json()).toMatchObject({ code: 'slow-request' });
    expect((await told.ask('POST', `${RED}/events`, { key: red, json: [event] })).status).toBe(200);
    await told.server.close();
  });

  it('takes no place of long answers, nor the room of writes by what only asks', async () => {
    const told = await service({ limits: { wait: 300, patience: 300 }, load: { patience: 20 } });
    const red = await told.secretOf(['read', 'write'], 'red');
    const blue = await told.secretOf(['read'], 'blue');
    const asks = [1, 2, 3, 4, 5, 6, 7, 8].flatMap(() => [
      begun(told, 'POST', `${RED}/what-if`, red, 100),
      told.ask('GET', `${RED}/audit?at-least-sequence=${Number.MAX_SAFE_INTEGER}`, { key: red }),
      begun(told, 'POST', `${RED}/scores`, red, 2 ** 24),
    ]);
    for (const path of ['audit', 'scores/ada/explanation', 'views/ada/scores'])
      expect((await told.ask('GET', `${BLUE}/${path}`, { key: blue })).status).toBe(200);
    expect((await told.ask('POST', `${RED}/events`, { key: red, json: [event] })).status).toBe(200);
    const statuses = (await Promise.all(asks)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([408, 413, 503]));
    await told.server.close();
  });

  it('does not keep the service from ending', async () => {
    const told = await service({ limits: { patience: 60_000 } });
    const wanted = told.ask('GET', `${RED}/scores/ada?at-least-sequence=99`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await told.server.close();
    const { status, body } = await wanted;
    expect([status, body.code]).toEqual([503, 'closing']);
  });
});

describe('long answers', () => {
  it('are worked on so many at a time, of one community a part', async () => {
    const { ask, server } = await service({ load: { heavy: 3, heavyEach: 2 } });
    for (const base of [RED, BLUE]) await ask('GET', `${base}/scores/ada`);
    const all = await Promise.all([RED, RED, RED, BLUE, BLUE].map((base) => ask('GET', `${base}/audit`)));
    expect(all.map(({ status }) => status).sort()).toEqual([200, 200, 200, 503, 503]);
    expect(all.slice(0, 3).filter(({ status }) => status === 200).length).toBeLessThanOrEqual(2);
    expect(all.find(({ status }) => status === 503)!.body.code).toBe('overloaded');
    await server.close();
  });

  it('are never of a bound beyond the tolerance that was demanded, whatever arrives meanwhile', async () => {
    const { ask, server } = await service();
    const writes = async () => {
      for (let k = 0; k < 60; k++) {
        const json = [{ type: 'endorse', source: k % 3 ? 'ada' : `m${k % 7}`, target: `m${k % 11}` }];
        await ask('POST', `${RED}/events`, { json });
      }
    };
    let told = 0;
    const asks = async () => {
      for (let k = 0; k < 60; k++) {
        const path = k % 2 ? 'scores/ada/explanation' : 'audit';
        const { status, headers } = await ask('GET', `${RED}/${path}?tolerance=1e-12`);
        if (status !== 200) continue;
        told++;
        expect(Number(headers.get('peerage-bound'))).toBeLessThanOrEqual(1e-12);
      }
    };
    await Promise.all([writes(), asks(), writes()]);
    expect(told).toBeGreaterThan(0);
    await server.close();
  });
});

describe('a body of JSON', () => {
  it('of more values than may be held is refused before it is parsed, whatever they are', async () => {
    const { ask, server } = await service();
    const parse = vi.spyOn(JSON, 'parse');
    for (const value of ['0', '[]', '""', '{}']) {
      const body = `[${Array.from({ length: 2 ** 20 + 1 }, () => value).join(',')}]`;
      parse.mockClear();
      const headers = { 'content-type': 'application/json' };
      const request = new Request(`http://localhost${RED}/events`, { method: 'POST', headers, body });
      const answer = await server.fetch(request);
      expect(parse).not.toHaveBeenCalled();
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ code: 'bad-json' });
    }
    parse.mockRestore();
    expect((await ask('GET', `${RED}/scores/ada`)).status).toBe(200);
  });
});
