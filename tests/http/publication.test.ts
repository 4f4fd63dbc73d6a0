/**
 * When scores are published: what is read is the newest wherever that is quick, and soon after where little was
 * published lately; however often is written and read, publishing takes no more than its part of the time; and nobody who demands a sequence is given
 * an older one. The clock is the test's, and so is what a publication costs; the engine only counts.
 */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TrustEngine } from '../../src/engine.ts';
import { Publication, type PublicationOptions } from '../../src/http/publication.ts';
import type { Scores } from '../../src/scores.ts';
import type { Outcome, Settler, Task } from '../../src/settler/task.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** An engine that takes `cost` milliseconds for each publication, and a publication over it. */
function publishing(cost: number, more: Pick<PublicationOptions, 'settler' | 'processors' | 'onFault'> = {}) {
  let spent = 0;
  let settles = 0;
  let view: Scores | undefined;
  let bound = 1e-7;
  const engine = {
    sequence: 0,
    size: 0,
    scores() {
      if (view?.sequence === engine.sequence) return view;
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
  // What a publication costs passes on top of what timers see.
  const clock = () => Date.now() + spent;
  const publication = new Publication(engine as unknown as TrustEngine, {
    ticks: clock,
    onPublished: (_, { sequence }) => told.push(sequence),
    ...more,
  });
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
    now: clock,
    pass: (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds),
  };
}

it('one that breaks in the background is told, tried again in a while and not before, and ends nothing', async () => {
  const faults: unknown[] = [];
  const of = publishing(200, { onFault: (error) => faults.push(error) });
  expect(of.publication.scores.sequence).toBe(0);
  const { settle } = of.engine;
  of.engine.settle = () => {
    throw new TypeError('broken');
  };
  of.engine.sequence = 1;
  const read = async (times: number) => {
    for (let k = 0; k < times; k++) {
      expect(of.publication.scores.sequence).toBe(0);
      await of.pass(100);
    }
  };
  await of.pass(10_000);
  // However often is read meanwhile.
  await read(40);
  expect(faults).toEqual([new TypeError('broken')]);
  await read(60);
  expect(faults).toHaveLength(2);
  of.engine.settle = settle;
  await of.pass(10_000);
  expect([of.publication.scores.sequence, faults.length]).toEqual([1, 2]);
});

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
      // Where the first took long, so may the second: whoever reads does not wait for it.
      if (cost > 100) {
        expect(publication.scores.sequence).toBe(0);
        await pass(10 + 2 * 200);
      }
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

  it('waits no longer for those that were made for demands before it', async () => {
    const { engine, publication, pass, now } = publishing(10);
    publication.now();
    for (let sequence = 1; sequence <= 100; sequence++) {
      engine.sequence = sequence;
      const asked = now();
      let at = 0;
      void publication.reach(sequence, 60_000).then((scores) => {
        at = scores.sequence;
      });
      for (let k = 0; k < 200 && at === 0; k++) await pass(1);
      expect(at).toBe(sequence);
      // Half of the time is for publications: as long as the last one took, twice, and this one.
      expect(now() - asked).toBeLessThan(2 * 10 + 10 + 5);
    }
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

/** The same with a settler that takes `wall` milliseconds, some of which it rests, or gives up where it is told to. */
function settling(wall: number, { cost = 50, processors = 3, rested = 0 } = {}) {
  let givesUp = false;
  let asked = 0;
  const hurries: boolean[] = [];
  const faults: unknown[] = [];
  const made = publishing(cost, {
    settler: { settle: async () => ({ rested }) as Outcome },
    processors,
    onFault: (error) => faults.push(error),
  });
  Object.assign(made.engine, {
    async scoresBy(settler: Settler, { tolerance = 1e-7, hurried = false } = {}) {
      asked++;
      hurries.push(hurried);
      const { sequence } = made.engine;
      await new Promise((resolve) => setTimeout(resolve, wall));
      if (givesUp) throw new Error('gone');
      await settler.settle({} as Task);
      return { sequence, bound: tolerance, complete() {}, top: () => [] };
    },
  });
  return { ...made, faults, hurries, asked: () => asked, giveUp: () => (givesUp = true) };
}

it('nothing is made where nothing is new, however often it is asked for', async () => {
  for (const of of [{ ...publishing(50), asked: () => 0 }, settling(30)]) {
    of.publication.now();
    const before = of.spent();
    for (let k = 0; k < 100; k++) {
      of.publication.soon();
      await of.pass(100);
    }
    expect([of.spent(), of.settles(), of.told]).toEqual([before, 0, [0]]);
    expect(of.asked()).toBe(0);
  }
});

describe('with a settler', () => {
  /** One publication says what they cost; from then on they are the settler's. */
  const known = async (of: ReturnType<typeof settling>) => {
    of.publication.now();
    of.engine.sequence++;
    of.publication.soon();
    await of.pass(60_000);
    expect([of.publication.last.sequence, of.asked()]).toEqual([1, 0]);
  };

  it('makes the second already where the first took long, also for whoever reads at once', async () => {
    const of = settling(30, { cost: 101 });
    of.publication.now();
    const before = of.spent();
    of.engine.sequence++;
    await of.pass(5_000);
    expect(of.publication.scores.sequence).toBe(0);
    await of.pass(40);
    expect([of.publication.last.sequence, of.asked(), of.spent()]).toEqual([1, 1, before]);
  });

  it('nobody who reads makes scores, and none are older than what the settler needs and its rest', async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 10, max: 3_000 }),
      fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 30, maxLength: 80 }),
      fc.constantFrom(
        { processors: 1, part: 0.01 },
        { processors: 2, part: 0.01 },
        { processors: 3, part: 0.05 },
      ),
      async (wall, waits, { processors, part }) => {
        const of = settling(wall, { processors });
        const { engine, publication, pass, now, spent } = of;
        await known(of);
        const [before, from] = [spent(), now()];
        const writtenAt = new Map<number, number>();
        // One that began just before, the rest after it, and the next.
        const oldest = 2 * wall + Math.max(5_000, 5 * wall);
        for (const wait of waits) {
          writtenAt.set(++engine.sequence, now());
          publication.soon();
          await pass(wait);
          const { sequence } = publication.scores;
          if (sequence < engine.sequence)
            expect(now() - writtenAt.get(sequence + 1)!).toBeLessThanOrEqual(oldest + wait);
        }
        expect(spent()).toBe(before);
        // What was saved up allows for some at once; after that their part of the time.
        expect((of.asked() - 1) * wall).toBeLessThanOrEqual(
          50 + 2 * wall + (now() - from) * Math.max(part, wall / 5_000),
        );
      },
    );
    await fc.assert(property, { numRuns: 30 });
  });

  it('that rests is as old as its work allows, not its rests', async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 5, max: 45 }),
      fc.integer({ min: 0, max: 1_000 }),
      async (work, rested) => {
        const of = settling(work + rested, { processors: 2, rested });
        await known(of);
        const from = of.now();
        const each = async () => {
          of.engine.sequence++;
          of.publication.soon();
          await of.pass(10);
        };
        while (of.now() < from + 60_000) await each();
        // A hundredth of the time goes to work; what was saved up, and the longest wait, allow for more, never for less.
        const least = Math.min(100 * work, 5_000);
        expect(of.asked() + 1).toBeGreaterThanOrEqual(Math.floor(60_000 / (least + work + rested + 20)));
        expect((of.asked() - 2) * least).toBeLessThanOrEqual(60_000 + 100 * 50 + work + rested);
        expect(of.hurries).toEqual(of.hurries.map(() => false));
      },
    );
    await fc.assert(property, { numRuns: 20 });
  });

  it('is hurried where somebody waits, for a sequence or for a smaller bound', async () => {
    const of = settling(30);
    await known(of);
    of.engine.sequence++;
    const reached = of.publication.reach(of.engine.sequence, 1_000);
    await of.pass(40);
    expect([(await reached).sequence, of.hurries]).toEqual([2, [true]]);
    const finer = of.publication.within(1e-9, 1_000);
    await of.pass(40);
    expect([(await finer).bound, of.hurries]).toEqual([1e-9, [true, true]]);
  });

  it('that gives up, the rest is done here, and it is told once', async () => {
    const of = settling(20);
    await known(of);
    of.giveUp();
    of.engine.sequence++;
    of.publication.soon();
    await of.pass(60_000);
    await of.pass(60_000);
    expect(of.publication.last.sequence).toBe(2);
    of.engine.sequence++;
    of.publication.soon();
    await of.pass(60_000);
    await of.pass(60_000);
    expect([of.publication.last.sequence, of.faults, of.asked()]).toEqual([3, [new Error('gone')], 1]);
  });

  it('many who demand a smaller bound wait for one task, and are refused where it is not done in time', async () => {
    const of = settling(300);
    await known(of);
    const finer = Promise.all([1, 2, 3].map(() => of.publication.within(1e-9, 1_000)));
    await of.pass(301);
    for (const { bound } of await finer) expect(bound).toBe(1e-9);
    expect(of.asked()).toBe(1);
    const late = expect(of.publication.within(1e-12, 100)).rejects.toMatchObject({ code: 'not-settled' });
    await of.pass(101);
    await late;
    // It is being made all the same.
    await of.pass(300);
    expect((await of.publication.within(1e-12, 100)).bound).toBe(1e-12);
    expect(of.asked()).toBe(2);
  });

  it('nothing is published of what it was at when all was closed', async () => {
    const of = settling(100);
    await known(of);
    of.engine.sequence++;
    of.publication.soon();
    await of.pass(50);
    of.publication.close();
    const { told } = of;
    const closed = [...told];
    of.giveUp();
    await of.pass(60_000);
    expect([told, of.faults]).toEqual([closed, []]);
  });
});
