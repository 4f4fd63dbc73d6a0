/**
 * When scores are published: what is read is the newest wherever that is quick, and soon after where little was
 * published lately; however often is written and read, publishing takes no more than its part of the time; and nobody who demands a sequence is given
 * an older one. The clock is the test's, and so is what a publication costs; the engine only counts.
 */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TrustEngine } from '../../src/engine.ts';
import { Publication } from '../../src/http/publication.ts';
import type { Scores } from '../../src/scores.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** An engine that takes `cost` milliseconds for each publication, and a publication over it. */
function publishing(cost: number) {
  let time = 0;
  let spent = 0;
  let settles = 0;
  let view: Scores | undefined;
  let bound = 1e-7;
  const engine = {
    sequence: 0,
    size: 0,
    scores() {
      if (view?.sequence === engine.sequence) return view;
      time += cost;
      spent += cost;
      view = { sequence: engine.sequence, bound, complete() {}, top: () => [] } as unknown as Scores;
      return view;
    },
    settle() {
      settles++;
      return { reason: 'tolerance' };
    },
  };
  const told: number[] = [];
  const clock = () => time;
  const publication = new Publication(engine as unknown as TrustEngine, clock, (_, { sequence }) =>
    told.push(sequence),
  );
  return {
    engine,
    publication,
    told,
    spent: () => spent,
    settles: () => settles,
    /** Whoever asks next is given the same sequence with a smaller bound. */
    refine: () => {
      view = undefined;
      bound /= 2;
    },
    now: () => time,
    pass: async (milliseconds: number) => {
      time += milliseconds;
      await vi.advanceTimersByTimeAsync(milliseconds);
    },
  };
}

describe('a read', () => {
  it('is of the newest sequence where nothing was published for a while: at once where that is quick', async () => {
    const costs = fc.oneof(
      fc.constantFrom(0, 0.1, 2, 2.1, 50),
      fc.double({ min: 0, max: 3_000, noNaN: true }),
    );
    const property = fc.asyncProperty(costs, async (cost) => {
      const { engine, publication, pass } = publishing(cost);
      expect(publication.scores.sequence).toBe(0);
      engine.sequence = 1;
      // The time that was saved up has not been used, unless the first took all of it. What one costs is not known yet.
      if (cost < 50) expect(publication.scores.sequence).toBe(1);
      await pass(10_000);
      expect(publication.scores.sequence).toBe(1);
      await pass(10_000 + 5 * cost);
      engine.sequence = 2;
      publication.soon();
      expect(publication.scores.sequence).toBe(cost <= 2 ? 2 : 1);
      // Its steps, and the rests between them.
      await pass(10);
      await pass(2 * 200);
      await pass(1);
      expect(publication.scores.sequence).toBe(2);
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it('never makes publishing take more than its part of the time, and leaves no event out for longer than it may', async () => {
    const property = fc.asyncProperty(
      fc.double({ min: 0.1, max: 2_000, noNaN: true }),
      fc.array(fc.record({ wait: fc.double({ min: 0, max: 400, noNaN: true }), write: fc.boolean() }), {
        minLength: 40,
        maxLength: 100,
      }),
      async (cost, steps) => {
        const { engine, publication, pass, spent, now } = publishing(cost);
        publication.now();
        const part = cost <= 2 ? 0.2 : 0.01;
        const longest = Math.max(5_000, 5 * cost);
        // A publication that had just begun, its rests, the longest time without one, and the next with its rests.
        const oldest = longest + 2 * (cost + 2 * 200);
        /** When each event was written. */
        const writtenAt: number[] = [];
        for (const { wait, write } of steps) {
          await pass(wait);
          if (write) writtenAt[++engine.sequence] = now();
          const before = now();
          const { sequence } = publication.scores;
          // The time stands still but in steps, the last of which may be longer than what was waited for.
          if (sequence < engine.sequence)
            expect(before - writtenAt[sequence + 1]!).toBeLessThanOrEqual(oldest + wait);
          // What was saved up, one that overran it, those that the longest rest allows, and the part.
          const forced = (now() / longest) * cost;
          expect(spent()).toBeLessThanOrEqual(50 + 3 * cost + forced + part * now());
        }
      },
    );
    await fc.assert(property, { numRuns: 30 });
  });
});

describe('in the background', () => {
  it('what was appended is published, and those who listen are told once', async () => {
    const { engine, publication, told, pass } = publishing(1);
    publication.now();
    engine.sequence = 3;
    publication.soon();
    publication.soon();
    await pass(10);
    expect(told).toEqual([0, 3]);
    await pass(10_000);
    expect(told).toEqual([0, 3]);
  });

  it('nothing is published once it is closed, but for what is still to be', async () => {
    const { engine, publication, told, pass } = publishing(1);
    publication.now();
    engine.sequence = 3;
    publication.soon();
    publication.close();
    expect(told).toEqual([0, 3]);
    engine.sequence = 4;
    publication.soon();
    await pass(10_000);
    expect(told).toEqual([0, 3]);
  });
});

it('scores that were published with a smaller bound meanwhile stay', async () => {
  const { engine, publication, told, pass, refine } = publishing(50);
  publication.now();
  engine.sequence = 1;
  publication.soon();
  // Its scores are made, and it rests.
  await pass(50);
  await pass(1);
  expect(publication.last.sequence).toBe(0);
  refine();
  publication.now({ settle: false });
  await pass(10_000);
  expect([publication.last.sequence, publication.last.bound]).toEqual([1, 5e-8]);
  expect(told).toEqual([0, 1]);
});

describe('a demand', () => {
  it('is met by a sequence that is no older, as soon as it is there, even where publishing rests', async () => {
    const { engine, publication, pass, now } = publishing(400);
    publication.now();
    const reached = publication.reach(2, 60_000);
    await pass(50);
    engine.sequence = 2;
    publication.soon();
    const asked = now();
    let at = 0;
    void reached.then(({ sequence }) => {
      at = sequence;
    });
    for (let k = 0; k < 100 && at === 0; k++) await pass(50);
    expect(at).toBe(2);
    // Half of the time at most: what was overdrawn is paid back twice as fast.
    expect(now() - asked).toBeLessThan(2 * (2 * 400) + 400 + 100);
  });

  it('is refused where it is not met in time, and forgotten', async () => {
    const { publication, pass } = publishing(1);
    const refused = expect(publication.reach(7, 1_000)).rejects.toMatchObject({
      code: 'behind',
      headers: { 'Retry-After': '1' },
    });
    await pass(1_001);
    await refused;
  });
});
