/** The model-based run by the number of commands instead of by the number of runs: what scripts/soak.ts prints. */
import fc from 'fast-check';
import { commands, runModel } from './commands.ts';
import { newTally } from './world.ts';

const LENGTH = 100;
const CHUNK = 40;
/** Disagreements after which there is no point in going on. */
const ENOUGH = 5;

/** Runs at least `wanted` commands at one tolerance; the same ones for the same seed. */
export function soakModel(wanted: number, seed: number, tolerance: number) {
  const tally = newTally();
  const disagreements: string[] = [];
  for (let chunk = 0; tally.commands < wanted && disagreements.length < ENOUGH; chunk++) {
    const details = fc.check(
      fc.property(commands(LENGTH), (calls) => runModel(calls, tolerance, tally)),
      { numRuns: CHUNK, seed: seed * 1_000_003 + chunk },
    );
    if (details.failed) disagreements.push(`${tolerance}, chunk ${chunk}: ${details.errorInstance}`);
  }
  const line =
    `${tolerance}: ${tally.commands} commands, ${tally.checks} checks, ${tally.refusals} refusals, ` +
    `${disagreements.length} disagreements; worst true error / bound ${tally.worst.toFixed(4)}; ` +
    `${tally.rounded} times stopped by rounding`;
  return { line, disagreements };
}
