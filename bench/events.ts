/**
 * Events in succession for the incremental bench: drawn at random from a seed, an insertion of an absent
 * pair and a retraction of a live statement by turns, or the later statements of a dated stream. All of
 * them are drawn before anything is timed, so that drawing warms no cache line that an event will touch.
 */

import { Xoshiro } from '../src/insight/xoshiro.ts';
import type { Community } from './community.ts';

export interface Events {
  readonly count: number;
  /** The pair of each event, by contributor, and the live statements it has afterwards. */
  readonly source: Uint32Array;
  readonly target: Uint32Array;
  readonly weight: Uint32Array;
  /** The statement that it makes (1) or retracts (0); new ones are numbered after the community's. */
  readonly statement: Uint32Array;
  readonly makes: Uint8Array;
}

/** Statements of each contributor: the targets of u are `targets[starts[u], starts[u + 1])`. */
function said({ ids, source, target }: Community): { starts: Uint32Array; targets: Uint32Array } {
  const starts = new Uint32Array(ids.length + 1);
  for (let s = 0; s < source.length; s++) starts[source[s] + 1]++;
  for (let u = 0; u < ids.length; u++) starts[u + 1] += starts[u];
  const next = starts.slice(0, ids.length);
  const targets = new Uint32Array(source.length);
  for (let s = 0; s < source.length; s++) targets[next[source[s]]++] = target[s];
  return { starts, targets };
}

/** Live statements of a pair, as events go by. */
class PairWeights {
  readonly #order: number;
  readonly #said: ReturnType<typeof said>;
  readonly #moved = new Map<number, number>();

  constructor(community: Community, order: number) {
    this.#order = order;
    this.#said = said(community);
  }

  get(u: number, v: number): number {
    const moved = this.#moved.get(u * this.#order + v);
    if (moved !== undefined) return moved;
    const { starts, targets } = this.#said;
    let count = 0;
    for (let k = starts[u] ?? 0; k < (starts[u + 1] ?? 0); k++) if (targets[k] === v) count++;
    return count;
  }

  set(u: number, v: number, count: number): void {
    this.#moved.set(u * this.#order + v, count);
  }
}

function emptyEvents(count: number): Events {
  return {
    count,
    source: new Uint32Array(count),
    target: new Uint32Array(count),
    weight: new Uint32Array(count),
    statement: new Uint32Array(count),
    makes: new Uint8Array(count),
  };
}

/** Random events: insertions of pairs that are absent, and retractions of statements that live, by turns. */
export function drawEvents(community: Community, count: number, seed: number): Events {
  const random = new Xoshiro(seed);
  const order = community.ids.length;
  const first = community.source.length;
  const weights = new PairWeights(community, order);
  const events = emptyEvents(count);
  const newSource = new Uint32Array(count);
  const newTarget = new Uint32Array(count);
  const live = new Uint32Array(first + count);
  for (let s = 0; s < first; s++) live[s] = s;
  let living = first;
  let made = first;
  for (let k = 0; k < count; k++) {
    let u: number;
    let v: number;
    if ((k & 1) === 0) {
      do {
        u = random.below(order);
        v = random.below(order);
      } while (u === v || weights.get(u, v) > 0);
      newSource[made - first] = u;
      newTarget[made - first] = v;
      events.statement[k] = made;
      events.makes[k] = 1;
      live[living++] = made++;
    } else {
      const at = random.below(living);
      const statement = live[at];
      live[at] = live[--living];
      u = statement < first ? community.source[statement] : newSource[statement - first];
      v = statement < first ? community.target[statement] : newTarget[statement - first];
      events.statement[k] = statement;
    }
    const weight = weights.get(u, v) + (events.makes[k] === 1 ? 1 : -1);
    weights.set(u, v, weight);
    events.source[k] = u;
    events.target[k] = v;
    events.weight[k] = weight;
  }
  return events;
}

/** The statements of a stream after the first ones, as events. */
export function laterStatements(whole: Community, base: Community): Events {
  const first = base.source.length;
  const weights = new PairWeights(base, whole.ids.length);
  const events = emptyEvents(whole.source.length - first);
  for (let k = 0; k < events.count; k++) {
    const u = whole.source[first + k];
    const v = whole.target[first + k];
    const weight = weights.get(u, v) + 1;
    weights.set(u, v, weight);
    events.source[k] = u;
    events.target[k] = v;
    events.weight[k] = weight;
    events.statement[k] = first + k;
    events.makes[k] = 1;
  }
  return events;
}
