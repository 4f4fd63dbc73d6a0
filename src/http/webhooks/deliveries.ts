/**
 * Messages that are to arrive at least once. Each is durable before it is first tried, is tried again as the schedule
 * says until it is taken, and is kept as dead after the last attempt, with why, until somebody has it delivered
 * again. Only so many wait for one webhook, and only so many dead are kept: what is over is dead, or counted and
 * dropped, the oldest first. Sending, the clock, chance and timers are given.
 */
import { randomBytes } from 'node:crypto';
import { PeerageError, quote } from '../../error.ts';
import type { Milliseconds } from '../../event.ts';
import type { Documents } from '../../ledger/contract.ts';
import { type Later, soon } from '../later.ts';
import type { Metrics } from '../metrics.ts';
import { ATTEMPTS, delayAfter, LONGEST } from './schedule.ts';

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

/** What came of an attempt: taken, or why not; `gone` where nothing will ever be taken there. */
export type Outcome =
  | { readonly taken: true }
  | { readonly taken: false; readonly why: string; readonly gone?: boolean };

export interface DeliveryOptions {
  readonly send: (delivery: Delivery) => Promise<Outcome>;
  /** For dates: epoch milliseconds. */
  readonly clock: () => Milliseconds;
  /** For waiting: milliseconds that never go back; `clock` unless given. */
  readonly ticks?: () => Milliseconds;
  /** From 0 to below 1. */
  readonly chance?: () => number;
  readonly later?: Later;
  readonly metrics?: Pick<Metrics, 'webhook'>;
}

const [WAITING, DEAD] = ['delivery', 'dead-delivery'] as const;
/** Messages that wait for one webhook, and that are dead of one. */
const [WAIT_EACH, DEAD_EACH] = [100, 100] as const;
/**
 * Messages that are under way: in all, of one community, and of one webhook, so that receivers that are slow hold up
 * no others.
 */
const [UNDER_WAY, OF_COMMUNITY, OF_WEBHOOK] = [64, 8, 2] as const;

export class Deliveries {
  readonly #documents: Documents;
  readonly #options: Required<DeliveryOptions>;
  readonly #waiting = new Map<string, Delivery>();
  /** When each that waits is tried next, in ticks. */
  readonly #due = new Map<string, Milliseconds>();
  readonly #dead = new Map<string, Delivery>();
  readonly #underWay = new Map<string, { readonly delivery: Delivery; readonly tried: Promise<void> }>();
  /** New ones that are being written. */
  readonly #arriving = new Set<Promise<unknown>>();
  /** The last write about each message: what is written about one is written in order. */
  readonly #writes = new Map<string, Promise<unknown>>();
  #stop: (() => void) | null = null;
  #closed = false;

  private constructor(documents: Documents, options: DeliveryOptions) {
    const { ticks = options.clock, chance = Math.random, later = soon, metrics = { webhook() {} } } = options;
    this.#documents = documents;
    this.#options = { ...options, ticks, chance, later, metrics };
  }

  /** Goes on with what waited when the service ended. */
  static async open(documents: Documents, options: DeliveryOptions): Promise<Deliveries> {
    const deliveries = new Deliveries(documents, options);
    for (const { key, value } of await documents.list(DEAD)) deliveries.#dead.set(key, value as Delivery);
    for (const { key, value } of await documents.list(WAITING)) {
      // One that was moved to the dead when the service ended is among both.
      if (deliveries.#dead.has(key)) await documents.delete(WAITING, key);
      else deliveries.#hold(value as Delivery);
    }
    deliveries.#pump();
    return deliveries;
  }

  /** Takes a message; durable when it resolves. */
  async add(to: Pick<Delivery, 'community' | 'webhook' | 'body'>): Promise<Delivery> {
    const now = this.#options.clock();
    const id = `msg_${randomBytes(16).toString('base64url')}`;
    const delivery: Delivery = { id, ...to, created: now, attempts: 0, failure: null, due: now };
    await this.#arrive(delivery);
    const ahead = ofWebhook(this.#waiting, to.webhook);
    if (ahead.length > WAIT_EACH) await this.#bury({ ...ahead[0]!, failure: 'too many messages waited' });
    this.#pump();
    return delivery;
  }

  waiting(webhook: string): Delivery[] {
    return ofWebhook(this.#waiting, webhook);
  }

  /** The dead of a webhook, the oldest first. */
  dead(webhook: string): Delivery[] {
    return ofWebhook(this.#dead, webhook);
  }

  /** Has a dead message delivered again, from its first attempt. @throws PeerageError `unknown-delivery`. */
  async revive(webhook: string, id: string): Promise<Delivery> {
    const dead = this.#dead.get(id);
    if (dead?.webhook !== webhook) {
      throw new PeerageError(
        'unknown-delivery',
        `${quote(id)} is not among the dead deliveries of the webhook`,
        {
          field: 'id',
          value: id,
        },
      );
    }
    const delivery = { ...dead, attempts: 0, failure: null, due: this.#options.clock() };
    await this.#arrive(delivery);
    this.#dead.delete(id);
    await this.#write(id, () => this.#documents.delete(DEAD, id));
    this.#pump();
    return delivery;
  }

  /** Forgets all messages of a webhook. */
  async drop(webhook: string): Promise<void> {
    await Promise.allSettled(this.#arriving);
    for (const { id } of [...this.waiting(webhook), ...this.dead(webhook)]) await this.#forget(id);
  }

  /** Writes the messages of a community anew, those that wait and the dead. */
  async rewrite(community: string, edit: (body: string) => string): Promise<void> {
    await Promise.allSettled(this.#arriving);
    for (const [kind, kept] of [
      [WAITING, this.#waiting],
      [DEAD, this.#dead],
    ] as const) {
      for (const delivery of [...kept.values()]) {
        const body = delivery.community === community ? edit(delivery.body) : delivery.body;
        if (body === delivery.body) continue;
        kept.set(delivery.id, { ...delivery, body });
        await this.#write(delivery.id, () => this.#documents.put(kind, delivery.id, { ...delivery, body }));
      }
    }
  }

  /** Begins nothing new and waits for what is under way; what was not taken is tried when the service starts. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stop?.();
    await Promise.all([...this.#underWay.values()].map(({ tried }) => tried));
  }

  /** Begins what is due, as far as there is room, and comes again when the next is. */
  #pump(): void {
    this.#stop?.();
    this.#stop = null;
    if (this.#closed) return;
    const { ticks, later } = this.#options;
    const dueAt = ({ id }: Delivery) => this.#due.get(id) ?? 0;
    const idle = [...this.#waiting.values()].filter(({ id }) => !this.#underWay.has(id));
    idle.sort((a, b) => dueAt(a) - dueAt(b));
    for (const delivery of idle) {
      if (this.#underWay.size >= UNDER_WAY) return;
      const wait = dueAt(delivery) - ticks();
      if (wait > 0) {
        this.#stop = later(() => this.#pump(), wait);
        return;
      }
      // Its turn comes when one of those has ended.
      if (this.#isBusy(delivery)) continue;
      const tried = this.#try(delivery).finally(() => {
        this.#underWay.delete(delivery.id);
        this.#pump();
      });
      this.#underWay.set(delivery.id, { delivery, tried });
    }
  }

  /** Whether as many of its webhook or its community are under way as may be. */
  #isBusy({ community, webhook }: Delivery): boolean {
    let [ofCommunity, ofWebhook] = [0, 0];
    for (const { delivery } of this.#underWay.values()) {
      if (delivery.community === community) ofCommunity++;
      if (delivery.webhook === webhook) ofWebhook++;
    }
    return ofCommunity >= OF_COMMUNITY || ofWebhook >= OF_WEBHOOK;
  }

  /** One attempt. A store that can not be written leaves the message where it was; it is tried once more then. */
  async #try(delivery: Delivery): Promise<void> {
    const { send, clock, chance, metrics } = this.#options;
    const outcome = await send(delivery).catch((error): Outcome => ({ taken: false, why: reasonOf(error) }));
    // It may have been dropped or written anew meanwhile.
    const kept = this.#waiting.get(delivery.id);
    if (kept === undefined) return;
    if (outcome.taken) {
      metrics.webhook('delivered');
      return this.#forget(delivery.id);
    }
    const attempts = delivery.attempts + 1;
    const failed = { ...kept, attempts, failure: outcome.why };
    if (attempts >= ATTEMPTS || outcome.gone) return this.#bury(failed);
    metrics.webhook('retried');
    await this.#keep({ ...failed, due: clock() + delayAfter(attempts, chance()) });
  }

  async #bury(delivery: Delivery): Promise<void> {
    this.#options.metrics.webhook('dead');
    this.#waiting.delete(delivery.id);
    this.#due.delete(delivery.id);
    this.#dead.set(delivery.id, delivery);
    await quietly(this.#write(delivery.id, () => this.#documents.put(DEAD, delivery.id, delivery)));
    await quietly(this.#write(delivery.id, () => this.#documents.delete(WAITING, delivery.id)));
    const [oldest, ...others] = ofWebhook(this.#dead, delivery.webhook);
    if (oldest !== undefined && others.length >= DEAD_EACH) {
      this.#options.metrics.webhook('dropped');
      await this.#forget(oldest.id);
    }
  }

  /** A new one, which waits only once it is durable, or it could arrive and be lost. */
  async #arrive(delivery: Delivery): Promise<void> {
    const put = this.#write(delivery.id, () => this.#documents.put(WAITING, delivery.id, delivery));
    const arrived = put.then(() => this.#hold(delivery));
    this.#arriving.add(arrived);
    await arrived.finally(() => this.#arriving.delete(arrived));
  }

  /** One that waits, for longer. */
  async #keep(delivery: Delivery): Promise<void> {
    this.#hold(delivery);
    await quietly(this.#write(delivery.id, () => this.#documents.put(WAITING, delivery.id, delivery)));
  }

  /** Its date is that of a clock, which may have been set since: it waits no longer than one ever does. */
  #hold(delivery: Delivery): void {
    const { clock, ticks } = this.#options;
    const wait = Math.min(Math.max(0, delivery.due - clock()), LONGEST);
    this.#waiting.set(delivery.id, delivery);
    this.#due.set(delivery.id, ticks() + wait);
  }

  async #forget(id: string): Promise<void> {
    this.#waiting.delete(id);
    this.#due.delete(id);
    this.#dead.delete(id);
    await quietly(this.#write(id, () => this.#documents.delete(WAITING, id)));
    await quietly(this.#write(id, () => this.#documents.delete(DEAD, id)));
  }

  /** Writes after all that was written about a message before. */
  #write(id: string, write: () => Promise<unknown>): Promise<unknown> {
    const before = this.#writes.get(id) ?? Promise.resolve();
    const written = before.catch(() => {}).then(write);
    this.#writes.set(id, written);
    const done = () => {
      if (this.#writes.get(id) === written) this.#writes.delete(id);
    };
    written.then(done, done);
    return written;
  }
}

/** Where a store fails, what it last knew is tried again at the next start: a message too many, never one too few. */
async function quietly(written: Promise<unknown>): Promise<void> {
  await written.catch(() => {});
}

function ofWebhook(kept: ReadonlyMap<string, Delivery>, webhook: string): Delivery[] {
  const those = [...kept.values()].filter((delivery) => delivery.webhook === webhook);
  return those.sort((a, b) => a.created - b.created);
}

function reasonOf(error: unknown): string {
  if (error instanceof PeerageError) return error.reason;
  const code = (error as NodeJS.ErrnoException).code;
  return code ?? (error as Error).name;
}
