/**
 * Who finds whom: each mutant beside all that is claimed to hold, and each faulty engine beside scores from
 * nothing. For the tests, which look for those that are named there, and for `scripts/mutants.ts`, which draws
 * thousands of cases and prints all of it.
 */
import type { CheckOptions, Scorer } from '../../src/testing.ts';
import { checkIncremental, checkInvariants } from '../../src/testing.ts';
import type { Fault } from './dense.ts';
import { dense } from './dense.ts';
import type { EngineFault } from './engines.ts';
import { engines } from './engines.ts';

/** An invariant that a subject breaks, and after how many cases it was seen. */
export interface Finding {
  name: string;
  runs: number;
  sentence: string;
}

/** Invariants that a scorer breaks; `said` hears of each as soon as it is known. */
export function broken(scorer: Scorer, options: CheckOptions): Finding[] {
  return checkInvariants(scorer, { shrink: false, ...options }).failed.map(finding);
}

/** Those that a mutant breaks. */
export function findersOf(fault: Fault | undefined, options: CheckOptions): Finding[] {
  return broken(dense(fault), options);
}

/** Whether an engine with a fault is found out. */
export function findersOfEngine(fault: EngineFault | undefined, runs: number): Finding[] {
  // The engines are made for every kind of event.
  const ledger = { forget: true, advance: true, amend: true };
  return checkIncremental(engines(fault), { runs, ledger, scorer: dense() }).failed.map(finding);
}

function finding({ name, runs, sentence }: Finding): Finding {
  return { name, runs, sentence };
}
