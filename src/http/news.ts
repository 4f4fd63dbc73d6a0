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
  /** Erasures that are under way. */
  readonly #erasing = new Set<Promise<void>>();
  readonly #log: Log;
  readonly #stop: () => void;

  constructor(
    communities: Communities,
    readonly webhooks: Webhooks,
    log: Log,
  ) {
    this.#log = log;
    this.#stop = communities.on('change', ({ community, scores }) => {
      this.#end((stream) => stream.community === community.id && !stream.isAllowed());
      this.#changes.get(community)?.publish(scores);
      webhooks.publish(community.id, scores).catch((error) => log.error(faultOf(error), 'webhooks not told'));
    });
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

  /**
   * Takes contributors who were forgotten out of views and of messages; resolves when no message that is kept has their
   * names. Who does not wait for it need not look whether it fails.
   */
  erased(community: Community, contributors: readonly string[]): Promise<void> {
    if (contributors.length === 0) return DONE;
    const erased = this.#erased(community, contributors);
    this.#erasing.add(erased);
    erased
      .catch((error) => this.#log.error(faultOf(error), 'messages not erased'))
      .finally(() => this.#erasing.delete(erased));
    return erased;
  }

  /** Ends what listens to a community, and its webhooks. */
  async drop(id: string): Promise<void> {
    this.#end(({ community }) => community === id);
    for (const [community, changes] of this.#changes) {
      if (community.id !== id) continue;
      changes.close();
      this.#changes.delete(community);
    }
    await this.webhooks.drop(id);
  }

  /** Ends all streams, and waits for the messages that are under way. */
  async close(): Promise<void> {
    this.#stop();
    this.#end(() => true);
    for (const changes of this.#changes.values()) changes.close();
    await Promise.allSettled(this.#erasing);
    await this.webhooks.close();
  }

  #end(which: (stream: Stream) => boolean): void {
    for (const stream of [...this.#streams]) if (which(stream)) stream.end();
  }

  async #erased(community: Community, contributors: readonly string[]): Promise<void> {
    community.forgetViews();
    for (const contributor of contributors) await this.webhooks.erase(community.id, contributor);
  }
}
