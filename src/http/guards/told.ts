/**
 * The id of a request, its line in the log and its count. An id from outside is taken where it is a short word,
 * so that it can be followed through several services, and can carry nothing into a log.
 */
import type { MiddlewareHandler } from 'hono';
import type { Env } from '../served.ts';
import type { Guards } from './guards.ts';

export function told({ log, metrics }: Guards): MiddlewareHandler<Env> {
  return async (c, next) => {
    const start = performance.now();
    const given = c.req.header('x-request-id');
    const request = given !== undefined && /^[\w-]{1,64}$/.test(given) ? given : crypto.randomUUID();
    c.set('requestId', request);
    c.set('said', { 'X-Request-Id': request });
    await next();
    const said = c.get('said');
    if (said !== null) for (const name in said) c.res.headers.set(name, said[name]!);
    const milliseconds = performance.now() - start;
    const route = c.get('route') ?? 'none';
    const { status } = c.res;
    metrics.answered(c.req.method, route, status, milliseconds / 1000);
    const fields = {
      request,
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
