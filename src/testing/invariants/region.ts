/**
 * What a group can have, however many accounts it has and whatever they do inside (DESIGN.md, theorem 3; Cheng and
 * Friedman 2006). Everything is told in shares: where a group holds no credential the bound is homogeneous
 * in the voices, so no mass needs to be known.
 */
import { quote } from '../../error.ts';
import { fresh } from '../arbitraries/edit.ts';
import { at } from '../arbitraries/number.ts';
import type { PickedCase } from '../drawn.ts';
import { chosen, LASTING, pickedCases } from '../drawn.ts';
import { invariant } from '../invariant.ts';
import type { Range } from '../measured.ts';
import { exactly, figure, over, plus, surelyAbove, times } from '../measured.ts';
import { partsOf, says } from '../parts.ts';
import type { Told } from '../told.ts';
import { told } from '../told.ts';
import type { Weighed } from '../weighed.ts';
import { capped, floorOf, kept, PART_ERROR, weighed } from '../weighed.ts';

interface Entering {
  /** The flow of endorsements into a group from outside, in shares of all voice. */
  readonly flow: Range;
  /** The largest part of its voice that anybody outside gives to the group. */
  readonly gullibility: Range;
  /** Who outside endorses anybody inside. */
  readonly gullible: readonly string[];
}

function entering(scores: Told, { ids, said }: Weighed, inside: ReadonlySet<string>): Entering {
  const given = new Float64Array(ids.length);
  for (const { source, target, part, against } of said) {
    if (!against && inside.has(ids[target]!) && !inside.has(ids[source]!)) given[source]! += part;
  }
  const part = (u: number) => exactly(given[u]!, ids.length * PART_ERROR);
  const gullible = ids.map((_, u) => u).filter((u) => given[u]! > 0);
  // All shares together are off by no more than one bound, and no part is above 1.
  let flow = 0;
  for (const u of gullible) flow += given[u]! * scores.shares.get(ids[u]!)!;
  const around = { low: Math.max(0, flow - scores.off), high: flow + scores.off };
  return {
    flow: times(around, exactly(1, ids.length * PART_ERROR)),
    gullibility: part(gullible.reduce((most, u) => (given[u]! > given[most]! ? u : most), gullible[0] ?? 0)),
    gullible: gullible.map((u) => ids[u]!),
  };
}

export const regionBound = invariant<PickedCase>({
  name: 'region-bound',
  statement: 'No group has more trust than what flows into it from outside and its own credentials allow.',
  formula: 'x(S) <= [damping F + a (balance + (1 - balance) excess / sum C) C(S)] / (a balance)',
  source: 'DESIGN, theorem 3; Cheng and Friedman 2006',
  holds: 'yes',
  holdsFor: 'every policy; where somebody objects, of groups without credentials',
  cases: pickedCases(1),
  check: (scorer, { events, policy, picks }, tolerance) => {
    const ledger = weighed(events, policy);
    const scores = told(scorer, events, policy, tolerance);
    const open = ledger.ids.filter((_, v) => !ledger.objected || ledger.credentials[v] === 0);
    const group = chosen(open, picks[0]!);
    const inside = new Set(group);
    let own = 0;
    for (const id of group) own += ledger.credentials[ledger.place.get(id)!]!;
    const floor = floorOf(policy);
    const { flow } = entering(scores, ledger, inside);
    let most = over(times(exactly(policy.damping), flow), floor);
    if (own > 0) {
      // What is over the cap is at most all mass there is.
      const rate = exactly((1 - policy.damping) * (capped(policy) ? 1 : policy.balance), PART_ERROR);
      const share = over(exactly(own / ledger.credentialSum, PART_ERROR), kept(scores, ledger, policy));
      most = plus(most, over(times(rate, share), floor));
    }
    const has = scores.among(group);
    if (!surelyAbove(has, most)) return undefined;
    return `${named(group)} with ${figure(has)} of all trust together, more than ${figure(most)}`;
  },
});

export const gullibility = invariant<PickedCase>({
  name: 'gullibility',
  statement:
    'Where nobody gives a group without credentials more than a part of its voice, the group has at most that part of what the gullible have, times a factor of the policy.',
  formula: 'y(S) <= damping / (a balance) x max over u outside of W+(u,S)/D(u) x y(all who endorse S)',
  source: 'DESIGN, theorem 3, with F <= gullibility x y',
  holds: 'yes',
  holdsFor: 'every policy',
  needs: ['credentials'],
  cases: pickedCases(1, LASTING),
  check: (scorer, { events, policy, picks }, tolerance) => {
    const ledger = weighed(events, policy);
    const scores = told(scorer, events, policy, tolerance);
    const group = chosen(
      ledger.ids.filter((_, v) => ledger.credentials[v] === 0),
      picks[0]!,
    );
    const found = entering(scores, ledger, new Set(group));
    const factor = over(exactly(policy.damping), floorOf(policy));
    const most = times(times(factor, found.gullibility), scores.among(found.gullible));
    const has = scores.among(group);
    if (!surelyAbove(has, most)) return undefined;
    return `${named(group)} with ${figure(has)} of all trust together, more than ${figure(most)} that ${found.gullible.length === 0 ? 'nobody' : found.gullible.map(quote).join(', ')} can have given`;
  },
});

/** How many fakes there are: mostly few, since more of them take longer. */
const CROWDS = [1, 10, 3, 1, 10, 30, 1, 10, 100, 1000];

export const crowdOfFakes = invariant<PickedCase>({
  name: 'number-of-fakes',
  statement:
    'However many fake accounts there are, one or a hundred thousand, they have at most what the most gullible contributor allows.',
  formula:
    'trust(S) <= damping g / (a balance + damping g), g = max over honest u of W+(u,S)/D(u); |S| is not in it',
  source: 'DESIGN, theorem 3; Cheng and Friedman 2006',
  holds: 'yes',
  holdsFor: 'every policy, where fakes have no credentials',
  needs: ['credentials'],
  cases: pickedCases(4, LASTING),
  check: (scorer, { events, policy, picks }, tolerance) => {
    const { contributors } = partsOf(events);
    const fakes = crowd(at(CROWDS, picks[0]!), contributors);
    const [boss] = fakes as [string];
    // All endorse the first and one another in a ring, and some honest contributors endorse a few of them.
    const among = fakes.flatMap((id, k) => [says(id, boss, policy), says(id, at(fakes, k + 1), policy)]);
    const back = chosen(contributors, picks[3]!).map((id) => says(boss, id, policy));
    const gullible = chosen(contributors, picks[1]! + 1);
    const bought = gullible.map((id, k) => says(id, at(fakes, picks[2]! * k), policy));
    const attacked = [...events, ...among, ...back, ...bought];
    const scores = told(scorer, attacked, policy, tolerance);
    const { gullibility: part } = entering(scores, weighed(attacked, policy), new Set(fakes));
    const taken = times(exactly(policy.damping), part);
    const most = over(taken, plus(floorOf(policy), taken));
    const has = scores.among(fakes);
    if (!surelyAbove(has, most)) return undefined;
    return `fakes (${fakes.length}) with ${figure(has)} of all trust; what is bought for them allows ${figure(most)}`;
  },
});

const named = (group: readonly string[]) => `a group of ${group.map(quote).join(', ')}`;

function crowd(count: number, honest: readonly string[]): string[] {
  return Array.from({ length: count }, (_, k) => fresh(`fake ${k + 1}`, (id) => honest.includes(id)));
}
