/**
 * Anderson acceleration of depth 3 (Anderson 1965; Walker and Ni 2011): from the last sweeps it guesses
 * where the sequence is going and steps there. Each step solves a least-squares problem of three unknowns
 * over what the sweeps changed; O(order) time, no visit of any edge. It may overshoot, so pace.ts watches
 * what it brings. Sums are taken in row order, so the same sweeps give the same bits.
 */
const DEPTH = 3;
/** Columns that are nearly dependent are told apart only down to this share of their squares. */
const RIDGE = 1e-14;

export class Anderson {
  /** What the last sweep changed, and where it arrived. */
  readonly #change: Float64Array;
  readonly #arrival: Float64Array;
  /** Differences of the two between sweeps, the newest in slot `#steps % DEPTH`. */
  readonly #changes: Float64Array[];
  readonly #arrivals: Float64Array[];
  readonly #gram = Array.from({ length: DEPTH }, () => new Float64Array(DEPTH));
  #steps = -1;

  constructor(private readonly length: number) {
    const column = () => new Float64Array(length);
    this.#change = column();
    this.#arrival = column();
    this.#changes = Array.from({ length: DEPTH }, column);
    this.#arrivals = Array.from({ length: DEPTH }, column);
  }

  /**
   * Takes the state before a sweep and the one it arrived at, and moves the latter ahead. Entries stay at
   * or above zero.
   */
  step(before: Float64Array, after: Float64Array): void {
    const { length } = this;
    const change = this.#change;
    const arrival = this.#arrival;
    const slot = (this.#steps + DEPTH) % DEPTH;
    const newChange = this.#changes[slot]!;
    const newArrival = this.#arrivals[slot]!;
    for (let v = 0; v < length; v++) {
      const moved = after[v]! - before[v]!;
      newChange[v] = moved - change[v]!;
      newArrival[v] = after[v]! - arrival[v]!;
      change[v] = moved;
      arrival[v] = after[v]!;
    }
    this.#steps++;
    const depth = Math.min(this.#steps, DEPTH);
    if (depth === 0) return;
    for (let j = 0; j < depth; j++) {
      const product = dot(newChange, this.#changes[j]!);
      this.#gram[slot]![j] = product;
      this.#gram[j]![slot] = product;
    }
    const weight = solve(
      this.#gram,
      this.#changes.slice(0, depth).map((column) => dot(column, change)),
    );
    for (let j = 0; j < depth; j++) {
      const column = this.#arrivals[j]!;
      const part = weight[j]!;
      if (part !== 0) for (let v = 0; v < length; v++) after[v]! -= part * column[v]!;
    }
    for (let v = 0; v < length; v++) if (!(after[v]! > 0)) after[v] = 0;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let v = 0; v < a.length; v++) sum += a[v]! * b[v]!;
  return sum;
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
