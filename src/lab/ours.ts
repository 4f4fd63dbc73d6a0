/**
 * Scores by the trust equations under a policy, and the proven bound of what a set of accounts can have
 * (DESIGN.md, theorem 3): with F the flow of endorsements that enters the set S from outside,
 *
 *     x(S) <= B = [ damping F + a (balance + (1 - balance) excess / sum C) C(S) ] / (a balance)
 *
 * however many accounts S has and whatever they say. What S publishes is at most x(S), so its share of trust
 * is at most B / (B + y(rest)). Not a line of it knows what the attack was.
 */
import type { Columns } from '../graph/columns.ts';
import type { Policy } from '../policy.ts';
import { constants, restartRate, voice } from '../solver/equations.ts';
import { sweep } from '../solver/sweep.ts';

/** What a scorer says of a community under attack, by index of contributor. */
export interface Scored {
  readonly score: Float64Array;
  /** The largest share of all scores that is proven possible for the fakes; null where nothing is proven. */
  readonly bound: number | null;
  /** By how much a share may be off what is exact. */
  readonly error: number;
}

export function scoreByPolicy(
  columns: Columns,
  policy: Policy,
  fake: (contributor: number) => boolean,
  tolerance: number,
): Scored {
  const solution = sweep(columns, policy, { tolerance });
  const { state, residual } = solution;
  const { order, contributor, endorsements, demand, credentials, credentialSum } = columns;
  const fixed = constants(policy, columns);
  const inside = Uint8Array.from(contributor, (u) => (fake(u) ? 1 : 0));
  const voices = new Float64Array(order);
  const score = new Float64Array(order);
  let rest = 0;
  for (let row = 0; row < order; row++) {
    const y = voice(state.x[row]!, state.z[row]!, fixed.k);
    voices[row] = y;
    score[contributor[row]!] = y;
    if (inside[row] === 0) rest += y;
  }
  let [flow, granted] = [0, 0];
  for (let v = 0; v < order; v++) {
    if (inside[v] === 0) continue;
    granted += credentials === null ? 1 : credentials[v]!;
    for (let k = endorsements.starts[v]!; k < endorsements.ends[v]!; k++) {
      const u = endorsements.sources[k]!;
      if (inside[u] === 0) flow += ((endorsements.weights?.[k] ?? 1) * voices[u]!) / demand[u]!;
    }
  }
  const rate = restartRate(fixed, fixed.capped ? state.excess : 0, credentialSum);
  const most = (fixed.damping * flow + rate * granted) / fixed.floor;
  const bound = most > 0 ? most / (most + rest) : 0;
  // What is still undelivered may stand anywhere, so inside too.
  const pending = most + residual / fixed.floor;
  return { score, bound, error: solution.bound + pending / (pending + rest) - bound };
}
