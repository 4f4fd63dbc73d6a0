/**
 * A ledger taken apart into what stands at its end, and put together again: for invariants that change a ledger
 * in ways that no event does (split an account, move what it says). What is put together scores as the
 * ledger did, and nothing in it has an id.
 */
import type { EventInput } from '../event.ts';
import type { Policy } from '../policy.ts';
import type { StatementInput } from './arbitraries/statement.ts';
import { FIRST_DAY } from './arbitraries/statement.ts';
import type { GrantInput } from './standing.ts';
import { standing } from './standing.ts';
import { firstDate } from './weighed.ts';

export interface Parts {
  readonly contributors: readonly string[];
  readonly statements: readonly StatementInput[];
  readonly grants: readonly GrantInput[];
  /** The date that a reserve is measured at. */
  readonly time?: number;
}

export function partsOf(events: readonly EventInput[]): Parts {
  const { contributors, statements, grants, advanced } = standing(events);
  const time = advanced ?? firstDate(events);
  return {
    contributors,
    statements: statements.map(({ id: _, ...rest }) => rest),
    grants: grants.map(({ id: _, ...rest }) => rest),
    ...(time !== undefined && { time }),
  };
}

/** The ledger of these parts; who is only mentioned speaks of himself, which counts for nothing. */
export function ledgerOf({ contributors, statements, grants, time }: Parts, policy: Policy): EventInput[] {
  const heard = new Set([
    ...grants.map(({ target }) => target),
    ...statements.flatMap(({ source, target }) => [source, target]),
  ]);
  const alone = contributors.filter((id) => !heard.has(id));
  return [
    ...(time === undefined ? [] : [{ type: 'advance' as const, at: time }]),
    ...grants,
    ...statements,
    ...alone.map((id) => says(id, id, policy)),
  ];
}

/** A statement that suits the policy, dated in the middle of the dates that are drawn. */
export function says(
  source: string,
  target: string,
  { kinds, halfLife }: Policy,
  { type = 'endorse', weight = 1 }: Partial<Pick<StatementInput, 'type' | 'weight'>> = {},
): StatementInput {
  const kind = Object.keys(kinds ?? {})[0];
  return {
    type,
    source,
    target,
    ...(weight !== 1 && { weight }),
    ...(kind !== undefined && { kind }),
    ...(halfLife !== null && { at: FIRST_DAY + 500 * 86_400_000 }),
  };
}
