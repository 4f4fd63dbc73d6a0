/**
 * What a ledger needs of the place where it is kept: rows written together or not at all, and read back. All that
 * makes a ledger of rows (numbers, the chain, ids that count once, erasure) is above it, once for all places.
 * Names and ids are UTF-8, since not every database can hold every text.
 */
import type { Page } from './contract.ts';
import type { EntryRow, NameRow, Step } from './row.ts';

/** What one community adds, in order. */
export interface Write {
  readonly community: number;
  readonly steps: readonly Step[];
}

/** A community, and the number by which its rows are found. */
export interface CommunityRow {
  readonly number: number;
  readonly id: string;
}

export interface SnapshotRow {
  readonly sequence: number;
  readonly hash: Uint8Array;
  readonly bytes: Uint8Array;
}

export interface DocumentRow {
  readonly key: string;
  readonly value: string;
}

export interface Shelf {
  /** Ids by number, in no order. */
  communities(): Promise<readonly CommunityRow[]>;
  /** The number of a community, which is made where there is none. Durable. */
  found(id: string): Promise<number>;
  /** What is dropped or forgotten is noted in the same transaction as still to be scrubbed. */
  drop(community: number): Promise<void>;
  /** Durable and whole when it resolves. Takes the names and ids of whoever was forgotten along. */
  write(writes: readonly Write[]): Promise<void>;
  /** Notes that what was deleted or replaced up to now is still to be scrubbed. */
  noteErased(): Promise<void>;
  /**
   * Leaves nothing in the files of what is still to be scrubbed, also of what was before a crash; does nothing where that
   * is nothing. @throws PeerageError `erasure-pending` where others still read it; it stays noted.
   */
  scrub(): Promise<void>;
  /** The last entry. */
  last(community: number): Promise<EntryRow | undefined>;
  /** Up to `limit` entries after a sequence, up to and with `to`, in order. */
  entries(community: number, after: number, to: number, limit: number): Promise<readonly EntryRow[]>;
  policies(community: number): Promise<readonly EntryRow[]>;
  /** Entries by their ids; those that are there, in no order. */
  byId(community: number, ids: readonly Uint8Array[]): Promise<readonly EntryRow[]>;
  /** Entries by their sequences; those that are there, in no order. */
  bySequence(community: number, sequences: readonly number[]): Promise<readonly EntryRow[]>;
  byName(community: number, names: readonly Uint8Array[]): Promise<readonly NameRow[]>;
  byNumber(community: number, numbers: readonly number[]): Promise<readonly NameRow[]>;
  /** Up to `limit` names of numbers above `after`, in order. */
  names(community: number, after: number, limit: number): Promise<readonly NameRow[]>;
  /** Keeps the newest two. */
  saveSnapshot(community: number, snapshot: SnapshotRow): Promise<void>;
  /** Sequences of the snapshots, the newest first. */
  snapshots(community: number): Promise<readonly number[]>;
  snapshot(community: number, sequence: number): Promise<SnapshotRow | undefined>;
  putDocument(kind: string, key: string, value: string): Promise<void>;
  document(kind: string, key: string): Promise<string | undefined>;
  /** All of a kind, in no order; or those of a page, in order. */
  documents(kind: string, page?: Page): Promise<readonly DocumentRow[]>;
  kinds(): Promise<readonly string[]>;
  deleteDocument(kind: string, key: string): Promise<boolean>;
  /** What the place itself finds wrong with its files, and rows of no community. */
  check(): Promise<readonly string[]>;
  /** The same as of one moment, whatever is written later: to be read, and closed. */
  frozen(): Promise<Shelf>;
  /** Opens anew what a failure may have left in any state. */
  recover(): Promise<void>;
  close(): Promise<void>;
}
