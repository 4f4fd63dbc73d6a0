/**
 * Scorers by name: presets, the policy in force, what hosts use elsewhere, and functions of a host's own. A
 * preset sets damping, balance and cap; what else a policy says (kinds, decay, objections) stays in force.
 */
import { PeerageError, quote } from '../error.ts';
import type { Event } from '../event.ts';
import type { Columns } from '../graph/columns.ts';
import { type Policy, presets } from '../policy.ts';
import { weigh } from '../record/weigh.ts';
import { type Campaign, Side } from './campaign.ts';
import type { Community, Said } from './community.ts';
import { eventsOf, idsOf } from './events.ts';
import { recordOf } from './fill.ts';
import { type Scored, scoreByPolicy } from './ours.ts';
import { meanRating, pagerank } from './rivals.ts';

/** A scoring function: what each contributor has, by id. Who is left out has nothing. */
export type Scorer = (events: readonly Event[], policy: Policy) => ReadonlyMap<string, number>;

/** A community with what an attack added; null for one that is left in peace. */
export class Battlefield {
  readonly order: number;
  readonly all: readonly Said[];
  readonly #added: Said | null;
  #columns: Columns | null = null;
  #events: Event[] | null = null;

  constructor(
    readonly community: Community,
    readonly campaign: Campaign | null,
    readonly policy: Policy,
  ) {
    this.order = campaign?.order ?? community.order;
    this.#added = campaign?.said() ?? null;
    this.all = this.#added === null ? [community.said] : [community.said, this.#added];
  }

  fake(u: number): boolean {
    return this.campaign?.sides[u] === Side.fake;
  }

  /** Weighed once: the presets do not differ in what they weigh. */
  columns(): Columns {
    if (this.#columns === null) {
      const record = recordOf(this.community, this.#added, this.order, this.policy);
      this.#columns = weigh(record, this.policy, record.newest);
    }
    return this.#columns;
  }

  events(): Event[] {
    this.#events ??= eventsOf(this.community, this.all);
    return this.#events;
  }
}

/** A scorer that has been looked up. */
export interface Judge {
  readonly name: string;
  readonly score: (field: Battlefield) => Scored;
}

/** @throws PeerageError `bad-option` for a name that is unknown. */
export function judgesOf(
  names: readonly string[],
  own: Readonly<{ [name: string]: Scorer }>,
  policy: Policy,
  tolerance: number,
): Judge[] {
  if (names.length === 0) {
    throw new PeerageError('bad-option', 'names no scorer; expected at least one', { field: 'compare' });
  }
  return [...new Set(names)].map((name) => {
    if (Object.hasOwn(own, name)) {
      const scorer = own[name]!;
      return { name, score: (field) => scoreByHost(field, name, scorer) };
    }
    if (name === 'mean-rating') return { name, score: ({ all, order }) => meanRating(all, order) };
    if (name === 'pagerank') return { name, score: ({ all, order }) => pagerank(all, order) };
    const under = name === 'policy' ? policy : presetOver(policy, name, Object.keys(own));
    return {
      name,
      score: (field) => scoreByPolicy(field.columns(), under, (u) => field.fake(u), tolerance),
    };
  });
}

/** The preset that a policy equals in all that presets set, or "policy". */
export function nameOf({ damping, balance, cap }: Policy): string {
  const same = Object.entries(presets).find(
    ([, preset]) => preset.damping === damping && preset.balance === balance && preset.cap === cap,
  );
  return same?.[0] ?? 'policy';
}

function presetOver(policy: Policy, name: string, own: readonly string[]): Policy {
  const preset = Object.entries(presets).find(([each]) => each === name)?.[1];
  if (preset !== undefined) {
    const { damping, balance, cap } = preset;
    return { ...policy, damping, balance, cap };
  }
  const known = [...Object.keys(presets), 'policy', 'mean-rating', 'pagerank', ...own];
  const reason = `${quote(name)} is no scorer; expected ${known.join(', ')}`;
  throw new PeerageError('bad-option', reason, { field: 'compare', value: name });
}

function scoreByHost(field: Battlefield, name: string, scorer: Scorer): Scored {
  const { community, order } = field;
  const found = scorer(field.events(), field.policy);
  const ids = idsOf(community, order);
  const score = Float64Array.from(ids, (id) => {
    const value: unknown = found.get(id) ?? 0;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    const reason = `gave ${quote(value)} to ${quote(id)}; expected a finite number`;
    throw new PeerageError('bad-option', reason, { field: `scorers.${name}`, value });
  });
  return { score, bound: null, error: 0 };
}
