/**
 * What /openapi.json promises, held against the server by a validator of its own (ajv). Random requests drawn from
 * the document, right and spoilt: no answer has a status or a body that the document does not tell of, and none
 * is a fault of the server. The document's events and policies are those that the checks take.
 */
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TrustEngine } from '../../src/engine.ts';
import { PeerageError } from '../../src/error.ts';
import { type EventInput, parseEvent } from '../../src/event.ts';
import { STATUS } from '../../src/http/problem.ts';
import { type PolicyInput, parsePolicy } from '../../src/policy.ts';
import { resolve, type Schema, spoilt, valid } from './schema.ts';
import { type Asked, CIRCLE, Serving } from './serving.ts';

let serving: Serving;
let document: Schema;
let ajv: Ajv2020;
const KEY = 'https://localhost/openapi.json';
const pointer = (...steps: (string | number)[]) =>
  `${KEY}#/${steps.map((step) => encodeURIComponent(String(step).replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;

beforeAll(async () => {
  serving = await Serving.start('circle', { limits: { patience: 5 } });
  await serving.ask('PUT', '/v1/communities/empty');
  await serving.add('circle', CIRCLE);
  document = (await serving.ask('GET', '/openapi.json')).body;
  ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: false });
  ajv.addSchema(document, KEY);
});
afterAll(async () => {
  await serving.server.close();
});

function judge(...steps: (string | number)[]) {
  return ajv.getSchema(pointer(...steps)) ?? ajv.compile({ $ref: pointer(...steps) });
}

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly told: Schema;
}
const operations = (): Operation[] =>
  Object.entries<Schema>(document.paths).flatMap(([path, methods]) =>
    Object.entries<Schema>(methods).map(([method, told]) => ({ method, path, told })),
  );

describe('the document', () => {
  it('is OpenAPI 3.1 with a name for each operation, and refers to nothing that is not there', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    const names = operations().map(({ told }) => told.operationId);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(15);
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref);
    expect(refs.filter((ref) => resolve(document, { $ref: ref }) === undefined)).toEqual([]);
  });

  it('tells of every route that is served, with the scope that it needs', () => {
    const told = operations().map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    for (const { told, path } of operations()) {
      expect(told.security === undefined).toBe(!path.startsWith('/v1/') && path !== '/metrics');
      if (told.security !== undefined) expect(['read', 'write', 'admin']).toContain(told.security[0].key[0]);
    }
    expect(told).toContain('POST /v1/communities/{community}/events');
    expect(told).toContain('GET /v1/communities/{community}/scores/{id}');
  });

  it('has a tag, by which whoever has it need not read it again', async () => {
    const { headers } = await serving.ask('GET', '/openapi.json');
    const known = { headers: { 'If-None-Match': headers.get('ETag')! } };
    const again = await serving.ask('GET', '/openapi.json', known);
    expect([again.status, again.text, again.headers.get('ETag')]).toEqual([304, '', headers.get('ETag')]);
    const other = await serving.ask('GET', '/openapi.json', { headers: { 'If-None-Match': '"x"' } });
    expect([other.status, other.body]).toEqual([200, document]);
  });

  it('tells of the messages that webhooks are sent', () => {
    const { parameters, requestBody, responses } = document.webhooks.scores.post;
    expect(parameters.map(({ name }: Schema) => name)).toContain('webhook-signature');
    const message = resolve(document, requestBody.content['application/json'].schema);
    expect(message.properties.type.enum).toContain('scores.changes');
    expect(Object.keys(responses)).toContain('410');
  });
});

/** A request of an operation. */
function requests({ method, path, told }: Operation): fc.Arbitrary<{ address: string; asked: Asked }> {
  const text = fc.oneof(
    fc.constantFrom('', 'x', '-1', '1e999', 'ada'),
    fc.string({ unit: 'grapheme', maxLength: 6 }),
  );
  const parameters = (told.parameters ?? []) as Schema[];
  const parts = parameters.map((parameter) => {
    const right = valid(document, parameter.schema);
    if (parameter.name === 'community') {
      if (told.operationId === 'dropCommunity') return fc.constantFrom('empty', 'nowhere');
      return fc.constantFrom('circle', 'circle', 'circle', 'empty', 'nowhere', 'a b');
    }
    const value = fc.oneof({ weight: 6, arbitrary: right }, { weight: 1, arbitrary: text });
    // An address loses "." and ".." on its way.
    if (parameter.in === 'path') return value.filter((id) => !/^\.{0,2}$/.test(String(id)));
    return parameter.required ? value : fc.option(value, { nil: undefined, freq: 1 });
  });
  const content = told.requestBody?.content ?? {};
  const bodies = Object.entries<Schema>(content).map(([type, { schema }]) => {
    if (!type.endsWith('/json')) {
      const line = fc.oneof(valid(document, { $ref: '#/components/schemas/EventInput' }), fc.jsonValue());
      return fc
        .array(line, { maxLength: 4 })
        .map((lines) => ({ type, text: lines.map((one) => JSON.stringify(one)).join('\n') }));
    }
    const right = valid(document, schema);
    const json = fc.oneof({ weight: 2, arbitrary: right }, { weight: 1, arbitrary: spoilt(right) });
    return fc.oneof(
      { weight: 8, arbitrary: json.map((value) => ({ type, text: JSON.stringify(value) })) },
      { weight: 1, arbitrary: fc.string().map((raw) => ({ type, text: raw })) },
    );
  });
  const body = bodies.length === 0 ? fc.constant(undefined) : fc.oneof(...bodies);
  return fc.tuple(fc.tuple(...parts), body).map(([values, sent]) => {
    let filled = path;
    const query = new URLSearchParams();
    const headers: Record<string, string> = {};
    for (const [at, { name, in: where }] of parameters.entries()) {
      const value = values[at];
      if (value === undefined) continue;
      if (where === 'path')
        filled = filled.replace(`{${name}}`, encodeURIComponent(String(value).toWellFormed()));
      else if (where === 'header') headers[name] = encodeURIComponent(String(value).toWellFormed());
      else for (const one of [value].flat()) query.append(name, String(one));
    }
    const asked =
      sent === undefined
        ? { headers }
        : { headers: { ...headers, 'Content-Type': sent.type }, body: sent.text };
    return {
      address: query.size === 0 ? filled : `${filled}?${query}`,
      asked: method === 'get' ? { headers } : asked,
    };
  });
}

/** Headers that some problems of a status have and others have not. */
const lenient = new Set(['404 Peerage-Sequence', '404 Peerage-Bound', '409 Retry-After']);

it('each problem that the document names is told at its address, and what it has no name for is not there', async () => {
  const named = new Set(
    [...JSON.stringify(document.paths).matchAll(/`([a-z]+(?:-[a-z]+)*)`/g)].map(([, code]) => code!),
  );
  const codes = [...named, 'bad-method'].filter((code) => Object.hasOwn(STATUS, code));
  expect(codes.length).toBeGreaterThan(35);
  for (const code of codes) {
    const { status, body } = await serving.ask('GET', `/problems/${code}`);
    expect([status, body]).toMatchObject([
      200,
      { type: `/problems/${code}`, code, status: STATUS[code as never] },
    ]);
    expect(body.advice).toMatch(/^[A-Z].{20,}\.$/);
  }
  for (const code of ['nothing', '__proto__', 'toString', 'bad-snapshot'])
    expect((await serving.ask('GET', `/problems/${code}`)).body.code).toBe('no-route');
});

it('tells of what an operation may refuse where it can happen, and nowhere else', () => {
  const said = (operation: string, status: number) =>
    operations().find(({ told }) => told.operationId === operation)!.told.responses[status];
  const writes = ['addEvents', 'putPolicy', 'importLedger', 'eraseContributor', 'makeCommunity', 'makeKey'];
  for (const one of writes.filter((name) => operations().some(({ told }) => told.operationId === name)))
    expect([one, said(one, 507)?.description]).toEqual([one, '`ledger-full`']);
  for (const one of ['getScore', 'listScores', 'audit', 'whatIf']) expect(said(one, 507)).toBeUndefined();
  for (const { told, method } of operations()) {
    const bodied = told.requestBody !== undefined;
    expect(['get', 'delete'].includes(method) && bodied).toBe(false);
    expect([told.operationId, told.responses[408]?.description]).toEqual([
      told.operationId,
      bodied ? '`slow-request`' : undefined,
    ]);
    for (const [status, { headers }] of Object.entries<Schema>(told.responses)) {
      expect(headers['X-Request-Id']).toBeDefined();
      if (Number(status) === 429) expect(headers['Retry-After']).toBeDefined();
    }
  }
  const probe = ['health', 'readiness'];
  for (const one of probe) for (const status of [401, 403, 429]) expect(said(one, status)).toBeUndefined();
  const closing = said('readiness', 503).content['application/json'].schema;
  expect(resolve(document, closing).properties.status.enum).toContain('closing');
  expect(Object.keys(said('readiness', 503).content)).toEqual(['application/json']);
});

it('no answer contradicts the document, and none is a fault of the server', async () => {
  const seen = new Map<string, Set<number>>();
  // One of the requests makes a key, and from then on one is needed.
  const { secret } = await serving.server.keys.create({ scopes: ['admin'] });
  const authorized = { Authorization: `Bearer ${secret}` };
  const draw = fc
    .constantFrom(...operations())
    .chain((operation) => requests(operation).map((request) => ({ ...operation, ...request })));
  const told = fc.asyncProperty(draw, async ({ method, path, told, address, asked }) => {
    const headers = { ...asked.headers, ...authorized };
    const answer = await serving.ask(method.toUpperCase(), address, { ...asked, headers });
    const { status } = answer;
    seen.set(told.operationId, (seen.get(told.operationId) ?? new Set()).add(status));
    // What follows needs somewhere to be.
    if (told.operationId === 'dropCommunity') {
      await serving.ask('PUT', '/v1/communities/empty', { headers: authorized });
    }
    expect(serving.faults).toEqual([]);
    if (status >= 500) expect(['behind', 'not-settled']).toContain(answer.body.code);
    expect(Object.keys(told.responses)).toContain(String(status));
    const { content: promised, description, headers: named } = told.responses[status];
    // What HTTP itself, or the description of a body, says need not be said again.
    const plain = ['content-type', 'content-length', 'cache-control', 'www-authenticate', 'accept-encoding'];
    const known = new Set([...plain, ...Object.keys(named).map((name) => name.toLowerCase())]);
    expect([...answer.headers.keys()].filter((name) => !known.has(name))).toEqual([]);
    for (const name of ['X-Request-Id', 'Retry-After', 'ETag', 'Peerage-Sequence', 'Peerage-Head'])
      if (name in named && !lenient.has(`${status} ${name}`)) expect(answer.headers.has(name)).toBe(true);
    if (status >= 400) expect(description).toContain(`\`${answer.body.code}\``);
    if (promised === undefined) {
      expect(answer.text).toBe('');
      return;
    }
    const type = answer.headers.get('Content-Type')!;
    expect(Object.keys(promised)).toContain(type);
    if (!type.endsWith('json') || type.includes('ndjson')) return;
    const check = judge('paths', path, method, 'responses', status, 'content', type, 'schema');
    check(answer.body);
    expect(check.errors ?? []).toEqual([]);
    if (method === 'get' && status === 200 && answer.body.bound !== undefined) {
      expect(answer.headers.get('Peerage-Bound')).toBe(String(answer.body.bound));
      expect(answer.headers.get('Peerage-Sequence')).toBe(String(answer.body.sequence));
    }
  });
  await fc.assert(told, { numRuns: Number(process.env.PEERAGE_REQUESTS ?? 500) });
  // The property has looked at answers of every operation, most of them good. Ids of keys and webhooks are never met.
  const good = [...seen].filter(([, statuses]) => [...statuses].some((status) => status < 300)).length;
  const within = operations().filter(({ path }) => !/\{(key|webhook)\}/.test(path)).length;
  expect(good).toBeGreaterThan(within * 0.7);
}, 600_000);

it('any events under any policies that the document allows come to scores and an audit as it tells of them', () => {
  const drawn = (name: string) => valid(document, { $ref: `#/components/schemas/${name}` });
  const event = drawn('EventInput') as fc.Arbitrary<EventInput>;
  const policy = (drawn('PolicyInput') as fc.Arbitrary<PolicyInput>).map((policy) => ({
    type: 'policy' as const,
    policy,
  }));
  const steps = fc.array(fc.oneof({ weight: 4, arbitrary: event }, { weight: 1, arbitrary: policy }), {
    maxLength: 16,
  });
  const says = judge('components', 'schemas', 'AuditAnswer');
  let taken = 0;
  const property = fc.property(steps, fc.boolean(), (events, circle) => {
    const engine = new TrustEngine();
    if (circle) engine.apply(CIRCLE as EventInput[]);
    for (const one of events) {
      try {
        engine.apply(one);
        taken++;
      } catch (error) {
        // What a schema can not know: a date that is none, an id that is taken, a kind that a policy does not name.
        if (!(error instanceof PeerageError)) throw error;
      }
      if (one.type === 'policy') engine.scores();
    }
    const audit = JSON.parse(JSON.stringify(engine.audit({ walks: 100 })));
    says(audit);
    expect(says.errors ?? []).toEqual([]);
  });
  fc.assert(property, {
    numRuns: Number(process.env.PEERAGE_REQUESTS ?? 500) / 2,
    interruptAfterTimeLimit: 300_000,
  });
  expect(taken).toBeGreaterThan(100);
}, 600_000);

describe('the schemas say what the checks take', () => {
  const taken = (check: (value: unknown) => unknown, value: unknown): string => {
    try {
      check(value);
      return 'taken';
    } catch (error) {
      if (error instanceof PeerageError) return error.code;
      throw error;
    }
  };

  it.each([
    // Dates and well-formedness are what a schema can not say.
    ['EventInput', parseEvent, ['bad-date', 'bad-id']],
    ['PolicyInput', parsePolicy, []],
  ] as const)('of %s', (name, check, beyond) => {
    const right = valid(document, { $ref: `#/components/schemas/${name}` });
    const says = judge('components', 'schemas', name);
    const agree = fc.property(fc.oneof(right, spoilt(right)), (value) => {
      const result = taken(check, value);
      if (says(value)) expect(['taken', ...beyond, ...nested(value)]).toContain(result);
      // The policy within an event is looked at when it is applied.
      else if (name !== 'EventInput' || (value as { type?: string })?.type !== 'policy')
        expect(result).not.toBe('taken');
    });
    fc.assert(agree, { numRuns: 800 });
  });
  const nested = (value: unknown) =>
    Object.hasOwn(Object((value as { kinds?: object })?.kinds), '__proto__') ? ['bad-policy'] : [];
});
