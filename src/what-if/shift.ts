/**
 * Who moves between the shares of a community and those it would have. Shares stand by contributor; where only
 * some contributors moved on their own, and all others by one common factor, only those are looked at: so a
 * change that moves few costs what it moves, ranks included.
 */
import { ranked } from '../ranking.ts';

/** A share, and its place from 1. */
export interface Place {
  readonly trust: number;
  readonly rank: number;
}

/** How far a contributor would move. */
export interface Move {
  readonly contributor: string;
  readonly before: Place;
  readonly after: Place;
  /** What would be added to the share. */
  readonly change: number;
}

/** A contributor that is only there before or after, with its place there. */
export interface Passing extends Place {
  readonly contributor: string;
}

/** The shares there are, ranked. */
export class Standing {
  /** By contributor; NaN for one that is not there. */
  readonly trust: Float64Array;
  /** Contributors by place. */
  readonly ranked: Uint32Array;
  /** Place of each contributor that is there, from 0. */
  readonly place: Uint32Array;
  /** Ids that have been asked for: the same ones are, again and again. */
  readonly #ids: string[] = [];

  constructor(
    contributor: Uint32Array,
    voices: Float64Array,
    /** sum of the voices. */
    readonly total: number,
    readonly bound: number,
    contributors: number,
    private readonly read: (contributor: number) => string,
  ) {
    const idOf = (one: number) => this.idOf(one);
    const shares = voices.map((y) => y / total);
    this.trust = new Float64Array(contributors).fill(Number.NaN);
    for (let row = 0; row < shares.length; row++) this.trust[contributor[row]!] = shares[row]!;
    this.ranked = ranked(shares, (row) => idOf(contributor[row]!)).map((row) => contributor[row]!);
    this.place = new Uint32Array(contributors);
    for (let at = 0; at < this.ranked.length; at++) this.place[this.ranked[at]!] = at;
  }

  /** The id of a contributor that was known when the shares were ranked. */
  idOf(contributor: number): string {
    this.#ids[contributor] ??= this.read(contributor);
    return this.#ids[contributor];
  }
}

/** The shares there would be. */
export interface Shifted {
  /** Of those that moved on their own, came or went: the share there is, NaN for one that comes, */
  readonly had: Float64Array;
  /** and the one there would be before it is multiplied by `factor`, NaN for one that goes. */
  readonly has: Float64Array;
  /** What the shares of all are multiplied by, so that they sum to 1. */
  readonly factor: number;
  /** Who stands at a place of the two. */
  contributor(place: number): number;
}

export interface Shift {
  readonly moves: Move[];
  /** Contributors that moved by more than the threshold. */
  readonly count: number;
  readonly arrived: Passing[];
  readonly gone: Passing[];
  /** L1 distance of all shares before from all after. */
  readonly total: number;
}

interface Mover {
  readonly contributor: number;
  /** The share after, before it is multiplied by the factor. */
  readonly share: number;
  readonly change: number;
}

/** Who moves by more than `threshold`, the farthest `top` of them first. */
export function shiftOf(
  before: Standing,
  shifted: Shifted,
  { threshold, top }: { readonly threshold: number; readonly top: number },
  idOf: (contributor: number) => string,
): Shift {
  const { had, has, factor } = shifted;
  const movers: Mover[] = [];
  const came: Mover[] = [];
  const went: number[] = [];
  let total = 0;
  let rest = before.ranked.length > 0 ? 1 : 0;
  for (let place = 0; place < had.length; place++) {
    const share = has[place]!;
    const change = share * factor - had[place]!;
    // Neither is there where the other share is not a number.
    if (Number.isNaN(change)) {
      const contributor = shifted.contributor(place);
      if (!Number.isNaN(share)) came.push({ contributor, share, change: share * factor });
      else {
        went.push(contributor);
        rest -= had[place]!;
      }
      total += Number.isNaN(share) ? had[place]! : share * factor;
      continue;
    }
    rest -= had[place]!;
    total += Math.abs(change);
    if (Math.abs(change) > threshold) movers.push({ contributor: shifted.contributor(place), share, change });
  }
  total += Math.abs(factor - 1) * Math.max(0, rest);
  followers(before, shifted, threshold, movers);
  const far = Float64Array.from(movers, ({ change }) => Math.abs(change));
  const farthest = ranked(far, (row) => idOf(movers[row]!.contributor)).subarray(
    0,
    Math.min(top, far.length),
  );
  const listed = Array.from(farthest, (row) => movers[row]!);
  const ranks = ranksOf(before, shifted, [...listed, ...came], idOf);
  const after = ({ share }: Mover, at: number): Place => ({ trust: share * factor, rank: ranks[at]! });
  return {
    moves: listed.map((mover, at) => ({
      contributor: idOf(mover.contributor),
      before: placeOf(before, mover.contributor),
      after: after(mover, at),
      change: mover.change,
    })),
    count: movers.length,
    arrived: came
      .map((mover, at) => ({ contributor: idOf(mover.contributor), ...after(mover, listed.length + at) }))
      .sort((a, b) => a.rank - b.rank),
    gone: went
      .map((contributor) => ({ contributor: idOf(contributor), ...placeOf(before, contributor) }))
      .sort((a, b) => a.rank - b.rank),
    total,
  };
}

function placeOf({ trust, place }: Standing, contributor: number): Place {
  return { trust: trust[contributor]!, rank: place[contributor]! + 1 };
}

/** Those that the common factor alone moves far enough: the first of the ranking. */
function followers(
  { ranked, trust }: Standing,
  { had, factor, contributor }: Shifted,
  threshold: number,
  movers: Mover[],
): void {
  const far = (one: number) => Math.abs(factor - 1) * trust[one]! > threshold;
  if (factor === 1 || ranked.length === 0 || !far(ranked[0]!)) return;
  const own = new Uint8Array(trust.length);
  for (let place = 0; place < had.length; place++) own[contributor(place)] = 1;
  for (const one of ranked) {
    if (!far(one)) return;
    const share = trust[one]!;
    if (own[one] === 0) movers.push({ contributor: one, share, change: share * factor - share });
  }
}

/**
 * Ranks of some contributors after, from 1, ties by id. A rank is what the share would have had before, and
 * what the others that moved make of that: each of them is looked up among the shares that are asked for.
 */
function ranksOf(
  { ranked: places, trust }: Standing,
  { had, has, contributor }: Shifted,
  asked: readonly Mover[],
  idOf: (contributor: number) => string,
): Uint32Array {
  /** Of two that have the same: whether the one of this id comes first. */
  const first = (one: number, other: number) => one !== other && idOf(one) < idOf(other);
  const wanted = Float64Array.from(asked, ({ share }) => share);
  const order = ranked(wanted, (at) => idOf(asked[at]!.contributor));
  const marks = Float64Array.from(order, (at) => wanted[at]!);
  /** The first mark that a share stands ahead of. */
  const reached = (share: number, place: number): number => {
    let low = 0;
    let high = marks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const mark = marks[middle]!;
      if (share > mark || (share === mark && first(contributor(place), asked[order[middle]!]!.contributor)))
        high = middle;
      else low = middle + 1;
    }
    return low;
  };
  const shift = new Int32Array(order.length + 1);
  for (let place = 0; place < had.length; place++) {
    const [was, is] = [had[place]!, has[place]!];
    const from = Number.isNaN(was) ? -1 : reached(was, place);
    // Most pass no mark.
    if (from >= 0 && is < (marks[from - 1] ?? 2) && is > (marks[from] ?? -1)) continue;
    if (from >= 0) shift[from]!--;
    if (!Number.isNaN(is)) shift[reached(is, place)]!++;
  }
  const ranks = new Uint32Array(asked.length);
  let sum = 0;
  for (let at = 0; at < order.length; at++) {
    sum += shift[at]!;
    const mover = asked[order[at]!]!;
    let low = 0;
    let high = places.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = places[middle]!;
      const share = trust[other]!;
      if (share > mover.share || (share === mover.share && first(other, mover.contributor))) low = middle + 1;
      else high = middle;
    }
    ranks[order[at]!] = low + sum + 1;
  }
  return ranks;
}
