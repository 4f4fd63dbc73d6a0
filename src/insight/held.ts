/**
 * How trust is held: the usual figures of concentration over the published shares. They say how much each
 * one has, not through whom it came.
 */

/** Concentration of the shares of a community. */
export interface Held {
  /** 0 where all have the same, towards 1 where one has all (Gini 1912). */
  readonly gini: number;
  /** Share of all trust that the most trusted 1% and 10% hold; at least one contributor. */
  readonly top1: number;
  readonly top10: number;
  /** As many equals would be as diverse: exp of the Shannon entropy, and 1 / sum of squares (Herfindahl). */
  readonly effective: number;
  readonly effectiveHHI: number;
  /** Fewest contributors who together hold more than half. */
  readonly nakamoto50: number;
}

/** Measures shares that fall and sum to 1; all 0 for an empty community. */
export function held(trust: Float64Array): Held {
  const order = trust.length;
  if (order === 0) return { gini: 0, top1: 0, top10: 0, effective: 0, effectiveHHI: 0, nakamoto50: 0 };
  let weighted = 0;
  let entropy = 0;
  let squares = 0;
  let sum = 0;
  let nakamoto50 = 0;
  for (let place = 0; place < order; place++) {
    const share = trust[place]!;
    weighted += (order - place) * share;
    squares += share * share;
    if (share > 0) entropy -= share * Math.log(share);
    if (sum <= 0.5) nakamoto50++;
    sum += share;
  }
  return {
    gini: Math.max(0, (order + 1 - 2 * (sum * (order + 1) - weighted)) / order),
    top1: total(trust, Math.ceil(order / 100)),
    top10: total(trust, Math.ceil(order / 10)),
    effective: Math.exp(entropy),
    effectiveHHI: 1 / squares,
    nakamoto50,
  };
}

/** A point of the Lorenz curve: the share of trust that the least trusted part of a community holds. */
export type LorenzPoint = readonly [contributors: number, trust: number];

/** The Lorenz curve (1905) of shares that fall: from (0, 0) to (1, 1), at most `points` steps of equal width. */
export function lorenz(trust: Float64Array, points = 100): LorenzPoint[] {
  const order = trust.length;
  const curve: LorenzPoint[] = [[0, 0]];
  const steps = Math.min(points, order);
  let sum = 0;
  let taken = 0;
  for (let step = 1; step <= steps; step++) {
    const until = Math.round((step * order) / steps);
    while (taken < until) sum += trust[order - 1 - taken++]!;
    curve.push([taken / order, step === steps ? 1 : sum]);
  }
  return curve;
}

function total(trust: Float64Array, count: number): number {
  let sum = 0;
  for (let place = 0; place < count; place++) sum += trust[place]!;
  return sum;
}
