/**
 * Webhooks: where a community has it told who moved. Each is told of whoever moved by more than its threshold since it
 * was told last, at most once in its interval, in messages signed as Standard Webhooks are. What was told before
 * the service was started anew can not be compared with: then the message is a reset, and scores are to be read.
 */
import { randomBytes } from 'node:crypto';
import { PeerageError, quote } from '../../error.ts';
import type { Milliseconds } from '../../event.ts';
import type { Documents } from '../../ledger/contract.ts';
import type { Scores } from '../../scores.ts';
import { soon } from '../later.ts';
import { Refusal } from '../problem.ts';
import { Turns } from '../turns.ts';
import { Deliveries, type DeliveryOptions, type Outcome } from './deliveries.ts';
import type { Delivery } from './messages.ts';
import { checkUrl, type PostOptions, post } from './post.ts';
import { loadSign, type Sign } from './sign.ts';
import { Telling } from './telling.ts';

/** A webhook as it is shown: never its secret. */
export interface Webhook {
  readonly id: string;
  readonly community: string;
  readonly url: string;
  /** Share of trust by which one has to move; null for what the bounds prove. */
  readonly threshold: number | null;
  /** Seconds between two messages, at least. */
  readonly every: number;
  readonly created: Milliseconds;
  /** The sequence that it was told of last; null before the first message. */
  readonly told: number | null;
  /** Since when nothing is sent, because its receiver said that it is gone. */
  readonly gone: Milliseconds | null;
}

/** As it is kept. Signing needs the secret as it is. */
interface Signed extends Webhook {
  readonly secret: string;
}

export interface WebhookInput {
  readonly url: string;
  readonly threshold?: number | null | undefined;
  readonly every?: number | undefined;
}

export interface WebhookOptions
  extends Omit<DeliveryOptions, 'send' | 'isThere'>,
    Omit<PostOptions, 'signal'> {
  /** For waiting: milliseconds that never go back; `clock` unless given. */
  readonly ticks?: () => Milliseconds;
}

const KIND = 'webhook';
/** Webhooks of one community. */
const EACH = 20;

export class Webhooks {
  readonly #documents: Documents;
  readonly #options: WebhookOptions;
  readonly #webhooks = new Map<string, Signed>();
  /** What is done to one of them, and what is made for a community, one after another. */
  readonly #turns = new Turns();
  /** Ids by community; none where messages of webhooks that are gone may have been kept since the service was started. */
  readonly #ofCommunity = new Map<string, Set<string>>();
  readonly #telling: Telling;
  #deliveries!: Deliveries;
  #sign: Sign | null = null;

  private constructor(documents: Documents, options: WebhookOptions) {
    this.#documents = documents;
    this.#options = options;
    const { clock, ticks = clock, later = soon } = options;
    this.#telling = new Telling({
      ...{ clock, ticks, later, turns: this.#turns },
      find: (id) => this.#webhooks.get(id),
      waits: (id) => this.#deliveries.waits(id),
      add: ({ id, community }, body) => this.#deliveries.add({ community, webhook: id, body }),
      told: (id, sequence) => this.#update(id, { told: sequence }),
    });
  }

  static async open(documents: Documents, options: WebhookOptions): Promise<Webhooks> {
    const webhooks = new Webhooks(documents, options);
    for (const { value } of await documents.list(KIND)) webhooks.#add(value as Signed);
    if (webhooks.#webhooks.size > 0) webhooks.#sign = await loadSign();
    const send = (delivery: Delivery, signal: AbortSignal) => webhooks.#send(delivery, signal);
    const isThere = (id: string) => webhooks.#webhooks.has(id);
    webhooks.#deliveries = await Deliveries.open(documents, { ...options, send, isThere });
    return webhooks;
  }

  list(community: string): Webhook[] {
    const those = this.#idsOf(community).map((id) => this.#webhooks.get(id)!);
    return those.sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1)).map(shown);
  }

  /**
   * Makes a webhook of a community that is still there. @throws Refusal `too-many-webhooks`, PeerageError `bad-option`,
   * `missing-package`; what `checkThere` throws.
   */
  async register(
    community: string,
    { url, threshold = null, every = 10 }: WebhookInput,
    checkThere: () => void = () => {},
  ): Promise<{ webhook: Webhook; secret: string }> {
    checkUrl(url, this.#options.allowPrivate ?? false);
    this.#sign ??= await loadSign();
    return this.#turns.take(turnOf(community), async () => {
      checkThere();
      if (this.list(community).length >= EACH) {
        throw new Refusal('too-many-webhooks', `the community has ${EACH} webhooks; delete one first`);
      }
      const id = `wh_${randomBytes(8).toString('hex')}`;
      const secret = `whsec_${randomBytes(32).toString('base64')}`;
      const created = this.#options.clock();
      const webhook = { id, community, url, threshold, every, created, told: null, gone: null, secret };
      await this.#documents.put(KIND, id, webhook);
      this.#add(webhook);
      return { webhook: shown(webhook), secret };
    });
  }

  /** @throws PeerageError `unknown-webhook`. */
  delete(community: string, id: string): Promise<void> {
    return this.#turns.take(id, async () => {
      this.#find(community, id);
      // Its messages first: what is broken off in between is not deleted, and can be deleted again.
      await this.#deliveries.drop(id);
      await this.#documents.delete(KIND, id);
      this.#webhooks.delete(id);
      this.#ofCommunity.get(community)!.delete(id);
      this.#telling.forget(id);
    });
  }

  /** Messages that were given up, the oldest first. @throws PeerageError `unknown-webhook`. */
  dead(community: string, id: string): Delivery[] {
    return this.#deliveries.dead(this.#find(community, id).id);
  }

  /** Has a dead message delivered again. @throws PeerageError `unknown-webhook`, `unknown-delivery`. */
  revive(community: string, id: string, delivery: string): Promise<Delivery> {
    return this.#turns.take(id, async () => {
      const { gone } = this.#find(community, id);
      this.#deliveries.find(id, delivery);
      if (gone !== null) await this.#update(id, { gone: null });
      return this.#deliveries.revive(id, delivery);
    });
  }

  /** Tells the webhooks of a community of scores that were published; resolves when all messages are durable. */
  publish(community: string, scores: Scores): Promise<void> {
    return this.#telling.publish(community, this.#idsOf(community), scores);
  }

  /**
   * Takes contributors who were forgotten out of all messages of a community, and what messages were out of the files.
   * Those that come after are of the newest scores, which have no such names. @throws what the store throws.
   */
  async erase(community: string, contributors: readonly string[]): Promise<void> {
    if (!this.#ofCommunity.has(community)) return;
    const forgotten = new Set(contributors);
    await this.#keepOf(community, (contributor) => !forgotten.has(contributor));
    // Also of those that have been delivered or dropped since the ledger did the same.
    await this.#documents.scrub();
  }

  /** Takes contributors who are not known, if any are named, out of all messages. @throws what the store throws. */
  async review(community: string, isKnown: (contributor: string) => boolean): Promise<void> {
    if (await this.#keepOf(community, isKnown)) await this.#documents.scrub();
  }

  /** Leaves in messages those of whom `isKept` is true; tells whether any was written. */
  #keepOf(community: string, isKept: (contributor: string) => boolean): Promise<boolean> {
    return this.#deliveries.rewrite(community, (body) => {
      const message = JSON.parse(body) as { data: { moved: { contributor: string }[] } };
      const { moved } = message.data;
      message.data.moved = moved.filter(({ contributor }) => isKept(contributor));
      return message.data.moved.length === moved.length ? body : JSON.stringify(message);
    });
  }

  /** Ends all webhooks of a community. */
  async drop(community: string): Promise<void> {
    await this.#turns.take(turnOf(community), async () => {
      for (const { id } of this.list(community)) await this.delete(community, id);
    });
    this.#telling.drop(community);
  }

  /** Waits for the messages that are under way; the others are sent when the service is started again. */
  async close(): Promise<void> {
    this.#telling.close();
    await this.#turns.over(() => true);
    await this.#deliveries.close();
  }

  async #send({ id, webhook, body }: Delivery, signal: AbortSignal): Promise<Outcome> {
    const kept = this.#webhooks.get(webhook);
    if (kept === undefined) return { taken: false, why: 'the webhook was deleted', gone: true };
    const date = new Date(this.#options.clock());
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(date.getTime() / 1000)),
      'webhook-signature': this.#sign!(kept.secret, id, date, body),
    };
    const status = await post(new URL(kept.url), body, headers, { ...this.#options, signal });
    if (status >= 200 && status < 300) return { taken: true };
    if (status !== 410) return { taken: false, why: `answered ${status}` };
    await this.#turns.take(webhook, () => this.#update(webhook, { gone: this.#options.clock() }));
    return { taken: false, why: 'answered 410: gone', gone: true };
  }

  /** In its turn. */
  async #update(id: string, change: Partial<Webhook>): Promise<void> {
    const webhook = this.#webhooks.get(id);
    if (webhook === undefined) return;
    this.#webhooks.set(id, { ...webhook, ...change });
    await this.#documents.put(KIND, id, { ...webhook, ...change });
  }

  #add(webhook: Signed): void {
    const { id, community } = webhook;
    this.#webhooks.set(id, webhook);
    this.#ofCommunity.set(community, (this.#ofCommunity.get(community) ?? new Set()).add(id));
  }

  #idsOf(community: string): string[] {
    return [...(this.#ofCommunity.get(community) ?? [])];
  }

  #find(community: string, id: string): Signed {
    const webhook = this.#webhooks.get(id);
    if (webhook?.community === community) return webhook;
    throw new PeerageError('unknown-webhook', `${quote(id)} is not a webhook of this community`, {
      field: 'webhook',
      value: id,
    });
  }
}

/** No id of a webhook has a slash. */
function turnOf(community: string): string {
  return `/${community}`;
}

function shown({ secret: _, ...webhook }: Signed): Webhook {
  return webhook;
}
