/**
 * Which message is sent next of those that are due. Of a webhook and of a community only so many are under way at a
 * time, and whoever had a turn stands behind all others, so receivers that are slow hold up no others. What it costs
 * follows what is under way, and not what waits.
 */
import type { Delivery } from './messages.ts';

/** Messages that are under way: in all, of one community, and of one webhook. */
const [IN_ALL, OF_COMMUNITY, OF_WEBHOOK] = [64, 8, 2] as const;

type Message = Pick<Delivery, 'id' | 'community' | 'webhook'>;

/** How often each name has been counted; none that is not. */
class Counts {
  readonly #counts = new Map<string, number>();

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  add(name: string, by: 1 | -1): void {
    const count = this.of(name) + by;
    if (count === 0) this.#counts.delete(name);
    else this.#counts.set(name, count);
  }
}

export class Queue {
  /** Ids by community and webhook, the first to be due first; whose turn it is longest stands in front. */
  readonly #due = new Map<string, Map<string, Set<string>>>();
  readonly #ofCommunity = new Counts();
  readonly #ofWebhook = new Counts();
  #inAll = 0;

  add({ id, community, webhook }: Message): void {
    const webhooks = this.#due.get(community) ?? new Map<string, Set<string>>();
    const ids = webhooks.get(webhook) ?? new Set<string>();
    this.#due.set(community, webhooks.set(webhook, ids.add(id)));
  }

  delete({ id, community, webhook }: Message): void {
    const webhooks = this.#due.get(community);
    const ids = webhooks?.get(webhook);
    if (webhooks === undefined || ids === undefined) return;
    ids.delete(id);
    if (ids.size === 0) webhooks.delete(webhook);
    if (webhooks.size === 0) this.#due.delete(community);
  }

  /** The id of the next, which is under way from now on. */
  next(): string | undefined {
    if (this.#inAll >= IN_ALL) return undefined;
    for (const [community, webhooks] of this.#due) {
      if (this.#ofCommunity.of(community) >= OF_COMMUNITY) continue;
      for (const [webhook, ids] of webhooks) {
        if (this.#ofWebhook.of(webhook) >= OF_WEBHOOK) continue;
        const id = ids.values().next().value!;
        this.delete({ id, community, webhook });
        toEnd(webhooks, webhook);
        toEnd(this.#due, community);
        this.#count({ community, webhook }, 1);
        return id;
      }
    }
    return undefined;
  }

  /** One is no longer under way. */
  ended(message: Omit<Message, 'id'>): void {
    this.#count(message, -1);
  }

  #count({ community, webhook }: Omit<Message, 'id'>, by: 1 | -1): void {
    this.#inAll += by;
    this.#ofCommunity.add(community, by);
    this.#ofWebhook.add(webhook, by);
  }
}

/** Has whatever is still there come last. */
function toEnd<Value>(map: Map<string, Value>, name: string): void {
  const value = map.get(name);
  if (value === undefined) return;
  map.delete(name);
  map.set(name, value);
}
