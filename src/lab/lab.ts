/**
 * The lab: attacks on a community, carried out on paper and measured. `attackCommunity` takes events, `attackRecord` a
 * record that was read; both leave what they are given as it is. The same record, options and seed give the
 * same report on every machine, and a scenario gives the same figures whatever is run beside it.
 */
import { PeerageError, quote } from '../error.ts';
import type { EventInput } from '../event.ts';
import { Xoshiro } from '../insight/xoshiro.ts';
import { type Policy, type PolicyInput, parsePolicy, presets } from '../policy.ts';
import { Record } from '../record/record.ts';
import { takeAll } from '../record/take-all.ts';
import { Campaign, type Cost } from './campaign.ts';
import { Community } from './community.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { Scenario } from './scenario.ts';
import { Battlefield, type Judge, judgesOf, nameOf, type Scorer } from './scorers.ts';
import { chosen } from './suite.ts';

export type { Cost } from './campaign.ts';
export type { Outcome } from './outcome.ts';
export type { Scorer } from './scorers.ts';

export interface AttackOptions {
  /** Families and scenarios to run; everything unless given. */
  suite?: readonly string[];
  /** Scorers to compare: classic, guarded, resilient, policy, mean-rating, pagerank, or names in `scorers`; the policy in force unless given. */
  compare?: readonly string[];
  /** Scoring functions of the host, by name. */
  scorers?: Readonly<{ [name: string]: Scorer }>;
  /** A whole number; 1 unless given. */
  seed?: number;
  /** Wanted bound of the trust that is measured (L1), above 0, at most 2; 1e-9 unless given. */
  tolerance?: number;
  /** Called with the share of the work that is done, 0..1. */
  onProgress?: (done: number) => void;
}

/** A scenario, what it took, and what it did by each scorer, in the order in which those were named. */
export interface ScenarioReport {
  readonly name: string;
  readonly family: string;
  readonly parameters: Readonly<{ [name: string]: number }>;
  readonly cost: Cost;
  readonly outcomes: readonly Outcome[];
}

/** A measured share above what is proven possible: a fault of this package, or of its proof. */
export interface Breach {
  readonly scenario: string;
  readonly scorer: string;
  readonly share: number;
  readonly bound: number;
}

export interface AttackReport {
  readonly seed: number;
  /** The policy in force. */
  readonly policy: Policy;
  /** The community before any attack: contributors, live statements, credentials in force. */
  readonly order: number;
  readonly endorsements: number;
  readonly objections: number;
  readonly credentials: number;
  /** Honest contributors whom the fewest endorse, of whom `newcomersBelow` counts. */
  readonly newcomers: number;
  readonly scorers: readonly string[];
  /** What was run: families in words, with their sources. */
  readonly families: readonly {
    readonly name: string;
    readonly statement: string;
    readonly source: string | null;
  }[];
  readonly scenarios: readonly ScenarioReport[];
  /** What could not be run on this community, and why. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  readonly breaches: readonly Breach[];
}

/**
 * Attacks a community that is given as events.
 * @throws PeerageError for an event that is refused, with its index; `bad-policy`; `bad-option`.
 * @example
 * attackCommunity(events, { suite: ['copy'], compare: ['classic', 'guarded'] }).scenarios[0].outcomes;
 */
export function attackCommunity(
  events: Iterable<EventInput>,
  { policy, ...options }: AttackOptions & { policy?: PolicyInput } = {},
): AttackReport {
  const record = new Record({
    policy: policy === undefined ? presets.classic : parsePolicy(policy),
    policyFixed: policy !== undefined,
  });
  takeAll(record, events);
  return attackRecord(record, options);
}

/** Attacks what a record holds, under its policy. @throws PeerageError `bad-option`. */
export function attackRecord(record: Record, options: AttackOptions = {}): AttackReport {
  const { suite = ['all'], scorers: own = {}, seed = 1, tolerance = 1e-9, onProgress } = options;
  if (!Number.isSafeInteger(seed)) {
    throw new PeerageError('bad-option', `${quote(seed)} is not a seed; expected a whole number`, {
      field: 'seed',
      value: seed,
    });
  }
  checkTolerance(tolerance);
  const { policy, endorsements, objections, credentialsInForce } = record;
  const run = chosen(suite);
  const judges = judgesOf(options.compare ?? [nameOf(policy)], own, policy, tolerance);
  const community = new Community(record);
  const scenarios: ScenarioReport[] = [];
  const skipped: { name: string; reason: string }[] = [];
  const breaches: Breach[] = [];
  const before = peace(community, policy, judges, tolerance);
  const newcomers = community.newcomers();
  const total = run.reduce((sum, family) => sum + family.scenarios.length, 0);
  let done = 0;
  for (const family of run) {
    for (const scenario of family.scenarios) {
      onProgress?.(done++ / total);
      const reason =
        community.order < 2 ? 'it takes two contributors' : (scenario.lacks?.(community) ?? null);
      if (reason !== null) {
        skipped.push({ name: scenario.name, reason });
        continue;
      }
      const campaign = new Campaign(community, new Xoshiro(seedOf(scenario, seed)));
      scenario.run(campaign);
      const field = new Battlefield(community, campaign, policy);
      const outcomes = judges.map((judge, k) => {
        const after = judge.score(field);
        const { sides, targets } = campaign;
        const outcome = outcomeOf({
          scorer: judge.name,
          before: before[k]!,
          after,
          sides,
          newcomers,
          targets,
        });
        const { share, bound } = outcome;
        if (bound !== null && share > bound + after.error) {
          breaches.push({ scenario: scenario.name, scorer: judge.name, share, bound });
        }
        return outcome;
      });
      const { name, parameters } = scenario;
      const cost = campaign.cost(scenario.days ?? 1);
      scenarios.push({ name, family: family.name, parameters, cost, outcomes });
    }
  }
  onProgress?.(1);
  return {
    seed,
    policy,
    order: community.order,
    endorsements,
    objections,
    credentials: credentialsInForce,
    newcomers: newcomers.length,
    scorers: judges.map(({ name }) => name),
    families: run.map(({ name, statement, source }) => ({ name, statement, source })),
    scenarios,
    skipped,
    breaches,
  };
}

/** The scores before anything happens; the community learns who is trusted most under the policy in force. */
function peace(
  community: Community,
  policy: Policy,
  judges: readonly Judge[],
  tolerance: number,
): Float64Array[] {
  if (community.order === 0) return judges.map(() => new Float64Array(0));
  const field = new Battlefield(community, null, policy);
  const [mine] = judgesOf(['policy'], {}, policy, tolerance);
  community.rank(mine!.score(field).score);
  return judges.map((judge) => judge.score(field).score);
}

/** Chance of its own for each scenario, from its name (FNV-1a) and the seed. */
function seedOf({ name }: Scenario, seed: number): number {
  let hash = 0x811c9dc5;
  for (let k = 0; k < name.length; k++) hash = Math.imul(hash ^ name.charCodeAt(k), 0x01000193);
  // Seeds beyond 32 bits differ too.
  return (hash ^ seed ^ Math.imul(Math.floor(seed / 2 ** 32), 0x9e3779b1)) | 0;
}

function checkTolerance(tolerance: number): void {
  if (typeof tolerance === 'number' && tolerance > 0 && tolerance <= 2) return;
  throw new PeerageError(
    'bad-option',
    `${quote(tolerance)} is refused; expected a number above 0, at most 2`,
    {
      field: 'tolerance',
      value: tolerance,
    },
  );
}
