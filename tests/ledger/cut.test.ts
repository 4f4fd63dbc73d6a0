/**
 * A copy up to a sequence is a ledger of its own: the same entries up to there, nobody who has been erased since, and
 * for each of those an entry that forgets them. What can not be meant is refused, and says what can.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/event.ts';
import { copyAll, cutOf } from '../../src/ledger/copy.ts';
import { MemoryShelf } from '../../src/ledger/memory.ts';
import { ShelfStore } from '../../src/ledger/store.ts';
import { openStore, restore } from '../../src/ledger.ts';
import { all, endorse } from './entries.ts';
import { folder } from './places.ts';

const file = folder();

/** Somebody endorses somebody, under an id or not, or is erased. */
const step = fc.record({
  act: fc.constantFrom('endorse' as const, 'endorse' as const, 'named' as const, 'erase' as const),
  source: fc.nat(7),
  target: fc.nat(7),
});

/** Whom an event mentions. */
const named = (event: Event): string[] =>
  'source' in event ? [event.source, event.target] : event.type === 'forget' ? [event.contributor] : [];

describe('a copy up to a sequence', () => {
  it('has the entries up to there, and forgets at its end whoever has been erased since', async () => {
    const property = fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 24 }),
      fc.nat(1_000),
      async (steps, place) => {
        const from = new MemoryShelf();
        const ledger = await new ShelfStore(from).ledger('a');
        const standing = new Set<string>();
        for (const [k, { act, source, target }] of steps.entries()) {
          const [one, other] = [`somebody-${source}`, `somebody-${target}`];
          if (act !== 'erase') {
            await ledger.append([endorse(one, other, act === 'named' ? `id-${k}` : undefined)]);
            standing.add(one).add(other);
          } else if (standing.delete(one)) await ledger.erase(one);
        }
        const { sequence } = ledger.head;
        const until = place % (sequence + 1);
        const to = new MemoryShelf();
        await copyAll(from, to, { community: 'a', until });
        const copy = await new ShelfStore(to).ledger('a');
        const [before, after] = [await all(ledger), await all(copy)];
        expect(after.slice(0, until)).toEqual(before.slice(0, until));
        expect((await copy.verify()).faults).toEqual([]);
        // Those whom its entries mention, who are not erased there, and whose names the ledger has no more.
        const told = new Set<string>();
        for (const { event } of before.slice(0, until)) {
          for (const one of named(event)) if (event.type !== 'forget') told.add(one);
          if (event.type === 'forget') told.delete(event.contributor);
        }
        const gone = [...told].filter((one) => !standing.has(one));
        const ends = after.slice(until).map(({ event }) => event);
        expect(ends.map(({ type }) => type)).toEqual(gone.map(() => 'forget'));
        expect(new Set(ends.flatMap(named))).toEqual(new Set(gone));
        // It goes on as any other.
        const { sequences } = await copy.append([endorse('somebody-0', 'newcomer', 'next')]);
        expect(sequences).toEqual([until + gone.length + 1]);
        expect((await copy.verify()).faults).toEqual([]);
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });

  it('of a ledger that has lost the name of somebody who was not erased is refused, and leaves nothing', async () => {
    const from = new MemoryShelf();
    await (await new ShelfStore(from).ledger('a')).append([endorse('ada', 'linus'), endorse('grace', 'ada')]);
    const names = await from.names(1, 0, 9);
    from.names = async (_, after) => names.filter(({ number }) => number > after && number !== 2);
    const to = new MemoryShelf();
    await expect(copyAll(from, to)).rejects.toMatchObject({
      code: 'ledger-damaged',
      reason: 'the name of contributor 2 is lost',
    });
    expect(await to.communities()).toEqual([]);
  });
});

describe('where a copy ends', () => {
  /** `a` at 2 and `b` at 1. */
  const two = async () => {
    const shelf = new MemoryShelf();
    const store = new ShelfStore(shelf);
    await (await store.ledger('b')).append([endorse('x', 'y')]);
    await (await store.ledger('a')).append([endorse('x', 'y'), endorse('y', 'x')]);
    return shelf;
  };
  const one = async () => {
    const shelf = new MemoryShelf();
    await (await new ShelfStore(shelf).ledger('only')).append([endorse('x', 'y')]);
    return shelf;
  };

  it('is of the one community, or of the one that is said, or at the end of all', async () => {
    expect(await cutOf(await two(), {})).toBeUndefined();
    expect(await cutOf(await one(), { until: 1 })).toEqual({ community: 'only', until: 1 });
    expect(await cutOf(await two(), { until: 2, community: 'a' })).toEqual({ community: 'a', until: 2 });
    expect(await cutOf(await two(), { until: 0, community: 'b' })).toEqual({ community: 'b', until: 0 });
  });

  it.each<[string, () => Promise<MemoryShelf>, Parameters<typeof cutOf>[1], object]>([
    [
      'a community and no sequence',
      one,
      { community: 'only' },
      { code: 'bad-option', field: 'community', reason: expect.stringContaining('expected `until` with it') },
    ],
    [
      'a sequence and no community, of several',
      two,
      { until: 1 },
      { code: 'bad-option', field: 'community', reason: expect.stringContaining('expected one of "a", "b"') },
    ],
    [
      'a community that is not there',
      two,
      { until: 1, community: 'c' },
      { code: 'unknown-community', field: 'community', value: 'c', reason: expect.stringContaining('"c"') },
    ],
    [
      'a sequence beyond the end',
      two,
      { until: 2, community: 'b' },
      { code: 'bad-option', field: 'until', value: 2, reason: '2 is beyond the end of "b", which is at 1' },
    ],
    [
      'a sequence of nothing',
      async () => new MemoryShelf(),
      { until: 1 },
      { code: 'bad-option', field: 'until', reason: '1 is beyond the end of what holds no community' },
    ],
  ])('is refused where there is %s', async (_, shelf, wanted, refusal) => {
    await expect(cutOf(await shelf(), wanted)).rejects.toMatchObject(refusal);
  });

  it('is where `restore` is told, in the one community, and the others are whole', async () => {
    const [path, copy] = [file(), file()];
    const store = await openStore(path);
    await (await store.ledger('b')).append([endorse('x', 'y')]);
    await (await store.ledger('a')).append([endorse('x', 'y'), endorse('y', 'x')]);
    await store.close();
    await expect(restore(path, copy, { until: 1 })).rejects.toMatchObject({ code: 'bad-option' });
    await restore(path, copy, { until: 1, community: 'a' });
    const opened = await openStore(copy, { readonly: true });
    const ends = await Promise.all(['a', 'b'].map(async (id) => (await opened.ledger(id)).head.sequence));
    expect(ends).toEqual([1, 1]);
    await opened.close();
  });
});
