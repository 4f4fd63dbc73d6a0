/**
 * The least that scores of trust have to satisfy: they are shares of one whole, they know no names, and
 * neither the order of what commutes nor what was taken back leaves a trace.
 */
import type { EventInput } from '../../event.ts';
import type { Policy } from '../../policy.ts';
import { apart, scored, shares } from '../answer.ts';
import { contributorIds } from '../arbitraries/contributor.ts';
import type { EditedCase } from '../arbitraries/edit.ts';
import { editedCases } from '../arbitraries/edit.ts';
import type { Case } from '../arbitraries/ledger.ts';
import { cases } from '../arbitraries/ledger.ts';
import { pick } from '../arbitraries/number.ts';
import { fc } from '../fast-check.ts';
import type { InvariantConstraints } from '../invariant.ts';
import { invariant } from '../invariant.ts';
import { standing } from '../standing.ts';

const anyCase = ({ policy, ledger }: InvariantConstraints) =>
  cases({ ...ledger, ...(policy !== undefined && { policy }) });

export const massAndPositivity = invariant({
  name: 'mass-and-positivity',
  statement: 'No score is below zero, and where anybody is there, somebody has more than nothing.',
  formula: 'trust(v) >= 0,  sum trust > 0',
  source: 'DESIGN, the trust equations',
  holds: 'yes',
  holdsFor: 'every policy',
  cases: anyCase,
  check: (scorer, { events, policy }) => {
    const scores = scored(scorer, events, policy);
    const somebody = scores.size === 0 || [...scores.values()].some((score) => score > 0);
    return somebody ? undefined : `all ${scores.size} contributors have a score of 0`;
  },
});

interface RenamedCase extends Case {
  /** New names, by the order of first mention. */
  readonly names: readonly string[];
}

export const renaming = invariant<RenamedCase>({
  name: 'renaming',
  statement: 'Who a contributor is does not matter: other names, the same scores.',
  formula: 'trust(s(L), s(v)) = trust(L, v) for every permutation s of names',
  source: 'Altman and Tennenholtz 2005, isomorphism',
  holds: 'yes',
  holdsFor: 'every policy',
  cases: (constraints) =>
    fc.tuple(anyCase(constraints), contributorIds(16)).map(([one, names]) => ({ ...one, names })),
  check: (scorer, { events, policy, names }, tolerance) => {
    const ids = [...new Set(events.flatMap(mentioned))];
    // Whoever is beyond the names that were drawn keeps an own one that nobody has.
    const called = new Map(ids.map((id, place) => [id, names[place] ?? `${place}/${names[0]}`]));
    const as = (id: string) => called.get(id)!;
    const there = events.map((event) => renamed(event, as));
    return apart(shares(scorer, events, policy), shares(scorer, there, policy), tolerance, as);
  },
});

/** Under a reserve that decay is measured against, the first statement sets the time. */
const timeless = ({ reserve, halfLife }: Policy) => reserve === 0 || halfLife === null;
const timelessCase = ({ policy, ledger }: InvariantConstraints) => ({
  ...ledger,
  policy: policy ?? { fixed: { reserve: 0 } },
});

interface ShuffledCase extends Case {
  /** Where each event goes: by these numbers, and after what it takes back. */
  readonly keys: readonly number[];
}

export const order = invariant<ShuffledCase>({
  name: 'order-of-commuting-events',
  statement: 'The order in which independent events arrive does not matter.',
  formula: 'trust(L e f) = trust(L f e) where neither event refers to the other',
  source: 'DESIGN, determinism',
  holds: 'yes',
  holdsFor: 'policies without a reserve or without a half-life',
  admits: timeless,
  cases: (constraints) =>
    fc
      // Who is forgotten, and which policy stands at the end, depends on the order.
      .tuple(
        cases({ ...timelessCase(constraints), forget: false, amend: false }),
        fc.array(pick(), { minLength: 8, maxLength: 8, size: 'max' }),
      )
      .map(([one, keys]) => ({ ...one, keys })),
  check: (scorer, { events, policy, keys }, tolerance) =>
    apart(shares(scorer, events, policy), shares(scorer, shuffled(events, keys), policy), tolerance),
});

export const undo = invariant<EditedCase>({
  name: 'undo',
  statement: 'An endorsement that is taken back leaves no trace.',
  formula: 'trust(L endorse(e) retract(e)) = trust(L)',
  source: 'DESIGN, the incremental state',
  holds: 'yes',
  holdsFor: 'policies without a reserve or without a half-life',
  needs: ['retractions'],
  admits: timeless,
  cases: (constraints) =>
    editedCases({ ...timelessCase(constraints), edit: { kinds: ['endorse'], events: 1 } }),
  check: (scorer, { events, policy, edit }, tolerance) => {
    // Newcomers stay when their endorsement is taken back.
    if (standing(events).contributors.length < 2) return undefined;
    const back = edit.map((event): EventInput => ({ type: 'retract', of: event.id! }));
    return apart(
      shares(scorer, events, policy),
      shares(scorer, [...events, ...edit, ...back], policy),
      tolerance,
    );
  },
});

function mentioned(event: EventInput): string[] {
  if (event.type === 'endorse' || event.type === 'object') return [event.source, event.target];
  return event.type === 'grant' ? [event.target] : [];
}

function renamed(event: EventInput, as: (id: string) => string): EventInput {
  switch (event.type) {
    case 'endorse':
    case 'object':
      return { ...event, source: as(event.source), target: as(event.target) };
    case 'grant':
      return { ...event, target: as(event.target) };
    case 'forget':
      return { ...event, contributor: as(event.contributor) };
    default:
      return event;
  }
}

/** The events in another order in which each is still valid: a withdrawal after all that has its id. */
function shuffled(events: readonly EventInput[], keys: readonly number[]): EventInput[] {
  const last = new Map<string, number>();
  const placed = events.map((event, place) => {
    let key = (keys[place % keys.length]! * (place + 1)) % 1009;
    if (event.type === 'retract' || event.type === 'revoke') key = Math.max(key, last.get(event.of) ?? 0);
    if (event.id !== undefined) last.set(event.id, Math.max(key, last.get(event.id) ?? 0));
    return { event, key };
  });
  // What is said again after it was taken back must not come first.
  for (const one of placed) {
    const { event } = one;
    if (event.type === 'retract' || event.type === 'revoke')
      one.key = Math.max(one.key, last.get(event.of) ?? 0);
  }
  return placed.sort((a, b) => a.key - b.key).map(({ event }) => event);
}
