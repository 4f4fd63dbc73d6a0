/**
 * What an attacker does to a community: accounts it makes, contributors it turns, statements that are made
 * on the way. Indices below the community's order are its contributors, those from there on are accounts of
 * the campaign. All chance comes from one generator, so a seed gives the same campaign everywhere.
 */
import type { Xoshiro } from '../insight/xoshiro.ts';
import type { Community, Said } from './community.ts';

const DAY = 86_400_000;

export const Side = {
  honest: 0,
  /** An account of the attacker, which is to gain. */
  fake: 1,
  /** Acts for the attacker, and is neither honest nor to gain: a corrupted contributor, a burnt account. */
  turned: 2,
} as const;

/** What a campaign takes. */
export interface Cost {
  /** Accounts that were made. */
  readonly accounts: number;
  /** Endorsements of those accounts by anybody else: bought, begged or stolen. */
  readonly endorsements: number;
  /** Contributors who act for the attacker, and those of them who hold credentials. */
  readonly contributors: number;
  readonly credentials: number;
  readonly days: number;
}

export class Campaign {
  /** By index, the community's contributors first. */
  readonly sides: number[];
  /** Contributors who are meant to lose. */
  readonly targets = new Set<number>();
  readonly #source: number[] = [];
  readonly #target: number[] = [];
  readonly #weight: number[] = [];
  readonly #kind: number[] = [];
  readonly #at: number[] = [];

  constructor(
    readonly community: Community,
    readonly chance: Xoshiro,
  ) {
    this.sides = new Array<number>(community.order).fill(Side.honest);
  }

  /** Contributors and accounts. */
  get order(): number {
    return this.sides.length;
  }

  /** New accounts that are to gain. */
  accounts(count: number): number[] {
    const first = this.order;
    for (let k = 0; k < count; k++) this.sides.push(Side.fake);
    return Array.from({ length: count }, (_, k) => first + k);
  }

  /** They act for the attacker from now on. */
  turn(contributors: Iterable<number>): void {
    for (const u of contributors) this.sides[u] = Side.turned;
  }

  /**
   * `u` endorses `v`: a contributor as it is used to, an account with a top mark, unless a weight is given.
   * `day` counts from the newest date of the community.
   */
  endorse(u: number, v: number, { weight, day }: { weight?: number; day?: number } = {}): void {
    const usual = () =>
      u < this.community.order ? this.community.habit(u, this.chance) : this.community.most;
    this.#say(u, v, weight ?? usual(), day);
  }

  /** `u` objects to `v`, as heavily as it would endorse. */
  object(u: number, v: number, { day }: { day?: number } = {}): void {
    const { community, chance } = this;
    this.#say(u, v, -(u < community.order ? community.habit(u, chance) : community.most), day);
  }

  /** What was said among the community is said among its copies, contributor by contributor. */
  copy(copies: readonly number[]): void {
    const { source, target, weight, kind, at } = this.community.said;
    for (let k = 0; k < source.length; k++) {
      this.#push(copies[source[k]!]!, copies[target[k]!]!, weight[k]!, kind[k]!, at[k]!);
    }
  }

  /** So many different ones of a list, or all of them where there are fewer. */
  some(list: ArrayLike<number>, count: number): number[] {
    const left = Array.from(list);
    const taken = Math.min(count, left.length);
    for (let k = 0; k < taken; k++) {
      const other = k + this.chance.below(left.length - k);
      [left[k], left[other]] = [left[other]!, left[k]!];
    }
    return left.slice(0, taken);
  }

  /** So many different contributors. */
  contributors(count: number): number[] {
    return this.some(this.community.ranked, count);
  }

  /** A contributor. */
  anybody(): number {
    return this.chance.below(this.community.order);
  }

  one(list: readonly number[]): number {
    return list[this.chance.below(list.length)]!;
  }

  /** Endorsements of `count` different pairs, as `pair` draws them; there have to be that many. */
  buy(count: number, pair: () => readonly [number, number]): void {
    const bought = new Set<number>();
    while (bought.size < count) {
      const [u, v] = pair();
      const key = u * this.order + v;
      if (bought.has(key)) continue;
      bought.add(key);
      this.endorse(u, v);
    }
  }

  said(): Said {
    return {
      source: Uint32Array.from(this.#source),
      target: Uint32Array.from(this.#target),
      weight: Float64Array.from(this.#weight),
      kind: Uint16Array.from(this.#kind),
      at: Float64Array.from(this.#at),
    };
  }

  cost(days: number): Cost {
    const { community, sides } = this;
    let endorsements = 0;
    for (let k = 0; k < this.#source.length; k++) {
      const made = this.#source[k]! < community.order && this.#target[k]! >= community.order;
      if (made && this.#weight[k]! > 0) endorsements++;
    }
    const turned = (u: number) => sides[u] === Side.turned;
    const contributors = sides.slice(0, community.order).filter((side) => side === Side.turned).length;
    const credentials = community.holders.filter(turned).length;
    return { accounts: this.order - community.order, endorsements, contributors, credentials, days };
  }

  #say(u: number, v: number, weight: number, day = 0): void {
    this.#push(u, v, weight, this.community.usual, this.community.newest + day * DAY);
  }

  #push(u: number, v: number, weight: number, kind: number, at: number): void {
    this.#source.push(u);
    this.#target.push(v);
    this.#weight.push(weight);
    this.#kind.push(kind);
    this.#at.push(at);
  }
}
