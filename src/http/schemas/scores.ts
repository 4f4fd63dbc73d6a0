/** What is told of scores: one, many, and those of a view. The schemas say what is sent; nothing passes them on its way. */
import { z } from '@hono/zod-openapi';

export const contributorId = z
  .string()
  .min(1)
  .openapi('ContributorId', { description: 'Well-formed Unicode of 1 to 4096 bytes.', example: 'ada' });

export const sequence = z.int().min(0);
export const bound = z
  .number()
  .min(0)
  .max(2)
  .describe('Proven L1 distance of all shares of trust from the exact ones.');
export const share = z
  .number()
  .min(0)
  .max(1 + 1e-9);
const rank = z.int().min(1);

/** What every answer about scores says beside them. */
export const stated = {
  sequence: sequence.describe('Events that are taken into account.'),
  bound,
};
const equations = z.literal(1).describe('The version of the trust equations.');

const score = {
  contributor: contributorId,
  trust: share.describe('Share of all voice; all shares sum to 1.'),
  multiple: z.number().min(0).describe('Trust divided by the mean: 1 is an average contributor.'),
  rank: rank.describe('Place by trust, ties by id.'),
  rankFrom: rank.describe('The best place that the bound leaves possible.'),
  rankTo: rank.describe('The worst place that the bound leaves possible.'),
  percentile: z
    .number()
    .min(0)
    .max(100)
    .describe('Percentage of the other contributors that have less trust.'),
  standing: z.number().min(0).max(1).describe('Endorsements received against objections; 0.5 is unknown.'),
  mass: z.number().min(0).describe('Mass received, as a share of all credentials.'),
  distrust: z.number().min(0).describe('Distrust received, as a share of all credentials.'),
};

const Score = z.strictObject(score).openapi('Score');

export const ScoreAnswer = z.strictObject({ ...score, ...stated, equations }).openapi('ScoreAnswer');

export const ScoresAnswer = z
  .strictObject({
    ...stated,
    equations,
    order: z.int().min(0).describe('Contributors.'),
    scores: z.array(Score).describe('In rank order; those that were asked for by id, in the order asked.'),
    unknown: z.array(z.string()).optional().describe('Ids that were asked for and are no contributors.'),
    next: z.string().optional().describe('The cursor of the next page; none after the last.'),
  })
  .openapi('ScoresAnswer');

const ViewScore = z.strictObject({
  contributor: contributorId,
  trust: share.describe('Share of all trust that starts at the viewer.'),
  rank: rank.nullable().describe('Null where no trust arrives.'),
});

export const ViewAnswer = z
  .strictObject({
    ...stated,
    viewer: contributorId,
    reached: z.int().min(0).describe('Contributors that trust arrives at, the viewer included.'),
    scores: z.array(ViewScore),
    unknown: z.array(z.string()).optional(),
  })
  .openapi('ViewAnswer');

export const Wanted = (most: number) =>
  z
    .strictObject({ contributors: z.array(contributorId).min(1).max(most) })
    .openapi('Wanted', { description: 'Whose scores are asked for.' });
