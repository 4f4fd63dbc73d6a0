/** Routes of keys, for whoever administers all communities. A secret is told once, by the answer that makes it. */
import { z } from '@hono/zod-openapi';
import { PeerageError } from '../../error.ts';
import { parseDate } from '../../event.ts';
import { firstKeyFault, SCOPES } from '../keys.ts';
import { operation } from '../operation.ts';
import type { Group } from '../served.ts';

const date = z.number().openapi({ description: 'Epoch milliseconds.' });
const Key = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    community: z.string().nullable().describe('Null for all communities.'),
    created: date,
    expires: date.nullable(),
    revoked: date.nullable(),
    retiring: date.nullable().describe('Until when the secret before the last rotation is taken too.'),
  })
  .openapi('Key');
const MadeKey = z
  .strictObject({
    key: Key,
    secret: z.string().describe('What stands after `Bearer`. It is told this once.'),
  })
  .openapi('MadeKey');
const json = <T extends z.ZodType>(schema: T) => ({ 'application/json': schema });

export const keyRoutes: Group = (app, served) => {
  const { guards, news } = served;
  const { keys } = guards;
  const said = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };

  operation(
    app,
    served,
    {
      method: 'get',
      path: '/v1/keys',
      name: 'listKeys',
      summary: 'All keys, without their secrets',
      scope: 'admin',
      answers: { 200: { description: 'Keys.', content: json(z.strictObject({ keys: z.array(Key) })) } },
    },
    (c) => c.body(JSON.stringify({ keys: keys.list() }), 200, said),
  );

  operation(
    app,
    served,
    {
      method: 'post',
      path: '/v1/keys',
      name: 'createKey',
      summary: 'Makes a key',
      scope: 'admin',
      body: {
        schema: z
          .strictObject({
            name: z.string().max(200).optional(),
            scopes: z.array(z.enum(SCOPES)).min(1),
            community: z.string().nullable().optional().describe('Null, or left out: all communities.'),
            expires: z
              .union([z.string(), z.number()])
              .nullable()
              .optional()
              .openapi({ description: 'ISO 8601 or epoch milliseconds, to come. Null, or left out: never.' }),
          })
          .openapi('KeyInput'),
      },
      answers: { 201: { description: 'The key.', content: json(MadeKey) } },
      refusals: ['bad-option', 'bad-date', 'bad-id'],
    },
    async (c, { body }) => {
      const { expires, community = null, name = '', scopes } = body;
      const input = {
        ...{ scopes, community, name },
        expires: expires == null ? null : parseDate(expires, 'expires'),
      };
      const fault = firstKeyFault(keys, input);
      if (fault !== undefined)
        throw new PeerageError('bad-option', fault, { field: 'scopes', value: scopes });
      const made = await keys.create(input);
      return c.body(JSON.stringify(made), 201, said);
    },
  );

  operation(
    app,
    served,
    {
      method: 'post',
      path: '/v1/keys/{key}/rotate',
      name: 'rotateKey',
      summary: 'Gives a key a new secret; the one before is taken for a while',
      scope: 'admin',
      body: {
        schema: z
          .strictObject({
            graceSeconds: z.number().min(0).max(31_536_000).optional().describe('0 unless given.'),
          })
          .openapi('Rotation'),
        optional: true,
      },
      answers: { 200: { description: 'The key with its new secret.', content: json(MadeKey) } },
      refusals: ['unknown-key', 'bad-option'],
    },
    async (c, { body }) => {
      const grace = (body.graceSeconds ?? 0) * 1000;
      const made = await keys.rotate(c.req.param('key')!, { grace });
      news.endRefused();
      return c.body(JSON.stringify(made), 200, said);
    },
  );

  operation(
    app,
    served,
    {
      method: 'delete',
      path: '/v1/keys/{key}',
      name: 'revokeKey',
      summary: 'Refuses a key from now on',
      scope: 'admin',
      answers: { 200: { description: 'The key.', content: json(Key) } },
      refusals: ['unknown-key'],
    },
    async (c) => {
      try {
        return c.body(JSON.stringify(await keys.revoke(c.req.param('key')!)), 200, said);
      } finally {
        // Also where it could not be written: here it holds already.
        news.endRefused();
      }
    },
  );
};
