/**
 * How much work is taken on: so many writes and so many bytes of them at a time, and of each community a part of that,
 * so that one that is flooded leaves room for the others. What finds no room stands in a line that is as long as it
 * may be and no longer, and leaves it when its patience is over; communities take turns. So a burst is taken a little
 * later, and a flood is refused without having cost more than standing there. Whoever is let in gives the room
 * back exactly once.
 */
import type { Milliseconds } from '../../event.ts';

export interface WaitingLimits {
  /** Writes that are being taken, in all and of one community. */
  readonly writes: number;
  readonly writesEach: number;
  /** Bytes of their bodies, in all and of one community. */
  readonly bytes: number;
  readonly bytesEach: number;
  /** Writes that stand in line for that, in all and of one community, and for how long at most. */
  readonly line: number;
  readonly lineEach: number;
  readonly patience: Milliseconds;
}

/** Gives back the room of a write that was let in. */
type Leave = () => void;

interface Standing {
  readonly bytes: number;
  readonly enter: (leave: Leave) => void;
}

/** What is taken on of one community. */
interface Inside {
  readonly writes: number;
  readonly bytes: number;
}

const NOTHING: Inside = { writes: 0, bytes: 0 };

export class Waiting {
  readonly #limits: WaitingLimits;
  readonly #inside = new Map<string, Inside>();
  /** By community, the one whose turn is next first; none is empty. */
  readonly #lines = new Map<string, Standing[]>();
  #writes = 0;
  #bytes = 0;
  #standing = 0;

  constructor(limits: WaitingLimits) {
    this.#limits = limits;
  }

  /** Writes that are being taken. */
  get writes(): number {
    return this.#writes;
  }

  /** Writes that stand in line. */
  get standing(): number {
    return this.#standing;
  }

  /** Whether a write would be refused at once. */
  isFull(community: string, bytes: number): boolean {
    const { line, lineEach } = this.#limits;
    const here = this.#lines.get(community)?.length ?? 0;
    return (this.#standing >= line || here >= lineEach) && (here > 0 || !this.#fits(community, bytes));
  }

  /**
   * Lets a write in as soon as there is room, and tells what ends it; undefined where there is none in time, or none
   * in line.
   */
  enter(community: string, bytes: number): Leave | undefined | Promise<Leave | undefined> {
    const line = this.#lines.get(community);
    if (line === undefined && this.#fits(community, bytes)) return this.#let(community, bytes);
    const { line: most, lineEach, patience } = this.#limits;
    if (this.#standing >= most || (line?.length ?? 0) >= lineEach) return undefined;
    return new Promise((resolve) => {
      const standing: Standing = {
        bytes,
        enter(leave) {
          clearTimeout(timer);
          resolve(leave);
        },
      };
      const timer = setTimeout(() => {
        this.#remove(community, standing);
        resolve(undefined);
        // Whoever stood behind it may need less room.
        this.#next();
      }, patience);
      this.#standing += 1;
      if (line === undefined) this.#lines.set(community, [standing]);
      else line.push(standing);
    });
  }

  #fits(community: string, bytes: number): boolean {
    const { writes, writesEach, bytes: most, bytesEach } = this.#limits;
    const here = this.#inside.get(community) ?? NOTHING;
    if (this.#writes >= writes || here.writes >= writesEach) return false;
    // One body of any length is always let in, or a long one never would be.
    if (here.writes > 0 && here.bytes + bytes > bytesEach) return false;
    return this.#writes === 0 || this.#bytes + bytes <= most;
  }

  #let(community: string, bytes: number): Leave {
    this.#add(community, { writes: 1, bytes });
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.#add(community, { writes: -1, bytes: -bytes });
      this.#next();
    };
  }

  #add(community: string, { writes, bytes }: Inside): void {
    this.#writes += writes;
    this.#bytes += bytes;
    const here = this.#inside.get(community) ?? NOTHING;
    const now = { writes: here.writes + writes, bytes: here.bytes + bytes };
    if (now.writes === 0) this.#inside.delete(community);
    else this.#inside.set(community, now);
  }

  /** Lets in whoever there is room for, of each community the first in line. */
  #next(): void {
    for (let more = true; more; ) {
      more = false;
      for (const [community, [first]] of this.#lines) {
        if (!this.#fits(community, first!.bytes)) continue;
        this.#remove(community, first!);
        first!.enter(this.#let(community, first!.bytes));
        more = true;
        break;
      }
    }
  }

  /** Takes one out of its line, which is the last whose turn it is from then on. */
  #remove(community: string, standing: Standing): void {
    const line = this.#lines.get(community)!;
    line.splice(line.indexOf(standing), 1);
    this.#standing -= 1;
    this.#lines.delete(community);
    if (line.length > 0) this.#lines.set(community, line);
  }
}
