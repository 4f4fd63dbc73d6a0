/**
 * What a scorer tells of a ledger, as shares that are known within bounds: within the `bound` that its answer carries,
 * if it carries one, and within the tolerance it is granted otherwise (L1, all shares together).
 */
import { quote } from '../error.ts';
import type { EventInput } from '../event.ts';
import type { Policy } from '../policy.ts';
import type { Scorer } from './answer.ts';
import { scored } from './answer.ts';
import type { Range } from './measured.ts';
import { figure } from './measured.ts';

export interface Told {
  /** Shares: 1 in all, or all 0. */
  readonly shares: ReadonlyMap<string, number>;
  /** How far all shares together may lie from the exact ones. */
  readonly off: number;
  /** The share of one contributor; 0 for whom the ledger does not know. */
  of(id: string): Range;
  /** What these contributors have together. */
  among(ids: Iterable<string>): Range;
}

/** @throws ScorerFault for what is no answer. */
export function told(scorer: Scorer, events: readonly EventInput[], policy: Policy, tolerance: number): Told {
  const scores = scored(scorer, events, policy);
  const { bound } = scores as { bound?: unknown };
  let total = 0;
  for (const score of scores.values()) total += score;
  const shares = new Map<string, number>();
  for (const [id, score] of scores) shares.set(id, total === 0 ? 0 : score / total);
  // The sum and the quotients round, each by half a unit in the last place.
  const off = (typeof bound === 'number' ? bound : tolerance) + (scores.size + 2) * 2 ** -53;
  const around = (share: number): Range => ({
    low: Math.max(0, share - off),
    high: Math.min(1, share + off),
  });
  return {
    shares,
    off,
    of: (id) => (shares.has(id) ? around(shares.get(id)!) : { low: 0, high: 0 }),
    among: (ids) => {
      let sum = 0;
      for (const id of ids) sum += shares.get(id) ?? 0;
      return around(sum);
    },
  };
}

/** The L1 distance of all shares; contributors whom one side does not know have 0 there. */
export function distance(here: Told, there: Told): Range {
  let sum = 0;
  for (const id of new Set([...here.shares.keys(), ...there.shares.keys()])) {
    sum += Math.abs((here.shares.get(id) ?? 0) - (there.shares.get(id) ?? 0));
  }
  const off = here.off + there.off;
  return { low: Math.max(0, sum - off), high: sum + off };
}

/** The sentence that names whom two answers tell most differently of, if they cannot be the same; `as` names him there. */
export function differ(here: Told, there: Told, as: (id: string) => string = (id) => id): string | undefined {
  let [sum, most, who] = [0, -1, ''];
  for (const [id, share] of here.shares) {
    const moved = Math.abs(share - (there.shares.get(as(id)) ?? 0));
    sum += moved;
    if (moved > most) [most, who] = [moved, id];
  }
  if (sum <= here.off + there.off) return undefined;
  return `${has(here, who)} one way, and ${figure(there.of(as(who)))} the other`;
}

/** "ada" has 0.25 */
export function has(told: Told, id: string): string {
  return `${quote(id)} has ${figure(told.of(id))}`;
}
