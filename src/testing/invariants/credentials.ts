/**
 * What credentials do. Where nobody objects and nothing is capped, mass is a linear map of the credentials; everywhere
 * it is a Lipschitz one. Mass is told by the shares and by what is kept of all credentials (weighed.ts).
 */
import { quote } from '../../error.ts';
import { at } from '../arbitraries/number.ts';
import type { PickedCase } from '../drawn.ts';
import { pickedCases, UNCAPPED, UNSIGNED } from '../drawn.ts';
import { invariant } from '../invariant.ts';
import { masses, massMoved } from '../masses.ts';
import { exactly, figure, over, plus, surelyAbove, surelyApart } from '../measured.ts';
import type { Parts } from '../parts.ts';
import { ledgerOf, partsOf } from '../parts.ts';
import type { GrantInput } from '../standing.ts';
import { capped } from '../weighed.ts';

/** A few credentials, chosen by picks. */
function granted(contributors: readonly string[], picks: readonly number[]): GrantInput[] {
  return picks.map((pick, k) => ({
    type: 'grant',
    target: at(contributors, pick),
    weight: 1 + ((pick + k) % 7),
  }));
}

export const linearity = invariant<PickedCase>({
  name: 'linearity',
  statement: 'The mass that two lots of credentials bring together is the sum of what each brings alone.',
  formula: 'x(C1 + C2) = x(C1) + x(C2)',
  source: 'Jeh and Widom 2003, the linearity theorem',
  holds: 'yes',
  holdsFor: 'policies without a cap, or top-down; where nobody objects; of mass, before it is made a share',
  without: ['objections'],
  admits: (policy) => !capped(policy),
  cases: pickedCases(4, { ...UNSIGNED, credentials: 'none', policy: UNCAPPED }),
  check: (scorer, { events, policy, picks }, tolerance) => {
    const parts = partsOf(events);
    const { contributors } = parts;
    if (contributors.length === 0) return undefined;
    const [some, others] = [granted(contributors, picks.slice(0, 2)), granted(contributors, picks.slice(2))];
    const mass = (grants: GrantInput[]) =>
      masses(scorer, ledgerOf({ ...parts, grants }, policy), policy, tolerance);
    const [one, other, both] = [mass(some), mass(others), mass([...some, ...others])];
    const who = contributors.find((id) => surelyApart(both.of(id), plus(one.of(id), other.of(id))));
    if (who === undefined) return undefined;
    return `${quote(who)} has a mass of ${figure(both.of(who))}, and of ${figure(one.of(who))} and ${figure(other.of(who))} by the one and the other credentials alone`;
  },
});

interface MovedCredentials {
  before: Parts;
  after: Parts;
  moved: number;
}

/** The same credentials in other hands. */
function handedOver(parts: Parts, picks: readonly number[]): MovedCredentials {
  const { contributors } = parts;
  const grants = granted(contributors, picks.slice(0, 3));
  const others = grants.map((grant, k) => ({ ...grant, target: at(contributors, picks[3 + k]!) }));
  const change = new Map<string, number>();
  for (const { target, weight = 1 } of grants) change.set(target, (change.get(target) ?? 0) - weight);
  for (const { target, weight = 1 } of others) change.set(target, (change.get(target) ?? 0) + weight);
  let moved = 0;
  for (const difference of change.values()) moved += Math.abs(difference);
  return { before: { ...parts, grants }, after: { ...parts, grants: others }, moved };
}

export const credentialChange = invariant<PickedCase>({
  name: 'credential-change',
  statement:
    'Credentials that change hands move no more mass than their own weight over the balance; without a cap, than their own weight.',
  formula: "sum |x' - x| <= sum |C' - C| / balance;  <= sum |C' - C| without a cap (sum C the same)",
  source:
    "DESIGN, theorem 1: a sum |t' - t| <= a sum |C' - C|, over the contraction a balance; Chien et al. 2003",
  holds: 'yes',
  holdsFor: 'every policy, where nobody objects; of mass, before it is made a share',
  without: ['objections'],
  cases: pickedCases(6, { ...UNSIGNED, credentials: 'none' }),
  check: (scorer, { events, policy, picks }, tolerance) => {
    const parts = partsOf(events);
    if (parts.contributors.length === 0) return undefined;
    const { before, after, moved } = handedOver(parts, picks);
    const [here, there] = [before, after].map((one) =>
      masses(scorer, ledgerOf(one, policy), policy, tolerance),
    ) as [ReturnType<typeof masses>, ReturnType<typeof masses>];
    const all = massMoved(here, there);
    const most = capped(policy) ? over(exactly(moved), exactly(policy.balance)) : exactly(moved);
    if (!surelyAbove(all, most)) return undefined;
    return `credentials of ${moved / 2} change hands, and mass moves by ${figure(all)} in all, more than ${figure(most)}`;
  },
});
