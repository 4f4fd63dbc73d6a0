/** What is told of publications: to those who listen, and to webhooks. Ends with the service, which it outlives by nothing. */
import type { Scores } from '../scores.ts';
import { Changes } from './changes.ts';
import type { Communities } from './communities.ts';
import type { Community } from './community.ts';
import { faultOf, type Log } from './log.ts';
import type { Webhooks } from './webhooks/webhooks.ts';

export class News {
  /** Ends of the streams that are open. */
  readonly streams = new Set<() => void>();
  readonly #changes = new Map<Community, Changes>();
  readonly #stop: () => void;

  constructor(
    communities: Communities,
    readonly webhooks: Webhooks,
    log: Log,
  ) {
    this.#stop = communities.on('change', ({ community, scores }) => {
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

  /** Ends what listens to a community, and its webhooks. */
  async drop(id: string): Promise<void> {
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
    for (const end of [...this.streams]) end();
    for (const changes of this.#changes.values()) changes.close();
    await this.webhooks.close();
  }
}
