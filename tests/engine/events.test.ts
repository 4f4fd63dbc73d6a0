/** An engine tells what it took, by `apply` and by `append`, and nothing that it refused; a listener can not harm it. */
import { expect, it } from 'vitest';
import { type Taken, TrustEngine } from '../../src/index.ts';
import { openStore } from '../../src/ledger.ts';

const endorse = (source: string, target: string) => ({ type: 'endorse' as const, source, target });

it('is told of each batch that is taken and of whom it forgets, until it no longer listens', async () => {
  const store = await openStore('memory:');
  const ledger = await store.ledger('circle');
  type Events = Parameters<TrustEngine['apply']>[0];
  const plain = new TrustEngine();
  const durable = await TrustEngine.open(ledger);
  const ways: [TrustEngine, (events: Events) => Promise<unknown>][] = [
    [plain, async (events) => plain.apply(events)],
    [durable, (events) => durable.append(events)],
  ];
  for (const [engine, take] of ways) {
    const told: Taken[] = [];
    const stop = engine.on('events', (taken) => told.push(taken));
    await take([endorse('ada', 'bob'), endorse('bob', 'cyd')]);
    await take(endorse('cyd', 'ada'));
    await expect(take([endorse('ada', 'dan'), { type: 'retract', of: 'nothing' }])).rejects.toMatchObject({
      code: 'unknown-event',
    });
    await take([endorse('bob', 'dan'), { type: 'forget', contributor: 'cyd' }]);
    expect(told).toEqual([
      { sequence: 2, forgotten: [] },
      { sequence: 3, forgotten: [] },
      { sequence: 5, forgotten: ['cyd'] },
    ]);
    stop();
    await take(endorse('bob', 'eve'));
    expect(told).toHaveLength(3);
  }
  await store.close();
});

it('what a listener throws comes to its host, and nothing is lost by it', async () => {
  const thrown: unknown[] = [];
  const before = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => thrown.push(error));
  try {
    const store = await openStore('memory:');
    const engine = await TrustEngine.open(await store.ledger('circle'));
    engine.on('events', () => {
      throw new Error('of the host');
    });
    const { head } = await engine.append([endorse('ada', 'bob')]);
    await new Promise((resolve) => setImmediate(resolve));
    expect([head.sequence, engine.sequence, String(thrown)]).toEqual([1, 1, 'Error: of the host']);
    await engine.append([endorse('bob', 'ada')]);
    expect(engine.sequence).toBe(2);
    await engine.close();
    await store.close();
  } finally {
    process.removeAllListeners('uncaughtException');
    for (const listener of before) process.on('uncaughtException', listener);
  }
});
