/** Routes for whoever runs the service, or reads about it: alive, ready, and what can be asked. */

import { operation } from '../operation.ts';
import { HealthAnswer } from '../schemas/communities.ts';
import type { Group } from '../served.ts';

export const healthRoutes: Group = (app, served) => {
  operation(
    app,
    served,
    {
      method: 'get',
      path: '/healthz',
      name: 'health',
      summary: 'Whether the process answers',
      scope: null,
      answers: { 200: { description: 'It does.', content: { 'application/json': HealthAnswer } } },
    },
    (c) => c.json({ status: 'ok' }),
  );

  operation(
    app,
    served,
    {
      method: 'get',
      path: '/readyz',
      name: 'readiness',
      summary: 'Whether requests should be sent here',
      scope: null,
      answers: {
        200: { description: 'Yes.', content: { 'application/json': HealthAnswer } },
        503: { description: 'No, it is being closed.', content: { 'application/json': HealthAnswer } },
      },
    },
    (c) => (served.guards.closing ? c.json({ status: 'closing' }, 503) : c.json({ status: 'ok' })),
  );
};
