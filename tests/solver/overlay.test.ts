/**
 * A patch laid over a settled graph: what it would come to is what the witness makes of the patched record, within
 * the bound that is told, and the solver below is as it was. Pushes, passes and sweeps by the size of the patch.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Digraph } from '../../src/graph/digraph.ts';
import type { PairChange, Patch } from '../../src/graph/patch.ts';
import { Overlay } from '../../src/solver/overlay.ts';
import { Settle } from '../../src/solver/settle.ts';
import { said } from '../insight/community.ts';
import { trustAllowance } from '../witness/allowance.ts';
import { cases } from '../witness/arbitraries.ts';
import { sum } from '../witness/double-double.ts';
import { fixedPoint } from '../witness/fixed-point.ts';
import { type DenseRecord, replay } from '../witness/record.ts';
import { columnsOf } from './problem.ts';

const settled = (problem: DenseRecord, tolerance: number) => {
  const columns = columnsOf(problem);
  const solver = new Settle(new Digraph(columns), problem.policy, { ...columns, reserve: problem.reserve });
  solver.settle({ tolerance });
  return solver;
};

interface Change {
  readonly source: number;
  readonly target: number;
  readonly against: boolean;
  readonly weight: number;
}

/** The record as it would be with changes, newcomers and credentials, and the patch that says so. */
function patched(
  record: DenseRecord,
  changes: readonly Change[],
  newcomers: number,
  credits: ReadonlyMap<number, number>,
): { patch: Patch; after: DenseRecord } {
  const order = record.ids.length + newcomers;
  const grown = (matrix: Float64Array[]) =>
    Array.from({ length: order }, (_, u) => {
      const row = new Float64Array(order);
      if (u < matrix.length) row.set(matrix[u]!);
      return row;
    });
  const after = {
    ...record,
    ids: Array.from({ length: order }, (_, v) => record.ids[v] ?? `new ${v}`),
    endorsed: grown(record.endorsed),
    objected: grown(record.objected),
    reserve: Float64Array.from({ length: order }, (_, v) => record.reserve[v] ?? (v % 2) / 4),
    credentials: Float64Array.from(
      { length: order },
      (_, v) => credits.get(v) ?? record.credentials[v] ?? (record.granted ? 0 : 1),
    ),
  };
  const pairs = new Map<string, PairChange>();
  for (const { source, target, against, weight } of changes) {
    const row = (against ? after.objected : after.endorsed)[source]!;
    const key = [source, target, against].join();
    const before = pairs.get(key)?.before ?? row[target]!;
    row[target] = weight;
    if (source !== target) pairs.set(key, { source, target, against, before, after: weight });
    else row[target] = 0;
  }
  const reserves = new Map(
    Array.from({ length: newcomers }, (_, k) => record.ids.length + k).map((v) => [v, after.reserve[v]!]),
  );
  return { patch: { newcomers, pairs: [...pairs.values()], reserves, credits }, after };
}

/** All voices as they would be: those that are told, and those of the solver for the others. */
function voicesOf(
  solver: Settle,
  order: number,
  told: { rows: Uint32Array; after: Float64Array },
): Float64Array {
  const voices = Float64Array.from({ length: order }, (_, v) =>
    v < solver.graph.order ? solver.voice(v) : 0,
  );
  for (const [k, row] of told.rows.entries()) voices[row] = told.after[k]!;
  return voices;
}

/** Solves, and holds the answer against the witness, and the solver against what it was. */
function expectTrue(
  overlay: Overlay,
  solver: Settle,
  { patch, after }: ReturnType<typeof patched>,
  tolerance: number,
): number | null {
  const rows = Array.from({ length: solver.graph.order }, (_, v) => [solver.mass(v), solver.voice(v)]);
  const cells = solver.cells.slice(0, 8 * solver.graph.order);
  const told = overlay.solve(patch, tolerance);
  expect(solver.cells.slice(0, 8 * solver.graph.order)).toEqual(cells);
  if (told === null) return null;
  expect(new Set(told.rows).size).toBe(told.rows.length);
  expect([...told.before]).toEqual([...told.rows].map((row) => rows[row]?.[1] ?? Number.NaN));
  for (let v = 0; v < patch.newcomers; v++) expect(told.rows).toContain(solver.graph.order + v);
  const voices = voicesOf(solver, after.ids.length, told);
  const exact = fixedPoint(after).trust;
  const all = sum(voices);
  const off = sum(voices.map((voice, v) => Math.abs(voice / all - exact[v]!)));
  expect(off).toBeLessThanOrEqual(told.bound + trustAllowance(after));
  expect(told.bound).toBeLessThanOrEqual(Math.max(tolerance, 1e-11));
  return told.edgeVisits;
}

/** 40 of whom each endorses five others. */
const texts = Array.from(
  { length: 200 },
  (_, k) => `m${k % 40}>m${((k % 40) * 7 + 11 * Math.floor(k / 40) + 1) % 40}*${1 + (k % 3)}`,
);
const community = (policy: object, ...more: string[]) =>
  replay({
    initial: policy,
    events: said(...texts.filter((text) => !/^m(\d+)>m\1\*/.test(text)), ...more) as never,
  });
const none = new Map<number, number>();

const POLICIES: [object, ...string[]][] = [
  [{}],
  [{}, '+m0*3', '+m7'],
  [{ objectionWeight: 2 }, 'm1!m2*3', 'm4!m9'],
  [{ balance: 0.5, cap: 1.2 }],
  [{ balance: 0.3 }, '+m0*3', '+m7'],
  [{ balance: 0.5, cap: 3, reserve: 2 }, '+m0*3', '+m7', '+m9', 'm4!m9'],
];
const one = { source: 3, target: 9, against: false, weight: 2 };

/** Everybody endorses the first, half of them object to the second, and nobody endorses those they did. */
function upheaval(record: DenseRecord): Change[] {
  return Array.from({ length: record.ids.length - 2 }, (_, k) => [
    { source: k + 2, target: 0, against: false, weight: 30 },
    { source: k + 2, target: 1, against: k % 2 === 0, weight: 1 },
    ...[...record.endorsed[k + 2]!].flatMap((weight, target) =>
      weight > 0 && target > 1 ? [{ source: k + 2, target, against: false, weight: 0 }] : [],
    ),
  ]).flat();
}

/** Visits at bounds of 1e-3 and 1e-9: of one endorsement, a newcomer that speaks, and an upheaval. */
const MEASURED = [
  [651, 849, 440, 2424, 2819, 704],
  [849, 0, 610, 2819, 0, 874],
  [658, 858, 709, 2648, 2649, 979],
  [848, 1046, 704, 2621, 2758, 1408],
  [1045, 0, 611, 3212, 0, 875],
  [656, 396, 534, 2438, 396, 1068],
];

describe('a patch costs', () => {
  it.each(POLICIES.map((policy, k) => [k, policy] as const))(
    'no more than when it was measured, and a tenth: %s',
    (k, [policy, ...more]) => {
      const record = community(policy, ...more);
      const solver = settled(record, 1e-10);
      const overlay = new Overlay(solver);
      const order = record.ids.length;
      const newcomer = { source: order, target: 5, against: false, weight: 1 };
      const told: number[] = [];
      for (const tolerance of [1e-3, 1e-9]) {
        for (const [changes, newcomers] of [
          [[one], 0],
          [[newcomer], 1],
          [upheaval(record), 0],
        ] as const) {
          const answer = overlay.solve(patched(record, changes, newcomers, none).patch, tolerance)!;
          expect(answer.bound).toBeLessThanOrEqual(tolerance);
          told.push(answer.edgeVisits);
        }
      }
      for (const [at, visits] of MEASURED[k]!.entries()) expect(told[at]).toBeLessThanOrEqual(1.1 * visits);
    },
  );
});

describe('a patch', () => {
  it('comes to what the witness makes of the patched record, one after another', () => {
    const weights = fc.constantFrom(0, 0.25, 1, 3, 50);
    const change = fc.record({
      source: fc.nat(99),
      target: fc.nat(99),
      against: fc.boolean(),
      weight: weights,
    });
    const script = fc.record({
      changes: fc.array(change, { maxLength: 6 }),
      newcomers: fc.nat(2),
      credits: fc.array(fc.tuple(fc.nat(99), fc.constantFrom(0.5, 2)), { maxLength: 2 }),
    });
    fc.assert(
      fc.property(
        cases({ moderate: true }),
        fc.array(script, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(1e-3, 1e-6, 1e-9),
        (ledger, scripts, tolerance) => {
          const record = replay(ledger);
          fc.pre(record.ids.length > 0);
          const solver = settled(record, tolerance / 4);
          const overlay = new Overlay(solver);
          for (const { changes, newcomers, credits } of scripts) {
            const order = record.ids.length + newcomers;
            const there = changes.map((one) => ({
              ...one,
              source: one.source % order,
              target: one.target % order,
            }));
            const other = record.granted
              ? new Map(credits.map(([v, credential]) => [v % order, credential]))
              : new Map<number, number>();
            expectTrue(overlay, solver, patched(record, there, newcomers, other), tolerance);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('that is small is pushed, that changes everything is passed or swept', () => {
    for (const [policy, ...more] of POLICIES) {
      const record = community(policy, ...more);
      const solver = settled(record, 1e-10);
      const overlay = new Overlay(solver);
      const order = record.ids.length;
      const nothing = expectTrue(overlay, solver, patched(record, [], 0, none), 1e-6);
      expect(nothing).toBe(0);
      for (const tolerance of [1e-3, 1e-9]) {
        expectTrue(overlay, solver, patched(record, [one], 0, none), tolerance);
        expectTrue(overlay, solver, patched(record, [{ ...one, against: true }], 0, none), tolerance);
        const newcomer = { source: order, target: 5, against: false, weight: 1 };
        const heard = { source: 5, target: order + 1, against: false, weight: 4 };
        expectTrue(overlay, solver, patched(record, [newcomer, heard], 2, none), tolerance);
        const many = upheaval(record);
        expectTrue(overlay, solver, patched(record, many, 0, none), tolerance);
        if (record.granted)
          expectTrue(
            overlay,
            solver,
            patched(
              record,
              [],
              1,
              new Map([
                [7, 20],
                [order, 5],
              ]),
            ),
            tolerance,
          );
      }
    }
  });

  it('of one endorsement costs what it moves, and no more the more exact it was before', () => {
    // A line of ten far from a community: only the line is visited.
    const line = Array.from({ length: 10 }, (_, k) => `l${k}>l${k + 1}`);
    const record = community({}, ...line);
    const solver = settled(record, 1e-12);
    const row = (id: string) => record.ids.indexOf(id);
    const change = { source: row('l0'), target: row('l5'), against: false, weight: 1 };
    const visits = expectTrue(new Overlay(solver), solver, patched(record, [change], 0, none), 1e-9)!;
    // Two of l0 are said anew, and each of the others says one; l1 to l9 have less or more to pass on.
    expect(visits).toBeGreaterThan(0);
    expect(visits).toBeLessThanOrEqual(30);
  });

  it('that leaves a row with next to nothing to say is not solved', () => {
    const record = community({});
    const solver = settled(record, 1e-6);
    const tiny = [...record.endorsed[3]!].flatMap((weight, target) =>
      weight > 0 ? [{ source: 3, target, against: false, weight: 1e-200 }] : [],
    );
    expect(new Overlay(solver).solve(patched(record, tiny, 0, none).patch, 1e-6)).toBeNull();
  });
});
