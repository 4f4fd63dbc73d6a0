/** Routes of scores: one, many, page by page, and those of a view. */
import { z } from '@hono/zod-openapi';
import { PeerageError } from '../../error.ts';
import type { Score, Scores } from '../../scores.ts';
import { answer, answerText, headersOf, statedHeaders } from '../answer.ts';
import type { Community } from '../community.ts';
import { KEPT } from '../cursor.ts';
import { heavily } from '../guards/room.ts';
import { type Ctx, count, demands, listed, operation } from '../operation.ts';
import { notSettled } from '../problem.ts';
import { ScoreAnswer, ScoresAnswer, ViewAnswer, Wanted } from '../schemas/scores.ts';
import type { Group } from '../served.ts';

const BASE = '/v1/communities/{community}';
/** The route of one score. */
export const SCORE = `${BASE}/scores/{id}`;

/** How long a listing can be gone on with, for the document. */
const LISTINGS = `Kept are the scores of the ${KEPT.least} listings of a community that were gone on with last, and of up to ${KEPT.most} while they have ${KEPT.scores} scores together; then begin again.`;

/** What a read demands of the scores that it is answered from. */
export interface Demanded {
  readonly 'at-least-sequence'?: number | undefined;
  readonly tolerance?: number | undefined;
}

/** Scores as they are demanded. @throws Refusal `behind`, `not-settled`. */
export async function scoresFor(
  community: Community,
  { 'at-least-sequence': sequence, tolerance }: Demanded,
): Promise<Scores> {
  const { publication, limits } = community;
  let scores = publication.scores;
  if (sequence !== undefined && scores.sequence < sequence)
    scores = await publication.reach(sequence, limits.patience);
  if (tolerance !== undefined && scores.bound > tolerance)
    scores = await publication.within(tolerance, limits.patience);
  return scores;
}

/**
 * Scores as of now, which is where all that asks the engine begins; what has come while they were awaited is settled
 * in this turn. @throws Refusal `not-settled`.
 */
export function nowFor({ engine, publication }: Community, { tolerance = 2 }: Demanded): Scores {
  const scores = publication.now();
  if (scores.bound <= tolerance) return scores;
  engine.settle({ tolerance, budget: BUDGET });
  const finer = publication.now({ settle: false });
  if (finer.bound <= tolerance) return finer;
  throw notSettled(finer.bound, tolerance, 'events arrive faster than that; ask again');
}

/** Edges that are visited in one turn for whoever demands a tolerance. */
const BUDGET = 10_000_000;

export const scoreRoutes: Group = (app, served) => {
  const { communities, guards, limits } = served;
  const demanded = demands(limits.tolerance);

  operation(
    app,
    served,
    {
      method: 'get',
      path: SCORE,
      name: 'getScore',
      summary: 'The score of one contributor',
      scope: 'read',
      query: z.strictObject(demanded),
      answers: {
        200: { description: 'Its score.', content: { 'application/json': ScoreAnswer } },
        304: { description: 'As it was.', content: null },
      },
      refusals: ['unknown-contributor', 'behind', 'not-settled'],
    },
    (c, { query }) => {
      const id = c.get('community')!;
      const community = communities.opened(id);
      // Nothing to wait for: the way that most reads go.
      if (community !== undefined && demandsNothing(query))
        return told(c, community, community.publication.scores);
      return communities.get(id).then(async (opened) => told(c, opened, await scoresFor(opened, query)));
    },
  );

  operation(
    app,
    served,
    {
      method: 'get',
      path: `${BASE}/scores`,
      name: 'listScores',
      summary: 'The most trusted, some by id, or all page by page in rank order',
      scope: 'read',
      query: z.strictObject({
        top: count(0, limits.scores, 'The most trusted.'),
        ids: listed(limits.scores, 'Of these: `ids=ada&ids=linus`.'),
        cursor: z
          .string()
          .min(1)
          .max(1000)
          .optional()
          .openapi({
            description: `What the page before gave as \`next\`: all pages are of the same scores. ${LISTINGS}`,
          }),
        limit: count(1, limits.scores, 'Scores of a page; 100 unless given. Not beside `top` or `ids`.'),
        ...demanded,
      }),
      answers: {
        200: { description: 'Scores.', content: { 'application/json': ScoresAnswer } },
        304: { description: 'As they were.', content: null },
      },
      refusals: ['bad-cursor', 'old-cursor', 'behind', 'not-settled'],
    },
    async (c, { query }) => {
      const { top, ids, cursor, limit } = query;
      onlyOne({ top, ids, cursor });
      onlyOne({ top, ids, limit });
      const community = await communities.get(c.get('community')!);
      if (cursor !== undefined) {
        onlyOne({ cursor, 'at-least-sequence': query['at-least-sequence'], tolerance: query.tolerance });
        const { scores, place, tag } = community.pages.at(cursor);
        return answer(c, headersOf(community, scores), () => page(community, scores, place, limit, tag));
      }
      const scores = await scoresFor(community, query);
      return answer(c, headersOf(community, scores), () => {
        if (top !== undefined) return { ...said(scores), scores: scores.top(top) };
        if (ids !== undefined) return { ...said(scores), ...named(scores, ids) };
        return page(community, scores, 0, limit);
      });
    },
  );

  operation(
    app,
    served,
    {
      method: 'post',
      path: `${BASE}/scores`,
      name: 'findScores',
      summary: 'The scores of many contributors',
      scope: 'read',
      query: z.strictObject(demanded),
      body: { schema: Wanted(limits.events), most: 2 ** 22 },
      answers: {
        200: { description: 'Scores.', content: { 'application/json': ScoresAnswer }, headers: ['ETag'] },
      },
      refusals: ['behind', 'not-settled'],
    },
    async (c, { query, body }) => {
      const community = await communities.get(c.get('community')!);
      const scores = await scoresFor(community, query);
      const text = JSON.stringify({ ...said(scores), ...named(scores, body.contributors) });
      return c.body(text, 200, headersOf(community, scores));
    },
  );

  operation(
    app,
    served,
    {
      method: 'get',
      path: `${BASE}/views/{viewer}/scores`,
      name: 'listView',
      summary: 'Trust as one contributor sees it: the scores if the viewer held the only credential',
      scope: 'read',
      heavy: true,
      query: z.strictObject({
        top: count(0, limits.scores, 'The most trusted by the viewer; 100 unless given.'),
        ids: listed(limits.scores, 'Of these.'),
        ...demanded,
      }),
      answers: {
        200: { description: 'Scores of the view.', content: { 'application/json': ViewAnswer } },
      },
      refusals: ['unknown-contributor', 'behind', 'not-settled'],
    },
    async (c, { query }) => {
      const { top, ids, tolerance } = query;
      onlyOne({ top, ids });
      const community = await communities.get(c.get('community')!);
      await scoresFor(community, { 'at-least-sequence': query['at-least-sequence'] });
      const viewer = c.req.param('viewer')!;
      return heavily(guards, community.id, () => {
        community.having('viewer', viewer);
        const view = community.engine.from(viewer, tolerance === undefined ? {} : { tolerance });
        const found = ids?.map((id) => [id, view.of(id)] as const);
        const { sequence, bound } = view;
        const body = {
          sequence,
          bound,
          viewer,
          reached: view.length,
          scores: found?.flatMap(([, score]) => score ?? []) ?? view.top(top ?? 100),
          ...(found && { unknown: found.flatMap(([id, score]) => (score === undefined ? [id] : [])) }),
        };
        return c.body(JSON.stringify(body), 200, statedHeaders(view));
      });
    },
  );
};

function demandsNothing({ 'at-least-sequence': sequence, tolerance }: Demanded): boolean {
  return sequence === undefined && tolerance === undefined;
}

/** The score of the contributor in the path. */
function told(c: Ctx, community: Community, scores: Scores): Response {
  const id = c.req.param('id')!;
  const text = scoreText(scores, id);
  if (text === undefined) throw community.unknown('id', id, scores);
  return answerText(c, headersOf(community, scores), () => text);
}

/** The body of an answer with one score; undefined for nobody's. */
export function scoreText(scores: Scores, id: string): string | undefined {
  let written = texts.get(scores);
  if (written === undefined) {
    // What all scores of one publication end with is written once.
    written = {
      end: JSON.stringify({ ...stated(scores), equations: 1 }).replace('{', ','),
      first: new Map(),
    };
    texts.set(scores, written);
  }
  const { end, first } = written;
  const known = first.get(id);
  if (known !== undefined) return known;
  const score = scores.of(id);
  if (score === undefined) return undefined;
  const text = JSON.stringify(score).slice(0, -1) + end;
  if (first.size < TEXTS) first.set(id, text);
  return text;
}

/** Texts of one publication that are kept: of those who are asked for first, who are asked for most. */
const TEXTS = 1_000;
const texts = new WeakMap<Scores, { readonly end: string; readonly first: Map<string, string> }>();

function stated({ sequence, bound }: Scores) {
  return { sequence, bound };
}

function said(scores: Scores) {
  return { ...stated(scores), equations: 1, order: scores.length };
}

function named(scores: Scores, ids: readonly string[]): { scores: Score[]; unknown: string[] } {
  const found: Score[] = [];
  const unknown: string[] = [];
  for (const id of ids) {
    const score = scores.of(id);
    if (score === undefined) unknown.push(id);
    else found.push(score);
  }
  return { scores: found, unknown };
}

function page(
  community: Community,
  scores: Scores,
  place: number,
  limit = 100,
  tag = community.tagOf(scores),
) {
  const end = Math.min(scores.length, place + limit);
  return {
    ...said(scores),
    scores: scores.slice(place, end),
    ...(end < scores.length && { next: community.pages.cursor(tag, scores, end) }),
  };
}

/** @throws PeerageError `bad-option` for queries that can not stand together. */
function onlyOne(given: Record<string, unknown>): void {
  const names = Object.keys(given).filter((name) => given[name] !== undefined);
  if (names.length < 2) return;
  throw new PeerageError('bad-option', `can not stand beside ${names[0]}; expected one of them`, {
    field: names[1]!,
  });
}
