/**
 * A ledger of rows: takes batches in the order they come, gives them numbers, chains them and hands them to the
 * committer, while it prepares the next ones; reads rows back as events. Wherever rows are kept, this is the one
 * place that makes a ledger of them.
 */
import { Buffer } from 'node:buffer';
import { PeerageError } from '../error.ts';
import type { Event } from '../event.ts';
import { entryBatches } from './batches.ts';
import type { Place } from './book.ts';
import { Book } from './book.ts';
import { genesisOf } from './chain.ts';
import type { Committer } from './committer.ts';
import type { Appended, Entry, Head, Ledger, LedgerSnapshot, Verification } from './contract.ts';
import { readEntry } from './entry.ts';
import { checkParsed } from './parsed.ts';
import { checkCount, damaged, Reader } from './reading.ts';
import { foreign, readOnly } from './refusals.ts';
import type { EntryRow, Step } from './row.ts';
import type { Shelf } from './shelf.ts';
import { StepWriter } from './step-writer.ts';
import { verify } from './verify.ts';

/** Events that are prepared together at most. */
const GROUP = 32_768;
/** Groups that are prepared before the first of them is durable. */
const AHEAD = 2;
/** Entries that are read at a time unless told otherwise. */
const BATCH = 1_000;

interface Job {
  readonly events: readonly Event[];
  readonly onPrepared: (head: Head) => void;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

export interface LedgerParts {
  readonly id: string;
  readonly number: number;
  readonly shelf: Shelf;
  /** Null for a ledger that is only read. */
  readonly committer: Committer | null;
  /** Called when it is closed. */
  readonly closed: () => void;
}

const hex = (hash: Uint8Array) => Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString('hex');

export class ChainedLedger implements Ledger {
  readonly community: string;
  readonly #number: number;
  readonly #shelf: Shelf;
  readonly #committer: Committer | null;
  #writer = new StepWriter();
  /** The hash of the last entry that was prepared. */
  readonly #tip: Buffer;
  #book = new Book(0, 0);
  #epoch = 0;
  #head: Head;
  /** Hashes of the heads that were prepared since, of which it may not be known whether they were written. */
  #prepared: string[] = [];
  #jobs: Job[] = [];
  #preparing = false;
  #flight = new Set<Promise<void>>();
  /** Whether something was placed that could not be prepared, so that nothing here is as the shelf has it. */
  #astray = false;
  /** The last entry that forgets, of those that were prepared here. */
  #forgets = 0;
  #closed = false;
  readonly #onClose: () => void;

  private constructor({ id, number, shelf, committer, closed }: LedgerParts) {
    this.#onClose = closed;
    this.community = id;
    this.#number = number;
    this.#shelf = shelf;
    this.#committer = committer;
    this.#tip = genesisOf(id);
    this.#head = { sequence: 0, hash: hex(this.#tip) };
  }

  /** @throws PeerageError `ledger-damaged` where the last entry can not be read. */
  static async open(parts: LedgerParts): Promise<ChainedLedger> {
    const ledger = new ChainedLedger(parts);
    await ledger.#load({ opening: true });
    return ledger;
  }

  get head(): Head {
    return this.#head;
  }

  append(events: readonly Event[], onPrepared: (head: Head) => void = () => {}): Promise<Appended> {
    return new Promise((resolve, reject) => {
      try {
        this.#writable();
        checkParsed(events);
        this.#jobs.push({ events, onPrepared, resolve, reject });
      } catch (error) {
        reject(error);
        return;
      }
      if (!this.#preparing) void this.#prepareAll();
    });
  }

  async erase(contributor: string): Promise<Appended> {
    const appended = await this.append([{ type: 'forget', contributor }]);
    await this.scrub();
    return appended;
  }

  async scrub(): Promise<void> {
    if (this.#committer === null) throw readOnly();
    await this.#committer.scrub();
  }

  async *read(
    after: number,
    { to = Number.MAX_SAFE_INTEGER, batch = BATCH }: { to?: number; batch?: number } = {},
  ): AsyncGenerator<readonly Entry[]> {
    checkCount(after, 'after');
    checkCount(to, 'to');
    checkCount(batch - 1, 'batch');
    const reader = new Reader(this.#shelf, this.#number, genesisOf(this.community));
    await reader.start(after);
    // What is durable when it is read, and nothing that is still being acknowledged.
    for await (const rows of entryBatches(this.#shelf, this.#number, { after, to, batch })) {
      yield await reader.entries(rows);
    }
  }

  async policies() {
    const rows = await this.#shelf.policies(this.#number);
    return rows.map((row) => ({ sequence: row.sequence, policy: said(row).policy }));
  }

  async saveSnapshot({ sequence, hash, bytes }: LedgerSnapshot): Promise<void> {
    this.#writable();
    const [row] = await this.#shelf.bySequence(this.#number, [sequence]);
    if (row === undefined || hex(row.hash) !== hash) {
      const reason = `is of sequence ${sequence} and hash ${hash}, where this chain has ${row === undefined ? 'no entry' : hex(row.hash)}`;
      throw new PeerageError('bad-snapshot', reason, { field: 'snapshot' });
    }
    if (sequence < this.#forgets) {
      const reason = `was taken at ${sequence}, and somebody was forgotten at ${this.#forgets}`;
      throw new PeerageError('bad-snapshot', reason, { field: 'snapshot' });
    }
    // It may have been dropped meanwhile, and then nobody would ever take this away.
    const committer = this.#writable();
    await committer.run((shelf) => shelf.saveSnapshot(this.#number, { sequence, hash: row.hash, bytes }));
  }

  async *snapshots(): AsyncGenerator<LedgerSnapshot> {
    for (const sequence of await this.#shelf.snapshots(this.#number)) {
      const row = await this.#shelf.snapshot(this.#number, sequence);
      if (row !== undefined) yield { sequence, hash: hex(row.hash), bytes: row.bytes };
    }
  }

  verify(options: { head?: string; place?: boolean } = {}): Promise<Verification> {
    return verify(this.#shelf, { id: this.community, number: this.#number }, options);
  }

  async recover(): Promise<void> {
    this.#checkOpen();
    if (this.#committer === null) throw readOnly();
    await this.#committer.recover();
    if (this.#epoch !== this.#committer.epoch) await this.#load();
  }

  async close(): Promise<void> {
    this.#closed = true;
    while (this.#preparing || this.#flight.size > 0) {
      await Promise.allSettled(this.#flight);
      await null;
    }
    this.#onClose();
  }

  #checkOpen(): void {
    if (this.#closed) throw new PeerageError('ledger-closed', 'is closed; open it again to write');
  }

  #writable(): Committer {
    this.#checkOpen();
    if (this.#committer === null) throw readOnly();
    this.#committer.check();
    return this.#committer;
  }

  /** Stands where the shelf stands: later than when it is opened, where it was or where what was prepared leads. */
  async #load({ opening = false } = {}): Promise<void> {
    const epoch = this.#committer?.epoch ?? 0;
    const last = await this.#shelf.last(this.#number);
    const hash = last?.hash ?? genesisOf(this.community);
    if (hash.length !== this.#tip.length) throw damaged(last!.sequence, 'has no hash');
    const head = { sequence: last?.sequence ?? 0, hash: hex(hash) };
    if (!opening && head.hash !== this.#head.hash && !this.#prepared.includes(head.hash)) {
      throw foreign(head.sequence);
    }
    this.#tip.set(hash);
    this.#head = head;
    this.#prepared = [];
    this.#book = new Book(last === undefined ? 0 : said(last).contributors, this.#head.sequence);
    this.#writer = new StepWriter();
    this.#astray = false;
    this.#epoch = epoch;
  }

  /** Prepares what waits, as long as something does. */
  async #prepareAll(): Promise<void> {
    this.#preparing = true;
    // What is appended in this turn of the event loop goes together.
    await null;
    while (this.#jobs.length > 0) {
      while (this.#flight.size >= AHEAD) await Promise.race(this.#flight);
      const jobs = this.#takeJobs();
      try {
        await this.#prepare(jobs);
      } catch (error) {
        for (const { reject } of jobs) reject(error);
      }
    }
    this.#preparing = false;
  }

  async #prepare(jobs: readonly Job[]): Promise<void> {
    const committer = this.#committer!;
    // A recovery while the shelf is asked makes the answer worth nothing.
    do {
      committer.check();
      if (this.#astray) await Promise.all(this.#flight);
      if (this.#astray || this.#epoch !== committer.epoch) await this.#load();
      if (this.#flight.size === 0) this.#book.rest();
      await this.#book.lookUp(this.#shelf, this.#number, eventsOf(jobs));
    } while (this.#epoch !== committer.epoch);
    committer.check();

    const places: Place[] = [];
    const done: { job: Job; sequences: number[] }[] = [];
    for (const job of jobs) {
      try {
        done.push({ job, sequences: this.#book.place(job.events, places) });
      } catch (error) {
        job.reject(error);
      }
    }
    // What throws here throws in the middle of a chain: a machine without memory for a batch, and nothing else that is known.
    this.#astray = true;
    const steps = this.#writer.pack(places, this.#tip);
    this.#astray = false;
    const forgets = places.findLast(({ event }) => event.type === 'forget');
    if (forgets !== undefined) this.#forgets = forgets.sequence;
    const head = { sequence: this.#book.sequence, hash: hex(this.#tip) };
    this.#prepared.push(head.hash);
    for (const { job } of done) job.onPrepared(head);
    const written = this.#commit({ steps, places, head }).then(
      () => {
        for (const { job, sequences } of done) job.resolve({ sequences, head });
      },
      (error) => {
        for (const { job } of done) job.reject(error);
      },
    );
    this.#flight.add(written);
    void written.then(() => this.#flight.delete(written));
  }

  /** Also of a group in which nothing is new: it is acknowledged after those that it repeats. */
  async #commit({ steps, places, head }: { steps: Step[]; places: Place[]; head: Head }): Promise<void> {
    const book = this.#book;
    await this.#committer!.commit({ community: this.#number, steps });
    book.arrived(places);
    this.#head = head;
    this.#prepared.splice(0, this.#prepared.indexOf(head.hash) + 1);
  }

  #takeJobs(): Job[] {
    let events = 0;
    let jobs = 0;
    while (jobs < this.#jobs.length && events < GROUP) events += this.#jobs[jobs++]!.events.length;
    return this.#jobs.splice(0, jobs);
  }
}

function* eventsOf(jobs: readonly Job[]): Generator<Event> {
  for (const { events } of jobs) yield* events;
}

/** @throws PeerageError `ledger-damaged`. */
function said(row: EntryRow) {
  const said = readEntry(row.content);
  if (said !== undefined) return said;
  throw damaged(row.sequence, 'says nothing that can be read');
}
