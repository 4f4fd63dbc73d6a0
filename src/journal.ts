/**
 * An engine on a ledger: batches that come while others are being written wait, are then tried by the engine
 * (and taken back), written together, and only then taken and acknowledged. So the ledger holds nothing that the
 * engine refuses, and nobody sees what is not durable. What is sure to be taken, as most statements are, need not
 * be tried, and is written while what came before it still is. Snapshots are saved beside that, and never waited
 * for, but before somebody is forgotten.
 */
import { PeerageError } from './error.ts';
import type { Event } from './event.ts';
import type { Appended, Head, Ledger } from './ledger/contract.ts';
import { foreign } from './ledger/refusals.ts';

/** What the journal moves. */
export interface Journaled {
  readonly sequence: number;
  /** Whether all of these are taken, whatever else that is sure comes before them. */
  isSure(events: readonly Event[]): boolean;
  /** For each batch what stands against it after those before; changes nothing. */
  check(batches: readonly (readonly Event[])[]): unknown[];
  take(events: readonly Event[]): void;
  /** Its state, which says where in the ledger it stands. */
  capture(head: Head): ArrayBuffer;
}

export interface JournalOptions {
  readonly snapshotEvery: number;
  readonly onWarning: (warning: PeerageError) => void;
}

interface Job {
  readonly events: readonly Event[];
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

/** Events that were sent to the ledger together, and the head that its chain has once they are in it. */
interface Sent {
  readonly events: readonly Event[];
  head: Head | null;
}

/** Events that are tried together at most, so that one group does not hold up a host for long. */
const GROUP = 16_384;
/** Between two snapshots there is at least one event for so many before. */
const PART = 8;
/** A group that is not under way. */
const LANDED = Promise.resolve();

export class Journal {
  readonly ledger: Ledger;
  readonly #engine: Journaled;
  readonly #options: JournalOptions;
  #jobs: Job[] = [];
  #working: Promise<void> | null = null;
  #saving: Promise<void> | null = null;
  /** Where the engine stands. */
  #head: Head;
  /** The last sequence of which a snapshot was taken, and of which one was tried. */
  #saved: number;
  #tried: number;
  /** The two groups that may be under way, the older one first. */
  #flights: readonly [Promise<void>, Promise<void>] = [LANDED, LANDED];
  /** Groups, in the order in which they were sent, of which it is not known whether they were written. */
  #unknown: Sent[] = [];
  /** Why nothing is written until `recover` has found out about those. */
  #failure: unknown = null;
  #recovering: Promise<void> | null = null;
  #closed = false;

  constructor(ledger: Ledger, engine: Journaled, saved: number, options: JournalOptions) {
    this.ledger = ledger;
    this.#engine = engine;
    this.#head = ledger.head;
    this.#saved = saved;
    this.#tried = saved;
    this.#options = options;
    this.#saveIfDue();
  }

  append(events: readonly Event[]): Promise<Appended> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new PeerageError('ledger-closed', 'is closed; open the ledger again'));
      this.#jobs.push({ events, resolve, reject });
      this.#working ??= this.#work();
    });
  }

  /** Saves a snapshot now. */
  async save(): Promise<void> {
    await this.#saving;
    if (this.#head.sequence !== this.#saved) await this.#save();
  }

  /** Writes again after a failure, and takes what turns out to have been written. */
  recover(): Promise<void> {
    this.#recovering ??= this.#recover().finally(() => {
      this.#recovering = null;
    });
    return this.#recovering;
  }

  async #recover(): Promise<void> {
    await this.#rest();
    await this.ledger.recover();
    if (this.#failure === null) return;
    for (let sent = this.#unknown[0]; sent !== undefined; sent = this.#unknown[0]) {
      if (sent.head !== null && (await this.#holds(sent.head))) {
        this.#engine.take(sent.events);
        this.#head = sent.head;
      }
      this.#unknown.shift();
    }
    if (this.ledger.head.hash !== this.#head.hash) throw foreign(this.ledger.head.sequence);
    this.#checkHead(this.#head);
    this.#failure = null;
  }

  /** Whether the chain of the ledger leads through a head. */
  async #holds({ sequence, hash }: Head): Promise<boolean> {
    if (sequence === 0) return true;
    for await (const [entry] of this.ledger.read(sequence - 1, { to: sequence })) return entry?.hash === hash;
    return false;
  }

  /** Resolves when all that was sent is written or refused. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#rest();
    await this.#saving;
  }

  /** Resolves when nothing is being written. */
  async #rest(): Promise<void> {
    do {
      await this.#working;
      await Promise.all(this.#flights);
    } while (this.#working !== null);
  }

  async #work(): Promise<void> {
    // What is appended in this turn of the event loop goes together.
    await null;
    while (this.#jobs.length > 0) {
      const jobs = this.#takeJobs();
      const sure = jobs.every(({ events }) => this.#engine.isSure(events));
      const [before, last] = this.#flights;
      await before;
      if (!sure) await last;
      const flight = this.#carryOut(jobs, sure).then(() => this.#saveIfDue());
      this.#flights = [last, flight];
      if (!sure) await flight;
    }
    this.#working = null;
  }

  async #carryOut(jobs: readonly Job[], sure: boolean): Promise<void> {
    try {
      if (!sure && jobs.some(forgets)) await this.#saving;
      await this.#write(sure ? jobs : this.#admit(jobs));
    } catch (error) {
      for (const { reject } of jobs) reject(error);
    }
  }

  #takeJobs(): Job[] {
    let events = 0;
    let count = 0;
    while (count < this.#jobs.length && events < GROUP) events += this.#jobs[count++]!.events.length;
    return this.#jobs.splice(0, count);
  }

  /** The jobs that the engine would take; the others are refused. */
  #admit(jobs: readonly Job[]): readonly Job[] {
    const refusals = this.#engine.check(jobs.map(({ events }) => events));
    return jobs.filter(({ reject }, k) => {
      if (refusals[k] === null) return true;
      reject(refusals[k]);
      return false;
    });
  }

  async #write(jobs: readonly Job[]): Promise<void> {
    if (jobs.length === 0) return;
    // Nothing is sent before it is known what those that were under way came to, also where the ledger would take it.
    if (this.#failure !== null) throw this.#failure;
    const events = jobs.length === 1 ? jobs[0]!.events : jobs.flatMap((job) => job.events);
    const sent: Sent = { events, head: null };
    this.#unknown.push(sent);
    let appended: Appended;
    try {
      appended = await this.ledger.append(events, (head) => {
        sent.head = head;
      });
    } catch (error) {
      // What was refused, or not even prepared, is not in the ledger.
      if (sent.head === null) this.#known(sent);
      else this.#failure ??= error;
      if (error instanceof PeerageError && error.index !== undefined) return this.#without(jobs, error);
      throw error;
    }
    // It is in the ledger, but what stands before it may be as well: `recover` takes both, in order.
    if (this.#failure !== null) throw this.#failure;
    this.#known(sent);
    this.#engine.take(events);
    this.#checkHead(appended.head);
    const erasing = jobs.some(forgets);
    const left: unknown = erasing ? await this.ledger.scrub().catch((error) => error) : undefined;
    let from = 0;
    for (const job of jobs) {
      const to = from + job.events.length;
      // It stands, but whoever erases is told only when nothing is left in the files.
      if (left !== undefined && forgets(job)) job.reject(left);
      else job.resolve({ sequences: appended.sequences.slice(from, to), head: appended.head });
      from = to;
    }
  }

  #known(sent: Sent): void {
    const at = this.#unknown.indexOf(sent);
    if (at >= 0) this.#unknown.splice(at, 1);
  }

  /** Refuses the job that the ledger refused, and writes the others. */
  #without(jobs: readonly Job[], error: PeerageError): Promise<void> {
    let index = error.index!;
    const refused = jobs.findIndex(({ events }) => {
      if (index < events.length) return true;
      index -= events.length;
      return false;
    });
    const { code, reason, field, value } = error;
    jobs[refused]!.reject(new PeerageError(code, reason, { index, ...(field && { field }), value }));
    return this.#write(this.#admit(jobs.filter((_, k) => k !== refused)));
  }

  /** The engine and the ledger count the same events. */
  #checkHead(head: Head): void {
    const { sequence } = head;
    this.#head = head;
    if (this.#engine.sequence !== sequence) throw foreign(sequence);
  }

  #saveIfDue(): void {
    // A snapshot is as long as the record: were it not for the second part, events would cost more the more there are.
    const wait = Math.max(this.#options.snapshotEvery, this.#tried / PART);
    const due = this.#engine.sequence - this.#tried >= wait;
    if (due && this.#saving === null) this.#save().catch((error) => this.#options.onWarning(error));
  }

  async #save(): Promise<void> {
    const head = this.#head;
    this.#tried = head.sequence;
    const bytes = new Uint8Array(this.#engine.capture(head));
    const saving = this.ledger.saveSnapshot({ ...head, bytes });
    this.#saving = saving
      .catch(() => undefined)
      .then(() => {
        this.#saving = null;
      });
    await saving;
    this.#saved = head.sequence;
  }
}

function forgets({ events }: Job): boolean {
  return events.some(({ type }) => type === 'forget');
}
