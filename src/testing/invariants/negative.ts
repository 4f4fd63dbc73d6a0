/**
 * What trust does not satisfy, and no score of this kind can: said here so that nobody builds on it. Each has a
 * smallest counterexample, which a test replays.
 */
import { quote } from '../../error.ts';
import type { EventInput } from '../../event.ts';
import type { Policy } from '../../policy.ts';
import { presets } from '../../policy.ts';
import type { EditedCase } from '../arbitraries/edit.ts';
import { editedCases, fresh } from '../arbitraries/edit.ts';
import { at } from '../arbitraries/number.ts';
import type { StatementInput } from '../arbitraries/statement.ts';
import type { PickedCase, Wanted } from '../drawn.ts';
import { LASTING, pickedCases, UNCAPPED, UNSIGNED } from '../drawn.ts';
import type { InvariantConstraints } from '../invariant.ts';
import { invariant } from '../invariant.ts';
import { exactly, figure, over, plus, surelyAbove, surelyApart } from '../measured.ts';
import { ledgerOf, partsOf, says } from '../parts.ts';
import type { GrantInput } from '../standing.ts';
import { standing } from '../standing.ts';
import type { Told } from '../told.ts';
import { has, told } from '../told.ts';

const CLASSIC: Policy = presets.classic;
const OPEN: Wanted = { ...UNSIGNED, policy: UNCAPPED };
const NEVER = { holds: 'no', holdsFor: 'no policy but damping 0' } as const;

const says1 = (source: string, target: string): EventInput => ({ type: 'endorse', source, target });
const grants1 = (target: string): EventInput => ({ type: 'grant', target });

/** One more endorsement, and scores before and after. */
const endorsed =
  (wanted: Wanted = {}) =>
  ({ policy, ledger }: InvariantConstraints) =>
    editedCases({
      ...ledger,
      ...wanted,
      policy: policy ?? wanted.policy ?? {},
      edit: { kinds: ['endorse'], events: 1 },
    });

function around(
  scorer: Parameters<typeof told>[0],
  { events, policy, edit }: EditedCase,
  tolerance: number,
): { before: Told; after: Told; edge: StatementInput } | undefined {
  if (standing(events).contributors.length < 2) return undefined;
  return {
    before: told(scorer, events, policy, tolerance),
    after: told(scorer, [...events, ...edit], policy, tolerance),
    edge: edit[0] as StatementInput,
  };
}

const edge = ({ source, target }: StatementInput) => `${quote(source)} endorses ${quote(target)}`;

export const noHarm = invariant<EditedCase>({
  ...NEVER,
  name: 'no-harm',
  statement: 'Endorsing one contributor lowers nobody else.',
  formula: "trust'(w) >= trust(w) for every w after u endorses v",
  source: 'DESIGN: each contributor has one voice, shared among all that it says',
  counterexample: {
    policy: CLASSIC,
    events: [grants1('ada'), says1('ada', 'bob'), says1('cleo', 'cleo')],
    edit: [says1('ada', 'cleo')],
  } as EditedCase,
  cases: endorsed(OPEN),
  check: (scorer, one, tolerance) => {
    const found = around(scorer, one, tolerance);
    if (found === undefined) return undefined;
    const { before, after } = found;
    const who = [...before.shares.keys()].find((id) => surelyAbove(before.of(id), after.of(id)));
    if (who === undefined) return undefined;
    return `${has(before, who)}, and ${figure(after.of(who))} once ${edge(found.edge)}`;
  },
});

export const ownVoice = invariant<EditedCase>({
  ...NEVER,
  name: 'own-statements',
  statement: 'What a contributor says does not change its own trust.',
  formula: "trust'(u) = trust(u) after u endorses v",
  source: 'Cheng and Friedman 2006: what comes back along a cycle; bounded by self-boost',
  counterexample: {
    policy: CLASSIC,
    events: [grants1('ada'), grants1('cleo'), says1('ada', 'bob')],
    edit: [says1('bob', 'ada')],
  } as EditedCase,
  cases: endorsed(OPEN),
  check: (scorer, one, tolerance) => {
    const found = around(scorer, one, tolerance);
    if (found === undefined) return undefined;
    const { before, after } = found;
    const { source } = found.edge;
    if (!surelyApart(before.of(source), after.of(source))) return undefined;
    return `${has(before, source)}, and ${figure(after.of(source))} once ${edge(found.edge)}`;
  },
});

export const sybilProofness = invariant<PickedCase>({
  ...NEVER,
  name: 'sybil-proofness',
  statement: 'Nobody gains any trust by making fresh accounts.',
  formula: "trust'(v) <= trust(v) once v and fresh accounts endorse each other and nobody else",
  source: 'Cheng and Friedman 2005: no symmetric reputation is sybil-proof; bounded by self-boost',
  needs: ['credentials'],
  counterexample: {
    policy: CLASSIC,
    events: [grants1('ada'), grants1('cleo'), says1('ada', 'bob')],
    picks: [2],
  } as PickedCase,
  cases: pickedCases(1, { ...LASTING, ...OPEN }),
  check: (scorer, { events, policy, picks }, tolerance) => {
    const parts = partsOf(events);
    const { contributors, statements } = parts;
    const boss = at(contributors, picks[0]!);
    const fake = fresh('fake', (id) => contributors.includes(id));
    const ring = [says(boss, fake, policy), says(fake, boss, policy)];
    const rest = statements.filter(({ source }) => source !== boss);
    const before = told(scorer, events, policy, tolerance);
    const with_ = ledgerOf({ ...parts, statements: [...rest, ...ring] }, policy);
    const after = told(scorer, with_, policy, tolerance);
    if (!surelyAbove(after.of(boss), before.of(boss))) return undefined;
    return `${has(before, boss)} alone, and ${figure(after.of(boss))} with a fake account that endorses it back`;
  },
});

export const linearityOfShares = invariant<PickedCase>({
  ...NEVER,
  name: 'linearity-of-shares',
  statement: 'The trust that two lots of credentials bring together is the mean of what each brings alone.',
  formula: 'trust(C1 + C2) = [sum C1 trust(C1) + sum C2 trust(C2)] / sum (C1 + C2)',
  source: 'DESIGN: publishing divides by what is not lost, and each lot loses another part; see linearity',
  counterexample: {
    policy: CLASSIC,
    events: [says1('ada', 'bob'), says1('bob', 'ada'), says1('cleo', 'cleo')],
    picks: [0, 2],
  } as PickedCase,
  cases: pickedCases(2, { ...OPEN, credentials: 'none' }),
  check: (scorer, { events, policy, picks }, tolerance) => {
    const parts = partsOf(events);
    const { contributors } = parts;
    if (contributors.length === 0) return undefined;
    const lots = picks.map((drawn): GrantInput => ({ type: 'grant', target: at(contributors, drawn) }));
    const under = (grants: GrantInput[]) =>
      told(scorer, ledgerOf({ ...parts, grants }, policy), policy, tolerance);
    const [one, other, both] = [under([lots[0]!]), under([lots[1]!]), under(lots)];
    const mean = (id: string) => over(plus(one.of(id), other.of(id)), exactly(2));
    const who = contributors.find((id) => surelyApart(both.of(id), mean(id)));
    if (who === undefined) return undefined;
    return `${has(both, who)} by both credentials, and ${figure(one.of(who))} and ${figure(other.of(who))} by each alone`;
  },
});

export const freeNames = invariant<PickedCase>({
  name: 'whitewashing-without-credentials',
  statement: 'A new name never helps, even where no credential is in force.',
  formula: 'trust(new) <= trust(v) for every v, where every account has a restart of its own',
  source: 'Friedman and Resnick 2001, cheap pseudonyms; see whitewashing',
  holds: 'no',
  holdsFor: 'objectionWeight 0 alone',
  needs: ['objections'],
  counterexample: {
    policy: CLASSIC,
    events: [{ type: 'object', source: 'ada', target: 'bob' }],
    picks: [],
  } as PickedCase,
  cases: pickedCases(0, { credentials: 'none' }),
  check: (scorer, { events, policy }, tolerance) => {
    const { contributors } = standing(events);
    const name = fresh('new name', (id) => contributors.includes(id));
    const scores = told(scorer, [...events, says(name, name, policy)], policy, tolerance);
    const worse = contributors.find((id) => surelyAbove(scores.of(name), scores.of(id)));
    if (worse === undefined) return undefined;
    return `${has(scores, worse)}, and ${figure(scores.of(name))} under a new name`;
  },
});

export const rankFromNothing = invariant<PickedCase>({
  name: 'rank-monotone-from-nothing',
  statement: 'Nobody overtakes a contributor because it is endorsed, even if nobody trusted either before.',
  formula: "trust(w) <= trust(v)  =>  trust'(w) <= trust'(v) after u endorses v, also where trust(v) = 0",
  source: 'Boldi and Vigna 2017 show it where everybody restarts; see rank-monotone',
  holds: 'no',
  holdsFor: 'd up to (sqrt(5) - 1)/2 = 0.618: a walk into a pair comes by more often than it came in',
  needs: ['credentials'],
  without: ['objections'],
  counterexample: { policy: CLASSIC, events: [grants1('ada')], picks: [0] } as PickedCase,
  cases: pickedCases(1, { ...LASTING, ...OPEN }),
  check: (scorer, { events, policy, picks }, tolerance) => {
    const { contributors } = standing(events);
    const [door, one, other] = ['door', 'one', 'other'].map((name) =>
      fresh(name, (id) => contributors.includes(id)),
    ) as [string, string, string];
    const pair = [says(door, one, policy), says(one, other, policy), says(other, one, policy)];
    const who = at(contributors, picks[0]!);
    const before = told(scorer, [...events, ...pair], policy, tolerance);
    const after = told(scorer, [...events, ...pair, says(who, door, policy)], policy, tolerance);
    if (before.shares.get(one)! > before.shares.get(door)!) return undefined;
    if (!surelyAbove(after.of(one), after.of(door))) return undefined;
    return `${has(before, door)} and ${has(before, one)}; once ${quote(who)} endorses ${quote(door)}, ${figure(after.of(door))} and ${figure(after.of(one))}`;
  },
});

export const dilutedObjection = invariant<PickedCase>({
  name: 'score-monotone-with-objections',
  statement:
    'A new endorsement never lowers the trust of the one it is for, even from somebody who also objects.',
  formula: "trust'(v) >= trust(v) after u endorses v, where u objects to w",
  source:
    'DESIGN: one voice for both, so u objects less, and whoever that frees may gain more; y(v) itself never falls, its share may',
  holds: 'no',
  holdsFor: 'objectionWeight 0 alone; see score-monotone',
  needs: ['objections', 'credentials'],
  counterexample: {
    policy: CLASSIC,
    events: [{ type: 'grant', target: 'bob', weight: 9 }],
    picks: [0],
  } as PickedCase,
  cases: pickedCases(1, { ...LASTING, policy: UNCAPPED }),
  check: (scorer, { events, policy, picks }, tolerance) => {
    const { contributors } = standing(events);
    // A critic objects to one of a pair who endorse each other, and then endorses somebody else.
    const [critic, one, other] = ['critic', 'one', 'other'].map((name) =>
      fresh(name, (id) => contributors.includes(id)),
    ) as [string, string, string];
    const against = [
      ...[critic, one].map((target): EventInput => ({ type: 'grant', target })),
      ...[says(one, other, policy), says(other, one, policy)],
      says(critic, one, policy, { type: 'object' }),
    ];
    const v = at(contributors, picks[0]!);
    const before = told(scorer, [...events, ...against], policy, tolerance);
    const after = told(scorer, [...events, ...against, says(critic, v, policy)], policy, tolerance);
    if (!surelyAbove(before.of(v), after.of(v))) return undefined;
    return `${has(before, v)}, and ${figure(after.of(v))} once ${quote(critic)}, who objects to ${quote(one)}, endorses it`;
  },
});
