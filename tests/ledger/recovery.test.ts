/**
 * After a failure the engine is what its ledger says, or refuses to go on: it takes what was written and nothing else, in
 * the order in which it was written, whoever recovered the store and whatever was asked for meanwhile.
 */
import { existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { basename } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EventInput, PeerageError, TrustEngine } from '../../src/index.ts';
import { MemoryShelf } from '../../src/ledger/memory.ts';
import { ShelfStore } from '../../src/ledger/store.ts';
import { openStore } from '../../src/ledger.ts';
import { folder } from './places.ts';

const file = folder();
const endorse = (source: string, target: string): EventInput => ({ type: 'endorse', source, target });

/** A place that fails when it is told to, after it has written or instead. */
class Faulty extends MemoryShelf {
  fails: 'before' | 'after' | null = null;

  override async write(...given: Parameters<MemoryShelf['write']>): Promise<void> {
    const { fails } = this;
    this.fails = null;
    if (fails === 'before') throw new Error('gone');
    await super.write(...given);
    if (fails === 'after') throw new Error('gone');
  }
}

/** The exact trust of everybody, in one text. */
function trustOf(engine: TrustEngine): string {
  const scores = engine.canonical();
  return JSON.stringify(scores.top(100).map(({ contributor, trust }) => [contributor, trust]));
}

async function expectReplayed(engine: TrustEngine, shelf: MemoryShelf): Promise<void> {
  const again = await TrustEngine.open(await new ShelfStore(shelf).ledger('x'));
  expect([engine.sequence, trustOf(engine)]).toEqual([again.sequence, trustOf(again)]);
}

describe('an engine', () => {
  it('takes what was written before a failure, once and in order, though another community recovered first', async () => {
    const shelf = new Faulty();
    const store = new ShelfStore(shelf);
    const [x, y] = [await store.ledger('x'), await store.ledger('y')];
    const engine = await TrustEngine.open(x);
    await engine.append(endorse('ada', 'bob'));
    shelf.fails = 'after';
    // It names somebody anew, and is not what comes next.
    await expect(
      engine.append([{ type: 'forget', contributor: 'ada' }, endorse('ada', 'cyd')]),
    ).rejects.toThrow();
    await y.recover();
    await expect(engine.append(endorse('ada', 'dan'))).rejects.toMatchObject({ code: 'ledger-failed' });
    expect(x.head.sequence).toBe(1);
    await Promise.all([engine.recover(), engine.recover()]);
    expect(engine.sequence).toBe(3);
    await engine.append(endorse('bob', 'dan'));
    await expectReplayed(engine, shelf);
  });

  it('does not take what was not written for what another wrote in its place', async () => {
    const shelf = new Faulty();
    const x = await new ShelfStore(shelf).ledger('x');
    const engine = await TrustEngine.open(x);
    await engine.append(endorse('ada', 'bob'));
    shelf.fails = 'before';
    await expect(engine.append(endorse('mallory', 'mallory2'))).rejects.toThrow();
    // Another program has the lock by now.
    const other = await TrustEngine.open(await new ShelfStore(shelf).ledger('x'));
    await other.append(endorse('bob', 'ada'));
    for (let k = 0; k < 2; k++) {
      await expect(engine.recover()).rejects.toMatchObject({ code: 'ledger-damaged' });
      await expect(engine.append(endorse('ada', 'eve'))).rejects.toThrow();
    }
    expect(engine.scores().of('mallory')).toBeUndefined();
    await expectReplayed(other, shelf);
  });

  it('is a replay of its ledger after any failures', async () => {
    const step = fc.record({
      fails: fc.constantFrom(null, null, 'before', 'after'),
      events: fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { minLength: 1, maxLength: 3 }),
      beside: fc.boolean(),
      recovers: fc.constantFrom('x', 'y', 'both'),
    });
    const property = fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const shelf = new Faulty();
      const store = new ShelfStore(shelf);
      const [x, y] = [await store.ledger('x'), await store.ledger('y')];
      const engine = await TrustEngine.open(x);
      let acknowledged = 0;
      for (const { fails, events, beside, recovers } of steps) {
        shelf.fails = fails;
        const batch = events.map(([source, target]) => endorse(`p${source}`, `p${target}`));
        const asked = [engine.append(batch)];
        if (beside)
          asked.push(engine.append({ type: 'policy', policy: { damping: 0.5 } }), engine.append(batch));
        const done = await Promise.allSettled(asked);
        for (const one of done) if (one.status === 'fulfilled') acknowledged += one.value.sequences.length;
        if (recovers !== 'x') await y.recover();
        if (recovers !== 'y') await engine.recover();
      }
      await engine.recover();
      expect(engine.sequence).toBeGreaterThanOrEqual(acknowledged);
      await expectReplayed(engine, shelf);
      expect((await x.verify()).faults).toEqual([]);
    });
    await fc.assert(property, { numRuns: 150 });
  });

  it('saves a snapshot when it is asked again, where the first could not be written', async () => {
    const shelf = new Faulty();
    const x = await new ShelfStore(shelf).ledger('x');
    const engine = await TrustEngine.open(x);
    await engine.append(endorse('ada', 'bob'));
    const save = shelf.saveSnapshot.bind(shelf);
    shelf.saveSnapshot = () => Promise.reject(new PeerageError('ledger-full', 'full'));
    await expect(engine.save()).rejects.toThrow('full');
    shelf.saveSnapshot = save;
    await engine.save();
    for await (const { sequence } of x.snapshots()) expect(sequence).toBe(1);
    expect(await shelf.snapshots(1)).toEqual([1]);
  });
});

it('a community that is asked for while it is dropped is another, and loses nothing that it acknowledges', async () => {
  const path = file();
  const store = await openStore(path);
  const old = await store.ledger('x');
  const [first] = [endorse('ada', 'bob')];
  const appending = old.append([{ ...first, kind: 'k', weight: 1 } as never]);
  const dropping = store.drop('x');
  const anew = await TrustEngine.open(await store.ledger('x'));
  await anew.append(endorse('ada', 'cyd'));
  await Promise.allSettled([appending, dropping]);
  await anew.close();
  await store.close();
  const again = await openStore(path);
  expect((await TrustEngine.open(await again.ledger('x'))).scores().of('cyd')?.rank).toBe(1);
  await again.close();
});

it('a ledger is held by whoever writes it, whatever link leads there', async () => {
  const path = file();
  const store = await openStore(path);
  await store.ledger('x');
  const link = file('link.ledger');
  symlinkSync(basename(path), link);
  await expect(openStore(link)).rejects.toMatchObject({ code: 'ledger-locked' });
  await store.close();
  await (await openStore(link)).close();
});

// The system lets go of all locks of a process on a file when it closes any descriptor of it.
it.skipIf(!existsSync('/proc/locks'))(
  'a ledger keeps its locks, though its process opens it a second time',
  async () => {
    const path = file();
    const store = await openStore(path);
    const engine = await TrustEngine.open(await store.ledger('x'));
    await engine.append(endorse('ada', 'bob'));
    const inode = `:${statSync(path).ino} `;
    const locks = () =>
      readFileSync('/proc/locks', 'utf8')
        .split('\n')
        .filter((line) => line.includes(inode));
    const before = locks().length;
    expect(before).toBeGreaterThan(0);
    await (await openStore(path, { readonly: true })).close();
    await expect(openStore(path)).rejects.toMatchObject({ code: 'ledger-locked' });
    expect(locks()).toHaveLength(before);
    await engine.close();
    await store.close();
    expect(locks()).toEqual([]);
  },
);

it('whoever sends a text that stands for what was erased is refused alone', async () => {
  const engine = await TrustEngine.open(await new ShelfStore(new MemoryShelf()).ledger('x'));
  await engine.append(endorse('ada', 'bob'));
  const asked = [endorse('ada', 'cyd'), endorse('ada', '\0erased 999'), endorse('cyd', 'bob')];
  for (let k = 0; k < 50; k++) {
    const done = await Promise.allSettled(asked.map((event) => engine.append(event)));
    expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(done[1]).toMatchObject({ reason: { code: 'bad-id' } });
  }
  expect(engine.sequence).toBe(101);
});
