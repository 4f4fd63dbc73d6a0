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
import { type Delivery, Messages, quietly } from './messages.ts';
import { Queue } from './queue.ts';
import { ATTEMPTS, delayAfter, LONGEST } from './schedule.ts';

/** What came of an attempt: taken, or why not; `gone` where nothing will ever be taken there. */
export type Outcome =
  | { readonly taken: true }
  | { readonly taken: false; readonly why: string; readonly gone?: boolean };

export interface DeliveryOptions {
  /** Makes an attempt, which is given up when the signal says so. */
  readonly send: (delivery: Delivery, signal: AbortSignal) => Promise<Outcome>;
  /** Whether a webhook is there; what waits for others when the service starts is forgotten. */
  readonly isThere?: (webhook: string) => boolean;
  /** For dates: epoch milliseconds. */
  readonly clock: () => Milliseconds;
  /** From 0 to below 1. */
  readonly chance?: () => number;
  readonly later?: Later;
  readonly metrics?: Pick<Metrics, 'webhook'>;
}

/** Messages that wait for one webhook, and that are dead of one. */
const [WAIT_EACH, DEAD_EACH] = [100, 100] as const;

/** An attempt that is under way. */
interface Attempt {
  readonly delivery: Delivery;
  readonly over: Promise<void>;
  readonly giveUp: AbortController;
}

export class Deliveries {
  readonly #options: Required<DeliveryOptions>;
  readonly #messages: Messages;
  readonly #queue = new Queue();
  /** Those that are not yet due, and what ends their waiting. */
  readonly #early = new Map<string, () => void>();
  readonly #underWay = new Map<string, Attempt>();
  #closed = false;

  private constructor(messages: Messages, options: Required<DeliveryOptions>) {
    this.#messages = messages;
    this.#options = options;
  }

  /** Goes on with what waited when the service ended. */
  static async open(documents: Documents, options: DeliveryOptions): Promise<Deliveries> {
    const { isThere = () => true, chance = Math.random, later = soon, metrics = { webhook() {} } } = options;
    const messages = await Messages.open(documents, isThere);
    const deliveries = new Deliveries(messages, { ...options, isThere, chance, later, metrics });
    for (const delivery of messages.waiting.values()) deliveries.#wait(delivery);
    return deliveries;
  }

  /** Takes a message; durable when it resolves. */
  async add(to: Pick<Delivery, 'community' | 'webhook' | 'body'>): Promise<Delivery> {
    const now = this.#options.clock();
    const id = `msg_${randomBytes(16).toString('base64url')}`;
    const delivery: Delivery = { id, ...to, created: now, attempts: 0, failure: null, due: now };
    await this.#messages.arrive(delivery);
    const { waiting } = this.#messages;
    if (waiting.count(to.webhook) > WAIT_EACH) {
      await this.#bury({ ...waiting.of(to.webhook)[0]!, failure: 'too many messages waited' });
    }
    this.#waitAs(id);
    return delivery;
  }

  /** How many messages wait for a webhook. */
  waits(webhook: string): number {
    return this.#messages.waiting.count(webhook);
  }

  waiting(webhook: string): Delivery[] {
    return this.#messages.waiting.of(webhook);
  }

  /** The dead of a webhook, the oldest first. */
  dead(webhook: string): Delivery[] {
    return this.#messages.dead.of(webhook);
  }

  /** A dead message of a webhook. @throws PeerageError `unknown-delivery`. */
  find(webhook: string, id: string): Delivery {
    const dead = this.#messages.dead.get(id);
    if (dead?.webhook === webhook) return dead;
    const reason = `${quote(id)} is not among the dead deliveries of the webhook`;
    throw new PeerageError('unknown-delivery', reason, { field: 'id', value: id });
  }

  /** Has a dead message delivered again, from its first attempt. @throws PeerageError `unknown-delivery`. */
  async revive(webhook: string, id: string): Promise<Delivery> {
    const dead = this.find(webhook, id);
    const delivery = { ...dead, attempts: 0, failure: null, due: this.#options.clock() };
    await this.#messages.arrive(delivery);
    this.#waitAs(id);
    return delivery;
  }

  /** Forgets all messages of a webhook, and gives up those that are under way. @throws what the store throws. */
  async drop(webhook: string): Promise<void> {
    await this.#messages.arrived();
    for (const { delivery, giveUp } of this.#underWay.values()) {
      if (delivery.webhook === webhook) giveUp.abort();
    }
    const all = [...this.waiting(webhook), ...this.dead(webhook)];
    for (const delivery of all) this.#rest(delivery);
    await this.#messages.delete(all.map(({ id }) => id));
  }

  /** Writes the messages of a community anew, as `Messages` does. */
  rewrite(community: string, edit: (body: string) => string): Promise<boolean> {
    return this.#messages.rewrite(community, edit);
  }

  /** Begins nothing new and waits for what is under way; what was not taken is tried when the service starts. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const stop of this.#early.values()) stop();
    this.#early.clear();
    await Promise.all([...this.#underWay.values()].map(({ over }) => over));
  }

  /** Has a message wait as it is now, if it does. */
  #waitAs(id: string): void {
    const delivery = this.#messages.waiting.get(id);
    if (delivery !== undefined) this.#wait(delivery);
  }

  /**
   * Stands in the queue when it is due. Its date is that of a clock, which may have been set since: it waits no longer
   * than one ever does. What is still under way stands there when that is over.
   */
  #wait(delivery: Delivery): void {
    if (this.#closed || this.#underWay.has(delivery.id)) return;
    const { clock, later } = this.#options;
    const { id, due } = delivery;
    const wait = Math.min(due - clock(), LONGEST);
    const stand = () => {
      this.#early.delete(id);
      this.#queue.add(delivery);
      this.#sendAll();
    };
    if (wait <= 0) stand();
    else this.#early.set(id, later(stand, wait));
  }

  /** Waits for nothing any more. */
  #rest(delivery: Delivery): void {
    this.#early.get(delivery.id)?.();
    this.#early.delete(delivery.id);
    this.#queue.delete(delivery);
  }

  /** Begins what is due, as far as there is room. */
  #sendAll(): void {
    while (!this.#closed) {
      const id = this.#queue.next();
      if (id === undefined) return;
      const delivery = this.#messages.waiting.get(id)!;
      const giveUp = new AbortController();
      const over = this.#try(delivery, giveUp.signal).finally(() => {
        this.#underWay.delete(id);
        this.#queue.ended(delivery);
        this.#waitAs(id);
        this.#sendAll();
      });
      this.#underWay.set(id, { delivery, over, giveUp });
    }
  }

  /** One attempt. A store that can not be written leaves the message where it was; it is tried once more then. */
  async #try(delivery: Delivery, signal: AbortSignal): Promise<void> {
    const { send, clock, chance, metrics } = this.#options;
    const outcome = await send(delivery, signal).catch(
      (error): Outcome => ({ taken: false, why: reasonOf(error) }),
    );
    // It may have been dropped, buried or written anew meanwhile.
    const kept = this.#messages.waiting.get(delivery.id);
    if (kept === undefined) return;
    if (outcome.taken) {
      metrics.webhook('delivered');
      return quietly(this.#messages.delete([delivery.id]));
    }
    const attempts = kept.attempts + 1;
    const failed = { ...kept, attempts, failure: outcome.why };
    if (attempts >= ATTEMPTS || outcome.gone) return this.#bury(failed);
    metrics.webhook('retried');
    await this.#messages.put({ ...failed, due: clock() + delayAfter(attempts, chance()) }, 'waiting');
  }

  async #bury(delivery: Delivery): Promise<void> {
    const { webhook } = delivery;
    const { dead } = this.#messages;
    this.#options.metrics.webhook('dead');
    this.#rest(delivery);
    await this.#messages.put(delivery, 'dead');
    if (dead.count(webhook) <= DEAD_EACH) return;
    this.#options.metrics.webhook('dropped');
    await quietly(this.#messages.delete([dead.of(webhook)[0]!.id]));
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof PeerageError) return error.reason;
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
