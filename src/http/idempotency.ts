/**
 * Requests that may be sent again. Events without an id get one made of the key and their place, so the ledger
 * itself takes them once, whatever breaks and when; what the key was first used for is kept beside it for a
 * week, so that another request under the same key is refused and not half of it taken.
 */
import { createHash } from 'node:crypto';
import { PeerageError, quote } from '../error.ts';
import type { Milliseconds } from '../event.ts';
import type { Documents } from '../ledger/contract.ts';
import { Refusal } from './problem.ts';

const KIND = 'idempotency';
const KEPT: Milliseconds = 7 * 86_400_000;
/** Keys between two looks for those that are no longer kept. */
const LOOK = 1_000;
const FORM = /^[\x21-\x7e]{1,255}$/;

/** Does what is asked under one name one after another, in the order of asking; other names do not wait. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  async take<T>(name: string, act: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(name) ?? Promise.resolve()).then(act, act);
    this.#last.set(name, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(name) === turn) this.#last.delete(name);
    }
  }
}

export class Idempotency {
  #until = 0;

  constructor(
    private readonly documents: Documents,
    private readonly clock: () => Milliseconds,
  ) {}

  /**
   * Appends events under a key, each with an id. A request that is refused frees the key again.
   * @throws Refusal `bad-request`, `other-request`; what `append` throws.
   */
  async under<T>(
    key: string,
    community: string,
    events: readonly unknown[],
    append: (events: readonly unknown[]) => Promise<T>,
  ): Promise<T> {
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
    try {
      return await append(events.map((event, index) => named(event, `key:${key}:${index}`)));
    } catch (error) {
      // Where it is not known whether it was written, the key stays what it is.
      const written = error instanceof PeerageError && error.code.startsWith('ledger-');
      if (known === undefined && !written) await this.documents.delete(KIND, place);
      throw error;
    }
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

function named(event: unknown, id: string): unknown {
  if (typeof event !== 'object' || event === null || Object.hasOwn(event, 'id')) return event;
  return { ...event, id };
}
