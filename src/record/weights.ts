/**
 * What each statement weighs under a policy: kind x weight x decay. Decay is forward (decay.ts): a row
 * counts in a unit of its own, a power of two of half-lives since 1970, chosen when it is first needed so
 * that no old weight is touched when time passes. Only when an event is some hundred half-lives newer than
 * its row's unit does the row change to a newer unit, by an exact power of two.
 */
import type { Policy } from '../policy.ts';
import type { SnapshotReader } from '../snapshot/reader.ts';
import type { SnapshotWriter } from '../snapshot/writer.ts';
import { fractionOfHalfLife, powerOfTwo, scale, wholeHalfLives } from './decay.ts';
import type { Record } from './record.ts';
import type { Weigher } from './statements.ts';

const DAY = 86_400_000;
/** What an event weighs at the least beside those of its row: far below rounding, and not a denormal. */
export const LEAST = 1e-300;
/** A reserve in the unit of a row whose events are all long past: nothing else counts beside it. */
const MOST = 1e290;
/** The unit of a row that has said nothing yet. */
const NONE = Number.NEGATIVE_INFINITY;
/** Half-lives by which an event may be newer than its row's unit. */
const ROOM = 400;

export class Weights implements Weigher {
  /** 1, or the weight of each kind of the record. */
  readonly #kinds = new Map<number, number>();
  /** Milliseconds; 0 where nothing decays. */
  readonly #halfLife: number;
  readonly #root: boolean;
  /** Unit of each contributor's row, in half-lives since 1970: whole numbers, of any size that dates can have. */
  #unit = new Float64Array(0);

  constructor(
    private readonly record: Record,
    private readonly policy: Policy,
    /** Where a reserve is measured; epoch milliseconds, NaN where there is no date at all. */
    private time: number,
  ) {
    this.#halfLife = (policy.halfLife ?? 0) * DAY;
    this.#root = policy.concavity === 'sqrt';
    if (this.#halfLife > 0) this.#chooseUnits();
  }

  /** True if every statement weighs 1: nothing needs to be looked up. */
  get plain(): boolean {
    return this.asGiven && !this.record.statements.weight.written;
  }

  /** True if every statement weighs what it says. */
  get asGiven(): boolean {
    return this.#halfLife === 0 && this.policy.kinds === null;
  }

  /** Writes the weights of `count` statements from the place `first` on, where they count; below zero for objections. */
  fill(first: number, count: number, weights: Float64Array): void {
    const { weight, source, target, dead } = this.record.statements;
    for (let k = 0; k < count; k++) {
      const entry = first + k;
      // A statement that does not count may be of a row without a unit, in which it weighs nothing sensible.
      if (dead.get(entry) === 1 || source.get(entry) === target.get(entry)) continue;
      weights[k] = weight.get(entry) < 0 ? -this.of(entry) : this.of(entry);
    }
  }

  /** What a statement weighs in its row's unit, before concavity; above 0. */
  of(entry: number): number {
    const { kind, source } = this.record.statements;
    return this.#in(entry, this.#kindWeight(kind.get(entry)), this.#unit[source.get(entry)]!);
  }

  /** The same in a unit, of a statement that may be taken back: nothing is kept of it. */
  wouldBe(entry: number, unit: number): number {
    return this.#in(entry, this.#weightOf(this.record.statements.kind.get(entry)), unit);
  }

  #in(entry: number, kindWeight: number, unit: number): number {
    const { weight, at } = this.record.statements;
    const full = kindWeight * Math.abs(weight.get(entry));
    if (this.#halfLife === 0) return full;
    const date = at.get(entry);
    const power = wholeHalfLives(date, this.#halfLife) - unit;
    return Math.max(scale(full * powerOfTwo(fractionOfHalfLife(date, this.#halfLife)), power), LEAST);
  }

  /** The reserve at the time, in the unit of the contributor's row after concavity. */
  reserve(contributor: number): number {
    return this.reserveIn(this.#unitOf(contributor));
  }

  /** The same in a unit; undefined for that of a row that has said nothing yet. */
  reserveIn(unit: number = NONE): number {
    const { reserve } = this.policy;
    if (reserve === 0 || this.#halfLife === 0 || unit === NONE || Number.isNaN(this.time)) return reserve;
    const power = wholeHalfLives(this.time, this.#halfLife) - unit;
    const fraction = fractionOfHalfLife(this.time, this.#halfLife);
    if (!this.#root) return Math.min(scale(reserve * powerOfTwo(fraction), power), MOST);
    const half = Math.floor(power / 2);
    return Math.min(scale(reserve * powerOfTwo((power - 2 * half + fraction) / 2), half), MOST);
  }

  /**
   * Makes sure that a statement can be weighed in its row's unit. Returns what all weights of the row
   * are to be multiplied by, after concavity: 1 unless the row changed its unit; null if it had none.
   */
  admit(entry: number): number | null {
    if (this.#halfLife === 0) return 1;
    const u = this.record.statements.source.get(entry);
    const unit = this.#unitOf(u);
    if (unit === NONE) {
      this.#unit[u] = this.unitFor(entry);
      return null;
    }
    if (this.fits(entry, unit)) return 1;
    this.#unit[u] = this.unitFor(entry);
    return scale(1, (unit - this.#unit[u]!) / (this.#root ? 2 : 1));
  }

  /** The unit that a statement chooses for a row that has none. */
  unitFor(entry: number): number {
    return this.#halfLife === 0
      ? 0
      : this.#even(wholeHalfLives(this.record.statements.at.get(entry), this.#halfLife));
  }

  /** True if a statement can be weighed in a unit. */
  fits(entry: number, unit: number): boolean {
    if (this.#halfLife === 0) return true;
    return wholeHalfLives(this.record.statements.at.get(entry), this.#halfLife) - unit <= ROOM;
  }

  /** Forgets the unit of a row that says nothing any more: its next event sets another. */
  restart(contributor: number): void {
    if (contributor < this.#unit.length) this.#unit[contributor] = NONE;
  }

  /** The unit of a contributor's row, in half-lives since 1970. */
  unit(contributor: number): number {
    return this.#halfLife === 0 ? 0 : this.#unitOf(contributor);
  }

  save(to: SnapshotWriter): void {
    to.value('weights', { time: this.time });
    to.array('weights.unit', Float64Array, this.#unit);
  }

  load(from: SnapshotReader): void {
    this.time = from.numbers('weights', ['time']).time;
    this.#unit = from.array('weights.unit', Float64Array);
  }

  #unitOf(contributor: number): number {
    if (this.#halfLife === 0) return NONE;
    if (contributor >= this.#unit.length) {
      const longer = new Float64Array(2 * contributor + 16).fill(NONE);
      longer.set(this.#unit);
      this.#unit = longer;
    }
    return this.#unit[contributor]!;
  }

  /** The newest event of each row sets its unit. */
  #chooseUnits(): void {
    const { source, target, at, dead } = this.record.statements;
    this.#unit = new Float64Array(this.record.contributors.length).fill(NONE);
    for (let entry = 0; entry < this.record.statements.length; entry++) {
      // What somebody says of themselves is ignored, its date too.
      if (dead.get(entry) === 1 || source.get(entry) === target.get(entry)) continue;
      const u = source.get(entry);
      const whole = this.#even(wholeHalfLives(at.get(entry), this.#halfLife));
      if (whole > this.#unit[u]!) this.#unit[u] = whole;
    }
  }

  /** Under a square root units are even, so that the root of a unit is a power of two as well. */
  #even(whole: number): number {
    return this.#root ? whole + (whole & 1) : whole;
  }

  #kindWeight(kind: number): number {
    if (this.policy.kinds === null) return 1;
    let weight = this.#kinds.get(kind);
    if (weight === undefined) {
      weight = this.#weightOf(kind);
      this.#kinds.set(kind, weight);
    }
    return weight;
  }

  #weightOf(kind: number): number {
    const { kinds } = this.policy;
    const name = this.record.kinds.names[kind]!;
    return kinds !== null && Object.hasOwn(kinds, name) ? kinds[name]!.weight : 1;
  }
}
