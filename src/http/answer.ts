/**
 * Answers about scores: what they say of themselves in headers, and 304 where the caller has them. The tag of
 * scores is weak: after a restart the same sequence is within its bound of what it was, not the same bits.
 */
import type { Scores } from '../scores.ts';
import type { Community } from './community.ts';
import type { Ctx } from './operation.ts';

type Stated = Pick<Scores, 'sequence' | 'bound'>;

/** Headers of an answer from scores, by scores: the same ones are read many times. */
const known = new WeakMap<Stated, Tagged>();

/** Headers of an answer from scores; with the tag of those that were published. */
type Told = Record<'Content-Type' | 'Cache-Control' | 'Peerage-Sequence' | 'Peerage-Bound', string>;
type Tagged = Told & { readonly ETag: string };

/** What an answer says of itself. */
export function statedHeaders({ sequence, bound }: Stated): Told {
  return {
    'Content-Type': 'application/json',
    'Cache-Control': 'private, no-cache',
    'Peerage-Sequence': String(sequence),
    'Peerage-Bound': String(bound),
  };
}

/** What every answer from published scores says of them. */
export function headersOf(community: Community, stated: Stated): Tagged {
  let headers = known.get(stated);
  if (headers === undefined) {
    headers = { ...statedHeaders(stated), ETag: `W/"${community.tagOf(stated)}"` };
    known.set(stated, headers);
  }
  return headers;
}

/** The answer, or 304 where its tag is among those of `If-None-Match`; then `body` is not made. */
export function answer(c: Ctx, headers: Tagged, body: () => unknown): Response {
  return answerText(c, headers, () => JSON.stringify(body()));
}

/** The same of a body that is found by asking the engine, which may prove a smaller bound on the way: its own is told. */
export function answerFound(c: Ctx, headers: Tagged, find: () => Stated): Response {
  const told = { ...headers };
  return answerText(c, told, () => {
    const found = find();
    Object.assign(told, statedHeaders(found));
    return JSON.stringify(found);
  });
}

/** The same of a body that is JSON already. */
export function answerText(c: Ctx, headers: Tagged, body: () => string): Response {
  const wanted = c.req.header('If-None-Match');
  if (wanted !== undefined && matches(wanted, headers.ETag)) {
    const { 'Content-Type': _, ...rest } = headers;
    return c.body(null, 304, rest);
  }
  const said = c.get('said')!;
  c.set('said', null);
  // Not by `c.body`, which makes a Headers of them: @hono/node-server writes a plain object as it is.
  return new Response(body(), { headers: { ...headers, ...said } });
}

/** Whether a tag is among those of `If-None-Match`: weak comparison, as RFC 9110 has it there. */
export function matches(wanted: string, tag: string): boolean {
  const bare = tag.replace(/^W\//, '');
  return wanted.split(',').some((one) => {
    const text = one.trim();
    return text === '*' || text.replace(/^W\//, '') === bare;
  });
}
