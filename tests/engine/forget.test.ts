/**
 * Forgetting many: a batch goes over the record once, and says the same as one after the other; what was
 * read before stays readable; a batch that fails takes nothing away.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventInput, Scores } from '../../src/index.ts';
import { TrustEngine } from '../../src/index.ts';

const person = fc.constantFrom('ada', 'bob', 'cyd', 'dan', 'eve', 'fay');
const said: fc.Arbitrary<EventInput[]> = fc.array(
  fc.record({ type: fc.constantFrom('endorse', 'object'), source: person, target: person }),
  { maxLength: 30 },
);
const everybody: EventInput[] = ['ada', 'bob', 'cyd', 'dan', 'eve', 'fay'].map((target) => ({
  type: 'endorse',
  source: target,
  target,
}));
const granted: fc.Arbitrary<EventInput[]> = fc.array(
  fc.record({ type: fc.constant('grant' as const), target: person }),
  { maxLength: 4 },
);
const forgotten = fc.uniqueArray(person, { maxLength: 6 });

function told(events: EventInput[], ids: boolean): EventInput[] {
  return ids ? events.map((event, index) => ({ ...event, id: `e${index}` }) as EventInput) : events;
}

const rows = (scores: Scores) => [...scores];

describe('forgetting many contributors', () => {
  it('in one batch is the same, bit for bit, as one after the other, also between other events', () => {
    fc.assert(
      fc.property(said, granted, forgotten, said, fc.boolean(), (before, grants, whom, after, ids) => {
        const forgets: EventInput[] = whom.map((contributor) => ({ type: 'forget', contributor }));
        const first = told([...everybody, ...before, ...grants], ids);
        // The same ids are free again where their events went, so these are of another series.
        const [together, apart] = [new TrustEngine(), new TrustEngine()];
        together.apply([...first, ...forgets, ...after]);
        for (const event of [...first, ...forgets, ...after]) apart.apply(event);
        expect(rows(together.canonical())).toEqual(rows(apart.canonical()));
        expect([together.order, together.size, together.endorsements, together.objections]).toEqual([
          apart.order,
          apart.size,
          apart.endorsements,
          apart.objections,
        ]);
        for (const contributor of whom) {
          const back = [...after].some(
            (event) => 'source' in event && (event.source === contributor || event.target === contributor),
          );
          expect(together.scores().of(contributor) !== undefined).toBe(back);
        }
      }),
    );
  });

  it('leaves views that were taken before as they were', () => {
    fc.assert(
      fc.property(said, forgotten, (events, whom) => {
        const engine = new TrustEngine();
        engine.apply([...everybody, ...events]);
        const view = engine.scores();
        const before = rows(view);
        const other = engine.scores();
        engine.apply(whom.map((contributor) => ({ type: 'forget', contributor })));
        engine.apply(events.map((event) => ({ ...event })));
        expect(rows(view)).toEqual(before);
        expect(other.of('ada')).toEqual(before.find(({ contributor }) => contributor === 'ada'));
      }),
    );
  });

  it('takes nothing away where the batch fails', () => {
    fc.assert(
      fc.property(said, granted, forgotten, said, (events, grants, whom, between) => {
        const engine = new TrustEngine();
        engine.apply([...everybody, ...events, ...grants]);
        const before = rows(engine.canonical());
        const forgets: EventInput[] = whom.map((contributor) => ({ type: 'forget', contributor }));
        const batch: EventInput[] = [...forgets, ...between, { type: 'forget', contributor: 'nobody' }];
        expect(() => engine.apply(batch)).toThrow(/"nobody" is not a contributor/);
        expect(rows(engine.canonical())).toEqual(before);
        for (const contributor of whom) expect(engine.scores().of(contributor)).toBeDefined();
        engine.apply(forgets);
        expect(engine.order).toBe(6 - whom.length);
      }),
    );
  });

  it('keeps their names nowhere, not even in the event that forgets, which is known again all the same', () => {
    fc.assert(
      fc.property(said, forgotten, (events, whom) => {
        const named = (name: string) => `name-of-${name}`;
        const engine = new TrustEngine();
        const told = [...everybody, ...events].flatMap((event, index): EventInput[] => {
          if (!('source' in event)) return [];
          const [source, target] = [named(event.source as string), named(event.target as string)];
          // Hosts make ids of names, and what withdraws an event says its id.
          const of = `${index}-${source}-${target}`;
          const statement: EventInput = { ...event, source, target, id: of };
          return index % 3 === 2 ? [statement, { type: 'retract', of, id: `r-${index}` }] : [statement];
        });
        engine.apply(told);
        engine.scores();
        const forgets = whom.map(
          (name): EventInput => ({ type: 'forget', id: `f-${name[0]}`, contributor: named(name) }),
        );
        const sequence = engine.apply(forgets);
        engine.scores();
        expect(engine.apply(forgets)).toBe(sequence);
        const [first] = forgets;
        if (first !== undefined) {
          // Whom it was about nobody knows any more, but who is there was not forgotten by it.
          const other = (name: string): EventInput => ({ ...first, contributor: name }) as EventInput;
          expect(engine.apply(other(named('zoe')))).toBe(sequence);
          engine.apply({ type: 'endorse', source: 'zoe', target: 'zoe' });
          expect(() => engine.apply(other('zoe'))).toThrow(/other content/);
        }
        const bytes = Buffer.from(engine.snapshot()).toString('latin1');
        for (const name of whom) expect(bytes).not.toContain(named(name));
        for (const name of ['ada', 'bob', 'cyd', 'dan', 'eve', 'fay']) {
          if (!(whom as string[]).includes(name)) expect(bytes).toContain(named(name));
        }
      }),
    );
  });

  it('leaves a snapshot that would be the same if they had been called otherwise', () => {
    fc.assert(
      fc.property(said, forgotten, fc.string({ minLength: 1, maxLength: 40 }), (events, whom, other) => {
        const saved = (named: (name: string) => string) => {
          const engine = new TrustEngine();
          const called = (event: EventInput, index: number): EventInput => {
            if (!('source' in event)) return event;
            const [source, target] = [named(event.source as string), named(event.target as string)];
            return { ...event, source, target, id: `${source}:${target}:${index}` };
          };
          engine.apply([...everybody, ...events].map(called));
          engine.apply(
            whom.map((name, k) => ({ type: 'forget', id: `f${k}`, contributor: named(name) }) as EventInput),
          );
          return Buffer.from(engine.snapshot());
        };
        const plain = saved((name) => name);
        const gone = whom as readonly string[];
        const renamed = saved((name) => (gone.includes(name) ? `${other} once ${name}` : name));
        expect(Buffer.compare(plain, renamed)).toBe(0);
      }),
    );
  });
});
