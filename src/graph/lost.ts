/** Exactly what `sum`, the rounded a + b, is short of a + b (Dekker 1971, with the larger term first). */
export function lostOf(a: number, b: number, sum: number): number {
  return Math.abs(a) >= Math.abs(b) ? a - sum + b : b - sum + a;
}
