/** What a problem means and what to do, at the address that its `type` names. */
import { ADVICE } from '../advice.ts';
import { operation } from '../operation.ts';
import { type ProblemCode, Refusal, STATUS, titleOf } from '../problem.ts';
import { ProblemAnswer } from '../schemas/problem.ts';
import type { Group } from '../served.ts';

export const problemRoutes: Group = (app, served) => {
  operation(
    app,
    served,
    {
      method: 'get',
      path: '/problems/{code}',
      name: 'getProblem',
      summary: 'What a problem means, and what to do about it',
      scope: null,
      answers: {
        200: { description: 'The problem.', content: { 'application/json': ProblemAnswer } },
      },
      refusals: ['no-route'],
    },
    (c) => {
      const given = c.req.param('code')!;
      if (!Object.hasOwn(ADVICE, given)) {
        throw new Refusal('no-route', 'there is no such problem; /openapi.json names those that there are');
      }
      const code = given as ProblemCode;
      const [title, status, advice] = [titleOf(code), STATUS[code], ADVICE[code]];
      const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'max-age=86400' };
      return c.body(JSON.stringify({ type: `/problems/${code}`, title, status, code, advice }), 200, headers);
    },
  );
};
