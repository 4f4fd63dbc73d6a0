/**
 * Does operations on the blocks of a frame, block by block or with the help of workers, who take the
 * blocks of a job as they come. Which of them does a block changes no bit of it. Sums are added in the
 * order of blocks.
 */
import type { Constants } from '../equations.ts';
import type { Crew } from './crew.ts';
import type { Frame } from './frame.ts';
import type { Kernel } from './plain.ts';
import * as Slots from './slots.ts';

/** Writes the numbers that every row shares where kernels read them. */
export function setConstants({ numbers }: Frame, { damping, back, ceiling, k }: Constants): void {
  numbers[Slots.DAMPING] = damping;
  numbers[Slots.SHARE] = 1 / (1 - back);
  numbers[Slots.BACK] = back;
  numbers[Slots.CEILING] = ceiling;
  numbers[Slots.OBJECTION] = k;
}

export class Team {
  constructor(
    readonly frame: Frame,
    readonly kernel: Kernel,
    private readonly crew: Crew | null,
  ) {}

  /** One sweep: phase after phase, in each of which all is read before anything is passed on. */
  sweep(): void {
    const { phases } = this.frame;
    if (phases === null) {
      this.#each(Slots.SWEEP, Slots.SWEEP_CUTS, 0, 1);
      return;
    }
    for (let p = 0; p + 1 < phases.length; p++) {
      this.#each(Slots.ARRIVE, Slots.SWEEP_CUTS, phases[p]!, phases[p + 1]!);
      this.#each(Slots.PASS_ON, Slots.SWEEP_CUTS, phases[p]!, phases[p + 1]!);
    }
  }

  /** One operation on the swept rows, in any order. */
  over(operation: number): void {
    this.#each(operation, Slots.SWEEP_CUTS, 0, this.frame.sweepCuts.length - 1);
  }

  /** One operation on all rows, in any order. */
  pass(operation: number): void {
    this.#each(operation, Slots.PASS_CUTS, 0, this.frame.passCuts.length - 1);
  }

  /** The sum over all blocks of what the last operation left, by number. */
  sum(which: number): number {
    const { parts } = this.frame;
    let sum = 0;
    for (let k = which; k < parts.length; k += Slots.SUMS) sum += parts[k]!;
    return sum;
  }

  #each(operation: number, table: number, first: number, last: number): void {
    const { frame, kernel, crew } = this;
    const cuts = table === Slots.SWEEP_CUTS ? frame.sweepCuts : frame.passCuts;
    if (crew !== null && last - first > 1) {
      crew.each(frame.control, kernel, operation, cuts.subarray(first, last + 1), first);
      return;
    }
    for (let b = first; b < last; b++) kernel.run(operation, cuts[b]!, cuts[b + 1]!, b);
  }
}
