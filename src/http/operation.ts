/**
 * A route, said once: what /openapi.json tells of it, what its caller needs, how its path, query and body are
 * read, and who answers. What is refused names the field and what was expected; nothing is coerced, and what is
 * not known is refused. A request without a query runs no schema.
 */
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { PeerageError, quote } from '../error.ts';
import { mediaType, textOf } from './body.ts';
import { checkCommunity } from './community-id.ts';
import { type Body, documented, type Operation } from './documented.ts';
import { guard } from './guards/index.ts';
import { parseJson } from './json.ts';
import { Refusal } from './problem.ts';
import type { App, Env, Served } from './served.ts';

export type Ctx = Context<Env>;

/** What was asked. */
export interface Asked<Q, B> {
  readonly query: Q;
  readonly body: B;
}

/** Adds a route. */
export function operation<Q extends z.ZodObject = z.ZodObject, B extends z.ZodType = z.ZodType>(
  app: App,
  served: Served,
  told: Operation<Q, B>,
  answer: (c: Ctx, asked: Asked<z.output<Q>, z.output<B>>) => Response | Promise<Response>,
): void {
  const { method, path, scope, query, body, heavy = false, stream = false } = told;
  app.openAPIRegistry.registerPath(documented(told));
  const unasked = query?.safeParse({}).data as z.output<Q> | undefined;
  const passes = guard(served, { scope, heavy, stream, bodied: body !== undefined });
  app.on(
    [method.toUpperCase()],
    [path.replaceAll(/\{(.+?)\}/g, ':$1')],
    (c): Response | Promise<Response> => {
      c.set('route', path);
      checkEscapes(c.req.url);
      const community = c.req.param('community') ?? null;
      if (community !== null) checkCommunity(community);
      c.set('community', community);
      return passes(c, () => {
        const { url } = c.req;
        const asked = (
          url.indexOf('?') < 0 && unasked !== undefined ? unasked : readQuery(url, query)
        ) as z.output<Q>;
        if (body === undefined || body.read === 'handler') {
          return answer(c as Ctx, { query: asked, body: undefined as z.output<B> });
        }
        return readBody(c, served, body).then((given) =>
          answer(c as Ctx, { query: asked, body: given as z.output<B> }),
        );
      });
    },
  );
}

/** Each name once, but for those that take a list. */
function readQuery(url: string, schema: z.ZodObject | undefined): unknown {
  const from = url.indexOf('?');
  const given: Record<string, string | string[]> = Object.create(null);
  const shape: Record<string, unknown> = schema?.shape ?? {};
  for (const [name, value] of new URLSearchParams(from < 0 ? '' : url.slice(from))) {
    if (!Object.hasOwn(shape, name)) {
      const known = Object.keys(shape).join(', ');
      throw new PeerageError('bad-option', `is not asked for here; expected ${known || 'no query'}`, {
        field: name,
        value,
      });
    }
    const before = given[name];
    if (LISTED.has(shape[name] as z.ZodType)) given[name] = [...((before as string[]) ?? []), value];
    else if (before === undefined) given[name] = value;
    else throw new PeerageError('bad-option', 'stands twice in the query', { field: name, value });
  }
  return schema === undefined ? {} : checked(schema, { ...given });
}

async function readBody<B extends z.ZodType>(
  c: Pick<Ctx, 'req'>,
  { limits }: Served,
  { schema, read, most = 2 ** 20, optional = false }: Body<B>,
): Promise<unknown> {
  const untyped = optional && c.req.header('Content-Type') === undefined;
  if (!untyped) mediaType(c.req.raw, ['application/json']);
  const text = await textOf(c.req.raw, { ...limits, body: Math.min(limits.body, most) });
  if (optional && text === '') return checked(schema, {});
  if (untyped) mediaType(c.req.raw, ['application/json']);
  const value = parseJson(text, limits.depth);
  return read === 'json' ? value : checked(schema, value);
}

/** @throws PeerageError `bad-option` for the first thing that a schema refuses. */
function checked(schema: z.ZodType, given: unknown): unknown {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = deepest(parsed.error.issues[0]!);
  let value = given;
  for (const step of issue.path) value = (value as Record<PropertyKey, unknown> | undefined)?.[step];
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = [...issue.path, ...(unknown === undefined ? [] : [unknown])].join('.');
  const reason =
    unknown === undefined
      ? `${quote(value)} is refused: ${issue.message}`
      : 'is not a field that is known here';
  throw new PeerageError('bad-option', reason, { ...(path !== '' && { field: path }), value });
}

/** Of several ways that all fail, the first thing that is wrong with the one that comes farthest. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const [first] = issue.errors
    .flatMap(([one]) => (one === undefined ? [] : [one]))
    .sort((one, other) => other.path.length - one.path.length);
  return first === undefined ? issue : deepest({ ...first, path: [...issue.path, ...first.path] });
}

/** Schemas of queries that take a name several times. */
const LISTED = new WeakSet<z.ZodType>();

/** A list: `ids=a&ids=b`. */
export function listed(most: number, description: string) {
  const schema = z.array(z.string().min(1)).min(1).max(most).optional().openapi({ description });
  LISTED.add(schema);
  return schema;
}

/** A whole number in a query. */
export function count(from: number, to: number, description: string) {
  const expected = `expected a whole number from ${from} to ${to}`;
  return z
    .string()
    .regex(/^(0|[1-9]\d*)$/, expected)
    .transform(Number)
    .refine((value) => value >= from && value <= to, expected)
    .optional()
    .openapi({ type: 'integer', minimum: from, maximum: to, description });
}

/** A decimal in a query. */
export function decimal(from: number, to: number, description: string) {
  const expected = `expected a number from ${from} to ${to}`;
  return z
    .string()
    .regex(/^\d+(\.\d+)?([eE][+-]?\d+)?$/, expected)
    .transform(Number)
    .refine((value) => value >= from && value <= to, expected)
    .optional()
    .openapi({ type: 'number', minimum: from, maximum: to, description });
}

/** What reads may demand. */
export function demands(finest: number) {
  return {
    'at-least-sequence': count(
      0,
      Number.MAX_SAFE_INTEGER,
      'Waits for scores that take this event into account.',
    ),
    tolerance: decimal(finest, 2, 'Settles until the bound is at most this.'),
  };
}

/** @throws Refusal `bad-request` for an escape that stands for nothing. */
function checkEscapes(url: string): void {
  if (!url.includes('%')) return;
  try {
    decodeURIComponent(url);
  } catch {
    throw new Refusal('bad-request', 'the address has a percent escape that is not UTF-8');
  }
}
