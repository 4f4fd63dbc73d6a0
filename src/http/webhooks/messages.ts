/**
 * Messages that wait and those that are dead, in memory and in the documents of a store. What the store has follows what
 * memory has: each write is of what memory has when it is made, one after another for each message, and what could not
 * be written is known, so that it can be caught up with.
 */
import type { Milliseconds } from '../../event.ts';
import type { Documents } from '../../ledger/contract.ts';
import { Turns } from '../turns.ts';

/** A message on its way, or dead. */
export interface Delivery {
  readonly id: string;
  readonly community: string;
  readonly webhook: string;
  readonly created: Milliseconds;
  readonly body: string;
  /** Attempts that failed, and what the last came to. */
  readonly attempts: number;
  readonly failure: string | null;
  /** When it is tried next. */
  readonly due: Milliseconds;
}

const [WAITING, DEAD] = ['delivery', 'dead-delivery'] as const;

/** Messages by id, and by webhook. */
class Table {
  readonly #all = new Map<string, Delivery>();
  readonly #ofWebhook = new Map<string, Map<string, Delivery>>();

  get(id: string): Delivery | undefined {
    return this.#all.get(id);
  }

  values(): Iterable<Delivery> {
    return this.#all.values();
  }

  /** The oldest first. */
  of(webhook: string): Delivery[] {
    return [...(this.#ofWebhook.get(webhook)?.values() ?? [])].sort((a, b) => a.created - b.created);
  }

  count(webhook: string): number {
    return this.#ofWebhook.get(webhook)?.size ?? 0;
  }

  set(delivery: Delivery): void {
    const { id, webhook } = delivery;
    this.#all.set(id, delivery);
    const those = this.#ofWebhook.get(webhook) ?? new Map<string, Delivery>();
    this.#ofWebhook.set(webhook, those.set(id, delivery));
  }

  delete(id: string): void {
    const webhook = this.#all.get(id)?.webhook;
    if (webhook === undefined) return;
    this.#all.delete(id);
    const those = this.#ofWebhook.get(webhook)!;
    those.delete(id);
    if (those.size === 0) this.#ofWebhook.delete(webhook);
  }
}

export class Messages {
  readonly waiting = new Table();
  readonly dead = new Table();
  readonly #documents: Documents;
  /** New ones that are being written. */
  readonly #arriving = new Set<Promise<void>>();
  /** Under which kinds the store may have each. */
  readonly #stored = new Map<string, Set<string>>();
  /** Those of which the store may have something else than memory. */
  readonly #behind = new Set<string>();
  readonly #turns = new Turns();

  private constructor(documents: Documents) {
    this.#documents = documents;
  }

  /** What the store has; of webhooks that are gone nothing is kept. */
  static async open(documents: Documents, isThere: (webhook: string) => boolean): Promise<Messages> {
    const messages = new Messages(documents);
    for (const kind of [DEAD, WAITING]) {
      for (const { key, value } of await documents.list(kind)) {
        const delivery = value as Delivery;
        messages.#storedOf(key).add(kind);
        // One that was moved to the dead when the service ended is among both.
        if (!isThere(delivery.webhook) || messages.dead.get(key) !== undefined) messages.#behind.add(key);
        else (kind === DEAD ? messages.dead : messages.waiting).set(delivery);
      }
    }
    await quietly(messages.#catchUp());
    return messages;
  }

  /** Has one wait that is new, or was dead, once it is durable, or it could arrive and be lost. */
  async arrive(delivery: Delivery): Promise<void> {
    const { id } = delivery;
    const over = this.#turns.take(id, async () => {
      await this.#write(id, delivery, WAITING);
      this.waiting.set(delivery);
      this.dead.delete(id);
    });
    this.#arriving.add(over);
    await over.finally(() => this.#arriving.delete(over));
    // The store can be written again.
    if (this.#behind.size > 0) await quietly(this.#catchUp());
  }

  /** Has one wait that waits, or be dead; what the store can not take now it takes later. */
  async put(delivery: Delivery, to: 'waiting' | 'dead'): Promise<void> {
    this[to === 'dead' ? 'waiting' : 'dead'].delete(delivery.id);
    this[to].set(delivery);
    await quietly(this.#save(delivery.id));
  }

  /** Lets go of some. @throws what the store throws; they are gone from memory all the same. */
  async delete(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      this.waiting.delete(id);
      this.dead.delete(id);
      this.#behind.add(id);
    }
    for (const id of ids) await this.#save(id);
  }

  /** Resolves when those that are new now wait, or could not be written. */
  async arrived(): Promise<void> {
    await Promise.allSettled(this.#arriving);
  }

  /**
   * Writes the messages of a community anew, and whatever the store has not taken before; tells whether there was
   * anything to write. @throws what the store throws; asked again, it goes on with what is left.
   */
  async rewrite(community: string, edit: (body: string) => string): Promise<boolean> {
    await this.arrived();
    for (const table of [this.waiting, this.dead]) {
      for (const delivery of [...table.values()]) {
        const body = delivery.community === community ? edit(delivery.body) : delivery.body;
        if (body === delivery.body) continue;
        table.set({ ...delivery, body });
        this.#behind.add(delivery.id);
      }
    }
    const anything = this.#behind.size > 0;
    await this.#catchUp();
    return anything;
  }

  async #catchUp(): Promise<void> {
    for (const id of [...this.#behind]) await this.#save(id);
  }

  /** Has the store hold of a message what memory holds of it. */
  #save(id: string): Promise<void> {
    return this.#turns.take(id, () => {
      const dead = this.dead.get(id);
      return this.#write(id, dead ?? this.waiting.get(id), dead === undefined ? WAITING : DEAD);
    });
  }

  /** Writes a message where there is one, and deletes it from wherever else it is. */
  async #write(id: string, delivery: Delivery | undefined, kind: string): Promise<void> {
    const stored = this.#storedOf(id);
    try {
      if (delivery !== undefined) {
        stored.add(kind);
        await this.#documents.put(kind, id, delivery);
      }
      for (const other of [...stored]) {
        if (delivery !== undefined && other === kind) continue;
        await this.#documents.delete(other, id);
        stored.delete(other);
      }
    } catch (error) {
      this.#behind.add(id);
      throw error;
    }
    this.#behind.delete(id);
    if (stored.size === 0) this.#stored.delete(id);
  }

  #storedOf(id: string): Set<string> {
    const stored = this.#stored.get(id) ?? new Set<string>();
    this.#stored.set(id, stored);
    return stored;
  }
}

/** Where a store fails, what it last knew is tried again at the next start: a message too many, never one too few. */
export async function quietly(written: Promise<unknown>): Promise<void> {
  await written.catch(() => {});
}
