/**
 * Whatever fails, and whenever: writing stops with an error that says so, reading goes on, and once the cause is gone
 * `recover` brings the ledger back with all that was acknowledged. Sending again by id makes each event count once.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PeerageError, TrustEngine } from '../../src/index.ts';
import { MemoryShelf } from '../../src/ledger/memory.ts';
import type { Prepared } from '../../src/ledger/sqlite/driver.ts';
import { driverAtHand, openDatabase } from '../../src/ledger/sqlite/driver.ts';
import { faultOf } from '../../src/ledger/sqlite/fault.ts';
import { SqliteShelf } from '../../src/ledger/sqlite/shelf.ts';
import type { Writer } from '../../src/ledger/sqlite/thread.ts';
import { SqliteWriter } from '../../src/ledger/sqlite/writer.ts';
import { ShelfStore } from '../../src/ledger/store.ts';
import type { Ledger, Store } from '../../src/ledger.ts';
import { endorse, events } from './entries.ts';
import { faulty } from './faulty.ts';
import { folder } from './places.ts';

const file = folder();
const full = Object.assign(new Error('no space'), { code: 'SQLITE_FULL' });

it('a shelf that fails anywhere loses nothing, and each event counts once', async () => {
  const steps = fc.array(
    fc.record({
      fails: fc.option(
        fc.record({ after: fc.nat(3), when: fc.constantFrom('before' as const, 'after' as const) }),
      ),
      batches: fc.integer({ min: 1, max: 4 }),
      erase: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (script) => {
      const { shelf, faults } = faulty(new MemoryShelf());
      const store = new ShelfStore(shelf);
      const ledger = await store.ledger('a');
      const engine = await TrustEngine.open(ledger, { snapshotEvery: 3 });
      let [count, names] = [0, 0];
      const acknowledged = new Map<string, number>();
      for (const { fails, batches, erase } of script) {
        if (fails)
          Object.assign(faults, { countdown: fails.after, when: fails.when, error: new Error('torn') });
        const sent = Array.from({ length: batches }, () => [
          endorse(`n${names}`, 'linus', `e${count++}`),
          endorse('linus', `n${names++}`, `e${count++}`),
        ]);
        const send = async () => {
          const answers = await Promise.allSettled(sent.map((batch) => engine.append(batch)));
          for (const [k, answer] of answers.entries()) {
            if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'ledger-failed' });
            else {
              for (const [place, { id }] of sent[k]!.entries())
                acknowledged.set(id!, answer.value.sequences[place]!);
            }
          }
          return answers.every(({ status }) => status === 'fulfilled');
        };
        if (!(await send())) {
          // Reads go on, and the scores know exactly what was acknowledged, or what was there before.
          expect((await events(ledger)).length).toBeGreaterThanOrEqual(engine.sequence);
          await expect(engine.append(endorse('x', 'y'))).rejects.toMatchObject({ code: 'ledger-failed' });
          faults.countdown = Number.POSITIVE_INFINITY;
          await engine.recover();
          expect(await send()).toBe(true);
        }
        faults.countdown = Number.POSITIVE_INFINITY;
        await engine.recover();
        if (erase) await engine.erase(`n${names - 1}`);
      }
      expect(engine.sequence).toBe(ledger.head.sequence);
      for (const { event, sequence } of await numbered(ledger)) {
        if (event.id?.startsWith('e')) expect(acknowledged.get(event.id)).toBe(sequence);
      }
      expect((await ledger.verify()).faults).toEqual([]);
      const again = await TrustEngine.open(ledger);
      expect([...again.canonical()].map(({ trust }) => trust)).toEqual(
        [...engine.canonical()].map(({ trust }) => trust),
      );
    }),
    { numRuns: 60 },
  );
});

const numbered = async (ledger: Parameters<typeof events>[0]) => {
  const entries = [];
  for await (const batch of ledger.read(0)) entries.push(...batch);
  return entries;
};

it.each([
  ['no space is left', 'SQLITE_FULL', 'ledger-full'],
  ['a sync fails', 'SQLITE_IOERR_FSYNC', 'ledger-failed'],
  ['the disk can only be read', 'SQLITE_READONLY', 'ledger-failed'],
  ['no file can be opened', 'SQLITE_CANTOPEN', 'unreadable'],
])('%s, at whichever call of SQLite: writing stops, and goes on without loss', async (_, sqlite, code) => {
  let calls = 0;
  for (let at = 0; at === 0 || at < calls; at++) {
    const path = file();
    let left = Number.POSITIVE_INFINITY;
    calls = 0;
    const act = <T>(work: () => T): T => {
      calls++;
      if (--left < 0) throw Object.assign(new Error(sqlite), { code: sqlite });
      return work();
    };
    const driver = driverAtHand();
    const writer = new SqliteWriter(path, (name, timeout) => {
      const database = openDatabase(driver, name, timeout);
      return {
        exec: (sql) => act(() => database.exec(sql)),
        prepare: (sql): Prepared => {
          const statement = database.prepare(sql);
          return {
            run: (...values) => act(() => statement.run(...values)),
            get: (...values) => act(() => statement.get(...values)),
            all: (...values) => act(() => statement.all(...values)),
          };
        },
        close: () => database.close(),
      };
    });
    const here: Writer = {
      async call(call, ...values) {
        try {
          return (writer[call as 'write'] as (...values: unknown[]) => unknown)(...values) as never;
        } catch (error) {
          throw faultOf(error, path);
        }
      },
      end: async () => undefined,
    };
    const store = new ShelfStore(new SqliteShelf(path, openDatabase(driver, path, 0), here));
    const ledger = await store.ledger('a');
    await ledger.append([endorse('ada', 'linus', 'e1')]);
    calls = 0;
    left = at;
    const script = [
      () => ledger.append([endorse('ada', 'grace', 'e2'), endorse('u', 'v')]),
      () => ledger.append([endorse('ada', 'grace', 'e2'), endorse('w', 'x', 'e3')]),
      () => ledger.erase('u'),
    ];
    for (const step of script) {
      try {
        await step();
      } catch (error) {
        expect(error).toMatchObject({ code });
        expect((await events(ledger)).length).toBeGreaterThanOrEqual(1);
        await expect(ledger.append([endorse('y', 'z')])).rejects.toMatchObject({ code });
        left = Number.POSITIVE_INFINITY;
        await ledger.recover();
        // Whoever asks again for what went through is told so.
        await step().catch((again) => expect(again).toMatchObject({ code: 'unknown-contributor' }));
      }
    }
    expect((await ledger.verify()).faults).toEqual([]);
    const told = (await events(ledger)).map(({ type, id }) => id ?? type);
    expect(new Set(told)).toEqual(new Set(['e1', 'e2', 'endorse', 'e3', 'forget']));
    expect(told.filter((one) => one === 'e2' || one === 'e3')).toHaveLength(2);
    const made = calls;
    await store.close();
    calls = made;
  }
  expect(calls).toBeGreaterThan(10);
});

it('what can not be recovered yet says so, and can be tried again', async () => {
  const { shelf, faults } = faulty(new MemoryShelf());
  const store = new ShelfStore(shelf);
  const ledger = await store.ledger('a');
  Object.assign(faults, { countdown: 0, error: full });
  await expect(ledger.append([endorse('a', 'b')])).rejects.toMatchObject({ code: 'ledger-failed' });
  await expect(ledger.recover()).rejects.toMatchObject({ code: 'ledger-failed' });
  await expect(store.documents.put('a', 'b', 1)).rejects.toMatchObject({ code: 'ledger-failed' });
  faults.countdown = Number.POSITIVE_INFINITY;
  await ledger.recover();
  expect((await ledger.append([endorse('a', 'b')])).sequences).toEqual([1]);
});

it.each<[string, (store: Store, ledger: Ledger) => Promise<unknown>]>([
  ['a document', (store) => store.documents.put('k', 'a', 1)],
  ['a document that is deleted', (store) => store.documents.delete('k', 'a')],
  ['a community that is made', (store) => store.ledger('new')],
  ['a community that ends', (store) => store.drop('other')],
  ['a snapshot', (_, ledger) => ledger.saveSnapshot({ ...ledger.head, bytes: new Uint8Array(3) })],
  ['a scrub', (store) => store.documents.scrub()],
])(
  'a failure that %s meets stands against all that writes, until the store has recovered',
  async (_, act) => {
    const { shelf, faults } = faulty(new MemoryShelf());
    const store = new ShelfStore(shelf);
    const ledger = await store.ledger('a');
    await store.ledger('other');
    await ledger.append([endorse('a', 'b')]);
    Object.assign(faults, { countdown: 0, error: full });
    await expect(act(store, ledger)).rejects.toMatchObject({ code: 'ledger-failed' });
    faults.countdown = Number.POSITIVE_INFINITY;
    await expect(ledger.append([endorse('a', 'b')])).rejects.toMatchObject({ code: 'ledger-failed' });
    await expect(store.documents.put('k', 'b', 1)).rejects.toMatchObject({ code: 'ledger-failed' });
    // What is there can be opened meanwhile, and what is not can not be said not to be.
    await expect(store.ledger('a')).resolves.toBe(ledger);
    await expect(store.ledger('newer')).rejects.toMatchObject({ code: 'ledger-failed' });
    expect(await events(ledger)).toHaveLength(1);
    await store.recover();
    await act(store, ledger);
    expect((await ledger.append([endorse('a', 'b')])).sequences).toEqual([2]);
  },
);

it('a snapshot that finds no room stops nothing', async () => {
  const { shelf, faults } = faulty(new MemoryShelf());
  const ledger = await new ShelfStore(shelf).ledger('a');
  await ledger.append([endorse('a', 'b')]);
  Object.assign(faults, { countdown: 0, error: new PeerageError('ledger-full', 'could not be written') });
  const saving = ledger.saveSnapshot({ ...ledger.head, bytes: new Uint8Array(3) });
  await expect(saving).rejects.toMatchObject({ code: 'ledger-full' });
  faults.countdown = Number.POSITIVE_INFINITY;
  expect((await ledger.append([endorse('a', 'b')])).sequences).toEqual([2]);
});
