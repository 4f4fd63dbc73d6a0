/**
 * Ours and the mutants of tests/testing, each beside every invariant that is claimed to hold: which find it, and after
 * how many cases. `npx tsx scripts/mutants.ts [--runs 10000] [--seed 1] [--only "cap ignored"]`; a mutant is
 * asked until it is found, and ours all the way, which at 10,000 runs takes about a quarter of an hour. Exits 1
 * where a mutant is not found, or where anything is found in ours.
 */
import { parseArgs } from 'node:util';
import { FAULTS } from '../tests/testing/dense.ts';
import { ENGINE_FAULTS } from '../tests/testing/engines.ts';
import { findersOf, findersOfEngine } from '../tests/testing/mutants.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});
const runs = Number(values.runs);
// No invariant takes this long on a quiet machine; a mutant that never comes to rest would.
const options = { runs, seed: Number(values.seed), budget: 600_000 };
const wanted = (name: string) => values.only === undefined || values.only === name;
const told = (found: readonly { name: string; runs: number }[]) =>
  found.map(({ name, runs }) => `${name} (${runs})`).join(', ') || 'nothing';

for (const subject of ['ours', 'none'] as const) {
  if (!wanted(subject)) continue;
  const found = findersOf(subject, options);
  console.log(`${subject === 'ours' ? 'ours' : 'the dense scorer'}: ${told(found)} in ${runs} runs each`);
  for (const { name, sentence } of found) console.error(`${name}: ${sentence}`);
  if (found.length > 0) process.exitCode = 1;
}
for (const fault of Object.keys(FAULTS) as (keyof typeof FAULTS)[]) {
  if (wanted(fault)) report(fault, FAULTS[fault], findersOf(fault, options));
}
for (const fault of Object.keys(ENGINE_FAULTS) as (keyof typeof ENGINE_FAULTS)[]) {
  if (wanted(fault)) report(fault, ENGINE_FAULTS[fault], findersOfEngine(fault, runs));
}

function report(fault: string, sentence: string, found: ReturnType<typeof findersOf>): void {
  console.log(`${fault} (${sentence}): found by ${told(found)}`);
  if (found.length === 0) process.exitCode = 1;
}
