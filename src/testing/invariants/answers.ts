/** What a scorer has to do before any invariant can be asked of it: to answer. */
import { scored } from '../answer.ts';
import { cases } from '../arbitraries/ledger.ts';
import { invariant } from '../invariant.ts';

export const answers = invariant({
  name: 'answers',
  statement:
    'Every contributor of a ledger has one score, a number that is not negative, and nobody else has.',
  formula: 'scorer(L, policy) in [0, inf)^V',
  source: 'what a scorer is',
  holds: 'yes',
  holdsFor: 'every policy',
  cases: ({ policy, ledger }) => cases({ ...ledger, ...(policy !== undefined && { policy }) }),
  check: (scorer, { events, policy }) => {
    scored(scorer, events, policy);
    return undefined;
  },
});
