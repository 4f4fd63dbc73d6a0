/**
 * The strongest chains of endorsements by which mass arrived: from an origin's restart, along the share that
 * each passes to the next, to the target, nobody twice. Best first from the target backwards: what is behind
 * a chain's first contributor is at most the mass it has, so a beginning that promises less than the weakest
 * chain kept, or than the tolerance, is never followed. Chains left out are weaker than the `error`.
 */
import type { Settlement } from '../settlement.ts';
import type { Found } from './found.ts';
import { Inward } from './inward.ts';

/** Edges that are visited before what was found has to do. */
const EFFORT = 100_000;
const NONE = -1;

interface Limits {
  readonly depth: number;
  readonly breadth: number;
  readonly tolerance: number;
}

export function chainsOf(
  settlement: Settlement,
  target: number,
  { depth, breadth, tolerance }: Limits,
): { found: Found[]; left: number; error: number } {
  const { graph, solver } = settlement;
  const { starts, ends, others, weights } = graph.endorsements;
  const inward = new Inward(settlement);
  const goal = tolerance * solver.mass(target);
  // Chains that end at the target, by their first row: what a unit of its mass is worth there, what follows.
  const rows: number[] = [];
  const worth: number[] = [];
  const next: number[] = [];
  const steps: number[] = [];
  const queue = new Heap();
  /** The strongest so far, the strongest first. */
  const kept: { chain: number; mass: number }[] = [];
  let left = 0;
  const weakest = () => (kept.length < breadth ? 0 : kept[breadth - 1]!.mass);
  const make = (row: number, value: number, after: number): number => {
    next.push(after);
    steps.push(after === NONE ? 0 : steps[after]! + 1);
    worth.push(value);
    return rows.push(row) - 1;
  };
  const keep = (chain: number, mass: number) => {
    let place = kept.length;
    while (place > 0 && kept[place - 1]!.mass < mass) place--;
    kept.splice(place, 0, { chain, mass });
    if (kept.length > breadth) {
      kept.length = breadth;
      left++;
    }
  };
  const visits = (chain: number, row: number): boolean => {
    for (let at = chain; at !== NONE; at = next[at]!) if (rows[at] === row) return true;
    return false;
  };
  /** Mass that starts at the first of a chain. */
  const begun = (row: number, value: number) => value * inward.growth(row) * inward.restart(row);

  const first = make(target, 1, NONE);
  const own = begun(target, 1);
  if (own > 0) keep(first, own);
  queue.push(solver.mass(target), first);
  let effort = 0;
  /** The most that was promised where nothing was followed. */
  let passedOver = 0;
  while (queue.length > 0 && queue.best > Math.max(weakest(), goal) && effort <= EFFORT) {
    const chain = queue.pop();
    if (steps[chain]! === depth) continue;
    const v = rows[chain]!;
    const arrived = worth[chain]! * inward.growth(v);
    const made: number[] = [];
    for (let k = starts[v]!; k < ends[v]!; k++) {
      const u = others[k]!;
      if (!(weights[k]! > 0) || visits(chain, u)) continue;
      const value = arrived * weights[k]! * inward.passed(u);
      const promise = value * solver.mass(u);
      const mass = begun(u, value);
      // With more kept in this very loop the rest of a row may turn out to promise too little.
      if (!(promise > 0) || promise <= weakest()) {
        if (mass > 0) left++;
        continue;
      }
      const one = make(u, value, chain);
      if (mass > 0) {
        if (mass > weakest()) keep(one, mass);
        else left++;
      }
      made.push(one);
    }
    effort += ends[v]! - starts[v]! + 1;
    const least = Math.max(weakest(), goal);
    for (const one of made) {
      const promise = worth[one]! * solver.mass(rows[one]!);
      if (promise > least) queue.push(promise, one);
      else if (promise > passedOver) passedOver = promise;
    }
  }
  const found = kept.map(({ chain, mass }) => {
    const path: number[] = [];
    for (let at = chain; at !== NONE; at = next[at]!) path.push(rows[at]!);
    return { row: rows[chain]!, why: 'path' as const, mass, path };
  });
  return { found, left, error: Math.max(weakest(), passedOver, queue.length > 0 ? queue.best : 0) };
}

/** Numbered things, the one of the largest key first. */
class Heap {
  readonly #keys: number[] = [];
  readonly #items: number[] = [];

  get length(): number {
    return this.#keys.length;
  }

  /** The largest key. */
  get best(): number {
    return this.#keys[0]!;
  }

  push(key: number, item: number): void {
    const keys = this.#keys;
    const items = this.#items;
    let at = keys.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (keys[above]! >= key) break;
      keys[at] = keys[above]!;
      items[at] = items[above]!;
      at = above;
    }
    keys[at] = key;
    items[at] = item;
  }

  pop(): number {
    const keys = this.#keys;
    const items = this.#items;
    const best = items[0]!;
    const key = keys.pop()!;
    const item = items.pop()!;
    const { length } = keys;
    if (length === 0) return best;
    let at = 0;
    for (let below = 1; below < length; below = 2 * at + 1) {
      if (below + 1 < length && keys[below + 1]! > keys[below]!) below++;
      if (keys[below]! <= key) break;
      keys[at] = keys[below]!;
      items[at] = items[below]!;
      at = below;
    }
    keys[at] = key;
    items[at] = item;
    return best;
  }
}
