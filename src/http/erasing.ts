/**
 * Takes whoever is forgotten out of the messages to webhooks. What the store can not do is tried again until it can; and
 * what a crash left undone is done when the community is opened.
 */
import type { Milliseconds } from '../event.ts';
import type { Community } from './community.ts';
import { type Later, soon } from './later.ts';
import { faultOf, type Log } from './log.ts';
import type { Webhooks } from './webhooks/webhooks.ts';

const DONE = Promise.resolve();
/** How long after a failure it is tried again, first and at most. */
const [FIRST, LONGEST]: Milliseconds[] = [1_000, 30_000];

export class Erasing {
  readonly #webhooks: Webhooks;
  readonly #log: Log;
  readonly #later: Later;
  /** Who is still to be erased; and where whoever is not known is. */
  readonly #left = new Map<Community, string[]>();
  readonly #unseen = new Set<Community>();
  /** What is done, or could not be. */
  readonly #last = new Map<Community, Promise<void>>();
  readonly #again = new Map<Community, () => void>();

  constructor(webhooks: Webhooks, log: Log, later: Later = soon) {
    this.#webhooks = webhooks;
    this.#log = log;
    this.#later = later;
  }

  /** Of contributors who were just forgotten. */
  forget(community: Community, contributors: readonly string[]): void {
    this.#leave(community, contributors);
    this.#begin(community);
  }

  /** Of a community that has just been opened: messages name nobody whom it does not know. */
  opened(community: Community): void {
    this.#unseen.add(community);
    this.#begin(community);
  }

  /** Resolves when no message that is kept has the name of anybody who has been forgotten. @throws what the store throws. */
  over(community: Community): Promise<void> {
    return this.#last.get(community) ?? DONE;
  }

  /** Of communities that have ended. */
  drop(id: string): void {
    for (const community of [...this.#last.keys()]) {
      if (community.id !== id) continue;
      for (const each of [this.#left, this.#unseen, this.#last]) each.delete(community);
      this.#rest(community);
    }
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#last.values());
    for (const community of [...this.#again.keys()]) this.#rest(community);
  }

  /** After what was asked before. */
  #begin(community: Community, again: Milliseconds = FIRST!): void {
    const done = this.over(community)
      .catch(() => {})
      .then(() => this.#erase(community));
    this.#last.set(community, done);
    done.catch((error) => {
      this.#log.error(faultOf(error), 'messages not erased');
      // Whatever was asked meanwhile does it.
      if (this.#last.get(community) !== done) return;
      this.#rest(community);
      const stop = this.#later(() => this.#begin(community, Math.min(LONGEST!, 2 * again)), again);
      this.#again.set(community, stop);
    });
  }

  /** All that is left, which is nothing where what was asked before has done it. */
  async #erase(community: Community): Promise<void> {
    if (this.#unseen.has(community)) {
      await this.#webhooks.review(community.id, (one) => community.publication.last.of(one) !== undefined);
      this.#unseen.delete(community);
    }
    const contributors = this.#left.get(community);
    if (contributors === undefined) return;
    this.#left.delete(community);
    try {
      await this.#webhooks.erase(community.id, contributors);
    } catch (error) {
      this.#leave(community, contributors);
      throw error;
    }
  }

  #leave(community: Community, contributors: readonly string[]): void {
    this.#left.set(community, [...(this.#left.get(community) ?? []), ...contributors]);
  }

  #rest(community: Community): void {
    this.#again.get(community)?.();
    this.#again.delete(community);
  }
}
