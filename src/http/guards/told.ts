/**
 * The id of a request, its line in the log and its count. An id from outside is taken where it is a short word,
 * so that it can be followed through several services, and can carry nothing into a log.
 */
import type { MiddlewareHandler } from 'hono';
import type { Env } from '../served.ts';
import type { Guards } from './guards.ts';

export function named(): MiddlewareHandler<Env> {
  return (c, next) => {
    const given = c.req.header('x-request-id');
    const id = given !== undefined && /^[\w-]{1,64}$/.test(given) ? given : crypto.randomUUID();
    c.set('requestId', id);
    c.header('X-Request-Id', id);
    return next();
  };
}

export function told({ log, metrics }: Guards): MiddlewareHandler<Env> {
  return async (c, next) => {
    const start = performance.now();
    await next();
    const milliseconds = performance.now() - start;
    const route = c.get('route') ?? 'none';
    const { status } = c.res;
    metrics.answered(c.req.method, route, status, milliseconds / 1000);
    const fields = {
      request: c.get('requestId'),
      method: c.req.method,
      route,
      status,
      milliseconds: Math.round(milliseconds * 1000) / 1000,
      key: c.get('key')?.id,
    };
    if (status >= 500) log.error(fields, 'failed');
    else log.info(fields, 'answered');
  };
}
