/**
 * What hosts use where they have no engine: the mean of all ratings, and PageRank with the same restart for
 * every account (Page, Brin, Motwani and Winograd 1999). Neither knows credentials, so neither bounds what
 * fakes can have. Ratings are taken as they were given, without kinds and decay.
 */
import type { Said } from './community.ts';
import type { Scored } from './ours.ts';

const DAMPING = 0.85;
const NEAR = 1e-12;
const MOST_STEPS = 1_000;

/** The mean weight of what was said of each, objections below zero; 0 for those of whom nothing was said. */
export function meanRating(all: readonly Said[], order: number): Scored {
  const sum = new Float64Array(order);
  const count = new Uint32Array(order);
  for (const { source, target, weight } of all) {
    for (let k = 0; k < source.length; k++) {
      if (source[k] === target[k]) continue;
      sum[target[k]!]! += weight[k]!;
      count[target[k]!]!++;
    }
  }
  return { score: sum.map((each, v) => (count[v] === 0 ? 0 : each / count[v]!)), bound: null, error: 0 };
}

/** PageRank by power iteration, weighted; it knows no objections, and mass that nobody passes on goes to all. */
export function pagerank(all: readonly Said[], order: number): Scored {
  const given = new Float64Array(order);
  each(all, (u, _, weight) => {
    given[u]! += weight;
  });
  let rank = new Float64Array(order).fill(1 / order);
  let error = 1;
  for (let step = 0; step < MOST_STEPS && error > NEAR; step++) {
    const next = new Float64Array(order);
    const rate = rank.map((mass, u) => (given[u]! > 0 ? (DAMPING * mass) / given[u]! : 0));
    each(all, (u, v, weight) => {
      next[v]! += rate[u]! * weight;
    });
    let passed = 0;
    for (let v = 0; v < order; v++) passed += next[v]!;
    error = 0;
    for (let v = 0; v < order; v++) {
      next[v]! += (1 - passed) / order;
      error += Math.abs(next[v]! - rank[v]!);
    }
    rank = next;
  }
  return { score: rank, bound: null, error: (error * DAMPING) / (1 - DAMPING) };
}

/** Every endorsement of somebody else. */
function each(all: readonly Said[], visit: (u: number, v: number, weight: number) => void): void {
  for (const { source, target, weight } of all) {
    for (let k = 0; k < source.length; k++) {
      if (weight[k]! > 0 && source[k] !== target[k]) visit(source[k]!, target[k]!, weight[k]!);
    }
  }
}
