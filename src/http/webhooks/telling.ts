/**
 * When webhooks are told of scores, and of which: each of the newest, of whoever moved since it was told last, at most
 * once in its interval, one message after another. Whoever takes no messages is told no more until it has taken some,
 * and then of all that moved meanwhile in one.
 */
import type { Milliseconds } from '../../event.ts';
import type { Scores } from '../../scores.ts';
import { type Change, changeBetween, type Kept, keptOf, place } from '../changes.ts';
import type { Later } from '../later.ts';
import type { Turns } from '../turns.ts';

/** What is known of a webhook that is told. */
export interface Listener {
  readonly id: string;
  readonly community: string;
  readonly threshold: number | null;
  readonly every: number;
  readonly told: number | null;
  readonly gone: Milliseconds | null;
}

export interface TellingOptions {
  readonly clock: () => Milliseconds;
  readonly ticks: () => Milliseconds;
  readonly later: Later;
  /** What is done to a webhook, one after another. */
  readonly turns: Turns;
  readonly find: (id: string) => Listener | undefined;
  /** How many messages wait for a webhook. */
  readonly waits: (id: string) => number;
  /** Keeps a message; durable when it resolves. */
  readonly add: (listener: Listener, body: string) => Promise<unknown>;
  /** Keeps which sequence a webhook was told of; in its turn. */
  readonly told: (id: string, sequence: number) => Promise<void>;
}

/** Messages that may wait for a webhook that is told of more. */
const HELD = 10;

export class Telling {
  readonly #options: TellingOptions;
  /** The scores that were published last, by community. */
  readonly #newest = new Map<string, Scores>();
  /** What is kept of views; webhooks that are told of the same share it. */
  readonly #views = new WeakMap<Scores, Kept>();
  /** What each was told of last, since the service was started. */
  readonly #told = new Map<string, Kept>();
  /** When each may be told again, in ticks. */
  readonly #next = new Map<string, Milliseconds>();
  /** Those whose turn to be told has not come. */
  readonly #asked = new Map<string, Promise<void>>();
  /** Those that are to be told later, and what ends their waiting. */
  readonly #owed = new Map<string, () => void>();
  #closed = false;

  constructor(options: TellingOptions) {
    this.#options = options;
  }

  /** Tells webhooks of a community of its newest scores; resolves when the messages are durable. */
  async publish(community: string, webhooks: readonly string[], scores: Scores): Promise<void> {
    if (webhooks.length === 0) return;
    this.#newest.set(community, scores);
    const told = await Promise.allSettled(webhooks.map((id) => this.#ask(id)));
    for (const one of told) if (one.status === 'rejected') throw one.reason;
  }

  /** Of a webhook that is no longer there; in its turn. */
  forget(id: string): void {
    this.#told.delete(id);
    this.#next.delete(id);
    this.#pay(id);
  }

  /** Of a community that has ended. */
  drop(community: string): void {
    this.#newest.delete(community);
  }

  /** Tells nobody any more. */
  close(): void {
    this.#closed = true;
    for (const stop of this.#owed.values()) stop();
    this.#owed.clear();
  }

  /** Tells a webhook in its turn of what is the newest then. */
  #ask(id: string): Promise<void> {
    const asked =
      this.#asked.get(id) ??
      this.#options.turns.take(id, () => {
        this.#asked.delete(id);
        return this.#tell(id);
      });
    this.#asked.set(id, asked);
    return asked;
  }

  async #tell(id: string): Promise<void> {
    const { clock, ticks, find, waits, add, told } = this.#options;
    const listener = find(id);
    if (this.#closed || listener === undefined || listener.gone !== null) return;
    const scores = this.#newest.get(listener.community);
    if (scores === undefined) return;
    this.#pay(id);
    const { community, every } = listener;
    const start = ticks();
    const wait = (this.#next.get(id) ?? 0) - start;
    if (wait > 0) return this.#owe(id, wait);
    if (waits(id) >= HELD) return this.#owe(id, every * 1000);
    const now = this.#viewOf(scores);
    const change = this.#changeFor(listener, now, scores);
    if (change === null) return;
    const { type, ...data } = change;
    const message = { type: `scores.${type}`, timestamp: new Date(clock()).toISOString() };
    try {
      await add(listener, JSON.stringify({ ...message, data: { community, ...data } }));
    } catch (error) {
      // It has not been told, and is told later.
      this.#owe(id, every * 1000);
      throw error;
    }
    this.#told.set(id, now);
    this.#next.set(id, start + every * 1000);
    await told(id, change.sequence);
  }

  /** What a webhook is to be told, null for nothing. */
  #changeFor({ id, threshold, told }: Listener, now: Kept, scores: Scores): Change | null {
    const before = this.#told.get(id);
    if (before?.sequence === now.sequence) return null;
    if (before === undefined) {
      if (told !== now.sequence) return place(told === null ? 'start' : 'reset', now);
      this.#told.set(id, now);
      return null;
    }
    const change = changeBetween(before, now, threshold ?? undefined, scores);
    return change.moved.length === 0 ? null : change;
  }

  #viewOf(scores: Scores): Kept {
    const view = this.#views.get(scores) ?? keptOf(scores);
    this.#views.set(scores, view);
    return view;
  }

  /** Has a webhook told of what is the newest after a time. */
  #owe(id: string, wait: Milliseconds): void {
    this.#pay(id);
    if (this.#closed) return;
    const stop = this.#options.later(() => {
      this.#owed.delete(id);
      this.#ask(id).catch(() => {});
    }, wait);
    this.#owed.set(id, stop);
  }

  #pay(id: string): void {
    this.#owed.get(id)?.();
    this.#owed.delete(id);
  }
}
