/**
 * Graphs large enough to be cut into blocks, laid out for a solver in the plainest way: RMAT pairs of the
 * bench, unit weights or not, every seventh an objection where they are signed.
 */
import { draw } from '../../bench/rmat.ts';
import type { Rows, System } from '../../src/graph/columns.ts';
import { Role } from '../../src/graph/columns.ts';

export interface Look {
  weighted: boolean;
  signed: boolean;
  credentials: boolean;
}

interface Pair {
  u: number;
  v: number;
  weight: number;
  against: boolean;
}

/**
 * Few cycles, as among packages and what they depend on: each of `order` contributors speaks of eight
 * before it, and every fiftieth of one far behind it, which closes cycles of many.
 */
export function dependencySystem(order: number): System {
  const pairs: Pair[] = [];
  for (let u = 8; u < order; u++) {
    const targets = new Set<number>();
    for (let k = 1; k <= 8; k++) targets.add((u * 7919 + k * k * 104_729) % u);
    if (u % 50 === 0 && u + 40 < order) targets.add(u + 40);
    for (const v of targets) pairs.push({ u, v, weight: 1, against: false });
  }
  return systemOf(order, pairs, false);
}

/** 2^15 contributors and 16 times as many pairs. */
export function largeSystem({ weighted, signed, credentials }: Look): System {
  const order = 2 ** 15;
  const pairs: Pair[] = [];
  draw({ kind: 'rmat', scale: 15, edgeFactor: 16, seed: 7 }, (u, v) => {
    const k = pairs.length;
    pairs.push({ u, v, weight: weighted ? 1 + (k % 13) / 8 : 1, against: signed && k % 7 === 0 });
  });
  return systemOf(order, pairs, credentials);
}

function systemOf(order: number, pairs: readonly Pair[], credentials: boolean): System {
  const signed = pairs.some(({ against }) => against);
  const demand = new Float64Array(order);
  const endorsed = new Float64Array(order);
  const inward = new Float64Array(order);
  const hears = new Uint8Array(order);
  for (const { u, v, weight, against } of pairs) {
    demand[u]! += weight;
    if (!against) endorsed[u]! += weight;
    hears[v] = 1;
  }
  const role = Uint8Array.from(demand, (said, v) => {
    if (said === 0) return Role.silent;
    return hears[v] === 1 ? Role.active : Role.speaker;
  });
  for (const { u, v, weight, against } of pairs) {
    if (!against && role[v] === Role.active) inward[u]! += weight;
  }
  const held = Float64Array.from(demand, (_, v) => (v % 100 === 0 ? 1 + (v % 3) : 0));
  return {
    order,
    role,
    endorsements: rowsOf(
      order,
      pairs.filter(({ against }) => !against),
    ),
    objections: signed
      ? rowsOf(
          order,
          pairs.filter(({ against }) => against),
        )
      : null,
    demand,
    endorsed,
    inward,
    credentials: credentials ? held : null,
    credentialSum: credentials ? held.reduce((sum, credential) => sum + credential) : order,
    edges: pairs.length,
    activeEdges: pairs.filter(({ v }) => role[v] === Role.active).length,
  };
}

function rowsOf(order: number, pairs: readonly { u: number; v: number; weight: number }[]): Rows {
  const sorted = pairs.toSorted((a, b) => a.v - b.v || a.u - b.u);
  const starts = new Uint32Array(order);
  const ends = new Uint32Array(order);
  for (const { v } of sorted) ends[v]!++;
  for (let v = 0; v < order; v++) {
    starts[v] = v === 0 ? 0 : ends[v - 1]!;
    ends[v]! += starts[v]!;
  }
  return {
    starts,
    ends,
    sources: Uint32Array.from(sorted, ({ u }) => u),
    weights: Float64Array.from(sorted, ({ weight }) => weight),
  };
}
