/**
 * Checks an engine that keeps scores up to date against scores made from nothing: ledgers are fed to it in
 * batches, its scores are looked at now and then, and each time they must be those of the events so far. This
 * finds stale caches, retractions that leave a trace, and sums that drift.
 */
import type { Arbitrary } from 'fast-check';
import { PeerageError, quote } from '../error.ts';
import type { EventInput } from '../event.ts';
import type { Policy, PolicyInput } from '../policy.ts';
import { parsePolicy } from '../policy.ts';
import type { Scorer } from './answer.ts';
import { apart, judged, ScorerFault, shares, sharesOf, told } from './answer.ts';
import type { Case, LedgerConstraints } from './arbitraries/ledger.ts';
import { cases } from './arbitraries/ledger.ts';
import type { PolicyConstraints } from './arbitraries/policy.ts';
import { canonical } from './canonical.ts';
import { checkNumbers, verdict } from './check.ts';
import { fc } from './fast-check.ts';
import { invariant } from './invariant.ts';
import { Report } from './report.ts';

/** An engine that takes events as they come and has scores at any time. */
export interface IncrementalEngine {
  /** Takes a batch of one event or more. */
  apply(events: readonly EventInput[]): unknown;
  /** Shares by contributor, on any scale that is not negative. */
  scores(): Map<string, number>;
  /** What the engine says of the scores it gave last: their distance from the exact shares (L1). */
  readonly bound?: number;
}

export interface IncrementalOptions {
  /** Ledgers that are fed; 100 unless given. */
  runs?: number;
  /** Of all that is drawn; 1 unless given. */
  seed?: number;
  /** Where a failure was found: with its seed, runs that case alone. */
  path?: string;
  /** Policies that engines are made with, one after another; drawn unless given. */
  policy?: PolicyInput;
  /** What ledgers may contain: leave out what the engine does not know. */
  ledger?: LedgerConstraints;
  /** What scores from nothing: our canonical trust unless given. Believed to its bound, or else to 1e-9. */
  scorer?: Scorer;
  /** Allowed distance (L1) of an engine that states no bound of its own; 1e-6 unless given. */
  tolerance?: number;
  /** Milliseconds for all of it, shrinking included; 60,000 unless given. */
  budget?: number;
}

/** What is done with an event: kept for the next batch, or sent with those before it, and then looked once or twice. */
export type Look = 'wait' | 'apply' | 'look' | 'look twice';

export interface IncrementalCase extends Case {
  /** What is done with each event; after the last one there is always a look. */
  readonly looks: readonly Look[];
}

const LOOKS: readonly Look[] = ['wait', 'apply', 'look', 'look twice'];

/**
 * Finds out whether an engine's scores are those of its events, however they came and whenever one looks.
 * @throws PeerageError `bad-option`, `bad-policy`.
 * @example
 * checkIncremental((policy) => new MyEngine(policy), { runs: 500 }).ok;
 */
export function checkIncremental(
  makeEngine: (policy: Policy) => IncrementalEngine,
  options: IncrementalOptions = {},
): Report {
  const { runs = 100, seed = 1, path, scorer = canonical, tolerance = 1e-6, budget = 60_000 } = options;
  if (typeof makeEngine !== 'function') {
    const reason = `${quote(makeEngine)} makes no engine; expected a function of a policy`;
    throw new PeerageError('bad-option', reason, { field: 'makeEngine' });
  }
  checkNumbers({ runs, seed, tolerance, budget });
  const policy = options.policy === undefined ? undefined : parsePolicy(options.policy);
  const one = invariant<IncrementalCase>({
    name: 'incremental',
    statement: 'An engine that is fed event by event has the scores of all its events, whenever one looks.',
    formula: '|engine(e1) ... (en) - scorer(e1 ... en)| <= bound',
    source: 'DESIGN, the incremental state',
    holds: 'yes',
    holdsFor: 'every policy',
    cases: ({ policy: fixed = {}, ledger }) => fedCases(fixed, ledger),
    check: (_, fed) => fault(makeEngine, scorer, fed, tolerance),
  });
  const constraints = { ...(policy && { policy }), ...(options.ledger && { ledger: options.ledger }) };
  const draws = { seed, runs, interruptAfterTimeLimit: budget, ...(path !== undefined && { path }) };
  return new Report(seed, [verdict(one, scorer, constraints, draws)]);
}

/** Ledgers, and when each event is sent and looked at. */
function fedCases(
  policy: Policy | PolicyConstraints,
  ledger?: LedgerConstraints,
): Arbitrary<IncrementalCase> {
  const looks = fc.array(fc.constantFrom(...LOOKS), { minLength: 7, maxLength: 7, size: 'max' });
  return fc.tuple(cases({ ...ledger, policy }), looks).map(([one, drawn]) => ({
    ...one,
    looks: one.events.map((_, place) => drawn[place % drawn.length]!),
  }));
}

/** What a scorer from nothing is believed to, where it states no bound. */
const FROM_NOTHING = 1e-9;

/** How an engine's scores differ from those of its events, at the first look where they do. */
function fault(
  makeEngine: (policy: Policy) => IncrementalEngine,
  scorer: Scorer,
  { policy, events, looks }: IncrementalCase,
  tolerance: number,
): string | undefined {
  const engine = asked(() => makeEngine(policy), 'is made');
  let sent = 0;
  for (let count = 1; count <= events.length; count++) {
    const look = looks[count - 1]!;
    const last = count === events.length;
    if (look === 'wait' && !last) continue;
    const batch = events.slice(sent, count);
    asked(() => engine.apply(batch), `is given event ${count} of its ledger`);
    sent = count;
    if (look === 'apply' && !last) continue;
    const before = events.slice(0, count);
    for (let times = look === 'look twice' ? 2 : 1; times > 0; times--) {
      const answer = judged(
        asked(() => engine.scores(), `is looked at after event ${count}`),
        before,
      );
      const kept = Object.assign(sharesOf(answer), { bound: engine.bound ?? tolerance });
      const far = apart(kept, shares(scorer, before, policy), FROM_NOTHING);
      if (far !== undefined) return `after event ${count} ${far} (the engine's, and from nothing)`;
    }
  }
  return undefined;
}

function asked<T>(call: () => T, when: string): T {
  try {
    return call();
  } catch (cause) {
    throw new ScorerFault('throws', `the engine throws ${told(cause)} when it ${when}`, { cause });
  }
}
