/**
 * A route as it is said, and what the document makes of it: beside what the route says of itself, all that may be refused
 * by what it passes on its way, and the headers of every answer.
 */
import { z } from '@hono/zod-openapi';
import { COMMUNITY } from './community-id.ts';
import { type ProblemCode, STATUS } from './problem.ts';
import { Problem } from './schemas/problem.ts';
import type { Need } from './served.ts';

interface Answer {
  readonly description: string;
  /** By media type; null where there is no body. */
  readonly content: Record<string, z.ZodType> | null;
  /** Beside those that follow from the rest. */
  readonly headers?: readonly Header[];
}

export interface Body<B extends z.ZodType> {
  readonly schema: B;
  /** Of JSON unless given. */
  readonly type?: string;
  /** By the schema unless given; as JSON for another check, or by the handler. */
  readonly read?: 'schema' | 'json' | 'handler';
  /** The most bytes of it where it is read here; a MiB unless given. */
  readonly most?: number;
  /** True where it may be left out, which is an empty object. */
  readonly optional?: boolean;
  /** The same by other media types. */
  readonly also?: Record<string, z.ZodType>;
}

export interface Operation<Q extends z.ZodObject, B extends z.ZodType> extends Partial<Need> {
  readonly method: 'get' | 'put' | 'post' | 'delete';
  readonly path: string;
  readonly name: string;
  readonly summary: string;
  readonly scope: Need['scope'];
  readonly query?: Q;
  readonly headers?: z.ZodObject;
  readonly body?: Body<B>;
  /** By status. */
  readonly answers: Record<number, Answer>;
  /** What may be refused beside what may be refused everywhere. */
  readonly refusals?: readonly ProblemCode[];
}

const PATH: Record<string, z.ZodType> = {
  community: z.string().regex(COMMUNITY),
  id: z
    .string()
    .min(1)
    .openapi({ description: 'A contributor, percent-encoded. "." and ".." can not stand in a path.' }),
  viewer: z.string().min(1),
  key: z.string().min(1),
  webhook: z.string().min(1),
  delivery: z.string().min(1),
  code: z.string().min(1),
};

/** Headers of answers, by their names in the document. */
export const HEADERS = {
  'X-Request-Id': 'What the logs call the request: as it called itself, where that is a short word.',
  RateLimit:
    'Requests that the key has left, and seconds until it has all of them again: `"key";r=1999;t=1`.',
  'Retry-After': 'Seconds after which to ask again.',
  'WWW-Authenticate': 'How to say a key: `Bearer`.',
  'Accept-Encoding': '`identity`, where a body came compressed.',
  ETag: 'What tells this answer from others; `If-None-Match` with it is answered by 304 while nothing has changed.',
  'Peerage-Sequence': 'Events that are taken into account, as in the body.',
  'Peerage-Bound': 'Proven distance of all shares from the exact ones, as in the body.',
  'Peerage-Head': 'Sequence and hash of the last entry, with a space between.',
} as const;
type Header = keyof typeof HEADERS;

const EVERYWHERE: readonly ProblemCode[] = ['bad-request', 'bad-option', 'long-headers', 'internal'];
const KEYED: readonly ProblemCode[] = ['unauthorized', 'forbidden', 'rate-limited', 'closing'];
const BODIED: readonly ProblemCode[] = [
  ...(['bad-json', 'bad-media-type', 'bad-utf8', 'too-large', 'slow-request', 'overloaded'] as const),
];
/** Of the ledger that a community is opened from, and of what writes to one. */
const OPENED: readonly ProblemCode[] = ['ledger-failed', 'ledger-locked', 'ledger-closed'];
const WRITTEN: readonly ProblemCode[] = [...OPENED, 'ledger-full', 'overloaded'];

/** What an event may be refused for. */
export const OF_EVENTS: readonly ProblemCode[] = [
  ...([
    'bad-event',
    'bad-id',
    'bad-weight',
    'bad-date',
    'missing-date',
    'bad-policy',
    'unknown-kind',
  ] as const),
  ...(['unknown-event', 'already-retracted', 'id-conflict', 'unknown-contributor'] as const),
  'erasure-pending',
];

/** What the document says of a route. */
export function documented<Q extends z.ZodObject, B extends z.ZodType>(told: Operation<Q, B>) {
  const { method, path, name, summary, scope, heavy, query, headers, body, answers, refusals = [] } = told;
  const names = [...path.matchAll(/\{(.+?)\}/g)].map(([, one]) => one!);
  const responses: Record<
    string,
    { description: string; content?: object; headers: ReturnType<typeof listed> }
  > = {};
  for (const [status, answer] of Object.entries(answers)) {
    const { description, content } = answer;
    responses[status] = {
      description,
      headers: listed(['X-Request-Id', ...(scope === null ? [] : RATED), ...headersOf(answer, status, told)]),
      ...(content !== null && {
        content: Object.fromEntries(Object.entries(content).map(([type, schema]) => [type, { schema }])),
      }),
    };
  }
  const codes = new Set([
    ...EVERYWHERE,
    ...(scope === null ? [] : KEYED),
    ...(names.includes('community') ? [...(['bad-id', 'unknown-community'] as const), ...OPENED] : []),
    ...(scope === 'write' || (scope === 'admin' && method !== 'get') ? WRITTEN : []),
    ...(body === undefined ? [] : BODIED),
    ...(heavy ? (['overloaded'] as const) : []),
    ...refusals,
  ]);
  for (const status of new Set([...codes].map((code) => STATUS[code]))) {
    const told = [...codes].filter((code) => STATUS[code] === status);
    responses[status] = {
      description: told.map((code) => `\`${code}\``).join(', '),
      headers: listed([
        'X-Request-Id',
        ...(scope === null ? [] : RATED),
        ...told.flatMap((code) => ALONG[code] ?? []),
      ]),
      content: { 'application/problem+json': { schema: Problem } },
    };
  }
  const { type = 'application/json', schema, optional = false, also = {} } = body ?? {};
  return {
    method,
    path,
    operationId: name,
    summary,
    ...(scope !== null && {
      security: [{ key: [scope] }],
      description: `Needs a key with scope \`${scope}\`.`,
    }),
    request: {
      ...(names.length > 0 && {
        params: z.object(Object.fromEntries(names.map((one) => [one, PATH[one]!]))),
      }),
      ...(query !== undefined && { query }),
      ...(headers !== undefined && { headers }),
      ...(schema !== undefined && {
        body: {
          required: !optional,
          content: {
            [type]: { schema },
            ...Object.fromEntries(Object.entries(also).map(([other, one]) => [other, { schema: one }])),
          },
        },
      }),
    },
    responses,
  };
}

/** Where a key is asked for, unless there is none. */
const RATED: readonly Header[] = ['RateLimit'];
/** Headers that go along with problems. */
const ALONG: Partial<Record<ProblemCode, readonly Header[]>> = {
  ...Object.fromEntries(
    Object.entries(STATUS).flatMap(([code, status]) => (status === 503 ? [[code, ['Retry-After']]] : [])),
  ),
  'rate-limited': ['Retry-After'],
  'in-progress': ['Retry-After'],
  unauthorized: ['WWW-Authenticate'],
  'bad-media-type': ['Accept-Encoding'],
  'unknown-contributor': ['Peerage-Sequence', 'Peerage-Bound'],
};

/** What an answer says of scores that are in it, or were. */
function headersOf(
  { content, headers = [] }: Answer,
  status: string,
  { method, answers }: { readonly method: string; readonly answers: object },
): readonly Header[] {
  const [schema] = Object.values(content ?? {});
  const isStated = status === '304' || (schema instanceof z.ZodObject && 'bound' in schema.shape);
  const isTagged = isStated && (method === 'put' || '304' in answers);
  return [
    ...(isStated ? (['Peerage-Sequence', 'Peerage-Bound'] as const) : []),
    ...(isTagged ? (['ETag'] as const) : []),
    ...headers,
  ];
}

function listed(names: readonly Header[]): Record<string, { $ref: string }> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
