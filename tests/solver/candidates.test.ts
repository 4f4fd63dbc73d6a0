/** Rows by what it is worth to visit them: all of those on which anything is pending, the best first. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Digraph } from '../../src/graph/digraph.ts';
import { Candidates } from '../../src/solver/candidates.ts';
import { Settle } from '../../src/solver/settle.ts';
import { said } from '../insight/community.ts';
import { cases } from '../witness/arbitraries.ts';
import { replay } from '../witness/record.ts';
import { columnsOf } from './problem.ts';

const settleOf = (problem: ReturnType<typeof replay>) => {
  const columns = columnsOf(problem);
  return new Settle(new Digraph(columns), problem.policy, { ...columns, reserve: problem.reserve });
};
const all = (candidates: Candidates) => {
  const rows: [row: number, bucket: number][] = [];
  for (; candidates.row >= 0; candidates.pass()) rows.push([candidates.row, candidates.bucket]);
  return rows;
};
/** What is pending at a row, by its out-degree and two, from the definition. */
const worth = (solver: Settle, v: number) =>
  solver.graph.says[v]! === 0
    ? 0
    : Math.abs(solver.voice(v) - solver.flow(v) * solver.demand(v)) / (solver.graph.says[v]! + 2);

describe('candidates', () => {
  it('are all rows with anything pending, the best first by powers of two, equals by number', () => {
    fc.assert(
      fc.property(cases({ moderate: true }), fc.nat(20), (ledger, budget) => {
        const solver = settleOf(replay(ledger));
        solver.settle({ tolerance: 1e-9, budget });
        const candidates = new Candidates(solver);
        candidates.renew();
        const told = all(candidates);
        expect([candidates.row, candidates.bucket]).toEqual([-1, 0]);
        const wanted = Array.from({ length: solver.graph.order }, (_, v) => ({ v, worth: worth(solver, v) }))
          .map(({ v, worth }) => ({ v, bucket: worth > 1e-14 ? Math.floor(Math.log2(worth)) + 1023 : 0 }))
          .filter(({ bucket }) => bucket > 0)
          .sort((p, q) => q.bucket - p.bucket || p.v - q.v);
        // Rows of roundings aside, which the product f D tells apart from what was delivered.
        const real = told.filter(([v]) => worth(solver, v) > 1e-14);
        expect(real).toEqual(wanted.map(({ v, bucket }) => [v, bucket]));
        const buckets = told.map(([, bucket]) => bucket);
        expect(buckets).toEqual(buckets.toSorted((p, q) => q - p));
      }),
    );
  });

  it('begin again where they are told to, and are looked for anew only when the solver has moved', () => {
    const solver = settleOf(replay({ initial: {}, events: said('a>b', 'b>c', 'c>a', 'a>c*3') as never }));
    const candidates = new Candidates(solver);
    expect([candidates.row, candidates.bucket]).toEqual([-1, 0]);
    candidates.renew();
    const first = all(candidates);
    expect(first.length).toBeGreaterThan(1);
    candidates.renew();
    expect(candidates.row).toBe(-1);
    candidates.begin();
    expect(all(candidates)).toEqual(first);
    solver.weigh(0, 1, false, 5);
    candidates.renew();
    const later = all(candidates);
    expect(later.length).toBeGreaterThan(0);
    expect(later).not.toEqual(first);
  });
});
