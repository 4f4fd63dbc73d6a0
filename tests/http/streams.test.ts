/** A stream of changes lasts no longer than what opened it: its key, the secret of that, and its community. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TrustEngine } from '../../src/index.ts';
import { openStore } from '../../src/ledger.ts';
import { createServer } from '../../src/server.ts';
import { type Service, service } from './service.ts';

afterEach(() => {
  vi.useRealTimers();
});

const PATH = '/v1/communities/red/changes?threshold=0';

/** A stream: what it has told, and whether it has ended. */
async function streamOf({ server }: Pick<Service, 'server'>, secret: string, last = '') {
  const headers = { authorization: `Bearer ${secret}`, ...(last !== '' && { 'last-event-id': last }) };
  const answer = await server.fetch(new Request(`http://localhost${PATH}`, { headers }));
  expect(answer.status).toBe(200);
  const stream = { text: '', ended: false };
  const reading = async () => {
    const decoder = new TextDecoder();
    for await (const bytes of answer.body as unknown as AsyncIterable<Uint8Array>)
      stream.text += decoder.decode(bytes);
    stream.ended = true;
  };
  void reading();
  return stream;
}

/** A service whose clock stands, a key for all of it, and one that listens. */
async function listening(expires: number | null = null) {
  const time = { now: Date.now() };
  const made = await service({ clock: () => time.now });
  const ops = await made.secretOf(['admin']);
  const { key, secret } = await made.server.keys.create({
    ...{ scopes: ['read'], community: 'red' },
    expires: expires === null ? null : time.now + expires,
  });
  const ask = (method: string, path: string, json?: unknown) => made.ask(method, path, { key: ops, json });
  const move = async (target: string) => {
    const event = { type: 'endorse', source: 'ada', target };
    const { body } = await ask('POST', '/v1/communities/red/events', [event]);
    await ask('GET', `/v1/communities/red/scores?top=0&at-least-sequence=${body.head.sequence}`);
  };
  return { ...{ time, made, ops, key, ask, move }, stream: await streamOf(made, secret) };
}

describe('a stream', () => {
  it.each<[string, string, object | undefined]>([
    ['is revoked', 'DELETE', undefined],
    ['has another secret', 'POST', {}],
  ])('ends when its key %s, and those of other keys go on', async (_, method, json) => {
    const { made, ops, key, ask, move, stream } = await listening();
    const other = await streamOf(made, ops);
    expect((await ask(method, `/v1/keys/${key.id}${method === 'POST' ? '/rotate' : ''}`, json)).status).toBe(
      200,
    );
    await vi.waitFor(() => expect(stream.ended).toBe(true));
    await move('bob');
    await vi.waitFor(() => expect(other.text).toContain('bob'));
    expect([other.ended, stream.text.includes('bob')]).toEqual([false, false]);
    await made.server.close();
  });

  it('goes on after a rotation until the grace is over', async () => {
    const { time, made, key, ask, move, stream } = await listening();
    await ask('POST', `/v1/keys/${key.id}/rotate`, { graceSeconds: 60 });
    await move('bob');
    await vi.waitFor(() => expect(stream.text).toContain('bob'));
    time.now += 60_000;
    await move('cyd');
    await vi.waitFor(() => expect(stream.ended).toBe(true));
    expect(stream.text).not.toContain('cyd');
    await made.server.close();
  });

  it('tells nothing any more once its key has expired, or was revoked in code', async () => {
    for (const ends of ['expires', 'revoked']) {
      const { time, made, key, move, stream } = await listening(5000);
      if (ends === 'expires') time.now += 5000;
      else await made.server.keys.revoke(key.id);
      await move('bob');
      await vi.waitFor(() => expect(stream.ended).toBe(true));
      expect(stream.text).not.toContain('bob');
      await made.server.close();
    }
  });

  it('ends at its next beat where its key has expired and nothing happens', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { time, made, stream } = await listening(20_000);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(stream).toMatchObject({ text: expect.stringContaining(': here'), ended: false });
    time.now += 20_000;
    await vi.advanceTimersByTimeAsync(15_000);
    expect(stream.ended).toBe(true);
    await made.server.close();
  });

  it('ends with its community', async () => {
    const { made, ops, ask, stream } = await listening();
    const other = await streamOf(made, ops);
    expect((await ask('DELETE', '/v1/communities/red')).status).toBe(204);
    await vi.waitFor(() => expect([stream.ended, other.ended]).toEqual([true, true]));
    await made.server.close();
  });

  it('goes on from its last event, but not from one of another community of its name', async () => {
    const { made, ops, ask, move, stream } = await listening();
    await move('bob');
    await vi.waitFor(() => expect(stream.text).toContain('event: changes'));
    const last = [...stream.text.matchAll(/^id: (.+)$/gm)].at(-1)![1]!;
    await move('cyd');
    const back = await streamOf(made, ops, last);
    await vi.waitFor(() => expect(back.text).toContain('cyd'));
    expect(back.text).not.toMatch(/event: (start|reset)/);

    await ask('DELETE', '/v1/communities/red');
    await ask('PUT', '/v1/communities/red');
    for (let k = 0; k < Number.parseInt(last, 10); k++) await move(`other ${k}`);
    for (const id of [last, last.replace(/-.*/, '')]) {
      const anew = await streamOf(made, ops, id);
      await vi.waitFor(() => expect(anew.text).toContain('event: reset'));
    }
    await made.server.close();
  });

  it('tells of what the host appends to its engine, though nobody reads', async () => {
    const store = await openStore('memory:');
    const ledger = await store.ledger('red');
    const engine = await TrustEngine.open(ledger);
    const server = await createServer({ ledger, engine, allowInProcess: true });
    const stream = await streamOf({ server }, '');
    await engine.append({ type: 'endorse', source: 'ada', target: 'bob' });
    await vi.waitFor(() => expect(stream.text).toContain('bob'));
    await server.close();
    await engine.close();
    await store.close();
  });
});
