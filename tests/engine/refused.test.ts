/**
 * What is refused changes nothing, and says why by a code that hosts can branch on. Each refusal is tried
 * alone, then at every place of a batch that would otherwise change much; afterwards the engine is as it
 * was, to the bit, and goes on as one that never heard of it.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inputOf, parseEvent } from '../../src/event.ts';
import { type EventInput, PeerageError, TrustEngine } from '../../src/index.ts';
import { ledger } from '../../src/testing.ts';
import { EPOCH } from '../witness/arbitraries.ts';
import type { Policy } from '../witness/record.ts';
import { stateOf } from './calls.ts';
import { refusals } from './refusals.ts';

const DAY = 86_400_000;
const POLICY = {
  damping: 0.85,
  balance: 0.5,
  cap: 2,
  objectionWeight: 1,
  reserve: 0.5,
  concavity: 'sqrt',
  halfLife: 30,
  kinds: { endorsement: { weight: 1 }, review: { weight: 2 } },
} satisfies Policy;

const say = (id: string, source: string, target: string, weight = 1) =>
  ({ type: 'endorse', id, source, target, weight, at: EPOCH }) as const;

/** What the engine has been through, in order. */
const TAKEN = [
  say('e1', 'ada', 'linus'),
  say('e2', 'linus', 'grace', 3),
  say('e3', 'grace', 'ada', 1e12),
  { ...say('o1', 'grace', 'linus'), type: 'object' },
  { type: 'grant', id: 'c1', target: 'ada' },
  { type: 'grant', id: 'c2', target: 'grace', weight: 1e-15, issuer: 'foundation' },
  say('e4', 'ada', 'grace', 7),
  { type: 'retract', of: 'e4' },
  { type: 'revoke', id: 'w1', of: 'c2' },
  { type: 'advance', id: 'a1', at: EPOCH + 2 * DAY },
  say('e5', 'alan', 'ada'),
  { type: 'forget', id: 'f1', contributor: 'alan' },
] as const;

/** A batch that is in order, and touches everything. */
const INNOCENT: EventInput[] = [
  say('n1', 'barbara', 'ada', 1e-9),
  { type: 'revoke', of: 'c1' },
  { type: 'grant', id: 'c3', target: 'barbara', weight: 1e12 },
  { type: 'retract', of: 'e1' },
  { type: 'policy', policy: { ...POLICY, damping: 0.5, concavity: 'linear' } },
  { type: 'advance', at: EPOCH + 3 * DAY },
  { ...say('n2', 'ada', 'linus', 1e12), at: EPOCH + 10_000 * DAY },
  { type: 'forget', contributor: 'linus' },
  say('n3', 'linus', 'barbara'),
];

const STANDING = {
  open: [
    ...['e1', 'e2', 'e3', 'o1'].map((of) => ({ type: 'retract' as const, of })),
    { type: 'revoke' as const, of: 'c1' },
  ],
  taken: ['e4', 'c2'],
  repeatable: TAKEN.filter((event) => 'id' in event && event.id !== 'e5').map((event) => ({
    event: event as { type: string; id?: string },
  })),
  present: new Set(['ada', 'linus', 'grace']),
  forgets: ['f1'],
  gone: new Set(['alan']),
  advanced: EPOCH + 2 * DAY,
  policy: POLICY,
};
const REFUSALS = Array.from({ length: 30 }, (_, pick) => refusals(STANDING, pick))
  .flat()
  .filter((one, place, all) => place === all.findIndex((other) => print(other.event) === print(one.event)))
  .map((refusal) => ({ ...refusal, title: `${print(refusal.event)} is ${refusal.code}` }));

function print(event: unknown): string {
  const text = JSON.stringify(event, (_, value) => (typeof value === 'number' ? String(value) : value));
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

function engine(): TrustEngine {
  const made = new TrustEngine({ policy: POLICY, notAfter: EPOCH + 20_000 * DAY });
  for (const event of TAKEN) made.apply(event as EventInput);
  return made;
}

/** Calls `change`, which must throw, and returns what it threw. */
function refused(change: () => unknown): PeerageError {
  try {
    change();
  } catch (error) {
    expect(error).toBeInstanceOf(PeerageError);
    return error as PeerageError;
  }
  throw new Error('nothing was refused');
}

describe('an event that is refused', () => {
  it('covers every code of the event door', () => {
    const codes =
      'already-retracted bad-date bad-event bad-id bad-policy bad-weight id-conflict missing-date too-late unknown-contributor unknown-event unknown-kind';
    expect([...new Set(REFUSALS.map(({ code }) => code))].sort().join(' ')).toBe(codes);
  });

  it.each(REFUSALS)('$title', ({ event, code, field }) => {
    for (const settled of [true, false]) {
      const alone = engine();
      if (settled) alone.settle();
      const before = stateOf(alone);
      const error = refused(() => alone.apply(event as EventInput));
      expect([error.code, error.field, error.index]).toEqual([code, field, undefined]);
      expect(stateOf(alone)).toEqual(before);
      alone.apply(INNOCENT);
      const never = engine();
      if (settled) never.settle();
      stateOf(never);
      never.apply(INNOCENT);
      expect(stateOf(alone)).toEqual(stateOf(never));
      expect([...alone.canonical()]).toEqual([...never.canonical()]);
    }
  });

  it('takes its whole batch with it, wherever it stands, and says where', () => {
    const places = fc.nat(INNOCENT.length);
    fc.assert(
      fc.property(fc.constantFrom(...REFUSALS), places, fc.boolean(), ({ event }, place, settled) => {
        // What the batch did before it may make it fail for another reason, but fail it does, or nothing is said.
        const real = engine();
        if (settled) real.settle();
        const before = stateOf(real);
        const batch = [...INNOCENT.slice(0, place), event, ...INNOCENT.slice(place)];
        const own = new Set(['of', 'id', 'kind', 'at', 'contributor']);
        const error = refused(() => real.apply([...batch, { type: 'retract', of: 'never' }] as EventInput[]));
        if (!own.has(String(error.field)) || error.index === place) expect(error.index).toBe(place);
        else expect(error.index).toBeLessThanOrEqual(batch.length);
        expect(stateOf(real)).toEqual(before);
        real.apply(INNOCENT);
        const never = engine();
        if (settled) never.settle();
        stateOf(never);
        never.apply(INNOCENT);
        expect([...real.canonical()]).toEqual([...never.canonical()]);
        expect(stateOf(real)).toEqual(stateOf(never));
      }),
      { numRuns: 150 },
    );
  });

  it('is as refused where the batch itself breaks off', () => {
    const real = engine();
    const before = stateOf(real);
    const broken = function* () {
      yield* INNOCENT;
      throw new RangeError('the source of events broke off');
    };
    expect(() => real.apply(broken())).toThrow(RangeError);
    expect(stateOf(real)).toEqual(before);
  });

  it('counts once what is sent again word for word, alone or in one batch', () => {
    const real = engine();
    const before = stateOf(real);
    const again = TAKEN.filter((event) => 'id' in event && event.id !== 'e5') as EventInput[];
    for (const event of again) expect(real.apply(event)).toBe(TAKEN.length);
    expect(real.apply([...again, ...again])).toBe(TAKEN.length);
    expect(stateOf(real)).toEqual(before);
  });
});

describe('a question that is refused', () => {
  it('since: a sequence from the future, one that no view was of, one no longer kept', () => {
    const real = engine();
    const { sequence } = real.scores();
    for (const wrong of [sequence + 1, sequence - 1, -1, 0.5, Number.NaN, Infinity]) {
      const error = refused(() => real.since(wrong));
      expect([error.code, error.field]).toEqual(['unknown-sequence', 'sequence']);
    }
    expect(real.since(sequence)).toEqual([]);
    for (let n = 0; n < 50; n++) {
      real.apply({ type: 'endorse', source: 'ada', target: 'linus', at: EPOCH });
      real.scores();
    }
    expect(refused(() => real.since(sequence)).code).toBe('unknown-sequence');
    expect(real.since(real.sequence)).toEqual([]);
  });

  it('from: a viewer that does not exist, never did, or was forgotten', () => {
    const real = engine();
    for (const viewer of ['nobody', 'alan']) {
      expect(refused(() => real.from(viewer)).code).toBe('unknown-contributor');
    }
  });

  it('a tolerance or a budget that is none', () => {
    const real = engine();
    for (const tolerance of [0, -1, Number.NaN, 3, '1' as unknown as number, null as unknown as number]) {
      for (const call of [
        () => real.settle({ tolerance }),
        () => real.canonical({ tolerance }),
        () => new TrustEngine({ tolerance }),
      ]) {
        const error = refused(call);
        expect([error.code, error.field]).toEqual(['bad-option', 'tolerance']);
      }
    }
    for (const budget of [-1, Number.NaN, '5' as unknown as number, null as unknown as number]) {
      const error = refused(() => real.settle({ budget }));
      expect([error.code, error.field]).toEqual(['bad-option', 'budget']);
    }
    expect(refused(() => real.on('changed' as 'change', () => {})).code).toBe('bad-option');
  });
});

describe('an event', () => {
  it('that was taken is taken again as it is', () => {
    fc.assert(
      fc.property(ledger({ advance: true, forget: true }), (events) => {
        for (const event of events) {
          const taken = parseEvent(event);
          expect(parseEvent(taken)).toEqual(taken);
          expect(parseEvent(inputOf(taken))).toEqual(taken);
        }
      }),
    );
  });
});
