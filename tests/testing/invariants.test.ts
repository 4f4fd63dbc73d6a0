/**
 * The list of invariants itself. Each that is claimed holds of ours; each can fail, and so says something: a scorer is
 * named for every one that breaks it, mostly a mutant of a solver that shares no code with ours
 * (tests/testing/dense.ts). Seeds are fixed, so that a run is the same each time; `npm run invariants` draws more.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inDegree, meanRating } from '../../src/cli/other-scorers.ts';
import { parsePolicy, presets, TrustEngine } from '../../src/index.ts';
import type { Scorer } from '../../src/testing.ts';
import { canonical, invariants } from '../../src/testing.ts';
import type { Fault } from './dense.ts';
import { dense } from './dense.ts';

const claimed = invariants.filter(({ holds }) => holds === 'yes');

describe('the list', () => {
  it('names each invariant once, in kebab-case, and says all there is to say of it', () => {
    const names = invariants.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, statement, formula, source, holdsFor } of invariants) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(statement, name).toMatch(/^[A-Z].*\.$/);
      for (const text of [formula, source, holdsFor]) expect(text, name).not.toBe('');
    }
  });

  it('admits what it says: presets are left out of what does not hold for them', () => {
    const admitting = (name: string) => {
      const one = invariants.find((each) => each.name === name)!;
      return Object.keys(presets).filter((preset) => one.admits(presets[preset as keyof typeof presets]));
    };
    expect(admitting('rank-monotone')).toEqual(['classic', 'guarded']);
    expect(admitting('longer-walks')).toEqual(['classic', 'guarded']);
    expect(admitting('certificate')).toEqual(['classic', 'guarded', 'resilient']);
  });
});

describe('ours', () => {
  it.each(claimed)('$name: $statement', (one) => {
    fc.assert(one.property(canonical), { numRuns: 25, seed: 6 });
  });

  it.each(['guarded', 'resilient'] as const)('has all that admit %s under it', (name) => {
    const policy = presets[name];
    for (const one of claimed.filter(({ admits }) => admits(policy))) {
      fc.assert(one.property(canonical, { policy }), { numRuns: 4, seed: 6 });
    }
  });
});

/** Everybody has what ours leaves of one. */
const opposite: Scorer = (events, policy) =>
  new Map([...canonical(events, policy)].map(([id, trust]) => [id, 1 - trust]));

/** A scorer that breaks each invariant: a fault of the dense solver, or another way to score. */
const VIOLATORS: Record<string, Fault | Scorer> = {
  'mass-and-positivity': 'restart missing',
  'restart-floor': 'revocation ignored',
  support: 'retraction ignored',
  'no-edge-no-trust': 'restart everywhere',
  baseline: 'first contributor favoured',
  'decay-with-distance': 'objection sign flipped',
  renaming: 'names as keys',
  'edge-multiplication': meanRating,
  'edge-from-nowhere': inDegree,
  'isolated-newcomer': 'dangling mass spread',
  'node-redirect': 'order-dependent',
  'edge-swap': 'weights ignored',
  'order-of-commuting-events': 'order-dependent',
  undo: 'retraction ignored',
  history: 'repeat counted',
  'score-monotone': opposite,
  'rank-monotone': opposite,
  'largest-gain': 'dangling mass dropped',
  revocation: opposite,
  'edit-locality': 'dangling mass dropped',
  linearity: 'float32 drift',
  'credential-change': 'first contributor favoured',
  'region-bound': 'restart everywhere',
  gullibility: 'weights ignored',
  'number-of-fakes': 'dangling mass spread',
  'self-boost': 'restart missing',
  'ring-neutrality': 'weights symmetrised',
  'slander-without-trust': meanRating,
  'slander-bound': 'objection sign flipped',
  whitewashing: 'self-loops counted',
  certificate: 'excess lost',
  'top-down': 'N-scaled tolerance',
  'longer-walks': 'float32 drift',
  contraction: 'excess lost',
};

describe('every claim can fail', () => {
  it.each(claimed)('$name', (one) => {
    const violator = VIOLATORS[one.name];
    expect(violator, `a scorer that breaks ${one.name}`).toBeDefined();
    const scorer = typeof violator === 'function' ? violator : dense(violator);
    const { failed, errorInstance } = fc.check(one.property(scorer), {
      numRuns: 200,
      seed: 5,
      endOnFailure: true,
    });
    expect(failed).toBe(true);
    // Broken by what it scores, not by failing to answer.
    expect((errorInstance as Error).name).toBe('Broken');
  });

  it('and the solver without a fault keeps it', () => {
    for (const one of claimed) fc.assert(one.property(dense()), { numRuns: 5, seed: 8 });
  });
});

describe('the number of fakes', () => {
  it.each([1, 10, 1000, 100_000])(
    '%d of them have no more than damping g / (a balance + damping g)',
    (count) => {
      // bob gives half of his voice to the fakes, whose boss endorses him back.
      const policy = parsePolicy({ damping: 0.5, balance: 0.5, cap: 4 });
      const engine = new TrustEngine({ policy });
      const say = (source: string, target: string) => ({ type: 'endorse' as const, source, target });
      const fakes = Array.from({ length: count }, (_, k) => `fake ${k}`);
      engine.apply([
        { type: 'grant', target: 'ada' },
        ...[say('ada', 'bob'), say('bob', 'ada'), say('bob', fakes[0]!), say(fakes[0]!, 'bob')],
        ...fakes.flatMap((fake, k) => [say(fake, fakes[0]!), say(fake, fakes[(k + 1) % count]!)]),
      ]);
      const scores = engine.canonical();
      const taken = 1 - scores.of('ada')!.trust - scores.of('bob')!.trust;
      // damping g = 1/4, a balance = 1/4, whatever the count.
      expect(taken).toBeLessThanOrEqual(1 / 2 + scores.bound);
      expect(taken).toBeGreaterThan(0.1);
    },
  );
});
