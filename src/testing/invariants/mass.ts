/**
 * Where trust comes from and how far it goes: from credentials alone, along endorsements, and less of it with every
 * step. All follow from the equations at their fixed point (DESIGN.md, the trust equations).
 */
import { casesOf, LASTING, UNCAPPED } from '../drawn.ts';
import { invariant } from '../invariant.ts';
import { exactly, figure, over, surelyAbove, surelyApart, times } from '../measured.ts';
import { has, told } from '../told.ts';
import type { Weighed } from '../weighed.ts';
import { capped, floorOf, longerWalk, PART_ERROR, weighed } from '../weighed.ts';

export const restartFloor = invariant({
  name: 'restart-floor',
  statement: 'A contributor whom nobody objects to keeps at least the part of its credentials that restarts.',
  formula: 'trust(v) >= a t(v) / sum C >= a balance C(v) / sum C;  >= (1 - d) C(v) / sum C without a cap',
  source: 'DESIGN, the trust equations: x(v) >= a t(v), and sum y <= sum C',
  holds: 'yes',
  holdsFor: 'every policy',
  cases: (asked) => casesOf(asked),
  check: (scorer, { events, policy }, tolerance) => {
    const ledger = weighed(events, policy);
    const scores = told(scorer, events, policy, tolerance);
    const d = longerWalk(policy);
    const rate = capped(policy) ? floorOf(policy) : { low: 1 - d.high, high: 1 - d.low };
    const accused = new Set(ledger.said.filter(({ against }) => against).map(({ target }) => target));
    for (const [v, id] of ledger.ids.entries()) {
      const least = times(rate, exactly(ledger.credentials[v]! / ledger.credentialSum, PART_ERROR));
      if (accused.has(v) || !surelyAbove(least, scores.of(id))) continue;
      return `${has(scores, id)}, and its credentials alone are worth ${figure(least)}`;
    }
    return undefined;
  },
});

/** How many endorsements lead from the nearest credential to each contributor; Infinity where none do. */
function steps({ ids, said, credentials }: Weighed): number[] {
  const far = ids.map((_, v) => (credentials[v]! > 0 ? 0 : Number.POSITIVE_INFINITY));
  for (let round = 0; round < ids.length; round++) {
    for (const { source, target, against } of said) {
      if (!against) far[target] = Math.min(far[target]!, far[source]! + 1);
    }
  }
  return far;
}

/** The least that the best chain of endorsements brings each contributor: a balance C, times damping W / D a step. */
function chains(
  { ids, said, credentials, credentialSum }: Weighed,
  damping: number,
  floor: number,
): number[] {
  const least = ids.map((_, v) => (floor * credentials[v]!) / credentialSum);
  for (let round = 0; round < ids.length; round++) {
    for (const { source, target, part, against } of said) {
      if (!against) least[target] = Math.max(least[target]!, damping * part * least[source]!);
    }
  }
  return least;
}

export const support = invariant({
  name: 'support',
  statement:
    'Whoever no chain of endorsements reaches from a credential has no trust at all, and a chain brings trust to everybody along it.',
  formula:
    'trust(v) = 0 if no chain leads from C > 0 to v;  trust(v) >= a balance C(s) / sum C x product of damping W / D along a chain from s',
  source: 'DESIGN, the trust equations; Altman and Tennenholtz 2005',
  holds: 'yes',
  holdsFor: 'every policy; the second part where nobody objects',
  cases: (asked) => casesOf(asked),
  check: (scorer, { events, policy }, tolerance) => {
    const ledger = weighed(events, policy);
    const scores = told(scorer, events, policy, tolerance);
    const least = chains(ledger, policy.damping, floorOf(policy).low);
    const far = steps(ledger);
    const reached = (v: number) =>
      far[v] === 0 || (policy.damping > 0 && far[v] !== Number.POSITIVE_INFINITY);
    for (const [v, id] of ledger.ids.entries()) {
      if (!reached(v) && scores.shares.get(id)! > 0) {
        return `${has(scores, id)}, and no chain of endorsements leads there from a credential`;
      }
      const worth = exactly(least[v]!, ledger.ids.length * PART_ERROR);
      if (!ledger.objected && surelyAbove(worth, scores.of(id))) {
        return `${has(scores, id)}, and one chain of endorsements alone brings ${figure(worth)}`;
      }
    }
    return undefined;
  },
});

export const noEdgeNoTrust = invariant({
  name: 'no-edge-no-trust',
  statement:
    'Where credentials are in force, whoever has neither a credential nor an endorsement has no trust.',
  formula: 'C(v) = 0 and W+(u,v) = 0 for every u  =>  trust(v) = 0',
  source: 'DESIGN, the trust equations; free accounts are worth nothing',
  holds: 'yes',
  holdsFor: 'every policy',
  needs: ['credentials'],
  cases: (asked) => casesOf(asked, LASTING),
  check: (scorer, { events, policy }, tolerance) => {
    const { ids, said, credentials } = weighed(events, policy);
    const scores = told(scorer, events, policy, tolerance);
    const endorsed = new Set(said.filter(({ against }) => !against).map(({ target }) => target));
    const rich = ids.find((id, v) => credentials[v] === 0 && !endorsed.has(v) && scores.shares.get(id)! > 0);
    return rich === undefined ? undefined : `${has(scores, rich)}, and neither endorsement nor credential`;
  },
});

export const baseline = invariant({
  name: 'baseline',
  statement:
    'What contributors have whom nobody endorses or objects to is in proportion to their credentials.',
  formula: 'trust(v) C(w) = trust(w) C(v) where nobody speaks of v and w',
  source: 'Was and Skibski 2018, baseline',
  holds: 'yes',
  holdsFor: 'policies without a cap, or top-down',
  admits: (policy) => !capped(policy),
  cases: (asked) => casesOf(asked, { policy: UNCAPPED }),
  check: (scorer, { events, policy }, tolerance) => {
    const { ids, said, credentials } = weighed(events, policy);
    const scores = told(scorer, events, policy, tolerance);
    const spoken = new Set(said.map(({ target }) => target));
    const quiet = ids.map((_, v) => v).filter((v) => !spoken.has(v));
    const [first, ...others] = quiet.sort((v, w) => credentials[w]! - credentials[v]!);
    if (first === undefined) return undefined;
    const [most, worth] = [scores.of(ids[first]!), exactly(credentials[first]!, PART_ERROR)];
    for (const v of others) {
      const due = times(most, over(exactly(credentials[v]!, PART_ERROR), worth));
      if (!surelyApart(scores.of(ids[v]!), due)) continue;
      return `${has(scores, ids[v]!)} for credentials of ${credentials[v]}, and ${has(scores, ids[first]!)} for ${credentials[first]}`;
    }
    return undefined;
  },
});

export const decayWithDistance = invariant({
  name: 'decay-with-distance',
  statement:
    'Trust fades with every step from the credentials: all who are farther than a step have at most the damped trust of all who are as far as it.',
  formula: 'trust(distance >= n) <= d x trust(distance >= n - 1), d = damping / (1 - a (1 - balance))',
  source: 'DESIGN, the trust equations, summed over all contributors at distance n or more',
  holds: 'yes',
  holdsFor: 'every policy',
  needs: ['credentials'],
  cases: (asked) => casesOf(asked, LASTING),
  check: (scorer, { events, policy }, tolerance) => {
    const ledger = weighed(events, policy);
    const scores = told(scorer, events, policy, tolerance);
    const far = steps(ledger);
    const from = (step: number) => scores.among(ledger.ids.filter((_, v) => far[v]! >= step));
    for (let step = 1; step <= ledger.ids.length; step++) {
      const most = times(longerWalk(policy), from(step - 1));
      if (!surelyAbove(from(step), most)) continue;
      return `who are ${step} or more steps from a credential have ${figure(from(step))} of all trust, more than ${figure(most)}, which is d times that of all from step ${step - 1} on`;
    }
    return undefined;
  },
});
