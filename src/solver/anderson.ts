/**
 * Anderson acceleration of depth 3 (Anderson 1965; Walker and Ni 2011): from the last sweeps it guesses
 * where the sequence is going and steps there, in mass and, where there are objections, distrust. Each step
 * solves a least-squares problem of three unknowns over what the sweeps changed; O(order) time, no visit of
 * any edge. It may overshoot, so pace.ts watches what it brings.
 */
import * as Slots from './kernel/slots.ts';

const DEPTH = 3;
/** Columns that are nearly dependent are told apart only down to this share of their squares. */
const RIDGE = 1e-14;

/** Does one operation on all rows that are accelerated, and sums what it left. */
export interface Rows {
  readonly numbers: Float64Array;
  over(operation: number): void;
  sum(which: number): number;
}

export class Anderson {
  readonly #gram = Array.from({ length: DEPTH }, () => new Float64Array(DEPTH));
  #steps = -1;

  constructor(private readonly rows: Rows) {}

  /** Before a sweep: keeps where it starts. */
  before(): void {
    this.rows.over(Slots.REMEMBER);
  }

  /** After it: moves the state ahead. Entries stay at or above zero. */
  after(): void {
    const { rows } = this;
    const newest = (this.#steps + DEPTH) % DEPTH;
    rows.numbers[Slots.NEWEST] = newest;
    rows.over(Slots.LOOK);
    this.#steps++;
    const depth = Math.min(this.#steps, DEPTH);
    for (let j = 0; j < depth; j++) {
      const product = rows.sum(j);
      this.#gram[newest]![j] = product;
      this.#gram[j]![newest] = product;
    }
    const right = Array.from({ length: depth }, (_, j) => rows.sum(DEPTH + j));
    const weight = solve(this.#gram, right);
    for (let j = 0; j < DEPTH; j++) rows.numbers[Slots.PART + j] = j < depth ? weight[j]! : 0;
    rows.over(Slots.STEP);
  }
}

/** Solves the normal equations by Cholesky's method; zeros where they say nothing. */
function solve(gram: readonly Float64Array[], right: readonly number[]): Float64Array {
  const size = right.length;
  const lower = Array.from({ length: size }, () => new Float64Array(size));
  const y = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = gram[i]![j]! * (i === j ? 1 + RIDGE : 1);
      for (let k = 0; k < j; k++) sum -= lower[i]![k]! * lower[j]![k]!;
      if (i !== j) lower[i]![j] = sum / lower[j]![j]!;
      else if (sum > RIDGE * gram[i]![i]!) lower[i]![i] = Math.sqrt(sum);
      else return new Float64Array(size);
    }
    let sum = right[i]!;
    for (let k = 0; k < i; k++) sum -= lower[i]![k]! * y[k]!;
    y[i] = sum / lower[i]![i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) y[i]! -= lower[k]![i]! * y[k]!;
    y[i]! /= lower[i]![i]!;
  }
  return y;
}
