/**
 * A key opens what its scopes and its community say, from its making until it expires or is revoked, and after a
 * rotation its old secret until the grace is over; nothing else opens anything. No secret is ever kept.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allows, Keys, SCOPES } from '../../src/http/keys.ts';
import { service } from './service.ts';
import { MapDocuments, Time } from './time.ts';

const bearer = (secret: string) => `Bearer ${secret}`;

describe('a key', () => {
  it('opens exactly while a list of what was done to it says so, for a store that is opened again too', async () => {
    const command = fc.oneof(
      fc.record({ do: fc.constant('create' as const), expires: fc.option(fc.integer({ min: 1, max: 50 })) }),
      fc.record({
        do: fc.constant('rotate' as const),
        which: fc.nat(),
        grace: fc.integer({ min: 0, max: 20 }),
      }),
      fc.record({ do: fc.constant('revoke' as const), which: fc.nat() }),
      fc.record({ do: fc.constant('wait' as const), time: fc.integer({ min: 1, max: 30 }) }),
      fc.record({ do: fc.constant('reopen' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 30 }), async (commands) => {
        const time = new Time();
        const documents = new MapDocuments();
        let keys = await Keys.open(documents, time.clock);
        /** The witness: every secret ever told, and from when on it is refused. */
        const secrets: { secret: string; id: string; until: number }[] = [];
        const ids: { id: string; expires: number; revoked: boolean }[] = [];
        const lines = new Map<string, object>();
        for (const command of commands) {
          if (command.do === 'create') {
            const expires = command.expires === null ? null : time.now + command.expires;
            const { key, secret } = await keys.create({ scopes: ['read'], expires });
            ids.push({ id: key.id, expires: expires ?? Number.POSITIVE_INFINITY, revoked: false });
            secrets.push({ secret, id: key.id, until: Number.POSITIVE_INFINITY });
          } else if (command.do === 'wait') time.now += command.time;
          else if (command.do === 'reopen') keys = await Keys.open(documents, time.clock);
          else if (ids.length > 0) {
            const one = ids[command.which % ids.length]!;
            if (command.do === 'revoke') {
              await keys.revoke(one.id);
              one.revoked = true;
            } else if (one.revoked || time.now >= one.expires) {
              await expect(keys.rotate(one.id)).rejects.toMatchObject({ code: 'unknown-key' });
            } else {
              const { secret } = await keys.rotate(one.id, { grace: command.grace });
              const before = secrets.filter(({ id }) => id === one.id);
              const newest = before.at(-1)!;
              for (const old of before)
                old.until = Math.min(old.until, old === newest ? time.now + command.grace : 0);
              secrets.push({ secret, id: one.id, until: Number.POSITIVE_INFINITY });
            }
          }
          for (const { secret, id, until } of secrets) {
            const { expires, revoked } = ids.find((one) => one.id === id)!;
            const opens = !revoked && time.now < Math.min(expires, until);
            expect(keys.authenticate(bearer(secret))?.id).toBe(opens ? id : undefined);
            // The same on a connection where it was asked before, whatever happened to the key since, and on one of all.
            if (!lines.has(secret)) lines.set(secret, {});
            for (const line of [lines.get(secret)!, lines]) {
              expect(keys.authenticate(bearer(secret), line)?.id).toBe(opens ? id : undefined);
            }
          }
          expect(keys.required).toBe(ids.length > 0);
          expect(keys.usable).toBe(ids.some(({ revoked, expires }) => !revoked && time.now < expires));
        }
        const written = JSON.stringify([...documents.texts].map(([, texts]) => [...texts]));
        const shown = JSON.stringify(keys.list());
        for (const { secret } of secrets) {
          const bits = secret.slice('pk_0123456789abcdef_'.length);
          expect(written.includes(secret) || written.includes(bits) || shown.includes(bits)).toBe(false);
        }
        expect(/[0-9a-f]{64}/.test(shown)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('is opened by its own secret alone: any other text, near or far, opens nothing', async () => {
    const keys = await Keys.open(new MapDocuments(), () => 0);
    const { secret } = await keys.create({ scopes: ['admin'] });
    const other = (await keys.create({ scopes: ['admin'] })).secret;
    const mixed = other.slice(0, 20) + secret.slice(20);
    const near = fc
      .record({
        at: fc.nat(secret.length - 1),
        put: fc.constantFrom(...'aZ09-_. ~\u0000'),
        cut: fc.boolean(),
      })
      .map(({ at, put, cut }) => secret.slice(0, at) + put + secret.slice(cut ? at : at + 1));
    const forged = fc.oneof(
      near,
      fc.string(),
      fc.constantFrom('', 'pk_', mixed, `${secret} ${secret}`, `${secret},${secret}`),
    );
    fc.assert(
      fc.property(forged, (text) => {
        fc.pre(text.trim() !== secret);
        expect(keys.authenticate(bearer(text))).toBeUndefined();
      }),
      { numRuns: 500 },
    );
    expect(keys.authenticate(undefined)).toBeUndefined();
    expect(keys.authenticate(secret)).toBeUndefined();
    expect(keys.authenticate(`Basic ${secret}`)).toBeUndefined();
    expect(keys.authenticate(`bearer ${secret}`)).toBeDefined();
  });

  it('may do what its scopes say, where its community says', () => {
    const key = { id: '', name: '', created: 0, expires: null, revoked: null, retiring: null };
    const community = fc.constantFrom('a', 'b', null);
    fc.assert(
      fc.property(
        fc.subarray([...SCOPES]),
        community,
        fc.constantFrom(...SCOPES),
        community,
        (scopes, own, need, where) => {
          const here = own === null || (where !== null && own === where);
          const may = new Set(scopes.flatMap((scope) => (scope === 'admin' ? SCOPES : [scope]))).has(need);
          expect(allows({ ...key, scopes, community: own }, need, where)).toBe(here && may);
        },
      ),
    );
  });

  it('is refused from the moment it is revoked, even where the store can not be written', async () => {
    const documents = new MapDocuments();
    const keys = await Keys.open(documents, () => 0);
    const { key, secret } = await keys.create({ scopes: ['read'] });
    documents.broken = true;
    await expect(keys.revoke(key.id)).rejects.toThrow('full');
    expect(keys.authenticate(bearer(secret))).toBeUndefined();
    await expect(keys.create({ scopes: ['read'] })).rejects.toThrow('full');
    expect(keys.list()).toHaveLength(1);
  });

  it('opens nothing once a revocation is answered, whatever was asked at the same time, and after a restart too', async () => {
    const change = fc.constantFrom('rotate' as const, 'revoke' as const);
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 4 }),
        fc.array(change, { maxLength: 4 }),
        async (some, more) => {
          const documents = new MapDocuments();
          const keys = await Keys.open(documents, () => 0);
          const { key, secret } = await keys.create({ scopes: ['admin'] });
          const told = await Promise.allSettled(
            [...some, 'revoke' as const, ...more].map(async (one) =>
              one === 'revoke' ? void (await keys.revoke(key.id)) : keys.rotate(key.id, { grace: 9 }),
            ),
          );
          const made = told.map((one) => (one.status === 'fulfilled' ? one.value?.secret : undefined));
          for (const those of [keys, await Keys.open(documents, () => 0)]) {
            expect(those.usable).toBe(false);
            for (const one of [secret, ...made])
              expect(those.authenticate(bearer(one ?? ''))).toBeUndefined();
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('that is rotated twice at once is opened by the newest secret, and by the one before during the grace', async () => {
    const keys = await Keys.open(new MapDocuments(), () => 0);
    const { key, secret } = await keys.create({ scopes: ['admin'] });
    const [first, second] = await Promise.all([1, 2].map(() => keys.rotate(key.id, { grace: 9 })));
    const opens = [secret, first!.secret, second!.secret].map(
      (one) => keys.authenticate(bearer(one)) !== undefined,
    );
    expect(opens).toEqual([false, true, true]);
  });

  it.each([
    [{ scopes: [] }, 'scopes'],
    [{ scopes: ['root'] }, 'scopes'],
    [{ scopes: ['read'], expires: 5 }, 'expires'],
    [{ scopes: ['read'], expires: Number.NaN }, 'expires'],
    [{ scopes: ['read'], expires: -1e300 }, 'expires'],
  ])('is not made of %j', async (input, field) => {
    const keys = await Keys.open(new MapDocuments(), () => 5);
    await expect(keys.create(input as never)).rejects.toMatchObject({ code: 'bad-option', field });
  });

  it('is made for communities that can be made, and no others', async () => {
    const { server, ask } = await service();
    const any = fc.oneof(
      fc.constantFrom('', '-a', 'a b', 'a/b', '\u001b[2J', 'x'.repeat(65)),
      fc.string({ unit: 'binary', maxLength: 70 }),
    );
    await fc.assert(
      fc.asyncProperty(any, async (community) => {
        const made = server.keys.create({ scopes: ['read'], community });
        const key = await made.then(
          () => 'made',
          (error) => error.code,
        );
        const path = `/v1/communities/${encodeURIComponent(community)}`;
        // What stands for a folder is no name in an address.
        fc.pre(!/^\.{0,2}$/.test(community));
        const { secret } = await server.keys.create({ scopes: ['admin'] });
        const put = await ask('PUT', path, { key: secret });
        expect(key).toBe(put.status < 300 ? 'made' : 'bad-id');
      }),
      { numRuns: 60 },
    );
    await server.close();
  });
});

describe('over HTTP', () => {
  it('the first key is one that can make others, and the service is as open as before where it is refused', async () => {
    const { server, ask } = await service();
    for (const json of [
      { scopes: ['read', 'write'] },
      { scopes: ['admin'], community: 'red' },
      { scopes: ['read'], community: null },
    ]) {
      const { status, body } = await ask('POST', '/v1/keys', { json });
      expect([status, body.code, body.field]).toEqual([400, 'bad-option', 'scopes']);
      expect((await ask('GET', '/v1/communities/red')).status).toBe(200);
    }
    const first = await ask('POST', '/v1/keys', { json: { scopes: ['admin'] } });
    expect(first.status).toBe(201);
    const key = first.body.secret;
    expect(
      (await ask('POST', '/v1/keys', { key, json: { scopes: ['read'], community: 'red' } })).status,
    ).toBe(201);
    await server.close();
  });

  it('a key may never expire, or at a date to come, and is rotated without a body', async () => {
    const { server, ask, secretOf } = await service();
    const key = await secretOf(['admin']);
    const make = async (expires: unknown) =>
      (await ask('POST', '/v1/keys', { key, json: { scopes: ['read'], expires } })).body;
    expect((await make(null)).key.expires).toBeNull();
    expect((await make('2999-01-01')).key.expires).toBe(Date.parse('2999-01-01'));
    expect((await make('2020-01-01')).detail).toMatch(/expires: "2020-01-01T00:00:00.000Z" is not to come/);
    expect(await make('soon')).toMatchObject({ code: 'bad-date', field: 'expires' });
    const { id } = (await make(null)).key;
    const rotate = `/v1/keys/${id}/rotate`;
    for (const headers of [{}, { 'content-type': 'application/json' }] as Record<string, string>[]) {
      const rotated = await ask('POST', rotate, { key, headers });
      expect([rotated.status, rotated.body.key?.retiring]).toEqual([200, null]);
    }
    expect((await ask('POST', rotate, { key, json: { graceSeconds: 9 } })).body.key.retiring).toBeGreaterThan(
      0,
    );
    expect((await ask('POST', rotate, { key, json: { grace: 9 } })).status).toBe(400);
    const untyped = new Request(`http://localhost${rotate}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: new Uint8Array([123, 125]),
    });
    expect((await server.fetch(untyped)).status).toBe(415);
    await server.close();
  });
});
