/**
 * The incremental solver runs the conformance suite three times: from nothing, and at the end of a random way
 * of changes (newcomers, weights of all sizes that come, grow, shrink and go, credentials, other units,
 * half-done settling in between) that ends at the problem; and that again with its kernel in WebAssembly.
 */

import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Digraph } from '../../src/graph/digraph.ts';
import { Settle } from '../../src/solver/settle.ts';
import { sweep } from '../../src/solver/sweep.ts';
import { cases } from '../witness/arbitraries.ts';
import { type DenseRecord, replay } from '../witness/record.ts';
import { type Answer, conformance, type Wanted } from './conformance.ts';
import { columnsOf } from './problem.ts';
import { massShare } from './published.ts';

conformance('settle from nothing', {
  cold: true,
  solve: (problem, wanted) => finish(begin(problem), problem, wanted),
});

conformance('settle after random changes', { cold: false, solve: changed });

conformance('settle after random changes, delivered in WebAssembly', {
  cold: false,
  solve(problem, wanted) {
    vi.stubEnv('PEERAGE_KERNEL', 'wasm');
    try {
      return changed(problem, wanted);
    } finally {
      vi.unstubAllEnvs();
    }
  },
});

function changed(problem: DenseRecord, wanted: Wanted): Answer {
  const random = chance(wanted.seed);
  const settle = begin(somewhere(problem, random));
  travel(settle, problem, random);
  return finish(settle, problem, wanted);
}

function begin(problem: DenseRecord): Settle {
  const columns = columnsOf(problem);
  return new Settle(new Digraph(columns), problem.policy, { ...columns, reserve: problem.reserve });
}

function finish(settle: Settle, problem: DenseRecord, { tolerance, effort }: Wanted): Answer {
  const { ids } = problem;
  const { edgeVisits } = settle.settle({ tolerance, ...(effort === undefined ? {} : { budget: effort }) });
  const [x, z] = [new Float64Array(ids.length), new Float64Array(ids.length)];
  settle.read(x, z);
  const { bound } = settle;
  return { x, z, bound, massBound: massShare(problem) * bound, edgeVisits };
}

type Chance = (below: number) => number;

/** Whole numbers from 0 to below what is asked (mulberry32, T. Ettinger's public-domain mixer). */
function chance(seed: number): Chance {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** A problem of the first few contributors of `problem`, some of their pairs and credentials the same. */
function somewhere(problem: DenseRecord, random: Chance): DenseRecord {
  const order = problem.ids.length === 0 ? 0 : 1 + random(problem.ids.length);
  const some = (matrix: Float64Array[]) =>
    matrix.slice(0, order).map((row) => row.slice(0, order).map((weight) => (random(3) === 0 ? 0 : weight)));
  const credentials = problem.credentials.slice(0, order);
  // Some credential is in force as long as the solver lives.
  if (problem.granted && order > 0) credentials[random(order)]! += 1 + random(5);
  return {
    ...problem,
    ids: problem.ids.slice(0, order),
    endorsed: some(problem.endorsed),
    objected: some(problem.objected),
    reserve: problem.reserve.slice(0, order),
    credentials,
  };
}

/** Changes at random, then those that are missing for the problem, in a random order. */
function travel(settle: Settle, problem: DenseRecord, random: Chance): void {
  const { graph } = settle;
  const { ids, endorsed, objected, reserve, credentials, granted } = problem;
  const unit = new Float64Array(ids.length).fill(1);
  const rescale = (u: number, factor: number) => {
    unit[u]! *= factor;
    settle.rescale(u, factor, reserve[u]! * unit[u]!);
  };
  for (let step = random(60); step > 0; step--) {
    if (graph.order < ids.length && random(5) === 0) settle.add(reserve[graph.order]!);
    if (graph.order < 2) continue;
    const u = random(graph.order);
    const v = (u + 1 + random(graph.order - 1)) % graph.order;
    const deed = random(16);
    if (deed < 8) settle.weigh(u, v, random(4) === 0, weightAt(random) * unit[u]!);
    else if (deed < 10) settle.weigh(u, v, random(4) === 0, 0);
    else if (deed === 10 && granted) settle.credit(v, weightAt(random));
    else if (deed === 11 && granted && credentials[v]! > 0) settle.credit(v, credentials[v]!);
    else if (deed === 12) rescale(u, unit[u]! > 1 ? 2 ** -random(60) : 2 ** random(60));
    else if (deed < 15) settle.settle({ tolerance: 10 ** -random(10), budget: random(60) });
    else settle.settle({ tolerance: 10 ** -random(10) });
  }
  while (graph.order < ids.length) settle.add(reserve[graph.order]!);
  const missing: (() => void)[] = ids.map((_, u) => () => rescale(u, 1 / unit[u]!));
  for (let u = 0; u < ids.length; u++) {
    // Those that are in force first: some must remain.
    if (granted) missing.push(() => settle.credit(u, credentials[u]!));
    for (let v = 0; v < ids.length; v++) {
      if (u === v) continue;
      missing.push(() => settle.weigh(u, v, false, endorsed[u]![v]! * unit[u]!));
      missing.push(() => settle.weigh(u, v, true, objected[u]![v]! * unit[u]!));
    }
  }
  const first = credentials.findIndex((credential) => credential > 0);
  if (granted) settle.credit(first, credentials[first]!);
  for (let left = missing.length; left > 0; left--) {
    const [next] = missing.splice(random(left), 1);
    next!();
  }
}

/** Ordinary weights, and some from 1e-9 to 1e12. */
function weightAt(random: Chance): number {
  const digits = 1 + random(9);
  return random(3) === 0 ? digits * 10 ** (random(21) - 9) : digits / 2;
}

describe('asked for more than doubles hold', () => {
  it('settling ends, with a bound like that of sweeps asked for as much', () => {
    fc.assert(
      fc.property(cases(), fc.constantFrom(1e-12, 1e-15), (ledger, tolerance) => {
        const problem = replay(ledger);
        const settled = begin(problem).settle({ tolerance });
        const swept = sweep(columnsOf(problem), problem.policy, { tolerance });
        expect(settled.bound).toBeLessThanOrEqual(Math.max(tolerance, 8 * swept.bound));
      }),
      { numRuns: 2000, endOnFailure: true },
    );
  });
});
