/**
 * Each route as a host sees it, on a community whose shares are known in closed form: what it answers, and that
 * the answer says of which sequence it is, within which bound, and under which tag.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TrustEngine } from '../../src/engine.ts';
import { Pages } from '../../src/http/cursor.ts';
import { openStore } from '../../src/ledger.ts';
import { createServer } from '../../src/server.ts';
import { ADA, CIRCLE, endorse, OTHER, Serving } from './serving.ts';

const AT = '/v1/communities/circle';
let serving: Serving;
const ask: Serving['ask'] = (...asked) => serving.ask(...asked);

beforeEach(async () => {
  serving = await Serving.start('circle');
  await serving.add('circle', CIRCLE);
});
afterEach(async () => {
  await serving.server.close();
  expect(serving.faults).toEqual([]);
});

const near = (share: number, exact: number, bound: number) =>
  expect(Math.abs(share - exact)).toBeLessThanOrEqual(bound + 1e-15);

/** The same contributors in the same order, with shares within both bounds. */
function expectSame(one: Scores, other: Scores): void {
  expect(one.scores.map(({ contributor }) => contributor)).toEqual(
    other.scores.map(({ contributor }) => contributor),
  );
  for (const [k, { trust }] of one.scores.entries())
    near(trust, other.scores[k]!.trust, one.bound + other.bound);
}
interface Scores {
  readonly bound: number;
  readonly scores: readonly { readonly contributor: string; readonly trust: number }[];
}

describe('a score', () => {
  it('is that of the equations, within the bound that is told in body and headers', async () => {
    for (const [id, exact] of Object.entries({ ada: ADA, linus: OTHER, grace: OTHER })) {
      const { status, headers, body } = await ask('GET', `${AT}/scores/${id}`);
      expect(status).toBe(200);
      expect(body.contributor).toBe(id);
      near(body.trust, exact, body.bound);
      expect(body).toMatchObject({ sequence: 5, equations: 1 });
      expect(headers.get('Peerage-Sequence')).toBe('5');
      expect(Number(headers.get('Peerage-Bound'))).toBe(body.bound);
    }
  });

  it('is 304 for whoever has it, until something changes', async () => {
    const { headers } = await ask('GET', `${AT}/scores/ada`);
    const known = { headers: { 'If-None-Match': `"other", ${headers.get('ETag')}` } };
    const again = await ask('GET', `${AT}/scores/ada`, known);
    expect([again.status, again.text]).toEqual([304, '']);
    expect(again.headers.get('Peerage-Sequence')).toBe('5');
    await serving.add('circle', [endorse('grace', 'linus')]);
    expect((await ask('GET', `${AT}/scores/ada`, known)).status).toBe(200);
  });

  it('has no body for HEAD', async () => {
    const { status, text, headers } = await ask('HEAD', `${AT}/scores/ada`);
    expect([status, text, headers.get('Peerage-Sequence')]).toEqual([200, '', '5']);
  });

  it.each(['__proto__', 'constructor', 'a/b', '100%', '%2F', 'né e', '🜲', 'a?b#c', '\u0001'])(
    'is found for whoever is called %j',
    async (id) => {
      await serving.add('circle', [endorse('ada', id)]);
      const { status, body } = await ask('GET', `${AT}/scores/${encodeURIComponent(id)}`);
      expect([status, body.contributor]).toEqual([200, id]);
      const listed = await ask('GET', `${AT}/scores?ids=${encodeURIComponent(id)}`);
      expect(listed.body.scores).toEqual([expect.objectContaining({ contributor: id, trust: body.trust })]);
      expect((await ask('GET', `${AT}/scores/${encodeURIComponent(id)}/explanation`)).body.contributor).toBe(
        id,
      );
    },
  );

  it('is told at the sequence that is demanded, without waiting for time to pass', async () => {
    for (let sequence = 6; sequence < 30; sequence++) {
      await ask('POST', `${AT}/events`, { body: [endorse('ada', `new ${sequence}`)] });
      const { body } = await ask('GET', `${AT}/scores/new%20${sequence}?at-least-sequence=${sequence}`);
      expect(body.sequence).toBe(sequence);
    }
  });

  it('is settled to the tolerance that is demanded', async () => {
    const many = Array.from({ length: 400 }, (_, k) => endorse(`p${k % 40}`, `p${(k * 7) % 41}`));
    await serving.add('circle', [endorse('ada', 'p1'), ...many]);
    const { body } = await ask('GET', `${AT}/scores/ada?tolerance=1e-11`);
    expect(body.bound).toBeLessThanOrEqual(1e-11);
  });
});

describe('scores', () => {
  it('are told from the top', async () => {
    const { body } = await ask('GET', `${AT}/scores?top=2`);
    expect(body.scores.map((score: { contributor: string }) => score.contributor)).toEqual(['ada', 'grace']);
    expect(body).toMatchObject({ order: 3, sequence: 5 });
    expect(body.next).toBeUndefined();
  });

  it('are told by id, with those that are unknown, by GET and by POST', async () => {
    const got = await ask('GET', `${AT}/scores?ids=linus&ids=nobody&ids=ada`);
    expect(got.body.scores.map((score: { contributor: string }) => score.contributor)).toEqual([
      'linus',
      'ada',
    ]);
    expect(got.body.unknown).toEqual(['nobody']);
    const posted = await ask('POST', `${AT}/scores`, { body: { contributors: ['linus', 'nobody', 'ada'] } });
    expect(posted.body).toEqual(got.body);
  });

  it('are told page by page as they were on the first page, whatever happens meanwhile', async () => {
    await serving.add(
      'circle',
      Array.from({ length: 20 }, (_, k) => endorse('ada', `p${k}`)),
    );
    const all = (await ask('GET', `${AT}/scores?top=1000`)).body.scores;
    const paged: unknown[] = [];
    let path = `${AT}/scores?limit=7`;
    for (let page = 0; page < 4; page++) {
      const { body } = await ask('GET', path);
      expect(body.sequence).toBe(25);
      paged.push(...body.scores);
      path = `${AT}/scores?limit=7&cursor=${body.next}`;
      await serving.add('circle', [endorse('linus', `late ${page}`)]);
      if (page === 3) expect(body.next).toBeUndefined();
    }
    expect(paged).toEqual(all);
  });
});

describe('listings', () => {
  const names = (count: number) => Array.from({ length: count }, (_, k) => endorse('ada', `p${k}`));
  const begin = async (k: number) => {
    await serving.add('circle', [endorse('linus', `late ${k}`)]);
    return (await ask('GET', `${AT}/scores?limit=2`)).body.next as string;
  };
  const goOn = async (cursor: string) => (await ask('GET', `${AT}/scores?limit=2&cursor=${cursor}`)).status;

  it('of a small community go on while dozens of others are gone on with, each of other scores', async () => {
    await serving.add('circle', names(3));
    const cursors: string[] = [];
    for (let k = 0; k < 64; k++) cursors.push(await begin(k));
    for (const cursor of cursors) expect(await goOn(cursor)).toBe(200);
    await begin(64);
    expect([await goOn(cursors[0]!), await goOn(cursors[1]!)]).toEqual([410, 200]);
  });

  it('of a large one are kept four, so that memory has a bound', () => {
    const pages = new Pages('circle');
    const scores = (length: number) => ({ length }) as unknown as Parameters<Pages['cursor']>[1];
    const cursors = Array.from({ length: 6 }, (_, k) => pages.cursor(`t${k}`, scores(400_000), 1));
    for (const cursor of cursors.slice(0, 2))
      expect(() => pages.at(cursor)).toThrow(expect.objectContaining({ code: 'old-cursor' }));
    for (const cursor of cursors.slice(2)) expect(pages.at(cursor).place).toBe(1);
  });
});

it('figures tell what is as of the head and what is as of the scores, and another tag when either moves', async () => {
  // Each publication seems to take long, so that scores lag behind what has been added.
  let ticks = 0;
  const slow = await Serving.start('circle', { ticks: () => (ticks += 150) });
  await slow.add('circle', CIRCLE);
  const before = await slow.ask('GET', AT);
  expect(before.body).toMatchObject({ sequence: 5, order: 3, endorsements: 4, head: { sequence: 5 } });
  await slow.ask('POST', `${AT}/events`, {
    body: [endorse('ada', 'new'), { type: 'policy', policy: { damping: 0.5 } }],
  });
  const known = { headers: { 'If-None-Match': before.headers.get('ETag')! } };
  const after = await slow.ask('GET', AT, known);
  expect(after.status).toBe(200);
  expect(after.body).toMatchObject({
    ...{ sequence: 5, order: 3, policy: { damping: 0.85 } },
    ...{ endorsements: 5, size: 5, head: { sequence: 7 } },
  });
  expect(after.headers.get('Peerage-Sequence')).toBe('5');
  const again = await slow.ask('GET', AT, { headers: { 'If-None-Match': after.headers.get('ETag')! } });
  expect(again.status).toBe(304);
  await slow.server.close();
});

it('who is no contributor is told with the sequence and the bound of the scores that say so', async () => {
  for (const path of ['/scores/nobody', '/scores/nobody/explanation', '/views/nobody/scores']) {
    const { status, body, headers } = await ask('GET', AT + path);
    const stated = [headers.get('Peerage-Sequence'), headers.get('Peerage-Bound')];
    expect([path, status, body.sequence, ...stated]).toEqual([path, 404, 5, '5', String(body.bound)]);
  }
});

it('a view is the scores if the viewer held the only credential', async () => {
  const { status, body } = await ask('GET', `${AT}/views/linus/scores?tolerance=1e-9`);
  expect(status).toBe(200);
  const witness = new TrustEngine({ tolerance: 1e-9 });
  witness.apply([{ type: 'grant', target: 'linus' }, ...(CIRCLE.slice(1) as never[])]);
  for (const { contributor, trust } of body.scores) {
    near(trust, witness.scores().of(contributor)!.trust, body.bound + witness.bound);
  }
  expect(body).toMatchObject({ viewer: 'linus', reached: 3, sequence: 5 });
  const some = await ask('GET', `${AT}/views/linus/scores?ids=ada&ids=nobody`);
  expect(some.body.scores).toHaveLength(1);
  expect(some.body.unknown).toEqual(['nobody']);
});

it('an explanation takes the mass apart, and 304 tells that it has not changed', async () => {
  const { body, headers } = await ask('GET', `${AT}/scores/linus/explanation`);
  expect(body).toMatchObject({ contributor: 'linus', by: 'endorser', sequence: 5 });
  expect(body.parts).toEqual([expect.objectContaining({ from: 'ada', share: 1 })]);
  expect(body.parts[0].statements).toEqual([
    { kind: 'review', weight: 1, at: '2026-01-03T12:00:00.000Z', id: 'e1' },
  ]);
  const known = { headers: { 'If-None-Match': headers.get('ETag')! } };
  expect((await ask('GET', `${AT}/scores/linus/explanation`, known)).status).toBe(304);
  const origins = await ask('GET', `${AT}/scores/linus/explanation?by=origin&breadth=1&smallest=0.01`);
  expect(origins.body.parts[0]).toMatchObject({ from: 'ada', why: 'origin' });
});

it('what-if tells who would move, and changes nothing', async () => {
  const before = (await ask('GET', `${AT}/scores?top=10`)).body;
  const supposed = await ask('POST', `${AT}/what-if`, { body: { events: [endorse('ada', 'eve')] } });
  expect(supposed.body.arrived).toEqual([expect.objectContaining({ contributor: 'eve' })]);
  const without = await ask('POST', `${AT}/what-if`, { body: { without: 'grace', top: 1 } });
  expect(without.body.gone).toEqual([expect.objectContaining({ contributor: 'grace' })]);
  expect(without.body.moves).toHaveLength(1);
  const policy = await ask('POST', `${AT}/what-if`, { body: { policy: { damping: 0.5 } } });
  expect(policy.body.policy.damping).toBe(0.5);
  expect((await ask('GET', `${AT}/scores?top=10`)).body).toEqual(before);
});

it('the same audit is told for the same seed', async () => {
  const first = await ask('GET', `${AT}/audit?walks=1000&seed=7&top=1`);
  expect(first.body).toMatchObject({ order: 3, size: 4, sequence: 5, seed: 7 });
  expect(first.body.issuers.list).toEqual([expect.objectContaining({ issuer: 'foundation', holders: 1 })]);
  expect((await ask('GET', `${AT}/audit?walks=1000&seed=7&top=1`)).body).toEqual(first.body);
});

describe('a policy', () => {
  it('is replaced whole by an event, and what was left out has its default', async () => {
    const put = await ask('PUT', `${AT}/policy`, { body: { damping: 0.5 } });
    expect(put.body).toMatchObject({ since: 6, policy: { damping: 0.5, balance: 1, cap: null } });
    expect((await ask('PUT', `${AT}/policy`, { body: { balance: 0.5 } })).body.policy.damping).toBe(0.85);
    const { body } = await ask('GET', `${AT}/scores/ada?at-least-sequence=7`);
    expect(body.sequence).toBe(7);
  });

  it('is replaced only where it is the one that the caller has seen', async () => {
    const { headers } = await ask('GET', `${AT}/policy`);
    const seen = { 'If-Match': headers.get('ETag')! };
    expect((await ask('PUT', `${AT}/policy`, { headers: seen, body: { damping: 0.5 } })).status).toBe(200);
    const late = await ask('PUT', `${AT}/policy`, { headers: seen, body: { damping: 0.6 } });
    expect([late.status, late.body.code]).toEqual([412, 'precondition-failed']);
    expect((await ask('GET', `${AT}/policy`)).body.policy.damping).toBe(0.5);
  });
});

describe('events', () => {
  it('come as JSON Lines too, with blank lines and either end of line', async () => {
    const lines = `${JSON.stringify(endorse('ada', 'x'))}\r\n\n${JSON.stringify(endorse('ada', 'y'))}`;
    const headers = { 'Content-Type': 'application/x-ndjson; charset=utf-8' };
    const { status, body } = await ask('POST', `${AT}/events`, { headers, body: lines });
    expect([status, body.sequences, body.head.sequence]).toEqual([200, [6, 7], 7]);
  });

  it('count once under their ids, whichever request brings them', async () => {
    const { body } = await ask('POST', `${AT}/events`, { body: [...CIRCLE, endorse('ada', 'x')] });
    expect(body.sequences).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('are taken once under the same Idempotency-Key, at the same time too', async () => {
    const sent = {
      headers: { 'Idempotency-Key': 'order 66'.replace(' ', '-') },
      body: [endorse('ada', 'x'), endorse('ada', 'y')],
    };
    const answers = await Promise.all([1, 2, 3].map(() => ask('POST', `${AT}/events`, sent)));
    for (const { body } of [...answers, await ask('POST', `${AT}/events`, sent)]) {
      expect(body.sequences).toEqual([6, 7]);
    }
    const other = await ask('POST', `${AT}/events`, { ...sent, body: [endorse('ada', 'z')] });
    expect([other.status, other.body.code]).toEqual([422, 'other-request']);
  });

  it('that were refused leave their Idempotency-Key free', async () => {
    const headers = { 'Idempotency-Key': 'k' };
    expect(
      (await ask('POST', `${AT}/events`, { headers, body: [{ type: 'retract', of: 'no' }] })).status,
    ).toBe(409);
    expect((await ask('POST', `${AT}/events`, { headers, body: [endorse('ada', 'x')] })).status).toBe(200);
  });

  it('are all taken or none', async () => {
    const { status, body } = await ask('POST', `${AT}/events`, {
      body: [endorse('ada', 'x'), endorse('ada', 'y', { weight: '3' })],
    });
    expect([status, body.code, body.index, body.field, body.value]).toEqual([
      400,
      'bad-weight',
      1,
      'weight',
      '"3"',
    ]);
    expect((await ask('GET', AT)).body.head.sequence).toBe(5);
  });
});

describe('the ledger', () => {
  it('goes out as JSON Lines and into another community, which then has the same scores', async () => {
    await ask('PUT', `${AT}/policy`, { body: { damping: 0.5, kinds: null } });
    await serving.add('circle', [
      { type: 'object', source: 'grace', target: 'linus' },
      { type: 'grant', target: 'grace' },
    ]);
    const out = await ask('GET', `${AT}/ledger`);
    expect(out.headers.get('Peerage-Head')).toMatch(/^8 [0-9a-f]{64}$/);
    await ask('PUT', '/v1/communities/copy');
    const headers = { 'Content-Type': 'application/x-ndjson' };
    const into = await ask('POST', '/v1/communities/copy/ledger', { headers, body: out.text });
    expect(into.body).toMatchObject({ taken: 8, head: { sequence: 8 } });
    const [one, other] = await Promise.all(
      [AT, '/v1/communities/copy'].map((at) =>
        ask('GET', `${at}/scores?top=10&at-least-sequence=8&tolerance=1e-9`),
      ),
    );
    expectSame(other!.body, one!.body);
  });

  it('is imported in pieces: what was taken is told, and the rest goes on after it', async () => {
    await ask('PUT', '/v1/communities/copy');
    const at = '/v1/communities/copy/ledger';
    const headers = { 'Content-Type': 'application/x-ndjson' };
    const line = (k: number) => JSON.stringify(endorse('ada', `p${k}`));
    const lines = Array.from({ length: 10_003 }, (_, k) => line(k));
    lines[10_001] = '{"type":"endorse"}';
    const broken = await ask('POST', at, { headers, body: lines.join('\n') });
    expect([broken.status, broken.body.code, broken.body.line, broken.body.taken]).toEqual([
      400,
      'bad-id',
      10_002,
      10_000,
    ]);
    const late = await ask('POST', at, { headers, body: line(1) });
    expect([late.status, late.body.code]).toEqual([409, 'not-empty']);
    const rest = await ask('POST', `${at}?after=10000`, {
      headers,
      body: [10_000, 10_001, 10_002].map(line).join('\n'),
    });
    expect(rest.body).toMatchObject({ taken: 3, head: { sequence: 10_003 } });
    expect((await ask('GET', `${at}?after=9998&to=10001`)).text.trim().split('\n')).toHaveLength(3);
  });
});

describe('imports into one community', () => {
  const at = '/v1/communities/copy/ledger';
  const headers = { 'Content-Type': 'application/x-ndjson' };

  /** A body of lines, the last of which comes when it is let. */
  function lines(count: number) {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const encoder = new TextEncoder();
    const line = (k: number) => encoder.encode(`${JSON.stringify(endorse('ada', `p${k}`))}\n`);
    void writer.write(line(0));
    const end = async () => {
      for (let k = 1; k < count; k++) await writer.write(line(k));
      await writer.close();
    };
    return { body: readable, end };
  }

  it('are taken one at a time: another is refused, and a later one goes on', async () => {
    await ask('PUT', '/v1/communities/copy');
    const { body, end } = lines(10_005);
    const first = ask('POST', at, { headers, body });
    await new Promise((resolve) => setTimeout(resolve, 5));
    const second = await ask('POST', at, { headers, body: JSON.stringify(endorse('bob', 'cyd')) });
    expect([second.status, second.body.code]).toEqual([409, 'in-progress']);
    await end();
    expect((await first).body).toMatchObject({ taken: 10_005, head: { sequence: 10_005 } });
    const next = await ask('POST', `${at}?after=10005`, { headers, body: JSON.stringify(endorse('a', 'b')) });
    expect(next.body).toMatchObject({ taken: 1, head: { sequence: 10_006 } });
  });

  it('are refused where events were added before their first lines were', async () => {
    await ask('PUT', '/v1/communities/copy');
    const { body, end } = lines(3);
    const importing = ask('POST', at, { headers, body });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await serving.add('copy', [endorse('bob', 'cyd')])).status).toBe(200);
    await end();
    const refused = await importing;
    expect([refused.status, refused.body.code, refused.body.taken]).toEqual([409, 'not-empty', 0]);
    expect((await ask('GET', '/v1/communities/copy')).body.head.sequence).toBe(1);
  });
});

describe('a contributor that is erased', () => {
  it('is gone from scores, explanations, pages and the ledger', async () => {
    const { body: page } = await ask('GET', `${AT}/scores?limit=1`);
    const { status, body } = await ask('DELETE', `${AT}/contributors/linus`);
    expect([status, body.head.sequence, body.sequence]).toEqual([200, 6, 6]);
    const paths = ['/scores/linus', '/scores/linus/explanation', '/views/linus/scores'];
    for (const path of paths) expect((await ask('GET', AT + path)).status).toBe(404);
    expect((await ask('GET', `${AT}/scores?cursor=${page.next}`)).status).toBe(410);
    for (const path of ['/scores', '/ledger', '/audit', '/scores/ada/explanation?depth=3']) {
      expect((await ask('GET', AT + path)).text).not.toContain('linus');
    }
    expect(
      (await ask('GET', `${AT}/scores/linu`)).text.replaceAll('linu"', '').replaceAll('linu\\"', ''),
    ).not.toContain('linus');
  });

  it('is so by an event too', async () => {
    await serving.add('circle', [{ type: 'forget', contributor: 'linus' }]);
    expect((await ask('GET', `${AT}/scores/linus`)).status).toBe(404);
    expect((await ask('GET', `${AT}/ledger`)).text).not.toContain('linus');
  });
});

describe('communities', () => {
  it('are made, listed and ended, and know nothing of each other', async () => {
    expect((await ask('PUT', '/v1/communities/other')).status).toBe(201);
    expect((await ask('PUT', '/v1/communities/other')).status).toBe(200);
    expect((await ask('GET', '/v1/communities')).body).toEqual({ communities: ['circle', 'other'] });
    expect((await ask('GET', '/v1/communities/other/scores/ada')).body.nearest).toEqual([]);
    expect((await ask('DELETE', '/v1/communities/circle')).status).toBe(204);
    expect((await ask('GET', `${AT}/scores/ada`)).body.code).toBe('unknown-community');
    await ask('PUT', AT);
    expect((await ask('GET', AT)).body).toMatchObject({ order: 0, sequence: 0, head: { sequence: 0 } });
  });

  it('begin anew under another tag, so that nobody keeps what was there before', async () => {
    const { headers } = await ask('GET', AT);
    await ask('DELETE', AT);
    await ask('PUT', AT);
    await serving.add('circle', CIRCLE);
    expect((await ask('GET', AT, { headers: { 'If-None-Match': headers.get('ETag')! } })).status).toBe(200);
  });
});

it('a server can be closed and made again over the same store, with the same scores', async () => {
  const store = await openStore('memory:');
  const first = await Serving.start('circle', { store });
  await first.add('circle', CIRCLE);
  const before = (await first.ask('GET', `${AT}/scores?top=10`)).body;
  await first.server.close();
  expect((await first.ask('GET', `${AT}/scores/ada`)).body.code).toBe('closing');
  expect((await first.ask('GET', '/readyz')).status).toBe(503);
  const second = await Serving.start(undefined, { store });
  const { body } = await second.ask('GET', `${AT}/scores?top=10`);
  expect(body).toMatchObject({ sequence: 5, order: 3 });
  expectSame(body, before);
  await second.server.close();
});

it('serves one ledger with the engine of its host, who goes on with both', async () => {
  const store = await openStore('memory:');
  const ledger = await store.ledger('circle');
  const engine = await TrustEngine.open(ledger);
  const server = await createServer({ ledger, engine, allowInProcess: true });
  const get = async (path: string) => (await server.fetch(new Request(`http://localhost${path}`))).json();
  await engine.append(CIRCLE as never[]);
  expect(await get(`${AT}/scores/ada?at-least-sequence=5`)).toMatchObject({
    contributor: 'ada',
    sequence: 5,
  });
  expect(await get('/v1/communities/other')).toMatchObject({ code: 'unknown-community' });
  const made = await server.fetch(new Request('http://localhost/v1/communities/other', { method: 'PUT' }));
  expect([made.status, await made.json()]).toMatchObject([409, { code: 'fixed-community' }]);
  await server.close();
  await engine.append([endorse('ada', 'late') as never]);
  expect(engine.scores().of('late')?.trust).toBeGreaterThan(0);
});
