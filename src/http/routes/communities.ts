/** Routes of communities themselves: which there are, how they stand, making and ending one, forgetting somebody. */
import type { Scores } from '../../scores.ts';
import { answer, headersOf, statedHeaders } from '../answer.ts';
import type { Community } from '../community.ts';
import { operation } from '../operation.ts';
import { CommunitiesAnswer, CommunityAnswer, ErasedAnswer } from '../schemas/communities.ts';
import type { Group, Served } from '../served.ts';

const BASE = '/v1/communities/{community}';

export const communityRoutes: Group = (app, served) => {
  const { communities, idempotency } = served;

  operation(
    app,
    served,
    {
      method: 'get',
      path: '/v1/communities',
      name: 'listCommunities',
      summary: 'The ids of all communities',
      scope: 'admin',
      answers: { 200: { description: 'Sorted.', content: { 'application/json': CommunitiesAnswer } } },
    },
    (c) => c.json({ communities: communities.list() }),
  );

  operation(
    app,
    served,
    {
      method: 'get',
      path: BASE,
      name: 'getCommunity',
      summary: 'How a community stands',
      scope: 'read',
      answers: {
        200: { description: 'Its figures.', content: { 'application/json': CommunityAnswer } },
        304: { description: 'As they were.', content: null },
      },
    },
    async (c) => {
      const community = await communities.get(c.get('community')!);
      const { scores } = community.publication;
      return answer(c, figureHeaders(community, scores), () => figures(community, scores));
    },
  );

  operation(
    app,
    served,
    {
      method: 'put',
      path: BASE,
      name: 'makeCommunity',
      summary: 'Makes a community where there is none',
      scope: 'admin',
      answers: {
        200: { description: 'It was there.', content: { 'application/json': CommunityAnswer } },
        201: { description: 'It has been made.', content: { 'application/json': CommunityAnswer } },
      },
      refusals: ['fixed-community'],
    },
    async (c) => {
      const { community, created } = await communities.create(c.get('community')!);
      const scores = community.publication.last;
      const text = JSON.stringify(figures(community, scores));
      return c.body(text, created ? 201 : 200, figureHeaders(community, scores));
    },
  );

  operation(
    app,
    served,
    {
      method: 'delete',
      path: BASE,
      name: 'dropCommunity',
      summary: 'Ends a community with its ledger and all that is kept of it',
      scope: 'admin',
      answers: { 204: { description: 'It is gone.', content: null } },
      refusals: ['fixed-community', 'erasure-pending'],
    },
    async (c) => {
      const id = c.get('community')!;
      await communities.drop(id, async () => {
        await revokeKeys(served, id);
        await served.news.drop(id);
        await idempotency.forget(id);
      });
      return c.body(null, 204);
    },
  );

  operation(
    app,
    served,
    {
      method: 'delete',
      path: `${BASE}/contributors/{id}`,
      name: 'eraseContributor',
      summary: 'Erases a contributor: from scores, explanations, the ledger and its snapshots',
      scope: 'admin',
      answers: { 200: { description: 'Erased.', content: { 'application/json': ErasedAnswer } } },
      refusals: ['unknown-contributor', 'erasure-pending'],
    },
    async (c) => {
      const community = await communities.get(c.get('community')!);
      const id = c.req.param('id')!;
      // Whoever asks again, since it failed, is told that it is done only when it is.
      await served.news.erased(community);
      const head = await community.erase(id);
      await served.news.erased(community);
      const { sequence, bound } = community.publication.last;
      return c.body(JSON.stringify({ head, sequence, bound }), 200, statedHeaders({ sequence, bound }));
    },
  );
};

/** Refuses the keys of a community, so that none of them opens another that is made under its name. */
async function revokeKeys({ guards: { keys } }: Served, community: string): Promise<void> {
  for (const key of keys.list()) {
    if (key.community === community && key.revoked === null) await keys.revoke(key.id);
  }
}

/** Scores lag behind the ledger, so what is told has changed where either has. */
function figureHeaders(community: Community, scores: Scores) {
  const { ETag, ...headers } = headersOf(community, scores);
  return { ...headers, ETag: ETag.replace(/"$/, `-${community.ledger.head.sequence}"`) };
}

/** The ledger and what is live in it as of its head; the scores, their order and their policy as they are published. */
function figures({ id, engine, ledger }: Community, scores: Scores) {
  const { sequence, bound, policy, length: order } = scores;
  const { size, endorsements, objections } = engine;
  const head = { sequence: ledger.head.sequence, hash: ledger.head.hash };
  return { community: id, head, size, endorsements, objections, sequence, bound, order, policy };
}
