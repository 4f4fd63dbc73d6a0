/** What every request passes before it is answered: stands here until keys, limits and overload do. */
import type { MiddlewareHandler } from 'hono';
import type { Env, Need, Served } from '../served.ts';

/** Passed by every request, in this order, before its route is known. */
export function gates(_served: Served): MiddlewareHandler<Env>[] {
  return [];
}

/**
 * Passed by a request whose route is known, and with it what it needs. `c.get('community')` is the one that is
 * asked about, null for none or all of them.
 */
export function guard(_served: Served, _need: Need): MiddlewareHandler<Env> {
  return (c, next) => {
    c.set('key', null);
    return next();
  };
}
