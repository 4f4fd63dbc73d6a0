/**
 * Each thing that is refused: with the status and the code that are promised, as a problem document that names
 * the field and the value, and with nothing changed. Nothing is coerced, and nothing unknown is passed over.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PeerageError } from '../../src/error.ts';
import { problemOf, STATUS } from '../../src/http/problem.ts';
import { openStore } from '../../src/ledger.ts';
import { createServer } from '../../src/server.ts';
import { type Asked, CIRCLE, endorse, Serving } from './serving.ts';

const AT = '/v1/communities/circle';
const LINES = { 'Content-Type': 'application/x-ndjson' };
let serving: Serving;

beforeAll(async () => {
  serving = await Serving.start('circle', { limits: { events: 5, body: 2_000, line: 500, patience: 30 } });
  await serving.ask('PUT', '/v1/communities/other');
  await serving.add('circle', CIRCLE);
});
afterAll(async () => {
  await serving.server.close();
  expect(serving.faults).toEqual([]);
});

/** Events of which the first refuses the batch. */
const sent = (...events: unknown[]): Asked => ({ body: events });
const raw = (body: string | Uint8Array, headers: Record<string, string> = {}): Asked => ({ body, headers });
const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

type Case = [
  what: string,
  method: string,
  path: string,
  asked: Asked,
  status: number,
  code: string,
  more?: object,
];

const events: Case[] = [
  [
    'a weight that is a text',
    sent(endorse('a', 'b', { weight: '3' })),
    400,
    'bad-weight',
    { field: 'weight', value: '"3"', index: 0 },
  ],
  ['a weight of null', sent(endorse('a', 'b', { weight: null })), 400, 'bad-weight', { value: 'null' }],
  ['a weight of 0', sent(endorse('a', 'b', { weight: 0 })), 400, 'bad-weight', {}],
  ['1e400', raw('[{"type":"endorse","source":"a","target":"b","weight":1e400}]'), 400, 'bad-json', {}],
  [
    'a field that is not known',
    sent(endorse('a', 'b', { wieght: 3 })),
    400,
    'bad-event',
    { field: 'wieght' },
  ],
  [
    'a field called __proto__',
    raw('[{"type":"endorse","source":"a","target":"b","__proto__":{"weight":2}}]'),
    400,
    'bad-event',
    { field: '__proto__' },
  ],
  [
    'a type that is not known',
    sent({ type: 'like', source: 'a', target: 'b' }),
    400,
    'bad-event',
    { field: 'type' },
  ],
  ['an event that is no object', sent(endorse('a', 'b'), 7), 400, 'bad-event', { index: 1, value: '7' }],
  ['an event that is null', sent(null), 400, 'bad-event', { index: 0 }],
  [
    'a lone surrogate',
    raw('[{"type":"endorse","source":"a\\ud800","target":"b"}]'),
    400,
    'bad-id',
    { field: 'source' },
  ],
  [
    'a long id that nobody has',
    raw(`[{"type":"forget","contributor":"${'x'.repeat(1_900)}"}]`),
    404,
    'unknown-contributor',
    {},
  ],
  ['a date that is none', sent(endorse('a', 'b', { at: 'yesterday' })), 400, 'bad-date', { field: 'at' }],
  ['advance without a date', sent({ type: 'advance' }), 400, 'missing-date', {}],
  [
    'a policy without a fixed point',
    sent({ type: 'policy', policy: { balance: 0 } }),
    400,
    'bad-policy',
    { index: 0 },
  ],
  [
    'a retraction of what is not there',
    sent({ type: 'retract', of: 'e9' }),
    409,
    'unknown-event',
    { value: '"e9"' },
  ],
  ['an id with another content', sent(endorse('ada', 'linus', { id: 'e2' })), 409, 'id-conflict', {}],
  ['forgetting nobody', sent({ type: 'forget', contributor: 'nobody' }), 404, 'unknown-contributor', {}],
  ['an object instead of an array', { body: endorse('a', 'b') }, 400, 'bad-event', {}],
  ['more events than may be', sent(...Array(6).fill(endorse('a', 'b'))), 413, 'too-large', {}],
  [
    'more lines than may be',
    raw(`${JSON.stringify(endorse('a', 'b'))}\n`.repeat(6), LINES),
    413,
    'too-large',
    {},
  ],
  ['more bytes than may be', raw(`[${' '.repeat(2_000)}]`), 413, 'too-large', {}],
  ['a line that is too long', raw(`{"type":"${'x'.repeat(600)}"}`, LINES), 413, 'long-line', { line: 1 }],
  [
    'a key that stands twice',
    raw('[{"type":"endorse","source":"a","target":"b","target":"c"}]'),
    400,
    'bad-json',
    {},
  ],
  ['what is no JSON', raw('[{"type":'), 400, 'bad-json', {}],
  ['nothing', raw(''), 400, 'bad-json', {}],
  [
    'a line that is no JSON',
    raw(`${JSON.stringify(endorse('a', 'b'))}\n\nnot`, LINES),
    400,
    'bad-json',
    { line: 3 },
  ],
  ['bytes that are no UTF-8', raw(Uint8Array.of(0x5b, 0x22, 0xff, 0x22, 0x5d)), 400, 'bad-utf8', {}],
  ['a type of body that is not taken', raw('a,b', { 'Content-Type': 'text/csv' }), 415, 'bad-media-type', {}],
  [
    'another charset',
    raw('[]', { 'Content-Type': 'application/json; charset=latin1' }),
    415,
    'bad-media-type',
    {},
  ],
  ['a compressed body', raw('[]', { 'Content-Encoding': 'gzip' }), 415, 'bad-media-type', {}],
  [
    'an Idempotency-Key with a space',
    { headers: { 'Idempotency-Key': 'a b' }, body: [] },
    400,
    'bad-request',
    {},
  ],
].map(([what, ...rest]) => [what, 'POST', `${AT}/events`, ...rest] as unknown as Case);

const queries: Case[] = [
  ['/scores?top=ten', 400, 'bad-option', { field: 'top', value: '"ten"' }],
  ['/scores?top=1e3', 400, 'bad-option', { field: 'top' }],
  ['/scores?top=-1', 400, 'bad-option', { field: 'top' }],
  ['/scores?top=1001', 400, 'bad-option', { field: 'top' }],
  ['/scores?top=1&top=2', 400, 'bad-option', { field: 'top' }],
  ['/scores?top=1&ids=ada', 400, 'bad-option', {}],
  ['/scores?top=1&limit=1', 400, 'bad-option', { field: 'limit' }],
  ['/scores?ids=ada&limit=1', 400, 'bad-option', { field: 'limit' }],
  ['/scores?tpo=1', 400, 'bad-option', { field: 'tpo' }],
  ['/scores?__proto__=1', 400, 'bad-option', { field: '__proto__' }],
  ['/scores?ids=', 400, 'bad-option', {}],
  ['/scores?cursor=nonsense', 400, 'bad-cursor', { field: 'cursor' }],
  ['/scores?ids=%ff', 400, 'bad-request', {}],
  ['/scores/%ff', 400, 'bad-request', {}],
  ['/scores/ada?tolerance=0', 400, 'bad-option', { field: 'tolerance' }],
  ['/scores/ada?tolerance=NaN', 400, 'bad-option', { field: 'tolerance' }],
  ['/scores/ada?at-least-sequence=99', 503, 'behind', {}],
  ['/scores/lins', 404, 'unknown-contributor', { field: 'id', value: '"lins"', nearest: ['linus'] }],
  ['/scores/lins/explanation', 404, 'unknown-contributor', { nearest: ['linus'] }],
  ['/scores/ada/explanation?by=magic', 400, 'bad-option', { field: 'by' }],
  ['/scores/ada/explanation?by=origin&depth=2', 400, 'bad-option', { field: 'depth' }],
  ['/scores/ada/explanation?depth=100&breadth=100', 400, 'bad-option', { field: 'depth' }],
  ['/views/lins/scores', 404, 'unknown-contributor', { field: 'viewer', nearest: ['linus'] }],
  ['/audit?walks=99', 400, 'bad-option', { field: 'walks' }],
  ['/audit?walks=1000000', 400, 'bad-option', { field: 'walks' }],
  ['/nothing', 404, 'no-route', {}],
  ['/scores/', 404, 'no-route', {}],
  ['/../../../etc/passwd', 404, 'no-route', {}],
].map(([path, ...rest]) => [`GET ${path}`, 'GET', `${AT}${path}`, {}, ...rest] as unknown as Case);

const others: Case[] = [
  [
    'a community that is not there',
    'GET',
    '/v1/communities/nowhere/scores/ada',
    {},
    404,
    'unknown-community',
  ],
  [
    'events for one that is not there',
    'POST',
    '/v1/communities/nowhere/events',
    sent(),
    404,
    'unknown-community',
  ],
  ['ending one that is not there', 'DELETE', '/v1/communities/nowhere', {}, 404, 'unknown-community'],
  [
    'a community with a strange name',
    'PUT',
    '/v1/communities/a%2Fb',
    {},
    400,
    'bad-id',
    { field: 'community' },
  ],
  ['one called __proto__', 'PUT', '/v1/communities/__proto__', {}, 400, 'bad-id'],
  ['a method that is not taken', 'PATCH', `${AT}/policy`, {}, 405, 'bad-method'],
  [
    'a policy out of its range',
    'PUT',
    `${AT}/policy`,
    { body: { damping: 1 } },
    400,
    'bad-policy',
    { field: 'damping', value: '1' },
  ],
  [
    'a policy with a text for a number',
    'PUT',
    `${AT}/policy`,
    { body: { damping: '0.5' } },
    400,
    'bad-policy',
    { value: '"0.5"' },
  ],
  [
    'a policy with an unknown field',
    'PUT',
    `${AT}/policy`,
    { body: { dumping: 0.5 } },
    400,
    'bad-policy',
    { field: 'dumping' },
  ],
  [
    'a policy that is another by now',
    'PUT',
    `${AT}/policy`,
    { body: {}, headers: { 'If-Match': '"x"' } },
    412,
    'precondition-failed',
  ],
  [
    'a policy that is to be the first',
    'PUT',
    `${AT}/policy`,
    { body: {}, headers: { 'If-None-Match': '*' } },
    412,
    'precondition-failed',
  ],
  ['erasing nobody', 'DELETE', `${AT}/contributors/nobody`, {}, 404, 'unknown-contributor'],
  ['what-if of nothing', 'POST', `${AT}/what-if`, { body: {} }, 400, 'bad-option'],
  ['what-if of both', 'POST', `${AT}/what-if`, { body: { events: [], without: 'ada' } }, 400, 'bad-option'],
  [
    'what-if with a text for a weight',
    'POST',
    `${AT}/what-if`,
    { body: { events: [endorse('a', 'b', { weight: '3' })] } },
    400,
    'bad-weight',
  ],
  [
    'what-if without nobody',
    'POST',
    `${AT}/what-if`,
    { body: { without: 'lins' } },
    404,
    'unknown-contributor',
    { field: 'without' },
  ],
  [
    'what-if without an issuer that is not there',
    'POST',
    `${AT}/what-if`,
    { body: { withoutIssuer: 'x' } },
    404,
    'unknown-issuer',
  ],
  [
    'what-if with an unknown field',
    'POST',
    `${AT}/what-if`,
    { body: { wihtout: 'ada' } },
    400,
    'bad-option',
    { field: 'wihtout' },
  ],
  [
    'contributors that are no list',
    'POST',
    `${AT}/scores`,
    { body: { contributors: 'ada' } },
    400,
    'bad-option',
    { field: 'contributors' },
  ],
  [
    'a contributor that is a number',
    'POST',
    `${AT}/scores`,
    { body: { contributors: [7] } },
    400,
    'bad-option',
    { field: 'contributors.0', value: '7' },
  ],
  [
    'an import into a ledger that is not empty',
    'POST',
    `${AT}/ledger`,
    { body: '', headers: LINES },
    409,
    'not-empty',
  ],
];

describe('is refused', () => {
  it.each([...events, ...queries, ...others])(
    '%s',
    async (_, method, path, asked, status, code, more = {}) => {
      const before = await serving.ask('GET', AT);
      const answer = await serving.ask(method, path, asked);
      expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
      expect(answer.body).toMatchObject({ status, code, type: `/problems/${code}`, ...more });
      expect(answer.status).toBe(status);
      expect(answer.body.detail).toMatch(/\S/);
      if (status === 405) expect(answer.headers.get('Allow')).toBe('GET, HEAD, PUT');
      if (status === 503) expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0);
      expect((await serving.ask('GET', AT)).body).toEqual(before.body);
    },
  );

  it.each([33, 200_000])('JSON that is %i levels deep, wherever JSON is taken', async (levels) => {
    const wide = await Serving.start('circle');
    for (const [method, path] of [
      ['POST', `${AT}/events`],
      ['POST', `${AT}/scores`],
      ['POST', `${AT}/what-if`],
      ['PUT', `${AT}/policy`],
    ]) {
      for (const body of [deep(levels), `{"policy":${deep(levels)}}`, `{"kinds":${'{"a":'.repeat(levels)}`]) {
        const answer = await wide.ask(method!, path!, { body });
        expect([answer.status, answer.body.code]).toEqual([400, 'bad-json']);
      }
    }
    await wide.server.close();
  });

  it('a cursor of another community, an edited one, and one whose scores are gone', async () => {
    const { body } = await serving.ask('GET', `${AT}/scores?limit=1`);
    const elsewhere = await serving.ask('GET', `/v1/communities/other/scores?cursor=${body.next}`);
    expect([elsewhere.status, elsewhere.body.code]).toEqual([400, 'bad-cursor']);
    const [community, tag] = JSON.parse(atob(body.next));
    const made = (value: unknown) => btoa(JSON.stringify(value)).replace(/=+$/, '');
    const answers = await Promise.all(
      [
        [community, tag, -1],
        [community, tag, 4],
        [community, tag, 0.5],
        [community, tag],
        [community, 'x', 0],
        {},
      ].map(async (value) => (await serving.ask('GET', `${AT}/scores?cursor=${made(value)}`)).status),
    );
    expect(answers).toEqual([400, 400, 400, 400, 410, 400]);
    expect((await serving.ask('GET', `${AT}/scores?cursor=${body.next}`)).body.scores).toHaveLength(2);
  });

  it('a read of a sequence that is still to come, unless it comes in time', async () => {
    const patient = await Serving.start('circle', { limits: { patience: 5_000 } });
    const waiting = patient.ask('GET', `${AT}/scores/ada?at-least-sequence=5`);
    await patient.ask('POST', `${AT}/events`, { body: CIRCLE });
    expect((await waiting).body).toMatchObject({ contributor: 'ada', sequence: 5 });
    await patient.server.close();
  });

  it('a tolerance that is demanded and can not be proven', async () => {
    const fine = await Serving.start('circle', { limits: { tolerance: 1e-300 } });
    await fine.add('circle', CIRCLE);
    const answer = await fine.ask('GET', `${AT}/scores/ada?tolerance=1e-300`);
    expect([answer.status, answer.body.code]).toEqual([503, 'not-settled']);
    await fine.server.close();
  });
});

describe('a problem', () => {
  it('has a status for every code, and says nothing of the inside where the fault is ours', () => {
    for (const [code, status] of Object.entries(STATUS)) {
      const { problem } = problemOf(new PeerageError(code as 'bad-id', 'secret /etc/place'), 'r1');
      expect([status >= 400 && status < 600, problem.request]).toEqual([true, 'r1']);
      const ours = status >= 500 && /^(ledger-|unreadable|erasure-pending)/.test(code);
      expect(problem.code).toBe(status === 500 ? 'internal' : code === 'unreadable' ? 'ledger-failed' : code);
      expect(problem.detail.includes('secret')).toBe(status !== 500 && !ours);
    }
    expect(problemOf(new RangeError('secret'), '').problem).toMatchObject({ code: 'internal', status: 500 });
  });

  it('that nobody foresaw is told to the host and not to the caller', async () => {
    const store = await openStore('memory:');
    const broken = Object.create(store, {
      communities: { value: async () => ['circle'] },
      ledger: { value: async () => Promise.reject(new TypeError('secret')) },
      documents: { value: store.documents },
    });
    const told = await Serving.start(undefined, { store: broken });
    const answer = await told.ask('GET', `${AT}/scores/ada`);
    expect([answer.status, answer.body.code, answer.text.includes('secret')]).toEqual([
      500,
      'internal',
      false,
    ]);
    expect(told.faults).toEqual([new TypeError('secret')]);
  });
});

it.each([
  [{}, 'store'],
  [{ store: 1, ledger: 1 }, 'store'],
  [{ store: 1, engine: 1 }, 'engine'],
  [{ limits: { evnets: 5 } }, 'limits.evnets'],
  [{ limits: { events: '5' } }, 'limits.events'],
  [{ limits: { events: 0 } }, 'limits.events'],
])('createServer refuses %j, and says what of it', async (options, field) => {
  const store = await openStore('memory:');
  const given = { ...('limits' in options && { store }), ...options } as never;
  await expect(createServer(given)).rejects.toMatchObject({ code: 'bad-option', field });
});
