/**
 * Numbers of twice the precision of a Float64, as unevaluated sums `hi + lo` (Dekker 1971, Knuth's
 * two-sum), and a compensated sum. The witness iterates in them so that what limits a comparison is the
 * engine and not the witness: with restart chances down to 2e-4, Float64 alone is off by about 1e-12.
 * Results are left in `r.hi` and `r.lo`. Relative error of an operation is about 2^-104 for magnitudes
 * between 1e-250 and 1e200; nothing that matters to a score lies outside.
 */

/** The result of the last operation. */
export const r = { hi: 0, lo: 0 };

function settle(hi: number, lo: number): void {
  r.hi = hi + lo;
  r.lo = lo - (r.hi - hi);
}

export function add(ah: number, al: number, bh: number, bl: number): void {
  const s = ah + bh;
  const b = s - ah;
  settle(s, ah - (s - b) + (bh - b) + (al + bl));
}

/** What is lost when the Float64 product p = a * b is rounded. */
function lost(a: number, b: number, p: number): number {
  const sa = 134217729 * a;
  const ah = sa - (sa - a);
  const al = a - ah;
  const sb = 134217729 * b;
  const bh = sb - (sb - b);
  const bl = b - bh;
  return ah * bh - p + ah * bl + al * bh + al * bl;
}

export function multiply(ah: number, al: number, bh: number, bl: number): void {
  const p = ah * bh;
  settle(p, lost(ah, bh, p) + (ah * bl + al * bh));
}

export function divide(ah: number, al: number, bh: number, bl: number): void {
  // Long division: three Float64 digits of the quotient, each from what the last one left.
  const q1 = ah / bh;
  multiply(q1, 0, bh, bl);
  add(ah, al, -r.hi, -r.lo);
  const [rh, rl] = [r.hi, r.lo];
  const q2 = rh / bh;
  multiply(q2, 0, bh, bl);
  add(rh, rl, -r.hi, -r.lo);
  const q3 = r.hi / bh;
  settle(q1, q2);
  add(r.hi, r.lo, q3, 0);
}

/** Neumaier's compensated sum: right to the last place or so, in any order, for terms of one sign. */
export function sum(terms: Iterable<number>): number {
  let total = 0;
  let rest = 0;
  for (const term of terms) {
    const next = total + term;
    rest += Math.abs(total) >= Math.abs(term) ? total - next + term : term - next + total;
    total = next;
  }
  return total + rest;
}
