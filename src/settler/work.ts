/** A task, done: swept until the tolerance is proven, then measured and ranked as scores are. */

import type { System } from '../graph/columns.ts';
import { rankingOf } from '../ranking.ts';
import { sharesOf, standings, voicesOf } from '../scores.ts';
import { constants } from '../solver/equations.ts';
import { sweepFrom } from '../solver/sweep.ts';
import { systemOf } from '../solver/system.ts';
import type { Names, Outcome, Task } from './task.ts';

/** @param rest Called between steps, which take about as long as a sweep or a few. */
export function work(
  { graph, sums, parameters, tolerance, whole, contributor, names, room, ...found }: Task,
  rest: () => void = () => {},
): Outcome {
  const system = systemOf(graph, sums);
  rest();
  const { objectionWeight } = parameters;
  const before = voicesOf(found.x, found.z, objectionWeight);
  const state = { ...found, f: before.map((voice, v) => (graph.says[v]! > 0 ? voice / sums.demand[v]! : 0)) };
  const fixed = constants(parameters, system);
  const solution = sweepFrom(state, system, fixed, { tolerance, whole, onSweep: rest });
  rest();
  const { x: mass, z: distrust, excess } = state;
  const voices = voicesOf(mass, distrust, objectionWeight);
  const trust = sharesOf(voices);
  const largest = largestOf(system);
  rest();
  const standing = standings(system.endorsements, system.objections, largest, voices);
  rest();
  const text = textsOf(names);
  const ranking = rankingOf(trust, solution.bound, (row) => text(contributor[row]!));
  const { bound, edgeVisits } = solution;
  return {
    ...{ mass, distrust, voices, trust, standing, ranking },
    ...{ bound, excess, edgeVisits, whole: solution.whole, room },
  };
}

/** The largest weight that each row says, 1 where it says nothing. */
function largestOf({ order, endorsements, objections }: System): Float64Array {
  const largest = new Float64Array(order);
  for (const rows of objections === null ? [endorsements] : [endorsements, objections]) {
    const { starts, ends, sources, weights } = rows;
    for (let v = 0; v < order; v++) {
      for (let k = starts[v]!; k < ends[v]!; k++) {
        const weight = weights === null ? 1 : weights[k]!;
        if (weight > largest[sources[k]!]!) largest[sources[k]!] = weight;
      }
    }
  }
  for (let u = 0; u < order; u++) if (largest[u] === 0) largest[u] = 1;
  return largest;
}

function textsOf({ arena, ends }: Names): (index: number) => string {
  // A byte order mark inside an id is part of the id.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return (index) => decoder.decode(arena.subarray(index === 0 ? 0 : ends[index - 1]!, ends[index]!));
}
