/**
 * Who finds whom: each mutant beside what is claimed to hold, and each faulty engine beside scores from nothing. For
 * the tests, which look for those that are named there, and for `scripts/mutants.ts`, which draws thousands of
 * cases and prints all of it.
 */
import type { CheckOptions, Scorer } from '../../src/testing.ts';
import { canonical, checkIncremental, checkInvariants } from '../../src/testing.ts';
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

/** Those that a mutant breaks; that our scores break where none is named. */
export function findersOf(fault: Fault | 'none' | 'ours', options: CheckOptions): Finding[] {
  const scorer: Scorer = fault === 'ours' ? canonical : dense(fault === 'none' ? undefined : fault);
  return checkInvariants(scorer, { shrink: false, ...options }).failed.map(finding);
}

/** Whether an engine with a fault is found out. */
export function findersOfEngine(fault: EngineFault | 'none', runs: number): Finding[] {
  // The engines are made for every kind of event.
  const ledger = { forget: true, advance: true, amend: true };
  const makeEngine = engines(fault === 'none' ? undefined : fault);
  return checkIncremental(makeEngine, { runs, ledger, scorer: dense() }).failed.map(finding);
}

function finding({ name, runs, sentence }: Finding): Finding {
  return { name, runs, sentence };
}
