/** How long the head of a request may be, wherever it comes from: what mounts the service may have no limit of its own. */
import type { Context } from 'hono';
import { Refusal } from '../problem.ts';
import type { Env } from '../served.ts';
import { incomingOf } from '../served.ts';
import type { Guards } from './guards.ts';

/** @throws Refusal `long-headers`; `bad-request` for two hosts, of which a proxy before us may have taken the other. */
export function checkHead(c: Context<Env>, { load }: Guards): void {
  const { url } = c.req.raw;
  if (url.length - url.indexOf('/', 8) > load.path) {
    throw new Refusal('long-headers', `the path has more than ${load.path} characters`);
  }
  const raw = incomingOf(c)?.rawHeaders;
  const count = raw === undefined ? [...c.req.raw.headers.keys()].length : raw.length / 2;
  if (count > load.headers) {
    throw new Refusal('long-headers', `there are more than ${load.headers} headers`);
  }
  const named = raw?.filter((name, at) => at % 2 === 0 && name.length === 4 && /^host$/i.test(name)) ?? [];
  if (named.length > 1) throw new Refusal('bad-request', 'the Host header stands twice; expected one');
}
