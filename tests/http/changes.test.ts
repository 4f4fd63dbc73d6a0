/**
 * A listener is told of exactly those who moved by more than its threshold since it was told last. One who comes back
 * with the sequence of its last message goes on from there, or is told to start anew where that is no longer known. A
 * reader who takes nothing costs at most its backlog, and is let go.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TrustEngine } from '../../src/engine.ts';
import { streamOf } from '../../src/http/change-stream.ts';
import { type Change, Changes, changeBetween } from '../../src/http/changes.ts';
import type { Scores } from '../../src/scores.ts';
import { settled, Time } from './time.ts';

const PEOPLE = ['ada', 'bob', 'cyd', 'dan', '__proto__'];
const endorse = fc.record({ source: fc.constantFrom(...PEOPLE), target: fc.constantFrom(...PEOPLE) });

/** An engine, its changes, and every view that was published, by sequence. */
function community() {
  const engine = new TrustEngine();
  const views = new Map<number, ReadonlyMap<string, number>>();
  let published: Scores;
  const time = new Time();
  const changes = new Changes({ view: () => published, later: time.later, linger: 1000 });
  const publish = () => {
    published = engine.scores();
    views.set(
      published.sequence,
      new Map([...published].map(({ contributor, trust }) => [contributor, trust])),
    );
    changes.publish(published);
  };
  engine.apply({ type: 'endorse', source: 'ada', target: 'bob' });
  publish();
  return { engine, views, changes, publish, time };
}

/** Who moved between two views, by a comparison of its own. */
function moved(then: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>, threshold: number) {
  const all = [...now].map(([contributor, trust]) => ({
    contributor,
    trust,
    change: trust - (then.get(contributor) ?? 0),
  }));
  return all.filter(({ change }) => Math.abs(change) > threshold);
}

const byName = (a: { contributor: string }, b: { contributor: string }) =>
  a.contributor < b.contributor ? -1 : 1;

it('of any number who moved the thousand that moved farthest are named, and the others counted', () => {
  // As few as three sizes, so that many are equal, and as many as there are contributors.
  const trusts = fc
    .tuple(fc.integer({ min: 3, max: 20_000 }), fc.integer({ min: 0, max: 9_000 }), fc.nat())
    .map(([sizes, length, seed]) =>
      Float64Array.from({ length }, (_, k) => ((k * 7919 + seed) % sizes) - sizes / 3 || Number.NaN),
    );
  fc.assert(
    fc.property(trusts, trusts, fc.constantFrom(0, 1, 100), (then, now, threshold) => {
      const all = [...now].map((trust, index) => ({
        ...{ contributor: String(index), trust, change: trust - (then[index] ?? 0) },
      }));
      const far = all.filter(({ change }) => Math.abs(change) > threshold);
      // Sorting keeps the order of what is equal.
      far.sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
      const kept = (trust: Float64Array, sequence: number) => ({ trust, sequence, bound: 0.5 });
      const view = { idOf: String } as unknown as Scores;
      expect(changeBetween(kept(then, 1), kept(now, 2), threshold, view)).toEqual({
        ...{ type: 'changes', sequence: 2, bound: 0.5, since: 1 },
        moved: far.slice(0, 1000),
        more: Math.max(0, far.length - 1000),
      });
    }),
    { numRuns: 50 },
  );
});

it('where all of a large community moved that is told in a fraction of the time that sorting them takes', () => {
  const length = 300_000;
  const now = { sequence: 2, bound: 0, trust: Float64Array.from({ length }, (_, k) => Math.sin(k) ** 2) };
  const then = { sequence: 1, bound: 0, trust: new Float64Array(length) };
  const timed = (work: () => void) => {
    const start = performance.now();
    work();
    return performance.now() - start;
  };
  const sorting = timed(() => {
    Array.from(now.trust, (change, index) => ({ index, change })).sort((a, b) => b.change - a.change);
  });
  const telling = timed(() => changeBetween(then, now, 0, { idOf: String } as unknown as Scores));
  expect(telling).toBeLessThan(sorting / 3);
});

describe('a listener', () => {
  it('hears of whoever moved by more than its threshold since it heard last, through breaks too', async () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: endorse.map((event) => ({ do: 'endorse' as const, event })) },
      { weight: 1, arbitrary: fc.constant({ do: 'break' as const }) },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constant('away' as const), time: fc.constantFrom(10, 2000) }),
      },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40 }),
        fc.constantFrom(0, 0.02, 0.1, 0.5),
        async (steps, threshold) => {
          const { engine, views, changes, publish, time } = community();
          const heard: Change[] = [];
          let stop = changes.listen({ threshold }, (change) => heard.push(change));
          expect(heard).toMatchObject([{ type: 'start', sequence: 1 }]);
          /** What the witness thinks it heard last. */
          let last = 1;
          const told = (forgotten: boolean) => {
            const now = engine.sequence;
            const expected = moved(views.get(last)!, views.get(now)!, threshold).sort(byName);
            const news = heard.splice(0);
            if (forgotten) {
              expect(news).toMatchObject([{ type: 'reset', sequence: now, moved: [] }]);
              last = now;
            } else if (expected.length === 0 && news.length === 0) return;
            else {
              expect(news).toHaveLength(1);
              const [{ type, since, sequence, moved: named, more }] = news as [Change];
              expect({ type, since, sequence, more }).toEqual({
                type: 'changes',
                since: last,
                sequence: now,
                more: 0,
              });
              expect([...named].sort(byName)).toEqual(expected);
              const sizes = named.map(({ change }) => Math.abs(change));
              expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
              last = now;
            }
          };
          heard.length = 0;
          for (const step of steps) {
            if (step.do === 'endorse') {
              engine.apply({ type: 'endorse', ...step.event });
              publish();
              told(false);
            } else {
              stop();
              engine.apply({ type: 'endorse', source: 'eve', target: 'ada' });
              publish();
              expect(heard).toEqual([]);
              const away = step.do === 'away' ? step.time : 0;
              await time.pass(away);
              stop = changes.listen({ threshold, after: last }, (change) => heard.push(change));
              told(away >= 1000);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([0, 7, 2 ** 53])('that says it heard %d, which nobody was told, starts anew', (after) => {
    const { changes } = community();
    const heard: Change[] = [];
    changes.listen({ after }, (change) => heard.push(change));
    expect(heard).toMatchObject([{ type: 'reset', sequence: 1 }]);
  });

  it('that is told nothing for long is told so, so that no view is kept for ever', () => {
    const { engine, changes, publish } = community();
    const heard: Change[] = [];
    changes.listen({ threshold: 1 }, (change) => heard.push(change));
    for (let k = 0; k < 100; k++) {
      engine.apply({ type: 'endorse', source: 'ada', target: 'bob' });
      publish();
    }
    const silent = heard.filter(({ type, moved }) => type === 'changes' && moved.length === 0);
    expect(silent.map(({ since, sequence }) => sequence - since!)).toEqual([32, 32, 32]);
  });
});

describe('a stream', () => {
  const EPOCH = 'abcd0123';
  const text = (chunk: { value?: Uint8Array | undefined }) => new TextDecoder().decode(chunk.value);

  it('tells in the form of server-sent events, beats while nothing happens, and ends from either side', async () => {
    const { engine, changes, publish, time } = community();
    const ended: string[] = [];
    const options = { epoch: EPOCH, backlog: 10_000, later: time.later, heartbeat: 15_000, threshold: 0 };
    const { body, end } = streamOf(changes, options, (how) => ended.push(how));
    const reader = body.getReader();
    expect(text(await reader.read())).toBe('retry: 2000\n\n');
    expect(text(await reader.read())).toMatch(
      /^id: 1-abcd0123\nevent: start\ndata: \{.*"sequence":1,.*\}\n\n$/,
    );
    engine.apply({ type: 'endorse', source: 'bob', target: 'a\nb\r\u2028' });
    publish();
    const told = text(await reader.read());
    expect(told).toMatch(/^id: 2-abcd0123\nevent: changes\ndata: [^\n\r]+\n\n$/);
    expect(told).toContain('"a\\nb\\r');
    await time.pass(15_000);
    expect(text(await reader.read())).toBe(': here\n\n');
    end();
    end();
    expect((await reader.read()).done).toBe(true);
    const other = streamOf(changes, options, (how) => ended.push(how));
    await other.body.cancel();
    expect(ended).toEqual(['read', 'read']);
    expect(changes.listeners).toBe(0);
    // What is left is the timer that forgets views.
    expect(time.timers).toBe(1);
  });

  it('whose first message is too long for it ends, and is told nothing after', async () => {
    const { changes, time } = community();
    const ended: string[] = [];
    streamOf(changes, { epoch: EPOCH, backlog: 20, later: time.later }, (how) => ended.push(how));
    expect([ended, changes.listeners]).toEqual([['slow'], 0]);
  });

  it('that nobody reads holds at most its backlog, then ends', async () => {
    const { engine, changes, publish, time } = community();
    const ended: string[] = [];
    const { body } = streamOf(
      changes,
      { epoch: EPOCH, backlog: 2000, later: time.later, threshold: 0 },
      (how) => ended.push(how),
    );
    for (let k = 0; k < 60; k++) {
      engine.apply({ type: 'endorse', source: `member-${k}`, target: 'bob' });
      publish();
    }
    await settled();
    expect(ended).toEqual(['slow']);
    expect(changes.listeners).toBe(0);
    let bytes = 0;
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) bytes += chunk.length;
    expect(bytes).toBeLessThanOrEqual(2000);
    expect(bytes).toBeGreaterThan(0);
  });
});
