/** Operations block by block: which blocks, in which order, by whom; over kernels that only note what they are told. */
import { describe, expect, it } from 'vitest';
import type { Crew } from '../../../src/solver/kernel/crew.ts';
import type { Frame } from '../../../src/solver/kernel/frame.ts';
import * as Slots from '../../../src/solver/kernel/slots.ts';
import { setConstants, Team } from '../../../src/solver/kernel/team.ts';

function begun(phases: number[] | null, helped: boolean) {
  const done: unknown[] = [];
  const frame = {
    phases,
    sweepCuts: Uint32Array.of(0, 10, 20, 35, 40),
    passCuts: Uint32Array.of(0, 25, 50),
    parts: Float64Array.from({ length: 3 * Slots.SUMS }, (_, k) => k),
    control: new Int32Array(16),
  } as unknown as Frame;
  const kernel = { name: 'js' as const, run: (...all: number[]) => void done.push(all) };
  const crew = {
    each: (control: unknown, by: unknown, operation: number, cuts: Uint32Array, first: number) => {
      expect([control, by]).toEqual([frame.control, kernel]);
      done.push(['together', operation, [...cuts], first]);
    },
  } as unknown as Crew;
  return { done, team: new Team(frame, kernel, helped ? crew : null) };
}

describe('a team', () => {
  it('sweeps one block alone, or phase after phase: all arrives before anything is passed on', () => {
    const one = begun(null, true);
    one.team.sweep();
    expect(one.done).toEqual([[Slots.SWEEP, 0, 10, 0]]);
    const two = begun([0, 2, 4], false);
    two.team.sweep();
    expect(two.done).toEqual([
      [Slots.ARRIVE, 0, 10, 0],
      [Slots.ARRIVE, 10, 20, 1],
      [Slots.PASS_ON, 0, 10, 0],
      [Slots.PASS_ON, 10, 20, 1],
      [Slots.ARRIVE, 20, 35, 2],
      [Slots.ARRIVE, 35, 40, 3],
      [Slots.PASS_ON, 20, 35, 2],
      [Slots.PASS_ON, 35, 40, 3],
    ]);
    const helped = begun([0, 2, 4], true);
    helped.team.sweep();
    expect(helped.done).toEqual([
      ['together', Slots.ARRIVE, [0, 10, 20], 0],
      ['together', Slots.PASS_ON, [0, 10, 20], 0],
      ['together', Slots.ARRIVE, [20, 35, 40], 2],
      ['together', Slots.PASS_ON, [20, 35, 40], 2],
    ]);
  });

  it('does an operation over the swept rows, or all of them, with help where there are blocks to share', () => {
    const { done, team } = begun(null, false);
    team.over(Slots.SCALE);
    team.pass(Slots.JUDGE);
    expect(done).toEqual([
      [Slots.SCALE, 0, 10, 0],
      [Slots.SCALE, 10, 20, 1],
      [Slots.SCALE, 20, 35, 2],
      [Slots.SCALE, 35, 40, 3],
      [Slots.JUDGE, 0, 25, 0],
      [Slots.JUDGE, 25, 50, 1],
    ]);
    const helped = begun([0, 1, 2, 3, 4], true);
    helped.team.over(Slots.SCALE);
    helped.team.pass(Slots.JUDGE);
    helped.team.sweep();
    expect(helped.done.slice(0, 2)).toEqual([
      ['together', Slots.SCALE, [0, 10, 20, 35, 40], 0],
      ['together', Slots.JUDGE, [0, 25, 50], 0],
    ]);
    // One block is nothing to share.
    expect(helped.done[2]).toEqual([Slots.ARRIVE, 0, 10, 0]);
  });

  it('sums what blocks left, in their order', () => {
    const { team } = begun(null, false);
    expect([team.sum(0), team.sum(1), team.sum(7)]).toEqual([0 + 8 + 16, 1 + 9 + 17, 7 + 15 + 23]);
  });

  it('has constants where kernels read them', () => {
    const numbers = new Float64Array(Slots.NUMBER_COUNT);
    setConstants({ numbers } as Frame, {
      ...{ damping: 0.75, stop: 0.25, back: 0.2, ceiling: 3, k: 2, floor: 0.05, capped: true },
    });
    const at = [Slots.DAMPING, Slots.SHARE, Slots.BACK, Slots.CEILING, Slots.OBJECTION];
    expect(at.map((slot) => numbers[slot])).toEqual([0.75, 1 / 0.8, 0.2, 3, 2]);
  });
});
