/**
 * Who moved, told as it happens. Each listener is told of whoever moved by more than its threshold since it was
 * told last, so whoever takes what was left out for unmoved is wrong by at most the threshold a message. Views
 * that were told of are kept for a while, and one who comes back with the sequence of its last message goes on
 * from there; for one that is no longer kept there is a `reset`: read the scores anew. Nothing is computed
 * while nobody listens.
 */
import type { Milliseconds } from '../event.ts';
import type { Scores } from '../scores.ts';
import { type Later, soon } from './later.ts';

/** How far a contributor moved: its share of trust now, and what was added to it. */
export interface Moved {
  readonly contributor: string;
  readonly trust: number;
  readonly change: number;
}

/** What a listener is told. */
export interface Change {
  /** `start` and `reset` say where telling begins, `changes` who moved since the sequence `since`. */
  readonly type: 'start' | 'reset' | 'changes';
  readonly sequence: number;
  readonly bound: number;
  readonly since: number | null;
  /** The farthest first. */
  readonly moved: readonly Moved[];
  /** How many more moved and are not named. */
  readonly more: number;
}

export interface ListenOptions {
  /** Share of trust by which one has to move to be told of; what the bounds do not prove is left out unless given. */
  readonly threshold?: number | undefined;
  /** The sequence of the last message that was received. */
  readonly after?: number | undefined;
}

export interface ChangesOptions {
  /** The scores that were published last. */
  readonly view: () => Scores;
  readonly later?: Later;
  /** How long views are kept when nobody listens. */
  readonly linger?: Milliseconds;
}

/** What has to be kept of a view to say later who moved since. */
export interface Kept {
  readonly sequence: number;
  readonly bound: number;
  readonly trust: Float64Array;
}

interface Listener {
  readonly threshold: number | undefined;
  readonly tell: (change: Change) => void;
  told: Kept;
}

/** Views that are kept, and numbers in all of them together. */
const VIEWS = 32;
const NUMBERS = 8_000_000;
/** Contributors that one message names. */
const NAMED = 1000;

export class Changes {
  readonly #options: Required<ChangesOptions>;
  readonly #listeners = new Set<Listener>();
  #window: Kept[] = [];
  #forgetting: (() => void) | null = null;

  constructor({ view, later = soon, linger = 300_000 }: ChangesOptions) {
    this.#options = { view, later, linger };
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** Tells of scores that have just been published. */
  publish(scores: Scores): void {
    if (this.#listeners.size === 0) return;
    const now = this.#look(scores);
    const known = new Map<string, Change>();
    for (const listener of [...this.#listeners]) this.#tell(listener, now, scores, known);
  }

  /** Tells from now on, beginning with where it begins. Returns how to stop. */
  listen({ threshold, after }: ListenOptions, tell: Listener['tell']): () => void {
    this.#forgetting?.();
    this.#forgetting = null;
    const scores = this.#options.view();
    const now = this.#look(scores);
    const before = after === undefined ? now : this.#window.find(({ sequence }) => sequence === after);
    const listener: Listener = { threshold, tell, told: before ?? now };
    this.#listeners.add(listener);
    if (after === undefined) tell(place('start', now));
    else if (before === undefined) tell(place('reset', now));
    else this.#tell(listener, now, scores, new Map());
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#rest();
    };
  }

  /** Tells nobody any more. */
  close(): void {
    this.#listeners.clear();
    this.#forgetting?.();
    this.#forgetting = null;
    this.#window = [];
  }

  #rest(): void {
    this.#forgetting?.();
    this.#forgetting = this.#options.later(() => {
      this.#window = [];
    }, this.#options.linger);
  }

  /** Those who were told of the same view with the same threshold are told the same. */
  #tell(listener: Listener, now: Kept, scores: Scores, known: Map<string, Change>): void {
    const { threshold, told } = listener;
    if (told.sequence === now.sequence) return;
    const key = `${told.sequence} ${threshold}`;
    const change = known.get(key) ?? changeBetween(told, now, threshold, scores);
    known.set(key, change);
    // Silence ends when the view that was told of last is let go, or one who hears nothing would keep it for ever.
    if (change.moved.length === 0 && this.#window.includes(told)) return;
    listener.told = now;
    listener.tell(change);
  }

  /** A view, which is kept from now on. */
  #look(view: Scores): Kept {
    const last = this.#window.at(-1);
    if (last?.sequence === view.sequence) return last;
    const now = keptOf(view);
    this.#window.push(now);
    const most = Math.max(2, Math.min(VIEWS, Math.floor(NUMBERS / Math.max(now.trust.length, 1))));
    if (this.#window.length > most) this.#window.splice(0, this.#window.length - most);
    return now;
  }
}

export function place(type: 'start' | 'reset', { sequence, bound }: Kept): Change {
  return { type, sequence, bound, since: null, moved: [], more: 0 };
}

export function keptOf(view: Scores): Kept {
  return { sequence: view.sequence, bound: view.bound, trust: view.trustByContributor() };
}

/** Who moved between two views; `view` is the later one and knows the ids. */
export function changeBetween(then: Kept, now: Kept, threshold: number | undefined, view: Scores): Change {
  const least = threshold ?? then.bound + now.bound;
  let [count, farther] = [0, least];
  const found: { index: number; change: number }[] = [];
  for (let index = 0; index < now.trust.length; index++) {
    const change = now.trust[index]! - (then.trust[index] ?? 0);
    const size = Math.abs(change);
    // Of a contributor who was forgotten this is NaN, which exceeds nothing.
    if (!(size > least)) continue;
    count++;
    // Everybody may have moved, and few are named: most need not be kept, let alone sorted.
    if (size > farther) found.push({ index, change });
    if (found.length === 2 * NAMED) farther = keepFarthest(found);
  }
  keepFarthest(found);
  const moved = found.map(({ index, change }) => ({
    ...{ contributor: view.idOf(index), trust: now.trust[index]!, change },
  }));
  const { sequence, bound } = now;
  return { type: 'changes', sequence, bound, since: then.sequence, moved, more: count - moved.length };
}

/** Leaves those that are named, the farthest first; how far whoever comes after them has to have moved to be one. */
function keepFarthest(found: { index: number; change: number }[]): number {
  found.sort((a, b) => Math.abs(b.change) - Math.abs(a.change) || a.index - b.index);
  if (found.length > NAMED) found.length = NAMED;
  return Math.abs(found.at(-1)?.change ?? 0);
}
