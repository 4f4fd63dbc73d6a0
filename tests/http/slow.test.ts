/**
 * Whatever is slow or jumps (a body, a clock, somebody who waits) is that caller's own concern: others are answered
 * meanwhile, and what was taken is published.
 */
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { linesOf } from '../../src/http/body.ts';
import { service } from './service.ts';

const RED = '/v1/communities/red';

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
        await vi.waitFor(async () => expect((await read()).status).toBe(200), { timeout: 3_000 });
      }
      await server.close();
    });
  }
});

describe('lines of a body', () => {
  const limits = { body: 10_000, line: 40 };
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
