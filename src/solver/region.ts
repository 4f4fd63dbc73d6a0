/**
 * Rows that are swept together until their residual is small: all that matter, or one strongly connected
 * component of them once all that reaches it is known. After a sweep, where pace.ts finds that it pays, all
 * mass in play is rescaled so that the residual sums to zero, and Anderson acceleration steps ahead. A
 * sweep visits every edge of the region once, the rest costs O(rows).
 */
import type { System } from '../graph/columns.ts';
import { Anderson } from './anderson.ts';
import type { Constants } from './equations.ts';
import { restartRate } from './equations.ts';
import * as Slots from './kernel/slots.ts';
import type { Team } from './kernel/team.ts';
import type { Way } from './pace.ts';

/** How a region runs operations: on all swept rows, or on those of a component. */
export interface Reach {
  readonly numbers: Float64Array;
  sweep(): void;
  over(operation: number): void;
  sum(which: number): number;
}

export class Region {
  #ahead: Anderson | null = null;
  /** What mass is still to be multiplied by; flows have been. */
  #pending = 1;

  /** @param income Mass that enters the region in one step, whatever its rows do. */
  constructor(
    private readonly reach: Reach,
    private readonly fixed: Constants,
    private readonly income: number,
  ) {}

  /**
   * One sweep and what is to follow it. Returns the pool: damping sum |df| D, and what the rescaling
   * moved. That bounds the residual from above, but for what a step ahead does, which is seen in the pool
   * of the next sweep.
   */
  sweep(way: Way): number {
    const { reach, fixed, income } = this;
    const accelerated = way === 'accelerated';
    if (accelerated) {
      this.catchUp();
      this.#ahead ??= new Anderson(reach);
      this.#ahead.before();
    } else this.#ahead = null;
    reach.sweep();
    let pool = fixed.damping * reach.sum(0);
    this.#pending = 1;
    if (way !== 'plain') {
      const sigma = this.#sigma();
      this.#pending = sigma;
      pool = sigma * pool + Math.abs(1 - sigma) * income;
    }
    reach.numbers[Slots.SIGMA] = this.#pending;
    if (accelerated) {
      this.catchUp();
      this.#ahead!.after();
    } else reach.over(Slots.SCALE);
    return pool;
  }

  /** Brings mass up to where the flows are. */
  catchUp(): void {
    if (this.#pending === 1) return;
    this.reach.numbers[Slots.SIGMA] = this.#pending;
    this.reach.over(Slots.SCALE_MASS);
    this.#pending = 1;
  }

  /** What all mass in play is to be multiplied by for its residual to sum to zero. */
  #sigma(): number {
    const { reach, fixed, income } = this;
    const mass = reach.sum(1);
    const inside = reach.sum(2);
    // Above zero: what is passed on inside came from mass that loses a balance of itself in every step.
    const sigma = income / ((1 - fixed.back) * mass - fixed.damping * inside);
    return sigma > 0 && sigma < Number.POSITIVE_INFINITY ? sigma : 1;
  }
}

/** All swept rows of a frame. */
export class Everything implements Reach {
  readonly numbers: Float64Array;

  constructor(private readonly team: Team) {
    this.numbers = team.frame.numbers;
  }

  sweep(): void {
    this.team.sweep();
  }

  over(operation: number): void {
    if (operation === Slots.SCALE && this.numbers[Slots.SIGMA] === 1) return;
    this.team.over(operation);
  }

  sum(which: number): number {
    return this.team.sum(which);
  }
}

/**
 * Brings the speakers up to date, which nothing changes, and returns the mass that enters the swept rows.
 * With a cap all rows are swept, and what enters them is what comes of credentials whatever anyone says.
 */
export function incomeOf({ frame, kernel }: Team, system: System, fixed: Constants): number {
  if (fixed.capped) return fixed.floor * system.credentialSum;
  frame.numbers[Slots.PER_CREDENTIAL] = fixed.floor;
  kernel.run(Slots.SPEAK, frame.swept, frame.silent, 0);
  return frame.parts[0]!;
}

/** Sets the restart per unit of credential at the excess in use. */
export function setRate(
  { numbers }: Pick<Reach, 'numbers'>,
  fixed: Constants,
  excess: number,
  credentialSum: number,
): void {
  numbers[Slots.RATE] = restartRate(fixed, excess, credentialSum);
}
