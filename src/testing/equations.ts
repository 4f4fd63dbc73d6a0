/**
 * The trust equations, computed in the plainest way: rounds over all that is said, until they stand still. The
 * witness of invariants that compare scores with the equations; shares no code with our solver. What it
 * leaves open is told by the residual (DESIGN.md, theorem 2) and by what its rounding can be.
 */
import type { Policy } from '../policy.ts';
import type { Range } from './measured.ts';
import type { Weighed } from './weighed.ts';
import { capped } from './weighed.ts';

/** Mass and distrust, by contributor. */
export interface State {
  readonly x: Float64Array;
  readonly z: Float64Array;
}

/** One round: the right-hand sides of the equations at a state. */
export function round(
  { ids, said, credentials, credentialSum }: Weighed,
  policy: Policy,
  { x, z }: State,
): State {
  const { damping, balance, objectionWeight: k } = policy;
  const a = 1 - damping;
  const order = ids.length;
  const ceiling = capped(policy) ? (policy.cap! * credentialSum) / order : Number.POSITIVE_INFINITY;
  let excess = 0;
  for (const mass of x) excess += Math.max(0, mass - ceiling);
  const next = { x: new Float64Array(order), z: new Float64Array(order) };
  for (let v = 0; v < order; v++) {
    const earned = Math.min(x[v]!, ceiling) + (excess * credentials[v]!) / credentialSum;
    next.x[v] = a * (balance * credentials[v]! + (1 - balance) * earned);
  }
  for (const { source, target, part, against } of said) {
    const heard = against ? next.z : next.x;
    heard[target]! += damping * part * voice(x[source]!, z[source]!, k);
  }
  return next;
}

/** y: what objections leave of a mass. */
function voice(x: number, z: number, k: number): number {
  return x > 0 ? x * (x / (x + k * z)) : 0;
}

/** |dx| + k |dz|, the norm in which the equations contract. */
export function apart(here: State, there: State, k: number): number {
  let sum = 0;
  here.x.forEach((mass, v) => {
    sum += Math.abs(mass - there.x[v]!);
  });
  here.z.forEach((distrust, v) => {
    sum += k * Math.abs(distrust - there.z[v]!);
  });
  return sum;
}

/** The shares that the equations have, and how far all of them together may be off. */
export function solved(ledger: Weighed, policy: Policy): { shares: Map<string, number>; off: number } {
  const { ids, said, credentialSum } = ledger;
  const floor = (1 - policy.damping) * policy.balance;
  const order = ids.length;
  const k = policy.objectionWeight;
  let state: State = { x: new Float64Array(order), z: new Float64Array(order) };
  let residual = Number.POSITIVE_INFINITY;
  // The rounds contract by 1 - a balance, so these are enough for all bits.
  for (let left = Math.ceil(45 / floor); left > 0; left--) {
    const next = round(ledger, policy, state);
    residual = apart(next, state, k);
    state = next;
    if (residual <= 1e-16 * credentialSum) break;
  }
  const voices = state.x.map((mass, v) => voice(mass, state.z[v]!, k));
  const sum = voices.reduce((all, one) => all + one, 0);
  // Each sum rounds once a term, each weight some 128 times; no more than all credentials is ever summed.
  const rounding = (said.length + order + 256) * 2 ** -53 * 2 * credentialSum;
  const off = ((2 / sum) * (residual + rounding)) / floor;
  return { shares: new Map(ids.map((id, v) => [id, voices[v]! / sum])), off };
}

/** Mass where nobody objects and nothing is capped: a sum over walks, (1 - d) sum_n d^n C P^n, to the last bit. */
export function walked({ ids, said, credentials }: Weighed, damping: number): Float64Array {
  const mass = new Float64Array(ids.length);
  let front = credentials.map((credential) => (1 - damping) * credential);
  for (let left = 1; left > 2 ** -60; left *= damping) {
    const next = new Float64Array(ids.length);
    front.forEach((arrived, v) => {
      mass[v]! += arrived;
    });
    for (const { source, target, part } of said) next[target]! += damping * part * front[source]!;
    front = next;
  }
  return mass;
}

/** How far a sum over walks may be off, relative to all credentials: what was cut off, and rounding at each step. */
export function walkError({ said, ids }: Weighed, damping: number): Range {
  return { low: 0, high: 2 ** -59 + ((said.length + ids.length + 256) * 2 ** -53) / (1 - damping) };
}
