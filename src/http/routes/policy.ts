/** Routes of the policy in force. A new one is an event of the ledger like any other. */
import { z } from '@hono/zod-openapi';
import { parsePolicy } from '../../policy.ts';
import { answer, matches, statedHeaders } from '../answer.ts';
import type { Community } from '../community.ts';
import { operation } from '../operation.ts';
import { Refusal } from '../problem.ts';
import { PolicyAnswer } from '../schemas/communities.ts';
import { PolicyInput } from '../schemas/events.ts';
import type { Group } from '../served.ts';

const PATH = '/v1/communities/{community}/policy';

/** Headers of what is told. */
const STATED = ['Peerage-Sequence', 'Peerage-Bound', 'ETag'] as const;

export const policyRoutes: Group = (app, served) => {
  const { communities } = served;

  operation(
    app,
    served,
    {
      method: 'get',
      path: PATH,
      name: 'getPolicy',
      summary: 'The policy in force, with its defaults',
      scope: 'read',
      answers: {
        200: { description: 'The policy.', content: { 'application/json': PolicyAnswer }, headers: STATED },
        304: { description: 'As it was.', content: null },
      },
    },
    async (c) => {
      const community = await communities.get(c.get('community')!);
      const told = await community.policy();
      return answer(c, headersFor(community, told.since), () => told);
    },
  );

  operation(
    app,
    served,
    {
      method: 'put',
      path: PATH,
      name: 'putPolicy',
      summary: 'Replaces the whole policy; what is left out has its default',
      scope: 'admin',
      headers: z.object({
        'If-Match': z
          .string()
          .optional()
          .openapi({ description: 'The ETag of the policy that is to be replaced.' }),
        'If-None-Match': z.string().optional().openapi({
          description: 'The ETag of one that is not to be; `*` for none, and there always is one.',
        }),
      }),
      body: { schema: PolicyInput, read: 'json' },
      answers: {
        200: { description: 'In force.', content: { 'application/json': PolicyAnswer }, headers: STATED },
      },
      refusals: ['bad-policy', 'unknown-kind', 'missing-date', 'precondition-failed'],
    },
    async (c, { body }) => {
      const community = await communities.get(c.get('community')!);
      const policy = parsePolicy(body);
      const wanted = c.req.header('If-Match');
      const refused = c.req.header('If-None-Match');
      const { sequences } = await community.replacePolicy(policy, (since) => {
        const tag = tagOf(community, since);
        const met =
          wanted === undefined || wanted === '*' || wanted.split(',').some((one) => one.trim() === tag);
        if (met && (refused === undefined || !matches(refused, tag))) return;
        throw new Refusal('precondition-failed', `the policy is ${tag} by now; read it again`);
      });
      const since = sequences[0]!;
      return c.body(JSON.stringify({ policy, since }), 200, headersFor(community, since));
    },
  );
};

/** Strong: the answer is the same to the last digit. How far the scores are is told beside it, by headers. */
function tagOf({ epoch }: Community, since: number): string {
  return `"policy-${since}-${epoch}"`;
}

function headersFor(community: Community, since: number) {
  return { ...statedHeaders(community.publication.last), ETag: tagOf(community, since) };
}
