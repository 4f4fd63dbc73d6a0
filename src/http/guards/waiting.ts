/**
 * How much work may wait: so many writes and so many bytes of them in all, and of each community a part of that,
 * so that one that is flooded leaves room for the others. What finds no room is refused at once and never
 * waits. Whoever is let in gives the room back exactly once.
 */

export interface WaitingLimits {
  /** Writes that are being taken, in all and of one community. */
  readonly writes: number;
  readonly writesEach: number;
  /** Bytes of their bodies, in all; one that does not say how long it is counts as one MiB. */
  readonly bytes: number;
}

export class Waiting {
  readonly #limits: WaitingLimits;
  readonly #each = new Map<string, number>();
  #writes = 0;
  #bytes = 0;

  constructor(limits: WaitingLimits) {
    this.#limits = limits;
  }

  get writes(): number {
    return this.#writes;
  }

  /** Lets a write in, and returns what ends it; undefined where there is no room. */
  enter(community: string, bytes: number): (() => void) | undefined {
    const { writes, writesEach, bytes: most } = this.#limits;
    const here = this.#each.get(community) ?? 0;
    // One body of any length is always let in, or a long one never would be.
    const crowded = this.#writes > 0 && this.#bytes + bytes > most;
    if (this.#writes >= writes || here >= writesEach || crowded) return undefined;
    this.#writes += 1;
    this.#bytes += bytes;
    this.#each.set(community, here + 1);
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.#writes -= 1;
      this.#bytes -= bytes;
      const left = this.#each.get(community)! - 1;
      if (left === 0) this.#each.delete(community);
      else this.#each.set(community, left);
    };
  }
}
