/** What is told of why and where: explanations, what-if, audits. The schemas say what is sent. */
import { z } from '@hono/zod-openapi';
import { bound, contributorId, sequence, share } from './scores.ts';

const mass = z.number().min(0);
const count = z.int().min(0);
/** Shares of sums that round, and of mass that is explained only within the bound. */
const part = z.number().min(0).max(1.001);

const Statement = z
  .strictObject({
    kind: z.string(),
    weight: z.number(),
    at: z.string().nullable().describe('ISO 8601.'),
    id: z.string().nullable(),
    issuer: z.string().optional(),
    count: count.optional().describe('Several that are not told one by one.'),
  })
  .openapi('ExplainedStatement');

const Rest = z.strictObject({ count, mass: z.number(), share: z.number() }).openapi('ExplainedRest');

type PartShape = z.ZodType;
const Part: PartShape = z
  .strictObject({
    from: z.string().nullable().describe("Null for restart of the contributor's own."),
    why: z.enum(['endorsed', 'credential', 'equal', 'earned', 'origin', 'path']),
    mass,
    share: part,
    error: mass.optional(),
    statements: z.array(Statement).optional(),
    path: z.array(z.string()).optional(),
    get parts(): z.ZodOptional<z.ZodArray<PartShape>> {
      return z.array(Part).optional();
    },
    others: Rest.optional(),
  })
  .openapi('ExplainedPart');

export const ExplanationAnswer = z
  .strictObject({
    contributor: contributorId,
    by: z.enum(['endorser', 'origin', 'path']),
    sequence,
    trust: share,
    rank: z.int().min(1),
    multiple: z.number().min(0),
    mass,
    voice: mass.describe('What objections leave of the mass.'),
    standing: z.number().min(0).max(1),
    bound,
    parts: z.array(Part),
    others: Rest,
    error: mass,
    objections: z.array(
      z.strictObject({ from: z.string(), mass, share: part, statements: z.array(Statement) }),
    ),
    otherObjections: z.strictObject({ count, mass: z.number() }),
    words: z.array(z.string()).describe('Three sentences with the same numbers.'),
  })
  .openapi('ExplanationAnswer');

const place = { trust: share, rank: z.int().min(1) };
const Passing = z.strictObject({ contributor: contributorId, ...place });

export const WhatIfAnswer = z
  .strictObject({
    sequence,
    bound,
    policy: z.looseObject({}).optional().describe('The policy that would be in force, where it is another.'),
    moves: z.array(
      z.strictObject({
        contributor: contributorId,
        before: z.strictObject(place),
        after: z.strictObject(place),
        change: z.number(),
      }),
    ),
    moved: count,
    arrived: z.array(Passing),
    gone: z.array(Passing),
    total: z.number().min(0).describe('L1 distance of all shares from what they would be.'),
    edgeVisits: z.number().min(0),
  })
  .openapi('WhatIfAnswer');

/** Null where shares are so small that nothing is left to measure. */
const figure = part.nullable();

const Waist = z
  .strictObject({
    deliveries: count,
    w50: count.nullable(),
    w90: count.nullable(),
    intercepted50: figure,
    intercepted90: figure,
    error50: z.number().min(0),
    error90: z.number().min(0),
    carriers: z.array(
      z.strictObject({
        contributor: contributorId,
        share: figure,
        together: figure,
        credential: z.boolean(),
      }),
    ),
    curve: z.array(z.array(z.number()).length(2)),
  })
  .openapi('Waist');

export const AuditAnswer = z
  .strictObject({
    order: count,
    size: count,
    sequence,
    bound,
    seed: z.int(),
    held: z.strictObject({
      gini: z.number().min(0).max(1),
      top1: figure,
      top10: figure,
      effective: z.number().min(0),
      effectiveHHI: z.number().min(0),
      nakamoto50: count,
      lorenz: z.array(z.array(z.number()).length(2)),
    }),
    waist: z.strictObject({
      all: Waist,
      peers: Waist,
      hourglass: z.number().nullable(),
      walks: count,
      error: z.number().min(0),
    }),
    survival: z.record(z.string(), figure),
    through: z.array(
      z.strictObject({
        contributor: contributorId,
        reaches: z.number(),
        ends: z.number(),
        passes: z.number(),
        error: z.number().min(0),
      }),
    ),
    issuers: z.strictObject({
      granted: figure,
      earned: figure,
      error: z.number().min(0),
      list: z.array(
        z.strictObject({ issuer: z.string(), credentials: figure, holders: count, mass: z.number() }),
      ),
      holders: z.strictObject({ count, fewest: count, share: figure }),
      largest: z.array(z.strictObject({ contributor: contributorId, share: figure })),
    }),
    groups: z.strictObject({
      named: z.array(z.looseObject({})),
      suspicious: z.array(z.looseObject({})),
      skipped: z.string().nullable(),
    }),
    mobility: z.null(),
    findings: z.array(
      z.strictObject({ code: z.string(), text: z.string(), value: z.number(), threshold: z.number() }),
    ),
  })
  .openapi('AuditAnswer');
