/**
 * The combined weight of every pair as statements come and go. A pair with one live statement needs no
 * memory: its weight in the graph says all. A pair with several keeps them, because a running sum forgets:
 * (0.1 + 1e300) - 1e300 is 0. Its sum runs in two doubles with a bound of its error, and is taken anew
 * when that could be seen; it is exactly nothing when the last statement goes.
 */
import { lostOf } from '../graph/lost.ts';
import type { Policy } from '../policy.ts';
import type { SnapshotReader } from '../snapshot/reader.ts';
import type { SnapshotWriter } from '../snapshot/writer.ts';
import { scale } from './decay.ts';
import type { Record } from './record.ts';
import type { Weights } from './weights.ts';
import { LEAST } from './weights.ts';

/** The statements of one pair and sign. */
interface Several {
  /** Places in the record, rising; -1 for one that was there before the others and whose place is unknown. */
  entries: number[];
  /** What each weighs before concavity; 0 once gone. */
  weights: number[];
  live: number;
  high: number;
  low: number;
  /** How wrong high + low may be. */
  error: number;
  /** The unit of the row that all this is counted in. */
  unit: number;
}

/** Pairs as they were saved, found by bisection of their keys: each is made an object when it is first needed. */
interface Saved {
  keys: Float64Array;
  /** Statements of pair p: [starts[p], starts[p + 1]). */
  starts: Uint32Array;
  entries: Int32Array;
  weights: Float64Array;
  /** high, low, error and unit of each pair. */
  sums: Float64Array;
  /** 1 once it was made an object. */
  taken: Uint8Array;
}

const UNKNOWN = -1;
/** A sum may be wrong by this share of itself before it is taken anew. */
const TOLERATED = 1 / 0x4000000000000;
const LOST = TOLERATED * (1 / 0x40000000000000);

export class Pairs {
  readonly #several = new Map<number, Several>();
  readonly #concave: boolean;
  #saved: Saved | null = null;

  constructor(
    private readonly record: Record,
    private readonly weights: Weights,
    policy: Policy,
  ) {
    this.#concave = policy.concavity === 'sqrt';
  }

  /** Tells of a pair that has these statements already. */
  know(entries: number[]): void {
    const several = this.#start(entries[0]!);
    for (const entry of entries) this.#push(several, entry, this.weights.of(entry));
  }

  /** The weight of a statement's pair with it, after concavity; `before` is the weight without it. */
  with(entry: number, before: number): number {
    const weight = this.weights.of(entry);
    const key = this.#key(entry);
    let several = this.#find(key);
    if (several === undefined) {
      if (before === 0) return this.#concave ? Math.sqrt(weight) : weight;
      several = this.#start(entry);
      this.#push(several, UNKNOWN, Math.max(this.#concave ? before * before : before, LEAST));
    }
    this.#rescale(several, entry);
    this.#push(several, entry, weight);
    return this.#total(several);
  }

  /** The weight of a statement's pair without it, after concavity. */
  without(entry: number): number {
    const key = this.#key(entry);
    const several = this.#find(key);
    if (several === undefined) return 0;
    this.#rescale(several, entry);
    const place = placeOf(several.entries, entry);
    const weight = several.weights[place]!;
    several.weights[place] = 0;
    several.live--;
    if (several.live === 0) {
      this.#several.delete(key);
      return 0;
    }
    add(several, -weight);
    return this.#total(several);
  }

  /**
   * The weight of a pair, after concavity, with some statements more and some less; `before` is the weight it
   * has. All are counted in `unit`, and nothing is changed.
   */
  wouldBe(
    { more, less }: { readonly more: readonly number[]; readonly less: readonly number[] },
    before: number,
    unit: number,
  ): number {
    const several = this.#find(this.#key((more[0] ?? less[0])!));
    const sum = { high: 0, low: 0, error: 0 };
    let live = 0;
    const count = (weight: number) => {
      add(sum, weight);
      live++;
    };
    if (several === undefined) {
      if (before > 0 && less.length === 0) count(Math.max(this.#concave ? before * before : before, LEAST));
    } else {
      const gone = new Set(less.map((entry) => placeOf(several.entries, entry)));
      several.weights.forEach((weight, place) => {
        if (weight === 0 || gone.has(place)) return;
        count(several.unit === unit ? weight : Math.max(scale(weight, several.unit - unit), LEAST));
      });
    }
    for (const entry of more) count(this.weights.wouldBe(entry, unit));
    if (live === 0) return 0;
    return this.#concave ? Math.sqrt(sum.high) : sum.high;
  }

  save(to: SnapshotWriter): void {
    // What is still as it was saved becomes objects first: the same pairs, in another shape.
    for (const key of this.#saved?.keys ?? []) this.#find(key);
    this.#saved = null;
    const keys = Float64Array.from(this.#several.keys()).sort();
    const starts = new Uint32Array(keys.length + 1);
    const sums = new Float64Array(4 * keys.length);
    keys.forEach((key, p) => {
      const { entries, high, low, error, unit } = this.#several.get(key)!;
      starts[p + 1] = starts[p]! + entries.length;
      sums.set([high, low, error, unit], 4 * p);
    });
    const entries = new Int32Array(starts[keys.length]!);
    const weights = new Float64Array(entries.length);
    keys.forEach((key, p) => {
      const several = this.#several.get(key)!;
      entries.set(several.entries, starts[p]!);
      weights.set(several.weights, starts[p]!);
    });
    to.array('pairs.keys', Float64Array, keys);
    to.array('pairs.starts', Uint32Array, starts);
    to.array('pairs.entries', Int32Array, entries);
    to.array('pairs.weights', Float64Array, weights);
    to.array('pairs.sums', Float64Array, sums);
  }

  load(from: SnapshotReader): void {
    const keys = from.array('pairs.keys', Float64Array);
    const starts = from.array('pairs.starts', Uint32Array, keys.length + 1);
    const entries = from.array('pairs.entries', Int32Array, starts[keys.length]!);
    const weights = from.array('pairs.weights', Float64Array, entries.length);
    const sums = from.array('pairs.sums', Float64Array, 4 * keys.length);
    this.#saved = { keys, starts, entries, weights, sums, taken: new Uint8Array(keys.length) };
  }

  #find(key: number): Several | undefined {
    const known = this.#several.get(key);
    if (known !== undefined || this.#saved === null) return known;
    const { keys, starts, entries, weights, sums, taken } = this.#saved;
    const p = firstFrom(keys, key);
    if (keys[p] !== key || taken[p] === 1) return undefined;
    taken[p] = 1;
    const several: Several = {
      entries: Array.from(entries.subarray(starts[p]!, starts[p + 1]!)),
      weights: Array.from(weights.subarray(starts[p]!, starts[p + 1]!)),
      live: 0,
      high: sums[4 * p]!,
      low: sums[4 * p + 1]!,
      error: sums[4 * p + 2]!,
      unit: sums[4 * p + 3]!,
    };
    for (const weight of several.weights) if (weight !== 0) several.live++;
    this.#several.set(key, several);
    return several;
  }

  #key(entry: number): number {
    const { source, target, weight } = this.record.statements;
    // Exact below 2^53: order is at most 2^26 here.
    return (source.get(entry) * 0x4000000 + target.get(entry)) * 2 + (weight.get(entry) < 0 ? 1 : 0);
  }

  #start(entry: number): Several {
    const unit = this.weights.unit(this.record.statements.source.get(entry));
    const several: Several = { entries: [], weights: [], live: 0, high: 0, low: 0, error: 0, unit };
    this.#several.set(this.#key(entry), several);
    return several;
  }

  #push(several: Several, entry: number, weight: number): void {
    several.entries.push(entry);
    several.weights.push(weight);
    several.live++;
    add(several, weight);
  }

  /** The row may have changed its unit since this pair was last touched. */
  #rescale(several: Several, entry: number): void {
    const unit = this.weights.unit(this.record.statements.source.get(entry));
    if (unit === several.unit) return;
    const power = several.unit - unit;
    several.weights = several.weights.map((weight) =>
      weight === 0 ? 0 : Math.max(scale(weight, power), LEAST),
    );
    several.unit = unit;
    sumAnew(several);
  }

  #total(several: Several): number {
    if (!(several.error <= TOLERATED * several.high)) sumAnew(several);
    return this.#concave ? Math.sqrt(several.high) : several.high;
  }
}

/** Adds up what is live, and drops what is not. */
function sumAnew(several: Several): void {
  const { entries, weights } = several;
  several.high = several.low = several.error = 0;
  let kept = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!;
    if (weight === 0) continue;
    add(several, weight);
    entries[kept] = entries[i]!;
    weights[kept++] = weight;
  }
  entries.length = weights.length = kept;
}

/** Adds to the sum, exactly but for what two doubles lose. */
function add(several: Pick<Several, 'high' | 'low' | 'error'>, term: number): void {
  const { high } = several;
  const sum = high + term;
  const low = several.low + lostOf(high, term, sum);
  several.high = sum + low;
  several.low = low - (several.high - sum);
  several.error += LOST * (Math.abs(high) + Math.abs(term));
}

/** The place of a statement among those of its pair. */
function placeOf(entries: number[], entry: number): number {
  const low = firstFrom(entries, entry);
  // One that is not there by name is the one that was there before the others.
  return entries[low] === entry ? low : 0;
}

/** The first place whose number is at least `value`, of numbers that rise. */
function firstFrom(numbers: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
