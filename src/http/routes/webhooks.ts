/** Routes of the webhooks of a community. A secret is told once, by the answer that registers. */
import { z } from '@hono/zod-openapi';
import { noCommunity } from '../communities.ts';
import { operation } from '../operation.ts';
import { DeadDelivery, HEADERS, Webhook, WebhookInput, WebhookMessage } from '../schemas/webhooks.ts';
import type { Group } from '../served.ts';
import type { Delivery } from '../webhooks/messages.ts';

const json = <T extends z.ZodType>(schema: T) => ({ 'application/json': schema });

const BASE = '/v1/communities/{community}/webhooks';

export const webhookRoutes: Group = (app, served) => {
  const { communities, news } = served;
  const { webhooks } = news;
  const said = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };

  app.openAPIRegistry.registerWebhook({
    method: 'post',
    path: 'scores',
    operationId: 'scoresMoved',
    summary: 'What a registered URL is sent: where telling begins, and from then on who moved',
    request: {
      headers: HEADERS,
      body: { required: true, content: { 'application/json': { schema: WebhookMessage } } },
    },
    responses: {
      '2XX': { description: 'Taken.' },
      410: { description: 'Gone: nothing more is sent.' },
      default: { description: 'Not taken: it is sent again later, and in the end put with the dead ones.' },
    },
  });

  operation(
    app,
    served,
    {
      method: 'get',
      path: BASE,
      name: 'listWebhooks',
      summary: 'The webhooks of a community, without their secrets',
      scope: 'admin',
      answers: {
        200: { description: 'Webhooks.', content: json(z.strictObject({ webhooks: z.array(Webhook) })) },
      },
    },
    async (c) => {
      const { id } = await communities.get(c.get('community')!);
      return c.body(JSON.stringify({ webhooks: webhooks.list(id) }), 200, said);
    },
  );

  operation(
    app,
    served,
    {
      method: 'post',
      path: BASE,
      name: 'registerWebhook',
      summary: 'Has a URL told of who moves, in messages signed as Standard Webhooks are',
      scope: 'admin',
      body: {
        schema: WebhookInput,
      },
      answers: {
        201: {
          description: 'The webhook, and what its messages are signed with, which is told this once.',
          content: json(z.strictObject({ webhook: Webhook, secret: z.string() })),
        },
      },
      refusals: ['bad-option', 'too-many-webhooks', 'missing-package'],
    },
    async (c, { body }) => {
      const community = await communities.get(c.get('community')!);
      const { id } = community;
      const checkThere = () => {
        // It may have ended since; another of its name has nothing to do with this.
        if (communities.opened(id) !== community) throw noCommunity(id);
      };
      return c.body(JSON.stringify(await webhooks.register(id, body, checkThere)), 201, said);
    },
  );

  operation(
    app,
    served,
    {
      method: 'delete',
      path: `${BASE}/{webhook}`,
      name: 'deleteWebhook',
      summary: 'Sends nothing more, and forgets what waits',
      scope: 'admin',
      answers: { 204: { description: 'Deleted.', content: null } },
      refusals: ['unknown-webhook'],
    },
    async (c) => {
      const { id } = await communities.get(c.get('community')!);
      await webhooks.delete(id, c.req.param('webhook')!);
      return c.body(null, 204);
    },
  );

  operation(
    app,
    served,
    {
      method: 'get',
      path: `${BASE}/{webhook}/dead`,
      name: 'listDead',
      summary: 'Messages that were given up, the oldest first',
      scope: 'admin',
      answers: {
        200: { description: 'Messages.', content: json(z.strictObject({ dead: z.array(DeadDelivery) })) },
      },
      refusals: ['unknown-webhook'],
    },
    async (c) => {
      const { id } = await communities.get(c.get('community')!);
      const dead = webhooks.dead(id, c.req.param('webhook')!).map(shown);
      return c.body(JSON.stringify({ dead }), 200, said);
    },
  );

  operation(
    app,
    served,
    {
      method: 'post',
      path: `${BASE}/{webhook}/dead/{delivery}`,
      name: 'redeliver',
      summary: 'Has a message delivered again that was given up',
      scope: 'admin',
      answers: { 202: { description: 'It is on its way.', content: json(DeadDelivery) } },
      refusals: ['unknown-webhook', 'unknown-delivery'],
    },
    async (c) => {
      const { id } = await communities.get(c.get('community')!);
      const delivery = await webhooks.revive(id, c.req.param('webhook')!, c.req.param('delivery')!);
      return c.body(JSON.stringify(shown(delivery)), 202, said);
    },
  );
};

function shown({ id, created, attempts, failure, body }: Delivery) {
  return { id, created, attempts, failure, message: JSON.parse(body) };
}
