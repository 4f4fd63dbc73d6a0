/**
 * The trust equations at a settled state, read as a linear map from what the state leaves of each mass:
 *
 *     x(v) = growth(v) [ restart(v) + sum_u W+(u,v) passed(u) x(u) ]
 *
 * with the part that each passes on (f D/x, which is y/x where nothing is pending) and the part of the mass that is earned again (min(x,K)/x) as
 * they are. So a mass is the sum over all chains of endorsements that end there, and a unit of restart becomes
 * at most 1 / (a balance) of mass in all: what is passed on is at most damping, and what is earned at most a (1 - balance).
 */
import type { Settlement } from '../settlement.ts';

export class Inward {
  readonly #solver: Settlement['solver'];
  readonly #damping: number;
  readonly #back: number;
  readonly #ceiling: number;
  readonly #rate: number;

  constructor({ solver }: Settlement) {
    const { damping, back, ceiling } = solver.constants;
    this.#solver = solver;
    this.#damping = damping;
    this.#back = back;
    this.#ceiling = ceiling;
    this.#rate = solver.rate;
  }

  /** Restart that arrives whatever anyone says, with what the cap returned. */
  restart(v: number): number {
    return this.#rate * this.#solver.credential(v);
  }

  /** What a unit that arrives becomes by what it earns; 1 or more. */
  growth(v: number): number {
    if (this.#back === 0) return 1;
    const mass = this.#solver.mass(v);
    return 1 / (1 - this.#back * (mass > this.#ceiling ? this.#ceiling / mass : 1));
  }

  /**
   * Part of a row's mass that arrives along each unit of weight that it says: what has been delivered, so that
   * no part is larger than what it is a part of, and no more than its voice, where delivery is to be taken back.
   */
  passed(u: number): number {
    const solver = this.#solver;
    const mass = solver.mass(u);
    if (!(mass > 0)) return 0;
    return (this.#damping * Math.min(solver.flow(u), solver.voice(u) / solver.demand(u))) / mass;
  }
}
