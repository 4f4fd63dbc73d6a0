/**
 * Door "./testing": property-test the invariants of trust, and run attacks, on our scores or on a host's own. fast-check is an
 * optional peer, and no test runner is imported.
 */
export type { AttackOptions, AttackReport, Breach, Cost, Outcome, ScenarioReport } from './lab/lab.ts';
export { attackCommunity } from './lab/lab.ts';
export type { FaultKind, Scorer } from './testing/answer.ts';
export { ScorerFault } from './testing/answer.ts';
export type { Attack, AttackConstraints, AttackShape } from './testing/arbitraries/attack.ts';
export { attack } from './testing/arbitraries/attack.ts';
export type { Community, CommunityConstraints, Family } from './testing/arbitraries/community.ts';
export { community } from './testing/arbitraries/community.ts';
export type { ContributorIdConstraints } from './testing/arbitraries/contributor.ts';
export { contributorId } from './testing/arbitraries/contributor.ts';
export type { EditConstraints, EditedCase, EditKind } from './testing/arbitraries/edit.ts';
export { edit, editedCases } from './testing/arbitraries/edit.ts';
export type { Case, LedgerConstraints } from './testing/arbitraries/ledger.ts';
export { cases, ledger } from './testing/arbitraries/ledger.ts';
export type { PolicyConstraints } from './testing/arbitraries/policy.ts';
export { policy } from './testing/arbitraries/policy.ts';
export type { StatementConstraints, StatementInput, Weights } from './testing/arbitraries/statement.ts';
export { endorsement, objection } from './testing/arbitraries/statement.ts';
export { canonical } from './testing/canonical.ts';
export type { CheckOptions } from './testing/check.ts';
export { checkInvariants } from './testing/check.ts';
export type {
  IncrementalCase,
  IncrementalEngine,
  IncrementalOptions,
  Look,
} from './testing/incremental.ts';
export { checkIncremental } from './testing/incremental.ts';
export type {
  Invariant,
  InvariantConstraints,
  InvariantParts,
  InvariantWords,
  Need,
} from './testing/invariant.ts';
export { invariant } from './testing/invariant.ts';
export { invariants } from './testing/invariants/list.ts';
export type { ScorerModule } from './testing/limit.ts';
export type { Failed, Passed, Report, Result, Skipped } from './testing/report.ts';
