/**
 * The scores are the solution of the trust equations and of nothing else: within the bound that is stated, however
 * the ledger came about, and the same by other ways of writing the equations. The witnesses
 * (testing/equations.ts) share no code with our solver.
 */
import { quote } from '../../error.ts';
import type { Policy } from '../../policy.ts';
import { at, pick } from '../arbitraries/number.ts';
import type { PickedCase } from '../drawn.ts';
import { casesOf, pickedCases, UNCAPPED, UNSIGNED } from '../drawn.ts';
import { apart, round, solved, walkError, walked } from '../equations.ts';
import { fc } from '../fast-check.ts';
import { invariant } from '../invariant.ts';
import { exactly, figure, over, surelyAbove, times } from '../measured.ts';
import { ledgerOf, partsOf } from '../parts.ts';
import type { Told } from '../told.ts';
import { differ, told } from '../told.ts';
import { kept, longerWalk, weighed } from '../weighed.ts';

/** Shares of a witness, as if they were told. */
function witnessed(shares: ReadonlyMap<string, number>, off: number): Told {
  const around = (share: number) => ({ low: share - off, high: share + off });
  return {
    shares,
    off,
    of: (id) => around(shares.get(id) ?? 0),
    among: (ids) => around([...ids].reduce((sum, id) => sum + (shares.get(id) ?? 0), 0)),
  };
}

export const certificate = invariant({
  name: 'certificate',
  statement: 'The scores are within their stated bound of the solution of the trust equations.',
  formula: 'sum |trust - exact| <= bound, by default 1e-9',
  source: 'DESIGN, theorems 1 and 2',
  holds: 'yes',
  holdsFor: 'every policy',
  cases: (asked) => casesOf(asked),
  check: (scorer, { events, policy }, tolerance) => {
    const scores = told(scorer, events, policy, tolerance);
    if (scores.shares.size === 0) return undefined;
    const { shares, off } = solved(weighed(events, policy), policy);
    return differ(scores, witnessed(shares, off));
  },
});

export const history = invariant({
  name: 'history',
  statement:
    'Only what is in force counts, not how it came about: the ledger of what is in force has the same scores.',
  formula: 'trust(L) = trust(what stands at the end of L)',
  source: 'DESIGN, determinism; for an engine that keeps a state see checkIncremental',
  holds: 'yes',
  holdsFor: 'every policy',
  cases: (asked) => casesOf(asked),
  check: (scorer, { events, policy }, tolerance) =>
    differ(
      told(scorer, events, policy, tolerance),
      told(scorer, ledgerOf(partsOf(events), policy), policy, tolerance),
    ),
});

interface CappedCase extends PickedCase {
  readonly cap: number;
}

export const topDown = invariant<CappedCase>({
  name: 'top-down',
  statement:
    'At balance 1 all restart comes from credentials: no cap matters, and where nobody objects trust is personalised PageRank.',
  formula: 'balance 1: trust does not depend on cap; x = a C + damping P x',
  source: 'Page, Brin, Motwani and Winograd 1999; Jeh and Widom 2003',
  holds: 'yes',
  holdsFor: 'top-down policies',
  admits: ({ balance }) => balance === 1,
  cases: (asked) =>
    fc
      .tuple(pickedCases(0, { policy: { fixed: { balance: 1 } } })(asked), pick())
      .map(([one, drawn]) => ({ ...one, cap: (1 + (drawn % 30)) / 10 })),
  check: (scorer, { events, policy, cap }, tolerance) => {
    const free = told(scorer, events, { ...policy, cap: null }, tolerance);
    const broken = differ(free, told(scorer, events, { ...policy, cap }, tolerance));
    const ledger = weighed(events, policy);
    if (broken !== undefined || ledger.objected || ledger.ids.length === 0) return broken;
    const mass = walked(ledger, policy.damping);
    const sum = mass.reduce((all, one) => all + one, 0);
    const off = (2 * walkError(ledger, policy.damping).high * ledger.credentialSum) / sum;
    return differ(free, witnessed(new Map(ledger.ids.map((id, v) => [id, mass[v]! / sum])), off));
  },
});

export const longerWalks = invariant({
  name: 'longer-walks',
  statement:
    'Letting go means longer walks: without a cap, a lower balance is the same as more damping at balance 1.',
  formula: 'trust(damping, balance) = trust(damping / (1 - a (1 - balance)), 1)',
  source: 'DESIGN, the trust equations',
  holds: 'yes',
  holdsFor: 'policies without a cap, where nobody objects',
  without: ['objections'],
  admits: ({ cap }) => cap === null,
  cases: (asked) => casesOf(asked, { ...UNSIGNED, policy: UNCAPPED }),
  check: (scorer, { events, policy }, tolerance) => {
    const scores = told(scorer, events, policy, tolerance);
    if (scores.shares.size === 0) return undefined;
    const { damping, balance } = policy;
    const d = damping / (damping + (1 - damping) * balance);
    const other: Policy = { ...policy, damping: Math.min(d, 1 - Number.EPSILON), balance: 1 };
    const there = told(scorer, events, other, tolerance);
    // d is rounded: that moves mass by at most 2 |error of d| / (1 - d) of all credentials, and shares by twice
    // that over what is kept.
    const keeps = kept(there, weighed(events, other), other);
    const error = over(exactly((4 * (longerWalk(policy).high - d)) / (1 - d)), keeps).high;
    const off = Number.isFinite(error) ? error : 2;
    return differ(scores, { ...there, off: there.off + off });
  },
});

export const contraction = invariant<PickedCase>({
  name: 'contraction',
  statement:
    'One round of the equations, begun anywhere, ends nearer to the scores by a factor of 1 - a balance at least, capped or not.',
  formula: '|F(p) - x| <= (1 - a balance) |p - x| for every p, in the norm |dx| + objectionWeight |dz|',
  source: 'DESIGN, theorem 1; the cap-and-return map is 1-Lipschitz',
  holds: 'yes',
  holdsFor: 'every policy, where nobody objects (the scores then tell the whole state)',
  without: ['objections'],
  cases: pickedCases(8, UNSIGNED),
  check: (scorer, { events, policy, picks }, tolerance) => {
    const ledger = weighed(events, policy);
    const { ids, credentialSum: total } = ledger;
    if (ids.length === 0) return undefined;
    const scores = told(scorer, events, policy, tolerance);
    const unit = kept(scores, ledger, policy);
    const middle = (unit.low + unit.high) / 2;
    const none = new Float64Array(ids.length);
    // All as parts of the credentials, so that `off` is one too.
    const exact = { x: Float64Array.from(ids, (id) => middle * scores.shares.get(id)! * total), z: none };
    const start = { x: Float64Array.from(ids, (_, v) => ((at(picks, v) % 1000) / 500) * total), z: none };
    const off = total * (scores.off + unit.high - unit.low + (ledger.said.length + 256) * 2 ** -51);
    const before = apart(start, exact, 0);
    const after = apart(round(ledger, policy, start), exact, 0);
    const rate = exactly(1 - (1 - policy.damping) * policy.balance, 2 ** -51);
    const most = times(rate, { low: Math.max(0, before - off), high: before + off });
    if (!surelyAbove({ low: after - off, high: after + off }, most)) return undefined;
    return `a round from ${before} away ends ${after} away from the scores, and at most ${figure(most)} is allowed (${ids.map(quote).join(', ')})`;
  },
});
