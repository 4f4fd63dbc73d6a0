/** Those who wait for scores of a sequence, each for as long as its patience. */
import type { Milliseconds } from '../event.ts';
import type { Scores } from '../scores.ts';
import type { Refusal } from './problem.ts';

interface Waiter {
  readonly sequence: number;
  readonly resolve: (scores: Scores) => void;
  readonly reject: (refusal: Refusal) => void;
}

export class Waiters {
  readonly #all = new Set<Waiter>();

  /** Whether somebody waits for a sequence up to this one. */
  any(sequence: number): boolean {
    for (const waiter of this.#all) if (waiter.sequence <= sequence) return true;
    return false;
  }

  /** Resolves by `serve`; rejects by `end`, and with what `late` makes when the patience is over. */
  wait(sequence: number, patience: Milliseconds, late: () => Refusal): Promise<Scores> {
    return new Promise((resolve, reject) => {
      const over = () => {
        clearTimeout(timer);
        this.#all.delete(waiter);
      };
      const waiter: Waiter = {
        sequence,
        resolve(scores) {
          over();
          resolve(scores);
        },
        reject(refusal) {
          over();
          reject(refusal);
        },
      };
      const timer = setTimeout(() => waiter.reject(late()), patience);
      this.#all.add(waiter);
    });
  }

  /** Those whom these scores are late enough for need wait no longer. */
  serve(scores: Scores): void {
    for (const waiter of this.#all) if (waiter.sequence <= scores.sequence) waiter.resolve(scores);
  }

  /** Nobody waits any longer. */
  end(refusal: Refusal): void {
    for (const waiter of this.#all) waiter.reject(refusal);
  }
}
