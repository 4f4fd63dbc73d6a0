/**
 * What every store promises, as one suite that each of them runs: `conforms` is called with how to open one. The
 * random commands are held against a model of plain lists (model.ts).
 */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Event } from '../../src/event.ts';
import type { Store } from '../../src/ledger.ts';
import { all, endorse, events } from './entries.ts';
import { Model, sorted } from './model.ts';

/** Where a store can be opened, and opened again if it is durable. */
export interface Place {
  open(): Promise<Store>;
  readonly durable: boolean;
}

/** Names that have been trouble elsewhere. */
const NAMES = [
  'ada',
  'linus',
  '__proto__',
  'a\u0000b',
  '\u0000',
  '𝒳',
  'é',
  'x'.repeat(4096),
  'toString',
  ' ',
];

export function conforms(name: string, place: () => Promise<Place>, runs = 40): void {
  describe(name, () => {
    const opened: Store[] = [];
    const open = async (at: Place) => {
      const store = await at.open();
      opened.push(store);
      return store;
    };
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
    });
    const one = async () => (await open(await place())).ledger('a');

    it('numbers entries from 1 without a gap, and gives back what was appended', async () => {
      const ledger = await one();
      const given: Event[] = [
        ...NAMES.map((name, k) => endorse(name, NAMES[(k + 1) % NAMES.length]!)),
        { ...endorse('ada', 'linus', 'e1'), weight: 0.1 + 0.2, kind: 'review', at: -0.5 } as Event,
        { type: 'object', source: 'ada', target: 'ada', weight: 1e12, kind: 'endorsement', at: 8.64e15 },
        { type: 'grant', id: 'g', target: 'grace', weight: 1e-15, issuer: '' },
        { type: 'grant', target: 'grace', weight: 1, issuer: 'foundation' },
        { type: 'policy', policy: { damping: 0.5, kinds: { review: { weight: 2 } } } },
        { type: 'advance', at: 5 },
        { type: 'retract', of: 'e1' },
        { type: 'revoke', id: 'r', of: 'g', at: 7 },
      ];
      const { sequences, head } = await ledger.append(given);
      expect(sequences).toEqual(given.map((_, k) => k + 1));
      expect((await events(ledger)).map(sorted)).toEqual(given.map(sorted));
      expect(ledger.head).toEqual(head);
      expect(head.sequence).toBe(given.length);
      const entries = await all(ledger);
      expect(entries.at(-1)!.hash).toBe(head.hash);
      expect(new Set(entries.map(({ hash }) => hash)).size).toBe(given.length);
      expect(await ledger.policies()).toEqual([
        { sequence: NAMES.length + 5, policy: { damping: 0.5, kinds: { review: { weight: 2 } } } },
      ]);
    });

    it('reads from where it is asked, up to where it is asked, in batches', async () => {
      const ledger = await one();
      await ledger.append(Array.from({ length: 25 }, (_, k) => endorse(`u${k}`, 'ada')));
      const sequences = async (
        ...args: Parameters<typeof all> extends [unknown, ...infer Rest] ? Rest : never
      ) => (await all(ledger, ...args)).map(({ sequence }) => sequence);
      expect(await sequences(20)).toEqual([21, 22, 23, 24, 25]);
      expect(await sequences(20, { to: 22 })).toEqual([21, 22]);
      expect(await sequences(3, { to: 9, batch: 2 })).toEqual([4, 5, 6, 7, 8, 9]);
      expect(await sequences(25)).toEqual([]);
      expect(await sequences(99)).toEqual([]);
      const sizes = [];
      for await (const batch of ledger.read(0, { batch: 10 })) sizes.push(batch.length);
      expect(sizes).toEqual([10, 10, 5]);
    });

    it('takes a batch whole or not at all', async () => {
      const ledger = await one();
      await ledger.append([endorse('ada', 'linus', 'e1')]);
      const { head } = ledger;
      const bad = [endorse('new', 'newer', 'e2'), endorse('other', 'linus', 'e1')];
      await expect(ledger.append(bad)).rejects.toMatchObject({ code: 'id-conflict', index: 1 });
      expect(ledger.head).toEqual(head);
      expect(await events(ledger)).toEqual([endorse('ada', 'linus', 'e1')]);
      expect((await ledger.append([endorse('newer', 'new', 'e2')])).sequences).toEqual([2]);
      expect((await ledger.verify()).faults).toEqual([]);
    });

    it('leaves an id that was known as it was, when a batch that takes it again is refused', async () => {
      const ledger = await one();
      const first = { ...endorse('ada', 'linus'), id: 'e1' };
      await ledger.append([first]);
      const forget = { type: 'forget', id: 'f1', contributor: 'ada' } as const;
      const refused = ledger.append([forget, first, { ...endorse('x', 'y'), id: 'f1' }]);
      // Both are written together.
      const again = ledger.append([first]);
      await expect(refused).rejects.toMatchObject({ code: 'id-conflict', index: 2 });
      expect((await again).sequences).toEqual([1]);
    });

    it('answers the earlier sequence for a known id with the same content, in one batch too', async () => {
      const ledger = await one();
      const first = endorse('ada', 'linus', 'e1');
      expect((await ledger.append([first, endorse('a', 'b'), first])).sequences).toEqual([1, 2, 1]);
      expect((await ledger.append([first])).sequences).toEqual([1]);
      const together = await Promise.all([
        ledger.append([endorse('c', 'd', 'e2')]),
        ledger.append([endorse('c', 'd', 'e2')]),
      ]);
      expect(together.map(({ sequences }) => sequences)).toEqual([[3], [3]]);
      expect(ledger.head.sequence).toBe(3);
    });

    it('acknowledges appends that come together in the order they came', async () => {
      const ledger = await one();
      const answers = await Promise.all(
        Array.from({ length: 200 }, (_, k) => ledger.append([endorse(`u${k % 17}`, `v${k}`)])),
      );
      expect(answers.map(({ sequences }) => sequences[0])).toEqual(answers.map((_, k) => k + 1));
      expect((await events(ledger)).map((event) => 'target' in event && event.target)).toEqual(
        answers.map((_, k) => `v${k}`),
      );
    });

    it('erases a contributor: the name, the ids of what touched it and the snapshots go, the chain holds', async () => {
      const ledger = await one();
      await ledger.append([endorse('ada', 'linus', 'ada-1'), endorse('linus', 'grace', 'e2')]);
      await ledger.saveSnapshot({ ...ledger.head, bytes: new Uint8Array([1, 2, 3]) });
      const noted = ledger.head.hash;
      const { sequences } = await ledger.erase('ada');
      expect(sequences).toEqual([3]);
      const told = JSON.stringify(await events(ledger));
      expect(told).not.toContain('ada');
      expect(told).toContain('"e2"');
      expect(await ledger.verify({ head: noted })).toEqual({ head: ledger.head, faults: [] });
      for await (const snapshot of ledger.snapshots())
        expect.fail(`a snapshot at ${snapshot.sequence} is left`);
      await expect(ledger.erase('ada')).rejects.toMatchObject({ code: 'unknown-contributor' });
      // Whoever comes under that name is somebody else, and the id is free again.
      expect((await ledger.append([endorse('ada', 'linus', 'ada-1')])).sequences).toEqual([4]);
      expect((await events(ledger)).at(-1)).toEqual(endorse('ada', 'linus', 'ada-1'));
      await expect(ledger.append([endorse('\u0000erased 1', 'linus')])).rejects.toMatchObject({
        code: 'bad-id',
      });
      expect((await ledger.verify()).faults).toEqual([]);
    });

    it('keeps the newest two snapshots, whole, and refuses one of another chain', async () => {
      const ledger = await one();
      const bytes = Uint8Array.from({ length: 4_200_001 }, (_, k) => k * 7);
      for (let k = 0; k < 3; k++) {
        await ledger.append([endorse(`u${k}`, 'ada')]);
        await ledger.saveSnapshot({ ...ledger.head, bytes: k === 2 ? bytes : bytes.slice(0, k) });
      }
      const kept = [];
      for await (const { sequence, bytes } of ledger.snapshots()) kept.push([sequence, bytes.length]);
      expect(kept).toEqual([
        [3, 4_200_001],
        [2, 1],
      ]);
      for await (const snapshot of ledger.snapshots()) {
        expect(Buffer.compare(snapshot.bytes, snapshot.sequence === 3 ? bytes : bytes.slice(0, 1))).toBe(0);
      }
      const strange = { ...ledger.head, sequence: 2, bytes };
      await expect(ledger.saveSnapshot(strange)).rejects.toMatchObject({ code: 'bad-snapshot' });
    });

    it('keeps communities apart, and ends one with all that is kept of it', async () => {
      const at = await place();
      const store = await open(at);
      const [a, b] = [await store.ledger('a'), await store.ledger('__proto__')];
      await Promise.all([a.append([endorse('ada', 'linus', 'e')]), b.append([endorse('linus', 'ada', 'e')])]);
      expect(await store.communities()).toEqual(['__proto__', 'a']);
      expect([await events(a), await events(b)]).toEqual([
        [endorse('ada', 'linus', 'e')],
        [endorse('linus', 'ada', 'e')],
      ]);
      expect(await store.drop('__proto__')).toBe(true);
      expect(await store.drop('__proto__')).toBe(false);
      expect(await store.communities()).toEqual(['a']);
      expect(await events(await store.ledger('__proto__'))).toEqual([]);
      expect(await events(a)).toHaveLength(1);
    });

    it('keeps documents by kind and key', async () => {
      const store = await open(await place());
      const { documents } = store;
      await documents.put('key', 'b\u0000', { scopes: ['read'] });
      await documents.put('key', 'a', 1);
      await documents.put('key', 'a', 2);
      await documents.put('other', 'a', null);
      expect(await documents.get('key', 'b\u0000')).toEqual({ scopes: ['read'] });
      expect(await documents.get('key', 'c')).toBeUndefined();
      expect(await documents.list('key')).toEqual([
        { key: 'a', value: 2 },
        { key: 'b\u0000', value: { scopes: ['read'] } },
      ]);
      const keys = async (after: string, limit: number) =>
        (await documents.list('page', { after, limit })).map(({ key }) => key);
      for (const key of ['b', 'a/2', 'c', 'a/1', 'a']) await documents.put('page', key, key);
      expect(await keys('', 2)).toEqual(['a', 'a/1']);
      expect(await keys('a/1', 2)).toEqual(['a/2', 'b']);
      expect(await keys('b', 2)).toEqual(['c']);
      expect(await keys('c', 2)).toEqual([]);
      expect([await documents.delete('key', 'a'), await documents.delete('key', 'a')]).toEqual([true, false]);
      expect(await documents.get('other', 'a')).toBeNull();
    });

    it('refuses a snapshot that was taken before somebody was forgotten', async () => {
      const ledger = await one();
      const { head } = await ledger.append([endorse('ada', 'linus')]);
      await ledger.erase('ada');
      const late = ledger.saveSnapshot({ ...head, bytes: new Uint8Array(9) });
      await expect(late).rejects.toMatchObject({ code: 'bad-snapshot' });
    });

    it('refuses to write once it is closed, and opens a ledger anew that was', async () => {
      const store = await open(await place());
      const ledger = await store.ledger('a');
      await ledger.close();
      await expect(ledger.append([endorse('a', 'b')])).rejects.toMatchObject({ code: 'ledger-closed' });
      const again = await store.ledger('a');
      expect((await again.append([endorse('a', 'b')])).sequences).toEqual([1]);
    });

    it('verifies what was there at one moment, while somebody writes and erases', async () => {
      const ledger = await one();
      await ledger.append(Array.from({ length: 2_500 }, (_, k) => endorse(`u${k}`, 'ada', `e${k}`)));
      const verified = Array.from({ length: 3 }, () => ledger.verify());
      const written = Array.from({ length: 100 }, (_, k) => ledger.append([endorse(`v${k}`, 'ada')]));
      await Promise.all([...written, ledger.erase('u1'), ledger.erase('u2499')]);
      verified.push(ledger.verify());
      for (const { faults } of await Promise.all(verified)) expect(faults).toEqual([]);
      // Nothing reads old pages any more.
      await ledger.erase('u3');
    });

    it('does what a model of plain lists does, whatever is done to it', async () => {
      await fc.assert(
        fc.asyncProperty(scripts, async (script) => {
          const at = await place();
          const model = new Model();
          let store = await at.open();
          let ledger = await store.ledger('a');
          try {
            for (const act of script) {
              if (act.reopen && at.durable) {
                await store.close();
                store = await at.open();
                ledger = await store.ledger('a');
              }
              const jobs = act.batches.map((batch) => batch.map((draw) => eventOf(draw, model)));
              const answers = await Promise.allSettled(jobs.map((job) => ledger.append(job)));
              for (const [k, job] of jobs.entries()) {
                const expected = model.append(job);
                const answer = answers[k]!;
                if (Array.isArray(expected)) {
                  expect(answer).toMatchObject({ status: 'fulfilled', value: { sequences: expected } });
                } else expect(answer).toMatchObject({ status: 'rejected', reason: expected });
              }
              expect(ledger.head.sequence).toBe(model.lines.length);
              expect((await events(ledger)).map(sorted)).toEqual(model.told());
            }
            expect((await ledger.verify({ head: ledger.head.hash })).faults).toEqual([]);
          } finally {
            await store.close();
          }
        }),
        { numRuns: runs },
      );
    });
  });
}

interface Draw {
  readonly act: number;
  readonly one: number;
  readonly other: number;
  readonly id: number;
  readonly at: number;
}

const draws: fc.Arbitrary<Draw> = fc.record({
  act: fc.nat(19),
  one: fc.nat(5),
  other: fc.nat(5),
  id: fc.nat(11),
  at: fc.nat(3),
});
const scripts = fc.array(
  fc.record({ reopen: fc.boolean(), batches: fc.array(fc.array(draws, { maxLength: 6 }), { maxLength: 4 }) }),
  { maxLength: 6 },
);

/** An event of a draw; ids are few, so that they meet again. */
function eventOf({ act, one, other, id, at }: Draw, model: Model): Event {
  const named = { ...(id < 8 && { id: `e${id}` }), ...(at > 0 && { at }) };
  if (act < 10) return { ...endorse(NAMES[one]!, NAMES[other]!), ...named };
  if (act < 12)
    return { type: 'object', source: NAMES[one]!, target: NAMES[other]!, weight: 2, kind: 'k', ...named };
  if (act < 14) return { type: 'grant', target: NAMES[one]!, weight: 3, issuer: 'i', ...named };
  if (act < 15) return { type: 'retract', of: `e${other}`, ...named };
  if (act < 16) return { type: 'revoke', of: `e${other}`, ...named };
  if (act < 17) return { type: 'policy', policy: { damping: other / 10 }, ...named };
  if (act < 18) return { type: 'advance', ...named, at };
  const names = model.names();
  return { type: 'forget', contributor: names[one % Math.max(1, names.length)] ?? NAMES[one]!, ...named };
}
