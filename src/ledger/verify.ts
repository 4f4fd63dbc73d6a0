/**
 * Reads a whole ledger again and says what is not as it was appended: entries that were edited, lost, exchanged or
 * doubled break the chain where they stand; names and ids are held against the commitments in it; and a head that
 * was noted elsewhere shows a tail that was cut off, or a chain that was written anew. Of whoever was erased nothing
 * may be left. A snapshot is held against its checksum and the entry that it was taken at, which proves no more than
 * that it was not damaged: whoever can write the file can make one of any scores, with a checksum that fits.
 */
import { Buffer } from 'node:buffer';
import { PeerageError } from '../error.ts';
import { VERSION } from '../snapshot/format.ts';
import { SnapshotReader, versionOf } from '../snapshot/reader.ts';
import { entryBatches, nameBatches } from './batches.ts';
import { commits, genesisOf, linked } from './chain.ts';
import type { Head, Verification } from './contract.ts';
import type { Said } from './entry.ts';
import { readEntry } from './entry.ts';
import type { EntryRow, NameRow } from './row.ts';
import type { CommunityRow, Shelf, SnapshotRow } from './shelf.ts';

/** Faults that are told; one who has met so many needs the backup, not the list. */
const MOST_FAULTS = 100;
const BATCH = 2_000;

interface Introduced {
  readonly sequence: number;
  readonly content: Uint8Array;
  readonly at: number;
}

const hex = (hash: Uint8Array) => Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString('hex');

/** What is to be verified, and how far. */
interface Wanted {
  readonly head?: string;
  /** False leaves out what the place finds wrong with itself, for whoever asks it once for all communities. */
  readonly place?: boolean;
}

/** Checks all that is kept of a community, as it is at this moment, while others may write. */
export async function verify(shelf: Shelf, community: CommunityRow, wanted: Wanted): Promise<Verification> {
  const frozen = await shelf.frozen();
  try {
    return await verifyFrozen(frozen, community, wanted);
  } finally {
    await frozen.close();
  }
}

/** The same of a place that nobody writes to meanwhile. */
export async function verifyFrozen(
  shelf: Shelf,
  { id, number: community }: CommunityRow,
  { head, place = true }: Wanted,
): Promise<Verification> {
  const check = new Check(genesisOf(id));
  try {
    for await (const rows of entryBatches(shelf, community, { batch: BATCH })) {
      for (const row of rows) check.entry(row, head);
    }
    for await (const rows of nameBatches(shelf, community, BATCH)) {
      for (const row of rows) check.name(row);
    }
  } catch (error) {
    if (!(error instanceof PeerageError) || error.code !== 'ledger-damaged') throw error;
    check.fault(check.sequence, error.reason);
  }
  if (place) for (const what of await shelf.check()) check.fault(0, what);
  check.end(head);
  check.policies(await shelf.policies(community));
  for (const sequence of await shelf.snapshots(community)) {
    const snapshot = await shelf.snapshot(community, sequence);
    const [row] = await shelf.bySequence(community, [sequence]);
    if (snapshot !== undefined) check.snapshot(snapshot, row);
  }
  return { head: { sequence: check.sequence, hash: hex(check.hash) }, faults: check.faults };
}

class Check {
  readonly faults: { sequence: number; what: string }[] = [];
  sequence = 0;
  hash: Uint8Array;
  #contributors = 0;
  #headMet = false;
  /** Introductions whose names have not been met. */
  readonly #introduced = new Map<number, Introduced>();
  /** Who was forgotten, and where; and where somebody was last. */
  readonly #forgotten = new Map<number, number>();
  #erased = 0;
  /** Entries that lost their ids, by whom they mention. */
  readonly #nameless: { sequence: number; one: number; other: number }[] = [];
  /** The first entry that has its id, of each contributor. */
  readonly #named = new Map<number, number>();
  readonly #policies: number[] = [];

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
    if (said.type === 'forget') {
      this.#forgotten.set(one, sequence);
      this.#erased = sequence;
    } else if (id !== null) {
      // The entry that forgets keeps its id.
      for (const number of [one, other]) if (!this.#named.has(number)) this.#named.set(number, sequence);
    }
    if (said.type === 'policy') this.#policies.push(sequence);
    if (idCommitment === 0) {
      if (id !== null || salt !== null) this.fault(sequence, 'has an id that it was appended without');
    } else if (id === null || salt === null) {
      if (id !== salt) this.fault(sequence, 'has half of an id');
      this.#nameless.push({ sequence, one, other });
    } else if (!commits(content, idCommitment, salt, id)) {
      this.fault(sequence, 'has another id than it was appended with');
    }
  }

  name({ number, name, salt }: NameRow): void {
    const introduced = this.#introduced.get(number);
    if (introduced === undefined) {
      this.fault(this.sequence, `there is a name of ${number}, whom no entry introduced`);
      return;
    }
    const { sequence, content, at } = introduced;
    if (!commits(content, at, salt, name)) this.fault(sequence, `the name of ${number} is another one`);
    if (this.#forgotten.has(number)) this.fault(sequence, `the name of ${number} is there, though erased`);
    this.#introduced.delete(number);
  }

  end(head: string | undefined): void {
    for (const [number, { sequence }] of this.#introduced) {
      if (!this.#forgotten.has(number)) this.fault(sequence, `the name of ${number} is lost`);
    }
    for (const { sequence, one, other } of this.#nameless) {
      const erased = Math.max(this.#forgotten.get(one) ?? 0, this.#forgotten.get(other) ?? 0);
      if (erased <= sequence) this.fault(sequence, 'has lost its id');
    }
    for (const [number, erased] of this.#forgotten) {
      const sequence = this.#named.get(number);
      if (sequence === undefined || sequence > erased) continue;
      this.fault(sequence, `has its id, though ${number}, whom it is about, was erased`);
    }
    if (head === undefined || this.#headMet || (this.sequence === 0 && head === hex(this.genesis))) return;
    this.fault(this.sequence, `no entry has the hash ${head}: the end is cut off, or all was written anew`);
  }

  /** Those that the index of policies leads to are those of the chain. */
  policies(rows: readonly EntryRow[]): void {
    const listed = new Set(rows.map(({ sequence }) => sequence));
    for (const sequence of this.#policies) {
      if (!listed.delete(sequence))
        this.fault(sequence, 'is a policy, and the index of policies passes it by');
    }
    for (const sequence of listed)
      this.fault(sequence, 'is no policy, and the index of policies leads to it');
  }

  /** A snapshot, and the entry that it was taken at. */
  snapshot({ sequence, hash, bytes }: SnapshotRow, entry: EntryRow | undefined): void {
    const fault = (what: string) => this.fault(sequence, `a snapshot was taken here ${what}`);
    if (entry === undefined || Buffer.compare(entry.hash, hash) !== 0) {
      fault('of a chain that is not this one');
      return;
    }
    if (sequence < this.#erased) fault(`that should be gone, since somebody was erased at ${this.#erased}`);
    // One of another version is passed over when a ledger is opened, and only that version can read it.
    if ((versionOf(bytes) ?? VERSION) !== VERSION) return;
    try {
      const within: Partial<Head> = Object(new SnapshotReader(bytes).value('ledger'));
      if (within.sequence === sequence && within.hash === hex(hash)) return;
      fault('that says it is of another place');
    } catch (error) {
      if (!(error instanceof PeerageError)) throw error;
      fault(`that ${error.reason}`);
    }
  }
}
