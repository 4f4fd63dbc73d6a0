/**
 * Time that passes when it is told to: a clock, timers, and documents kept in a Map, whose writes take a turn. Shared by
 * the tests of what waits.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Documents, Page } from '../../src/ledger/contract.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly call: () => void;
}

export class Time {
  now: number;
  #order = 0;
  #timers = new Set<Timer>();

  constructor(now = 1_800_000_000_000) {
    this.now = now;
  }

  readonly clock = () => this.now;

  readonly later = (call: () => void, milliseconds: number) => {
    const timer = { at: this.now + milliseconds, order: this.#order++, call };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  get timers(): number {
    return this.#timers.size;
  }

  /** When the next timer rings; undefined where there is none. */
  get next(): number | undefined {
    return this.#first()?.at;
  }

  /** Lets time pass; what rings on the way is called at its time, and what that began is let end. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.now + milliseconds;
    await settled();
    for (let timer = this.#first(); timer !== undefined && timer.at <= end; timer = this.#first()) {
      this.now = Math.max(this.now, timer.at);
      this.#timers.delete(timer);
      timer.call();
      await settled();
    }
    this.now = end;
  }

  #first(): Timer | undefined {
    return [...this.#timers].sort((a, b) => a.at - b.at || a.order - b.order)[0];
  }
}

/** Lets everything that is under way come to rest. */
export async function settled(): Promise<void> {
  for (let turns = 0; turns < 12; turns++) await turn();
}

/** Documents in a Map, as texts, so that nothing is shared with who wrote them. */
export class MapDocuments implements Documents {
  readonly texts = new Map<string, Map<string, string>>();
  /** Whether writing fails. */
  broken = false;
  /** How often what was deleted has been taken out of the files. */
  scrubbed = 0;

  async put(kind: string, key: string, value: unknown): Promise<void> {
    await turn();
    if (this.broken) throw new Error('the disk is full');
    if (!this.texts.has(kind)) this.texts.set(kind, new Map());
    this.texts.get(kind)!.set(key, JSON.stringify(value));
  }

  async get(kind: string, key: string): Promise<unknown> {
    const text = this.texts.get(kind)?.get(key);
    return text === undefined ? undefined : JSON.parse(text);
  }

  async list(kind: string, { after, limit }: Page = { after: '', limit: Number.POSITIVE_INFINITY }) {
    const rows = [...(this.texts.get(kind) ?? [])].filter(([key]) => key > after).sort();
    return rows.slice(0, limit).map(([key, text]) => ({ key, value: JSON.parse(text) }));
  }

  async delete(kind: string, key: string): Promise<boolean> {
    if (this.broken) throw new Error('the disk is full');
    return this.texts.get(kind)?.delete(key) ?? false;
  }

  async scrub(): Promise<void> {
    await turn();
    if (this.broken) throw new Error('the disk is full');
    this.scrubbed++;
  }
}
