/**
 * The axioms that characterise PageRank (Was and Skibski 2018; Altman and Tennenholtz 2005) as they hold for trust:
 * what may be changed in a community without changing anybody's trust. Renaming and the order of events are
 * in basic.ts, the baseline in mass.ts.
 */

import { fresh } from '../arbitraries/edit.ts';
import { at } from '../arbitraries/number.ts';
import type { StatementInput } from '../arbitraries/statement.ts';
import type { PickedCase } from '../drawn.ts';
import { chosen, LASTING, pickedCases, UNCAPPED, UNSIGNED } from '../drawn.ts';
import { invariant } from '../invariant.ts';
import { exactly, figure, minus, plus, surelyApart, times } from '../measured.ts';
import { ledgerOf, partsOf, says } from '../parts.ts';
import { differ, has, told } from '../told.ts';
import { capped } from '../weighed.ts';

/** What one contributor says of others. */
function saidBy(statements: readonly StatementInput[], id: string): StatementInput[] {
  return statements.filter(({ source, target }) => source === id && target !== id);
}

export const edgeMultiplication = invariant<PickedCase>({
  name: 'edge-multiplication',
  statement:
    'Only proportions count in what one contributor says: all its weights times the same number change nothing.',
  formula: 'trust is the same for W(u,.) and c W(u,.), c > 0',
  source: 'Was and Skibski 2018, edge multiplication',
  holds: 'yes',
  holdsFor: 'policies without a reserve',
  admits: ({ reserve }) => reserve === 0,
  cases: pickedCases(2, { policy: { fixed: { reserve: 0 } } }),
  check: (scorer, { events, policy, picks }, tolerance) => {
    const parts = partsOf(events);
    if (parts.contributors.length === 0) return undefined;
    const loud = at(parts.contributors, picks[0]!);
    // Powers of two, which round nothing.
    const factor = at([4, 2, 16, 1 / 8], picks[1]!);
    const statements = parts.statements.map((one) =>
      one.source === loud ? { ...one, weight: (one.weight ?? 1) * factor } : one,
    );
    if (statements.some(({ weight = 1 }) => weight > 1e12 || weight < 1e-9)) return undefined;
    return differ(
      told(scorer, ledgerOf(parts, policy), policy, tolerance),
      told(scorer, ledgerOf({ ...parts, statements }, policy), policy, tolerance),
    );
  },
});

export const edgeFromNowhere = invariant<PickedCase>({
  name: 'edge-from-nowhere',
  statement: 'What somebody says whom no chain of endorsements reaches from a credential changes nothing.',
  formula: 'trust is the same with and without W(u,.) where trust(u) = 0',
  source: 'Chien et al. 2003; DESIGN, theorem 2',
  holds: 'yes',
  holdsFor: 'every policy',
  needs: ['credentials'],
  cases: pickedCases(2, LASTING),
  check: (scorer, { events, policy, picks }, tolerance) => {
    const { contributors } = partsOf(events);
    const nobody = fresh('nobody', (id) => contributors.includes(id));
    const there = [...events, says(nobody, nobody, policy)];
    const said = chosen(contributors, picks[0]! + 1).map((id) => says(nobody, id, policy, { weight: 5 }));
    return differ(
      told(scorer, there, policy, tolerance),
      told(scorer, [...there, ...said], policy, tolerance),
    );
  },
});

export const isolatedNewcomer = invariant({
  name: 'isolated-newcomer',
  statement:
    'A newcomer who neither says nor hears anything takes from all others the same part, and with credentials in force nothing.',
  formula: "trust'(v) = (1 - trust'(new)) trust(v)",
  source: 'DESIGN, the trust equations: mass is in units in which a newcomer changes nobody else’s',
  holds: 'yes',
  holdsFor: 'policies without a cap, or top-down',
  admits: (policy) => !capped(policy),
  cases: pickedCases(0, { policy: UNCAPPED }),
  check: (scorer, { events, policy }, tolerance) => {
    const { contributors } = partsOf(events);
    const newcomer = fresh('newcomer', (id) => contributors.includes(id));
    const before = told(scorer, events, policy, tolerance);
    const after = told(scorer, [...events, says(newcomer, newcomer, policy)], policy, tolerance);
    const left = minus(exactly(1), after.of(newcomer));
    const who = contributors.find((id) => surelyApart(after.of(id), times(left, before.of(id))));
    if (who === undefined) return undefined;
    return `${has(before, who)} before, and ${figure(after.of(who))} once a newcomer has ${figure(after.of(newcomer))}`;
  },
});

export const nodeRedirect = invariant<PickedCase>({
  name: 'node-redirect',
  statement: 'Two accounts that say the same may be made one: it has what both had, and nobody else notices.',
  formula:
    "P(u,.) = P(w,.)  =>  trust'(u) = trust(u) + trust(w) once w is merged into u, and trust' = trust for all others",
  source: 'Was and Skibski 2018, node redirect; a split gains nothing (Cheng and Friedman 2006)',
  holds: 'yes',
  holdsFor: 'linear policies without a cap or top-down; where nobody objects and credentials are in force',
  needs: ['credentials'],
  without: ['objections'],
  admits: (policy) => !capped(policy) && policy.concavity === 'linear',
  cases: pickedCases(3, { ...LASTING, ...UNSIGNED, policy: { fixed: { cap: null, concavity: 'linear' } } }),
  check: (scorer, { events, policy, picks }, tolerance) => {
    const parts = partsOf(events);
    const { contributors, statements, grants } = parts;
    const one = at(contributors, picks[0]!);
    const twin = fresh('twin', (id) => contributors.includes(id));
    // The twin says what the one says, and hears a part of what was said of the one.
    const heard = statements.filter(({ source, target }) => target === one && source !== one);
    const moved = new Set<unknown>([
      ...chosen(heard, picks[1]!),
      ...chosen(
        grants.filter(({ target }) => target === one),
        picks[2]!,
      ),
    ]);
    const redirect = <T extends { target: string }>(what: T): T =>
      moved.has(what) ? { ...what, target: twin } : what;
    const echoed = saidBy(statements, one).map((said) => ({ ...said, source: twin }));
    const split = {
      ...parts,
      contributors: [...contributors, twin],
      statements: [...statements.map(redirect), ...echoed],
      grants: grants.map(redirect),
    };
    const merged = told(scorer, ledgerOf(parts, policy), policy, tolerance);
    const apart = told(scorer, ledgerOf(split, policy), policy, tolerance);
    const both = plus(apart.of(one), apart.of(twin));
    if (surelyApart(merged.of(one), both)) return `${has(merged, one)}, and ${figure(both)} as two accounts`;
    const who = contributors.find((id) => id !== one && surelyApart(merged.of(id), apart.of(id)));
    if (who === undefined) return undefined;
    return `${has(merged, who)}, and ${figure(apart.of(who))} once another is two accounts`;
  },
});

export const edgeSwap = invariant<PickedCase>({
  name: 'edge-swap',
  statement:
    'Two contributors of equal trust who say equally much may exchange whom they endorse, and nobody’s trust changes.',
  formula: 'y(u) = y(w), D(u) = D(w)  =>  trust is the same with u->a, w->b and with u->b, w->a',
  source: 'Was and Skibski 2018, edge swap',
  holds: 'yes',
  holdsFor: 'linear policies',
  admits: ({ concavity }) => concavity === 'linear',
  cases: pickedCases(4, { policy: { fixed: { concavity: 'linear' } } }),
  check: (scorer, { events, policy, picks }, tolerance) => {
    const parts = partsOf(events);
    const { contributors, statements, grants } = parts;
    if (contributors.length < 2) return undefined;
    const one = at(contributors, picks[0]!);
    const twin = fresh('twin', (id) => contributors.includes(id));
    const others = contributors.filter((id) => id !== one);
    // The twin hears what the one hears, so their trust is the same; it says as much, of others.
    const heard = statements.filter(({ source, target }) => target === one && source !== one);
    const own = [...saidBy(statements, one), says(one, at(others, picks[1]!), policy, { weight: 3 })];
    const echoed = own.map((said, k) => ({ ...said, source: twin, target: at(others, picks[2]! + k * k) }));
    const rest = statements.filter(({ source, target }) => source !== one || target === one);
    const doubled = [...rest, ...heard.map((said) => ({ ...said, target: twin }))];
    const granted = grants
      .filter(({ target }) => target === one)
      .map((grant) => ({ ...grant, target: twin }));
    const swapped = (which: number) => {
      const [mine, theirs] = [own[which]!, echoed[which]!];
      const change = (said: StatementInput) =>
        said === mine
          ? { ...mine, target: theirs.target }
          : said === theirs
            ? { ...theirs, target: mine.target }
            : said;
      return [...own, ...echoed].map(change);
    };
    const ledger = (said: readonly StatementInput[]) =>
      ledgerOf(
        {
          ...parts,
          contributors: [...contributors, twin],
          statements: [...doubled, ...said],
          grants: [...grants, ...granted],
        },
        policy,
      );
    const before = told(scorer, ledger([...own, ...echoed]), policy, tolerance);
    return differ(before, told(scorer, ledger(swapped(picks[3]! % own.length)), policy, tolerance));
  },
});
