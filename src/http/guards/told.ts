/**
 * The id of a request, its line in the log and its count. An id from outside is taken where it is a short word,
 * so that it can be followed through several services, and can carry nothing into a log.
 */
import type { Context, MiddlewareHandler } from 'hono';
import type { Key } from '../keys.ts';
import { lingering } from '../linger.ts';
import type { ProblemCode } from '../problem.ts';
import { type Env, incomingOf } from '../served.ts';
import type { Guards } from './guards.ts';

/** A request that was answered; `start` as performance.now() has it. */
interface Answered {
  readonly request: string;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  /** Of the problem that was answered. */
  readonly code?: ProblemCode | undefined;
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
    const closing = endOf(c, guards);
    if (closing) await closing;
    const { method } = c.req;
    const route = c.get('route') ?? 'none';
    const [code, key] = [c.get('code'), c.get('key')];
    note(guards, { request, method, route, status: c.res.status, code, start, key });
  };
}

/** Says that the connection ends with this answer where it does. */
function endOf(c: Context<Env>, guards: Guards): void | Promise<void> {
  const incoming = incomingOf(c);
  if (incoming?.httpVersionMajor !== 1) return;
  const end = () => c.res.headers.set('Connection', 'close');
  if (guards.closing) end();
  if (incoming.complete || c.req.method === 'GET' || c.req.method === 'HEAD') return;
  // A body that has come with its head is over in the next turn. Of one that has not, nobody reads the rest.
  return new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
    if (incoming.complete) return;
    end();
    lingering(incoming.socket);
  });
}

/** What a request is called: as it calls itself where that is a short word. */
export function requestIdOf(given: string | undefined): string {
  return given !== undefined && /^[\w-]{1,64}$/.test(given) ? given : crypto.randomUUID();
}

/** Counts and logs a request that was answered. */
export function note(
  { log, metrics }: Guards,
  { request, method, route, status, code, start, key }: Answered,
): void {
  const milliseconds = performance.now() - start;
  metrics.answered(method, route, status, milliseconds / 1000);
  // Written out, since spreads of parts make an object of which V8 puts each straight among the old ones, millions of
  // them, until all the heap has to be marked every few seconds.
  const rounded = Math.round(milliseconds * 1000) / 1000;
  const fields = { request, method, route, status, code, milliseconds: rounded, key: key?.id };
  try {
    // That there is no room for now is how the service is meant to be under a load, and nothing to be woken for.
    if (status === 503 || status === 429) log.warn(fields, 'refused for now');
    else if (status >= 500) log.error(fields, 'failed');
    else log.info(fields, 'answered');
  } catch {
    // A log that breaks is no reason to answer nobody.
  }
}
