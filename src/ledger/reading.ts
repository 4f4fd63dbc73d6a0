/**
 * Rows back to events: the chain is checked on the way, numbers become names, and whatever was erased a text that
 * says its number. Keeps the names that it has met, since most contributors are met again.
 */
import { Buffer } from 'node:buffer';
import { PeerageError, quote } from '../error.ts';
import { linked } from './chain.ts';
import type { Entry } from './contract.ts';
import type { Said } from './entry.ts';
import { eventOf, readEntry } from './entry.ts';
import { erased, textOf } from './name.ts';
import type { EntryRow } from './row.ts';
import type { Shelf } from './shelf.ts';

export class Reader {
  readonly #shelf: Shelf;
  readonly #community: number;
  readonly #names: (string | undefined)[] = [];
  #hash: Uint8Array;
  #sequence = 0;

  constructor(shelf: Shelf, community: number, genesis: Uint8Array) {
    this.#shelf = shelf;
    this.#community = community;
    this.#hash = genesis;
  }

  /** Stands at the entry after which reading begins. */
  async start(after: number): Promise<void> {
    this.#sequence = after;
    if (after === 0) return;
    const [row] = await this.#shelf.bySequence(this.#community, [after]);
    if (row !== undefined) this.#hash = row.hash;
  }

  /** @throws PeerageError `ledger-damaged` where the chain does not hold. */
  async entries(rows: readonly EntryRow[]): Promise<readonly Entry[]> {
    const said = rows.map((row) => this.#follow(row));
    await this.#learn(said);
    const taken = await this.#taken(said);
    const name = (number: number) => this.#names[number] ?? erased(number);
    const idOf = (sequence: number) => taken.get(sequence) ?? erased(sequence);
    return rows.map(({ sequence, hash, id }, k) => {
      const one = said[k]!;
      const own = one.idCommitment === 0 ? undefined : id === null ? erased(sequence) : textOf(id);
      return { sequence, hash: hex(hash), event: eventOf(one, own, name, idOf) };
    });
  }

  #follow({ sequence, hash, content }: EntryRow): Said {
    if (sequence !== this.#sequence + 1) throw damaged(this.#sequence + 1, 'is not there');
    const said = readEntry(content);
    if (said === undefined || Buffer.compare(hash, linked(this.#hash, content)) !== 0) {
      throw damaged(sequence, 'is not the one that was appended');
    }
    this.#sequence = sequence;
    this.#hash = hash;
    return said;
  }

  async #learn(said: readonly Said[]): Promise<void> {
    const missing = new Set<number>();
    for (const { one, other } of said) {
      if (one > 0 && this.#names[one] === undefined) missing.add(one);
      if (other > 0 && this.#names[other] === undefined) missing.add(other);
    }
    if (missing.size === 0) return;
    const rows = await this.#shelf.byNumber(this.#community, [...missing]);
    for (const { number, name } of rows) this.#names[number] = textOf(name);
  }

  /** The ids of what is taken back. */
  async #taken(said: readonly Said[]): Promise<Map<number, string>> {
    const sequences = said.flatMap(({ of }) => (of > 0 ? [of] : []));
    const taken = new Map<number, string>();
    if (sequences.length === 0) return taken;
    for (const { sequence, id } of await this.#shelf.bySequence(this.#community, sequences)) {
      if (id !== null) taken.set(sequence, textOf(id));
    }
    return taken;
  }
}

function hex(hash: Uint8Array): string {
  return Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString('hex');
}

export function damaged(sequence: number, what: string): PeerageError {
  const reason = `entry ${sequence} ${what}; "peerage verify" says what else is wrong, and a backup what it was`;
  return new PeerageError('ledger-damaged', reason, { value: sequence });
}

/** @throws PeerageError `bad-option`. */
export function checkCount(value: number, field: string): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new PeerageError('bad-option', `${quote(value)} is refused; expected a whole number from 0`, {
    field,
    value,
  });
}
