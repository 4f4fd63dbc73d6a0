/**
 * Walks as the witness sees them: starts and chances to follow, from its dense fixed point, written out from
 * the definition; and the accused's chain of the same numbers. Cases are small and their weights moderate.
 */
import { Digraph } from '../../src/graph/digraph.ts';
import { type Chain, chainOf } from '../../src/insight/chain.ts';
import { constants } from '../../src/solver/equations.ts';
import { columnsOf } from '../solver/problem.ts';
import { cases } from '../witness/arbitraries.ts';
import { sum } from '../witness/double-double.ts';
import { fixedPoint } from '../witness/fixed-point.ts';
import type { DenseRecord, Ledger } from '../witness/record.ts';
import { replay } from '../witness/record.ts';

export interface Walking {
  readonly record: DenseRecord;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** a t, by contributor. */
  readonly starts: Float64Array;
  /** Chance to follow, from u to v. */
  readonly follow: number[][];
}

/** Ledgers with somebody in them. */
export const ledgers = (limits: Parameters<typeof cases>[0] = {}) =>
  cases({ moderate: true, ...limits }).filter((ledger) => replay(ledger).ids.length > 0);

export function walkingOf(ledger: Ledger): Walking {
  const record = replay(ledger);
  const { policy, endorsed, credentials } = record;
  const { x, y, D, excess } = fixedPoint(record);
  const a = 1 - policy.damping;
  const total = sum(credentials);
  const ceiling = policy.cap === null ? Number.POSITIVE_INFINITY : (policy.cap * total) / x.length;
  const starts = x.map((mass, v) => {
    const earned = Math.min(mass, ceiling) + (excess * credentials[v]!) / total;
    return a * (policy.balance * credentials[v]! + (1 - policy.balance) * earned);
  });
  const follow = endorsed.map((row, u) =>
    Array.from(row, (weight) => (weight > 0 ? (policy.damping * (y[u]! / x[u]!) * weight) / D[u]! : 0)),
  );
  for (let u = 0; u < x.length; u++) if (!(x[u]! > 0)) follow[u]!.fill(0);
  return { record, x, y, starts, follow };
}

/** The chain of the same state. */
export function chainOfWitness({ record, x }: Walking): Chain {
  const columns = columnsOf(record);
  const { z, D, excess } = fixedPoint(record);
  const fixed = constants(record.policy, columns);
  const rate = fixed.floor + (fixed.capped ? (fixed.back * excess) / columns.credentialSum : 0);
  const { order, credentials, credentialSum } = columns;
  const { out } = new Digraph(columns);
  return chainOf({ order, out, x, z, demand: D, credentials, credentialSum, rate, constants: fixed });
}

/** Values that repeat as g = reward + follow g says, with some of them given; by plain repetition. */
export function expected(
  { follow }: Pick<Walking, 'follow'>,
  reward: (row: number) => number,
  given: number | null = null,
): number[] {
  let values = follow.map((_, u) => (u === given ? 1 : reward(u)));
  for (let round = 0; round < 20_000; round++) {
    const next = follow.map((row, u) =>
      u === given ? 1 : reward(u) + row.reduce((all, chance, v) => all + chance * values[v]!, 0),
    );
    const moved = Math.max(...next.map((value, u) => Math.abs(value - values[u]!)));
    values = next;
    if (moved === 0 || moved < 1e-15 * Math.max(...values)) break;
  }
  return values;
}
