/** What is told of publications: to those who listen, and to webhooks. Ends with the service, which it outlives by nothing. */
import type { Scores } from '../scores.ts';
import { Changes } from './changes.ts';
import type { Communities } from './communities.ts';
import type { Community } from './community.ts';
import { Erasing } from './erasing.ts';
import { faultOf, type Log } from './log.ts';
import type { Webhooks } from './webhooks/webhooks.ts';

/** A stream of changes that is open. */
export interface Stream {
  readonly community: string;
  /** Whether whoever listens may still do so. */
  readonly isAllowed: () => boolean;
  readonly end: () => void;
}

export class News {
  readonly #streams = new Set<Stream>();
  readonly #changes = new Map<Community, Changes>();
  readonly #erasing: Erasing;
  readonly #stopTelling: () => void;
  readonly #stopErasing: () => void;

  constructor(
    communities: Communities,
    readonly webhooks: Webhooks,
    log: Log,
  ) {
    this.#erasing = new Erasing(webhooks, log);
    this.#stopTelling = communities.on('change', ({ community, before, scores }) => {
      this.#end((stream) => stream.community === community.id && !stream.isAllowed());
      this.#changes.get(community)?.publish(scores);
      webhooks.publish(community.id, scores).catch((error) => log.error(faultOf(error), 'webhooks not told'));
      if (before === null) this.#erasing.opened(community);
    });
    this.#stopErasing = communities.on('forgotten', (community, contributors) =>
      this.#erasing.forget(community, contributors),
    );
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
    return this.#erasing.over(community);
  }

  /** Ends what listens to a community, and its webhooks. */
  async drop(id: string): Promise<void> {
    this.#end(({ community }) => community === id);
    for (const [community, changes] of this.#changes) {
      if (community.id !== id) continue;
      changes.close();
      this.#changes.delete(community);
    }
    this.#erasing.drop(id);
    await this.webhooks.drop(id);
  }

  /** Ends all streams, and waits for the messages that are under way; whoever is forgotten is still erased. */
  async close(): Promise<void> {
    this.#stopTelling();
    this.#end(() => true);
    for (const changes of this.#changes.values()) changes.close();
    await this.webhooks.close();
  }

  /** After the last request: waits for what is erased. */
  async closeLast(): Promise<void> {
    this.#stopErasing();
    await this.#erasing.close();
  }

  #end(which: (stream: Stream) => boolean): void {
    for (const stream of [...this.#streams]) if (which(stream)) stream.end();
  }
}
