/**
 * However it is asked: over any stretch of time a key is let through at most its burst and what that time gives, and
 * not once less; never more writes and bytes are taken at a time than may be; nobody's flood takes what is
 * left for others; and nothing is counted twice or for ever.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Buckets } from '../../src/http/guards/bucket.ts';
import { Waiting } from '../../src/http/guards/waiting.ts';

describe('a bucket', () => {
  const asks = fc.array(
    fc.record({ key: fc.constantFrom('a', 'b'), after: fc.integer({ min: 0, max: 3000 }) }),
    {
      maxLength: 80,
    },
  );

  it('lets through what exact arithmetic says, for each key by itself', () => {
    fc.assert(
      fc.property(
        asks,
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 10 }),
        (asked, perSecond, burst) => {
          const buckets = new Buckets({ perSecond, burst });
          /** The witness counts thousandths of a token in whole numbers. */
          const model = new Map<string, { thousandths: number; at: number }>();
          let now = 1_800_000_000_000;
          for (const { key, after } of asked) {
            now += after;
            const one = model.get(key) ?? { thousandths: burst * 1000, at: now };
            one.thousandths = Math.min(burst * 1000, one.thousandths + (now - one.at) * perSecond);
            one.at = now;
            model.set(key, one);
            const taken = buckets.take(key, now);
            // Doubles and whole numbers may part by rounding, exactly where a token is just complete.
            if (Math.abs(one.thousandths - 1000) > 1e-3) expect(taken.allowed).toBe(one.thousandths >= 1000);
            if (taken.allowed) one.thousandths -= 1000;
            expect(Math.abs(taken.remaining - one.thousandths / 1000)).toBeLessThan(1.001);
          }
        },
      ),
    );
  });

  it('that refuses says when it will not: then it lets through, and one second sooner it may not', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(5000),
        (perMinute, burst, later) => {
          const buckets = new Buckets({ perSecond: perMinute / 60, burst });
          for (let k = 0; k < burst; k++) expect(buckets.take('a', 0).allowed).toBe(true);
          const { allowed, seconds } = buckets.take('a', 0);
          expect(allowed).toBe(false);
          expect(seconds).toBe(Math.ceil(60 / perMinute));
          expect(buckets.take('a', seconds * 1000 + later).allowed).toBe(true);
        },
      ),
    );
  });

  it('gains nothing while the clock stands or jumps back', () => {
    const buckets = new Buckets({ perSecond: 1, burst: 1 });
    const allowed = [0, 0, -5000, -5000, -5000].map((now) => buckets.take('a', now).allowed);
    expect(allowed).toEqual([true, false, false, false, false]);
  });
});

describe('what waits', () => {
  it('is never more than may be, in all and of one community, and all room comes back', () => {
    const step = fc.oneof(
      fc.record({ community: fc.constantFrom('a', 'b', 'c'), bytes: fc.integer({ min: 0, max: 40 }) }),
      fc.record({ leave: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const limits = { writes: 6, writesEach: 4, bytes: 60 };
        const waiting = new Waiting(limits);
        let inside: { community: string; bytes: number; leave: () => void }[] = [];
        for (const step of steps) {
          if ('leave' in step) {
            const one = inside[step.leave % Math.max(inside.length, 1)];
            one?.leave();
            // Leaving twice gives nothing back.
            one?.leave();
            inside = inside.filter((other) => other !== one);
          } else {
            const { community, bytes } = step;
            const here = inside.filter((one) => one.community === community).length;
            const sum = inside.reduce((all, one) => all + one.bytes, 0);
            const fits = inside.length < 6 && here < 4 && (inside.length === 0 || sum + bytes <= 60);
            const leave = waiting.enter(community, bytes);
            expect(leave !== undefined).toBe(fits);
            if (leave !== undefined) inside.push({ community, bytes, leave });
          }
          expect(waiting.writes).toBe(inside.length);
        }
      }),
    );
  });
});
