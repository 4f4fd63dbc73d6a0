/**
 * What a sweep of a region is made of, step by step, over sums that are made up: what is swept, rescaled and
 * remembered in which order, and what pool it says is left.
 */
import { describe, expect, it } from 'vitest';
import type { Constants } from '../../src/solver/equations.ts';
import * as Slots from '../../src/solver/kernel/slots.ts';
import type { Team } from '../../src/solver/kernel/team.ts';
import { Everything, incomeOf, Region, setRate } from '../../src/solver/region.ts';

const FIXED: Constants = {
  ...{ damping: 0.5, stop: 0.5, k: 1, back: 0.25, floor: 0.25 },
  ...{ ceiling: Number.POSITIVE_INFINITY, capped: false },
};
const NAMES = new Map<number, string>([
  [Slots.SCALE, 'scale'],
  [Slots.SCALE_MASS, 'scale mass'],
  [Slots.REMEMBER, 'remember'],
  [Slots.LOOK, 'look'],
  [Slots.STEP, 'step'],
]);

/** A region that notes what it is asked to do, and by how much masses are to be multiplied then. */
function region(income: number, sums: number[]) {
  const done: unknown[] = [];
  const numbers = new Float64Array(Slots.NUMBER_COUNT);
  const reach = {
    numbers,
    sweep: () => void done.push('sweep'),
    over: (operation: number) => {
      const name = NAMES.get(operation);
      done.push(name?.startsWith('scale') ? [name, numbers[Slots.SIGMA]] : name);
    },
    // What products acceleration asks for does not matter here.
    sum: (which: number) => sums[which] ?? 0,
  };
  const made = new Region(reach, FIXED, income);
  return { made, done, told: () => done.splice(0) };
}

describe('a sweep', () => {
  it('plainly leaves damping times what flows changed, and scales by 1', () => {
    const { made, told } = region(3, [8, 16, 4]);
    expect(made.sweep('plain')).toBe(4);
    expect(told()).toEqual(['sweep', ['scale', 1]]);
    made.catchUp();
    expect(told()).toEqual([]);
  });

  it('rescaled makes what enters and what is lost equal, and owes mass what flows were scaled by', () => {
    // 3 enters; of 16 a quarter is earned again, and half of 4 goes round inside: 3 / (12 - 2).
    const { made, told } = region(3, [8, 16, 4]);
    expect(made.sweep('rescaled')).toBeCloseTo(0.3 * 4 + 0.7 * 3, 12);
    expect(told()).toEqual(['sweep', ['scale', 3 / 10]]);
    made.catchUp();
    expect(told()).toEqual([['scale mass', 3 / 10]]);
    made.catchUp();
    expect(told()).toEqual([]);
  });

  it('is not scaled by what is no scale', () => {
    for (const sums of [
      [8, 2, 3],
      [8, 1, 4],
      [8, Number.POSITIVE_INFINITY, 0],
    ]) {
      const { made, told } = region(3, sums);
      expect(made.sweep('rescaled')).toBe(4);
      expect(told()).toEqual(['sweep', ['scale', 1]]);
    }
    expect(region(0, [8, 16, 4]).made.sweep('rescaled')).toBe(4);
  });

  it('accelerated keeps where it starts, brings mass up to the flows, and steps ahead', () => {
    const { made, told } = region(3, [8, 16, 4]);
    made.sweep('rescaled');
    told();
    expect(made.sweep('accelerated')).toBeCloseTo(0.3 * 4 + 0.7 * 3, 12);
    const round = ['remember', 'sweep', ['scale mass', 3 / 10], 'look', 'step'];
    expect(told()).toEqual([['scale mass', 3 / 10], ...round]);
    made.sweep('accelerated');
    expect(told()).toEqual(round);
    made.sweep('plain');
    expect(told()).toEqual(['sweep', ['scale', 1]]);
  });
});

describe('all swept rows', () => {
  const team = () => {
    const done: number[] = [];
    const numbers = new Float64Array(Slots.NUMBER_COUNT);
    const frame = { numbers, swept: 5, silent: 7, parts: Float64Array.of(0.625) };
    const kernel = { run: (...all: number[]) => void done.push(...all) };
    const over = (operation: number) => void done.push(operation);
    return { done, numbers, made: { frame, kernel, over, sum: () => 3, sweep: () => void done.push(-1) } };
  };

  it('are not scaled by 1, and else do what they are told', () => {
    const { done, numbers, made } = team();
    const all = new Everything(made as unknown as Team);
    numbers[Slots.SIGMA] = 1;
    all.over(Slots.SCALE);
    all.over(Slots.SCALE_MASS);
    numbers[Slots.SIGMA] = 2;
    all.over(Slots.SCALE);
    all.over(Slots.LOOK);
    all.sweep();
    expect(done).toEqual([Slots.SCALE_MASS, Slots.SCALE, Slots.LOOK, -1]);
    expect(all.sum(0)).toBe(3);
    expect(all.numbers).toBe(numbers);
  });

  it('receive what speakers say, and under a cap what comes of credentials', () => {
    const free = team();
    expect(incomeOf(free.made as unknown as Team, { credentialSum: 8 } as never, FIXED)).toBe(0.625);
    expect(free.done).toEqual([Slots.SPEAK, 5, 7, 0]);
    expect(free.numbers[Slots.PER_CREDENTIAL]).toBe(0.25);
    const capped = team();
    const fixed = { ...FIXED, capped: true };
    expect(incomeOf(capped.made as unknown as Team, { credentialSum: 8 } as never, fixed)).toBe(2);
    expect(capped.done).toEqual([]);
    // The restart of a unit of credential, with what the cap returns: a quarter, and a quarter of 6 of 8.
    setRate(capped.made.frame, fixed, 6, 8);
    expect(capped.numbers[Slots.RATE]).toBe(0.25 + (0.25 * 6) / 8);
  });
});
