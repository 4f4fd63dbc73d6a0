/**
 * Token buckets: each holds up to `burst` tokens and gains `perSecond` of them; a request takes one, or is told
 * when there will be one. So over any stretch of t seconds a key is let through at most burst + perSecond t
 * times. A full bucket is forgotten, so that there are never more than are in use. The clock is given.
 */
import type { Milliseconds } from '../../event.ts';

export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

export interface Taken {
  readonly allowed: boolean;
  /** Whole tokens that are left. */
  readonly remaining: number;
  /** Whole seconds until there is a token (refused), or until the bucket is full (allowed). */
  readonly seconds: number;
}

interface Bucket {
  tokens: number;
  at: Milliseconds;
}

/** Buckets that are looked through for full ones before another is added. */
const CROWD = 1024;

export class Buckets {
  readonly #limit: RateLimit;
  readonly #buckets = new Map<string, Bucket>();

  constructor(limit: RateLimit) {
    this.#limit = limit;
  }

  /** Takes a token from the bucket of `key`. `now` may stand still or jump back: then nothing is gained. */
  take(key: string, now: Milliseconds): Taken {
    const { perSecond, burst } = this.#limit;
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      if (this.#buckets.size >= CROWD) this.#forgetFull(now);
      bucket = { tokens: burst, at: now };
      this.#buckets.set(key, bucket);
    }
    const passed = Math.max(now - bucket.at, 0) / 1000;
    bucket.tokens = Math.min(burst, bucket.tokens + passed * perSecond);
    bucket.at = now;
    const allowed = bucket.tokens >= 1;
    if (allowed) bucket.tokens -= 1;
    const lacking = allowed ? burst - bucket.tokens : 1 - bucket.tokens;
    return {
      allowed,
      remaining: Math.floor(bucket.tokens),
      seconds: Math.ceil(lacking / perSecond),
    };
  }

  #forgetFull(now: Milliseconds): void {
    const { perSecond, burst } = this.#limit;
    for (const [key, { tokens, at }] of this.#buckets) {
      if (tokens + ((now - at) / 1000) * perSecond >= burst) this.#buckets.delete(key);
    }
  }
}
