/**
 * Ours and the mutants of tests/testing, each beside every invariant that is claimed to hold: which find it, and after
 * how many cases. `npx tsx scripts/mutants.ts [--runs 10000] [--seed 1] [--only "cap ignored"] [--invariants a,b]`; a mutant is
 * asked until it is found, and ours all the way: an invariant after the other, each with its runs and seconds. Exits 1
 * where a mutant is not found, or where anything is found in ours or time was up before all cases were drawn.
 */
import { parseArgs } from 'node:util';
import { verdict } from '../src/testing/check.ts';
import { answers } from '../src/testing/invariants/answers.ts';
import { canonical, invariants } from '../src/testing.ts';
import { dense, FAULTS } from '../tests/testing/dense.ts';
import { ENGINE_FAULTS } from '../tests/testing/engines.ts';
import { findersOf, findersOfEngine } from '../tests/testing/mutants.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    invariants: { type: 'string' },
  },
});
const runs = Number(values.runs);
// No invariant takes this long on a quiet machine; a mutant that never comes to rest would.
const options = { runs, seed: Number(values.seed), budget: 600_000 };
const wanted = (name: string) => values.only === undefined || values.only === name;
/** Of ours and the dense scorer. */
const chosen = (name: string) => values.invariants?.split(',').includes(name) ?? true;
const told = (found: readonly { name: string; runs: number }[]) =>
  found.map(({ name, runs }) => `${name} (${runs})`).join(', ') || 'nothing';

for (const [subject, scorer] of [
  ['ours', canonical],
  ['none', dense()],
] as const) {
  if (!wanted(subject)) continue;
  console.log(subject === 'ours' ? 'ours' : 'the dense scorer');
  for (const one of [answers, ...invariants]) {
    if (one.holds === 'no' || !chosen(one.name)) continue;
    const start = performance.now();
    const draws = { runs, seed: options.seed, interruptAfterTimeLimit: options.budget };
    const found = verdict(one, scorer, { tolerance: 1e-9 }, draws);
    const holds = found.outcome === 'passed' && found.cutShort !== true;
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    console.log(`  ${one.name}: ${holds ? 'holds in' : 'NOT SHOWN after'} ${found.runs} runs (${seconds} s)`);
    if (holds) continue;
    process.exitCode = 1;
    console.log(found.outcome === 'failed' ? `  ${found.sentence}; path ${found.path}` : '  time was up');
  }
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
