/**
 * Whether there is room for what is asked: so many writes and bytes at a time, in all and of one community, a line
 * for those that come then, and so many long answers. What finds none is refused with when to come again, before
 * its body is read; so memory does not grow with what is asked, and what is taken is answered in time.
 */
import type { Context } from 'hono';
import { Refusal } from '../problem.ts';
import type { Env, Need } from '../served.ts';
import type { Guards } from './guards.ts';

/** Bytes that a body counts for where it does not say how long it is. */
const UNSAID = 2 ** 20;

const WORDS = {
  delay: 'the service is behind with its work',
  heavy: 'many long answers are being worked on',
  writes: 'many writes are being taken',
};

/** Made once: what refuses a flood must not cost a stack each. */
const REFUSALS = Object.fromEntries(
  Object.entries(WORDS).map(([reason, words]) => [
    reason,
    new Refusal('overloaded', words, { headers: { 'Retry-After': '1' } }),
  ]),
) as Record<keyof typeof WORDS, Refusal>;

/** The refusal of what there is no room for, counted. */
export function shed({ metrics }: Guards, reason: keyof typeof WORDS): Refusal {
  metrics.shed(reason);
  return REFUSALS[reason];
}

/** Bytes that a write takes the room of, by its Content-Length. */
export function bytesOf(contentLength: string | undefined): number {
  const said = Number(contentLength ?? Number.NaN);
  return Number.isNaN(said) ? UNSAID : said;
}

/** Whether writes and long answers are refused, whatever room there is. */
export function isBehind({ load, delay }: Guards): boolean {
  return delay() > load.delay;
}

export function room(guards: Guards, { scope, heavy, stream }: Need) {
  const { load, waiting } = guards;
  const long = async (answer: () => Response | Promise<Response>) => {
    if (guards.heavy >= load.heavy) throw shed(guards, 'heavy');
    guards.heavy += 1;
    try {
      return await answer();
    } finally {
      guards.heavy -= 1;
    }
  };
  const crowded = async (c: Context<Env>, writes: boolean, answer: () => Response | Promise<Response>) => {
    if (isBehind(guards)) throw shed(guards, 'delay');
    if (!writes) return long(answer);
    const bytes = stream ? UNSAID : bytesOf(c.req.header('content-length'));
    const leave = await waiting.enter(c.get('community') ?? '', bytes);
    if (leave === undefined) throw shed(guards, 'writes');
    try {
      return await (heavy ? long(answer) : answer());
    } finally {
      leave();
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
