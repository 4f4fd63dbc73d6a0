/**
 * Every message that was taken is sent until it is accepted, at the times that the schedule says, or is dead after the
 * last attempt and can be sent again; whatever fails meanwhile, and wherever the service is stopped and started. At
 * most so many are under way, waiting or dead. The witness is a list of attempts and its own arithmetic.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Deliveries, type Outcome } from '../../src/http/webhooks/deliveries.ts';
import type { Delivery } from '../../src/http/webhooks/messages.ts';
import { ATTEMPTS } from '../../src/http/webhooks/schedule.ts';
import { MapDocuments, Time } from './time.ts';

const HOUR = 3_600_000;

interface Attempt {
  readonly id: string;
  readonly at: number;
}

/** A receiver that answers as it is told, and deliveries that send to it. */
async function sender(answers: (id: string, attempt: number) => Outcome, chance = () => 0.5) {
  const time = new Time();
  const documents = new MapDocuments();
  const attempts: Attempt[] = [];
  const open = () =>
    Deliveries.open(documents, {
      clock: time.clock,
      later: time.later,
      chance,
      send: async ({ id }) => {
        attempts.push({ id, at: time.now });
        return answers(id, attempts.filter((one) => one.id === id).length);
      },
    });
  return { time, documents, attempts, open, deliveries: await open() };
}

const to = (webhook = 'w') => ({ community: 'c', webhook, body: '{}' });
const NO: Outcome = { taken: false, why: 'answered 500' };

describe('a message', () => {
  it('is tried when the schedule says, as often as it fails, across restarts, and no more once it is taken', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: ATTEMPTS + 2 }),
        fc.array(fc.integer({ min: 0, max: 14 * HOUR }), { maxLength: 4 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        async (failures, stops, luck) => {
          const { time, documents, attempts, open, deliveries } = await sender(
            (_, attempt) => (attempt <= failures ? NO : { taken: true }),
            () => luck,
          );
          let running = deliveries;
          const start = time.now;
          const { id } = await running.add(to());
          for (const stop of stops) {
            await time.pass(stop);
            await running.close();
            running = await open();
          }
          await time.pass(60 * HOUR);
          // 5 seconds, doubled each time up to 12 hours; half of it is sure, the rest is chance.
          const expected = [start];
          for (let k = 1, most = 5000; k < Math.min(failures + 1, 16); k++, most *= 2) {
            const full = Math.min(most, 12 * HOUR);
            expected.push(expected.at(-1)! + full / 2 + (full / 2) * luck);
          }
          expect(attempts.map((one) => one.id)).toEqual(expected.map(() => id));
          for (const [k, { at }] of attempts.entries()) expect(Math.abs(at - expected[k]!)).toBeLessThan(1);
          const dead = running.dead('w');
          expect(running.waiting('w')).toEqual([]);
          expect(dead.map((one) => [one.id, one.attempts, one.failure])).toEqual(
            failures >= 16 ? [[id, 16, 'answered 500']] : [],
          );
          expect([...(documents.texts.get('delivery')?.keys() ?? [])]).toEqual([]);
          expect([...(documents.texts.get('dead-delivery')?.keys() ?? [])]).toEqual(
            dead.map((one) => one.id),
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it('that is dead is sent again when somebody says so, and is gone from the dead', async () => {
    let well = false;
    const { time, open, deliveries, attempts } = await sender(() =>
      well ? { taken: true } : { ...NO, gone: true },
    );
    const { id } = await deliveries.add(to());
    await time.pass(0);
    expect(deliveries.dead('w').map((one) => one.id)).toEqual([id]);
    expect(attempts).toHaveLength(1);
    await expect(deliveries.revive('other', id)).rejects.toMatchObject({ code: 'unknown-delivery' });
    await deliveries.close();
    const again = await open();
    well = true;
    await again.revive('w', id);
    await time.pass(0);
    expect(attempts).toHaveLength(2);
    expect([again.dead('w'), again.waiting('w')]).toEqual([[], []]);
    await expect(again.revive('w', id)).rejects.toMatchObject({ code: 'unknown-delivery' });
  });

  it('that is not durable is refused, and nothing is sent', async () => {
    const { time, documents, deliveries, attempts } = await sender(() => ({ taken: true }));
    documents.broken = true;
    await expect(deliveries.add(to())).rejects.toThrow('full');
    await time.pass(HOUR);
    expect(attempts).toEqual([]);
  });

  it('whose store breaks on the way is sent at least once, and again after a restart', async () => {
    const { time, documents, deliveries, attempts, open } = await sender(() => ({ taken: true }));
    await deliveries.add(to());
    documents.broken = true;
    await time.pass(HOUR);
    expect(attempts).toHaveLength(1);
    documents.broken = false;
    await deliveries.close();
    await open();
    await time.pass(0);
    expect(attempts).toHaveLength(2);
  });
});

describe('messages', () => {
  it('that wait for one webhook are bounded: the oldest are dead, of which there are so many', async () => {
    const { time, deliveries } = await sender(() => NO);
    const all: Delivery[] = [];
    for (let k = 0; k < 250; k++) {
      all.push(await deliveries.add(to()));
      time.now += 1;
    }
    await time.pass(0);
    const ids = all.map(({ id }) => id);
    expect(deliveries.waiting('w').map(({ id }) => id)).toEqual(ids.slice(150));
    expect(deliveries.dead('w').map(({ id }) => id)).toEqual(ids.slice(50, 150));
  });

  it('of a webhook that is deleted are forgotten; those of others stay', async () => {
    const { time, documents, deliveries } = await sender(() => NO);
    await deliveries.add(to('a'));
    const kept = await deliveries.add(to('b'));
    await deliveries.drop('a');
    await time.pass(1000 * HOUR);
    expect([
      ...documents.texts.get('delivery')!.keys(),
      ...documents.texts.get('dead-delivery')!.keys(),
    ]).toEqual([kept.id]);
  });

  it('are under way two of a webhook, eight of a community and 64 at a time, and closing waits for them', async () => {
    const time = new Time();
    let [under, most] = [0, 0];
    const open: (() => void)[] = [];
    const seen = new Map<string, number>();
    const deliveries = await Deliveries.open(new MapDocuments(), {
      clock: time.clock,
      later: time.later,
      send: async ({ community, webhook }) => {
        most = Math.max(most, ++under);
        for (const of of [community, webhook]) seen.set(of, (seen.get(of) ?? 0) + 1);
        await new Promise<void>((resolve) => open.push(resolve));
        under -= 1;
        return { taken: true };
      },
    });
    const add = (community: string, webhook: string) => deliveries.add({ community, webhook, body: '{}' });
    for (let k = 0; k < 6; k++) await add('slow', 'slowest');
    for (let k = 0; k < 12; k++) await add('slow', `w${k % 6}`);
    await add('other', 'prompt');
    expect([...seen]).toEqual(expect.arrayContaining(Object.entries({ slowest: 2, slow: 8, prompt: 1 })));
    for (let k = 0; k < 100; k++) await add(`c${k % 25}`, `w${k}`);
    await time.pass(0);
    expect([under, most]).toEqual([64, 64]);
    let closed = false;
    const closing = deliveries.close().then(() => {
      closed = true;
    });
    await time.pass(0);
    expect(closed).toBe(false);
    for (const resolve of open.splice(0)) resolve();
    await closing;
    expect([under, most]).toEqual([0, 64]);
  });

  it('are tried in time, however the clock is set', async () => {
    for (const jump of [-1000 * HOUR, 1000 * HOUR]) {
      const time = new Time();
      let set = 0;
      const attempts: number[] = [];
      const open = (documents: MapDocuments) =>
        Deliveries.open(documents, {
          ...{ clock: () => time.now + set, later: time.later, chance: () => 0 },
          send: async () => {
            attempts.push(time.now);
            return NO;
          },
        });
      const documents = new MapDocuments();
      const deliveries = await open(documents);
      await deliveries.add(to());
      set = jump;
      await time.pass(2_500);
      expect(attempts).toEqual([time.now - 2_500, time.now]);
      await deliveries.close();
      // What was to come at a date before is not waited for longer than any wait is.
      set += jump;
      await open(documents);
      await time.pass(12 * HOUR);
      expect(attempts.length).toBeGreaterThan(2);
    }
  });

  it('that arrive while their webhook is deleted, or while somebody is taken out of all, are no exception', async () => {
    const { documents, deliveries } = await sender(() => NO);
    const arriving = deliveries.add({ community: 'c', webhook: 'w', body: 'ada and bob' });
    await deliveries.rewrite('c', (body) => body.replace('ada', 'somebody'));
    await arriving;
    expect(documents.texts.get('delivery')!.values().next().value).toContain('somebody and bob');
    const last = deliveries.add(to());
    await deliveries.drop('w');
    await last;
    expect([documents.texts.get('delivery')!.size, deliveries.waiting('w')]).toEqual([0, []]);
  });

  it('of a community have their turn soon, however many of others are due before them', async () => {
    const time = new Time();
    const begun: string[] = [];
    const open: (() => void)[] = [];
    const deliveries = await Deliveries.open(new MapDocuments(), {
      clock: time.clock,
      later: time.later,
      send: async ({ community }) => {
        begun.push(community);
        await new Promise<void>((resolve) => open.push(resolve));
        return { taken: true };
      },
    });
    const slow = Array.from({ length: 12 }, (_, k) => `slow ${k}`);
    for (let k = 0; k < 40; k++) {
      for (const community of slow) {
        await deliveries.add({ community, webhook: `${community}/${k % 20}`, body: '{}' });
      }
    }
    time.now += HOUR;
    await deliveries.add({ community: 'prompt', webhook: 'w', body: '{}' });
    expect([begun.length, begun.includes('prompt')]).toEqual([64, false]);
    // As soon as each of the others has had one more.
    for (const resolve of open.splice(0, 13)) resolve();
    await time.pass(0);
    expect(begun.slice(64).sort()).toEqual([...slow, 'prompt'].sort());
  });

  // Taken one by one they take less than a second; where each looked at all others it was half a minute.
  it('are taken as quickly where twenty thousand wait', { timeout: 10_000 }, async () => {
    const time = new Time();
    const deliveries = await Deliveries.open(new MapDocuments(), {
      ...{ clock: time.clock, later: time.later, send: () => new Promise<never>(() => {}) },
    });
    const all = Array.from({ length: 20_000 }, (_, k) => ({
      ...{ community: `c${k % 50}`, webhook: `w${k % 400}`, body: '{}' },
    }));
    await Promise.all(all.map((one) => deliveries.add(one)));
    expect(deliveries.waiting('w7')).toHaveLength(50);
  });

  it('that are forgotten while others are written anew do not come back', async () => {
    const { time, documents, deliveries } = await sender(() => ({ taken: true }));
    await deliveries.close();
    for (const webhook of ['a', 'b', 'c']) await deliveries.add({ ...to(webhook), body: 'ada' });
    const rewritten = deliveries.rewrite('c', () => 'somebody');
    await deliveries.drop('b');
    await deliveries.drop('c');
    await rewritten;
    await time.pass(HOUR);
    expect([...documents.texts.get('delivery')!.values()]).toEqual([
      expect.stringMatching(/"webhook":"a".*somebody/),
    ]);
  });

  it('lose what is taken out of them though the store failed when they were sent, or the first time', async () => {
    const { time, documents, deliveries } = await sender((_, attempt) =>
      attempt === 1 ? NO : { taken: true },
    );
    const kept = () => JSON.stringify([...documents.texts.values()].map((texts) => [...texts.values()]));
    const withoutAda = () => deliveries.rewrite('c', (body) => body.replace('ada', 'somebody'));
    await deliveries.add({ ...to(), body: 'ada, sent' });
    documents.broken = true;
    await time.pass(HOUR);
    expect(deliveries.waiting('w')).toEqual([]);
    documents.broken = false;
    await deliveries.add({ ...to('v'), body: 'ada, waiting' });
    documents.broken = true;
    await expect(withoutAda()).rejects.toThrow('full');
    expect(kept()).toContain('ada');
    documents.broken = false;
    await withoutAda();
    expect(kept()).not.toContain('ada');
    expect(kept()).toContain('somebody, waiting');
  });

  it('of webhooks that are gone when the service starts are forgotten', async () => {
    const { documents, deliveries, attempts } = await sender(() => ({ ...NO, gone: true }));
    const { id } = await deliveries.add(to('dead'));
    while (deliveries.dead('dead').length === 0) await new Promise(setImmediate);
    await deliveries.close();
    await deliveries.add(to('waiting'));
    const again = await Deliveries.open(documents, {
      ...{ clock: () => 0, isThere: () => false, send: async () => NO },
    });
    expect([...documents.texts.values()].flatMap((texts) => [...texts.keys()])).toEqual([]);
    expect([attempts.map((one) => one.id), again.dead('dead'), again.waiting('waiting')]).toEqual([
      [id],
      [],
      [],
    ]);
  });

  it('are in the store as they are in memory, whatever is done at once and however the store fails, once it can be written', async () => {
    const act = fc.record({
      do: fc.constantFrom('add', 'add', 'add', 'drop', 'revive', 'rewrite', 'break', 'mend', 'pass'),
      webhook: fc.constantFrom('w0', 'w1', 'w2'),
      time: fc.constantFrom(0, 5000, 20 * HOUR),
    });
    const outcome = fc.constantFrom<Outcome>({ taken: true }, NO, { ...NO, gone: true });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 30 }), fc.array(outcome), async (acts, outcomes) => {
        let sent = 0;
        const { time, documents, deliveries } = await sender(
          () => outcomes[sent++ % Math.max(1, outcomes.length)] ?? NO,
        );
        const done: Promise<unknown>[] = [];
        const begin = (one: Promise<unknown>) => done.push(one.catch(() => {}));
        for (const one of acts) {
          if (one.do === 'break' || one.do === 'mend') documents.broken = one.do === 'break';
          else if (one.do === 'pass') await time.pass(one.time);
          else if (one.do === 'rewrite') begin(deliveries.rewrite('c', (body) => `${body} `));
          else if (one.do === 'add') begin(deliveries.add(to(one.webhook)));
          else if (one.do === 'drop') begin(deliveries.drop(one.webhook));
          else for (const { id } of deliveries.dead(one.webhook)) begin(deliveries.revive(one.webhook, id));
        }
        await Promise.all(done);
        await deliveries.close();
        documents.broken = false;
        await deliveries.rewrite('c', (body) => body);
        const held = (kind: 'waiting' | 'dead') => ['w0', 'w1', 'w2'].flatMap((one) => deliveries[kind](one));
        const kept = (kind: string) =>
          [...(documents.texts.get(kind)?.values() ?? [])].map((text) => JSON.parse(text));
        expect(new Set(kept('delivery'))).toEqual(new Set(held('waiting')));
        expect(new Set(kept('dead-delivery'))).toEqual(new Set(held('dead')));
      }),
      { numRuns: 100 },
    );
  });
});
