/** What is told of communities: their figures, their policies, what a write did. The schemas say what is sent. */
import { z } from '@hono/zod-openapi';
import { Head, Policy } from './events.ts';
import { stated } from './scores.ts';

const count = z.int().min(0);

export const CommunitiesAnswer = z
  .strictObject({ communities: z.array(z.string()) })
  .openapi('CommunitiesAnswer');

export const CommunityAnswer = z
  .strictObject({
    community: z.string(),
    head: Head,
    size: count.describe('Endorsed pairs of different contributors, as of `head`.'),
    endorsements: count.describe('Live endorsements, as of `head`.'),
    objections: count.describe('Live objections, as of `head`.'),
    ...stated,
    order: count.describe('Contributors, as of `sequence`.'),
    policy: Policy.describe('That of the scores, as of `sequence`.'),
  })
  .openapi('CommunityAnswer');

export const ErasedAnswer = z.strictObject({ head: Head, ...stated }).openapi('ErasedAnswer');

export const PolicyAnswer = z
  .strictObject({
    policy: Policy,
    since: z.int().min(0).describe('The sequence of the event that declared it; 0 for the defaults.'),
  })
  .openapi('PolicyAnswer');

export const ImportedAnswer = z
  .strictObject({ taken: count.describe('Lines that are in the ledger.'), head: Head, ...stated })
  .openapi('ImportedAnswer');

export const HealthAnswer = z.strictObject({ status: z.enum(['ok', 'closing']) }).openapi('HealthAnswer');
