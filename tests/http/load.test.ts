/**
 * However it is asked: over any stretch of time a key is let through at most its burst and what that time gives, and
 * not once less; never more writes and bytes are taken at a time than may be, nor stand longer in line; nobody's
 * flood takes what is left for others; and nothing is counted twice or for ever.
 */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Buckets } from '../../src/http/guards/bucket.ts';
import { loadOf } from '../../src/http/guards/load.ts';
import { Waiting } from '../../src/http/guards/waiting.ts';

it('a limit that would let nothing pass is refused', () => {
  for (const rate of [
    { perSecond: 0, burst: 2 },
    { perSecond: -1, burst: 2 },
    { perSecond: Number.NaN, burst: 2 },
    { perSecond: 0.4, burst: 0.8 },
  ]) {
    expect(() => loadOf({ rate })).toThrow(
      /load\.rate\.\w+: .* is not a limit; expected a number (above 0|from 1)/,
    );
  }
  expect(new Buckets(loadOf({ rate: { perSecond: 0.4, burst: 1 } }).rate).take('a', 0).allowed).toBe(true);
});

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

describe('writes', () => {
  const limits = { writes: 6, writesEach: 4, bytes: 60, bytesEach: 50, line: 5, lineEach: 3, patience: 100 };
  const step = fc.oneof(
    fc.record({ community: fc.constantFrom('a', 'b', 'c'), bytes: fc.integer({ min: 0, max: 40 }) }),
    fc.record({ leave: fc.nat() }),
    fc.record({ pass: fc.integer({ min: 0, max: 120 }) }),
  );

  interface Write {
    readonly community: string;
    readonly bytes: number;
    readonly since: number;
    state: 'standing' | 'inside' | 'refused' | 'gone';
    leave?: () => void;
  }

  /** Takes steps, and calls `check` with all writes that ever came after each of them. */
  async function walk(steps: readonly object[], check: (all: readonly Write[], waiting: Waiting) => void) {
    vi.useFakeTimers({ now: 0 });
    try {
      const waiting = new Waiting(limits);
      const all: Write[] = [];
      const settle = (write: Write, leave: (() => void) | undefined) => {
        write.state = leave === undefined ? 'refused' : 'inside';
        if (leave !== undefined) write.leave = leave;
      };
      for (const step of steps as { community?: string; bytes: number; leave?: number; pass: number }[]) {
        if (step.community !== undefined) {
          const { community, bytes } = step;
          const write: Write = { community, bytes, since: Date.now(), state: 'standing' };
          const full = waiting.isFull(write.community, write.bytes);
          const entered = waiting.enter(write.community, write.bytes);
          expect(entered === undefined).toBe(full);
          if (entered instanceof Promise) void entered.then((leave) => settle(write, leave));
          else settle(write, entered);
          all.push(write);
        } else if (step.leave !== undefined) {
          const inside = all.filter(({ state }) => state === 'inside');
          const one = inside[step.leave % Math.max(inside.length, 1)];
          one?.leave?.();
          // Leaving twice gives nothing back.
          one?.leave?.();
          if (one !== undefined) one.state = 'gone';
        } else await vi.advanceTimersByTimeAsync(step.pass);
        await vi.advanceTimersByTimeAsync(0);
        check(all, waiting);
      }
    } finally {
      vi.useRealTimers();
    }
  }

  const of = (all: readonly Write[], state: Write['state'], community?: string) =>
    all.filter((one) => one.state === state && (community ?? one.community) === one.community);
  const fits = (all: readonly Write[], { community, bytes }: Pick<Write, 'community' | 'bytes'>) => {
    const inside = of(all, 'inside');
    const sum = inside.reduce((sum, one) => sum + one.bytes, 0);
    const room = inside.length < 6 && of(all, 'inside', community).length < 4;
    const here = of(all, 'inside', community);
    const sumHere = here.reduce((sum, one) => sum + one.bytes, 0);
    const roomHere = here.length === 0 || sumHere + bytes <= 50;
    return room && roomHere && (inside.length === 0 || sum + bytes <= 60);
  };

  it('are never more at a time than may be, nor is the line longer, and all room comes back', async () => {
    const property = fc.asyncProperty(fc.array(step, { maxLength: 60 }), (steps) =>
      walk(steps, (all, waiting) => {
        const inside = of(all, 'inside');
        expect([waiting.writes, waiting.standing]).toEqual([inside.length, of(all, 'standing').length]);
        expect(inside.length).toBeLessThanOrEqual(6);
        expect(of(all, 'standing').length).toBeLessThanOrEqual(5);
        for (const community of ['a', 'b', 'c']) {
          expect(of(all, 'inside', community).length).toBeLessThanOrEqual(4);
          expect(of(all, 'standing', community).length).toBeLessThanOrEqual(3);
          const here = of(all, 'inside', community);
          if (here.length > 1)
            expect(here.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(50);
        }
        const sum = inside.reduce((sum, { bytes }) => sum + bytes, 0);
        if (inside.length > 1) expect(sum).toBeLessThanOrEqual(60);
      }),
    );
    await fc.assert(property);
  });

  it('stand in line only where there is no room, in the order they came, and no longer than their patience', async () => {
    const property = fc.asyncProperty(fc.array(step, { maxLength: 60 }), (steps) =>
      walk(steps, (all) => {
        for (const community of ['a', 'b', 'c']) {
          const [first] = of(all, 'standing', community);
          if (first !== undefined) expect(fits(all, first)).toBe(false);
          // Whoever came later is not inside while the first still stands.
          const later = all.slice(first === undefined ? all.length : all.indexOf(first));
          expect(of(later, 'inside', community)).toEqual([]);
        }
        for (const { since } of of(all, 'standing')) expect(Date.now() - since).toBeLessThan(100);
      }),
    );
    await fc.assert(property);
  });

  it('of a community that is flooded and of one that is not take turns', async () => {
    vi.useFakeTimers();
    try {
      const waiting = new Waiting({ ...limits, writes: 1, line: 9, lineEach: 9 });
      const order: string[] = [];
      const enter = async (community: string) => {
        const leave = await waiting.enter(community, 1);
        order.push(community);
        await vi.advanceTimersByTimeAsync(0);
        leave!();
      };
      const all = ['a', 'a', 'a', 'a', 'b', 'a', 'b'].map(enter);
      await Promise.all(all);
      expect(order).toEqual(['a', 'a', 'b', 'a', 'b', 'a', 'a']);
    } finally {
      vi.useRealTimers();
    }
  });
});
