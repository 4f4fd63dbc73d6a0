/** A graph that moves, or one that is only imagined, as sweeps read it: roles, and what follows from them. */
import type { Rows, System } from '../graph/columns.ts';
import { Role } from '../graph/columns.ts';
import type { Place } from '../graph/slack-rows.ts';

/** Pairs by target, and how many live ones a row is the source and the target of. */
export interface Graph {
  readonly order: number;
  readonly says: Uint32Array;
  readonly hears: Uint32Array;
  readonly endorsements: Rows;
  readonly objections: Rows;
  /** Objected pairs, and pairs of both signs. */
  readonly objected: number;
  readonly edges: number;
}

/** What rows say in all, by row, and the credentials. */
export type RowSums = Pick<System, 'demand' | 'endorsed' | 'credentials' | 'credentialSum'>;

/** O(order + pairs of the silent). */
export function systemOf(
  { order, says, hears, endorsements, objections, objected, edges }: Graph,
  of: RowSums,
): System {
  const role = new Uint8Array(order);
  const inward = of.endorsed.slice(0, order);
  let silentEdges = 0;
  for (let v = 0; v < order; v++) {
    if (says[v]! > 0) {
      role[v] = hears[v]! > 0 ? Role.active : Role.speaker;
      continue;
    }
    role[v] = Role.silent;
    silentEdges += hears[v]!;
    for (let j = endorsements.starts[v]!; j < endorsements.ends[v]!; j++) {
      inward[endorsements.sources[j]!]! -= endorsements.weights === null ? 1 : endorsements.weights[j]!;
    }
  }
  for (let u = 0; u < order; u++) if (!(inward[u]! > 0)) inward[u] = 0;
  return {
    ...of,
    order,
    role,
    endorsements,
    objections: objected > 0 ? objections : null,
    inward,
    edges,
    activeEdges: edges - silentEdges,
  };
}

/** Copies, to where these are placed, of what `systemOf` reads of a graph that moves. O(order + edges). */
export function copyOf(
  { order, objected, edges, says, hears, endorsements, objections }: Graph,
  sums: RowSums,
  place: Place,
): { graph: Graph; sums: RowSums } {
  const byRow = <T extends Uint32Array | Float64Array>(values: T): T => place(values, order);
  const rowsOf = ({ starts, ends, sources, weights }: Rows): Rows => ({
    starts: byRow(starts),
    ends: byRow(ends),
    sources: place(sources, sources.length),
    weights: weights && place(weights, weights.length),
  });
  return {
    graph: {
      ...{ order, objected, edges },
      says: byRow(says),
      hears: byRow(hears),
      endorsements: rowsOf(endorsements),
      objections: rowsOf(objections),
    },
    sums: {
      ...sums,
      demand: byRow(sums.demand),
      endorsed: byRow(sums.endorsed),
      credentials: sums.credentials && byRow(sums.credentials),
    },
  };
}
