/**
 * For mutation tests: properties from one seed, of a few runs whatever they ask for, and no shrinking, since a
 * mutant is to be noticed and nobody reads by what.
 */
import { vi } from 'vitest';

const RUNS = 40;

vi.mock('fast-check', async (original) => {
  const module = await original<typeof import('fast-check')>();
  const fc = module.default;
  const assert: typeof fc.assert = (property, parameters = {}) =>
    fc.assert(property as never, {
      ...(parameters as object),
      numRuns: Math.min(parameters.numRuns ?? RUNS, RUNS),
      seed: 20261122,
      endOnFailure: true,
    });
  return { ...module, assert, default: { ...fc, assert } };
});
