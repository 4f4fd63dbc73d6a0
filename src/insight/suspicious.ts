/**
 * Groups that nobody named: communities that keep what they get among themselves, ranked by how much of the
 * region bound they use. A ring of fake accounts is such a group, and so is any closed circle of friends:
 * this says where to look, not who is guilty. The communities are found by whatever is injected.
 */
import type { Digraph } from '../graph/digraph.ts';
import type { Chain } from './chain.ts';
import { type Group, GroupMeasure } from './groups.ts';

/** Endorsed pairs, by row. */
export interface Pairs {
  readonly order: number;
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  /** The flow of trust along each. */
  readonly weights: Float64Array;
}

/** Finds communities: a label for each row. Has to give the same for the same pairs and seed. */
export type Communities = (pairs: Pairs, seed: number) => ArrayLike<number>;

export interface SuspiciousGroup extends Group {
  /** Endorsed pairs inside, as a share of those that there could be. */
  readonly density: number;
  /** The part of what members could pass on that stays inside, and of what they receive that comes from outside. */
  readonly kept: number;
  readonly inflowShare: number;
  /** The most trusted members. */
  readonly examples: readonly string[];
}

export interface SuspicionOptions {
  /** Members from which a group is looked at, and the largest share of the community that one may be. */
  readonly least?: number;
  readonly largest?: number;
  /** At least this part of what members could pass on stays inside. */
  readonly kept?: number;
  /** At least this part of its bound is used. */
  readonly used?: number;
  /** At most this part of the restart and inflow of a group comes from credentials of its own. */
  readonly granted?: number;
  readonly top?: number;
}

/** Pairs above which looking for communities takes too long and too much memory. */
export const MOST_PAIRS = 500_000;

export function suspicious(
  chain: Chain,
  graph: Digraph,
  labels: ArrayLike<number>,
  id: (row: number) => string,
  { least = 3, largest = 0.5, kept = 0.5, used = 0.5, granted = 0.5, top = 10 }: SuspicionOptions = {},
): SuspiciousGroup[] {
  const members = new Map<number, number[]>();
  for (let row = 0; row < chain.order; row++) {
    const label = labels[row]!;
    const rows = members.get(label);
    if (rows === undefined) members.set(label, [row]);
    else rows.push(row);
  }
  const measure = new GroupMeasure(chain);
  const found: SuspiciousGroup[] = [];
  for (const rows of members.values()) {
    if (rows.length < least || rows.length > largest * chain.order) continue;
    const trusted = rows.toSorted((u, v) => chain.voices[v]! - chain.voices[u]! || u - v);
    const group = measure.of(`around ${id(trusted[0]!)}`, rows, graph.endorsements);
    const received = group.inflow + group.inside;
    const could = chain.constants.damping * group.mass;
    if (!(group.inside > 0) || group.inside < kept * could || group.used < used) continue;
    // A group with credentials of its own is no stranger; where none is in force, everybody has the same.
    const given = chain.rate * group.credentials;
    if (chain.credentials !== null && given > granted * (given + group.inflow)) continue;
    found.push({
      ...group,
      density: pairsInside(graph, rows) / (rows.length * (rows.length - 1)),
      kept: group.inside / could,
      inflowShare: group.inflow / received,
      examples: trusted.slice(0, 5).map(id),
    });
  }
  found.sort((a, b) => b.used - a.used || b.mass - a.mass || (a.group < b.group ? -1 : 1));
  return found.slice(0, top);
}

/** All endorsed pairs, with the flow along them. */
export function pairsOf({ order, out, gain, mass }: Chain): Pairs {
  const { others, weights, starts, ends } = out;
  const sources: number[] = [];
  const targets: number[] = [];
  const flows: number[] = [];
  for (let u = 0; u < order; u++) {
    for (let j = starts[u]!; j < ends[u]!; j++) {
      const key = others[j]!;
      const flow = weights[j]! * gain[u]! * mass[u]!;
      if ((key & 1) === 1 || !(flow > 0)) continue;
      sources.push(u);
      targets.push(key >>> 1);
      flows.push(flow);
    }
  }
  return {
    order,
    sources: Uint32Array.from(sources),
    targets: Uint32Array.from(targets),
    weights: Float64Array.from(flows),
  };
}

function pairsInside({ out }: Digraph, rows: readonly number[]): number {
  const inside = new Set(rows);
  let pairs = 0;
  for (const u of rows) {
    for (let j = out.starts[u]!; j < out.ends[u]!; j++) {
      const key = out.others[j]!;
      if ((key & 1) === 0 && out.weights[j]! > 0 && inside.has(key >>> 1)) pairs++;
    }
  }
  return pairs;
}
