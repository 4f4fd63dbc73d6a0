/**
 * What an edit does: whom it lifts, whom it lowers, and how far its effect reaches. The monotone ones follow from
 * one inequality. With R = (I - d P)^-1 and h(w) = R(w,v) / R(v,v), the chance to come from w to v: mass at v is
 * R(v,v) q, mass at w at least R(v,w) q, and an endorsement of v by u adds in proportion to
 * R(v,w) - sum_t P(u,t) R(t,w) <= R(v,w) (1 - sum_t P(u,t) h(t)) at w, with equality at v. So nobody's mass
 * grows by a larger factor than v's; the share and the rank of v follow. Credentials likewise.
 */
import { quote } from '../../error.ts';
import type { EventInput } from '../../event.ts';
import type { EditedCase } from '../arbitraries/edit.ts';
import { editedCases, fresh } from '../arbitraries/edit.ts';
import { at, pick } from '../arbitraries/number.ts';
import type { StatementInput } from '../arbitraries/statement.ts';
import type { PickedCase, Wanted } from '../drawn.ts';
import { LASTING, pickedCases, UNCAPPED, UNSIGNED } from '../drawn.ts';
import { fc } from '../fast-check.ts';
import type { InvariantConstraints } from '../invariant.ts';
import { invariant } from '../invariant.ts';
import { masses, massMoved } from '../masses.ts';
import type { Range } from '../measured.ts';
import { exactly, figure, over, surelyAbove, times } from '../measured.ts';
import { standing } from '../standing.ts';
import type { Told } from '../told.ts';
import { distance, has, told } from '../told.ts';
import { capped, floorOf } from '../weighed.ts';

const OPEN: Wanted = { ...UNSIGNED, policy: UNCAPPED };
const MONOTONE = {
  source: 'Chien et al. 2003; Boldi and Vigna 2014, 2017',
  holds: 'yes',
  without: ['objections'],
} as const;

/** One more endorsement between two who are there. */
function endorsed({ policy, ledger }: InvariantConstraints, { policy: wanted = {}, ...rest }: Wanted = {}) {
  return editedCases({
    ...ledger,
    ...rest,
    policy: policy ?? wanted,
    edit: { kinds: ['endorse'], events: 1 },
  });
}

/** Scores before and after, and who is endorsed; nothing where there are not two to endorse each other. */
function around(
  scorer: Parameters<typeof told>[0],
  { events, policy, edit }: EditedCase,
  tolerance: number,
): { before: Told; after: Told; favoured: string } | undefined {
  if (standing(events).contributors.length < 2) return undefined;
  return {
    before: told(scorer, events, policy, tolerance),
    after: told(scorer, [...events, ...edit], policy, tolerance),
    favoured: (edit[0] as StatementInput).target,
  };
}

export const scoreMonotone = invariant<EditedCase>({
  ...MONOTONE,
  name: 'score-monotone',
  statement: 'A new endorsement never lowers the trust of the one it is for.',
  formula: "trust'(v) >= trust(v) after u endorses v; under a cap x'(v) >= x(v)",
  holdsFor: 'every policy, where nobody objects; under a cap it is told of mass, before it is made a share',
  cases: (asked) => endorsed(asked, UNSIGNED),
  check: (scorer, { events, policy, edit }, tolerance) => {
    if (standing(events).contributors.length < 2) return undefined;
    const { source, target } = edit[0] as StatementInput;
    const has = capped(policy) ? masses : told;
    const was = has(scorer, events, policy, tolerance).of(target);
    const is = has(scorer, [...events, ...edit], policy, tolerance).of(target);
    if (!surelyAbove(was, is)) return undefined;
    return `${quote(target)} has ${figure(was)}, and ${figure(is)} once ${quote(source)} endorses it`;
  },
});

export const rankMonotone = invariant<EditedCase>({
  ...MONOTONE,
  name: 'rank-monotone',
  statement: 'Nobody who is behind a contributor of any trust overtakes it because it is endorsed.',
  formula: "trust(w) <= trust(v), trust(v) > 0  =>  trust'(w) <= trust'(v) after u endorses v",
  holdsFor: 'policies without a cap, or top-down; where nobody objects',
  admits: (policy) => !capped(policy),
  cases: (asked) => endorsed(asked, OPEN),
  check: (scorer, one, tolerance) => {
    const found = around(scorer, one, tolerance);
    if (found === undefined) return undefined;
    const { before, after, favoured } = found;
    const was = before.of(favoured);
    if (was.low <= 0) return undefined;
    for (const w of before.shares.keys()) {
      if (w === favoured || before.of(w).high > was.low) continue;
      if (!surelyAbove(after.of(w), after.of(favoured))) continue;
      return `${has(before, w)}, less than ${figure(was)} of ${quote(favoured)}; once that is endorsed, ${figure(after.of(w))} and ${figure(after.of(favoured))}`;
    }
    return undefined;
  },
});

export const largestGain = invariant<EditedCase>({
  ...MONOTONE,
  name: 'largest-gain',
  statement: 'Nobody gains by a larger factor from an endorsement than the one it is for.',
  formula: "trust'(w) trust(v) <= trust'(v) trust(w) after u endorses v",
  source: 'Chien et al. 2003; both monotonicities follow from it',
  holdsFor: 'policies without a cap, or top-down; where nobody objects',
  admits: (policy) => !capped(policy),
  cases: (asked) => endorsed(asked, OPEN),
  check: (scorer, one, tolerance) => {
    const found = around(scorer, one, tolerance);
    if (found === undefined) return undefined;
    const { before, after, favoured } = found;
    for (const w of before.shares.keys()) {
      const gain = times(after.of(w), before.of(favoured));
      if (!surelyAbove(gain, times(after.of(favoured), before.of(w)))) continue;
      return `${has(before, favoured)}, and ${figure(after.of(favoured))} once it is endorsed; ${has(before, w)}, and then ${figure(after.of(w))}`;
    }
    return undefined;
  },
});

export const revocation = invariant<PickedCase>({
  ...MONOTONE,
  name: 'revocation',
  statement: 'Whoever loses a credential loses trust, by the largest factor of all.',
  formula:
    "trust'(v) <= trust(v), and trust'(v) trust(w) <= trust'(w) trust(v), after a credential of v is revoked",
  source: 'DESIGN, the trust equations: mass is linear in the credentials',
  needs: ['credentials'],
  holdsFor: 'policies without a cap, or top-down; where nobody objects and another credential stays in force',
  admits: (policy) => !capped(policy),
  cases: pickedCases(2, { ...LASTING, ...OPEN }),
  check: (scorer, { events, policy, picks }, tolerance) => {
    const { contributors, ids } = standing(events);
    const holder = at(contributors, picks[0]!);
    const id = fresh('credential', (one) => ids.has(one));
    const granted: EventInput[] = [
      ...events,
      { type: 'grant', id, target: holder, weight: 1 + (picks[1]! % 9) },
    ];
    const before = told(scorer, granted, policy, tolerance);
    const after = told(scorer, [...granted, { type: 'revoke', of: id }], policy, tolerance);
    for (const w of before.shares.keys()) {
      const loss = times(after.of(holder), before.of(w));
      const broken = surelyAbove(loss, times(after.of(w), before.of(holder)));
      if (!broken && !surelyAbove(after.of(holder), before.of(holder))) continue;
      return `${has(before, holder)}, and ${figure(after.of(holder))} without its credential; ${has(before, w)}, and then ${figure(after.of(w))}`;
    }
    return undefined;
  },
});

/** Any change of what one contributor says, among those who are there. */
interface LocalCase extends EditedCase {
  readonly who: number;
}

export const editLocality = invariant<LocalCase>({
  name: 'edit-locality',
  statement:
    'Changing what one contributor says moves trust by no more than that contributor’s own trust allows.',
  formula:
    "sum |y' - y| <= 2 damping/(a balance) y(u), so sum |trust' - trust| <= 4 damping/(a balance) trust(u)",
  source:
    'Chien et al. 2003; DESIGN, theorem 2 for the residual damping sum |dP(u,.)| y(u) <= 2 damping y(u)',
  holds: 'yes',
  holdsFor: 'every policy',
  cases: ({ policy, ledger }) =>
    fc
      .tuple(
        editedCases({
          ...ledger,
          policy: policy ?? {},
          edit: { kinds: ledger?.objections === false ? ['endorse'] : ['endorse', 'object'], events: 4 },
        }),
        pick(),
      )
      .map(([one, who]) => ({ ...one, who })),
  check: (scorer, { events, policy, edit, who }, tolerance) => {
    const { contributors } = standing(events);
    if (contributors.length < 2) return undefined;
    const source = at(contributors, who);
    const change = edit.map((event) => ({ ...event, source }) as StatementInput);
    const after = [...events, ...change];
    const factor = over(exactly(2 * policy.damping), floorOf(policy));
    const broken = (moved: Range, most: Range, what: string) =>
      surelyAbove(moved, most)
        ? `${what} moves by ${figure(moved)} in all because of what ${quote(source)} says, who can move ${figure(most)}`
        : undefined;
    if (after.every(({ type }) => type !== 'object')) {
      const [here, there] = [
        masses(scorer, events, policy, tolerance),
        masses(scorer, after, policy, tolerance),
      ];
      return broken(massMoved(here, there), times(factor, here.of(source)), 'mass');
    }
    const [here, there] = [told(scorer, events, policy, tolerance), told(scorer, after, policy, tolerance)];
    return broken(distance(here, there), times(times(exactly(2), factor), here.of(source)), 'trust');
  },
});
