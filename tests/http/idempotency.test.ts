/**
 * Of all requests under one key one is taken, once, and whoever sends it again has the same answer, whatever else is
 * asked at the same time; a key that nothing was taken under is free. What is kept of a key says nobody's name.
 */
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Idempotency } from '../../src/http/idempotency.ts';
import { openStore, type Store } from '../../src/ledger.ts';
import { CIRCLE, endorse, Serving } from './serving.ts';
import { MapDocuments, settled, Time } from './time.ts';

const AT = '/v1/communities/x';
const KIND = 'idempotency';
const WEEK = 7 * 86_400_000;

const open: Serving[] = [];
afterEach(async () => {
  for (const serving of open.splice(0)) await serving.server.close();
});

/** A service over a store in memory whose documents are written when `written` resolves. */
async function start(written: () => Promise<unknown> = turn): Promise<{ serving: Serving; store: Store }> {
  const store = await openStore('memory:');
  const put = store.documents.put;
  store.documents.put = async (...document) => {
    await written();
    return put(...document);
  };
  const serving = await Serving.start('x', { store });
  open.push(serving);
  return { serving, store };
}

/** What may be sent under one key: some share a first event, and one is refused. */
const REQUESTS: Record<string, object[]> = {
  one: [endorse('ada', 'bob')],
  two: [endorse('ada', 'bob'), endorse('ada', 'cyd')],
  other: [endorse('ada', 'dan')],
  named: [endorse('ada', 'bob', { id: 'own' })],
  refused: [{ type: 'retract', of: 'nothing' }],
};

describe('requests under one key', () => {
  it('are all answered as the first that was taken, or refused, and nothing else is taken', async () => {
    const names = fc.array(fc.constantFrom(...Object.keys(REQUESTS)), { minLength: 1, maxLength: 5 });
    let key = 0;
    const { serving } = await start();
    await fc.assert(
      fc.asyncProperty(names, names, async (together, after) => {
        key++;
        const send = (name: string) =>
          serving.ask('POST', `${AT}/events`, {
            headers: { 'Idempotency-Key': `k${key}` },
            // Ids of one run are not those of another.
            body: REQUESTS[name]!.map((event) => ('id' in event ? { ...event, id: `own${key}` } : event)),
          });
        const before = (await serving.ask('GET', AT)).body.head.sequence;
        const answers = await Promise.all(together.map(send));
        for (const name of after) answers.push(await send(name));
        const asked = [...together, ...after];
        const taken = asked.find((name) => name !== 'refused');
        for (const [k, { status, body }] of answers.entries()) {
          if (asked[k] === taken) {
            expect([status, body.sequences]).toEqual([200, REQUESTS[taken!]!.map((_, i) => before + 1 + i)]);
          } else if (asked[k] !== 'refused') expect([status, body.code]).toEqual([422, 'other-request']);
          else expect([409, 422]).toContain(status);
        }
        const events = taken === undefined ? 0 : REQUESTS[taken]!.length;
        expect((await serving.ask('GET', AT)).body.head.sequence).toBe(before + events);
      }),
      { numRuns: 60 },
    );
  });

  it('that forget somebody are answered again as they were', async () => {
    const { serving } = await start();
    await serving.add('x', CIRCLE);
    const forget = {
      headers: { 'Idempotency-Key': 'k' },
      body: [{ type: 'forget', contributor: 'linus' }],
    };
    const first = await serving.ask('POST', `${AT}/events`, forget);
    const second = await serving.ask('POST', `${AT}/events`, forget);
    expect([first.status, second.status, second.body.sequences]).toEqual([200, 200, first.body.sequences]);
  });

  it('leave nothing where their community ends while they are under way', async () => {
    let release = () => {};
    const waits = { writing: false };
    const { serving, store } = await start(async () => {
      waits.writing = true;
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    });
    const headers = { 'Idempotency-Key': 'k' };
    const added = serving.ask('POST', `${AT}/events`, { headers, body: REQUESTS.one });
    while (!waits.writing) await turn();
    const ended = serving.ask('DELETE', AT);
    await settled();
    release();
    expect([(await added).status, (await ended).status]).toEqual([503, 204]);
    expect(await store.documents.list(KIND)).toEqual([]);
    await serving.ask('PUT', AT);
    const anew = serving.ask('POST', `${AT}/events`, { headers, body: REQUESTS.two });
    while ((await store.documents.list(KIND)).length === 0) {
      release();
      await turn();
    }
    expect((await anew).body.sequences).toEqual([1, 2]);
  });
});

describe('what is kept of a key', () => {
  it('is the same whoever is named, so nobody is told from it once erased', async () => {
    const kept = async (name: string) => {
      const documents = new MapDocuments();
      const idempotency = new Idempotency(documents, () => 0);
      const events = [endorse('ada', name), endorse(name, 'ada', { id: `of ${name}` })];
      await idempotency.under('k', 'x', events, async () => 0);
      return documents.list(KIND);
    };
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1 }), async (name) => {
        expect(await kept(name)).toEqual(await kept('bob'));
      }),
      { numRuns: 40 },
    );
  });

  it('is let go after a week, some at a time, and no request waits for that', async () => {
    const time = new Time();
    const documents = new MapDocuments();
    const idempotency = new Idempotency(documents, time.clock);
    for (let k = 0; k < 2_000; k++)
      await documents.put(KIND, `x/old${k}`, { shape: '', at: time.now - WEEK - 1 });
    const { list } = documents;
    const pages: number[] = [];
    let release = () => {};
    documents.list = async (kind, page) => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      pages.push(page!.limit);
      return list.call(documents, kind, page);
    };
    const old = () =>
      list.call(documents, KIND).then((all) => all.filter(({ key }) => key.includes('old')).length);
    let made = 0;
    for (; made < 200; made++) await idempotency.under(`new${made}`, 'x', [{}], async () => 0);
    expect(await old()).toBe(2_000);
    for (; made < 3_000 && (await old()) > 0; made++) {
      await idempotency.under(`new${made}`, 'x', [{}], async () => 0);
      release();
    }
    await settled();
    release();
    await idempotency.close();
    expect(await old()).toBe(0);
    expect((await list.call(documents, KIND)).length).toBe(made);
    expect(Math.max(...pages)).toBeLessThan(1_000);
  });

  it('is free for another request after a week', async () => {
    const time = new Time();
    const idempotency = new Idempotency(new MapDocuments(), time.clock);
    const send = (events: object[]) => idempotency.under('k', 'x', events, async () => 'taken');
    await send([{}]);
    await expect(send([{}, {}])).rejects.toMatchObject({ code: 'other-request' });
    time.now += WEEK + 1;
    expect(await send([{}, {}])).toBe('taken');
  });
});
