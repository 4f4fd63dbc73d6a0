/** An engine on a ledger: what it shows is durable, what it refuses is not written, and it comes back the same. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EventInput, PeerageError } from '../../src/index.ts';
import { TrustEngine } from '../../src/index.ts';
import { MemoryShelf } from '../../src/ledger/memory.ts';
import { ShelfStore } from '../../src/ledger/store.ts';
import { openStore } from '../../src/ledger.ts';
import { checksum } from '../../src/snapshot/checksum.ts';
import { cases } from '../witness/arbitraries.ts';
import { endorse, events } from './entries.ts';
import { faulty } from './faulty.ts';

const bits = (engine: TrustEngine) => JSON.stringify([...engine.canonical()]);
const ledgerOf = async () => (await openStore('memory:')).ledger('a');

it('an engine of a ledger, with or without snapshots, has the bits of one that applied the same events', async () => {
  await fc.assert(
    fc.asyncProperty(
      cases({ forget: false }),
      fc.integer({ min: 1, max: 9 }),
      async ({ initial, events }, every) => {
        const ledger = await ledgerOf();
        const engine = await TrustEngine.open(ledger, { snapshotEvery: every });
        const plain = new TrustEngine();
        const all = [{ type: 'policy', policy: initial }, ...events] as EventInput[];
        for (const [k, event] of all.entries()) {
          plain.apply(event);
          await engine.append(event);
          if (k % 3 === 0) engine.scores();
        }
        expect(engine.sequence).toBe(plain.sequence);
        expect(bits(engine)).toBe(bits(plain));
        const again = await TrustEngine.open(ledger);
        expect([again.sequence, bits(again)]).toEqual([plain.sequence, bits(plain)]);
        expect(again.scores().bound).toBeLessThanOrEqual(1e-6);
      },
    ),
    { numRuns: 15 },
  );
}, 120_000);

it('whoever is erased is gone from the scores, and the engine that replays has the same bits', async () => {
  await fc.assert(
    fc.asyncProperty(cases(), async ({ initial, events: script }) => {
      const ledger = await ledgerOf();
      const engine = await TrustEngine.open(ledger);
      for (const event of [{ type: 'policy', policy: initial }, ...script] as EventInput[]) {
        await engine.append(event).catch((error) => {
          // Whom a repeated `forget` was about nobody knows; where the name is in use again it is refused.
          expect([error.code, event.type]).toEqual(['id-conflict', 'forget']);
        });
      }
      for (const name of [...engine.scores()].slice(0, 2).map(({ contributor }) => contributor)) {
        await engine.erase(name);
        expect(engine.scores().of(name)).toBeUndefined();
      }
      expect(bits(await TrustEngine.open(ledger))).toBe(bits(engine));
      expect((await ledger.verify()).faults).toEqual([]);
    }),
    { numRuns: 15 },
  );
}, 120_000);

it('what is not durable is not visible, and what the engine refuses never reaches the ledger', async () => {
  const { shelf, faults } = faulty(new MemoryShelf());
  const ledger = await new ShelfStore(shelf).ledger('a');
  const engine = await TrustEngine.open(ledger);
  let open = () => {};
  faults.gate = new Promise((resolve) => {
    open = resolve;
  });
  const first = engine.append(endorse('ada', 'linus', 'e1'));
  const refused = engine.append([endorse('x', 'y'), { type: 'retract', of: 'e2' }]);
  const later = engine.append({ type: 'retract', of: 'e1' });
  await expect(refused).rejects.toMatchObject({ code: 'unknown-event', index: 1, field: 'of' });
  expect([engine.sequence, engine.order, engine.scores().length]).toEqual([0, 0, 0]);
  expect(await events(ledger)).toEqual([]);
  open();
  expect([(await first).sequences, (await later).sequences]).toEqual([[1], [2]]);
  expect([engine.sequence, engine.order, engine.endorsements]).toEqual([2, 2, 0]);
  expect((await events(ledger)).map(({ type }) => type)).toEqual(['endorse', 'retract']);
});

it('whatever is sent together and wherever it fails, the engine is what its ledger says', async () => {
  const people = ['ada', 'linus', 'grace', 'mary'];
  const person = fc.constantFrom(...people);
  // Most are sure to be taken; the others have ids, are of kinds that are new, or take back what may not be there.
  const event: fc.Arbitrary<EventInput> = fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .record({ source: person, target: person })
        .map(({ source, target }) => endorse(source, target)),
    },
    fc
      .record({ source: person, target: person, id: fc.constantFrom('e1', 'e2') })
      .map(({ source, target, id }) => endorse(source, target, id)),
    fc.record({
      type: fc.constant('object' as const),
      source: person,
      target: person,
      kind: fc.constantFrom('review', 'vote'),
    }),
    fc.constantFrom<EventInput>(
      { type: 'retract', of: 'e1' },
      { type: 'grant', target: 'ada' },
      { type: 'endorse', source: '\u0000erased:9', target: 'ada' },
      { type: 'policy', policy: { kinds: { endorsement: { weight: 1 } } } },
      { type: 'policy', policy: {} },
    ),
  );
  const rounds = fc.array(
    fc.record({
      batches: fc.array(fc.array(event, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 8 }),
      turns: fc.array(fc.nat(3), { minLength: 8, maxLength: 8 }),
      countdown: fc.constantFrom(Number.POSITIVE_INFINITY, 0, 1, 2, 3),
      when: fc.constantFrom('before' as const, 'after' as const),
    }),
    { minLength: 1, maxLength: 4 },
  );
  let failed = 0;
  const property = fc.asyncProperty(rounds, async (script) => {
    const { shelf, faults } = faulty(new MemoryShelf());
    const ledger = await new ShelfStore(shelf).ledger('a');
    const engine = await TrustEngine.open(ledger, { snapshotEvery: 5 });
    await engine.append(endorse('ada', 'linus'));
    const taken: { sequences: readonly number[]; batch: readonly EventInput[] }[] = [];
    for (const { batches, turns, countdown, when } of script) {
      Object.assign(faults, { countdown, when, error: new Error('injected') });
      const sent: Promise<unknown>[] = [];
      for (const [k, batch] of batches.entries()) {
        const appending = engine.append(batch).then(
          ({ sequences }) => {
            // What is acknowledged is visible.
            expect(engine.sequence).toBeGreaterThanOrEqual(Math.max(...sequences));
            taken.push({ sequences, batch });
          },
          (error: PeerageError) => {
            if (error.code === 'ledger-failed') failed++;
            return error;
          },
        );
        sent.push(appending);
        for (let turn = 0; turn < turns[k]!; turn++) await Promise.resolve();
      }
      await Promise.all(sent);
      faults.countdown = Number.POSITIVE_INFINITY;
      await engine.recover();
      expect(engine.sequence).toBe(ledger.head.sequence);
    }
    await engine.close();
    const kept = await events(ledger);
    for (const { sequences, batch } of taken) {
      for (const [k, sequence] of sequences.entries()) {
        const { type } = kept[sequence - 1]!;
        expect(type).toBe(batch[k]!.type);
      }
    }
    expect((await ledger.verify()).faults).toEqual([]);
    expect(bits(await TrustEngine.open(ledger))).toBe(bits(engine));
    const plain = new TrustEngine();
    plain.apply(kept as EventInput[]);
    expect(bits(engine)).toBe(bits(plain));
  });
  await fc.assert(property, { numRuns: 150 });
  expect(failed).toBeGreaterThan(20);
}, 120_000);

/** A snapshot with a policy that nobody can have, and the checksum that goes with it. */
function strangelyDamped(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1').replace('"damping":0.85', '"damping":9.85');
  const made = Uint8Array.from(Buffer.from(text, 'latin1'));
  const words = new Int32Array(made.buffer);
  words.set(checksum(words, 5), 3);
  expect(made).not.toEqual(bytes);
  return made;
}

it('a snapshot that is damaged, or of another chain, is passed over with a warning', async () => {
  const snapshotOf = async (names: string[]) => {
    const ledger = await ledgerOf();
    const engine = await TrustEngine.open(ledger);
    for (const name of names) await engine.append(endorse(name, 'linus'));
    await engine.save();
    for await (const snapshot of ledger.snapshots()) return snapshot;
    throw new Error('no snapshot');
  };
  const shelf = new MemoryShelf();
  const ledger = await new ShelfStore(shelf).ledger('a');
  const engine = await TrustEngine.open(ledger);
  await engine.append([endorse('ada', 'linus')]);
  await engine.save();
  await engine.append([endorse('grace', 'linus')]);
  await engine.save();
  const good = [];
  for await (const snapshot of ledger.snapshots()) good.push(snapshot);
  const flipped = good[0]!.bytes.slice();
  flipped[flipped.length >> 1]! ^= 4;
  const strange = (await snapshotOf(['mallory', 'mallory2'])).bytes;
  const short = good[0]!.bytes.slice(0, 100);
  for (const bytes of [
    flipped,
    short,
    new Uint8Array(0),
    strange,
    strangelyDamped(good[0]!.bytes),
    good[1]!.bytes,
  ]) {
    const row = (await shelf.snapshot(1, 2))!;
    await shelf.saveSnapshot(1, { ...row, bytes });
    const warnings: PeerageError[] = [];
    const again = await TrustEngine.open(ledger, { onWarning: (warning) => warnings.push(warning) });
    expect(warnings).toMatchObject([{ code: 'bad-snapshot' }]);
    expect(warnings[0]!.message).toContain('snapshot at 2');
    expect(bits(again)).toBe(bits(engine));
  }
});

it('an engine without a ledger has nothing to append to, and one with a ledger nothing to apply', async () => {
  await expect(new TrustEngine().append(endorse('a', 'b'))).rejects.toMatchObject({ code: 'no-ledger' });
  const engine = await TrustEngine.open(await ledgerOf());
  expect(() => engine.apply(endorse('a', 'b'))).toThrow(expect.objectContaining({ code: 'use-append' }));
  await engine.append([]);
  await engine.close();
  await expect(engine.append(endorse('a', 'b'))).rejects.toMatchObject({ code: 'ledger-closed' });
});

it('no clock is read: the same appends give the same events, whatever the date is', async () => {
  const real = Date.now;
  const told = async (now: number) => {
    Date.now = () => now;
    try {
      const ledger = await ledgerOf();
      const engine = await TrustEngine.open(ledger);
      await engine.append([endorse('ada', 'linus'), { type: 'advance', at: 5 }]);
      return [JSON.stringify(await events(ledger)), bits(engine)];
    } finally {
      Date.now = real;
    }
  };
  expect(await told(8e15)).toEqual(await told(-8e15));
});

it('all snapshots together are some times as long as the ledger, however many events there are', async () => {
  for (const count of [100, 1_000, 4_000]) {
    const ledger = await ledgerOf();
    const saved: number[] = [];
    const { saveSnapshot } = ledger;
    ledger.saveSnapshot = (snapshot) => {
      saved.push(snapshot.sequence);
      return saveSnapshot.call(ledger, snapshot);
    };
    const engine = await TrustEngine.open(ledger, { snapshotEvery: 1 });
    for (let k = 0; k < count; k++) await engine.append(endorse(`${k % 7}`, `${k % 5}`));
    // A geometric sum, and the first ones, which come one by one.
    expect(saved.reduce((sum, sequence) => sum + sequence, 0)).toBeLessThanOrEqual(9 * count + 64);
    // What has to be read again after a crash is an eighth, and what came while the last was being saved.
    expect(count - saved.at(-1)!).toBeLessThanOrEqual(count / 8 + 2);
    await engine.close();
  }
});

it('a policy that its host goes on changing is the one that was sent', async () => {
  const store = await openStore('memory:');
  const ledger = await store.ledger('circle');
  const engine = await TrustEngine.open(ledger);
  await engine.append([endorse('ada', 'bob'), { type: 'grant', target: 'ada' }]);
  const policy = { damping: 0.5 };
  const sent = [engine.append({ type: 'policy', policy })];
  policy.damping = 0.7;
  sent.push(engine.append({ type: 'policy', policy }));
  policy.damping = 0.9;
  await Promise.all(sent);
  const damped = (await ledger.policies()).map((one) => (one.policy as typeof policy).damping);
  expect(damped).toEqual([0.5, 0.7]);
  expect(engine.policy.damping).toBe(0.7);
  const replayed = await TrustEngine.open(ledger);
  expect([...replayed.canonical()]).toEqual([...engine.canonical()]);
  await store.close();
});
