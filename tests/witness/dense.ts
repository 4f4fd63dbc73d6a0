/**
 * The oracle for linear policies (no live objection, no cap): the equations are then one linear system,
 * solved by Gaussian elimination with partial pivoting. Shares no code with src and no iteration with
 * the other oracle. The matrix is strictly diagonally dominant by columns, so elimination is stable.
 */
import { denominators } from './fixed-point.ts';
import type { DenseRecord } from './record.ts';

/** Whether a record's equations are linear. */
export function isLinear({ policy, objected }: DenseRecord): boolean {
  return policy.cap === null && objected.every((row) => row.every((weight) => weight === 0));
}

/** Mass x of a record whose equations are linear: (1 - a (1 - balance)) x - damping P'x = a balance C. */
export function dense(record: DenseRecord): Float64Array {
  const { policy, endorsed, credentials } = record;
  const order = record.ids.length;
  const a = 1 - policy.damping;
  const D = denominators(record);
  const rows = Array.from({ length: order }, (_, v) => {
    const row = new Float64Array(order + 1);
    for (let u = 0; u < order; u++)
      row[u] = endorsed[u]![v]! > 0 ? (-policy.damping * endorsed[u]![v]!) / D[u]! : 0;
    row[v]! += policy.damping + a * policy.balance; // 1 - a (1 - balance) without cancellation
    row[order] = a * policy.balance * credentials[v]!;
    return row;
  });
  return eliminate(rows);
}

/** Solves rows of [matrix | right-hand side], in place. */
export function eliminate(rows: Float64Array[]): Float64Array {
  const order = rows.length;
  for (let k = 0; k < order; k++) {
    let pivot = k;
    for (let v = k + 1; v < order; v++) {
      if (Math.abs(rows[v]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = v;
    }
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    for (let v = k + 1; v < order; v++) {
      const factor = rows[v]![k]! / rows[k]![k]!;
      if (factor === 0) continue;
      for (let u = k; u <= order; u++) rows[v]![u]! -= factor * rows[k]![u]!;
    }
  }
  const x = new Float64Array(order);
  for (let v = order - 1; v >= 0; v--) {
    let rest = rows[v]![order]!;
    for (let u = v + 1; u < order; u++) rest -= rows[v]![u]! * x[u]!;
    x[v] = rest / rows[v]![v]!;
  }
  return x;
}
