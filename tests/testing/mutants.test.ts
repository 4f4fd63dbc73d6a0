/**
 * Each planted fault is found, by these invariants among others; a scorer without one breaks nothing, ours
 * neither. The scorers of this test share no code with src. A mutant that only the certificate finds is
 * one that is still a sound measure of trust, though another one. The whole table, thousands of cases each, is
 * `npx tsx scripts/mutants.ts`.
 */
import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/index.ts';
import { presets, TrustEngine } from '../../src/index.ts';
import type { EditedCase } from '../../src/testing.ts';
import { checkIncremental, checkInvariants } from '../../src/testing.ts';
import type { Fault } from './dense.ts';
import { dense, FAULTS } from './dense.ts';
import type { EngineFault } from './engines.ts';
import { ENGINE_FAULTS } from './engines.ts';
import { findersOf, findersOfEngine } from './mutants.ts';

const FOUND: Record<Fault, string[]> = {
  'dangling mass dropped': ['mass-and-positivity', 'restart-floor', 'score-monotone', 'certificate'],
  'dangling mass spread': ['support', 'no-edge-no-trust', 'decay-with-distance', 'slander-without-trust'],
  'self-loops counted': ['node-redirect', 'history', 'whitewashing', 'certificate'],
  'retraction ignored': ['undo', 'history', 'certificate'],
  'revocation ignored': ['restart-floor', 'support', 'history'],
  'repeat counted': ['order-of-commuting-events', 'history'],
  'weights symmetrised': ['no-edge-no-trust', 'edge-from-nowhere', 'node-redirect', 'slander-without-trust'],
  'weights ignored': ['node-redirect', 'edge-swap', 'certificate'],
  'float32 drift': ['node-redirect', 'revocation', 'certificate'],
  'restart missing': ['mass-and-positivity', 'restart-floor'],
  'restart everywhere': ['support', 'no-edge-no-trust', 'self-boost', 'region-bound'],
  'objection sign flipped': ['support', 'slander-bound', 'certificate'],
  'distrust passed on': ['certificate'],
  'cap ignored': ['certificate'],
  'excess lost': ['certificate'],
  'order-dependent': ['order-of-commuting-events', 'edge-swap'],
  'N-scaled tolerance': ['isolated-newcomer', 'longer-walks', 'certificate'],
  'off-by-one in the last row': ['isolated-newcomer', 'order-of-commuting-events', 'edge-swap'],
  'first contributor favoured': ['order-of-commuting-events', 'longer-walks', 'linearity'],
  'names as keys': ['renaming', 'history'],
};

describe('a mutant', () => {
  const faults = Object.keys(FAULTS) as Fault[];
  it.each(faults)('is found: %s', (fault) => {
    const found = findersOf(fault, { only: FOUND[fault], runs: 150 });
    expect(found.map(({ name }) => name)).toEqual(FOUND[fault]);
  });

  it('is not found where there is no fault', () => {
    expect(findersOf('none', { runs: 12 })).toEqual([]);
  });

  it('is not ours', () => {
    expect(findersOf('ours', { runs: 3 })).toEqual([]);
  });

  it('is told by the smallest ledger that shows it', () => {
    const [failed] = checkInvariants(dense('retraction ignored'), { only: ['undo'] }).failed;
    const { policy, events, edit } = failed!.counterexample as EditedCase;
    expect(policy).toEqual(presets.classic);
    expect([events.length, edit.length]).toEqual([1, 1]);
  });
});

describe('an engine', () => {
  it.each(Object.keys(ENGINE_FAULTS) as EngineFault[])('is found: %s', (fault) => {
    expect(findersOfEngine(fault, 100).map(({ name }) => name)).toEqual(['incremental']);
  });

  it('is not found where there is no fault', () => {
    expect(findersOfEngine('none', 40)).toEqual([]);
  });

  it('is not ours, which is within the bound that it states', () => {
    const report = checkIncremental(ours, { runs: 25, ledger: { forget: true, advance: true, amend: true } });
    expect(String(report)).toMatch(/^passed/);
  });
});

/** Our engine, as any other is checked. */
function ours(policy: Policy) {
  const engine = new TrustEngine({ policy });
  let bound = 2;
  return {
    apply: (events: Parameters<TrustEngine['apply']>[0]) => engine.apply(events),
    scores: () => {
      const scores = engine.scores();
      bound = scores.bound;
      return new Map(Array.from(scores, ({ contributor, trust }) => [contributor, trust]));
    },
    get bound() {
      return bound;
    },
  };
}
