/**
 * The engine against the model: every operation of the door in any order, held against recomputation from
 * scratch by the plain witness after every single command, at three tolerances. A failure prints the calls
 * that led to it. A long run is `npx tsx scripts/soak.ts`.
 */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { commands, runModel } from './commands.ts';
import { newTally } from './world.ts';

const RUNS = { numRuns: 80, interruptAfterTimeLimit: 12_000 };
const LENGTH = 70;

describe('model', () => {
  const lines: string[] = [];

  it.each([1e-3, 1e-6, 1e-9])('every command leaves a true bound, at a tolerance of %s', (tolerance) => {
    const tally = newTally();
    fc.assert(
      fc.property(commands(LENGTH), (calls) => runModel(calls, tolerance, tally)),
      RUNS,
    );
    expect(tally.checks).toBeGreaterThan(tally.commands);
    lines.push(
      `${tolerance}: ${tally.commands} commands, ${tally.checks} checks, 0 disagreements; ` +
        `worst true error / bound ${tally.worst.toFixed(4)}`,
    );
  });

  afterAll(() => console.log(lines.join('\n')));
});
