/**
 * The table of invariants and scorers, measured: every invariant is checked on every scorer, and a cell says what
 * was found. Ours stands there under each preset, on ledgers without objections and with them, and
 * under any policy; beside it other ways to score, and a host's own by its module.
 */
import { pathToFileURL } from 'node:url';
import type { PolicyInput } from '../policy.ts';
import { presets } from '../policy.ts';
import type { Scorer } from '../testing/answer.ts';
import type { LedgerConstraints } from '../testing/arbitraries/ledger.ts';
import { canonical } from '../testing/canonical.ts';
import { checkInvariants } from '../testing/check.ts';
import type { Invariant } from '../testing/invariant.ts';
import type { ScorerModule } from '../testing/limit.ts';
import type { Result } from '../testing/report.ts';
import { hits, inDegree, meanRating, pagerank } from './other-scorers.ts';

/** A scorer, and what it is measured on. */
export interface Subject {
  readonly name: string;
  readonly what: string;
  /** Whether it is claimed to have the invariants. */
  readonly ours: boolean;
  /** Policies it is measured under; any that an invariant admits unless given. */
  readonly policies?: readonly PolicyInput[];
  readonly ledger?: LedgerConstraints;
  /** Whether its ledgers have objections in any case. */
  readonly signed?: boolean;
  readonly load: () => Promise<Scorer | ScorerModule>;
}

const us = { ours: true, load: async () => canonical } as const;
const unsigned: LedgerConstraints = { objections: false };
const other = { ours: false, policies: [presets.classic] } as const;

/** The scorers of the table, in its order. */
export const SUBJECTS: readonly Subject[] = [
  { ...us, name: 'any-policy', what: 'ours, under policies drawn from all that an invariant admits' },
  ...(['classic', 'guarded', 'resilient'] as const).map((name) => ({
    ...us,
    name,
    what: `ours, preset ${name}, where nobody objects`,
    policies: [presets[name]],
    ledger: unsigned,
  })),
  {
    ...us,
    name: 'signed',
    what: 'ours, preset classic, where contributors object to each other too',
    policies: [presets.classic],
    signed: true,
  },
  { ...other, name: 'pagerank', what: 'PageRank of graphology-metrics', load: pagerank },
  { ...other, name: 'hits', what: 'authority by HITS, of graphology-metrics', load: hits },
  { ...other, name: 'in-degree', what: 'the number of endorsers', load: async () => inDegree },
  {
    ...other,
    name: 'mean-rating',
    what: 'the mean weight of what is said, an objection counted as 0',
    load: async () => meanRating,
  },
];

/** A host's scorer, the default export of a module. It is held to all invariants under the defaults. */
export function hostSubject(file: string): Subject {
  const load = async () => ({ module: pathToFileURL(file) });
  return { name: file, what: `the default export of ${file}`, ours: true, policies: [presets.classic], load };
}

export interface Measured {
  readonly subject: Subject;
  /** What the scorer did instead of answering, where it did; then all is skipped. */
  readonly fault?: string;
  /** In the order of the list. */
  readonly results: readonly Result[];
}

/** Checks all of a list on one scorer. */
export async function measure(
  subject: Subject,
  list: readonly Invariant[],
  { runs, seed }: { runs: number; seed: number },
): Promise<Measured> {
  const { policies, ledger, signed = false } = subject;
  const asked = list.filter(({ without = [] }) => !(signed && without.includes('objections')));
  const report = checkInvariants(await subject.load(), {
    runs,
    seed,
    list,
    only: asked.map(({ name }) => name),
    ...(policies !== undefined && { policies }),
    ...(ledger !== undefined && { ledger }),
  });
  const found = new Map(report.results.map((result) => [result.name, result]));
  const results = list.map(
    ({ name, statement }): Result =>
      found.get(name) ?? {
        name,
        statement,
        outcome: 'skipped',
        reason: 'it is told of ledgers without objections',
      },
  );
  const [answers] = report.results;
  const mute = answers?.outcome === 'failed' ? { fault: answers.sentence } : {};
  return { subject, results, ...mute };
}

/** What a cell says: the fault, such as `throws`, where a scorer fails by not answering. */
export function cell(result: Result): string {
  if (result.outcome === 'passed') return 'holds';
  return result.outcome === 'failed' ? (result.fault ?? 'fails') : '-';
}

/** Whether all is as it is claimed: what is ours answers, and breaks no claim. */
export function sound(measured: Measured, list: readonly Invariant[]): boolean {
  const { subject, fault, results } = measured;
  const kept = results.every((result, k) => asClaimed(list[k]!, measured, result));
  return kept && !(subject.ours && fault !== undefined);
}

/** Whether a result is what is claimed of ours: no claim fails. */
export function asClaimed({ holds }: Invariant, { subject }: Measured, result: Result): boolean {
  return !subject.ours || holds === 'no' || result.outcome !== 'failed';
}
