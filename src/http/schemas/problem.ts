/** A problem document, as RFC 9457 has it. */
import { z } from '@hono/zod-openapi';

export const Problem = z
  .looseObject({
    type: z.string().describe('Relative: `/problems/CODE`, where what to do is told.'),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().describe('What was wrong, where, the value, and what to do.'),
    code: z.string().describe('Stable, for programs.'),
    request: z.string().optional().describe('What the logs call the request.'),
    index: z.int().min(0).optional().describe('Place in a batch of events.'),
    line: z.int().min(1).optional().describe('Line of a body of JSON Lines.'),
    field: z.string().optional(),
    value: z.string().optional().describe('As it was met, quoted and cut short.'),
    nearest: z.array(z.string()).optional().describe('Ids that may have been meant.'),
    sequence: z.int().min(0).optional().describe('Of the scores that were looked at.'),
    bound: z.number().min(0).max(2).optional().describe('Of the scores that were looked at.'),
  })
  .openapi('Problem');

export const ProblemAnswer = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int().min(400).max(599),
    code: z.string(),
    advice: z.string().describe('What to do.'),
  })
  .openapi('ProblemAnswer');
