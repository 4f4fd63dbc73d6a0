/**
 * Who may ask: keys with scopes, for one community or for all. A key is `pk_ID_SECRET`; the secret is 256 random
 * bits, of which only the SHA-256 is kept, in the documents of the store, so whoever reads the store can not ask
 * in its place. All keys are in memory: a revocation or rotation holds from the next request on. Once a key
 * has been made, asking needs one, even where the last has been revoked.
 */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { PeerageError, quote } from '../error.ts';
import type { Milliseconds } from '../event.ts';
import type { Documents } from '../ledger/contract.ts';
import { checkCommunity } from './community-id.ts';
import { Turns } from './turns.ts';

/** What a key may do in its community: ask; add events; all of it, with policies, webhooks and erasure. */
export const SCOPES = ['read', 'write', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** A key as it is shown: never its secret. Dates are epoch milliseconds. */
export interface Key {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Null for all communities. */
  readonly community: string | null;
  readonly created: Milliseconds;
  /** From when on it is refused; null for never. */
  readonly expires: Milliseconds | null;
  readonly revoked: Milliseconds | null;
  /** Until when the secret from before the last rotation is taken too; null where there is none. */
  readonly retiring: Milliseconds | null;
}

export interface KeyInput {
  readonly scopes: readonly Scope[];
  readonly community?: string | null;
  readonly name?: string;
  readonly expires?: Milliseconds | null;
}

/** A key with the text that opens, which is told this once. */
export interface MadeKey {
  readonly key: Key;
  readonly secret: string;
}

/** What is kept: the hashes, the newest first; those with a date are taken until then. */
interface Kept extends Omit<Key, 'retiring'> {
  readonly hashes: readonly { readonly sha256: string; readonly until: Milliseconds | null }[];
}

/** As it is looked up, for each request: nothing is computed that could have been before. */
interface Held {
  readonly kept: Kept;
  readonly digests: readonly { readonly bytes: Buffer; readonly until: Milliseconds | null }[];
  /** As it is shown once no old secret is taken any more. */
  readonly plain: Key;
}

const KIND = 'key';
const FORM = /^pk_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;
/** Compared with where there is no such key, so that an unknown id takes as long as a wrong secret. */
const NOBODY = { bytes: Buffer.alloc(32), until: null };

export class Keys {
  readonly #documents: Documents;
  readonly #clock: () => Milliseconds;
  readonly #held = new Map<string, Held>();
  /** Changes of one key are written in the order in which they were asked. */
  readonly #turns = new Turns();
  /** By connection, as long as that lasts. */
  readonly #taken = new WeakMap<object, { readonly authorization: string; readonly held: Held }>();

  private constructor(documents: Documents, clock: () => Milliseconds) {
    this.#documents = documents;
    this.#clock = clock;
  }

  /** The keys of a store. */
  static async open(documents: Documents, clock: () => Milliseconds = Date.now): Promise<Keys> {
    const keys = new Keys(documents, clock);
    for (const { key, value } of await documents.list(KIND)) keys.#held.set(key, heldOf(value as Kept));
    return keys;
  }

  /** Whether a key has ever been made: from then on asking needs one. */
  get required(): boolean {
    return this.#held.size > 0;
  }

  /** Whether a key is there that opens. */
  get usable(): boolean {
    const now = this.#clock();
    return [...this.#held.values()].some(({ kept }) => isValid(kept, now));
  }

  /** All keys, in the order of their making. */
  list(): Key[] {
    const keys = [...this.#held.values()].map(({ kept }) => shown(kept, this.#clock()));
    return keys.sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
  }

  /** @throws PeerageError `bad-option` for scopes that are none, or a date that has passed; `bad-id`. */
  async create({ scopes, community = null, name = '', expires = null }: KeyInput): Promise<MadeKey> {
    const now = this.#clock();
    for (const scope of scopes) {
      if (!SCOPES.includes(scope)) refuse('scopes', scope, `is not a scope; expected ${SCOPES.join(', ')}`);
    }
    if (scopes.length === 0) refuse('scopes', scopes, `is empty; expected some of ${SCOPES.join(', ')}`);
    if (community !== null) checkCommunity(community);
    if (expires !== null && !(expires > now)) {
      const shown = Math.abs(expires) <= 8.64e15 ? new Date(expires).toISOString() : expires;
      refuse('expires', shown, 'is not to come; expected a date after now, or none');
    }
    const id = randomBytes(8).toString('hex');
    const { secret, sha256 } = draw(id);
    const hashes = [{ sha256, until: null }];
    const kept: Kept = {
      ...{ id, name, scopes: SCOPES.filter((scope) => scopes.includes(scope)), community },
      ...{ created: now, expires, revoked: null, hashes },
    };
    await this.#documents.put(KIND, id, kept);
    this.#held.set(id, heldOf(kept));
    return { key: shown(kept, now), secret };
  }

  /**
   * A new secret for a key; the one before is taken for `grace` milliseconds more, any older one no longer.
   * @throws PeerageError `unknown-key` for one that is not there, has expired or is revoked, meanwhile too.
   */
  async rotate(id: string, { grace = 0 }: { grace?: Milliseconds } = {}): Promise<MadeKey> {
    if (!(grace >= 0 && Number.isFinite(grace)))
      refuse('grace', grace, 'is not a time; expected milliseconds from 0');
    return this.#turns.take(id, () => this.#rotate(id, grace));
  }

  async #rotate(id: string, grace: Milliseconds): Promise<MadeKey> {
    const now = this.#clock();
    const kept = this.#held.get(id)?.kept;
    if (kept === undefined || !isValid(kept, now)) throw unknown(id);
    const { secret, sha256 } = draw(id);
    const before = { sha256: kept.hashes[0]!.sha256, until: now + grace };
    const next = { ...kept, hashes: [{ sha256, until: null }, ...(grace > 0 ? [before] : [])] };
    await this.#documents.put(KIND, id, next);
    // Revoked while that was written: what says so is written next.
    if (this.#held.get(id)?.kept !== kept) throw unknown(id);
    this.#held.set(id, heldOf(next));
    return { key: shown(next, now), secret };
  }

  /** Refuses a key from now on. @throws PeerageError `unknown-key`. */
  async revoke(id: string): Promise<Key> {
    const kept = this.#held.get(id)?.kept;
    if (kept === undefined) throw unknown(id);
    const now = this.#clock();
    const next = { ...kept, revoked: kept.revoked ?? now, hashes: [] };
    // In memory first: even where the store can not be written, nobody gets in by it any more.
    this.#held.set(id, heldOf(next));
    await this.#turns.take(id, () => this.#documents.put(KIND, id, next));
    return shown(next, now);
  }

  /**
   * The key of an `Authorization` header; undefined for one that is forged, malformed, expired or revoked. What was
   * taken on the same `connection` before is not hashed again: comparing it tells nobody but who has just sent it.
   */
  authenticate(authorization: string | undefined, connection?: object): Key | undefined {
    const before = connection && this.#taken.get(connection);
    if (before !== undefined && before.authorization === authorization) {
      const { held } = before;
      const { kept, plain } = held;
      if (this.#held.get(kept.id) === held && isValid(kept, this.#clock())) return plain;
    }
    const token = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? '';
    const id = FORM.exec(token)?.[1];
    const held = id === undefined ? undefined : this.#held.get(id);
    const given = hash('sha256', token, 'buffer');
    const now = this.#clock();
    let opens = false;
    for (const { bytes, until } of held?.digests ?? [NOBODY]) {
      if (timingSafeEqual(given, bytes) && (until === null || now < until)) opens = true;
    }
    if (!opens || held === undefined || !isValid(held.kept, now)) return undefined;
    if (held.digests.length > 1) return shown(held.kept, now);
    if (connection !== undefined) this.#taken.set(connection, { authorization: authorization!, held });
    return held.plain;
  }
}

/** Whether a key may do this in a community; null asks about all of them. `admin` may all that the others may. */
export function allows({ scopes, community }: Key, scope: Scope, where: string | null): boolean {
  return covers({ community }, where) && (scopes.includes(scope) || scopes.includes('admin'));
}

/** Whether a key may do anything in a community. */
export function covers({ community }: Pick<Key, 'community'>, where: string | null): boolean {
  return community === null || community === where;
}

/**
 * What stands against a key as the first one; undefined for nothing. From the first on each request needs one, so one
 * that can make no others would lock everybody out.
 */
export function firstKeyFault(keys: Keys, { scopes, community = null }: KeyInput): string | undefined {
  if (keys.required || (scopes.includes('admin') && community === null)) return undefined;
  return 'the first key needs scope admin, for all communities: from then on nothing is answered without a key, and this one could make no other; make that one first';
}

function heldOf(kept: Kept): Held {
  const digests = kept.hashes.map(({ sha256, until }) => ({ bytes: Buffer.from(sha256, 'hex'), until }));
  return { kept, digests, plain: shown(kept, Number.POSITIVE_INFINITY) };
}

function draw(id: string): { secret: string; sha256: string } {
  const secret = `pk_${id}_${randomBytes(32).toString('base64url')}`;
  return { secret, sha256: hash('sha256', secret) };
}

function isValid({ expires, revoked }: Kept, now: Milliseconds): boolean {
  return revoked === null && (expires === null || now < expires);
}

function shown({ hashes, ...key }: Kept, now: Milliseconds): Key {
  const until = hashes[1]?.until ?? null;
  return { ...key, retiring: until !== null && now < until ? until : null };
}

function unknown(id: string): PeerageError {
  return new PeerageError('unknown-key', `${quote(id)} is not a key that can be used`, {
    field: 'id',
    value: id,
  });
}

function refuse(field: string, value: unknown, reason: string): never {
  throw new PeerageError('bad-option', `${quote(value)} ${reason}`, { field, value });
}
