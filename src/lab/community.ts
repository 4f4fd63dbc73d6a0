/**
 * The honest community as attacks see it: what is live in a record, in dense indices. Everything that an
 * attacker could know is here: who endorses whom, how they usually weigh it, who holds credentials, who is
 * trusted most. O(order + statements) to make, and nothing in it changes afterwards.
 */
import { DEFAULT_KIND } from '../event.ts';
import type { Xoshiro } from '../insight/xoshiro.ts';
import type { Record } from '../record/record.ts';

/** Statements in their order, by index of contributor. */
export interface Said {
  readonly source: Uint32Array;
  readonly target: Uint32Array;
  /** Below zero for an objection. */
  readonly weight: Float64Array;
  /** Places in `kinds`. */
  readonly kind: Uint16Array;
  /** Epoch milliseconds; NaN where there is no date. */
  readonly at: Float64Array;
}

export interface Credential {
  readonly holder: number;
  readonly weight: number;
  readonly issuer: string;
  readonly at: number;
}

/** How many of the least endorsed count as newcomers. */
const NEWCOMERS = 100;

export class Community {
  readonly ids: readonly string[];
  readonly said: Said;
  readonly kinds: readonly string[];
  readonly credentials: readonly Credential[];
  /** Who holds a credential, in the order in which they were granted. */
  readonly holders: readonly number[];
  /** The newest date, where attacks begin; NaN where nothing has one. */
  readonly newest: number;
  /** The largest weight of an endorsement: a top mark. */
  readonly most: number;
  /** The kind that most statements are of. */
  readonly usual: number;
  /** Contributors by falling trust; in the order of first mention until `rank` is called. */
  ranked: Uint32Array;
  /** The endorsements of u are `#places[#starts[u], #starts[u + 1])` of what was said. */
  readonly #starts: Uint32Array;
  readonly #places: Uint32Array;
  readonly #endorsed: Uint32Array;

  constructor(record: Record) {
    const { contributors, credentials, policy } = record;
    const dense = new Uint32Array(contributors.length);
    const ids: string[] = [];
    for (let u = 0; u < contributors.length; u++) {
      if (!record.present(u)) continue;
      dense[u] = ids.length;
      ids.push(contributors.text(u));
    }
    this.ids = ids;
    // Where nothing was said yet an attacker says what the policy lets it.
    const sayable = Object.keys(policy.kinds ?? {})[0] ?? DEFAULT_KIND;
    this.kinds = record.kinds.names.length > 0 ? [...record.kinds.names] : [sayable];
    this.newest = Number.isNaN(record.newest) && policy.halfLife !== null ? 0 : record.newest;
    this.said = saidIn(record, dense);
    const { source, target, weight, kind } = this.said;
    const order = ids.length;
    const starts = new Uint32Array(order + 1);
    const endorsed = new Uint32Array(order);
    const ofKind = new Uint32Array(this.kinds.length);
    let most = 0;
    for (let k = 0; k < source.length; k++) {
      ofKind[kind[k]!]!++;
      if (!this.#endorses(k)) continue;
      starts[source[k]! + 1]!++;
      endorsed[target[k]!]!++;
      if (weight[k]! > most) most = weight[k]!;
    }
    for (let u = 0; u < order; u++) starts[u + 1]! += starts[u]!;
    const places = new Uint32Array(starts[order]!);
    const cursor = starts.slice();
    for (let k = 0; k < source.length; k++) if (this.#endorses(k)) places[cursor[source[k]!]!++] = k;
    this.most = most > 0 ? most : 1;
    this.usual = ofKind.indexOf(Math.max(...ofKind));
    this.#starts = starts;
    this.#places = places;
    this.#endorsed = endorsed;
    const granted: Credential[] = [];
    for (let entry = 0; entry < credentials.length; entry++) {
      if (credentials.dead.get(entry) === 1) continue;
      const holder = dense[credentials.holder.get(entry)]!;
      const [issuer, at] = [credentials.issuer[entry]!, credentials.at.get(entry)];
      granted.push({ holder, weight: credentials.weight.get(entry), issuer, at });
    }
    this.credentials = granted;
    this.holders = [...new Set(granted.map(({ holder }) => holder))];
    this.ranked = Uint32Array.from(ids, (_, u) => u);
  }

  get order(): number {
    return this.ids.length;
  }

  /** Endorsements of others that are live. */
  get endorsements(): number {
    return this.#places.length;
  }

  /** Orders contributors by what they are trusted with; equal ones by first mention. */
  rank(trust: ArrayLike<number>): void {
    this.ranked = this.ranked.toSorted((u, v) => trust[v]! - trust[u]! || u - v);
  }

  /** A contributor that u endorses; -1 where it endorses nobody. */
  endorsedBy(u: number, chance: Xoshiro): number {
    const from = this.#starts[u]!;
    const count = this.#starts[u + 1]! - from;
    return count === 0 ? -1 : this.said.target[this.#places[from + chance.below(count)]!]!;
  }

  /** What u would weigh an endorsement by: as one of its own, or else one of anybody's. */
  habit(u: number, chance: Xoshiro): number {
    const from = this.#starts[u]!;
    const count = this.#starts[u + 1]! - from;
    const all = this.#places.length;
    if (all === 0) return 1;
    const place = count > 0 ? from + chance.below(count) : chance.below(all);
    return this.said.weight[this.#places[place]!]!;
  }

  /** The least endorsed contributors, of those who are endorsed at all: at most a hundred. */
  newcomers(): Uint32Array {
    const known = Uint32Array.from(this.ids, (_, u) => u).filter((u) => this.#endorsed[u]! > 0);
    return known.sort((u, v) => this.#endorsed[u]! - this.#endorsed[v]! || u - v).subarray(0, NEWCOMERS);
  }

  #endorses(k: number): boolean {
    return this.said.weight[k]! > 0 && this.said.source[k] !== this.said.target[k];
  }
}

function saidIn({ statements }: Record, dense: Uint32Array): Said {
  const live: number[] = [];
  for (let entry = 0; entry < statements.length; entry++) {
    if (statements.dead.get(entry) === 0) live.push(entry);
  }
  return {
    source: Uint32Array.from(live, (entry) => dense[statements.source.get(entry)]!),
    target: Uint32Array.from(live, (entry) => dense[statements.target.get(entry)]!),
    weight: Float64Array.from(live, (entry) => statements.weight.get(entry)),
    kind: Uint16Array.from(live, (entry) => statements.kind.get(entry)),
    at: Float64Array.from(live, (entry) => statements.at.get(entry)),
  };
}
