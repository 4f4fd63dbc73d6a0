/**
 * What an invariant is: words for people, and a property for fast-check. `invariant` makes one from the cases it is
 * about and a check of a single case; the property is drawn from the cases, and what the check finds becomes the
 * sentence of the failure. A case is plain data, so that a counterexample can be kept and replayed.
 */
import type { Arbitrary, IProperty } from 'fast-check';
import type { Policy } from '../policy.ts';
import type { Scorer } from './answer.ts';
import type { Case, LedgerConstraints } from './arbitraries/ledger.ts';
import { fc } from './fast-check.ts';

export type { Scorer } from './answer.ts';

/** What the cases of an invariant are to be like, and how exact the scorer is. */
export interface InvariantConstraints {
  /** One that the invariant admits; drawn from all of those unless given. */
  policy?: Policy;
  /** How far a scorer's shares may lie from the exact ones, all together (L1); 1e-9 unless given. */
  tolerance?: number;
  /** What its ledgers may contain, where the invariant leaves that open. */
  ledger?: LedgerConstraints;
}

/** What ledgers must be able to contain for an invariant to say anything. */
export type Need = 'objections' | 'retractions' | 'credentials';

/** What an invariant says, in words. */
export interface InvariantWords {
  /** Stable, in kebab-case. */
  readonly name: string;
  /** A sentence anyone can read. */
  readonly statement: string;
  readonly formula: string;
  /** A paper, a theorem, or the design. */
  readonly source: string;
  /** `no`: it does not hold of ours, and the counterexample shows why. */
  readonly holds: 'yes' | 'no';
  /** The policies under which it holds, in words. */
  readonly holdsFor: string;
  /** Without these in its ledgers it is skipped; nothing unless given. */
  readonly needs?: readonly Need[];
  /** Its ledgers have none of these, whatever is asked of them. */
  readonly without?: readonly Need[];
  /** For one that does not hold: a case that breaks it under ours. */
  readonly counterexample?: Case;
}

export interface Invariant extends InvariantWords {
  /** Whether it is claimed under this policy. */
  admits(policy: Policy): boolean;
  /** Breaks with the case that breaks it; its error's message is a sentence. For `fc.assert` and `fc.check`. */
  property(scorer: Scorer, constraints?: InvariantConstraints): IProperty<[Case]>;
  /** The cases it is about, for a runner that draws by itself. */
  cases(constraints?: InvariantConstraints): Arbitrary<Case>;
  /** The sentence that says how a scorer breaks it in one case; undefined if it does not. */
  check(scorer: Scorer, one: Case, constraints?: InvariantConstraints): string | undefined;
}

/** What an invariant is made of. `C` is its case: a ledger, a policy, and whatever else it compares. */
export interface InvariantParts<C extends Case> extends InvariantWords {
  admits?: (policy: Policy) => boolean;
  /** Draws cases, for the policy of the constraints if there is one. */
  cases: (constraints: InvariantConstraints) => Arbitrary<C>;
  /** How the scorer breaks it, if it does; `tolerance` is how far each answer may be off (L1 of shares). */
  check: (scorer: Scorer, one: C, tolerance: number) => string | undefined;
}

/** A scorer that was found to break an invariant. */
class Broken extends Error {
  override readonly name = 'Broken';
}

const EXACT = 1e-9;

/** Makes an invariant of its words, its cases and its check. */
export function invariant<C extends Case>(parts: InvariantParts<C>): Invariant {
  const { cases, check, admits = () => true, ...words } = parts;
  const checked: Invariant['check'] = (scorer, one, { tolerance = EXACT } = {}) =>
    check(scorer, one as C, tolerance);
  const drawn: Invariant['cases'] = (constraints = {}) => cases(constraints) as Arbitrary<Case>;
  return Object.freeze({
    ...words,
    admits,
    cases: drawn,
    check: checked,
    property: (scorer: Scorer, constraints: InvariantConstraints = {}): IProperty<[Case]> =>
      fc.property(drawn(constraints), (one) => {
        const sentence = checked(scorer, one, constraints);
        if (sentence !== undefined) throw new Broken(sentence);
      }),
  });
}
