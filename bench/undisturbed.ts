/**
 * Measurements beside which nothing else ran. Where both processors are wanted, another program of the same machine is
 * what a 99th percentile shows first: so how much others took is read from /proc, and what they spoilt is measured again.
 * What takes the processors from the whole machine is not seen here.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Share of one processor that others may take. */
const LEFT = 0.1;
const TRIES = 20;
/** Clock ticks a second, as /proc counts. */
const TICKS = 100;

export class Undisturbed {
  /** Measurements that were made again, and those that were disturbed to the end. */
  repeated = 0;
  disturbed = 0;

  /** `isOwn` is asked of a process by its id and name. */
  constructor(private readonly isOwn: (pid: number, name: string) => boolean) {}

  async measure<T>(work: () => Promise<T>): Promise<T> {
    for (let left = TRIES; ; left--) {
      const before = this.#others();
      const start = performance.now();
      const measured = await work();
      const seconds = (performance.now() - start) / 1000;
      let taken = 0;
      for (const [pid, ticks] of this.#others()) taken += ticks - (before.get(pid) ?? 0);
      if (taken / TICKS <= LEFT * seconds) return measured;
      if (left === 0) {
        this.disturbed++;
        return measured;
      }
      this.repeated++;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }

  /** Ticks that each process of others has had; none where there is no /proc. */
  #others(): Map<number, number> {
    const found = new Map<number, number>();
    if (!existsSync('/proc/self/stat')) return found;
    for (const entry of readdirSync('/proc')) {
      const pid = Number(entry);
      if (Number.isNaN(pid)) continue;
      const stat = statOf(pid);
      if (stat === undefined || this.isOwn(pid, stat.name)) continue;
      found.set(pid, stat.ticks);
    }
    return found;
  }
}

/** Undefined for one that has ended meanwhile. */
function statOf(pid: number): { name: string; ticks: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [from, to] = [text.indexOf('('), text.lastIndexOf(')')];
    const fields = text.slice(to + 2).split(' ');
    return { name: text.slice(from + 1, to), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return undefined;
  }
}
