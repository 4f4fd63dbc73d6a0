/**
 * The id of a request, its line in the log and its count. An id from outside is taken where it is a short word,
 * so that it can be followed through several services, and can carry nothing into a log.
 */
import type { MiddlewareHandler } from 'hono';
import type { Key } from '../keys.ts';
import type { Env } from '../served.ts';
import type { Guards } from './guards.ts';

/** A request that was answered; `start` as performance.now() has it. */
interface Answered {
  readonly request: string;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly start: number;
  readonly key: Key | null | undefined;
}

export function told(guards: Guards): MiddlewareHandler<Env> {
  return async (c, next) => {
    const start = performance.now();
    const request = requestIdOf(c.req.header('x-request-id'));
    c.set('requestId', request);
    c.set('said', { 'X-Request-Id': request });
    await next();
    const said = c.get('said');
    if (said !== null) for (const name in said) c.res.headers.set(name, said[name]!);
    const route = c.get('route') ?? 'none';
    note(guards, { request, method: c.req.method, route, status: c.res.status, start, key: c.get('key') });
  };
}

/** What a request is called: as it calls itself where that is a short word. */
export function requestIdOf(given: string | undefined): string {
  return given !== undefined && /^[\w-]{1,64}$/.test(given) ? given : crypto.randomUUID();
}

/** Counts and logs a request that was answered. */
export function note(
  { log, metrics }: Guards,
  { request, method, route, status, start, key }: Answered,
): void {
  const milliseconds = performance.now() - start;
  metrics.answered(method, route, status, milliseconds / 1000);
  const rounded = Math.round(milliseconds * 1000) / 1000;
  const fields = { request, method, route, status, milliseconds: rounded, key: key?.id };
  try {
    if (status >= 500) log.error(fields, 'failed');
    else log.info(fields, 'answered');
  } catch {
    // A log that breaks is no reason to answer nobody.
  }
}
