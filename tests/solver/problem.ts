/**
 * The witness's dense record laid out as a solver reads a graph: row v is contributor v. Written out in the
 * plainest way, apart from the rooms that do the same for events, so that a fault of theirs stays theirs.
 */
import type { Columns, Rows } from '../../src/graph/columns.ts';
import { Role } from '../../src/graph/columns.ts';
import { sum } from '../witness/double-double.ts';
import { denominators } from '../witness/fixed-point.ts';
import type { DenseRecord } from '../witness/record.ts';

/** Frozen columns of a record. */
export function columnsOf(record: DenseRecord): Columns {
  const { endorsed, objected, credentials, granted } = record;
  const order = record.ids.length;
  const says = (u: number) => pairsOf(endorsed[u]!) + pairsOf(objected[u]!) > 0;
  const hears = (v: number) => record.ids.some((_, u) => endorsed[u]![v]! > 0 || objected[u]![v]! > 0);
  const role = Uint8Array.from(record.ids, (_, v) => {
    if (!says(v)) return Role.silent;
    return hears(v) ? Role.active : Role.speaker;
  });
  const active = (weights: Float64Array) => sum(weights.filter((_, v) => role[v] === Role.active));
  const endorsements = rowsOf(endorsed);
  const objections = rowsOf(objected);
  const edges = endorsements.sources.length + objections.sources.length;
  const silent = (rows: Rows) =>
    record.ids.reduce((n, _, v) => n + (role[v] === Role.silent ? rows.ends[v]! - rows.starts[v]! : 0), 0);
  return {
    order,
    role,
    endorsements,
    objections: objections.sources.length > 0 ? objections : null,
    demand: denominators(record),
    endorsed: Float64Array.from(endorsed, sum),
    inward: Float64Array.from(endorsed, active),
    credentials: granted ? credentials : null,
    credentialSum: sum(credentials),
    edges,
    activeEdges: edges - silent(endorsements) - silent(objections),
    size: endorsements.sources.length,
    contributor: Uint32Array.from(record.ids, (_, v) => v),
    largest: Float64Array.from(record.ids, (_, u) => Math.max(...endorsed[u]!, ...objected[u]!) || 1),
  };
}

function pairsOf(weights: Float64Array): number {
  return weights.reduce((count, weight) => count + (weight > 0 ? 1 : 0), 0);
}

/** A matrix by source as rows by target. */
function rowsOf(matrix: Float64Array[]): Rows {
  const starts = new Uint32Array(matrix.length);
  const ends = new Uint32Array(matrix.length);
  const sources: number[] = [];
  const weights: number[] = [];
  for (let v = 0; v < matrix.length; v++) {
    starts[v] = sources.length;
    for (let u = 0; u < matrix.length; u++) {
      if (!(matrix[u]![v]! > 0)) continue;
      sources.push(u);
      weights.push(matrix[u]![v]!);
    }
    ends[v] = sources.length;
  }
  return { starts, ends, sources: Uint32Array.from(sources), weights: Float64Array.from(weights) };
}
