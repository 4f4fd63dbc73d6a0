/**
 * The only mutable object a host holds. It takes events in, whole batches or nothing, keeps their trust up
 * to date, and gives immutable views out; it wires the rooms and holds no mathematics.
 *
 * More than 300 lines, because most of them say what its methods promise.
 */
import { PeerageError, quote } from './error.ts';
import type { Event, EventInput, Milliseconds } from './event.ts';
import { checkId, parseDate, parseEvent } from './event.ts';
import { NONE } from './graph/interner.ts';
import type { AuditOptions } from './insight/audit.ts';
import { auditOf } from './insight/audit.ts';
import type { Audit } from './insight/audited.ts';
import type { Dial, DialOptions } from './insight/dial.ts';
import { dialOf } from './insight/dial.ts';
import { explain } from './insight/explain/explain.ts';
import type { ExplainOptions, Explanation } from './insight/explain/explanation.ts';
import type { Settlement } from './insight/settlement.ts';
import { Journal } from './journal.ts';
import type { Appended, Head, Ledger } from './ledger/contract.ts';
import { Living } from './living.ts';
import type { Movement, MovementOptions } from './movement.ts';
import { Past } from './movement.ts';
import type { Policy, PolicyInput } from './policy.ts';
import { parsePolicy } from './policy.ts';
import { checkDate } from './record/admission.ts';
import { Record } from './record/record.ts';
import { takeAll } from './record/take-all.ts';
import { weigh } from './record/weigh.ts';
import type { Scores } from './scores.ts';
import { scoresOf } from './scores.ts';
import type { Settler } from './settler/task.ts';
import { SnapshotReader } from './snapshot/reader.ts';
import { SnapshotWriter } from './snapshot/writer.ts';
import type { Settled } from './solver/settle.ts';
import { sweep } from './solver/sweep.ts';
import type { View } from './view.ts';
import type { Supposition } from './what-if/supposition.ts';
import { isSupposition, suppose } from './what-if/supposition.ts';
import type { WhatIf, WhatIfOptions } from './what-if/what-if.ts';
import { Trials } from './what-if/what-if.ts';

export interface EngineOptions {
  /** Any part of a policy; the rest are the defaults (preset `classic`). */
  policy?: PolicyInput;
  /** Wanted bound of the published shares (L1), above 0, at most 2; 1e-6 where it is left out. */
  tolerance?: number;
  /** An event dated later than this is refused. */
  notAfter?: Milliseconds | string | Date;
}

/** What a call of `settle` did. */
export interface Settling extends Settled {
  /** Events that are taken into account. */
  readonly sequence: number;
}

export interface OpenOptions {
  /** Wanted bound of the published shares (L1), above 0, at most 2; 1e-6 where it is left out. */
  tolerance?: number;
  /**
   * A snapshot is saved in the background after so many events, from 1, and at least an eighth of those before;
   * 100,000 where it is left out.
   */
  snapshotEvery?: number;
  /**
   * An event that is appended is refused where it is dated later than this, or than what this says then, in epoch
   * milliseconds. What the ledger has is taken, however it is dated.
   */
  notAfter?: EngineOptions['notAfter'] | (() => Milliseconds);
  /** Called with what does not stop the engine: a snapshot that is damaged, or could not be saved. */
  onWarning?: (warning: PeerageError) => void;
}

/** What was taken by one call of `apply`, or acknowledged together by `append`. */
export interface Taken {
  /** Events that have been taken so far. */
  readonly sequence: number;
  /** Contributors who were forgotten by these. */
  readonly forgotten: readonly string[];
}

/** Events whose listeners an engine calls. */
export interface EngineListeners {
  /** After each settle. */
  change: (settling: Settling) => void;
  /** After events were taken, in a microtask of its own. */
  events: (taken: Taken) => void;
}

/** Records that have been read, by the options of the engine that is about to take them over. */
const read = new WeakMap<EngineOptions, Record>();

/** An engine over a record that has been read; from now on it is the engine's. @throws PeerageError `bad-option`. */
export function engineOver(record: Record, tolerance = 1e-6): TrustEngine {
  const options = { tolerance };
  read.set(options, record);
  return new TrustEngine(options);
}

/**
 * Scores a community from its events, as they come.
 * @example
 * const engine = new TrustEngine({ policy: { damping: 0.85 } });
 * engine.apply({ type: 'endorse', source: 'ada', target: 'linus' });
 * engine.scores().of('linus')?.rank; // 1
 */
export class TrustEngine {
  readonly #record: Record;
  readonly #tolerance: number;
  readonly #notAfter: number | null;
  readonly #listeners: { readonly [Name in keyof EngineListeners]: Set<EngineListeners[Name]> } = {
    change: new Set(),
    events: new Set(),
  };
  readonly #past = new Past();
  #trials = new Trials();
  /** Null until scores are asked for: a record that is being loaded, or all weighed again, needs no solver. */
  #living: Living | null = null;
  /** What is left of one that all has to be weighed again for: voices by contributor. */
  #voices: Float64Array | null = null;
  /** The last view, while nothing has changed since. */
  #view: Scores | null = null;
  /** Views of the graph as it is, as long as their hosts hold them. */
  #held: WeakRef<Scores>[] = [];
  /** What is appended goes through it; null for an engine without a ledger. */
  #journal: Journal | null = null;
  /** The latest date of what is appended. */
  #latest: () => Milliseconds = latestOf();

  /** @throws PeerageError `bad-policy`, `bad-option` or `bad-date`. */
  constructor(options: EngineOptions = {}) {
    const { policy, tolerance = 1e-6, notAfter } = options;
    this.#tolerance = checkTolerance(tolerance);
    this.#notAfter = notAfter === undefined ? null : parseDate(notAfter, 'notAfter');
    const known = read.get(options);
    known?.observe();
    this.#record =
      known ??
      new Record({
        observed: true,
        policy: parsePolicy(policy),
        ...(this.#notAfter !== null && { notAfter: this.#notAfter }),
      });
  }

  /**
   * The engine that a snapshot was taken of: it goes on where that one stood, with the same scores, bound
   * and sequence, and the same bits after the same later events. Its tolerance and latest date are the
   * saved ones unless given. What is not saved: listeners, and the views that `since` compares with.
   * Large parts are read where they stand: the engine never writes to the bytes, and the host must not either.
   * @throws PeerageError `bad-snapshot` for bytes that are no snapshot, of another version, cut short or
   * damaged; `bad-option`, `bad-date`.
   */
  static restore(
    snapshot: ArrayBuffer | ArrayBufferView,
    { tolerance, notAfter }: Pick<EngineOptions, 'tolerance' | 'notAfter'> = {},
  ): TrustEngine {
    const from = new SnapshotReader(snapshot);
    const saved = from.numbers('engine', ['tolerance', 'notAfter', 'living']);
    const latest = notAfter ?? (Number.isNaN(saved.notAfter) ? undefined : saved.notAfter);
    const engine = new TrustEngine({
      policy: (from.value('policy') ?? null) as PolicyInput,
      tolerance: tolerance ?? saved.tolerance,
      ...(latest !== undefined && { notAfter: latest }),
    });
    const living = saved.living === 1 ? engine.#alive() : null;
    engine.#record.load(from);
    living?.load(from);
    if (from.has('voices')) engine.#voices = from.array('voices', Float64Array);
    return engine;
  }

  /**
   * The engine of a ledger: restored from its newest snapshot that is sound and of this chain, or from nothing, and
   * then from the entries after it. Its policy is what the ledger's `policy` events say. From now on `append` adds
   * events, and nothing else may write to the ledger; whoever opened that closes it after the engine.
   * @throws PeerageError `bad-option`; `ledger-damaged`, `unreadable` where the entries can not be read.
   * @example
   * const engine = await TrustEngine.open(await store.ledger('gardeners'));
   * await engine.append({ type: 'endorse', source: 'ada', target: 'linus' });
   */
  static async open(
    ledger: Ledger,
    { tolerance = 1e-6, snapshotEvery = 100_000, notAfter, onWarning = () => undefined }: OpenOptions = {},
  ): Promise<TrustEngine> {
    checkTolerance(tolerance);
    const latest = typeof notAfter === 'function' ? notAfter : latestOf(notAfter);
    if (!(typeof snapshotEvery === 'number' && snapshotEvery >= 1)) {
      const reason = `${quote(snapshotEvery)} is refused; expected a number of events from 1`;
      throw new PeerageError('bad-option', reason, { field: 'snapshotEvery', value: snapshotEvery });
    }
    const engine = (await restored(ledger, tolerance, onWarning)) ?? new TrustEngine({ tolerance });
    const saved = engine.sequence;
    for await (const entries of ledger.read(saved, { to: ledger.head.sequence, batch: 10_000 })) {
      for (const { event, sequence } of entries) {
        if (engine.#record.apply(event)) continue;
        throw new PeerageError('ledger-damaged', `entry ${sequence} repeats an earlier one`, {
          value: sequence,
        });
      }
      engine.#absorb();
    }
    const journaled = {
      get sequence() {
        return engine.sequence;
      },
      isSure: (events: readonly Event[]) => engine.#record.isSureToTake(events),
      check: (batches: readonly (readonly Event[])[]) => engine.#check(batches),
      take: (events: readonly Event[]) => engine.#take(events),
      capture: (head: Head) => engine.#capture(head),
    };
    engine.#latest = latest;
    engine.#journal = new Journal(ledger, journaled, saved, { snapshotEvery, onWarning });
    return engine;
  }

  /**
   * Takes one event or a batch, all or nothing, and writes it to the ledger first: when this resolves it is durable,
   * and the scores know it. Batches that come together are written together. An event whose id is known with the
   * same content has the sequence of the earlier one.
   * @throws PeerageError as `apply` does, and then nothing was written; `ledger-full`, `ledger-failed` where it could
   * not be written or it is not known whether it was: reads go on, and `recover` tries again.
   */
  append(events: EventInput | Iterable<EventInput>): Promise<Appended> {
    return new Promise((resolve) => resolve(this.#opened().append(parseAll(events, this.#latest()))));
  }

  /**
   * Forgets a contributor and takes the name from the ledger, its snapshots and the free space of its file.
   * @throws PeerageError `unknown-contributor`, and what `append` throws.
   */
  erase(contributor: string): Promise<Appended> {
    return this.append({ type: 'forget', contributor });
  }

  /** Saves a snapshot to the ledger now. @throws PeerageError where it can not be written. */
  save(): Promise<void> {
    return new Promise((resolve) => resolve(this.#opened().save()));
  }

  /** Writes again after a failure, once its cause is gone. @throws PeerageError where it is not. */
  recover(): Promise<void> {
    return new Promise((resolve) => resolve(this.#opened().recover()));
  }

  /** Waits for what was appended, and takes no more. */
  close(): Promise<void> {
    return new Promise((resolve) => resolve(this.#opened().close()));
  }

  /** Where the ledger stands that this engine was opened on. */
  get head(): Head {
    return this.#opened().ledger.head;
  }

  /**
   * All that the engine is, in one buffer: the record, the graph, and the trust as far as it is settled.
   * Little-endian, versioned and checksummed; made to be read by `restore` of the same version of the
   * format. O(record) time and memory; the engine stays as it is.
   */
  snapshot(): ArrayBuffer {
    return this.#capture(null);
  }

  #capture(head: Head | null): ArrayBuffer {
    const to = new SnapshotWriter();
    if (head !== null) to.value('ledger', head);
    to.value('engine', {
      tolerance: this.#tolerance,
      notAfter: this.#notAfter ?? Number.NaN,
      living: this.#living === null ? 0 : 1,
    });
    to.value('policy', this.#record.policy);
    this.#record.save(to);
    this.#living?.save(to);
    if (this.#voices !== null) to.array('voices', Float64Array, this.#voices);
    return to.finish();
  }

  /**
   * Takes one event or a batch, all or nothing, and returns the sequence. An event whose id is known with
   * the same content counts once. O(1) an event, but for a policy, `forget`, the first and the last
   * credential, and `advance` under a reserve with a half-life, after which all is weighed again.
   * @throws PeerageError with a stable `code`, the index in the batch, the field and the value.
   */
  apply(events: EventInput | Iterable<EventInput>): number {
    if (this.#journal !== null) {
      throw new PeerageError(
        'use-append',
        'is refused by an engine that is open on a ledger; expected `append`',
        {
          field: 'apply',
        },
      );
    }
    const record = this.#record;
    // Most engines have nobody who listens to that.
    const forgotten: string[] | null = this.#listeners.events.size > 0 ? [] : null;
    const parse = (input: EventInput): Event => {
      const event = parseEvent(input);
      if (event.type === 'forget') forgotten?.push(event.contributor);
      return event;
    };
    if (isBatch(events)) record.batch(() => takeAll(record, events, parse));
    else record.apply(parse(events));
    this.#absorb();
    if (forgotten !== null) this.#tell(forgotten);
    return record.sequence;
  }

  /**
   * Who would move, and by how much, if these events were applied now, or if what is supposed held; certified,
   * and without changing the engine. On a settled engine a change of single statements or credentials costs
   * what it moves, after one look at all contributors for each state of the engine. A policy, `forget` and what
   * else weighs everything again cost that here too.
   * @throws PeerageError for what does not apply, as `apply` would; `bad-option`; `unknown-issuer`.
   * @example
   * engine.whatIf({ type: 'endorse', source: 'ada', target: 'linus' }).moves;
   * engine.whatIf({ without: 'ada' }).total;
   */
  whatIf(
    change: EventInput | Iterable<EventInput> | Supposition,
    { tolerance = this.#tolerance, threshold, top }: WhatIfOptions = {},
  ): WhatIf {
    checkTolerance(tolerance);
    checkCount(threshold, 'threshold', 'a share from 0');
    checkCount(top, 'top', 'a number from 0');
    const record = this.#record;
    const subject = { record, living: this.#living, voices: this.#voices };
    const imagine = () => {
      if (isSupposition(change)) suppose(record, change);
      else if (isBatch(change)) takeAll(record, change);
      else record.apply(parseEvent(change));
    };
    return this.#trials.whatIf(subject, imagine, {
      tolerance,
      ...(threshold !== undefined && { threshold }),
      ...(top !== undefined && { top: Math.floor(top) }),
    });
  }

  /**
   * Delivers what is pending until the certified bound is at most `tolerance` (the engine's unless given),
   * or `budget` edge visits are spent, and says which.
   * @throws PeerageError `bad-option`.
   */
  settle({ tolerance = this.#tolerance, budget }: { tolerance?: number; budget?: number } = {}): Settling {
    checkTolerance(tolerance);
    if (budget !== undefined && !(typeof budget === 'number' && budget >= 0)) {
      const reason = `${quote(budget)} is not a budget; expected edge visits, 0 or more`;
      throw new PeerageError('bad-option', reason, { field: 'budget', value: budget });
    }
    const { solver } = this.#alive();
    const settled = solver.settle({ tolerance, ...(budget !== undefined && { budget }) });
    // A refresh of what all rows share visits no edge.
    if (settled.edgeVisits > 0 || settled.bound !== this.#view?.bound) this.#view = null;
    const settling = { ...settled, sequence: this.#record.sequence };
    for (const listener of this.#listeners.change) listener(settling);
    return settling;
  }

  /**
   * The scores as of now. They are settled to the engine's tolerance first, unless `settle` is false: then
   * they are as they stand, with the bound they have.
   */
  scores({ settle = true }: { settle?: boolean } = {}): Scores {
    const { solver } = this.#alive();
    if (settle && solver.bound > this.#tolerance) this.settle();
    if (this.#view === null) {
      const { contributors, policy, sequence } = this.#record;
      this.#view = this.#alive().view({ contributors, policy, sequence });
      this.#held.push(new WeakRef(this.#view));
      this.#past.keep(this.#view);
    }
    return this.#view;
  }

  /**
   * The scores as of now, settled by somebody else, such as a thread, while this engine takes events; then it goes on
   * from where that one arrived. O(order + edges) here, for copies, and no solving. Threads leave the processor to
   * others now and then where there are few, unless `hurried`.
   * @throws PeerageError `bad-option`; what the settler rejects with, and then nothing has changed.
   */
  async scoresBy(
    settler: Settler,
    { tolerance = this.#tolerance, hurried = false }: { tolerance?: number; hurried?: boolean } = {},
  ): Promise<Scores> {
    checkTolerance(tolerance);
    for (;;) {
      const { contributors, policy, sequence } = this.#record;
      const { erasures } = contributors;
      const of = { contributors, policy, sequence };
      const { scores, edgeVisits } = await this.#alive().viewBy(settler, { tolerance, hurried }, of);
      // Whoever was forgotten meanwhile is in none that are given out after.
      if (contributors.erasures !== erasures) continue;
      this.#view = null;
      this.#past.keep(scores);
      const { bound } = scores;
      const reason = bound <= tolerance ? 'tolerance' : 'rounding';
      for (const listener of this.#listeners.change) listener({ bound, edgeVisits, reason, sequence });
      return scores;
    }
  }

  /**
   * The scores computed from nothing, in canonical order: the same bits for the same events, however they
   * came, and the same as `scoreDataset` gives for them. (Where a policy has a reserve and a half-life, if the
   * last `advance` is at the newest date: that is where a dataset measures the reserve.)
   */
  canonical({ tolerance = 1e-9 }: { tolerance?: number } = {}): Scores {
    checkTolerance(tolerance);
    const { contributors, policy, sequence, time } = this.#record;
    const columns = weigh(this.#record, policy, time);
    return scoresOf(columns, sweep(columns, policy, { tolerance }), { contributors, policy, sequence });
  }

  /**
   * Who moved by more than `threshold` since the view of an earlier sequence, the farthest first. The last
   * 8 views that `scores` handed out are kept.
   * @throws PeerageError `unknown-sequence` for one that is to come or is no longer kept.
   */
  since(sequence: number, options: MovementOptions = {}): Movement[] {
    return this.#past.since(sequence, this.scores(), options);
  }

  /**
   * Trust as one contributor sees it: the scores if the viewer held the only credential, certified to the
   * engine's tolerance unless given. Costs what the viewer's neighbourhood costs, where that is small.
   * @throws PeerageError `unknown-contributor`, `bad-option`.
   */
  from(viewer: string, { tolerance = this.#tolerance }: { tolerance?: number } = {}): View {
    checkTolerance(tolerance);
    const contributor = this.#record.contributors.findText(checkId(viewer, 'viewer'));
    if (contributor === NONE) {
      const reason = `${quote(viewer)} is not a contributor of this record`;
      throw new PeerageError('unknown-contributor', reason, { field: 'viewer', value: viewer });
    }
    return this.#alive().viewOf(viewer, contributor, tolerance);
  }

  /**
   * Why a contributor has the trust it has, once settled: its mass taken apart, by who endorsed it last unless
   * told otherwise, with what was said and what objections cost. Parts and others add up to the mass.
   * @throws PeerageError `unknown-contributor` with the nearest ids, `bad-id`, `bad-option`.
   */
  explain(contributor: string, options: ExplainOptions = {}): Explanation {
    return explain(this.#settlement(), checkId(contributor, 'contributor'), options);
  }

  /**
   * Who holds trust and through whom it flows: concentration, the waist, who issues, groups beside their
   * bound, and what of that is worth saying. Settles first. The same state and seed give the same audit;
   * an engine that came to its state another way may differ in walks that hang on less than the bound.
   * @throws PeerageError `bad-option`, `unknown-contributor`.
   * @example
   * const { waist, findings } = engine.audit({ walks: 20_000, seed: 1 });
   */
  audit(options?: AuditOptions): Audit {
    return auditOf(this.#settlement(), options);
  }

  /**
   * The same community under other settings: waist, survival, concentration, agreement with today and the
   * bound of named groups for each balance, and on request for other dampings and caps. Changes nothing.
   * @throws PeerageError `bad-option`, `unknown-contributor`.
   * @example
   * engine.dial({ balances: [1, 0.5, 0.2] }).points[2].survive10;
   */
  dial(options?: DialOptions): Dial {
    return dialOf(this.#settlement(), this.policy, options);
  }

  /**
   * Calls `listener` after each settle (`change`), or after events were taken (`events`); returns how to stop that.
   * @throws PeerageError `bad-option`.
   */
  on<Name extends keyof EngineListeners>(name: Name, listener: EngineListeners[Name]): () => void {
    if (!Object.hasOwn(this.#listeners, name)) {
      const reason = `${quote(name)} is not an event of the engine; expected "change" or "events"`;
      throw new PeerageError('bad-option', reason, { value: name });
    }
    const listeners = this.#listeners[name];
    // A function of its own, so that the same listener can be added twice and taken away once.
    const call = ((told: never) => listener(told)) as EngineListeners[Name];
    listeners.add(call);
    return () => void listeners.delete(call);
  }

  /** Proven L1 distance of the shares, as they stand, from the exact ones; 0..2. */
  get bound(): number {
    return this.#alive().solver.bound;
  }

  /** Contributors. */
  get order(): number {
    return this.#record.order;
  }

  /** Endorsed pairs of different contributors. */
  get size(): number {
    return this.#alive().graph.size;
  }

  /** Events taken so far. */
  get sequence(): number {
    return this.#record.sequence;
  }

  /** The policy in force. */
  get policy(): Policy {
    return this.#record.policy;
  }

  /** Live endorsements. */
  get endorsements(): number {
    return this.#record.endorsements;
  }

  /** Live objections. */
  get objections(): number {
    return this.#record.objections;
  }

  #opened(): Journal {
    if (this.#journal !== null) return this.#journal;
    throw new PeerageError('no-ledger', 'this engine has no ledger; expected one of `TrustEngine.open`');
  }

  /** What stands against each batch after those before it; the engine stays as it is. */
  #check(batches: readonly (readonly Event[])[]): unknown[] {
    const record = this.#record;
    const refusals = batches.map((): unknown => null);
    const tryEach = () => {
      for (const [k, batch] of batches.entries()) {
        try {
          record.batch(() => takeAll(record, batch, (event) => event));
        } catch (error) {
          refusals[k] = error;
        }
      }
    };
    record.imagine(tryEach, () => undefined);
    return refusals;
  }

  #take(events: readonly Event[]): void {
    takeAll(this.#record, events, (event) => event);
    this.#absorb();
    if (this.#listeners.events.size === 0) return;
    this.#tell(events.flatMap((event) => (event.type === 'forget' ? [event.contributor] : [])));
  }

  /** In a microtask, so that what a listener throws comes to the host, and not in the way of what was taken. */
  #tell(forgotten: readonly string[]): void {
    const taken: Taken = { sequence: this.#record.sequence, forgotten };
    for (const listener of this.#listeners.events) queueMicrotask(() => listener(taken));
  }

  /** Settled, as insight reads it. */
  #settlement(): Settlement {
    return this.#alive().settlement(this.scores());
  }

  #alive(): Living {
    this.#living ??= new Living(this.#record, this.#voices);
    this.#voices = null;
    return this.#living;
  }

  /** Brings the solver up to date with what the record went through. */
  #absorb(): void {
    const changes = this.#record.changes!;
    this.#record.changes = [];
    this.#view = null;
    if (this.#living === null) return;
    // Views that somebody still holds measure what they left for later before the graph moves.
    for (const view of this.#held) view.deref()?.complete();
    this.#held = [];
    if (this.#living.absorb(changes)) return;
    this.#voices = this.#living.voices();
    this.#living = null;
    this.#trials = new Trials();
  }
}

function isBatch(events: unknown): events is Iterable<EventInput> {
  return typeof events === 'object' && events !== null && Symbol.iterator in events;
}

/** What says the latest date: one that is given, or the end of time. @throws PeerageError `bad-date`. */
function latestOf(notAfter?: EngineOptions['notAfter']): () => Milliseconds {
  const latest = notAfter === undefined ? Number.POSITIVE_INFINITY : parseDate(notAfter, 'notAfter');
  return () => latest;
}

/** Events as they are taken. @throws PeerageError with the index in a batch. */
function parseAll(events: EventInput | Iterable<EventInput>, notAfter: Milliseconds): Event[] {
  const parse = (input: EventInput) => {
    const event = parseEvent(input);
    checkDate(event.at ?? Number.NaN, notAfter);
    return event;
  };
  if (!isBatch(events)) return [parse(events)];
  const parsed: Event[] = [];
  for (const event of events) {
    try {
      parsed.push(parse(event));
    } catch (error) {
      throw error instanceof PeerageError ? error.at({ index: parsed.length }) : error;
    }
  }
  return parsed;
}

/** The engine of the newest snapshot that is sound and of this chain; each that is not is warned of. */
async function restored(
  ledger: Ledger,
  tolerance: number,
  onWarning: (warning: PeerageError) => void,
): Promise<TrustEngine | undefined> {
  for await (const { sequence, hash, bytes } of ledger.snapshots()) {
    const passOver = (why: string) =>
      onWarning(new PeerageError('bad-snapshot', `the snapshot at ${sequence} ${why}; it is passed over`));
    let engine: TrustEngine;
    let within: string | undefined;
    try {
      ({ hash: within } = Object(new SnapshotReader(bytes).value('ledger')) as Partial<Head>);
      engine = TrustEngine.restore(bytes, { tolerance });
    } catch (error) {
      // Whatever is refused in it, such as a policy: the ledger has it too.
      if (!(error instanceof PeerageError)) throw error;
      passOver(error.reason);
      continue;
    }
    let inChain: string | undefined;
    for await (const [entry] of ledger.read(sequence - 1, { to: sequence })) inChain = entry?.hash;
    if (engine.sequence === sequence && within === hash && hash === inChain) return engine;
    passOver('is not of this chain');
  }
  return undefined;
}

function checkCount(value: number | undefined, field: string, expected: string): void {
  if (value === undefined || (typeof value === 'number' && value >= 0)) return;
  const reason = `${quote(value)} is refused; expected ${expected}`;
  throw new PeerageError('bad-option', reason, { field, value });
}

/** @throws PeerageError `bad-option`. */
export function checkTolerance(tolerance: number): number {
  if (typeof tolerance === 'number' && tolerance > 0 && tolerance <= 2) return tolerance;
  const reason = `${quote(tolerance)} is not a tolerance; expected a number above 0, at most 2`;
  throw new PeerageError('bad-option', reason, { field: 'tolerance', value: tolerance });
}
