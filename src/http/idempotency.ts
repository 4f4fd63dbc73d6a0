/**
 * Requests that may be sent again. Events without an id get one made of the key and their place, so the ledger
 * itself takes them once, whatever breaks and when; what the key was first used for is kept beside it for a
 * week, so that another request under the same key is refused and not half of it taken.
 */
import { createHash } from 'node:crypto';
import { quote } from '../error.ts';
import type { Event, Milliseconds } from '../event.ts';
import type { Documents } from '../ledger/contract.ts';
import { Refusal } from './problem.ts';

const KIND = 'idempotency';
const KEPT: Milliseconds = 7 * 86_400_000;
/** Keys between two looks for those that are no longer kept. */
const LOOK = 1_000;
const FORM = /^[\x21-\x7e]{1,255}$/;

export class Idempotency {
  #until = 0;

  constructor(
    private readonly documents: Documents,
    private readonly clock: () => Milliseconds,
  ) {}

  /** The events under a key, each with an id. @throws Refusal `bad-request`, `other-request`. */
  async under(key: string, community: string, events: readonly Event[]): Promise<Event[]> {
    if (!FORM.test(key)) {
      const reason = `${quote(key)} is no key; expected 1 to 255 visible characters of ASCII`;
      throw new Refusal('bad-request', reason, { field: 'Idempotency-Key' });
    }
    const sha256 = createHash('sha256').update(JSON.stringify(events)).digest('hex');
    const place = `${community}/${key}`;
    const known = (await this.documents.get(KIND, place)) as { sha256: string } | undefined;
    if (known !== undefined && known.sha256 !== sha256) {
      throw new Refusal('other-request', `the key ${quote(key)} was used for another request`, {
        field: 'Idempotency-Key',
      });
    }
    if (known === undefined) {
      await this.documents.put(KIND, place, { sha256, at: this.clock() });
      if (this.#until-- <= 0) await this.#tidy();
    }
    return events.map((event, index) =>
      event.id === undefined ? { ...event, id: `key:${key}:${index}` } : event,
    );
  }

  /** Forgets the keys of a community that has ended. */
  async forget(community: string): Promise<void> {
    for (const { key } of await this.documents.list(KIND)) {
      if (key.startsWith(`${community}/`)) await this.documents.delete(KIND, key);
    }
  }

  async #tidy(): Promise<void> {
    this.#until = LOOK;
    const oldest = this.clock() - KEPT;
    for (const { key, value } of await this.documents.list(KIND)) {
      if ((value as { at: Milliseconds }).at < oldest) await this.documents.delete(KIND, key);
    }
  }
}
