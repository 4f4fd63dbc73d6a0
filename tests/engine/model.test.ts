/**
 * The engine against the model: every operation of the door in any order, held against recomputation from
 * scratch by the plain witness after every single command, at three tolerances. A failure prints the calls
 * that led to it. A long run is `npx tsx scripts/soak.ts`.
 */
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { commands, runModel } from './commands.ts';
import { newTally } from './world.ts';

const RUNS = { numRuns: 80, interruptAfterTimeLimit: 12_000 };
const LENGTH = 70;

describe('model', () => {
  const lines: string[] = [];
  afterEach(() => vi.unstubAllEnvs());

  // Engines this small have plain kernels unless they are told otherwise.
  it.each([
    [1e-3, 'js'],
    [1e-6, 'js'],
    [1e-6, 'wasm'],
    [1e-9, 'js'],
  ])('every command leaves a true bound, at a tolerance of %s, kernels in %s', (tolerance, kernel) => {
    const tally = newTally();
    vi.stubEnv('PEERAGE_KERNEL', kernel);
    fc.assert(
      fc.property(commands(LENGTH), (calls) => runModel(calls, tolerance, tally)),
      RUNS,
    );
    expect(tally.checks).toBeGreaterThan(tally.commands);
    lines.push(
      `${tolerance}, ${kernel}: ${tally.commands} commands, ${tally.checks} checks, 0 disagreements; ` +
        `worst true error / bound ${tally.worst.toFixed(4)}`,
    );
  });

  afterAll(() => console.log(lines.join('\n')));
});
