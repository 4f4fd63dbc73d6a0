/** What rows make of mass, from their numbers alone: those of a solver that is made up. */
import { describe, expect, it } from 'vitest';
import { Inward } from '../../../src/insight/explain/inward.ts';

/** A row of a solver; by default one that has delivered all that it says. */
const inwardOf = (given: Record<string, number>) => {
  const { damping, back, ceiling, rate, credential, mass, demand } = {
    ...{ damping: 0.5, back: 0.25, ceiling: Number.POSITIVE_INFINITY, rate: 0.25 },
    ...{ credential: 2, mass: 8, demand: 4, ...given },
  };
  const voice = given.voice ?? mass;
  const flow = given.flow ?? voice / demand;
  return new Inward({
    solver: {
      constants: { damping, back, ceiling },
      rate,
      credential: () => credential,
      mass: () => mass,
      voice: () => voice,
      demand: () => demand,
      flow: () => flow,
    },
  } as never);
};

describe('a row', () => {
  it('has restart by its credential, whatever anyone says', () => {
    expect(inwardOf({}).restart(0)).toBe(0.5);
  });

  it('makes of a unit what it earns of it again and again, so far as its mass is below the cap', () => {
    expect(inwardOf({ back: 0 }).growth(0)).toBe(1);
    expect(inwardOf({}).growth(0)).toBe(1 / (1 - 0.25));
    expect(inwardOf({ ceiling: 8 }).growth(0)).toBe(1 / (1 - 0.25));
    // Half of its mass is above the cap: so much of a unit earns nothing.
    expect(inwardOf({ ceiling: 4 }).growth(0)).toBe(1 / (1 - 0.125));
  });

  it('passes on damping of each unit of mass, over what it says, and nothing without mass', () => {
    expect(inwardOf({}).passed(0)).toBe(0.5 / 4);
    expect(inwardOf({ voice: 2 }).passed(0)).toBe((0.5 * 0.5) / 8);
    expect(inwardOf({ mass: 0, flow: 1 }).passed(0)).toBe(0);
    expect(inwardOf({ mass: -1e-300, voice: 1 }).passed(0)).toBe(0);
  });

  it('passes on what has been delivered, and no more than it says where that is to be taken back', () => {
    expect(inwardOf({ flow: 1 }).passed(0)).toBe(0.5 / 8);
    expect(inwardOf({ flow: 3 }).passed(0)).toBe((0.5 * 2) / 8);
  });
});
