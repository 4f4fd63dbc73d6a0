/**
 * Trust as one contributor sees it: the same equations with a single credential, of that contributor. Where
 * few rows matter it is found by local push from the viewer (Andersen, Chung and Lang 2006), touching
 * nothing else; where many do, or a cap makes every row count, by sweeps. Either way the bound is certified
 * as everywhere: the residual is what is pending, and nothing is pending where nothing has arrived.
 */
import type { System } from '../graph/columns.ts';
import type { Digraph } from '../graph/digraph.ts';
import { ROUNDING, UNIT } from './bound.ts';
import type { Parameters } from './equations.ts';
import { constants, emptyState, massOf, voice } from './equations.ts';
import { sweepFrom } from './sweep.ts';

/** The rows that have a voice, and how exact their shares are. */
export interface Personal {
  readonly rows: Uint32Array;
  /** y of each of them. */
  readonly voices: Float64Array;
  /** Proven L1 distance of the shares from the exact ones; 0..2. */
  readonly bound: number;
  readonly edgeVisits: number;
}

export interface PersonalOptions {
  /** Wanted bound, 0..2. */
  tolerance: number;
}

/** Share of all edges after which sweeps are the better way. */
const LOCAL = 1 / 4;

/**
 * Solves for the viewer's row. `system` gives the graph to sweep over, with the credentials it is told;
 * `demand` is D by row.
 */
export function personal(
  viewer: number,
  graph: Digraph,
  parameters: Parameters,
  system: (credentials: Float64Array) => System,
  demand: (row: number) => number,
  { tolerance }: PersonalOptions,
): Personal {
  const capped = parameters.cap !== null && parameters.balance < 1;
  const pushed = capped ? { found: null, edgeVisits: 0 } : push(viewer, graph, parameters, demand, tolerance);
  if (pushed.found !== null) return pushed.found;
  const credentials = new Float64Array(graph.order);
  credentials[viewer] = 1;
  const swept = system(credentials);
  const fixed = constants(parameters, swept);
  const { state, bound, edgeVisits } = sweepFrom(emptyState(graph.order), swept, fixed, { tolerance });
  const all = Float64Array.from(state.x, (x, row) => voice(x, state.z[row]!, fixed.k));
  const rows = Uint32Array.from(all, (_, row) => row).filter((row) => all[row]! > 0);
  const voices = Float64Array.from(rows, (row) => all[row]!);
  return { rows, voices, bound, edgeVisits: pushed.edgeVisits + edgeVisits };
}

/** What is known of a row that something has arrived at. */
interface Reached {
  readonly row: number;
  arrived: number;
  distrust: number;
  /** Flow per unit of weight delivered. */
  flow: number;
  voice: number;
  pending: number;
  queued: boolean;
}

/** Local push, and the visits it took; finds nothing where it would visit too much of the graph. */
function push(
  viewer: number,
  graph: Digraph,
  parameters: Parameters,
  demand: (row: number) => number,
  tolerance: number,
): { readonly found: Personal | null; readonly edgeVisits: number } {
  const fixed = constants(parameters, { credentialSum: 1, order: graph.order });
  const { others, weights, starts, ends } = graph.out;
  const reached = new Map<number, Reached>();
  const queue: Reached[] = [];
  let [pool, voices, mass, drift, edgeVisits] = [0, 0, 0, 0, 0];
  let threshold = 1;
  const find = (row: number): Reached => {
    let cell = reached.get(row);
    if (cell === undefined) {
      cell = { row, arrived: 0, distrust: 0, flow: 0, voice: 0, pending: 0, queued: false };
      reached.set(row, cell);
    }
    return cell;
  };
  const touch = (cell: Reached): void => {
    const x = massOf(cell.arrived, fixed);
    const y = voice(x, cell.distrust, fixed.k);
    voices += y - cell.voice;
    cell.voice = y;
    const degree = graph.says[cell.row]!;
    if (degree === 0) return;
    const before = Math.abs(cell.pending);
    cell.pending = y - cell.flow * demand(cell.row);
    pool += Math.abs(cell.pending) - before;
    drift += UNIT * pool;
    if (!cell.queued && Math.abs(cell.pending) > threshold * (degree + 2)) {
      cell.queued = true;
      queue.push(cell);
    }
  };
  const first = find(viewer);
  first.arrived = fixed.floor;
  touch(first);
  const bound = () => {
    const residual = fixed.damping * Math.max(0, pool) + drift + 2 * ROUNDING * Math.max(mass, 1);
    return Math.min(2, (2 * residual) / (voices * (1 - 1e-9)) / fixed.floor + 2 * Number.EPSILON);
  };
  while (bound() > tolerance) {
    const cell = queue.pop();
    if (cell === undefined) {
      // All that is left is small: look at it more closely.
      threshold /= 4;
      if (threshold < 1e-30) return { found: null, edgeVisits };
      for (const other of reached.values()) touch(other);
      continue;
    }
    const visits = ends[cell.row]! - starts[cell.row]!;
    if (edgeVisits + visits > LOCAL * graph.edges) return { found: null, edgeVisits };
    edgeVisits += visits;
    cell.queued = false;
    const flow = cell.voice / demand(cell.row);
    const part = fixed.damping * (flow - cell.flow);
    cell.flow = flow;
    for (let j = starts[cell.row]!; j < ends[cell.row]!; j++) {
      const key = others[j]!;
      const target = find(key >>> 1);
      const change = part * weights[j]!;
      if ((key & 1) === 1) target.distrust = Math.max(0, target.distrust + change);
      else target.arrived = Math.max(0, target.arrived + change);
      drift += UNIT * (target.distrust + target.arrived + Math.abs(change));
      mass += Math.abs(change);
      touch(target);
    }
    touch(cell);
  }
  const cells = [...reached.values()].filter((cell) => cell.voice > 0);
  const rows = Uint32Array.from(cells, (cell) => cell.row);
  const known = Float64Array.from(cells, (cell) => cell.voice);
  return { found: { rows, voices: known, bound: bound(), edgeVisits }, edgeVisits };
}
