/**
 * What fake accounts, rings, slander and a new name are good for: nothing, or no more than is stated. All fakes are
 * accounts without credentials while credentials are in force; where none are, every account has restart
 * mass of its own, and there is no such guarantee (negative.ts).
 */
import { quote } from '../../error.ts';
import { fresh } from '../arbitraries/edit.ts';
import { at, pick } from '../arbitraries/number.ts';
import type { PickedCase } from '../drawn.ts';
import { casesOf, chosen, LASTING, pickedCases, UNCAPPED, UNSIGNED } from '../drawn.ts';
import { fc } from '../fast-check.ts';
import type { InvariantConstraints } from '../invariant.ts';
import { invariant } from '../invariant.ts';
import { masses } from '../masses.ts';
import { exactly, figure, minus, over, surelyAbove, times } from '../measured.ts';
import { ledgerOf, partsOf, says } from '../parts.ts';
import { differ, distance, has, told } from '../told.ts';
import { capped, floorOf, longerWalk } from '../weighed.ts';

/** Names that nobody has. */
function strangers(count: number, known: readonly string[], name: string): string[] {
  return Array.from({ length: count }, (_, k) => fresh(`${name} ${k + 1}`, (id) => known.includes(id)));
}

export const selfBoost = invariant<PickedCase>({
  name: 'self-boost',
  statement:
    'With as many fresh accounts as it likes, a contributor multiplies its own mass by at most 1/(1 - d^2).',
  formula: "x'(v) <= x(v) / (1 - d^2), d = damping / (1 - a (1 - balance))",
  source: 'Cheng and Friedman 2006; a walk takes two steps at least to come back, as nobody endorses himself',
  holds: 'yes',
  holdsFor:
    'policies without a cap, or top-down; where nobody objects and fresh accounts have no credentials',
  needs: ['credentials'],
  without: ['objections'],
  admits: (policy) => !capped(policy),
  cases: pickedCases(4, { ...LASTING, ...UNSIGNED, policy: UNCAPPED }),
  check: (scorer, { events, policy, picks }, tolerance) => {
    const parts = partsOf(events);
    const { contributors, statements } = parts;
    const boss = at(contributors, picks[0]!);
    const fakes = strangers(1 + (picks[1]! % 4), contributors, 'fake');
    const rest = statements.filter(({ source }) => source !== boss);
    const boosted = ledgerOf(
      {
        ...parts,
        statements: [
          ...rest,
          ...fakes.flatMap((fake) => [says(boss, fake, policy), says(fake, boss, policy)]),
          ...chosen(fakes, picks[2]!).map((fake, k) =>
            says(fake, at([...contributors, ...fakes], picks[3]! + k), policy),
          ),
        ],
      },
      policy,
    );
    const plain = ledgerOf(parts, policy);
    const mass = (ledger: typeof plain) => masses(scorer, ledger, policy, tolerance).of(boss);
    const d = longerWalk(policy);
    const [was, is] = [mass(plain), mass(boosted)];
    const most = over(was, minus(exactly(1), times(d, d)));
    if (!surelyAbove(is, most)) return undefined;
    return `${quote(boss)} has a mass of ${figure(was)} alone, and of ${figure(is)} with fakes (${fakes.length}); at most ${figure(most)} is possible`;
  },
});

export const ringNeutrality = invariant<PickedCase>({
  name: 'ring-neutrality',
  statement:
    'A ring of accounts that nobody outside endorses has no trust, whatever it says, and changes nobody’s.',
  formula: 'C(S) = 0, W+(u,S) = 0 outside S  =>  trust(S) = 0, and W(S,.) changes no trust',
  source: 'DESIGN, theorem 3 with F = 0',
  holds: 'yes',
  holdsFor: 'every policy',
  needs: ['credentials'],
  cases: pickedCases(2, LASTING),
  check: (scorer, { events, policy, picks }, tolerance) => {
    const { contributors } = partsOf(events);
    const ring = strangers(2 + (picks[0]! % 4), contributors, 'ring');
    const quiet = [...events, ...ring.map((id) => says(id, id, policy))];
    const among = ring.map((id, k) => says(id, at(ring, k + 1), policy));
    const outward = chosen(contributors, picks[1]!).map((id, k) =>
      says(at(ring, k), id, policy, { weight: 9 }),
    );
    const before = told(scorer, quiet, policy, tolerance);
    const after = told(scorer, [...quiet, ...among, ...outward], policy, tolerance);
    const rich = ring.find((id) => after.shares.get(id)! > 0);
    return rich === undefined ? differ(before, after) : `${has(after, rich)}, of a ring that nobody endorses`;
  },
});

export const worthlessSlander = invariant<PickedCase>({
  name: 'slander-without-trust',
  statement: 'Objections of accounts without trust change nothing.',
  formula: 'trust is the same with and without W-(u,.) where trust(u) = 0',
  source: 'DESIGN, theorem 2 with y(u) = 0',
  holds: 'yes',
  holdsFor: 'every policy',
  needs: ['credentials', 'objections'],
  cases: pickedCases(2, LASTING),
  check: (scorer, { events, policy, picks }, tolerance) => {
    const { contributors } = partsOf(events);
    const liars = strangers(1 + (picks[0]! % 3), contributors, 'liar');
    const quiet = [...events, ...liars.map((id) => says(id, id, policy))];
    const said = chosen(contributors, picks[1]! + 1).flatMap((id) =>
      liars.map((liar) => says(liar, id, policy, { type: 'object', weight: 9 })),
    );
    return differ(
      told(scorer, quiet, policy, tolerance),
      told(scorer, [...quiet, ...said], policy, tolerance),
    );
  },
});

export const slanderBound = invariant<PickedCase>({
  name: 'slander-bound',
  statement:
    'Slanderers who said nothing before cost everybody together at most a multiple of their own trust.',
  formula:
    "sum |trust' - trust| <= 2 objectionWeight damping / (a balance) x trust(slanderers), half of it for any one",
  source: 'DESIGN, theorem 2 for the residual objectionWeight x damping x y(slanderers)',
  holds: 'yes',
  holdsFor: 'every policy',
  needs: ['credentials', 'objections'],
  cases: pickedCases(3, LASTING),
  check: (scorer, { events, policy, picks }, tolerance) => {
    const { contributors } = partsOf(events);
    const liars = strangers(1 + (picks[0]! % 3), contributors, 'liar');
    const weight = 1 / (1 + (picks[2]! % 40));
    const quiet = [...events, ...liars.map((target) => ({ type: 'grant' as const, target, weight }))];
    const said = chosen(contributors, picks[1]! + 1).flatMap((id) =>
      liars.map((liar) => says(liar, id, policy, { type: 'object', weight: 9 })),
    );
    const before = told(scorer, quiet, policy, tolerance);
    const after = told(scorer, [...quiet, ...said], policy, tolerance);
    const factor = over(exactly(2 * policy.objectionWeight * policy.damping), floorOf(policy));
    const most = times(factor, before.among(liars));
    const moved = distance(before, after);
    if (!surelyAbove(moved, most)) return undefined;
    return `slander moves ${figure(moved)} of trust in all; slanderers with ${figure(before.among(liars))} of it can move ${figure(most)}`;
  },
});

/** With credentials in force, or without objections. */
function sheltered(asked: InvariantConstraints) {
  return fc
    .tuple(fc.oneof(casesOf(asked, LASTING), casesOf(asked, UNSIGNED)), fc.tuple(pick()))
    .map(([one, picks]): PickedCase => ({ ...one, picks }));
}

export const whitewashing = invariant<PickedCase>({
  name: 'whitewashing',
  statement:
    'A new name never helps: nobody has less trust than a new account that nobody knows, even one that says the same.',
  formula:
    'trust(new) <= trust(v) for every v, where nobody endorses the new one and it has no credential of its own',
  source: 'DESIGN, the trust equations; Friedman and Resnick 2001, cheap pseudonyms',
  holds: 'yes',
  holdsFor: 'every policy, where credentials are in force or nobody objects',
  cases: sheltered,
  check: (scorer, { events, policy, picks }, tolerance) => {
    const { contributors, statements } = partsOf(events);
    if (contributors.length === 0) return undefined;
    const old = at(contributors, picks[0]!);
    const [name] = strangers(1, contributors, 'new name') as [string];
    const again = statements
      .filter(({ source, target }) => source === old && target !== old)
      .map((said) => ({ ...said, source: name }));
    const scores = told(scorer, [...events, says(name, name, policy), ...again], policy, tolerance);
    const worse = contributors.find((id) => surelyAbove(scores.of(name), scores.of(id)));
    if (worse === undefined) return undefined;
    return `${has(scores, worse)}, and ${figure(scores.of(name))} under a new name`;
  },
});
