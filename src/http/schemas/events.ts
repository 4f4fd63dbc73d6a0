/**
 * What is sent to a community: events, policies, suppositions. Events are checked by `parseEvent`, policies by
 * `parsePolicy`, as at every other door; these schemas say the same to who reads the document, and a test holds
 * them against the checks.
 */
import { z } from '@hono/zod-openapi';
import { CREDENTIAL_RANGE, WEIGHT_RANGE } from '../../event.ts';
import { LEAST_BALANCE } from '../../policy.ts';
import { bound, contributorId, sequence } from './scores.ts';

const at = z.union([z.string(), z.number().min(-8.64e15).max(8.64e15)]).openapi({
  description: 'ISO 8601, UTC without an offset, or epoch milliseconds.',
  example: '2026-01-03T12:00:00Z',
});
const eventId = z.string().min(1).describe('Makes the event idempotent, and is what `of` refers to.');
const named = { id: eventId.optional(), at: at.optional() };
const word = z.string().min(1);

const statement = (type: 'endorse' | 'object') =>
  z.strictObject({
    type: z.literal(type),
    ...named,
    source: contributorId,
    target: contributorId,
    weight: z.number().min(WEIGHT_RANGE[0]).max(WEIGHT_RANGE[1]).optional(),
    kind: word.optional(),
  });
const withdrawal = (type: 'retract' | 'revoke') =>
  z.strictObject({ type: z.literal(type), ...named, of: word });

export const PolicyInput = z
  .strictObject({
    damping: z.number().min(0).lt(1).optional(),
    balance: z.number().min(LEAST_BALANCE).max(1).optional(),
    cap: z.number().gt(0).nullable().optional(),
    objectionWeight: z.number().min(0).max(1).optional(),
    reserve: z.number().min(0).max(1e12).optional(),
    concavity: z.enum(['linear', 'sqrt']).optional(),
    halfLife: z.number().min(1e-6).max(1e9).nullable().optional(),
    kinds: z
      .record(word, z.strictObject({ weight: z.number().min(1e-9).max(1e12) }))
      .nullable()
      .optional(),
  })
  .openapi('PolicyInput', { description: 'Any part of a policy; what is left out has its default.' });

export const Policy = PolicyInput.required().openapi('Policy', {
  description: 'A policy with its defaults.',
});

export const EventInput = z
  .discriminatedUnion('type', [
    statement('endorse'),
    statement('object'),
    z.strictObject({
      type: z.literal('grant'),
      ...named,
      target: contributorId,
      weight: z.number().min(CREDENTIAL_RANGE[0]).max(CREDENTIAL_RANGE[1]).optional(),
      issuer: z.string().optional().describe('Empty, or left out, for none.'),
    }),
    withdrawal('retract'),
    withdrawal('revoke'),
    z.strictObject({ type: z.literal('policy'), ...named, policy: PolicyInput }),
    z.strictObject({ type: z.literal('advance'), id: eventId.optional(), at }),
    z.strictObject({ type: z.literal('forget'), ...named, contributor: contributorId }),
  ])
  .openapi('EventInput');

const names = z.union([z.string(), z.array(z.string())]);

export const Suppositions = (events: number, top: number) =>
  z
    .strictObject({
      events: z
        .array(z.any().openapi({ $ref: '#/components/schemas/EventInput' } as object))
        .max(events)
        .optional()
        .describe('If these were applied now.'),
      without: names.optional().describe('If these contributors were not there.'),
      withoutStatement: names.optional().describe('If these endorsements and objections were not made.'),
      withoutIssuer: names.optional().describe('If the credentials of these issuers were not granted.'),
      policy: z
        .any()
        .openapi({ $ref: '#/components/schemas/PolicyInput' } as object)
        .optional(),
      top: z.int().min(0).max(top).optional().describe('Moves that are told of.'),
      threshold: z.number().min(0).optional().describe('Smallest change of a share that is told of.'),
    })
    .openapi('Suppositions', { description: 'Either events, or any of the others together.' });

export const Head = z.strictObject({ sequence, hash: z.string() }).openapi('Head', {
  description: 'Where the ledger stands: its last sequence, and the hash of that entry.',
});

export const AppendedAnswer = z
  .strictObject({
    sequences: z
      .array(z.int().min(1))
      .describe('Of each event; that of the earlier one where its id was known with the same content.'),
    head: Head,
    sequence: sequence.describe(
      'Of the scores as they are published; `at-least-sequence` waits for later ones.',
    ),
    bound,
  })
  .openapi('AppendedAnswer');
