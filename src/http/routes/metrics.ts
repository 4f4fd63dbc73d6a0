/** Route of what is counted. With keys it needs one for all communities, since it tells of all. */
import { z } from '@hono/zod-openapi';
import { operation } from '../operation.ts';
import { Refusal } from '../problem.ts';
import type { Group } from '../served.ts';

/** The form that Prometheus reads. */
const TEXT = 'text/plain; version=0.0.4; charset=utf-8';

export const metricRoutes: Group = (app, served) => {
  operation(
    app,
    served,
    {
      method: 'get',
      path: '/metrics',
      name: 'getMetrics',
      summary: 'What is counted, for Prometheus',
      scope: 'read',
      answers: { 200: { description: 'Metrics.', content: { [TEXT]: z.string() } } },
      refusals: ['missing-package'],
    },
    async (c) => {
      const text = await served.guards.metrics.text();
      if (text === null) {
        throw new Refusal(
          'missing-package',
          'prom-client is not installed, so nothing is counted: npm install prom-client',
        );
      }
      return c.body(text, 200, { 'Content-Type': TEXT });
    },
  );
};
