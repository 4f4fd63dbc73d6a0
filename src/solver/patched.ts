/** Sweeps over a graph with a patch laid over it: what an overlay hands over to when single visits cost more. */
import type { Digraph } from '../graph/digraph.ts';
import type { PairChange } from '../graph/patch.ts';
import { patchedRow, patchedRows } from '../graph/patch.ts';
import type { Parameters, State } from './equations.ts';
import { constants, emptyState, voice } from './equations.ts';
import { sweepFrom } from './sweep.ts';
import { systemOf } from './system.ts';

/** What sweeps need of every row, the patch included. */
export interface PatchedRows {
  readonly says: Uint32Array;
  readonly hears: Uint32Array;
  readonly demand: Float64Array;
  readonly endorsed: Float64Array;
  /** C of each; not read where every contributor counts 1. */
  readonly credentials: Float64Array;
  /** Where to start from. */
  readonly state: State;
}

/** Rows to be filled in. */
export function rowsFor(order: number): PatchedRows {
  const numbers = () => new Float64Array(order);
  const counts = () => new Uint32Array(order);
  const state = emptyState(order);
  return {
    ...{ says: counts(), hears: counts(), demand: numbers(), endorsed: numbers(), credentials: numbers() },
    state,
  };
}

export interface PatchedSweep {
  readonly parameters: Parameters;
  /** Pairs of objections, and of both signs. */
  readonly objected: number;
  readonly edges: number;
  readonly uniform: boolean;
  readonly tolerance: number;
}

/** Voices by row, with their bound. O(order + edges) and what the sweeps visit. */
export function sweepPatched(
  graph: Digraph,
  pairs: readonly PairChange[],
  { says, hears, demand, endorsed, credentials, state }: PatchedRows,
  { parameters, objected, edges, uniform, tolerance }: PatchedSweep,
): { voices: Float64Array; bound: number; edgeVisits: number } {
  const order = says.length;
  const rowsOf = (against: boolean) => {
    const rows = against ? graph.objections : graph.endorsements;
    const set = new Map<number, Map<number, number>>();
    for (const change of pairs) {
      if (change.against !== against) continue;
      const row = set.get(change.target) ?? new Map<number, number>();
      set.set(change.target, row.set(change.source, change.after));
    }
    const known = (v: number) => (v < graph.order ? v : rows.starts.length);
    const patched = new Map(Array.from(set, ([v, row]) => [v, patchedRow(rows, known(v), row)]));
    return patchedRows(rows, order, patched);
  };
  const rows = { endorsements: rowsOf(false), objections: rowsOf(true) };
  let credentialSum = uniform ? order : 0;
  for (let v = 0; !uniform && v < order; v++) credentialSum += credentials[v]!;
  const restart = { credentials: uniform ? null : credentials, credentialSum };
  const system = systemOf({ order, says, hears, objected, edges, ...rows }, { demand, endorsed, ...restart });
  const fixed = constants(parameters, system);
  if (!fixed.capped) state.excess = 0;
  const { bound, edgeVisits } = sweepFrom(state, system, fixed, { tolerance: tolerance / 1.01 });
  return { voices: state.x.map((x, row) => voice(x, state.z[row]!, fixed.k)), bound, edgeVisits };
}
