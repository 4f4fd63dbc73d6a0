/**
 * What every request passes before it is answered, in this order. Gates stand before the routes and ask nothing of
 * who is asking: the request gets its id, its line in the log and its count; its head must not be too long; and it
 * has to come from where it may. Guards stand before one route, whose need they know: the key, then how often it
 * asks, then whether there is room for what it asks for.
 */
import type { Context, MiddlewareHandler } from 'hono';
import type { Env, Need, Served } from '../served.ts';
import { checkAdmission } from './admit.ts';
import { checkHead } from './heads.ts';
import { checkOrigin } from './origin.ts';
import { room } from './room.ts';
import { told } from './told.ts';

/** Passed by every request, in this order, before its route is known. */
export function gates({ guards }: Served): MiddlewareHandler<Env>[] {
  return [
    told(guards),
    (c, next) => {
      checkHead(c, guards);
      checkOrigin(c, guards);
      return next();
    },
  ];
}

/**
 * Passed by a request whose route is known, and with it what it needs. `c.get('community')` is the one that is
 * asked about, null for none or all of them.
 */
export function guard(served: Served, need: Need) {
  const { guards } = served;
  const within = room(served, need);
  return (c: Context<Env>, answer: () => Response | Promise<Response>): Response | Promise<Response> => {
    checkAdmission(c, guards, need);
    return within(c, answer);
  };
}
