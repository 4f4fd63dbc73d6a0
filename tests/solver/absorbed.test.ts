/**
 * What the incremental solver keeps of each row after any changes is what the definitions make of its flows: no
 * weight, credential or newcomer is absorbed twice or forgotten. The model is a matrix and three lists.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Digraph } from '../../src/graph/digraph.ts';
import { SnapshotReader } from '../../src/snapshot/reader.ts';
import { SnapshotWriter } from '../../src/snapshot/writer.ts';
import { Settle } from '../../src/solver/settle.ts';
import { said } from '../insight/community.ts';
import { replay } from '../witness/record.ts';
import { columnsOf } from './problem.ts';

interface Model {
  /** Weights by source, target and sign. */
  weights: number[][][];
  /** Null where everybody has 1. */
  credentials: number[] | null;
  reserves: number[];
}

const policies = fc.record({
  damping: fc.constantFrom(0.5, 0.85),
  balance: fc.constantFrom(0.25, 0.5, 1),
  cap: fc.constantFrom(null, 0.5, 2),
  objectionWeight: fc.constantFrom(0, 0.5, 1),
});
const steps = fc.record({
  act: fc.constantFrom('weigh', 'weigh', 'weigh', 'credit', 'withhold', 'add', 'settle', 'spend', 'rescale'),
  u: fc.nat(50),
  v: fc.nat(50),
  against: fc.boolean(),
  amount: fc.constantFrom(0, 0.25, 1, 1, 2, 7, 100),
});

function begin(granted: boolean, withholding: boolean, policy: object): { solver: Settle; model: Model } {
  const texts = ['a>b', 'b>c*2', 'c>a', 'c!b', ...(granted ? ['+a*2', '+c'] : [])];
  const problem = replay({ initial: policy, events: said(...texts) as never });
  const columns = columnsOf(problem);
  const kept = withholding ? { reserve: new Float64Array(3) } : {};
  const solver = new Settle(new Digraph(columns), problem.policy, { ...columns, ...kept });
  const { endorsed, objected, credentials } = problem;
  const weights = endorsed.map((row, u) => Array.from(row, (weight, v) => [weight, objected[u]![v]!]));
  return {
    solver,
    model: { weights, credentials: granted ? [...credentials] : null, reserves: [0, 0, 0] },
  };
}

/** Compares all that the solver keeps with the model. */
function judge(solver: Settle, { weights, credentials, reserves }: Model): void {
  const order = weights.length;
  const { damping, back, ceiling, k } = solver.constants;
  const total = credentials === null ? order : credentials.reduce((sum, one) => sum + one, 0);
  expect(solver.graph.order).toBe(order);
  expect(Math.abs(solver.credentialSum - total)).toBeLessThanOrEqual(1e-12 * total);
  expect(solver.uniform).toBe(credentials === null);
  const sums = { pending: 0, voices: 0, mass: 0, excess: 0 };
  for (let v = 0; v < order; v++) {
    const demand = weights[v]!.flat().reduce((sum, one) => sum + one, 0) + reserves[v]!;
    expect(Math.abs(solver.demand(v) - demand)).toBeLessThanOrEqual(1e-12 * demand);
    expect(solver.credential(v)).toBe(credentials?.[v] ?? 1);
    expect(solver.reserve(v)).toBe(reserves[v]);
    const arriving = (sign: 0 | 1) =>
      damping * weights.reduce((sum, row, u) => sum + row[v]![sign]! * solver.flow(u), 0);
    const s = arriving(0) + solver.rate * (credentials?.[v] ?? 1);
    const free = s / (1 - back);
    const x = free <= ceiling ? free : s + back * ceiling;
    const z = arriving(1);
    const y = x > 0 ? (x * x) / (x + k * z) : 0;
    const near = 1e-10 * (1 + total);
    expect(Math.abs(solver.mass(v) - x)).toBeLessThanOrEqual(near);
    expect(Math.abs(solver.distrust(v) - z)).toBeLessThanOrEqual(near);
    expect(Math.abs(solver.voice(v) - y)).toBeLessThanOrEqual(near);
    const speaks = weights[v]!.flat().some((one) => one > 0);
    if (speaks) sums.pending += Math.abs(y - solver.flow(v) * demand);
    else expect(solver.flow(v)).toBe(0);
    sums.voices += y;
    sums.mass += x;
    sums.excess += Math.max(0, x - ceiling);
  }
  const near = 1e-9 * (1 + total);
  expect(Math.abs(solver.sums.pending - sums.pending)).toBeLessThanOrEqual(near);
  expect(Math.abs(solver.voices - sums.voices)).toBeLessThanOrEqual(near);
  expect(Math.abs(solver.sums.mass - sums.mass)).toBeLessThanOrEqual(near);
  if (solver.constants.capped) expect(Math.abs(solver.sums.excess - sums.excess)).toBeLessThanOrEqual(near);
  expect(solver.sums.drift).toBeLessThanOrEqual(1e-9 * (1 + total));
  const [x, read] = [new Float64Array(order), new Float64Array(order)];
  solver.read(x, read);
  expect([...x]).toEqual(Array.from(x, (_, v) => solver.mass(v)));
  expect([...read]).toEqual(Array.from(x, (_, v) => solver.distrust(v)));
}

describe('the incremental solver', () => {
  it('keeps of each row what its weights and the flows of its sources make of it', () => {
    fc.assert(
      fc.property(
        policies,
        fc.boolean(),
        fc.boolean(),
        fc.array(steps, { maxLength: 15 }),
        (policy, granted, withholding, script) => {
          const { solver, model } = begin(granted, withholding, policy);
          judge(solver, model);
          for (const step of script) {
            const order = model.weights.length;
            const [u, v] = [step.u % order, step.v % order];
            const version = solver.version;
            if (step.act === 'weigh' && u !== v) {
              solver.weigh(u, v, step.against, step.amount);
              model.weights[u]![v]![step.against ? 1 : 0] = step.amount;
            } else if (step.act === 'credit' && model.credentials !== null) {
              const after = model.credentials.with(u, step.amount);
              if (!after.some((one) => one > 0)) continue;
              solver.credit(u, step.amount);
              model.credentials = after;
            } else if (step.act === 'withhold' && withholding) {
              solver.withhold(u, step.amount);
              model.reserves[u] = step.amount;
            } else if (step.act === 'add') {
              const reserve = withholding ? step.amount : 0;
              expect(solver.add(reserve)).toBe(order);
              for (const row of model.weights) row.push([0, 0]);
              model.weights.push(Array.from({ length: order + 1 }, () => [0, 0]));
              model.credentials?.push(0);
              model.reserves.push(reserve);
            } else if (step.act === 'rescale' && model.weights[u]!.flat().some((one) => one > 0)) {
              const reserve = withholding ? step.amount : 0;
              solver.rescale(u, 0.25, reserve);
              model.weights[u] = model.weights[u]!.map((pair) => pair.map((one) => one / 4));
              model.reserves[u] = reserve;
            } else if (step.act === 'settle') {
              const { bound, reason } = solver.settle({ tolerance: 1e-6 });
              expect(reason).toBe('tolerance');
              expect(bound).toBeLessThanOrEqual(1e-6);
              expect(solver.bound).toBe(bound);
            } else if (step.act === 'spend') solver.settle({ tolerance: 1e-12, budget: step.u });
            else continue;
            if (step.act === 'weigh' || step.act === 'add' || step.act === 'credit')
              expect(solver.version).not.toBe(version);
            judge(solver, model);
          }
        },
      ),
    );
  });

  it('is what it was when it comes out of a snapshot, to the bit', () => {
    const finished = (solver: Settle) => {
      solver.weigh(0, 2, false, 3);
      solver.settle({ tolerance: 1e-10 });
      return [solver.bound, ...Array.from({ length: 3 }, (_, v) => [solver.mass(v), solver.distrust(v)])];
    };
    for (const granted of [true, false]) {
      const policy = { damping: 0.85, balance: 0.5, cap: 1 };
      const { solver } = begin(granted, false, policy);
      solver.settle({ tolerance: 1e-3 });
      solver.weigh(1, 0, true, 2);
      solver.settle({ tolerance: 1e-3, budget: 2 });
      const to = new SnapshotWriter();
      solver.graph.save(to);
      solver.save(to);
      const from = new SnapshotReader(to.finish());
      const other = begin(!granted, false, policy).solver;
      other.graph.load(from);
      other.load(from);
      expect([other.bound, other.credentialSum, other.uniform, other.rate]).toEqual([
        solver.bound,
        solver.credentialSum,
        solver.uniform,
        solver.rate,
      ]);
      expect(other.bits).toEqual(solver.bits);
      expect(finished(other)).toEqual(finished(solver));
    }
  });

  it('starts from the voices that it is given', () => {
    const problem = replay({ initial: {}, events: said('a>b', 'b>c*2', 'c>a', '+a') as never });
    const columns = columnsOf(problem);
    const settled = new Settle(new Digraph(columns), problem.policy, columns);
    settled.settle({ tolerance: 1e-12 });
    const voices = Float64Array.of(settled.voice(0), settled.voice(1), settled.voice(2));
    const again = new Settle(new Digraph(columns), problem.policy, { ...columns, voices });
    expect(again.bound).toBeLessThanOrEqual(1e-11);
    expect(again.settle({ tolerance: 1e-10 })).toEqual({
      bound: again.bound,
      edgeVisits: 0,
      reason: 'tolerance',
    });
    const cold = new Settle(new Digraph(columns), problem.policy, columns);
    expect(cold.bound).toBeGreaterThan(0.1);
    expect([0, 1, 2].map((v) => cold.flow(v))).toEqual([0, 0, 0]);
  });

  it('tells why it stopped, and what of a row is too little for its unit', () => {
    const { solver } = begin(true, true, {});
    expect(solver.settle({ tolerance: 1e-9, budget: 1 })).toMatchObject({ reason: 'budget' });
    expect(solver.settle({ tolerance: 0 })).toMatchObject({ reason: 'rounding' });
    expect(solver.bound).toBeLessThan(1e-12);
    expect(solver.settle({ tolerance: 1e-9 })).toMatchObject({ reason: 'tolerance', edgeVisits: 0 });
    const empty = replay({ initial: {}, events: [] });
    const nobody = new Settle(new Digraph(columnsOf(empty)), empty.policy, columnsOf(empty));
    expect([nobody.bound, nobody.settle({ tolerance: 0 }).edgeVisits]).toEqual([0, 0]);
    expect(solver.faint(0)).toBe(false);
    solver.weigh(0, 1, false, 1e-101);
    expect(solver.faint(0)).toBe(true);
    // What is withheld is not said.
    solver.withhold(0, 5);
    expect(solver.faint(0)).toBe(true);
    solver.weigh(0, 1, false, 0);
    expect(solver.faint(0)).toBe(false);
  });
});
