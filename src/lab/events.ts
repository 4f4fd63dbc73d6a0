/** A community under attack as events, for scoring functions that read those: whoever is a fake has a name like any other. */
import type { Event } from '../event.ts';
import type { Community, Said } from './community.ts';

/** Ids by index: those of the community, then names for accounts that nobody there has. */
export function idsOf({ ids }: Community, order: number): string[] {
  const known = new Set(ids);
  const names = [...ids];
  for (let number = 1; names.length < order; number++) {
    const name = `account ${number}`;
    if (!known.has(name)) names.push(name);
  }
  return names;
}

/** Credentials first, then what was said, in its order. */
export function eventsOf(community: Community, all: readonly Said[]): Event[] {
  const events: Event[] = [];
  let order = community.order;
  for (const { source, target } of all) {
    for (let k = 0; k < source.length; k++) order = Math.max(order, source[k]! + 1, target[k]! + 1);
  }
  const ids = idsOf(community, order);
  for (const { holder, weight, issuer, at } of community.credentials) {
    events.push({ type: 'grant', target: ids[holder]!, weight, issuer, ...dated(at) });
  }
  for (const { source, target, weight, kind, at } of all) {
    for (let k = 0; k < source.length; k++) {
      events.push({
        type: weight[k]! > 0 ? 'endorse' : 'object',
        source: ids[source[k]!]!,
        target: ids[target[k]!]!,
        weight: Math.abs(weight[k]!),
        kind: community.kinds[kind[k]!]!,
        ...dated(at[k]!),
      });
    }
  }
  return events;
}

function dated(at: number): { at?: number } {
  return Number.isNaN(at) ? {} : { at };
}
