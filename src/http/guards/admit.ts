/**
 * Who may ask for what, and how often. A community that a key has nothing to do with is answered as one that is not
 * there; why a key is not taken is not told.
 */
import type { Context } from 'hono';
import { noCommunity } from '../communities.ts';
import { allows, covers } from '../keys.ts';
import { Refusal } from '../problem.ts';
import type { Env, Need } from '../served.ts';
import { incomingOf } from '../served.ts';
import type { Taken } from './bucket.ts';
import type { Guards } from './guards.ts';

/** @throws Refusal `unauthorized`, `forbidden`, `rate-limited`, `unknown-community`. */
export function checkAdmission(c: Context<Env>, guards: Guards, { scope }: Need): void {
  const { keys } = guards;
  c.set('key', null);
  if (scope === null) return;
  if (!keys.required) {
    limitRate(c, guards, '');
    return;
  }
  const key = keys.authenticate(c.req.header('authorization'), incomingOf(c)?.socket);
  if (key === undefined) {
    throw new Refusal('unauthorized', 'expected a key that is valid: Authorization: Bearer pk_...', {
      headers: { 'WWW-Authenticate': 'Bearer realm="peerage"' },
    });
  }
  c.set('key', key);
  limitRate(c, guards, key.id);
  const community = c.get('community') ?? null;
  if (!covers(key, community)) {
    if (community !== null) throw noCommunity(community);
    throw new Refusal('forbidden', 'the key is for one community; expected one for all of them');
  }
  if (!allows(key, scope, community)) {
    throw new Refusal('forbidden', `the key has no scope "${scope}"`, { scope });
  }
}

function limitRate(c: Context<Env>, { rates, load, metrics, ticks }: Guards, bucket: string): void {
  const taken = rates.take(bucket, ticks());
  const { allowed, seconds } = taken;
  c.get('said')!.RateLimit = rateLimitOf(taken);
  if (allowed) return;
  metrics.shed('rate');
  throw new Refusal('rate-limited', `more than ${load.rate.perSecond} requests a second`, {
    headers: { 'Retry-After': String(seconds) },
  });
}

/** The header of draft-ietf-httpapi-ratelimit-headers. */
export function rateLimitOf({ remaining, seconds }: Taken): string {
  return `"key";r=${remaining};t=${seconds}`;
}
