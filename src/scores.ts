/**
 * The published view: shares of trust and what is said beside them, ranked, immutable, with the proven
 * bound and the sequence they belong to. A view stays as it is whatever happens to the engine later.
 */
import type { Columns, Rows } from './graph/columns.ts';
import type { Ids, Interner } from './graph/interner.ts';
import { NONE } from './graph/interner.ts';
import type { Policy } from './policy.ts';
import { voice } from './solver/equations.ts';
import type { Solution } from './solver/sweep.ts';

/** What is published of one contributor. */
export interface Score {
  readonly contributor: string;
  /** Share of all voice, 0..1; all shares sum to 1. */
  readonly trust: number;
  /** Trust divided by the mean, so 1 is an average contributor. */
  readonly multiple: number;
  /** Place by trust from 1, ties by id in code-unit order. */
  readonly rank: number;
  /** The best and the worst place that the bound leaves possible: equal to `rank` where it is proven. */
  readonly rankFrom: number;
  readonly rankTo: number;
  /** Percentage of the other contributors that have less trust, 0..100. */
  readonly percentile: number;
  /** 0..1: endorsements received against objections, each by its author's voice; 0.5 is unknown. */
  readonly standing: number;
  /** Mass received, as a share of all credentials. */
  readonly mass: number;
  /** Distrust received, as a share of all credentials. */
  readonly distrust: number;
}

/** What a view is made of. */
export interface ScoresInput {
  columns: Columns;
  solution: Solution;
  contributors: Interner;
  policy: Policy;
  sequence: number;
}

export class Scores implements Iterable<Score> {
  /** The version of the trust equations. */
  readonly equations = 1;
  /** Proven L1 distance of all trust from the exact trust, 0..2. */
  readonly bound: number;
  /** Events that these scores take into account. */
  readonly sequence: number;
  /** Contributors. */
  readonly length: number;
  readonly policy: Policy;

  readonly #ids: Ids;
  readonly #contributors: Interner;
  readonly #erasures: number;
  /** All of these by place, the most trusted first. */
  readonly #contributor: Uint32Array;
  readonly #trust: Float64Array;
  readonly #standing: Float64Array;
  readonly #mass: Float64Array;
  readonly #distrust: Float64Array;
  readonly #rankFrom: Uint32Array;
  readonly #rankTo: Uint32Array;
  /** Contributors with less trust. */
  readonly #below: Uint32Array;
  /** Place of each contributor, NONE for those that were forgotten. */
  readonly #place: Uint32Array;

  constructor({ columns, solution, contributors, policy, sequence }: ScoresInput) {
    const { order, contributor, credentialSum } = columns;
    const { x, z } = solution.state;
    this.bound = solution.bound;
    this.sequence = sequence;
    this.length = order;
    this.policy = policy;
    this.#contributors = contributors;
    this.#ids = contributors.ids();
    this.#erasures = contributors.erasures;
    const voices = Float64Array.from(x, (mass, v) => voice(mass, z[v]!, policy.objectionWeight));
    const standing = standings(columns, voices, solution.voices);
    const trust = voices.map((y) => y / solution.voices);
    const rows = ranked(trust, (row) => this.#ids.text(contributor[row]!));
    this.#contributor = pick(contributor, rows);
    this.#trust = Float64Array.from(rows, (row) => trust[row]!);
    this.#standing = Float64Array.from(rows, (row) => standing[row]!);
    this.#mass = Float64Array.from(rows, (row) => x[row]! / credentialSum);
    this.#distrust = Float64Array.from(rows, (row) => z[row]! / credentialSum);
    this.#place = new Uint32Array(contributors.length).fill(NONE);
    for (let place = 0; place < order; place++) this.#place[this.#contributor[place]!] = place;
    [this.#rankFrom, this.#rankTo] = provenRanks(this.#trust, this.bound);
    this.#below = fewer(this.#trust);
  }

  /** The score of one contributor; undefined if there is none of this id. O(1). */
  of(contributor: string): Score | undefined {
    const place = this.#find(contributor);
    return place === NONE ? undefined : this.#at(place);
  }

  /** The `count` most trusted, in rank order; all if there are fewer. */
  top(count: number): Score[] {
    const end = Math.min(this.length, Math.max(0, Math.floor(count)));
    const scores: Score[] = [];
    for (let place = 0; place < end; place++) scores.push(this.#at(place));
    return scores;
  }

  /** All scores in rank order. */
  *[Symbol.iterator](): IterableIterator<Score> {
    for (let place = 0; place < this.length; place++) yield this.#at(place);
  }

  /** All trust in rank order: a copy. */
  trust(): Float64Array {
    return this.#trust.slice();
  }

  #at(place: number): Score {
    const trust = this.#trust[place]!;
    return {
      contributor: this.#ids.text(this.#contributor[place]!),
      trust,
      multiple: trust * this.length,
      rank: place + 1,
      rankFrom: this.#rankFrom[place]!,
      rankTo: this.#rankTo[place]!,
      percentile: this.length > 1 ? (100 * this.#below[place]!) / (this.length - 1) : 100,
      standing: this.#standing[place]!,
      mass: this.#mass[place]!,
      distrust: this.#distrust[place]!,
    };
  }

  #find(contributor: string): number {
    if (!contributor.isWellFormed()) return NONE;
    const index = this.#contributors.findText(contributor);
    if (index < this.#place.length && this.#place[index] !== NONE) return this.#place[index]!;
    if (this.#contributors.erasures === this.#erasures) return NONE;
    // It may have been forgotten since; this view still has it.
    for (let place = 0; place < this.length; place++) {
      if (this.#ids.text(this.#contributor[place]!) === contributor) return place;
    }
    return NONE;
  }
}

function pick(values: Uint32Array, rows: Uint32Array): Uint32Array {
  return Uint32Array.from(rows, (row) => values[row]!);
}

/** Rows by falling trust, equal ones by id in code-unit order. */
function ranked(trust: Float64Array, idOf: (row: number) => string): Uint32Array {
  const rows = Uint32Array.from(trust, (_, row) => row);
  rows.sort((a, b) => trust[b]! - trust[a]!);
  for (let from = 0; from < rows.length; ) {
    let to = from + 1;
    while (to < rows.length && trust[rows[to]!] === trust[rows[from]!]) to++;
    if (to > from + 1) {
      const tied = Array.from(rows.subarray(from, to), (row) => ({ row, id: idOf(row) }));
      tied.sort((a, b) => (a.id < b.id ? -1 : 1));
      for (let i = 0; i < tied.length; i++) rows[from + i] = tied[i]!.row;
    }
    from = to;
  }
  return rows;
}

/**
 * The best and worst place of each that the bound leaves possible: the errors of two shares together are
 * at most the bound, so a difference of more than it is proven.
 */
function provenRanks(trust: Float64Array, bound: number): [Uint32Array, Uint32Array] {
  const from = new Uint32Array(trust.length);
  const to = new Uint32Array(trust.length);
  let above = 0;
  let below = 0;
  for (let place = 0; place < trust.length; place++) {
    while (trust[above]! - trust[place]! > bound) above++;
    while (below < trust.length && !(trust[place]! - trust[below]! > bound)) below++;
    from[place] = above + 1;
    to[place] = below;
  }
  return [from, to];
}

/** How many have less trust than each. */
function fewer(trust: Float64Array): Uint32Array {
  const below = new Uint32Array(trust.length);
  for (let place = trust.length - 2; place >= 0; place--) {
    below[place] = trust[place]! > trust[place + 1]! ? trust.length - 1 - place : below[place + 1]!;
  }
  return below;
}

/** (P + m/2) / (P + N + m): what was said for and against, each by its author's voice and largest weight. */
function standings(columns: Columns, voices: Float64Array, total: number): Float64Array {
  const { order, largest, endorsements, objections } = columns;
  const loudness = Float64Array.from(voices, (y, u) => y / largest[u]!);
  const mean = total / order;
  const standing = new Float64Array(order);
  for (let v = 0; v < order; v++) {
    const plus = heard(endorsements, loudness, v);
    const minus = objections === null ? 0 : heard(objections, loudness, v);
    standing[v] = (plus + mean / 2) / (plus + minus + mean);
  }
  return standing;
}

function heard({ starts, ends, sources, weights }: Rows, loudness: Float64Array, v: number): number {
  let sum = 0;
  for (let k = starts[v]!, end = ends[v]!; k < end; k++) {
    const u = sources[k]!;
    sum += weights === null ? loudness[u]! : weights[k]! * loudness[u]!;
  }
  return sum;
}
