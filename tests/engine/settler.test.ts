/**
 * Scores that a settler makes are of the moment at which they were asked for, whatever the engine takes meanwhile: no
 * further from the truth than the bound that they carry, and without anybody who has been forgotten since. The
 * engine goes on from them and is as right as before; where the settler gives up, nothing has changed, to the bit.
 * The witness is a dense replay; arrays that were handed over are gone on this side, as between threads.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { bundle, SETTLER } from '../../scripts/embed.ts';
import { type EventInput, type PolicyInput, type Scores, TrustEngine } from '../../src/index.ts';
import { buffersOf } from '../../src/settler/buffers.ts';
import type { Outcome, Settler, Task } from '../../src/settler/task.ts';
import { SettlingThreads } from '../../src/settler/threads.ts';
import { work } from '../../src/settler/work.ts';
import { trustAllowance } from '../witness/allowance.ts';
import { cases } from '../witness/arbitraries.ts';
import { fixedPoint, l1, standings } from '../witness/fixed-point.ts';
import { type Ledger, type LedgerEvent, replay } from '../witness/record.ts';

const RUNS = { numRuns: 60, interruptAfterTimeLimit: 20_000 };

const handedOver = <T extends object>(value: T): T => structuredClone(value, { transfer: buffersOf(value) });

/** A settler that waits until it is told, and then does what another thread would. */
class Waiting implements Settler {
  #go: (() => void)[] = [];

  settle(task: Task): Promise<Outcome> {
    const there = handedOver(task);
    return new Promise((resolve) => this.#go.push(() => resolve(handedOver(work(there)))));
  }

  go(): void {
    for (const go of this.#go.splice(0)) go();
  }
}

/** Trust, standing and ids by the witness's numbering; what the scores say of nobody else. */
function compare(scores: Scores, initial: Ledger['initial'], events: readonly LedgerEvent[]): void {
  const record = replay({ initial, events: [...events] });
  expect([...scores].map(({ contributor }) => contributor).sort()).toEqual([...record.ids].sort());
  if (record.ids.length === 0) return;
  const exact = fixedPoint(record);
  const rows = record.ids.map((id) => scores.of(id)!);
  const trust = Float64Array.from(rows, (row) => row.trust);
  expect(l1(trust, exact.trust)).toBeLessThanOrEqual(scores.bound + trustAllowance(record));
  const expected = standings(record, exact.y);
  const { length } = rows;
  for (const [v, { standing, rank, rankFrom, rankTo }] of rows.entries()) {
    // A standing is a ratio of voices with at least half the mean of them in it.
    expect(Math.abs(standing - expected[v]!)).toBeLessThanOrEqual(4 * length * scores.bound + 1e-9);
    expect(rank).toBeGreaterThanOrEqual(rankFrom);
    expect(rank).toBeLessThanOrEqual(rankTo);
  }
  const inOrder = [...scores];
  const sorted = inOrder.toSorted((p, q) => q.trust - p.trust || (p.contributor < q.contributor ? -1 : 1));
  expect(inOrder).toEqual(sorted);
}

describe('scores that a settler makes', () => {
  it('are of when they were asked for, and the engine goes on from them', async () => {
    const property = fc.asyncProperty(
      cases(),
      fc.array(
        fc.record({ asked: fc.nat(8), meanwhile: fc.nat(8), settles: fc.boolean(), looks: fc.boolean() }),
        {
          minLength: 1,
        },
      ),
      fc.constantFrom(1e-3, 1e-6, 1e-9),
      async ({ initial, events }, rounds, tolerance) => {
        const engine = new TrustEngine({ policy: initial as PolicyInput, tolerance });
        const settler = new Waiting();
        let at = 0;
        const apply = (count: number) => {
          for (const event of events.slice(at, at + count)) engine.apply(event as EventInput);
          at = Math.min(events.length, at + count);
        };
        for (const { asked, meanwhile, settles, looks } of rounds) {
          apply(asked);
          const known = at;
          const sequence = engine.sequence;
          const asking = engine.scoresBy(settler);
          apply(meanwhile);
          if (settles) engine.settle();
          settler.go();
          // Asked for anew where somebody was forgotten meanwhile.
          await new Promise((resolve) => setImmediate(resolve));
          settler.go();
          const scores = await asking;
          // An event whose id is known already is taken no more.
          const forgotten = events.slice(known, at).some(({ type, id }, k) => {
            const before = events.slice(0, known + k);
            return type === 'forget' && (id === undefined || before.every((event) => event.id !== id));
          });
          compare(scores, initial, events.slice(0, forgotten ? at : known));
          expect(scores.sequence).toBe(forgotten ? engine.sequence : sequence);
          // What was found is taken over by whoever looks first, also where more has been found since.
          if (looks) compare(engine.scores({ settle: false }), initial, events.slice(0, at));
        }
        compare(engine.scores(), initial, events.slice(0, at));
      },
    );
    await fc.assert(property, RUNS);
  });

  it('leave nothing behind where the settler gives up', async () => {
    const gone = new Error('gone');
    const quitter: Settler = {
      settle: (task) => {
        handedOver(task);
        return Promise.reject(gone);
      },
    };
    const property = fc.asyncProperty(cases(), fc.nat(20), async ({ initial, events }, place) => {
      const [asked, left] = [1, 2].map(() => new TrustEngine({ policy: initial as PolicyInput }));
      for (const [k, event] of events.entries()) {
        for (const engine of [asked!, left!]) {
          engine.apply(event as EventInput);
          // Both are alive from the same event on.
          if (k === place) engine.settle({ budget: 0 });
        }
        if (k === place) await expect(asked!.scoresBy(quitter)).rejects.toBe(gone);
      }
      expect([...asked!.scores()]).toEqual([...left!.scores()]);
      expect(asked!.bound).toBe(left!.bound);
    });
    await fc.assert(property, RUNS);
  });

  it('are found without looking for components again where there were none, until the graph is another', async () => {
    const said: boolean[] = [];
    const rests: number[] = [];
    const settler: Settler = {
      settle: (task) => {
        said.push(task.whole);
        rests.push(0);
        return Promise.resolve(work(task, () => void rests[rests.length - 1]!++));
      },
    };
    const edge = (u: number, v: number): EventInput => ({ type: 'endorse', source: `${u}`, target: `${v}` });
    const ring = new TrustEngine();
    ring.apply(Array.from({ length: 40 }, (_, k) => edge(k, (k + 1) % 40)));
    for (let k = 0; k < 3; k++) {
      ring.apply(edge(k, k + 5));
      await ring.scoresBy(settler);
    }
    ring.apply(Array.from({ length: 40 }, (_, k) => edge(k, (k + 7) % 40)));
    await ring.scoresBy(settler);
    expect(said.splice(0)).toEqual([false, true, true, false]);
    expect(Math.min(...rests)).toBeGreaterThan(4);

    const chain = new TrustEngine();
    chain.apply(Array.from({ length: 40 }, (_, k) => edge(k, k + 1)));
    for (let k = 0; k < 3; k++) {
      chain.apply(edge(k, k + 5));
      await chain.scoresBy(settler);
    }
    expect(said).toEqual([false, false, false]);
  });

  it('are told to those who listen, and settle an engine that nothing happens to', async () => {
    const threads = new SettlingThreads({ most: 1 });
    const engine = new TrustEngine({ policy: { cap: 2, balance: 0.5 } });
    engine.apply(
      Array.from({ length: 300 }, (_, k) => ({
        type: k % 7 === 3 ? ('object' as const) : ('endorse' as const),
        source: `member-${(k * 31) % 50}`,
        target: `member-${(k * k) % 50}`,
      })),
    );
    const told: unknown[] = [];
    engine.on('change', ({ sequence, reason }) => told.push([sequence, reason]));
    try {
      const scores = await engine.scoresBy(threads, { tolerance: 1e-9 });
      expect(scores.bound).toBeLessThanOrEqual(1e-9);
      expect(told).toEqual([[300, 'tolerance']]);
      expect(engine.bound).toBeLessThanOrEqual(1e-8);
      await expect(engine.scoresBy(threads, { tolerance: 3 })).rejects.toMatchObject({ code: 'bad-option' });
    } finally {
      await threads.end();
    }
  });
});

describe('threads', () => {
  const engineOf = (size: number) => {
    const engine = new TrustEngine();
    engine.apply(
      Array.from({ length: size }, (_, k) => ({
        type: 'endorse' as const,
        source: `${k % 97}`,
        target: `${(k * k + 1) % 97}`,
      })),
    );
    return engine;
  };
  const all = new Set<SettlingThreads>();
  const made = (options?: ConstructorParameters<typeof SettlingThreads>[0]) => {
    const threads = new SettlingThreads(options);
    all.add(threads);
    return threads;
  };
  afterAll(async () => {
    for (const threads of all) await threads.end();
  });

  it('do more tasks than there are of them, each for whom it is', async () => {
    const threads = made({ most: 2 });
    const sizes = [200, 1000, 300, 50, 700, 201];
    const scores = await Promise.all(sizes.map((size) => engineOf(size).scoresBy(threads)));
    for (const [k, size] of sizes.entries()) {
      const [apart, here] = [scores[k]!, engineOf(size).canonical()];
      const distance = [...here].reduce(
        (sum, { contributor, trust }) => sum + Math.abs(trust - apart.of(contributor)!.trust),
        0,
      );
      expect(distance).toBeLessThanOrEqual(apart.bound + here.bound);
      expect(apart.sequence).toBe(size);
    }
  });

  it('say how long they rested, which is least where somebody waits', async () => {
    const threads = made({ most: 1 });
    const rests: number[] = [];
    const telling: Settler = {
      settle: async (task) => {
        const outcome = await threads.settle(task);
        rests.push(outcome.rested!);
        return outcome;
      },
    };
    // Alike but for that, so that both have as many steps.
    for (const hurried of [true, false]) await engineOf(20_000).scoresBy(telling, { hurried });
    const [hurried, leisurely] = rests;
    expect(hurried).toBeGreaterThanOrEqual(5);
    expect(Number.isInteger(hurried)).toBe(true);
    expect(leisurely).toBeGreaterThanOrEqual(hurried!);
  });

  it('fail the task that they end in, and none after it', async () => {
    const program = `
      const { parentPort } = require('node:worker_threads');
      parentPort.on('message', ({ tolerance }) => {
        if (tolerance === 1) throw new Error('too much');
        if (tolerance === 0.5) process.exit(3);
        parentPort.postMessage({ tolerance });
      });`;
    const threads = made({ most: 1, program });
    const task = (tolerance: number) => ({ tolerance }) as Task;
    const answers = [1, 0.1, 0.5, 0.2].map((tolerance) => threads.settle(task(tolerance)));
    expect(await Promise.allSettled(answers)).toEqual([
      { status: 'rejected', reason: new Error('too much') },
      { status: 'fulfilled', value: { tolerance: 0.1 } },
      { status: 'rejected', reason: new Error('the thread that settles has ended') },
      { status: 'fulfilled', value: { tolerance: 0.2 } },
    ]);
  });

  it('refuse what they have not done when they are ended, and all after', async () => {
    const threads = made({
      most: 1,
      program: 'require("node:worker_threads").parentPort.on("message", () => {})',
    });
    const waiting = Promise.allSettled([1, 2].map(() => engineOf(10).scoresBy(threads)));
    await threads.end();
    const refused = { status: 'rejected', reason: new Error('the threads that settle have been ended') };
    expect(await waiting).toEqual([refused, refused]);
    await expect(engineOf(10).scoresBy(threads)).rejects.toThrow('ended');
  });

  it('are made of the sources as they stand', async () => {
    expect(readFileSync(SETTLER.written, 'utf8'), 'run: npm run embed').toBe(await bundle(SETTLER));
  });
});
