/**
 * Whether there is room for what is asked: so many writes and bytes at a time, in all and of one community, a line
 * for those that come then, and so many long answers. What finds none is refused with when to come again, before
 * its body is read; so memory does not grow with what is asked, and what is taken is answered in time.
 */
import type { Context } from 'hono';
import { breath } from '../later.ts';
import { ending, Refusal } from '../problem.ts';
import type { Env, Need, Served } from '../served.ts';
import type { Guards } from './guards.ts';

/** Bytes that a body counts for where nothing says how long it may be. */
const UNSAID = 2 ** 20;

const WORDS = {
  delay: 'the service is behind with its work',
  heavy: 'many long answers are being worked on',
  writes: 'many writes are being taken',
  asks: 'many long questions are being read',
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

/** Bytes that a body takes the room of: as many as it says, or may have where it comes in chunks. */
export function bytesOf(contentLength: string | undefined, unsaid: number = UNSAID): number {
  const said = Number(contentLength ?? Number.NaN);
  return Number.isNaN(said) ? unsaid : said;
}

/** Whether writes and long answers are refused, whatever room there is. */
export function isBehind({ load, delay }: Guards): boolean {
  return delay() > load.delay;
}

/** Works on an answer that takes long, once others have been answered. @throws Refusal `overloaded`. */
export async function heavily<T>(guards: Guards, community: string, work: () => T): Promise<T> {
  const leave = await guards.working.enter(community, 0);
  if (leave === undefined) throw shed(guards, 'heavy');
  try {
    await breath();
    return work();
  } finally {
    leave();
  }
}

export function room({ guards, limits }: Served, { scope, heavy, stream, bodied }: Need) {
  const { waiting, asking, working } = guards;
  const crowded = async (c: Context<Env>, writes: boolean, answer: () => Response | Promise<Response>) => {
    const community = c.get('community') ?? '';
    if (isBehind(guards)) throw shed(guards, 'delay');
    // Before its body is read; it has a place once it is worked on.
    if (heavy && working.isFull(community, 0)) throw shed(guards, 'heavy');
    if (!writes && !bodied) return answer();
    const chunked = c.req.header('transfer-encoding') !== undefined;
    const bytes = stream ? UNSAID : bytesOf(c.req.header('content-length'), chunked ? limits.body : UNSAID);
    const leave = await (writes ? waiting : asking).enter(community, bytes);
    if (leave === undefined) throw shed(guards, writes ? 'writes' : 'asks');
    try {
      return await answer();
    } finally {
      leave();
    }
  };
  return (c: Context<Env>, answer: () => Response | Promise<Response>): Response | Promise<Response> => {
    if (guards.closing && scope !== null) throw ending();
    const writes = scope === 'write' || (scope === 'admin' && c.req.method !== 'GET');
    return writes || heavy || bodied ? crowded(c, writes, answer) : answer();
  };
}
