/**
 * What every ledger promises, wherever it keeps what it is given: memory, one SQLite file, or Postgres. A store
 * holds the ledgers of several communities, and small documents of the service that runs on it. What has been
 * appended is durable, numbered from 1 without a gap, and chained: the hash of an entry covers the hash of the
 * one before. Contributors are numbers in the chain; their names stand in a table beside it, so that a name
 * can be erased and the chain still verifies. tests/ledger holds one suite that runs on all of them.
 */
import type { Event } from '../event.ts';

/** Where a chain stands: its last sequence (0 where it is empty) and the hash of that entry, 64 hex digits. */
export interface Head {
  readonly sequence: number;
  readonly hash: string;
}

export interface Entry extends Head {
  /** With names; whoever was erased has a name made of the number. */
  readonly event: Event;
}

export interface Appended {
  /** Of each event, in the order given; that of the earlier entry where its id was known with the same content. */
  readonly sequences: readonly number[];
  readonly head: Head;
}

/** An engine's state at a sequence, as `TrustEngine.snapshot` gives it. */
export interface LedgerSnapshot extends Head {
  readonly bytes: Uint8Array;
}

/** What a verification found. */
export interface Verification {
  readonly head: Head;
  /** The first things that are wrong; empty where all is as it was appended. */
  readonly faults: readonly { readonly sequence: number; readonly what: string }[];
}

export interface Ledger {
  readonly community: string;
  readonly head: Head;
  /**
   * Appends a batch, all or nothing; durable when it resolves. Concurrent batches are written together.
   * Events are as `parseEvent` gives them. A `forget` erases; whoever has to know when nothing of the name is left in
   * the files waits for `scrub` after it, as `erase` does.
   * @throws PeerageError with the index for what is refused: `id-conflict`, `unknown-event` for the id of a
   * withdrawal, `unknown-contributor` for a `forget`, `bad-id` for a text that stands for what was erased, `bad-event`.
   * `ledger-full`, `ledger-failed` where it could not be written, or where it is not known whether it was: later
   * appends are refused until `recover` succeeds, and ids make it safe to send the same again. `ledger-closed`,
   * `ledger-locked`.
   * @param onPrepared Called with the head that the chain will have, before that is written: where it is not known whether
   * it was, the chain has that hash there or the batch is not in it.
   */
  append(events: readonly Event[], onPrepared?: (head: Head) => void): Promise<Appended>;
  /**
   * Entries after a sequence, in order, in batches; up to and with `to`.
   * @throws PeerageError `ledger-damaged` where the chain does not hold.
   */
  read(after: number, options?: { to?: number; batch?: number }): AsyncIterable<readonly Entry[]>;
  /** Every policy of the chain, in order. */
  policies(): Promise<readonly { readonly sequence: number; readonly policy: unknown }[]>;
  /** The newest two are kept. @throws PeerageError `bad-snapshot` for one that is not of this chain. */
  saveSnapshot(snapshot: LedgerSnapshot): Promise<void>;
  /** The newest first; their bytes are as they were found, so whoever reads them checks them. */
  snapshots(): AsyncIterable<LedgerSnapshot>;
  /**
   * Appends a `forget` that names a number, and takes the name from the table, the snapshots and the free space
   * of the store. @throws PeerageError `unknown-contributor`; what `append` and `scrub` throw.
   */
  erase(contributor: string): Promise<Appended>;
  /**
   * Resolves when nothing of what was erased is left in the files of the store, which by itself scrubs them after each
   * erasure, when it is opened to be written, and when it recovers.
   * @throws PeerageError `erasure-pending` where what was erased stands as erased and others still read old pages: it can
   * be asked for again, and meanwhile all can be written; `ledger-failed`, `ledger-full`, `ledger-locked`.
   */
  scrub(): Promise<void>;
  /**
   * Reads everything again as it is at one moment, while others may write; up to a head that was noted elsewhere if one
   * is given. `place: false` leaves out what `Store.check` says. It vouches for entries, names, ids and policies; of a
   * snapshot it says no more than that it is whole and of this chain.
   */
  verify(options?: { head?: string; place?: boolean }): Promise<Verification>;
  /** Tries to write again after a failure. */
  recover(): Promise<void>;
  close(): Promise<void>;
}

/** Those of which the keys come after one, up to `limit`; which of two comes first is for the place to say. */
export interface Page {
  readonly after: string;
  readonly limit: number;
}

/** Small texts of JSON by kind and key: keys of the service, webhooks, and the like. Durable when they resolve. */
export interface Documents {
  put(kind: string, key: string, value: unknown): Promise<void>;
  get(kind: string, key: string): Promise<unknown>;
  /** In the order of their keys: all, or those of a page. */
  list(kind: string, page?: Page): Promise<readonly { readonly key: string; readonly value: unknown }[]>;
  delete(kind: string, key: string): Promise<boolean>;
  /**
   * Leaves nothing in the files of what was replaced or deleted. It takes as long as a copy.
   * @throws PeerageError `erasure-pending`, as the `scrub` of a ledger.
   */
  scrub(): Promise<void>;
}

export interface Store {
  readonly documents: Documents;
  /** What the place finds wrong with its files, and rows of communities that are not there. */
  check(): Promise<readonly string[]>;
  /** Ids of the communities, sorted. */
  communities(): Promise<readonly string[]>;
  /**
   * The ledger of a community, which is made where there is none. Only one writer holds a store.
   * @throws PeerageError `unknown-community` where the store is only read.
   */
  ledger(community: string): Promise<Ledger>;
  /**
   * Ends a community with all that is kept of it. @throws PeerageError `erasure-pending` where it has ended and others
   * still read old pages of the files; asked again it scrubs them.
   */
  drop(community: string): Promise<boolean>;
  /** Tries to write again after a failure, whatever met it. @throws PeerageError where its cause is not gone. */
  recover(): Promise<void>;
  close(): Promise<void>;
}
