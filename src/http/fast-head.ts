/** What the fast path reads of a request: its head, as Node has split it, and whether its key is let through. */
import { rateLimitOf } from './guards/admit.ts';
import type { Guards } from './guards/guards.ts';
import { requestIdOf } from './guards/told.ts';
import type { Key } from './keys.ts';

/** What the head of a request says; undefined where it says nothing. */
export type Head = Record<
  'host' | 'authorization' | 'x-request-id' | 'content-length' | 'content-type',
  string | undefined
>;

/** Headers that ask for what the application alone knows. */
const UNUSUAL = ['if-none-match', 'transfer-encoding', 'expect', 'content-encoding', 'idempotency-key'];

/** A host of which a URL can be made without a look at it. */
const HOST =
  /^[a-z0-9._-]+(:([1-5]\d{3,4}|[6-9]\d{3}))?$|^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,4}|:[1-5]\d{4}|:6[0-4]\d{3})?$/;

/** Null where the head says something twice, or something unusual. */
export function headOf(rawHeaders: readonly string[]): Head | null {
  const head: Head = {
    host: undefined,
    authorization: undefined,
    'x-request-id': undefined,
    'content-length': undefined,
    'content-type': undefined,
  };
  for (let k = 0; k < rawHeaders.length; k += 2) {
    const name = rawHeaders[k]!.toLowerCase();
    if (Object.hasOwn(head, name)) {
      if (head[name as keyof Head] !== undefined) return null;
      head[name as keyof Head] = rawHeaders[k + 1];
    } else if (UNUSUAL.includes(name)) return null;
  }
  return HOST.test(head.host ?? '') ? head : null;
}

/** What every answer says first. */
export interface Said {
  readonly 'X-Request-Id': string;
  readonly RateLimit: string;
}

/** What the gates say of a request that they let through; null where the key asks too often. */
export function admitted({ rates, ticks }: Guards, key: Key, head: Head): Said | null {
  const taken = rates.take(key.id, ticks());
  if (!taken.allowed) return null;
  return { 'X-Request-Id': requestIdOf(head['x-request-id']), RateLimit: rateLimitOf(taken) };
}
