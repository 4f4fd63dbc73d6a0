/**
 * What stands at the end of a ledger, replayed event by event in plain objects: who is there, what is said
 * and granted, what can be taken back. For drawing edits and for judging scores, so it shares no code with
 * the engine's record; it checks nothing, and expects a ledger that an engine would take.
 */
import type { EventInput } from '../event.ts';
import type { StatementInput } from './arbitraries/statement.ts';

export type GrantInput = Extract<EventInput, { type: 'grant' }>;

export interface Standing {
  /** Contributors in the order of their first mention, without those who were forgotten. */
  readonly contributors: readonly string[];
  /** Endorsements and objections in force, in their order. */
  readonly statements: readonly StatementInput[];
  /** Credentials in force, in their order. */
  readonly grants: readonly GrantInput[];
  /** Ids that events have had. */
  readonly ids: ReadonlySet<string>;
  /** Whether an `advance` has been said, and the last date of one. */
  readonly advanced?: number;
}

export function standing(events: readonly EventInput[]): Standing {
  const ids = new Set<string>();
  const contributors = new Set<string>();
  let said: (StatementInput | GrantInput)[] = [];
  let advanced: number | undefined;
  for (const event of events) {
    if (event.id !== undefined) {
      // The same event once more.
      if (ids.has(event.id)) continue;
      ids.add(event.id);
    }
    switch (event.type) {
      case 'endorse':
      case 'object':
        contributors.add(event.source).add(event.target);
        said.push(event);
        break;
      case 'grant':
        contributors.add(event.target);
        said.push(event);
        break;
      case 'retract':
      case 'revoke':
        said = said.filter(({ id }) => id !== event.of);
        break;
      case 'advance':
        advanced = new Date(event.at!).getTime();
        break;
      case 'forget':
        contributors.delete(event.contributor);
        said = said.filter(
          (one) => one.target !== event.contributor && !('source' in one && one.source === event.contributor),
        );
    }
  }
  return {
    contributors: [...contributors],
    statements: said.filter((one): one is StatementInput => one.type !== 'grant'),
    grants: said.filter((one): one is GrantInput => one.type === 'grant'),
    ids,
    ...(advanced !== undefined && { advanced }),
  };
}
