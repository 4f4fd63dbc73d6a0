/**
 * Reads a whole ledger again and says what is not as it was appended: entries that were edited, lost, exchanged or
 * doubled break the chain where they stand; names and ids are held against the commitments in it; and a head that
 * was noted elsewhere shows a tail that was cut off, or a chain that was written anew. Others may write meanwhile: names
 * are read after entries, and then the entries that have come since, which say whose names and whose erasures those are.
 */
import { Buffer } from 'node:buffer';
import { PeerageError } from '../error.ts';
import { entryBatches, nameBatches } from './batches.ts';
import { commits, genesisOf, linked } from './chain.ts';
import type { Verification } from './contract.ts';
import type { Said } from './entry.ts';
import { readEntry } from './entry.ts';
import type { EntryRow, NameRow } from './row.ts';
import type { CommunityRow, Shelf } from './shelf.ts';

/** Faults that are told; one who has met so many needs the backup, not the list. */
const MOST_FAULTS = 100;
const BATCH = 2_000;

interface Introduced {
  readonly sequence: number;
  readonly content: Uint8Array;
  readonly at: number;
}

const hex = (hash: Uint8Array) => Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString('hex');

/** Checks all entries, names, ids and snapshots of a community. */
export async function verify(
  shelf: Shelf,
  { id, number: community }: CommunityRow,
  { head }: { head?: string },
): Promise<Verification> {
  const check = new Check(genesisOf(id));
  const entries = async () => {
    for await (const rows of entryBatches(shelf, community, { after: check.sequence, batch: BATCH })) {
      for (const row of rows) check.entry(row, head);
    }
  };
  try {
    await entries();
    for await (const rows of nameBatches(shelf, community, BATCH)) {
      for (const row of rows) check.name(row);
    }
    check.named();
    await entries();
  } catch (error) {
    if (!(error instanceof PeerageError) || error.code !== 'ledger-damaged') throw error;
    check.fault(check.sequence, error.reason);
  }
  for (const what of await shelf.check()) check.fault(0, what);
  check.end(head);
  for (const sequence of await shelf.snapshots(community)) {
    const snapshot = await shelf.snapshot(community, sequence);
    const [row] = await shelf.bySequence(community, [sequence]);
    if (snapshot === undefined || (row !== undefined && hex(row.hash) === hex(snapshot.hash))) continue;
    check.fault(sequence, 'a snapshot was taken here of a chain that is not this one');
  }
  return { head: { sequence: check.sequence, hash: hex(check.hash) }, faults: check.faults };
}

class Check {
  readonly faults: { sequence: number; what: string }[] = [];
  sequence = 0;
  hash: Uint8Array;
  #contributors = 0;
  #headMet = false;
  /** Introductions whose names have not been met: from before names were read, and from after. */
  #introduced = new Map<number, Introduced>();
  #early = new Map<number, Introduced>();
  /** Names of whom no entry has introduced yet. */
  readonly #strangers: NameRow[] = [];
  /** Who was forgotten, and where. */
  readonly #forgotten = new Map<number, number>();
  /** Entries that lost their ids, by whom they mention. */
  readonly #nameless: { sequence: number; one: number; other: number }[] = [];

  constructor(private readonly genesis: Uint8Array) {
    this.hash = genesis;
  }

  fault(sequence: number, what: string): void {
    if (this.faults.length < MOST_FAULTS) this.faults.push({ sequence, what });
  }

  entry(row: EntryRow, head: string | undefined): void {
    const expected = this.sequence + 1;
    if (row.sequence > expected) {
      const last = row.sequence - 1;
      this.fault(expected, last === expected ? 'is lost' : `and all up to ${last} are lost`);
    }
    if (row.hash.length !== this.genesis.length) this.fault(row.sequence, 'has no hash');
    else if (Buffer.compare(row.hash, linked(this.hash, row.content)) !== 0) {
      this.fault(row.sequence, 'is not the one that was appended here, or the one before is not');
    }
    this.sequence = row.sequence;
    this.hash = row.hash;
    if (head !== undefined && hex(row.hash) === head) this.#headMet = true;
    const said = readEntry(row.content);
    if (said === undefined) this.fault(row.sequence, 'says nothing that can be read');
    else this.#said(row, said);
  }

  #said({ sequence, content, id, salt }: EntryRow, said: Said): void {
    const { one, other, newOne, newOther, contributors, idCommitment } = said;
    for (const [number, fresh, at] of [
      [one, newOne, said.oneCommitment],
      [other, newOther, said.otherCommitment],
    ] as const) {
      if (!fresh) continue;
      this.#contributors++;
      if (number !== this.#contributors) this.fault(sequence, `introduces ${number} out of turn`);
      this.#introduced.set(number, { sequence, content, at });
    }
    if (contributors !== this.#contributors || Math.max(one, other) > contributors) {
      this.fault(sequence, 'numbers contributors that no entry introduced');
      this.#contributors = contributors;
    }
    if (said.type === 'forget') this.#forgotten.set(one, sequence);
    if (idCommitment === 0) {
      if (id !== null || salt !== null) this.fault(sequence, 'has an id that it was appended without');
    } else if (id === null || salt === null) {
      if (id !== salt) this.fault(sequence, 'has half of an id');
      this.#nameless.push({ sequence, one, other });
    } else if (!commits(content, idCommitment, salt, id)) {
      this.fault(sequence, 'has another id than it was appended with');
    }
  }

  name(row: NameRow): void {
    const { number } = row;
    const introduced = this.#introduced.get(number);
    if (introduced === undefined) {
      this.#strangers.push(row);
      return;
    }
    this.#named(row, introduced);
    if (this.#forgotten.has(number)) {
      this.fault(introduced.sequence, `the name of ${number} is there, though erased`);
    }
    this.#introduced.delete(number);
  }

  #named({ number, name, salt }: NameRow, { sequence, content, at }: Introduced): void {
    if (!commits(content, at, salt, name)) this.fault(sequence, `the name of ${number} is another one`);
  }

  /** All names have been told that were there; the entries that follow may have come meanwhile. */
  named(): void {
    this.#early = this.#introduced;
    this.#introduced = new Map();
  }

  end(head: string | undefined): void {
    for (const row of this.#strangers) {
      const introduced = this.#introduced.get(row.number);
      if (introduced !== undefined) this.#named(row, introduced);
      else this.fault(this.sequence, `there is a name of ${row.number}, whom no entry introduced`);
    }
    for (const [number, { sequence }] of this.#early) {
      if (!this.#forgotten.has(number)) this.fault(sequence, `the name of ${number} is lost`);
    }
    for (const { sequence, one, other } of this.#nameless) {
      const erased = Math.max(this.#forgotten.get(one) ?? 0, this.#forgotten.get(other) ?? 0);
      if (erased <= sequence) this.fault(sequence, 'has lost its id');
    }
    if (head === undefined || this.#headMet || (this.sequence === 0 && head === hex(this.genesis))) return;
    this.fault(this.sequence, `no entry has the hash ${head}: the end is cut off, or all was written anew`);
  }
}
