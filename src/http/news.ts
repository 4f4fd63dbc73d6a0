/** What is told of publications: to those who listen, and to webhooks. Ends with the service, which it outlives by nothing. */
import type { Scores } from '../scores.ts';
import { Changes } from './changes.ts';
import type { Communities } from './communities.ts';
import type { Community } from './community.ts';
import { faultOf, type Log } from './log.ts';
import type { Webhooks } from './webhooks/webhooks.ts';

/** A stream of changes that is open. */
export interface Stream {
  readonly community: string;
  /** Whether whoever listens may still do so. */
  readonly isAllowed: () => boolean;
  readonly end: () => void;
}

const DONE = Promise.resolve();

export class News {
  readonly #streams = new Set<Stream>();
  readonly #changes = new Map<Community, Changes>();
  /** What is erased, or could not be. */
  readonly #erased = new Map<Community, Promise<void>>();
  readonly #stops: readonly (() => void)[];

  constructor(
    communities: Communities,
    readonly webhooks: Webhooks,
    log: Log,
  ) {
    const published = communities.on('change', ({ community, scores }) => {
      this.#end((stream) => stream.community === community.id && !stream.isAllowed());
      this.#changes.get(community)?.publish(scores);
      webhooks.publish(community.id, scores).catch((error) => log.error(faultOf(error), 'webhooks not told'));
    });
    const forgotten = communities.on('forgotten', (community, contributors) => {
      const before = this.#erased.get(community) ?? DONE;
      const erased = before.catch(() => {}).then(() => this.webhooks.erase(community.id, contributors));
      this.#erased.set(community, erased);
      erased.catch((error) => log.error(faultOf(error), 'messages not erased'));
    });
    this.#stops = [published, forgotten];
  }

  changesOf(community: Community): Changes {
    let changes = this.#changes.get(community);
    if (changes === undefined) {
      changes = new Changes({ view: (): Scores => community.publication.scores });
      this.#changes.set(community, changes);
    }
    return changes;
  }

  /** Keeps a stream, to be ended; returns how to let go of one that has ended. */
  keep(stream: Stream): () => void {
    this.#streams.add(stream);
    return () => void this.#streams.delete(stream);
  }

  /** Ends the streams of those who may no longer listen. */
  endRefused(): void {
    this.#end(({ isAllowed }) => !isAllowed());
  }

  /** Resolves when no message that is kept has the name of anybody who has been forgotten. @throws what the store throws. */
  erased(community: Community): Promise<void> {
    return this.#erased.get(community) ?? DONE;
  }

  /** Ends what listens to a community, and its webhooks. */
  async drop(id: string): Promise<void> {
    this.#end(({ community }) => community === id);
    for (const [community, changes] of this.#changes) {
      if (community.id !== id) continue;
      changes.close();
      this.#changes.delete(community);
    }
    for (const community of this.#erased.keys()) if (community.id === id) this.#erased.delete(community);
    await this.webhooks.drop(id);
  }

  /** Ends all streams, and waits for the messages that are under way. */
  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
    this.#end(() => true);
    for (const changes of this.#changes.values()) changes.close();
    await Promise.allSettled(this.#erased.values());
    await this.webhooks.close();
  }

  #end(which: (stream: Stream) => boolean): void {
    for (const stream of [...this.#streams]) if (which(stream)) stream.end();
  }
}
