/**
 * What is pending: whatever is received, delivered and pushed, what stands in the cells is what the flows give,
 * and the running sums are those of the cells, rounding aside. Recomputed from the graph in the plainest way.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Digraph } from '../../src/graph/digraph.ts';
import { constants } from '../../src/solver/equations.ts';
import { CELL, CELL_WORDS, D, DEGREE, F, G, S, Z } from '../../src/solver/kernel/places.ts';
import { Pool } from '../../src/solver/pool.ts';
import { said } from '../insight/community.ts';
import { cases } from '../witness/arbitraries.ts';
import { replay } from '../witness/record.ts';
import { columnsOf } from './problem.ts';

const close = (value: number, wanted: number, size: number) =>
  expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-11 * Math.max(size, 1e-9));

interface Subject {
  graph: Digraph;
  pool: Pool;
  fixed: ReturnType<typeof constants>;
  demand: Float64Array;
  credentials: Float64Array | null;
}

/** A pool over a problem in which only restart has arrived. */
function begun(problem: ReturnType<typeof replay>): Subject {
  const columns = columnsOf(problem);
  const graph = new Digraph(columns);
  const fixed = constants(problem.policy, columns);
  const pool = new Pool(graph, fixed);
  pool.rate = fixed.floor;
  const { order, demand, credentials } = columns;
  const plus = Float64Array.from({ length: order }, (_, v) => fixed.floor * (credentials?.[v] ?? 1));
  pool.adopt(new Float64Array(order), plus, new Float64Array(order), demand);
  return { graph, pool, fixed, demand, credentials };
}

/** Everything that follows from arrivals, distrust and flows, by the definitions. */
function recomputed({ graph, pool, fixed, demand }: Subject) {
  const sums = { pending: 0, signed: 0, voices: 0, mass: 0, excess: 0 };
  const pending: number[] = [];
  for (let v = 0; v < graph.order; v++) {
    const [s, z] = [pool.arrived(v), pool.distrust(v)];
    const below = s / (1 - fixed.back);
    const x = below <= fixed.ceiling ? below : s + fixed.back * fixed.ceiling;
    const y = x > 0 ? x * (x / (x + fixed.k * z)) : 0;
    pending.push(graph.says[v]! > 0 ? y - pool.flow(v) * demand[v]! : 0);
    sums.pending += Math.abs(pending[v]!);
    sums.signed += pending[v]!;
    sums.voices += y;
    sums.mass += x;
    if (fixed.capped) sums.excess += Math.max(0, x - fixed.ceiling);
  }
  return { ...sums, each: pending };
}

/** What flows give to each row, of both signs. */
function arrivals({ graph, pool, fixed }: Subject): [number[], number[]] {
  const told: [number[], number[]] = [new Array(graph.order).fill(0), new Array(graph.order).fill(0)];
  const { others, weights, starts, ends } = graph.out;
  for (let u = 0; u < graph.order; u++) {
    for (let j = starts[u]!; j < ends[u]!; j++) {
      told[others[j]! % 2]![Math.floor(others[j]! / 2)]! += fixed.damping * pool.flow(u) * weights[j]!;
    }
  }
  return told;
}

function expectTrueSums(subject: Subject): void {
  const { pool, graph, fixed } = subject;
  const wanted = recomputed(subject);
  const size = wanted.mass + wanted.pending + Math.max(0, ...wanted.each);
  close(pool.pending, wanted.pending, size);
  close(pool.signed, wanted.signed, size);
  close(pool.voices, wanted.voices, size);
  close(pool.mass, wanted.mass, size);
  close(pool.excess, wanted.excess, size);
  expect(pool.undelivered).toBe(fixed.damping * Math.max(0, pool.pending));
  expect(pool.drift).toBeGreaterThanOrEqual(0);
  expect(pool.drift).toBeLessThanOrEqual(1e-9 * size);
  for (let v = 0; v < graph.order; v++) {
    const b = CELL * v;
    expect([pool.cells[b + S], pool.cells[b + Z], pool.cells[b + F]]).toEqual([
      pool.arrived(v),
      pool.distrust(v),
      pool.flow(v),
    ]);
    close(pool.cells[b + G]!, pool.flow(v) * pool.cells[b + D]!, pool.voice(v));
    const words = new Uint32Array(pool.cells.buffer, pool.cells.byteOffset);
    expect(words[CELL_WORDS * v + DEGREE]).toBe(graph.says[v]! + 2);
  }
}

const byHand = (texts: string[], policy = {}) =>
  begun(replay({ initial: policy, events: said(...texts) as never }));

describe('by hand', () => {
  it('what is common to all is taken off before a pass: a ring is settled by one', () => {
    const { pool } = byHand(['a>b', 'b>c', 'c>a']);
    const flows = Float64Array.of(0.9, 0.9, 0.9);
    const arrived = flows.map((flow) => 0.15 + 0.85 * flow);
    pool.adopt(flows, arrived, new Float64Array(3), Float64Array.of(1, 1, 1));
    expect(pool.pending).toBeCloseTo(3 * 0.015, 12);
    pool.deliverAll(null);
    for (const v of [0, 1, 2]) {
      expect(pool.flow(v)).toBeCloseTo(1, 12);
      expect(pool.arrived(v)).toBeCloseTo(1, 12);
    }
    expect(pool.pending).toBeLessThan(1e-12);
  });

  it('the same with credentials, of those who say anything, and with what is earned', () => {
    const { pool, credentials } = byHand(['+a*3', '+d*5', 'a>b', 'b>a', 'a>d'], {
      damping: 0.5,
      balance: 0.5,
    });
    // x(a) = (3/4 + x(b)/2) 4/3, x(b) = x(a)/4 x 4/3.
    const [a, b] = [1 / (1 - 2 / 9), 1 / 3 / (1 - 2 / 9)];
    const part = 0.9;
    // Rows a, d, b.
    const demand = Float64Array.of(2, 0, 1);
    const flows = Float64Array.of((part * a) / 2, 0, part * b);
    const plus = Float64Array.of(3 / 4 + flows[2]! / 2, 5 / 4 + flows[0]! / 2, flows[0]! / 2);
    pool.adopt(flows, plus, new Float64Array(3), demand);
    pool.deliverAll(credentials);
    expect([pool.flow(0), pool.flow(2)]).toEqual([expect.closeTo(a / 2, 12), expect.closeTo(b, 12)]);
    expect(pool.pending).toBeLessThan(1e-12);
  });

  it('and where all count 1: of those who say anything, again', () => {
    const { pool } = byHand(['a>b', 'b>a', 'a>d']);
    // x(a) = 0.15 + 0.85 x(b), x(b) = 0.15 + 0.85 x(a) / 2, of which nine tenths have been delivered.
    const a = (0.15 * 1.85) / (1 - 0.85 * 0.425);
    const b = 0.15 + 0.425 * a;
    const flows = Float64Array.of((0.9 * a) / 2, 0.9 * b, 0);
    const plus = Float64Array.of(0.15 + 0.85 * flows[1]!, 0.15 + 0.85 * flows[0]!, 0.15 + 0.85 * flows[0]!);
    pool.adopt(flows, plus, new Float64Array(3), Float64Array.of(2, 1, 0));
    pool.deliverAll(null);
    expect([pool.flow(0), pool.flow(1)]).toEqual([expect.closeTo(a / 2, 12), expect.closeTo(b, 12)]);
    expect(pool.pending).toBeLessThan(1e-12);
  });

  it('nothing is scaled where what is pending evens out, or where the scale would be beyond 2', () => {
    const even = byHand(['a>b', 'b>a', 'c>d', 'd>c']);
    const flows = Float64Array.of(1.1, 1.1, 0.9, 0.9);
    even.pool.adopt(
      flows,
      flows.map((flow) => 0.15 + 0.85 * flow),
      new Float64Array(4),
      Float64Array.of(1, 1, 1, 1),
    );
    even.pool.deliverAll(null);
    expect([0, 2].map((v) => even.pool.flow(v))).toEqual([
      expect.closeTo(0.15 + 0.85 * 1.1, 12),
      expect.closeTo(0.15 + 0.85 * 0.9, 12),
    ]);
    const nothing = byHand(['a>b', 'b>a']);
    nothing.pool.deliverAll(null);
    expect(nothing.pool.flow(0)).toBeCloseTo(0.15, 12);
    // A fortieth of what is pending is common to all: that is less than a tenth.
    const odd = byHand(['a>b', 'b>a', 'c>d', 'd>c']);
    const most = Float64Array.of(1.1, 1.1, 0.895, 0.895);
    const received = most.map((flow) => 0.15 + 0.85 * flow);
    odd.pool.adopt(most, received, new Float64Array(4), Float64Array.of(1, 1, 1, 1));
    odd.pool.deliverAll(null);
    expect(odd.pool.flow(0)).toBeCloseTo(0.15 + 0.85 * 1.1, 12);
    // Three times what it should be would be scaled by a third.
    const much = byHand(['a>b', 'b>a']);
    much.pool.adopt(
      Float64Array.of(3, 3),
      Float64Array.of(2.7, 2.7),
      new Float64Array(2),
      Float64Array.of(1, 1),
    );
    much.pool.deliverAll(null);
    expect(much.pool.flow(0)).toBeCloseTo(2.7, 12);
  });

  it('takes other constants, and drift that others know of; who says nothing has no flow', () => {
    const { pool, fixed } = byHand(['a>b', 'b>a']);
    const other = { ...fixed, back: 0.5 };
    pool.fixed = other;
    expect(pool.fixed).toBe(other);
    pool.resum();
    expect(pool.voice(0)).toBeCloseTo(0.15 / 0.5, 12);
    pool.drift = 0.25;
    expect(pool.drift).toBe(0.25);
    const silent = byHand(['a>b']).pool;
    silent.adopt(Float64Array.of(0.1, 7), Float64Array.of(1, 1), new Float64Array(2), Float64Array.of(1, 1));
    expect([silent.flow(0), silent.flow(1)]).toEqual([0.1, 0]);
    expect(silent.pending).toBeCloseTo(0.9, 12);
  });

  it('a newcomer has its restart and waits for nothing; one row more at a time finds room', () => {
    const subject = byHand(['a>b']);
    const { pool, graph } = subject;
    for (let v = 2; v < 40; v++) {
      graph.add();
      pool.add(v, 2, 0.5);
      expect(pool.arrived(v)).toBe(2 * pool.rate);
      expect([pool.distrust(v), pool.flow(v)]).toEqual([0, 0]);
    }
    expect(pool.mass).toBeCloseTo(2 * 0.15 + 38 * 0.3, 12);
    expect(pool.pending).toBeCloseTo(0.15, 12);
    expect(pool.cells[CELL * 20 + D]).toBe(0.5);
  });

  it('sums are to be summed anew after a million touches, and 16 a row', () => {
    const { pool } = byHand(['a>b']);
    expect(pool.worn).toBe(false);
    for (let k = 0; k < 1e6 + 32; k++) pool.receive(1, 0, 0.15);
    expect(pool.worn).toBe(false);
    pool.receive(1, 0, 0.15);
    expect(pool.worn).toBe(true);
    pool.resum();
    expect(pool.worn).toBe(false);
  });

  it('rows that are worth little are queued again once nobody is worth more', () => {
    const subject = byHand(['a>b', 'b>c', 'c>a', 'a>c', '+a*2', '+b', '+c*0.5', '+d']);
    const { pool } = subject;
    const best = () => {
      const { each } = recomputed(subject);
      return Math.max(...each.map((pending, v) => Math.abs(pending) / (subject.graph.says[v]! + 2)));
    };
    // Nobody was visited since rows were looked through: they are not looked through again.
    pool.lookThrough(1);
    pool.resum();
    expect(best() / pool.worth).toBeGreaterThanOrEqual(1);
    expect(best() / pool.worth).toBeLessThan(2);
    // After eight visits a row what is worth less than is asked for leaves the queue.
    while (pool.push(0, 40, false) === 0) pool.resum();
    pool.lookThrough(1);
    pool.resum();
    expect(pool.worth).toBe(0);
    // And comes back when there is nobody else.
    pool.lookThrough(1);
    expect(best() / pool.worth).toBeGreaterThanOrEqual(1);
    expect(best() / pool.worth).toBeLessThan(2);
  });

  it('rows are looked through after eight visits of each, not before, and what is asked for only rises', () => {
    const ring = (visits: number) => {
      const { pool } = byHand(['a>b', 'b>c', 'c>a']);
      for (let k = 0; k < visits; k++) expect(pool.push(0, 1, false)).toBe(1);
      return pool;
    };
    const queued = (pool: Pool, ...wanted: number[]) => {
      for (const least of wanted) pool.lookThrough(least);
      pool.resum();
      return pool.worth > 0;
    };
    expect(queued(ring(24), 1)).toBe(true);
    expect(queued(ring(25), 1)).toBe(false);
    expect(queued(ring(25), 1, 1e-12)).toBe(false);
  });

  it('looks through for what is worth an eighth of the best, or more', () => {
    const subject = byHand(['+a', '+d*0.000001', 'a>b', 'b>c', 'c>a', 'd>e']);
    const { pool } = subject;
    const best = () => Math.max(...recomputed(subject).each.map(Math.abs)) / 3;
    // Rows are a, d, b, c, e; d waits for so little that it is never the best.
    for (let visits = 0; visits < 41; ) visits += pool.push(0, 1, false);
    pool.lookThrough(2 * best());
    pool.resum();
    expect(pool.worth).toBe(0);
    // The best is just below what was asked for.
    pool.lookThrough(2 * best());
    expect(pool.worth).toBeGreaterThan(0);
    // It takes 17 visits to leave a sixteenth, and then nobody is worth it.
    let visits = 0;
    for (let more = 1; more > 0 && visits < 100; visits += more) more = pool.push(0, 1, false);
    expect(visits).toBeGreaterThan(5);
    expect(visits).toBeLessThan(30);
    expect(pool.flow(1)).toBe(0);
  });

  it('mass is voice until somebody objects, and again when nobody does and all is summed', () => {
    const free = byHand(['a>b', 'b>a']);
    expect(free.pool.free).toBe(true);
    free.pool.distrusts();
    expect(free.pool.free).toBe(false);
    free.pool.resum();
    expect(free.pool.free).toBe(true);
    expect(byHand(['a>b', 'b!a']).pool.free).toBe(false);
    expect(byHand(['a>b', '+a'], { balance: 0.5, cap: 1 }).pool.free).toBe(false);
    free.pool.distrusts();
    free.pool.reset(0, 1);
    expect([free.pool.arrived(0), free.pool.distrust(0)]).toEqual([1, 0]);
    free.pool.receive(0, 1, 0.25);
    free.pool.resum();
    expect(free.pool.free).toBe(false);
    free.pool.reset(0, 1);
    expect([free.pool.arrived(0), free.pool.distrust(0)]).toEqual([1, 0]);
  });
});

const problems = cases({ moderate: true })
  .map(replay)
  .filter(({ ids }) => ids.length > 0);
const act = fc.record({
  act: fc.constantFrom('receive', 'distrust', 'deliver', 'push', 'all', 'resum', 'look', 'out'),
  row: fc.nat(100),
  part: fc.integer({ min: 0, max: 20 }),
});

describe('a pool', () => {
  it('keeps its sums those of its cells, and arrivals those of its flows, whatever is done', () => {
    fc.assert(
      fc.property(problems, fc.array(act, { maxLength: 12 }), (problem, script) => {
        const subject = begun(problem);
        const { pool, graph, demand, credentials } = subject;
        expectTrueSums(subject);
        // What was received from outside, besides restart.
        const given = [new Array<number>(graph.order).fill(0), new Array<number>(graph.order).fill(0)];
        for (const { act, row, part } of script) {
          const v = row % graph.order;
          if (act === 'receive') {
            given[0]![v]! += part / 10 - pool.arrived(v);
            pool.receive(v, 0, part / 10);
          } else if (act === 'distrust') {
            pool.distrusts();
            given[1]![v]! += part / 10 - pool.distrust(v);
            pool.receive(v, 1, part / 10);
          } else if (act === 'deliver' && graph.says[v]! > 0) {
            const flow = (pool.voice(v) * part) / 20 / demand[v]!;
            // Nothing that has arrived from elsewhere is taken back by it.
            if (flow >= pool.flow(v)) {
              expect(pool.deliver(v, flow)).toBe(graph.out.length(v));
              close(pool.flow(v), flow, flow);
            }
          } else if (act === 'out') {
            pool.withdraw(v);
            pool.withdraw(v);
            pool.restore(v, demand[v]!);
          } else if (act === 'all') {
            if (given.flat().some((one) => one !== 0)) continue;
            expect(pool.deliverAll(credentials)).toBe(graph.edges);
          } else if (act === 'resum') pool.resum();
          else if (act === 'look') pool.lookThrough(part / 100);
          else if (given.flat().every((one) => one >= 0)) {
            const before = pool.reach(false);
            const visits = pool.push(before / 2, part, false);
            if (visits < part && pool.worth > 0) expect(pool.reach(false)).toBeLessThanOrEqual(before / 2);
          } else continue;
          expectTrueSums(subject);
        }
        const [plus, minus] = arrivals(subject);
        const all = Math.max(...plus, ...minus, ...given.flat().map(Math.abs));
        for (let v = 0; v < graph.order; v++) {
          close(pool.arrived(v), plus[v]! + pool.rate * (credentials?.[v] ?? 1) + given[0]![v]!, all);
          close(pool.distrust(v), minus[v]! + given[1]![v]!, all);
        }
      }),
    );
  });

  it('has the row of the largest worth first in its queue, or nobody worth it', () => {
    fc.assert(
      fc.property(problems, fc.integer({ min: 0, max: 30 }), (problem, budget) => {
        const subject = begun(problem);
        const { pool, graph } = subject;
        pool.push(0, budget, false);
        const { each, mass } = recomputed(subject);
        const best = Math.max(0, ...each.map((pending, v) => Math.abs(pending) / (graph.says[v]! + 2)));
        // By powers of two; a row that has fallen since may still stand where it stood.
        expect(pool.worth * 2).toBeGreaterThanOrEqual(best - 1e-12 * mass);
      }),
    );
  });

  it('gives the largest away until what is left is little, and then nothing is left to do', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const subject = begun(problem);
        const { pool } = subject;
        const room = 1e-6 * pool.reach(false);
        for (let round = 0; round < 1000 && pool.reach(false) > room; round++) {
          pool.lookThrough(0);
          pool.push(room, 1000, false);
        }
        expect(pool.reach(false)).toBeLessThanOrEqual(room);
        expect(pool.push(room, 1000, false)).toBe(0);
      }),
      { numRuns: 30 },
    );
  });
});
