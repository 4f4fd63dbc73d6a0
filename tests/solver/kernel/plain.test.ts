/**
 * Each operation of the plain kernels on frames of small graphs and states that are made up, against the equations
 * written out over the witness's matrices. In place, as rows stand in the frame.
 */
import { describe, expect, it } from 'vitest';
import { constants } from '../../../src/solver/equations.ts';
import { arrange } from '../../../src/solver/kernel/arrange.ts';
import { Frame } from '../../../src/solver/kernel/frame.ts';
import { plainKernel } from '../../../src/solver/kernel/plain.ts';
import * as Slots from '../../../src/solver/kernel/slots.ts';
import { setConstants } from '../../../src/solver/kernel/team.ts';
import { said } from '../../insight/community.ts';
import { replay } from '../../witness/record.ts';
import { columnsOf } from '../problem.ts';

/** Everybody endorses most others; speakers s, whom nobody endorses, and silent e, who endorse nobody. */
const crowd = (weighted: boolean) =>
  Array.from({ length: 20 }, (_, u) =>
    Array.from({ length: 20 }, (_, v) =>
      u === v || (3 * u + 5 * v) % 4 === 0 ? [] : [`m${u}>m${v}${weighted ? `*${1 + ((u * v) % 7)}` : ''}`],
    ).flat(),
  )
    .flat()
    .concat(['s0>m1', 's0>m2', 's1>m3', 's1>m1', 'm4>e0', 'm5>e0', 'm6>e0', 'm6>e1', 's1>e1']);
const AGAINST = Array.from({ length: 60 }, (_, k) => `m${k % 20}!m${(k * 7 + 3) % 19}*${1 + (k % 3)}`).filter(
  (text) => !/^m(\d+)!m\1\*/.test(text),
);
const DAG = [
  ...['s>x', 't>x', 's>y', 't>z', 'x>y*2', 'y>z', 'z>w*3', 'w>x', 'x>z'],
  ...['x>d', 'y>d', 'z>d', 'w>d', 'd>f', 'd>h', 'f>g', 'h>f', 'h>g', 's>d', 't>d'],
];
const CASES: [string, object, string[]][] = [
  ['unit weights', {}, crowd(false)],
  ['weights and credentials', { balance: 0.5 }, [...crowd(true), '+m1*3', '+s0', '+e0*2']],
  ['objections', { objectionWeight: 2 }, [...crowd(true), ...AGAINST, 'm1!e0']],
  ['objections that count for nothing', { objectionWeight: 0, balance: 0.5 }, [...crowd(true), ...AGAINST]],
  ['a cap', { balance: 0.3, cap: 1.1 }, [...crowd(true), ...AGAINST, '+m1*3', '+s0', '+e0*2']],
  ['components', { balance: 0.5 }, DAG],
  ['components with credentials', {}, [...DAG, '+x*3', '+d', '+s']],
];

/** A frame with a state that means nothing, and the equations over its places. */
function begun(policy: object, texts: string[]) {
  const record = replay({ initial: policy, events: said(...texts) as never });
  const columns = columnsOf(record);
  const fixed = constants(record.policy, columns);
  const arrangement = arrange(columns, fixed.capped);
  const frame = new Frame(columns, fixed, arrangement, (bytes) => new ArrayBuffer(8 * Math.ceil(bytes / 8)));
  setConstants(frame, fixed);
  const { order } = columns;
  const rowOf = (place: number) => arrangement.rows?.[place] ?? place;
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return 0.1 + seed / 2 ** 31;
  };
  for (let v = 0; v < order; v++) {
    frame.x[v] = random();
    if (frame.z !== null) frame.z[v] = v % 3 === 0 ? 0 : random();
    frame.f[v] = random();
    frame.plus[v] = random();
    if (frame.minus !== null) frame.minus[v] = random();
  }
  frame.numbers[Slots.RATE] = 0.3;
  frame.numbers[Slots.PER_CREDENTIAL] = 0.2;
  frame.numbers[Slots.SIGMA] = 1.7;
  const { damping, back, ceiling, k } = fixed;
  const received = (matrix: Float64Array[], v: number, f: ArrayLike<number>, from = 0, to = order) => {
    let sum = 0;
    for (let u = from; u < to; u++) sum += matrix[rowOf(u)]![rowOf(v)]! * f[u]!;
    return sum;
  };
  const kernel = plainKernel(frame);
  return {
    ...{ record, frame, fixed, order, arrangement },
    run: (operation: number, from = 0, to = order) => kernel.run(operation, from, to, 0),
    credit: (v: number) => record.credentials[rowOf(v)]!,
    endorsed: (v: number, f: ArrayLike<number>, from?: number, to?: number) =>
      damping * received(record.endorsed, v, f, from, to),
    objected: (v: number, f: ArrayLike<number>) => damping * received(record.objected, v, f),
    mass: (s: number) => (fixed.capped ? Math.min(s / (1 - back), s + back * ceiling) : s / (1 - back)),
    voice: (x: number, z: number) => (x === 0 ? 0 : (x * x) / (x + k * z)),
    demand: (v: number) => frame.demand[v]!,
    /** What it says to those that are swept. */
    within: (u: number) => {
      const swept = fixed.capped ? order : arrangement.silent;
      const { components } = arrangement;
      const part = components === null ? -1 : components.findLastIndex((first) => first <= u);
      const [from, to] =
        components !== null && u < components.at(-1)!
          ? [components[part]!, components[part + 1]!]
          : [0, components === null ? swept : 0];
      let sum = 0;
      for (let v = from; v < to; v++) {
        const active = fixed.capped || v < arrangement.speakers;
        if (active) sum += record.endorsed[rowOf(u)]![rowOf(v)]!;
      }
      return sum;
    },
  };
}
const near = (told: ArrayLike<number>, wanted: ArrayLike<number>) => {
  expect(told.length).toBe(wanted.length);
  for (let k = 0; k < wanted.length; k++)
    expect(Math.abs(told[k]! - wanted[k]!)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(wanted[k]!)));
};
const copy = (values: Float64Array | null) => [...(values ?? [])];

describe.each(CASES)('with %s', (_, policy, texts) => {
  it('a sweep gives each row what it receives, and passes it on at once', () => {
    const { frame, run, endorsed, objected, mass, voice, demand, credit, arrangement } = begun(policy, texts);
    const { swept } = frame;
    const [x, z, f] = [copy(frame.x), copy(frame.z), copy(frame.f)];
    let [moved, all, inside] = [0, 0, 0];
    const within = copy(frame.within);
    for (let v = 0; v < swept; v++) {
      x[v] = mass(endorsed(v, f) + 0.3 * credit(v));
      if (frame.z !== null) z[v] = objected(v, f);
      all += x[v]!;
      if (v >= arrangement.silent) continue;
      const flow = voice(x[v]!, z[v] ?? 0) / demand(v);
      moved += Math.abs(flow - f[v]!) * demand(v);
      inside += within[v]! * flow;
      f[v] = flow;
    }
    run(Slots.SWEEP, 0, swept);
    near(frame.x, x);
    near(copy(frame.z), z);
    near(frame.f, f);
    near(frame.parts.subarray(0, 3), [moved, all, inside]);
  });

  it('what rows say within their own component, or to all that are swept, is told apart', () => {
    const { frame, within, arrangement } = begun(policy, texts);
    const last = arrangement.components === null ? arrangement.silent : arrangement.components.at(-1)!;
    for (let u = 0; u < last; u++) near([frame.within[u]!], [within(u)]);
  });

  it('arrivals come first and are passed on later, all together', () => {
    const { frame, run, endorsed, objected, mass, voice, demand, credit, arrangement } = begun(policy, texts);
    const [x, z, f] = [copy(frame.x), copy(frame.z), copy(frame.f)];
    const [from, to] = [1, frame.swept];
    for (let v = from; v < to; v++) {
      x[v] = mass(endorsed(v, f) + 0.3 * credit(v));
      if (frame.z !== null) z[v] = objected(v, f);
    }
    run(Slots.ARRIVE, from, to);
    near(frame.x, x);
    near(copy(frame.z), z);
    near(frame.f, f);
    expect(frame.parts[1]).toBeCloseTo(
      x.slice(from, to).reduce((sum, one) => sum + one, 0),
      9,
    );
    let [moved, inside] = [0, 0];
    for (let v = from; v < Math.min(to, arrangement.silent); v++) {
      const flow = voice(x[v]!, z[v] ?? 0) / demand(v);
      moved += Math.abs(flow - f[v]!) * demand(v);
      inside += frame.within[v]! * flow;
      f[v] = flow;
    }
    run(Slots.PASS_ON, from, to);
    near(frame.f, f);
    near([frame.parts[0]!, frame.parts[2]!], [moved, inside]);
  });

  it('flows and masses are scaled apart, and what is over the cap is summed', () => {
    const { frame, run, fixed, order } = begun(policy, texts);
    const [x, z, f] = [copy(frame.x), copy(frame.z), copy(frame.f)];
    run(Slots.SCALE, 2, order - 1);
    near(
      frame.f,
      f.map((one, v) => (v >= 2 && v < order - 1 ? 1.7 * one : one)),
    );
    near(frame.x, x);
    run(Slots.SCALE_MASS, 2, order - 1);
    const scaled = (values: number[]) => values.map((one, v) => (v >= 2 && v < order - 1 ? 1.7 * one : one));
    near(frame.x, scaled(x));
    near(copy(frame.z), scaled(z));
    frame.numbers[Slots.CEILING] = 1;
    run(Slots.EXCESS, 1, order);
    const over = [...frame.x].reduce((sum, mass, v) => sum + (v > 0 ? Math.max(0, mass - 1) : 0), 0);
    near([frame.parts[0]!], [over]);
    expect([over > 0, fixed.damping]).toEqual([true, 0.85]);
  });

  it('speakers have their restart and pass it on; what enters the rows before them is told', () => {
    const { frame, run, fixed, credit, demand } = begun(policy, texts);
    const [x, z, f] = [copy(frame.x), copy(frame.z), copy(frame.f)];
    const { silent } = frame;
    const first = Math.min(frame.swept, silent);
    let income = 0;
    for (let v = 0; v < first; v++) income += 0.2 * credit(v);
    for (let v = first; v < silent; v++) {
      x[v] = (0.2 * credit(v)) / (1 - fixed.back);
      if (frame.z !== null) z[v] = 0;
      f[v] = x[v]! / demand(v);
      income += 0.85 * frame.within[v]! * f[v]!;
    }
    run(Slots.SPEAK, first, silent);
    near(frame.x, x);
    near(copy(frame.z), z);
    near(frame.f, f);
    near([frame.parts[0]!], [income]);
  });

  it('what arrives at each row is told, and the silent are brought up to date', () => {
    const { frame, run, endorsed, objected, mass, credit, order } = begun(policy, texts);
    const [x, z, f] = [copy(frame.x), copy(frame.z), copy(frame.f)];
    const plus = x.map((_, v) => endorsed(v, f));
    const minus = z.map((_, v) => objected(v, f));
    run(Slots.INFLOW);
    near(frame.plus, plus);
    near(copy(frame.minus), minus);
    near(
      frame.x,
      x.map((one, v) => (v < frame.silent ? one : mass(plus[v]! + 0.3 * credit(v)))),
    );
    near(
      copy(frame.z),
      z.map((one, v) => (v < frame.silent ? one : minus[v]!)),
    );
    near(frame.f, f);
    expect(order).toBeGreaterThan(frame.silent);
  });

  it('the residual is what each row lacks, distrust as it counts; volume and voices are summed', () => {
    const { frame, run, fixed, voice, credit } = begun(policy, texts);
    const [x, z] = [copy(frame.x), copy(frame.z)];
    let [residual, volume, voices] = [0, 0, 0];
    for (const [v, mass] of x.entries()) {
      const distrust = z[v] ?? 0;
      voices += voice(mass, distrust);
      volume += mass + fixed.k * distrust;
      if (v >= frame.silent && !fixed.capped) continue;
      const wanted = 0.2 * credit(v) + fixed.back * Math.min(mass, fixed.ceiling) + frame.plus[v]!;
      residual += Math.abs(wanted - mass);
      if (frame.z !== null) residual += fixed.k * Math.abs(frame.minus![v]! - distrust);
    }
    run(Slots.JUDGE);
    near(frame.parts.subarray(0, 3), [residual, volume, voices]);
    near(frame.x, x);
    // Distrust that counts for nothing is published all the same.
    near(
      copy(frame.z),
      z.map((one, v) => (fixed.k === 0 && v < frame.silent ? frame.minus![v]! : one)),
    );
  });

  it('acceleration remembers, looks at what changed, and steps ahead, at or above zero', () => {
    const { frame, run, voice, demand, order } = begun(policy, texts);
    const both = () => [...frame.x, ...copy(frame.z)];
    const start = both();
    run(Slots.REMEMBER);
    near(frame.strips[0]!.subarray(0, start.length), start);
    // Columns of before: a change, an arrival, and three of each, all different.
    for (let strip = 1; strip < 9; strip++)
      for (let k = 0; k < start.length; k++) frame.strips[strip]![k] = ((k * 13 + strip * 7) % 11) / 5 - 1;
    const old = frame.strips.map((strip) => [...strip]);
    for (let v = 0; v < order; v++) frame.x[v]! += ((v * 5) % 7) / 8 - 0.25;
    if (frame.z !== null) for (let v = 0; v < order; v++) frame.z[v]! += ((v * 3) % 5) / 8;
    const now = both();
    const moved = now.map((one, k) => one - start[k]!);
    const turned = moved.map((one, k) => one - old[1]![k]!);
    const arrived = now.map((one, k) => one - old[2]![k]!);
    frame.numbers[Slots.NEWEST] = 1;
    run(Slots.LOOK);
    const whole = (strip: number) => frame.strips[strip]!.subarray(0, start.length);
    near(whole(1), moved);
    near(whole(2), now);
    near(whole(4), turned);
    near(whole(7), arrived);
    const changes = [old[3]!, turned, old[5]!];
    const product = (p: number[], q: number[]) => moved.reduce((sum, _, k) => sum + p[k]! * q[k]!, 0);
    near(frame.parts.subarray(0, 6), [
      ...changes.map((one) => product(turned, one)),
      ...changes.map((one) => product(one, moved)),
    ]);
    for (const [j, part] of [0.5, -0.25, 2].entries()) frame.numbers[Slots.PART + j] = part;
    const there = now.map((one, k) =>
      Math.max(0, one - 0.5 * old[6]![k]! + 0.25 * arrived[k]! - 2 * old[8]![k]!),
    );
    const f = copy(frame.f);
    run(Slots.STEP);
    near(both(), there);
    expect(there.some((one) => one === 0)).toBe(true);
    near(
      frame.f,
      f.map((one, v) => {
        if (v >= frame.silent) return one;
        return there[v] === 0 ? 0 : voice(there[v]!, there[order + v] ?? 0) / demand(v);
      }),
    );
  });
});

describe.each(CASES.filter(([name]) => name.startsWith('components')))('with %s', (_, policy, texts) => {
  it('what comes from before a component is gathered, and only its own edges are swept', () => {
    const { frame, run, endorsed, mass, voice, demand, credit, arrangement } = begun(policy, texts);
    const parts = arrangement.components!;
    const which = parts.findIndex((first, c) => parts[c + 1]! - first > 1);
    const [from, to] = [parts[which]!, parts[which + 1]!];
    const [x, f] = [copy(frame.x), copy(frame.f)];
    const base = x.map((_, v) => (endorsed(v, f) - endorsed(v, f, from, to)) / 0.85);
    run(Slots.GATHER_BASE, from, to);
    near(frame.base!.subarray(from, to), base.slice(from, to));
    near([frame.parts[0]!], [base.slice(from, to).reduce((sum, one) => sum + one, 0)]);
    // Flows from outside do not matter any more.
    for (let v = 0; v < f.length; v++) if (v < from || v >= to) frame.f[v] = Number.NaN;
    let [moved, all, inside] = [0, 0, 0];
    for (let v = from; v < to; v++) {
      x[v] = mass(0.85 * base[v]! + endorsed(v, f, from, to) + 0.3 * credit(v));
      const flow = voice(x[v]!, 0) / demand(v);
      all += x[v]!;
      moved += Math.abs(flow - f[v]!) * demand(v);
      inside += frame.within[v]! * flow;
      f[v] = flow;
    }
    run(Slots.SWEEP_INNER, from, to);
    near(frame.x, x);
    near(frame.f.subarray(from, to), f.slice(from, to));
    near(frame.parts.subarray(0, 3), [moved, all, inside]);
  });
});
