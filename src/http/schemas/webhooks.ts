/** Webhooks as they are registered and shown, and the messages that they are sent. */
import { z } from '@hono/zod-openapi';
import { bound, contributorId, sequence, share } from './scores.ts';

const date = z.number().openapi({ description: 'Epoch milliseconds.' });
const settings = {
  url: z.string().describe('Where to post to: https, at a public address.'),
  threshold: z.number().min(0).max(1).nullable(),
  every: z.number().min(1).max(86_400).describe('Seconds between two messages, at least.'),
};
export const Webhook = z
  .strictObject({
    id: z.string(),
    community: z.string(),
    ...settings,
    created: date,
    told: z.int().min(0).nullable().describe('The sequence that it was told of last.'),
    gone: date.nullable().describe('Since when nothing is sent, because its receiver answered 410.'),
  })
  .openapi('Webhook');
export const WebhookInput = z
  .strictObject({
    url: settings.url,
    threshold: settings.threshold.optional(),
    every: settings.every.optional(),
  })
  .openapi('WebhookInput');
/** What every message carries, as Standard Webhooks has it. */
export const HEADERS = z.object({
  'webhook-id': z.string().describe('Of the message; the same each time it is sent.'),
  'webhook-timestamp': z.string().describe('Epoch seconds of this attempt.'),
  'webhook-signature': z.string().describe('"v1," and an HMAC-SHA256 of id, timestamp and body, in base64.'),
});
export const WebhookMessage = z
  .strictObject({
    type: z
      .enum(['scores.start', 'scores.reset', 'scores.changes'])
      .describe('`start` and `reset` say from where on moves are told: read the scores anew.'),
    timestamp: z.iso.datetime(),
    data: z.strictObject({
      community: z.string(),
      sequence,
      bound,
      since: sequence.nullable().describe('The sequence that moves are counted from.'),
      moved: z.array(
        z.strictObject({
          contributor: contributorId,
          trust: share.describe('Share of all trust now.'),
          change: z.number().describe('What was added to it.'),
        }),
      ),
      more: z.int().min(0).describe('How many more moved and are not named.'),
    }),
  })
  .openapi('WebhookMessage');
export const DeadDelivery = z
  .strictObject({
    id: z.string(),
    created: date,
    attempts: z.int(),
    failure: z.string().nullable(),
    message: WebhookMessage,
  })
  .openapi('DeadDelivery');
