/**
 * The published view: shares of trust and what is said beside them, ranked, immutable, with the proven
 * bound and the sequence they belong to. A view stays as it is whatever happens to the engine later.
 */

import type { Columns, Rows } from './graph/columns.ts';
import type { Ids, Interner } from './graph/interner.ts';
import { NONE } from './graph/interner.ts';
import { sumOf } from './graph/lost.ts';
import type { Policy } from './policy.ts';
import type { Ranking } from './ranking.ts';
import { rankingOf } from './ranking.ts';
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

/** What a view is made of, by row. */
export interface ScoresInput {
  /** x and z. */
  readonly mass: Float64Array;
  readonly distrust: Float64Array;
  /** The contributor of each row. */
  readonly contributor: Uint32Array;
  /** Standing of each row: measured when it is first asked for. */
  readonly standing: (voices: Float64Array) => Float64Array;
  /** What follows from mass and distrust, where somebody has found it already. */
  readonly found?: { readonly voices: Float64Array; readonly trust: Float64Array; readonly ranking: Ranking };
  readonly credentialSum: number;
  readonly bound: number;
  readonly contributors: Interner;
  readonly policy: Policy;
  readonly sequence: number;
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

  readonly #input: ScoresInput;
  readonly #ids: Ids;
  readonly #erasures: number;
  readonly #voices: Float64Array;
  readonly #trust: Float64Array;
  /** Row of each contributor, NONE for those that were forgotten. */
  readonly #rowOf: Uint32Array;
  #standing: Float64Array | null = null;
  #ranking: Ranking | null = null;

  constructor(input: ScoresInput) {
    const { mass, distrust, contributor, contributors, policy, bound, sequence, found } = input;
    this.#input = input;
    this.bound = bound;
    this.sequence = sequence;
    this.length = mass.length;
    this.policy = policy;
    this.#ids = contributors.ids();
    this.#erasures = contributors.erasures;
    this.#voices = found?.voices ?? voicesOf(mass, distrust, policy.objectionWeight);
    this.#trust = found?.trust ?? sharesOf(this.#voices);
    this.#ranking = found?.ranking ?? null;
    this.#rowOf = new Uint32Array(contributors.length).fill(NONE);
    for (let row = 0; row < this.length; row++) this.#rowOf[contributor[row]!] = row;
  }

  /** The score of one contributor; undefined if there is none of this id. O(1) after the first. */
  of(contributor: string): Score | undefined {
    const row = this.#find(contributor);
    return row === NONE ? undefined : this.#score(row);
  }

  /** The `count` most trusted, in rank order; all if there are fewer. */
  top(count: number): Score[] {
    return this.slice(0, Math.max(0, Math.floor(count)));
  }

  /** The scores from place `from` up to `to`, counted from 0 in rank order, as `slice` of an array. */
  slice(from: number, to: number = this.length): Score[] {
    return Array.from(this.#ranked().rows.slice(from, to), (row) => this.#score(row));
  }

  /** All scores in rank order. */
  *[Symbol.iterator](): IterableIterator<Score> {
    for (const row of this.#ranked().rows) yield this.#score(row);
  }

  /** All trust in rank order: a copy. */
  trust(): Float64Array {
    const { rows } = this.#ranked();
    const trust = new Float64Array(rows.length);
    for (let at = 0; at < rows.length; at++) trust[at] = this.#trust[rows[at]!]!;
    return trust;
  }

  /** Trust by contributor index, NaN for those that are not here: a copy. */
  trustByContributor(): Float64Array {
    const trust = new Float64Array(this.#rowOf.length).fill(Number.NaN);
    const { contributor } = this.#input;
    for (let row = 0; row < this.length; row++) trust[contributor[row]!] = this.#trust[row]!;
    return trust;
  }

  /** Rank by contributor index, 0 for those that are not here. */
  ranksByContributor(): Uint32Array {
    const { place } = this.#ranked();
    return Uint32Array.from(this.#rowOf, (row) => (row === NONE ? 0 : place[row]! + 1));
  }

  /** The id of a contributor index of this view. */
  idOf(index: number): string {
    return this.#ids.text(index);
  }

  /** Measures what is still to be measured, because the graph is about to change. */
  complete(): void {
    this.#standing ??= this.#input.standing(this.#voices);
  }

  #ranked(): Ranking {
    this.#ranking ??= rankingOf(this.#trust, this.bound, (row) =>
      this.#ids.text(this.#input.contributor[row]!),
    );
    return this.#ranking;
  }

  #score(row: number): Score {
    const { mass, distrust, contributor, credentialSum } = this.#input;
    const { place, rankFrom, rankTo, below } = this.#ranked();
    this.complete();
    const at = place[row]!;
    const trust = this.#trust[row]!;
    return {
      contributor: this.#ids.text(contributor[row]!),
      trust,
      multiple: trust * this.length,
      rank: at + 1,
      rankFrom: rankFrom[at]!,
      rankTo: rankTo[at]!,
      percentile: this.length > 1 ? (100 * below[at]!) / (this.length - 1) : 100,
      standing: this.#standing![row]!,
      mass: mass[row]! / credentialSum,
      distrust: distrust[row]! / credentialSum,
    };
  }

  #find(contributor: string): number {
    if (typeof contributor !== 'string' || !contributor.isWellFormed()) return NONE;
    const { contributors } = this.#input;
    const index = contributors.findText(contributor);
    if (index < this.#rowOf.length && this.#rowOf[index] !== NONE) return this.#rowOf[index]!;
    if (contributors.erasures === this.#erasures) return NONE;
    // It may have been forgotten since; this view still has it.
    for (let row = 0; row < this.length; row++) {
      if (this.#ids.text(this.#input.contributor[row]!) === contributor) return row;
    }
    return NONE;
  }
}

/** y of each row. */
export function voicesOf(mass: Float64Array, distrust: Float64Array, objectionWeight: number): Float64Array {
  const voices = new Float64Array(mass.length);
  for (let v = 0; v < mass.length; v++) voices[v] = voice(mass[v]!, distrust[v]!, objectionWeight);
  return voices;
}

/** Trust: what each is of all voices. */
export function sharesOf(voices: Float64Array): Float64Array {
  const total = sumOf(voices);
  const shares = new Float64Array(voices.length);
  for (let v = 0; v < voices.length; v++) shares[v] = voices[v]! / total;
  return shares;
}

/** The view of a batch solution. */
export function scoresOf(
  { contributor, credentialSum, endorsements, objections, largest }: Columns,
  { state, bound }: Solution,
  of: Pick<ScoresInput, 'contributors' | 'policy' | 'sequence'>,
): Scores {
  const standing = (voices: Float64Array) => standings(endorsements, objections, largest, voices);
  return new Scores({ ...of, mass: state.x, distrust: state.z, contributor, standing, credentialSum, bound });
}

/**
 * Standing of every row, (P + m/2) / (P + N + m): what was said for and against, each by its author's voice
 * and beside its author's largest weight. One pass over all edges.
 */
export function standings(
  endorsements: Rows,
  objections: Rows | null,
  largest: Float64Array,
  voices: Float64Array,
): Float64Array {
  const order = voices.length;
  const loudness = new Float64Array(order);
  for (let u = 0; u < order; u++) loudness[u] = voices[u]! / largest[u]!;
  const mean = sumOf(voices) / order;
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
