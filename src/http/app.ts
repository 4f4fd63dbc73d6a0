/**
 * The application: what every request passes, the groups of routes, and how errors are told. Made once for each
 * server, of what it serves; reads no file and listens on nothing.
 */
import { OpenAPIHono } from '@hono/zod-openapi';
import { describe, methodsAt } from './document.ts';
import { gates } from './guards/index.ts';
import { pageRoutes } from './page/page.ts';
import { problemAnswer, Refusal } from './problem.ts';
import { changeRoutes } from './routes/changes.ts';
import { communityRoutes } from './routes/communities.ts';
import { eventRoutes } from './routes/events.ts';
import { healthRoutes } from './routes/health.ts';
import { insightRoutes } from './routes/insight.ts';
import { keyRoutes } from './routes/keys.ts';
import { ledgerRoutes } from './routes/ledger.ts';
import { metricRoutes } from './routes/metrics.ts';
import { policyRoutes } from './routes/policy.ts';
import { problemRoutes } from './routes/problems.ts';
import { scoreRoutes } from './routes/scores.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import type { App, Env, Group, Served } from './served.ts';

const GROUPS: readonly Group[] = [
  scoreRoutes,
  insightRoutes,
  eventRoutes,
  policyRoutes,
  communityRoutes,
  ledgerRoutes,
  changeRoutes,
  webhookRoutes,
  keyRoutes,
  metricRoutes,
  healthRoutes,
  problemRoutes,
  pageRoutes,
];

export function appOf(served: Served): App {
  const app: App = new OpenAPIHono<Env>();
  app.onError((error, c) => {
    const request = c.get('requestId') ?? '';
    const { problem, fault, headers, body } = problemAnswer(error, request);
    c.set('code', problem.code);
    if (fault !== undefined) served.onFault(fault, request);
    return c.body(body, problem.status, headers);
  });
  app.notFound((c) => {
    const methods = methodsAt(app, c.req.path);
    if (methods.length === 0)
      throw new Refusal('no-route', `there is nothing at ${c.req.path.slice(0, 200)}`);
    throw new Refusal('bad-method', `${c.req.method} is not taken here; expected ${methods.join(' or ')}`, {
      headers: { Allow: methods.join(', ') },
    });
  });
  for (const gate of gates(served)) app.use(gate);
  for (const group of GROUPS) group(app, served);
  describe(app);
  return app;
}
