/** What a check of invariants found, as data and in words. */
import type { FaultKind } from './answer.ts';
import type { Case } from './arbitraries/ledger.ts';
import { caseWords } from './words.ts';

interface Judged {
  /** Of the invariant. */
  readonly name: string;
  readonly statement: string;
}

export interface Passed extends Judged {
  readonly outcome: 'passed';
  /** Cases that were drawn. */
  readonly runs: number;
  /** True where time was up before all runs were done. */
  readonly cutShort?: true;
}

export interface Failed extends Judged {
  readonly outcome: 'failed';
  /** Cases that were drawn before one failed, that one included. */
  readonly runs: number;
  /** True where time was up before it was shrunk as far as it goes. */
  readonly cutShort?: true;
  /** What the scorer did instead of answering, where it is that. */
  readonly fault?: FaultKind;
  /** The smallest case that was found: plain data, which `invariant.check` takes. */
  readonly counterexample: Case;
  /** How the scorer breaks it there. */
  readonly sentence: string;
  /** What draws the same again: `checkInvariants(scorer, { only: [name], seed, path })`. */
  readonly seed: number;
  readonly path: string;
}

export interface Skipped extends Judged {
  readonly outcome: 'skipped';
  readonly reason: string;
}

export type Result = Passed | Failed | Skipped;

export class Report {
  readonly seed: number;
  readonly results: readonly Result[];

  constructor(seed: number, results: readonly Result[]) {
    this.seed = seed;
    this.results = results;
  }

  get passed(): Passed[] {
    return this.results.filter((result) => result.outcome === 'passed');
  }

  get failed(): Failed[] {
    return this.results.filter((result) => result.outcome === 'failed');
  }

  get skipped(): Skipped[] {
    return this.results.filter((result) => result.outcome === 'skipped');
  }

  /** True where nothing failed. */
  get ok(): boolean {
    return this.failed.length === 0;
  }

  /** One line for each invariant, and below those that fail how they do. */
  toString(): string {
    const { passed, failed, skipped } = this;
    const count = `${passed.length} passed, ${failed.length} failed, ${skipped.length} skipped (seed ${this.seed})`;
    return [...this.results.map(resultWords), count].join('\n');
  }
}

/** A result in words. */
function resultWords(result: Result): string {
  const { name, statement } = result;
  switch (result.outcome) {
    case 'passed':
      return `passed   ${name}: ${statement} (${result.runs} runs${result.cutShort ? ', then time was up' : ''})`;
    case 'skipped':
      return `skipped  ${name}: ${result.reason}`;
    case 'failed': {
      const { sentence, counterexample, seed, path } = result;
      const told = [`But ${sentence}.`, caseWords(counterexample), `seed: ${seed}, path: ${path}`].join('\n');
      return `FAILED   ${name}: ${statement}\n${told.replaceAll(/^/gm, '         ')}`;
    }
  }
}
