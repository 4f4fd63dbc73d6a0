/**
 * Whether there is room for what is asked: so many writes and bytes at a time, in all and of one community, and
 * so many long answers. What finds none is refused with when to come again, before its body is read; so memory
 * does not grow with what is asked, and what is taken is answered in time.
 */
import type { Context } from 'hono';
import { Refusal } from '../problem.ts';
import type { Env, Need } from '../served.ts';
import type { Guards } from './guards.ts';

/** Bytes that a body counts for where it does not say how long it is. */
const UNSAID = 2 ** 20;

export function room(guards: Guards, { scope, heavy, stream }: Need) {
  const { load, waiting, metrics } = guards;
  const shed = (reason: string, words: string) => {
    metrics.shed(reason);
    return new Refusal('overloaded', words, { headers: { 'Retry-After': '1' } });
  };
  const crowded = async (c: Context<Env>, writes: boolean, answer: () => Response | Promise<Response>) => {
    if (guards.delay() > load.delay) throw shed('delay', 'the service is behind with its work');
    if (heavy && guards.heavy >= load.heavy) throw shed('heavy', 'many long answers are being worked on');
    const said = stream ? Number.NaN : Number(c.req.header('content-length') ?? Number.NaN);
    const leave = writes
      ? waiting.enter(c.get('community') ?? '', Number.isNaN(said) ? UNSAID : said)
      : () => {};
    if (leave === undefined) throw shed('writes', 'many writes are being taken');
    if (heavy) guards.heavy += 1;
    try {
      return await answer();
    } finally {
      leave();
      if (heavy) guards.heavy -= 1;
    }
  };
  return (c: Context<Env>, answer: () => Response | Promise<Response>): Response | Promise<Response> => {
    if (guards.closing && scope !== null) {
      throw new Refusal('closing', 'the service is about to end', { headers: { 'Retry-After': '5' } });
    }
    const writes = scope === 'write' || (scope === 'admin' && c.req.method !== 'GET');
    return writes || heavy ? crowded(c, writes, answer) : answer();
  };
}
