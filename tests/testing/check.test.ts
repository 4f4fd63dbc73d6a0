/**
 * A check reports what it finds: the same for the same seed, replayed by seed and path, as data that the invariant
 * itself takes. A scorer that does not answer is told as that, with the smallest ledger that shows it; one
 * that hangs is ended. What is asked wrongly is refused.
 */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { EventInput } from '../../src/index.ts';
import type { Scorer } from '../../src/testing.ts';
import { checkIncremental, checkInvariants, invariants, ScorerFault } from '../../src/testing.ts';
import { dense } from './dense.ts';

/** Everybody the same: a scorer that answers, at least. */
const flat: Scorer = (events) => new Map(events.flatMap(whom).map((id) => [id, 1]));

function whom(event: EventInput): string[] {
  if (event.type === 'endorse' || event.type === 'object') return [event.source, event.target];
  return event.type === 'grant' ? [event.target] : [];
}

/** What a check says of a scorer that does not answer. */
function faultOf(scorer: unknown, options = {}) {
  const { results } = checkInvariants(scorer as Scorer, { only: ['undo', 'renaming'], ...options });
  const [first, ...others] = results;
  expect(others.map(({ outcome }) => outcome)).toEqual(['skipped', 'skipped']);
  if (first?.outcome !== 'failed') throw new Error('it was not found');
  return { fault: first.fault, sentence: first.sentence, events: first.counterexample.events };
}

const entries = (events: readonly EventInput[]) => [...new Set(events.flatMap(whom))];

describe('a scorer that does not answer is reported as that', () => {
  it('throws', () => {
    const throwing: Scorer = (events, policy) => {
      if (events.some(({ type }) => type === 'retract')) throw new TypeError('retract?');
      return flat(events, policy);
    };
    const { fault, sentence, events } = faultOf(throwing);
    expect([fault, sentence]).toEqual(['throws', 'the scorer throws TypeError: retract?']);
    expect(events.map(({ type }) => type)).toEqual(['endorse', 'retract']);
  });

  it('gives NaN', () => {
    const scorer: Scorer = (events) => new Map(entries(events).map((id, u) => [id, u > 1 ? Number.NaN : 1]));
    const { fault, sentence, events } = faultOf(scorer);
    expect([fault, sentence]).toEqual(['not-a-number', 'the scorer gives "cleo" a score of NaN']);
    expect(entries(events)).toHaveLength(3);
  });

  it('gives less than nothing', () => {
    expect(faultOf((events: EventInput[]) => new Map(entries(events).map((id) => [id, -1]))).fault).toBe(
      'negative',
    );
  });

  it('forgets somebody', () => {
    const scorer: Scorer = (events) =>
      new Map(
        entries(events)
          .slice(0, 2)
          .map((id) => [id, 1]),
      );
    const { fault, sentence, events } = faultOf(scorer);
    expect([fault, sentence]).toEqual(['forgets', 'the scorer forgets "cleo"']);
    expect(entries(events)).toHaveLength(3);
  });

  it('invents somebody', () => {
    const scorer: Scorer = (events, policy) => flat(events, policy).set('nobody', 1);
    expect(faultOf(scorer)).toMatchObject({ fault: 'invents', events: [] });
  });

  it('answers with something else, or with a promise', () => {
    expect(faultOf(() => ({})).fault).toBe('not-a-map');
    expect(faultOf(() => undefined).fault).toBe('not-a-map');
    expect(faultOf(async () => new Map()).fault).toBe('asynchronous');
  });

  it('is slow', () => {
    const scorer: Scorer = (events, policy) => {
      const began = performance.now();
      while (events.length > 3 && performance.now() - began < 5);
      return flat(events, policy);
    };
    const { fault, events } = faultOf(scorer, { timeLimit: 4, budget: 2000 });
    expect(fault).toBe('slow');
    expect(events.length).toBeGreaterThan(3);
  });
});

describe('a scorer in a module of its own', () => {
  const module = new URL('scorers.mjs', import.meta.url);

  it('is ended where it hangs', () => {
    // Shrinking it to the end would take as many limits as it has steps.
    const { fault, sentence, events } = faultOf(
      { module, export: 'hanging' },
      { timeLimit: 400, budget: 3000 },
    );
    expect([fault, sentence]).toEqual([
      'hangs',
      expect.stringMatching(/^the scorer gives no answer for \d+ events within 400 ms$/),
    ]);
    expect(events.map(({ type }) => type)).toContain('object');
  });

  it('may be asynchronous, and state a bound', () => {
    const report = checkInvariants({ module, export: 'waiting' }, { only: ['undo', 'renaming'], runs: 30 });
    expect(report.passed.map(({ name }) => name)).toEqual(['answers', 'undo', 'renaming']);
    // Shares of which nothing is claimed cannot be found wrong.
    const ok = (name: string) =>
      checkInvariants({ module, export: name }, { only: ['renaming'], runs: 30 }).ok;
    expect([ok('long'), ok('unsure')]).toEqual([false, true]);
  });

  it('is told where it cannot be loaded', () => {
    expect(faultOf({ module, export: 'absent' }).sentence).toMatch(/exports no function absent/);
    expect(faultOf({ module: `${fileURLToPath(module)}.absent` }).sentence).toMatch(/Cannot find module/);
  });
});

describe('a report', () => {
  const faulty = dense('order-dependent');
  const only = ['order-of-commuting-events', 'undo'];

  it('is the same for the same seed, and another for another', () => {
    const [once, again, other] = [1, 1, 2].map((seed) => checkInvariants(faulty, { seed, only, runs: 20 }));
    expect(once).toEqual(again);
    expect(once!.failed[0]!.path).not.toBe(other!.failed[0]!.path);
  });

  it('has what shows the failure again: seed and path, and the case itself', () => {
    const [failed] = checkInvariants(faulty, { only, runs: 20 }).failed;
    const { name, seed, path, counterexample, sentence } = failed!;
    const again = checkInvariants(faulty, { only: [name], seed, path, shrink: false }).failed[0];
    expect(again).toMatchObject({ counterexample, sentence });
    const invariant = invariants.find((one) => one.name === name)!;
    expect(invariant.check(faulty, structuredClone(counterexample))).toBe(sentence);
    expect(invariant.check(dense(), structuredClone(counterexample))).toBeUndefined();
  });

  it('reads as sentences', () => {
    const text = String(checkInvariants(dense('retraction ignored'), { only: ['undo'] }));
    expect(text).toMatch(/^passed {3}answers: .* \(100 runs\)\nFAILED {3}undo: /);
    const clause = '(ada|bob) (endorses|objects to) (ada|bob)';
    expect(text).toMatch(
      new RegExp(`policy: classic\\n +ledger: ${clause}\\n +edit: ${clause} \\["edit0"\\]\\n`),
    );
    expect(text).toMatch(/\n1 passed, 1 failed, 0 skipped \(seed 1\)$/);
  });

  it('says why it skipped', () => {
    const reasons = (options = {}) =>
      Object.fromEntries(
        checkInvariants(dense(), { runs: 1, ...options }).skipped.map(({ name, reason }) => [name, reason]),
      );
    expect(reasons()['sybil-proofness']).toMatch(/known not to hold/);
    expect(reasons({ ledger: { retractions: false } }).undo).toBe(
      'it says nothing of ledgers without retractions',
    );
    const policies = [{ reserve: 1, halfLife: 1 }];
    expect(reasons({ policies, only: ['undo'] }).undo).toMatch(/^it holds for .* none of these is one$/);
    expect(reasons({ policies: [...policies, {}], only: ['undo'] })).toEqual({});
  });

  it('shows one that does not hold, where it is named', () => {
    expect(checkInvariants(dense(), { only: ['no-harm'] }).failed.map(({ name }) => name)).toEqual([
      'no-harm',
    ]);
  });
});

it.each([
  ['runs', { runs: 0 }],
  ['runs', { runs: 1.5 }],
  ['seed', { seed: Number.NaN }],
  ['tolerance', { tolerance: 0 }],
  ['timeLimit', { timeLimit: -1 }],
  ['only', { only: ['unod'] }],
  ['path', { path: '0' }],
  ['policies.damping', { policies: [{ damping: 2 }] }],
])('refuses a bad %s', (field, options) => {
  expect(() => checkInvariants(flat, options)).toThrow(
    expect.objectContaining({ name: 'PeerageError', field: field.replace('policies.', '') }),
  );
});

it('refuses what is no scorer, and what makes no engine', () => {
  expect(() => checkInvariants('scores' as never)).toThrow(expect.objectContaining({ code: 'bad-option' }));
  expect(() => checkIncremental({} as never)).toThrow(expect.objectContaining({ code: 'bad-option' }));
});

it('tells an engine that throws', () => {
  const makeEngine = () => ({
    apply: () => {
      throw new ScorerFault('throws', 'no room');
    },
    scores: () => new Map<string, number>(),
  });
  const { failed } = checkIncremental(makeEngine, { runs: 20 });
  expect(failed).toMatchObject([
    {
      fault: 'throws',
      sentence: 'the engine throws ScorerFault: no room when it is given event 1 of its ledger',
    },
  ]);
});
