/** Exactly what `sum`, the rounded a + b, is short of a + b (Dekker 1971, with the larger term first). */
export function lostOf(a: number, b: number, sum: number): number {
  return Math.abs(a) >= Math.abs(b) ? a - sum + b : b - sum + a;
}

/** The compensated sum (Kahan 1965). */
export function sumOf(values: Float64Array): number {
  let sum = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const term = values[i]! - lost;
    const next = sum + term;
    lost = next - sum - term;
    sum = next;
  }
  return sum;
}
