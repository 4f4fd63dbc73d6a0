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

  constructor(
    contributor: Uint32Array,
    voices: Float64Array,
    /** sum of the voices. */
    readonly total: number,
    readonly bound: number,
    contributors: number,
    idOf: (contributor: number) => string,
  ) {
    const shares = voices.map((y) => y / total);
    this.trust = new Float64Array(contributors).fill(Number.NaN);
    for (let row = 0; row < shares.length; row++) this.trust[contributor[row]!] = shares[row]!;
    this.ranked = ranked(shares, (row) => idOf(contributor[row]!)).map((row) => contributor[row]!);
    this.place = new Uint32Array(contributors);
    for (let at = 0; at < this.ranked.length; at++) this.place[this.ranked[at]!] = at;
  }
}

/** The shares there would be. */
export interface Shifted {
  /** Contributors, each once, that moved on their own, came or went. */
  readonly moved: Uint32Array;
  /** Their shares, before they are multiplied by `factor`; NaN for one that went. */
  readonly shares: Float64Array;
  /** What the shares of all are multiplied by, so that they sum to 1. */
  readonly factor: number;
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
  { moved, shares, factor }: Shifted,
  { threshold, top }: { readonly threshold: number; readonly top: number },
  idOf: (contributor: number) => string,
): Shift {
  const movers: Mover[] = [];
  const came: Mover[] = [];
  const went: number[] = [];
  let total = 0;
  let rest = before.ranked.length > 0 ? 1 : 0;
  for (let i = 0; i < moved.length; i++) {
    const contributor = moved[i]!;
    const share = shares[i]!;
    const had = trustOf(before, contributor);
    const change = (Number.isNaN(share) ? 0 : share * factor) - (Number.isNaN(had) ? 0 : had);
    total += Math.abs(change);
    if (Number.isNaN(had)) came.push({ contributor, share, change });
    else {
      rest -= had;
      if (Number.isNaN(share)) went.push(contributor);
      else if (Math.abs(change) > threshold) movers.push({ contributor, share, change });
    }
  }
  total += Math.abs(factor - 1) * Math.max(0, rest);
  followers(before, moved, factor, threshold, movers);
  movers.sort((a, b) => Math.abs(b.change) - Math.abs(a.change) || a.contributor - b.contributor);
  const listed = movers.slice(0, top);
  const ranks = ranksOf(before, moved, shares, [...listed, ...came], idOf);
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

function trustOf({ trust }: Standing, contributor: number): number {
  return contributor < trust.length ? trust[contributor]! : Number.NaN;
}

function placeOf({ trust, place }: Standing, contributor: number): Place {
  return { trust: trust[contributor]!, rank: place[contributor]! + 1 };
}

/** Those that the common factor alone moves far enough: the first of the ranking. */
function followers(
  { ranked, trust }: Standing,
  moved: Uint32Array,
  factor: number,
  threshold: number,
  movers: Mover[],
): void {
  const far = (contributor: number) => Math.abs(factor - 1) * trust[contributor]! > threshold;
  if (factor === 1 || ranked.length === 0 || !far(ranked[0]!)) return;
  const own = new Set(moved);
  for (const contributor of ranked) {
    if (!far(contributor)) return;
    const share = trust[contributor]!;
    if (!own.has(contributor)) movers.push({ contributor, share, change: share * factor - share });
  }
}

/**
 * Ranks of some contributors after, from 1, ties by id. A rank is what the share would have had before, and
 * what the others that moved make of that: each of them is looked up among the shares that are asked for.
 */
function ranksOf(
  { ranked, trust, place }: Standing,
  moved: Uint32Array,
  shares: Float64Array,
  asked: readonly Mover[],
  idOf: (contributor: number) => string,
): Uint32Array {
  const ranks = new Uint32Array(asked.length);
  if (asked.length === 0) return ranks;
  const ahead = (share: number, contributor: number, other: number, of: number) =>
    share > other || (share === other && contributor !== of && idOf(contributor) < idOf(of));
  const order = asked.map((_, at) => at);
  order.sort((a, b) => {
    const [one, other] = [asked[a]!, asked[b]!];
    return ahead(one.share, one.contributor, other.share, other.contributor) ? -1 : 1;
  });
  /** The first of those asked for, in their order, that a share stands ahead of. */
  const first = (share: number, contributor: number): number => {
    let low = 0;
    let high = order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const mover = asked[order[middle]!]!;
      if (ahead(share, contributor, mover.share, mover.contributor)) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  const shift = new Int32Array(order.length + 1);
  for (let i = 0; i < moved.length; i++) {
    const contributor = moved[i]!;
    const had = contributor < trust.length ? trust[contributor]! : Number.NaN;
    const has = shares[i]!;
    if (!Number.isNaN(had)) shift[first(had, contributor)]!--;
    if (!Number.isNaN(has)) shift[first(has, contributor)]!++;
  }
  let sum = 0;
  for (let at = 0; at < order.length; at++) {
    sum += shift[at]!;
    const { share, contributor } = asked[order[at]!]!;
    let low = 0;
    let high = ranked.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ahead(trust[ranked[middle]!]!, ranked[middle]!, share, contributor)) low = middle + 1;
      else high = middle;
    }
    ranks[order[at]!] = low + sum + 1;
  }
  return ranks;
}
