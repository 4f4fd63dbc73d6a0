/**
 * Requests that may be sent again. Events without an id get one made of the key and their place, so the ledger itself
 * takes them once, whatever breaks and when. Beside it is kept for a week which events of the request had ids of their
 * own, so that of another request under the same key nothing is taken: that one either has events elsewhere, or the
 * ledger knows their ids with other content. Nothing is kept from which a name could be guessed once it is erased.
 */
import { createHash } from 'node:crypto';
import { PeerageError, quote } from '../error.ts';
import type { Milliseconds } from '../event.ts';
import type { Documents } from '../ledger/contract.ts';
import { Refusal } from './problem.ts';
import { Turns } from './turns.ts';

const KIND = 'idempotency';
const KEPT: Milliseconds = 7 * 86_400_000;
/** After so many new keys, as many of those that are kept are looked at, so that none stays for ever. */
const [LOOK, BATCH] = [128, 512];
const FORM = /^[\x21-\x7e]{1,255}$/;

interface Kept {
  /** Not there where an earlier version kept it. */
  readonly shape?: string;
  readonly at: Milliseconds;
}

export class Idempotency {
  /** Of the same key, one request after another: whoever comes second is told what the first one did. */
  readonly #turns = new Turns();
  #made = 0;
  /** Up to where keys have been looked at. */
  #looked = '';
  #tidying: Promise<void> | null = null;

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
    const place = `${community}/${key}`;
    return this.#turns.take(place, () => this.#inTurn(key, place, events, append));
  }

  /** Forgets the keys of a community that has ended, of requests too that are under way. */
  async forget(community: string): Promise<void> {
    const own = (place: string) => place.startsWith(`${community}/`);
    await this.#turns.over(own);
    for (let after = `${community}/`; ; ) {
      const page = await this.documents.list(KIND, { after, limit: BATCH });
      for (const { key } of page) if (own(key)) await this.documents.delete(KIND, key);
      after = page.at(-1)?.key ?? '';
      if (page.length < BATCH || !own(after)) return;
    }
  }

  /** Resolves when nothing is being tidied. */
  async close(): Promise<void> {
    this.#made = Number.NEGATIVE_INFINITY;
    await this.#tidying;
  }

  async #inTurn<T>(
    key: string,
    place: string,
    events: readonly unknown[],
    append: (events: readonly unknown[]) => Promise<T>,
  ): Promise<T> {
    const shape = shapeOf(events);
    const found = (await this.documents.get(KIND, place)) as Kept | undefined;
    const known = found !== undefined && !this.#isOld(found) ? found : undefined;
    if ((known?.shape ?? shape) !== shape) throw other(key);
    if (known === undefined) {
      await this.documents.put(KIND, place, { shape, at: this.clock() } satisfies Kept);
      if (++this.#made >= LOOK) this.#tidy();
    }
    try {
      return await append(events.map((event, index) => named(event, `key:${key}:${index}`)));
    } catch (error) {
      // Where it is not known whether it was written, the key stays what it is.
      if (known === undefined && !isUnknown(error)) await this.documents.delete(KIND, place);
      if (error instanceof PeerageError && error.code === 'id-conflict' && !isNamed(events[error.index!]))
        throw other(key);
      throw error;
    }
  }

  /** Looks at some keys, beside the requests: a store may have more than can be looked at in one go. */
  #tidy(): void {
    this.#made = 0;
    // What fails is met again when its turn has come round.
    this.#tidying ??= this.#look()
      .catch(() => {})
      .finally(() => {
        this.#tidying = null;
      });
  }

  async #look(): Promise<void> {
    const page = await this.documents.list(KIND, { after: this.#looked, limit: BATCH });
    this.#looked = page.length < BATCH ? '' : page.at(-1)!.key;
    for (const { key: place, value } of page) {
      if (!this.#isOld(value as Kept)) continue;
      await this.#turns.take(place, async () => {
        // It may have been used anew meanwhile.
        const now = (await this.documents.get(KIND, place)) as Kept | undefined;
        if (now !== undefined && this.#isOld(now)) await this.documents.delete(KIND, place);
      });
    }
  }

  #isOld({ at }: Kept): boolean {
    return at < this.clock() - KEPT;
  }
}

/** How many events there are, and which of them have ids of their own. */
function shapeOf(events: readonly unknown[]): string {
  const own = events.map((event) => (isNamed(event) ? '1' : '0')).join('');
  return `${events.length}:${createHash('sha256').update(own).digest('hex')}`;
}

function isNamed(event: unknown): boolean {
  return typeof event !== 'object' || event === null || Object.hasOwn(event, 'id');
}

function named(event: unknown, id: string): unknown {
  return isNamed(event) ? event : { ...(event as object), id };
}

/** Of a ledger that is closed, as that of a community that has ended is, nothing was written; what is erased stands. */
function isUnknown(error: unknown): boolean {
  return error instanceof PeerageError && /^(unreadable|erasure-pending|ledger-(?!closed))/.test(error.code);
}

function other(key: string): Refusal {
  return new Refusal('other-request', `the key ${quote(key)} was used for another request`, {
    field: 'Idempotency-Key',
  });
}
