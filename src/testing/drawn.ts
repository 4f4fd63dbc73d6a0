/**
 * Cases with picks: a ledger and a policy, as an invariant wants them, and numbers by which its check chooses among
 * whoever is there. A pick is taken modulo what there is to choose from, so it suits every ledger.
 */
import type { Arbitrary } from 'fast-check';
import type { Policy } from '../policy.ts';
import type { Case, LedgerConstraints } from './arbitraries/ledger.ts';
import { cases } from './arbitraries/ledger.ts';
import { pick } from './arbitraries/number.ts';
import type { PolicyConstraints } from './arbitraries/policy.ts';
import { fc } from './fast-check.ts';
import type { InvariantConstraints } from './invariant.ts';

export interface PickedCase extends Case {
  readonly picks: readonly number[];
}

/** What an invariant wants, whatever is asked for beside it. */
export interface Wanted extends LedgerConstraints {
  policy?: PolicyConstraints;
}

/** Ledgers and policies as an invariant wants them; a policy that is asked for is one it admits. */
export function casesOf(asked: InvariantConstraints, { policy, ...ledger }: Wanted = {}): Arbitrary<Case> {
  return cases({ ...asked.ledger, ...ledger, policy: asked.policy ?? policy ?? {} });
}

/** The same, with `count` picks. */
export function pickedCases(count: number, wanted?: Wanted) {
  return (asked: InvariantConstraints): Arbitrary<PickedCase> =>
    fc
      .tuple(casesOf(asked, wanted), fc.array(pick(), { minLength: count, maxLength: count, size: 'max' }))
      .map(([one, picks]) => ({ ...one, picks }));
}

/** Those whose bit is set in a pick. */
export function chosen<T>(list: readonly T[], bits: number): T[] {
  return list.filter((_, place) => ((bits >>> (place % 19)) & 1) === 1);
}

/** No credential comes or goes out of force, no matter what an edit takes back. */
export const LASTING: Wanted = { credentials: 'always' };
export const UNSIGNED: Wanted = { objections: false };
export const UNCAPPED: { fixed: Partial<Policy> } = { fixed: { cap: null } };
