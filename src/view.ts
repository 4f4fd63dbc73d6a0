/** Trust as one contributor sees it, published: immutable, ranked, with its bound and its sequence. */
import type { Ids, Interner } from './graph/interner.ts';
import { NONE } from './graph/interner.ts';
import { ranked } from './ranking.ts';
import type { Personal } from './solver/personal.ts';

/** How much a viewer trusts a contributor. */
export interface ViewScore {
  readonly contributor: string;
  /** Share of all trust that starts at the viewer, 0..1. */
  readonly trust: number;
  /** Place by trust from 1, ties by id in code-unit order; null where no trust arrives. */
  readonly rank: number | null;
}

export interface ViewInput extends Personal {
  /** The contributor of each row. */
  readonly contributorOf: Uint32Array;
  readonly contributors: Interner;
  readonly viewer: string;
  readonly sequence: number;
}

export class View {
  readonly viewer: string;
  /** Events that it takes into account. */
  readonly sequence: number;
  /** Proven L1 distance of all trust from the exact trust, 0..2. */
  readonly bound: number;
  /** Contributors that trust arrives at, the viewer included. */
  readonly length: number;
  readonly #ids: Ids;
  readonly #contributors: Interner;
  /** How many contributors there were. */
  readonly #known: number;
  /** By place. */
  readonly #contributor: Uint32Array;
  readonly #trust: Float64Array;
  readonly #place: ReadonlyMap<number, number>;

  constructor({ rows, voices, bound, contributorOf, contributors, viewer, sequence }: ViewInput) {
    this.viewer = viewer;
    this.sequence = sequence;
    this.bound = bound;
    this.length = rows.length;
    this.#contributors = contributors;
    this.#known = contributors.length;
    this.#ids = contributors.ids();
    let total = 0;
    for (const y of voices) total += y;
    const trust = voices.map((y) => y / total);
    const order = ranked(trust, (at) => this.#ids.text(contributorOf[rows[at]!]!));
    this.#contributor = Uint32Array.from(order, (at) => contributorOf[rows[at]!]!);
    this.#trust = Float64Array.from(order, (at) => trust[at]!);
    this.#place = new Map(Array.from(this.#contributor, (contributor, place) => [contributor, place]));
  }

  /** How much the viewer trusts a contributor; undefined if there was none of this id. */
  of(contributor: string): ViewScore | undefined {
    if (!contributor.isWellFormed()) return undefined;
    const index = this.#contributors.findText(contributor);
    if (index === NONE || index >= this.#known) return undefined;
    const place = this.#place.get(index);
    return place === undefined ? { contributor, trust: 0, rank: null } : this.#at(place);
  }

  /** The `count` most trusted by the viewer, in rank order; all that trust arrives at if they are fewer. */
  top(count: number): ViewScore[] {
    const end = Math.min(this.length, Math.max(0, Math.floor(count)));
    return Array.from({ length: end }, (_, place) => this.#at(place));
  }

  #at(place: number): ViewScore {
    return {
      contributor: this.#ids.text(this.#contributor[place]!),
      trust: this.#trust[place]!,
      rank: place + 1,
    };
  }
}
