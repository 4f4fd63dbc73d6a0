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

/** What a view is made of, by row. */
export interface ScoresInput {
  /** x and z. */
  readonly mass: Float64Array;
  readonly distrust: Float64Array;
  /** The contributor of each row. */
  readonly contributor: Uint32Array;
  /** Standing of each row: measured when it is first asked for. */
  readonly standing: (voices: Float64Array) => Float64Array;
  readonly credentialSum: number;
  readonly bound: number;
  readonly contributors: Interner;
  readonly policy: Policy;
  readonly sequence: number;
}

/** Rows by rank, and what rank tells of each place. */
interface Ranking {
  readonly rows: Uint32Array;
  readonly rankFrom: Uint32Array;
  readonly rankTo: Uint32Array;
  /** Contributors with less trust. */
  readonly below: Uint32Array;
  /** Place of each row. */
  readonly place: Uint32Array;
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
    const { mass, distrust, contributor, contributors, policy, bound, sequence } = input;
    this.#input = input;
    this.bound = bound;
    this.sequence = sequence;
    this.length = mass.length;
    this.policy = policy;
    this.#ids = contributors.ids();
    this.#erasures = contributors.erasures;
    this.#voices = Float64Array.from(mass, (x, row) => voice(x, distrust[row]!, policy.objectionWeight));
    const total = sumOf(this.#voices);
    this.#trust = this.#voices.map((y) => y / total);
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
    const end = Math.min(this.length, Math.max(0, Math.floor(count)));
    return Array.from(this.#ranked().rows.subarray(0, end), (row) => this.#score(row));
  }

  /** All scores in rank order. */
  *[Symbol.iterator](): IterableIterator<Score> {
    for (const row of this.#ranked().rows) yield this.#score(row);
  }

  /** All trust in rank order: a copy. */
  trust(): Float64Array {
    return Float64Array.from(this.#ranked().rows, (row) => this.#trust[row]!);
  }

  /** Trust by contributor index, NaN for those that are not here: a copy. */
  trustByContributor(): Float64Array {
    return Float64Array.from(this.#rowOf, (row) => (row === NONE ? Number.NaN : this.#trust[row]!));
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

/** The view of a batch solution. */
export function scoresOf(
  { contributor, credentialSum, endorsements, objections, largest }: Columns,
  { state, bound }: Solution,
  of: Pick<ScoresInput, 'contributors' | 'policy' | 'sequence'>,
): Scores {
  const standing = (voices: Float64Array) => standings(endorsements, objections, largest, voices);
  return new Scores({ ...of, mass: state.x, distrust: state.z, contributor, standing, credentialSum, bound });
}

function rankingOf(trust: Float64Array, bound: number, idOf: (row: number) => string): Ranking {
  const rows = ranked(trust, idOf);
  const byPlace = Float64Array.from(rows, (row) => trust[row]!);
  const [rankFrom, rankTo] = provenRanks(byPlace, bound);
  const place = new Uint32Array(rows.length);
  for (let at = 0; at < rows.length; at++) place[rows[at]!] = at;
  return { rows, rankFrom, rankTo, below: fewer(byPlace), place };
}

/** The compensated sum (Kahan 1965). */
function sumOf(values: Float64Array): number {
  let sum = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const term = values[i]! - lost;
    const next = sum + term;
    lost = next - sum - term;
    sum = next;
  }
  return sum;
}

/** Rows by falling trust, equal ones by id in code-unit order. */
export function ranked(trust: Float64Array, idOf: (row: number) => string): Uint32Array {
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
  const loudness = Float64Array.from(voices, (y, u) => y / largest[u]!);
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
