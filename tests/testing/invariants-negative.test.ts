/**
 * What trust does not satisfy: each counterexample of the list replayed, on our scores and on a solver that shares no
 * code with them, with the numbers worked out by hand; and chance finds one too.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical, invariants } from '../../src/testing.ts';
import { dense } from './dense.ts';

/** The numbers of each counterexample, by hand. `loop` is what a walk that comes back every second step adds up to. */
const a = 0.15;
const d = 0.85;
const loop = 1 / (1 - d * d);
const figures = (value: number) => String(Number(value.toPrecision(6)));
const told = {
  'no-harm': (() => {
    // ada a, bob d a; then cleo takes half of it.
    const [was, is] = [d / (1 + d), d / 2 / (1 + d)];
    return `"bob" has ${figures(was)}, and ${figures(is)} once "ada" endorses "cleo"`;
  })(),
  'own-statements': (() => {
    // ada and cleo a each, bob d a; then ada and bob in a circle.
    const [was, is] = [d / (2 + d), (d * loop) / ((1 + d) * loop + 1)];
    return `"bob" has ${figures(was)}, and ${figures(is)} once "bob" endorses "ada"`;
  })(),
  'sybil-proofness': (() => {
    const [was, is] = [d / (2 + d), (d * loop) / (2 + (d + d * d) * loop)];
    return `"bob" has ${figures(was)} alone, and ${figures(is)} with a fake account that endorses it back`;
  })(),
  'linearity-of-shares': (() => {
    // ada's credential is kept whole, of cleo's only a.
    const alone = 1 / (1 + d);
    const both = (a * loop) / (1 + a);
    return `"ada" has ${figures(both)} by both credentials, and ${figures(alone)} and 0 by each alone`;
  })(),
  'whitewashing-without-credentials': (() => {
    // bob is left a^2 / (a + d a) = a / (1 + d) of a.
    const left = 1 / (1 + d);
    return `"bob" has ${figures(left / (2 + left))}, and ${figures(1 / (2 + left))} under a new name`;
  })(),
  'rank-monotone-from-nothing': (() => {
    const one = a * d * d * loop;
    return `"door" has 0 and "one" has 0; once "ada" endorses "door", ${figures(a * d)} and ${figures(one)}`;
  })(),
};

const negative = invariants.filter(({ holds }) => holds === 'no');

describe('what does not hold', () => {
  it('is told with a counterexample', () => {
    expect(negative.filter(({ counterexample }) => counterexample === undefined)).toEqual([]);
  });

  it.each(Object.entries(told))(
    '%s: the counterexample has the numbers worked out by hand',
    (name, sentence) => {
      const one = negative.find((each) => each.name === name)!;
      expect(one.check(canonical, one.counterexample!)).toBe(sentence);
      expect(one.check(dense(), one.counterexample!)).toBe(sentence);
    },
  );

  it('score-monotone-with-objections: bob, endorsed by a critic, loses to whom the critic objects to less', () => {
    const one = negative.find(({ name }) => name === 'score-monotone-with-objections')!;
    const sentence = one.check(canonical, one.counterexample!);
    expect(sentence).toMatch(/^"bob" has (\S+), and (\S+) once "critic", who objects to "one", endorses it$/);
    expect(one.check(dense(), one.counterexample!)).toBe(sentence);
  });

  it.each(negative)('chance finds that $name fails, too', (one) => {
    const { failed, errorInstance } = fc.check(one.property(canonical), {
      numRuns: 500,
      seed: 3,
      endOnFailure: true,
    });
    expect(failed).toBe(true);
    expect((errorInstance as Error).name).toBe('Broken');
  });
});
