/**
 * Time that publications may take: saved up while nothing is published, and owed where one took more. Only what the last
 * one took is owed: one that is made before it is due is made for somebody who waits for it, and those who do so one
 * after another would else wait longer each time.
 */
import type { Milliseconds } from '../event.ts';

/** As much as may be saved up. */
const SAVED: Milliseconds = 50;

export class Allotment {
  /** When the last publication ended, and what was left then; below 0 where it took more. */
  #ended: Milliseconds = 0;
  #left: Milliseconds = SAVED;

  /** A publication has ended that took so long; `rate` is the part of the time that they may take. */
  take(cost: Milliseconds, rate: number, now: Milliseconds): void {
    const idle = Math.max(0, now - cost - this.#ended);
    this.#left = Math.max(0, Math.min(SAVED, this.#left + idle * rate)) - cost;
    this.#ended = now;
  }

  /** From when on the next one is due: when what is owed is made up for at this rate, or after the longest wait. */
  due(rate: number, longest: Milliseconds): Milliseconds {
    if (this.#left > 0) return this.#ended;
    return this.#ended + Math.min(-this.#left / rate, longest);
  }
}
