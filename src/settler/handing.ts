/** Hands what a solver knows over to settlers, in the same memory each time. */
import type { Found, Settle } from '../solver/settle.ts';
import { Packing } from './packing.ts';
import type { Outcome, Settler, Task } from './task.ts';

/** A graph of so many times as many edges, or of so many times fewer, may have other components. */
const ALIKE = 1.25;

export class Handing {
  /** Where copies are made, while none is out. */
  #room = new ArrayBuffer(0);
  /** Edges of the graph when it was seen to have no components that pay to be told apart; 0 where it has some. */
  #whole = 0;

  /**
   * What a settler makes of a solver as it stands, or of what was found that it has not taken over. O(order + edges)
   * here, all of it before this returns.
   */
  async settle(
    solver: Settle,
    settler: Settler,
    found: Found | null,
    { contributor, ...of }: Pick<Task, 'contributor' | 'names' | 'tolerance' | 'hurried'>,
  ): Promise<Outcome> {
    const { damping, balance, cap, objectionWeight } = solver.parameters;
    const { edges } = solver.graph;
    const whole = edges < ALIKE * this.#whole && this.#whole < ALIKE * edges;
    const packing = new Packing(this.#room);
    this.#room = new ArrayBuffer(0);
    const outcome = await settler.settle({
      ...solver.copy(packing.place, found),
      ...of,
      parameters: { damping, balance, cap, objectionWeight },
      whole,
      contributor: packing.place(contributor, contributor.length),
      room: packing.room,
    });
    this.#room = packing.next(outcome.room);
    if (!whole) this.#whole = outcome.whole ? edges : 0;
    return outcome;
  }
}
