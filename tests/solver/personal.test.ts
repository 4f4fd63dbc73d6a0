/**
 * Trust as one contributor sees it, against the witness with that contributor's credential alone: within its bound,
 * by push and by sweeps, and no farther into the graph than it has to be.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Digraph } from '../../src/graph/digraph.ts';
import { personal } from '../../src/solver/personal.ts';
import { sweep } from '../../src/solver/sweep.ts';
import { said } from '../insight/community.ts';
import { cases } from '../witness/arbitraries.ts';
import { fixedPoint } from '../witness/fixed-point.ts';
import { type DenseRecord, replay } from '../witness/record.ts';
import { columnsOf } from './problem.ts';

/** Asks as one viewer; how often sweeps were needed besides. */
function asked(problem: DenseRecord, viewer: number, tolerance: number) {
  const columns = columnsOf(problem);
  const graph = new Digraph(columns);
  let sweeps = 0;
  const told = personal(
    viewer,
    graph,
    problem.policy,
    (credentials) => {
      sweeps++;
      return { ...columns, credentials, credentialSum: 1 };
    },
    (row) => columns.demand[row]!,
    { tolerance },
  );
  return { ...told, sweeps, edges: graph.edges };
}
/** The shares that one contributor sees, by the witness. */
function seen(problem: DenseRecord, viewer: number): Float64Array {
  const credentials = problem.credentials.map((_, v) => (v === viewer ? 1 : 0));
  return fixedPoint({ ...problem, credentials, granted: true }).trust;
}
const sum = (values: Iterable<number>) => [...values].reduce((all, value) => all + value, 0);
function distance(
  { rows, voices }: { rows: Uint32Array; voices: Float64Array },
  trust: Float64Array,
): number {
  const all = sum(voices);
  const shares = new Float64Array(trust.length);
  for (const [k, row] of rows.entries()) shares[row] = voices[k]! / all;
  return sum(shares.map((share, v) => Math.abs(share - trust[v]!)));
}

/** `count` rows in a line from a, far from thousands of pairs that nobody there is told of. */
const far = (...texts: string[]) => {
  const others = Array.from({ length: 60 }, (_, k) => `x${k}>x${(k + 1) % 60}`);
  return replay({ initial: { damping: 0.5 }, events: said(...texts, ...others) as never });
};

describe('personal trust', () => {
  it('of a line is halved at every step, and touches nothing else', () => {
    const told = asked(far('a>b', 'b>c'), 0, 1e-9);
    expect([...told.rows]).toEqual([0, 1, 2]);
    expect([...told.voices]).toEqual([0.5, 0.25, 0.125].map((value) => expect.closeTo(value, 9)));
    expect(told).toMatchObject({ sweeps: 0, edgeVisits: 2 });
    expect(told.bound).toBeLessThanOrEqual(1e-9);
  });

  it('takes objections and shares of what is said', () => {
    const told = asked(far('a>b*3', 'a>c', 'b!c*2', 'b>d*2'), 0, 1e-10);
    // c receives 1/16 for, 3/64 against; all of b's half passes on by halves.
    const [b, forC, againstC] = [3 / 16, 1 / 16, 3 / 64];
    const wanted = [0.5, b, forC ** 2 / (forC + againstC), b / 4];
    expect([...told.rows]).toEqual([0, 1, 2, 3]);
    expect([...told.voices]).toEqual(wanted.map((value) => expect.closeTo(value, 9)));
    expect(told.sweeps).toBe(0);
  });

  it('leaves out whom objections silence, and whom nothing reaches', () => {
    const told = asked(far('a!b', 'a>c', 'd>c'), 0, 1e-9);
    expect([...told.rows]).toEqual([0, 2]);
    expect([...asked(far('a>a', 'b>c'), 0, 1e-9).rows]).toEqual([0]);
    expect(asked(far('a>a', 'b>c'), 0, 1e-9)).toMatchObject({ edgeVisits: 0, sweeps: 0 });
  });

  it('goes on round a ring until it is exact enough, no longer than that', () => {
    const ring = far('a>b', 'b>a');
    const visits = [1e-1, 1e-3, 1e-6, 1e-9].map((tolerance) => {
      const told = asked(ring, 0, tolerance);
      expect(told.bound).toBeLessThanOrEqual(tolerance);
      expect(distance(told, seen(ring, 0))).toBeLessThanOrEqual(told.bound);
      return told.edgeVisits;
    });
    expect(visits).toEqual(visits.toSorted((p, q) => p - q));
    expect(visits[0]).toBeLessThanOrEqual(5);
  });

  it('is swept for where much of the graph matters, or a cap makes all rows count', () => {
    const small = replay({ initial: {}, events: said('a>b', 'b>c', 'c>a', 'b>a') as never });
    const told = asked(small, 0, 1e-9);
    expect(told.sweeps).toBe(1);
    expect(distance(told, seen(small, 0))).toBeLessThanOrEqual(told.bound);
    const capped = replay({
      initial: { damping: 0.5, balance: 0.5, cap: 0.1 },
      events: said('a>b', ...Array.from({ length: 20 }, (_, k) => `x${k}>y${k}`)) as never,
    });
    const under = asked(capped, 0, 1e-9);
    expect(under.sweeps).toBe(1);
    expect(distance(under, seen(capped, 0))).toBeLessThanOrEqual(under.bound);
    // A cap is none where nothing is earned.
    expect(asked({ ...capped, policy: { ...capped.policy, balance: 1 } }, 0, 1e-9).sweeps).toBe(0);
    // What was visited in vain counts.
    const star = far('a>b', 'a>c', 'a>d', ...Array.from({ length: 40 }, (_, k) => `b>y${k}`), 'y0>a');
    const vain = asked(star, 0, 1e-9);
    expect(vain.sweeps).toBe(1);
    const columns = columnsOf(star);
    const credentials = Float64Array.from(star.ids, (_, v) => (v === 0 ? 1 : 0));
    const alone = sweep({ ...columns, credentials, credentialSum: 1 }, star.policy, { tolerance: 1e-9 });
    // Three endorsements of a; those of b would have been too many.
    expect(vain.edgeVisits).toBe(3 + alone.edgeVisits);
  });

  it('is pushed where restart is earned without a cap', () => {
    const told = asked({ ...far('a>b'), policy: { ...far('a>b').policy, balance: 0.5 } }, 0, 1e-9);
    // x(a) = 1/4 + x(a)/4, and half of it, by a third more, is b's.
    expect(told.sweeps).toBe(0);
    expect([...told.voices]).toEqual([1 / 3, 2 / 9].map((value) => expect.closeTo(value, 9)));
  });

  it('is no more exact than rounding allows, and says so', () => {
    // Who says nothing has nothing pending: 64 roundings of the mass, twice, over voice and floor, each a half.
    const { bound } = asked(far('a>a'), 0, 1e-9);
    const rounding = (2 * 2 * 64 * 2 ** -53) / 0.5 / 0.5;
    expect(bound).toBeGreaterThanOrEqual(rounding);
    expect(bound).toBeLessThanOrEqual(rounding * 1.01);
    const told = asked(far('a>b', 'b>c', 'c>a'), 0, 0);
    expect(told.sweeps).toBe(1);
    expect(told.bound).toBeLessThan(1e-12);
  });

  it('makes room in its bound for what rounding may have done at every step', () => {
    const leaves = Array.from({ length: 128 }, (_, k) => [`a>b${k}`, `b${k}>c`]).flat();
    const others = Array.from({ length: 780 }, (_, k) => `x${k % 60}>x${(k + 1 + Math.floor(k / 60)) % 60}`);
    const told = asked(far(...leaves, ...others), 0, 1e-9);
    expect(told).toMatchObject({ sweeps: 0, edgeVisits: 256 });
    // A rounding with what higher orders add to it.
    const unit = 1.2e-16;
    // What is pending is summed anew at each of these: a is looked at 6 times before it delivers a half to its
    // leaves and once more; after that all are looked at; then they deliver, and c sums up an eighth.
    const steps = [6 * 0.5, 128 * 0.5 + (0.25 * 129) / 2 + 0.25, 129 * 0.25, 0.25 * 63.5];
    const received = [2 * 0.25, (0.125 / 128) * ((128 * 129) / 2 + 128)];
    const drift = unit * [...steps, ...received].reduce((sum, one) => sum + one, 0);
    const bound = (2 * (drift + 2 * 64 * 2 ** -53)) / 0.875 / 0.5 + 2 * Number.EPSILON;
    expect(told.bound / bound).toBeCloseTo(1, 2);
  });

  it('gives up where nothing is left to look at, and not before a quarter of the graph was visited', () => {
    // No bound is 0: what is left is looked at ever more closely, and in vain.
    expect(asked(far('a>b'), 0, 0)).toMatchObject({ sweeps: 1, bound: expect.any(Number) });
    const star = (count: number) => far(...Array.from({ length: count }, (_, k) => `a>b${k}`));
    expect(asked(star(20), 0, 1e-9)).toMatchObject({ sweeps: 0, edgeVisits: 20, edges: 80 });
    expect(asked(star(21), 0, 1e-9)).toMatchObject({ sweeps: 1, edges: 81 });
  });

  it('takes more visits the more exact it is to be', () => {
    const pairs = Array.from({ length: 12 }, (_, k) => [
      `m${k}>m${(k + 1) % 12}`,
      `m${k}>m${(5 * k + 2) % 12}`,
    ]);
    const small = replay({ initial: {}, events: said(...pairs.flat()) as never });
    const visits = [1e-1, 1e-12].map((tolerance) => asked(small, 0, tolerance).edgeVisits);
    expect(visits[0]).toBeLessThan(visits[1]!);
  });

  it('is within its bound of the witness, whoever looks and whatever the policy', () => {
    fc.assert(
      fc.property(
        cases({ moderate: true }),
        fc.nat(11),
        fc.constantFrom(1e-2, 1e-6, 1e-9),
        (ledger, who, tolerance) => {
          const problem = replay(ledger);
          fc.pre(problem.ids.length > 0);
          const viewer = who % problem.ids.length;
          const told = asked(problem, viewer, tolerance);
          expect(told.bound).toBeLessThanOrEqual(tolerance);
          expect(distance(told, seen(problem, viewer))).toBeLessThanOrEqual(told.bound + 1e-12);
          for (const voice of told.voices) expect(voice).toBeGreaterThan(0);
        },
      ),
    );
  });
});
