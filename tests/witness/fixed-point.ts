/**
 * The oracle for every policy: plain fixed-point (Jacobi) iteration of the trust equations over dense
 * matrices, first in Float64 and then, from where that stands still, in double-double, until nothing
 * moves by more than 1e-24 of all mass. Shares no code with src. Slow on purpose: n^2 an iteration and
 * no acceleration, normalisation or ordering that could be wrong in the same way as the accused.
 */
import { add, divide, multiply, r, sum } from './double-double.ts';
import type { DenseRecord } from './record.ts';

/** Mass x and distrust z. */
export interface Point {
  x: Float64Array;
  z: Float64Array;
}

export interface Solution extends Point {
  y: Float64Array;
  trust: Float64Array;
  excess: number;
  D: Float64Array;
  iterations: number;
}

/** D(u): all that u says, and its reserve. */
export function denominators({ endorsed, objected, reserve }: DenseRecord): Float64Array {
  return reserve.map((kept, u) => sum([...endorsed[u]!, ...objected[u]!, kept].sort((p, q) => p - q)));
}

/** y: what objections leave of the mass. Written so that x^2 cannot underflow. */
export function voices({ policy: { objectionWeight: k } }: DenseRecord, { x, z }: Point): Float64Array {
  return x.map((mass, v) => (mass <= 0 ? 0 : mass * (mass / (mass + k * z[v]!))));
}

/** K: the largest earned restart. */
function ceiling({ policy, ids, credentials }: DenseRecord): number {
  return policy.cap === null ? Number.POSITIVE_INFINITY : (policy.cap * sum(credentials)) / ids.length;
}

function excessOver(record: DenseRecord, x: Float64Array): number {
  const K = ceiling(record);
  return sum(x.map((mass) => Math.max(mass - K, 0)));
}

/** The right-hand sides of the equations for x and z, at a point. */
export function step(record: DenseRecord, point: Point, D = denominators(record)): Point {
  const { policy, endorsed, objected, credentials } = record;
  const order = record.ids.length;
  const a = 1 - policy.damping;
  const K = ceiling(record);
  const excess = excessOver(record, point.x);
  const total = sum(credentials);
  const y = voices(record, point);
  const next = { x: new Float64Array(order), z: new Float64Array(order) };
  for (let v = 0; v < order; v++) {
    let inflow = 0;
    let against = 0;
    for (let u = 0; u < order; u++) {
      if (endorsed[u]![v]! > 0) inflow += (endorsed[u]![v]! / D[u]!) * y[u]!;
      if (objected[u]![v]! > 0) against += (objected[u]![v]! / D[u]!) * y[u]!;
    }
    const earned = Math.min(point.x[v]!, K) + (excess * credentials[v]!) / total;
    const restart = policy.balance * credentials[v]! + (1 - policy.balance) * earned;
    next.x[v] = a * restart + policy.damping * inflow;
    next.z[v] = policy.damping * against;
  }
  return next;
}

/** N = |dx|_1 + k |dz|_1, the norm of the theorems. */
export function distance({ policy }: DenseRecord, p: Point, q: Point): number {
  return l1(p.x, q.x) + policy.objectionWeight * l1(p.z, q.z);
}

export function l1(p: Float64Array, q: Float64Array): number {
  return sum(p.map((value, v) => Math.abs(value - q[v]!)));
}

/** The residual of the equations at a point, in the norm N. */
export function residual(record: DenseRecord, point: Point): number {
  return distance(record, step(record, point), point);
}

/** Theorem 2: how far a point with this residual can be from the solution, in the norm N. */
export function certified({ policy }: DenseRecord, remaining: number): number {
  return remaining / ((1 - policy.damping) * policy.balance);
}

/** Iterates to a standstill from `start` (default: no mass at all). */
export function fixedPoint(record: DenseRecord, start?: Point): Solution {
  const order = record.ids.length;
  const D = denominators(record);
  const total = sum(record.credentials);
  let point = start ?? { x: new Float64Array(order), z: new Float64Array(order) };
  let iterations = 0;
  // Theorem 1 makes 40 / (a balance) iterations enough; only a limit of work, the stage below decides.
  const limit = 100 + 40 / ((1 - record.policy.damping) * record.policy.balance);
  for (; iterations < limit; iterations++) {
    const next = step(record, point, D);
    const moved = l1(next.x, point.x) + l1(next.z, point.z);
    point = next;
    if (moved <= 1e-15 * total) break;
  }
  const refined = refine(record, point);
  const { x, z, y } = refined;
  const all = sum(y);
  return {
    x,
    z,
    y,
    trust: y.map((voice) => voice / all),
    excess: excessOver(record, x),
    D,
    iterations: iterations + refined.iterations,
  };
}

/** The same iteration in double-double: pairs of arrays, the second holding the low halves. */
function refine(record: DenseRecord, { x, z }: Point): Point & { y: Float64Array; iterations: number } {
  const { policy, ids, endorsed, objected, reserve, credentials } = record;
  const order = ids.length;
  let total: [number, number] = [0, 0];
  for (const credential of credentials) {
    add(...total, credential, 0);
    total = [r.hi, r.lo];
  }
  const [a, aLow] = [1 - policy.damping, 1 - (1 - policy.damping) - policy.damping];
  multiply(a, aLow, policy.balance, 0);
  const given: [number, number] = [r.hi, r.lo];
  add(a, aLow, -r.hi, -r.lo);
  const g: [number, number] = [r.hi, r.lo];
  let K: [number, number] = [Number.POSITIVE_INFINITY, 0];
  if (policy.cap !== null && order > 0) {
    multiply(...total, policy.cap, 0);
    divide(r.hi, r.lo, order, 0);
    K = [r.hi, r.lo];
  }

  // damping W / D of every pair that says anything, as a list.
  const pairs: { u: number; v: number; against: boolean; hi: number; lo: number }[] = [];
  for (let u = 0; u < order; u++) {
    let D: [number, number] = [reserve[u]!, 0];
    for (const weight of [...endorsed[u]!, ...objected[u]!]) {
      add(...D, weight, 0);
      D = [r.hi, r.lo];
    }
    for (let v = 0; v < order; v++) {
      for (const [against, matrix] of [
        [false, endorsed],
        [true, objected],
      ] as const) {
        if (matrix[u]![v]! === 0) continue;
        divide(matrix[u]![v]!, 0, ...D);
        multiply(r.hi, r.lo, policy.damping, 0);
        pairs.push({ u, v, against, hi: r.hi, lo: r.lo });
      }
    }
  }

  let [xh, zh] = [x.slice(), z.slice()];
  const zeros = () => new Float64Array(order);
  let [xl, zl, nextXh, nextXl, nextZh, nextZl] = [zeros(), zeros(), zeros(), zeros(), zeros(), zeros()];
  const [yh, yl] = [zeros(), zeros()];
  const speak = () => {
    for (let v = 0; v < order; v++) {
      yh[v] = xh[v]!;
      yl[v] = xl[v]!;
      if (xh[v]! <= 0 || zh[v] === 0 || policy.objectionWeight === 0) continue;
      multiply(zh[v]!, zl[v]!, policy.objectionWeight, 0);
      add(r.hi, r.lo, xh[v]!, xl[v]!);
      divide(xh[v]!, xl[v]!, r.hi, r.lo);
      multiply(r.hi, r.lo, xh[v]!, xl[v]!);
      yh[v] = r.hi;
      yl[v] = r.lo;
    }
  };

  for (let iterations = 0; iterations < 5_000_000; iterations++) {
    let excess: [number, number] = [0, 0];
    for (let v = 0; v < order; v++) {
      if (xh[v]! < K[0]) continue;
      add(xh[v]!, xl[v]!, -K[0], -K[1]);
      if (r.hi <= 0) continue;
      add(r.hi, r.lo, ...excess);
      excess = [r.hi, r.lo];
    }
    for (let v = 0; v < order; v++) {
      const over = xh[v]! > K[0] || (xh[v] === K[0] && xl[v]! > K[1]);
      divide(credentials[v]!, 0, ...total);
      multiply(r.hi, r.lo, ...excess);
      add(r.hi, r.lo, over ? K[0] : xh[v]!, over ? K[1] : xl[v]!);
      multiply(r.hi, r.lo, ...g);
      const [eh, el] = [r.hi, r.lo];
      multiply(...given, credentials[v]!, 0);
      add(r.hi, r.lo, eh, el);
      nextXh[v] = r.hi;
      nextXl[v] = r.lo;
      nextZh[v] = 0;
      nextZl[v] = 0;
    }
    speak();
    for (const { u, v, against, hi, lo } of pairs) {
      const [high, low] = against ? [nextZh, nextZl] : [nextXh, nextXl];
      multiply(hi, lo, yh[u]!, yl[u]!);
      add(r.hi, r.lo, high[v]!, low[v]!);
      high[v] = r.hi;
      low[v] = r.lo;
    }
    let moved = 0;
    for (let v = 0; v < order; v++) {
      moved += Math.abs(nextXh[v]! - xh[v]! + (nextXl[v]! - xl[v]!));
      moved += Math.abs(nextZh[v]! - zh[v]! + (nextZl[v]! - zl[v]!));
    }
    [xh, xl, nextXh, nextXl] = [nextXh, nextXl, xh, xl];
    [zh, zl, nextZh, nextZl] = [nextZh, nextZl, zh, zl];
    if (moved <= 1e-24 * total[0]) {
      speak();
      return { x: xh, z: zh, y: yh, iterations };
    }
  }
  throw new Error('the witness did not come to a standstill');
}

/** Theorem 3 at a point: the mass of a set, and what the theorem says it cannot exceed. */
export function region(
  record: DenseRecord,
  point: Point,
  inside: boolean[],
): { mass: number; limit: number } {
  const { policy, endorsed, credentials } = record;
  const a = 1 - policy.damping;
  const D = denominators(record);
  const y = voices(record, point);
  const entering: number[] = [];
  for (let u = 0; u < y.length; u++) {
    for (let v = 0; v < y.length; v++) {
      if (!inside[u] && inside[v] && endorsed[u]![v]! > 0) entering.push((endorsed[u]![v]! / D[u]!) * y[u]!);
    }
  }
  const within = (values: Float64Array) => sum(values.filter((_, v) => inside[v]));
  const excess = excessOver(record, point.x);
  const returned = excess > 0 ? excess / sum(credentials) : 0;
  const restart = a * (policy.balance + (1 - policy.balance) * returned) * within(credentials);
  return { mass: within(point.x), limit: certified(record, policy.damping * sum(entering) + restart) };
}

/** Standing of each contributor: endorsements against objections, each by its author's voice. */
export function standings({ endorsed, objected }: DenseRecord, y: Float64Array): Float64Array {
  const order = y.length;
  const mean = sum(y) / order;
  const loudest = y.map((_, u) => Math.max(...endorsed[u]!, ...objected[u]!));
  return y.map((_, v) => {
    const heard = (matrix: Float64Array[]) =>
      sum(y.map((voice, u) => (matrix[u]![v]! > 0 ? (matrix[u]![v]! / loudest[u]!) * voice : 0)));
    const [P, N] = [heard(endorsed), heard(objected)];
    return (P + mean / 2) / (P + N + mean);
  });
}
