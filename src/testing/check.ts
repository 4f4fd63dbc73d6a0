/**
 * Checks a scorer against invariants: draws cases for each, shrinks what fails, and reports. The same scorer,
 * options and seed give the same report, but for a limit of time, which is a clock's. It never throws for what
 * a scorer does; only options are refused.
 */
import { PeerageError, quote } from '../error.ts';
import type { PolicyInput } from '../policy.ts';
import { parsePolicy } from '../policy.ts';
import type { Scorer } from './answer.ts';
import { ScorerFault } from './answer.ts';
import type { LedgerConstraints } from './arbitraries/ledger.ts';
import { fc } from './fast-check.ts';
import type { Invariant, InvariantConstraints, Need } from './invariant.ts';
import { answers } from './invariants/answers.ts';
import { invariants } from './invariants/list.ts';
import type { ScorerModule } from './limit.ts';
import { limited } from './limit.ts';
import type { Failed, Passed, Result } from './report.ts';
import { Report } from './report.ts';

export interface CheckOptions {
  /** Cases for each invariant and policy; 100 unless given. */
  runs?: number;
  /** Of all that is drawn; 1 unless given. */
  seed?: number;
  /** Where a failure was found: with `only` one invariant, its seed and its policy, runs that case alone. */
  path?: string;
  /** Names of the invariants to check; all that are claimed to hold unless given. */
  only?: readonly string[];
  /** Policies to check under; drawn from those that each invariant admits unless given. */
  policies?: readonly PolicyInput[];
  /** How far the shares of a scorer may lie from the exact ones (L1); 1e-9 unless given. */
  tolerance?: number;
  /** Whether what fails is made as small as it can be; true unless told otherwise. */
  shrink?: boolean;
  /** What ledgers may contain: leave out what the scorer does not know. */
  ledger?: LedgerConstraints;
  /** Milliseconds that one call of the scorer may take; 5,000 unless given. */
  timeLimit?: number;
  /** Milliseconds for each invariant and policy, shrinking included; 60,000 unless given. */
  budget?: number;
  /** The list to check; `invariants` unless given. */
  list?: readonly Invariant[];
}

/**
 * Finds out which invariants of trust a scorer has.
 * @throws PeerageError `bad-option`, `bad-policy`.
 * @example
 * const report = checkInvariants((events, policy) => myScores(events), { runs: 1000 });
 * if (!report.ok) console.log(String(report));
 */
export function checkInvariants(scorer: Scorer | ScorerModule, options: CheckOptions = {}): Report {
  const { seed = 1, timeLimit = 5000, path } = options;
  const { runs = 100, tolerance = 1e-9, budget = 60_000, list = invariants } = options;
  checkNumbers({ runs, seed, tolerance, timeLimit, budget });
  const chosen = choose(list, options.only);
  if (path !== undefined && chosen.length !== 1) {
    throw new PeerageError('bad-option', 'belongs to one invariant; name it in `only`', { field: 'path' });
  }
  const policies = options.policies?.map((policy) => parsePolicy(policy));
  const shared = { tolerance, ...(options.ledger !== undefined && { ledger: options.ledger }) };
  const constraints: InvariantConstraints[] = policies?.map((policy) => ({ ...shared, policy })) ?? [shared];
  const endOnFailure = options.shrink === false;
  const draws = {
    seed,
    runs,
    interruptAfterTimeLimit: budget,
    endOnFailure,
    ...(path !== undefined && { path }),
  };
  const subject = limited(scorer, timeLimit);
  try {
    const judge = (one: Invariant) => judged(one, subject.scorer, constraints, draws);
    if (path !== undefined) return new Report(seed, chosen.map(judge));
    const first = judge(answers);
    const mute = first.outcome === 'failed' ? 'the scorer does not answer (see `answers`)' : undefined;
    const results = chosen.map((one): Result => {
      const reason = mute ?? unasked(one, options);
      return reason === undefined ? judge(one) : { ...named(one), outcome: 'skipped', reason };
    });
    return new Report(seed, [first, ...results]);
  } finally {
    subject.close();
  }
}

const named = ({ name, statement }: Invariant) => ({ name, statement });

function choose(list: readonly Invariant[], only: readonly string[] | undefined): readonly Invariant[] {
  if (only === undefined) return list;
  return only.map((name) => {
    const found = [answers, ...list].find((one) => one.name === name);
    if (found !== undefined) return found;
    const known = list.map((one) => one.name).join(', ');
    throw new PeerageError('bad-option', `${quote(name)} is not an invariant; expected some of ${known}`, {
      field: 'only',
      value: name,
    });
  });
}

/** Why an invariant is not asked of a scorer at all. */
function unasked(
  { name, holds, needs = [] }: Invariant,
  { only, ledger = {} }: CheckOptions,
): string | undefined {
  if (holds === 'no' && only?.includes(name) !== true)
    return 'it is known not to hold; name it in `only` to see';
  const lacking = needs.filter((need) => !ABLE[need](ledger));
  return lacking.length === 0 ? undefined : `it says nothing of ledgers without ${lacking.join(' and ')}`;
}

const ABLE: Record<Need, (ledger: LedgerConstraints) => boolean> = {
  objections: ({ objections = true }) => objections,
  retractions: ({ retractions = true }) => retractions,
  credentials: ({ credentials = 'some' }) => credentials !== 'none',
};

/** What fast-check is told. */
export interface Draws {
  seed: number;
  runs: number;
  path?: string;
  interruptAfterTimeLimit: number;
  endOnFailure?: boolean;
}

/** One invariant under every policy that it admits, up to the first that it fails under. */
function judged(
  one: Invariant,
  scorer: Scorer,
  constraints: readonly InvariantConstraints[],
  draws: Draws,
): Result {
  const admitted = constraints.filter(({ policy }) => policy === undefined || one.admits(policy));
  if (admitted.length === 0) {
    return {
      ...named(one),
      outcome: 'skipped',
      reason: `it holds for ${one.holdsFor}, and none of these is one`,
    };
  }
  let runs = 0;
  let cutShort = false;
  for (const constraint of admitted) {
    const found = verdict(one, scorer, constraint, draws);
    if (found.outcome !== 'passed') return found;
    runs += found.runs;
    cutShort ||= found.cutShort === true;
  }
  return { ...named(one), outcome: 'passed', runs, ...(cutShort && { cutShort }) };
}

/** One invariant under one set of constraints. */
export function verdict(
  one: Invariant,
  scorer: Scorer,
  constraint: InvariantConstraints,
  draws: Draws,
): Passed | Failed {
  const { runs, ...rest } = draws;
  // Where time is up, what has been found by then is reported, however small it is.
  const details = fc.check(one.property(scorer, constraint), { numRuns: runs, ...rest, verbose: 0 });
  const { numRuns, interrupted, counterexample, counterexamplePath, errorInstance } = details;
  const counted = { ...named(one), runs: numRuns, ...(interrupted && { cutShort: true as const }) };
  if (!details.failed) return { ...counted, outcome: 'passed' };
  return {
    ...counted,
    outcome: 'failed',
    ...(errorInstance instanceof ScorerFault && { fault: errorInstance.fault }),
    counterexample: counterexample![0],
    sentence: errorInstance instanceof Error ? errorInstance.message : String(errorInstance),
    seed: details.seed,
    path: counterexamplePath!,
  };
}

/** @throws PeerageError `bad-option`. */
export function checkNumbers({
  runs,
  seed,
  ...positive
}: { runs: number; seed: number } & Record<string, number>): void {
  if (!(Number.isSafeInteger(runs) && runs > 0)) refuse('runs', runs, 'a whole number above 0');
  if (!Number.isSafeInteger(seed)) refuse('seed', seed, 'a whole number');
  for (const [field, value] of Object.entries(positive)) {
    if (!(typeof value === 'number' && value > 0)) refuse(field, value, 'a number above 0');
  }
}

function refuse(field: string, value: unknown, expected: string): never {
  throw new PeerageError('bad-option', `${quote(value)} is refused; expected ${expected}`, { field, value });
}
