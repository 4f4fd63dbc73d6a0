/**
 * Where the mass of one row started: contributions of all origins to one target, by local push from the
 * target backwards (Andersen, Borgs, Chayes, Hopcroft, Mirrokni and Teng, "Local computation of PageRank
 * contributions", 2007). With p what is found and r what is to be looked into,
 *
 *     x(target) = sum_o p(o) restart(o) + sum_u r(u) x(u)
 *
 * holds after every push, and x(u) is known. So what an origin has beyond p(o) restart(o) is at most the
 * last sum, and at most restart(o) max r / (a balance), since no origin's mass is more than restart / (a
 * balance) in all. Rows whose push finds most for each edge come first; O(1) an edge visited.
 */
import { bucketOf } from '../../solver/queue.ts';
import type { Settlement } from '../settlement.ts';
import type { Found } from './found.ts';
import { Inward } from './inward.ts';

/** Edges that are visited to find more than the errors demand, and the most that are visited at all. */
const EFFORT = 30_000;
const MOST = 2_000_000;
const PASSES = 8;
/** Roundings of the sums that errors are made of, with room to spare. */
const ROUNDED = 1 + 1e-9;

export function originsOf(
  settlement: Settlement,
  target: number,
  tolerance: number,
): { found: Found[]; error: number } {
  const { graph, solver } = settlement;
  const { order, edges } = graph;
  const { starts, ends, others, weights } = graph.endorsements;
  const { floor } = solver.constants;
  const inward = new Inward(settlement);
  const goal = tolerance * solver.mass(target);
  // The target's own edges come first, and find only itself.
  const effort = EFFORT + ends[target]! - starts[target]!;
  const most = MOST + PASSES * edges;
  const restarts = largestRestart(settlement);
  /** What may be left to look into at every row for no origin to be off by more than the goal. */
  const least = (goal * floor) / restarts;

  const known = new Float64Array(order);
  const open = new Float64Array(order);
  const bucket = new Uint16Array(order);
  const buckets: number[][] = [];
  const pushed: number[] = [];
  const opened: number[] = [];
  let top = 0;
  let over = 0;
  let unknown = 0;
  let visits = 0;
  const add = (u: number, amount: number) => {
    const mass = solver.mass(u);
    if (!(mass > 0 && amount > 0)) return;
    const before = open[u]!;
    const after = before + amount;
    open[u] = after;
    unknown += amount * mass;
    if (before === 0) opened.push(u);
    if (before <= least && after > least) over++;
    const place = bucketOf((after * mass) / (ends[u]! - starts[u]! + 2));
    if (place <= bucket[u]!) return;
    bucket[u] = place;
    buckets[place] ??= [];
    buckets[place].push(u);
    if (place > top) top = place;
  };

  add(target, 1);
  while (unknown > goal && visits < most) {
    const enough = visits >= effort;
    if (enough && over === 0) break;
    while (top > 0 && (buckets[top]?.length ?? 0) === 0) top--;
    if (top === 0) break;
    const u = buckets[top]!.pop()!;
    if (bucket[u] !== top) continue;
    bucket[u] = 0;
    const amount = open[u]!;
    if (enough && amount <= least) continue;
    open[u] = 0;
    if (amount > least) over--;
    unknown -= amount * solver.mass(u);
    const arrived = amount * inward.growth(u);
    if (known[u] === 0) pushed.push(u);
    known[u]! += arrived;
    for (let k = starts[u]!; k < ends[u]!; k++) {
      if (weights[k]! > 0) add(others[k]!, arrived * weights[k]! * inward.passed(others[k]!));
    }
    visits += ends[u]! - starts[u]! + 1;
  }

  // Summed anew: the running sum has been rounded at every step.
  let left = 0;
  let widest = 0;
  for (const u of opened) {
    left += open[u]! * solver.mass(u);
    if (open[u]! > widest) widest = open[u]!;
    open[u] = 0;
  }
  const errorOf = (restart: number) => ROUNDED * Math.min(left, (restart * widest) / floor);
  const found: Found[] = [];
  for (const row of pushed) {
    const restart = inward.restart(row);
    if (restart === 0) continue;
    found.push({ row, why: 'origin', mass: known[row]! * restart, error: errorOf(restart) });
  }
  return { found, error: errorOf(restarts) };
}

function largestRestart({ graph, solver }: Settlement): number {
  if (solver.uniform) return solver.rate;
  let largest = 0;
  for (let v = 0; v < graph.order; v++) {
    const credential = solver.credential(v);
    if (credential > largest) largest = credential;
  }
  return solver.rate * largest;
}
