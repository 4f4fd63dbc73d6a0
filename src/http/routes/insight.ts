/** Routes that ask why, what if and where: explanations, suppositions and the audit. */
import { z } from '@hono/zod-openapi';
import { PeerageError } from '../../error.ts';
import type { Supposition } from '../../what-if/supposition.ts';
import { answerFound, headersOf, statedHeaders } from '../answer.ts';
import { OF_EVENTS } from '../documented.ts';
import { heavily } from '../guards/room.ts';
import { count, decimal, demands, operation } from '../operation.ts';
import { Suppositions } from '../schemas/events.ts';
import { AuditAnswer, ExplanationAnswer, WhatIfAnswer } from '../schemas/insight.ts';
import type { Group } from '../served.ts';
import { nowFor, scoresFor } from './scores.ts';

const BASE = '/v1/communities/{community}';
/** Moves of a what-if that are told of unless more are asked for. */
const MOVES = 100;

export const insightRoutes: Group = (app, served) => {
  const { communities, guards, limits } = served;
  const { 'at-least-sequence': sequence, tolerance } = demands(limits.tolerance);

  operation(
    app,
    served,
    {
      method: 'get',
      path: `${BASE}/scores/{id}/explanation`,
      name: 'explainScore',
      summary: 'Why a contributor has the trust it has',
      scope: 'read',
      heavy: true,
      query: z.strictObject({
        by: z.enum(['endorser', 'origin', 'path']).optional(),
        depth: count(1, 100, 'Levels of parts within parts, or the most endorsements of a chain.'),
        breadth: count(1, limits.parts, 'The most parts that are told one by one; 20 unless given.'),
        smallest: decimal(1e-6, 1, 'What is less than this share of the score need not be found.'),
        'at-least-sequence': sequence,
        tolerance,
      }),
      answers: {
        200: { description: 'The explanation.', content: { 'application/json': ExplanationAnswer } },
        304: { description: 'As it was.', content: null },
      },
      refusals: ['unknown-contributor', 'behind', 'not-settled'],
    },
    async (c, { query }) => {
      const { by, depth, breadth = 20, smallest } = query;
      if ((by ?? 'endorser') === 'endorser' && breadth ** (depth ?? 1) > limits.parts) {
        const reason = `${breadth} parts at ${depth} levels are more than ${limits.parts}; ask for fewer`;
        throw new PeerageError('bad-option', reason, { field: 'depth', value: depth });
      }
      const community = await communities.get(c.get('community')!);
      await scoresFor(community, query);
      const id = c.req.param('id')!;
      return heavily(guards, community.id, () => {
        const scores = nowFor(community, query);
        community.having('id', id);
        return answerFound(c, headersOf(community, scores), () =>
          community.engine.explain(id, {
            ...(by !== undefined && { by }),
            ...(depth !== undefined && { depth }),
            breadth,
            ...(smallest !== undefined && { tolerance: smallest }),
          }),
        );
      });
    },
  );

  operation(
    app,
    served,
    {
      method: 'post',
      path: `${BASE}/what-if`,
      name: 'whatIf',
      summary: 'Who would move if this were so; nothing is changed',
      scope: 'read',
      heavy: true,
      query: z.strictObject({ 'at-least-sequence': sequence }),
      body: { schema: Suppositions(limits.trials, limits.scores) },
      answers: { 200: { description: 'Who would move.', content: { 'application/json': WhatIfAnswer } } },
      refusals: [...OF_EVENTS, 'unknown-issuer', 'behind', 'not-settled'],
    },
    async (c, { query, body }) => {
      const { events, top = MOVES, threshold, ...supposed } = body;
      const parts = Object.keys(supposed);
      if ((events === undefined) === (parts.length === 0)) {
        const reason = 'expected either events or some of without, withoutStatement, withoutIssuer, policy';
        throw new PeerageError('bad-option', reason, { field: events === undefined ? 'events' : parts[0]! });
      }
      const community = await communities.get(c.get('community')!);
      await scoresFor(community, query);
      return heavily(guards, community.id, () => {
        community.publication.now();
        const found = community.engine.whatIf((events ?? supposed) as Supposition, {
          top,
          ...(threshold !== undefined && { threshold }),
        });
        return c.body(JSON.stringify(found), 200, statedHeaders(found));
      });
    },
  );

  operation(
    app,
    served,
    {
      method: 'get',
      path: `${BASE}/audit`,
      name: 'audit',
      summary: 'Who holds trust, and through whom it flows',
      scope: 'read',
      heavy: true,
      query: z.strictObject({
        walks: count(100, limits.walks, 'Walks to draw; 20000 unless given.'),
        seed: count(0, Number.MAX_SAFE_INTEGER, '1 unless given.'),
        top: count(0, limits.scores, 'Carriers and holders to name; 10 unless given.'),
        'at-least-sequence': sequence,
        tolerance,
      }),
      answers: {
        200: { description: 'The audit.', content: { 'application/json': AuditAnswer } },
        304: { description: 'As it was.', content: null },
      },
      refusals: ['behind', 'not-settled'],
    },
    async (c, { query }) => {
      const { walks, seed, top } = query;
      const community = await communities.get(c.get('community')!);
      await scoresFor(community, query);
      return heavily(guards, community.id, () => {
        const scores = nowFor(community, query);
        return answerFound(c, headersOf(community, scores), () =>
          community.engine.audit({
            ...(walks !== undefined && { walks }),
            ...(seed !== undefined && { seed }),
            ...(top !== undefined && { top }),
          }),
        );
      });
    },
  );
};
