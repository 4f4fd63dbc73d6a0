/**
 * Numbers that are known within bounds. A score is off by what its scorer admits, so a sum, product or quotient
 * of scores is a range too, and a statement about them is broken only where no two numbers of the ranges
 * could keep it. So no comparison needs a tolerance of its own. Every operation widens its result by what
 * its own rounding can be.
 */

/** A number somewhere from `low` to `high`. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** One operation's rounding, relative, with room for the two ends. */
const UNIT = 2 ** -52;

/** The range of a number that is known to a relative `error`. */
export function exactly(value: number, error = 0): Range {
  const off = Math.abs(value) * error;
  return { low: value - off, high: value + off };
}

export function plus(...terms: readonly Range[]): Range {
  let [low, high, size] = [0, 0, 0];
  for (const term of terms) {
    low += term.low;
    high += term.high;
    size += Math.max(Math.abs(term.low), Math.abs(term.high));
  }
  const off = terms.length * UNIT * size;
  return { low: low - off, high: high + off };
}

export function minus(a: Range, b: Range): Range {
  return plus(a, { low: -b.high, high: -b.low });
}

export function times(a: Range, b: Range): Range {
  const ends = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
  return widened(Math.min(...ends), Math.max(...ends));
}

/** Where the divisor may be 0 the quotient may be anything. */
export function over(a: Range, b: Range): Range {
  if (b.low <= 0 && b.high >= 0) return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  return times(a, widened(1 / b.high, 1 / b.low));
}

/** Whether `a` is above `b` whatever the two are within their ranges. */
export function surelyAbove(a: Range, b: Range): boolean {
  return a.low > b.high;
}

/** Whether the two cannot be the same number. */
export function surelyApart(a: Range, b: Range): boolean {
  return surelyAbove(a, b) || surelyAbove(b, a);
}

/** The middle of a range, in six figures, for a sentence; what may be nothing is told as 0. */
export function figure({ low, high }: Range): string {
  if (low <= 0 && high >= 0) return '0';
  return String(Number(((low + high) / 2).toPrecision(6)));
}

function widened(low: number, high: number): Range {
  return { low: low - Math.abs(low) * UNIT, high: high + Math.abs(high) * UNIT };
}
