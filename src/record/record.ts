/**
 * The contributor record: every endorsement, objection and credential, as of a sequence. It is what the
 * ledger's events add up to before any policy weighs them, and all that is needed to weigh them again
 * under another. Readers and the engine put events in through `Sink`. A refused event changes nothing,
 * and `batch` makes the same true of many.
 *
 * Some 200 lines over 300: taking an event in, checking it and taking it back are one invariant.
 */
import { PeerageError, quote } from '../error.ts';
import type {
  Batch,
  Bulk,
  Candidate,
  Event,
  Forget,
  Grant,
  Milliseconds,
  Row,
  Sink,
  Statement,
  Verdict,
  Withdrawal,
} from '../event.ts';
import { Interner, NONE } from '../graph/interner.ts';
import type { Policy } from '../policy.ts';
import { parsePolicy, presets } from '../policy.ts';
import type { SnapshotReader } from '../snapshot/reader.ts';
import type { SnapshotWriter } from '../snapshot/writer.ts';
import type { AdmissionOptions } from './admission.ts';
import { Admission, unfit } from './admission.ts';
import { Column } from './column.ts';
import { EventIds, Meaning } from './ids.ts';
import { Kinds } from './kinds.ts';
import { rowOf } from './row.ts';
import { Credentials, Statements } from './statements.ts';
import { Touching } from './touching.ts';

/** Events that add no entry. */
type Other = Exclude<Event, Statement | Grant>;

/** What an event did to the record, for whoever keeps something up to date with it. */
export interface Change {
  /** A statement or credential that was added or taken back; or something that touches everything. */
  readonly type: 'said' | 'unsaid' | 'granted' | 'revoked' | 'advanced' | 'everything';
  /** Its place among the statements or credentials. */
  readonly entry: number;
}

export interface RecordOptions extends AdmissionOptions {
  /** Keeps `changes`. */
  observed?: boolean;
  policy?: Policy;
  /** The policy holds for the whole record: policy events are counted and otherwise passed over. */
  policyFixed?: boolean;
}

const encoder = new TextEncoder();
/** Bytes of ids up to which there is room for those of any batch. */
const PLENTY = 0x8000_0000;
/** Ends a batch that is imagined. */
const IMAGINED = Symbol('imagined');

export class Record implements Sink {
  readonly contributors = new Interner();
  readonly kinds = new Kinds();
  readonly statements = new Statements();
  readonly credentials = new Credentials();
  /** What happened since they were last taken away; null unless the record is observed. */
  changes: Change[] | null;

  /** What every event since the last in-place change adds up to; restored when a batch fails. */
  readonly #counts = {
    sequence: 0,
    endorsements: 0,
    objections: 0,
    inForce: 0,
    forgotten: 0,
    policy: presets.classic,
    time: Number.NaN,
    newest: Number.NaN,
    advanced: false,
    /** Whether the policy is that of an event. */
    declared: false,
  };
  /** 1 for a contributor that was forgotten: its index stays taken. */
  readonly #forgotten = new Column(Uint8Array, 0);
  readonly #ids = new EventIds();
  readonly #admission: Admission;
  #policyFixed: boolean;
  /** How to take back what a batch changed in place; null outside a batch. */
  #undo: (() => void)[] | null = null;
  /** Null outside a batch. */
  #touching: Touching | null = null;

  constructor(options: RecordOptions = {}) {
    this.#admission = new Admission(options, this.contributors);
    this.changes = options.observed ? [] : null;
    this.#counts.policy = options.policy ?? presets.classic;
    this.#policyFixed = options.policyFixed ?? false;
  }

  /** Contributors: all that were mentioned and not forgotten. */
  get order(): number {
    return this.contributors.length - this.#counts.forgotten;
  }

  /** Events taken so far, those that a filter left out included. */
  get sequence(): number {
    return this.#counts.sequence;
  }

  /** Live endorsements and objections, those of oneself included. */
  get endorsements(): number {
    return this.#counts.endorsements;
  }

  get objections(): number {
    return this.#counts.objections;
  }

  /** Credentials in force. */
  get credentialsInForce(): number {
    return this.#counts.inForce;
  }

  get policy(): Policy {
    return this.#counts.policy;
  }

  /** The policy that an event of the record declares; null where none does, or another one holds. */
  get declared(): Policy | null {
    return this.#counts.declared ? this.policy : null;
  }

  /** The id of an event, by its index. */
  eventId(index: number): string {
    return this.#ids.text(index);
  }

  /** The ids of events, by their index. */
  eventIds(): { arena: Uint8Array; ends: Uint32Array } {
    return this.#ids.texts();
  }

  /** Where a reserve is measured: the last `advance`; before any, the first date of a statement, or NaN. */
  get time(): Milliseconds {
    return this.#counts.time;
  }

  /** The newest date taken; NaN before any. */
  get newest(): Milliseconds {
    return this.#counts.newest;
  }

  /** False for a contributor that was forgotten. */
  present(contributor: number): boolean {
    return this.#forgotten.get(contributor) === 0;
  }

  /**
   * What was read stays as it is, and from now on it is lived with: changes are kept, policy events take
   * effect, no event comes too late, and a reserve is measured at the newest date, as a dataset's is.
   */
  observe(): void {
    this.changes ??= [];
    this.#policyFixed = false;
    this.#admission.open();
    this.#counts.time = this.newest;
  }

  /** Runs `change` whole or not at all: if it throws, the record is as it was before. May be part of another. */
  batch(change: () => void): void {
    const contributors = this.contributors.length;
    const statements = this.statements.length;
    const credentials = this.credentials.length;
    const ids = this.#ids.length;
    const kinds = this.kinds.length;
    const counts = { ...this.#counts };
    const changes = this.changes?.length ?? 0;
    const { newestRead } = this.#admission;
    const [outer, touching] = [this.#undo, this.#touching];
    const undo: (() => void)[] = [];
    this.#undo = undo;
    this.#touching = new Touching(this.statements);
    try {
      change();
      if (outer !== null) for (const back of undo) outer.push(back);
    } catch (error) {
      while (undo.length > 0) undo.pop()!();
      this.statements.truncate(statements);
      this.credentials.truncate(credentials);
      this.contributors.truncate(contributors);
      this.#forgotten.truncate(contributors);
      this.#ids.truncate(ids);
      this.kinds.truncate(kinds);
      Object.assign(this.#counts, counts);
      if (this.changes !== null) this.changes.length = changes;
      this.#admission.newestRead = newestRead;
      throw error;
    } finally {
      this.#undo = outer;
      this.#touching = touching;
    }
  }

  /** What `look` finds of the record as `change` would leave it. The record is as it was, whatever happens. */
  imagine<T>(change: () => void, look: () => T): T {
    if (this.#undo !== null) {
      const reason = 'cannot be asked while a batch is being applied; ask before or after';
      throw new PeerageError('bad-option', reason, { field: 'whatIf' });
    }
    const found: T[] = [];
    try {
      this.batch(() => {
        change();
        found.push(look());
        throw IMAGINED;
      });
    } catch (error) {
      if (error !== IMAGINED) throw error;
    }
    return found[0]!;
  }

  /**
   * Revokes all credentials of an issuer, those without an id too: part of a batch that is imagined, and no
   * event of its own.
   * @throws PeerageError `unknown-issuer` where none of them is in force.
   */
  revokeAll(issuer: string): void {
    const { dead, issuer: issuers } = this.credentials;
    let revoked = 0;
    for (let entry = 0; entry < issuers.length; entry++) {
      if (issuers[entry] !== issuer || dead.get(entry) === 1) continue;
      this.#bury(dead, entry);
      this.#counts.inForce--;
      this.changes?.push({ type: 'revoked', entry });
      revoked++;
    }
    if (revoked > 0) return;
    const reason = `no credential in force was granted by ${quote(issuer)}`;
    throw new PeerageError('unknown-issuer', reason, { field: 'issuer', value: issuer });
  }

  /**
   * Whether all of these are statements that will be taken whatever statements come before them: of kinds that are
   * known, without ids that may be, while nothing asks about their dates or accounts. They need not be tried.
   */
  isSureToTake(events: readonly Event[]): boolean {
    const { policy, kinds } = this;
    const { selective, looksAtDates } = this.#admission;
    if (selective || looksAtDates || this.contributors.bytes > PLENTY) return false;
    return events.every(
      (event) =>
        (event.type === 'endorse' || event.type === 'object') &&
        event.id === undefined &&
        // A ledger refuses texts that stand for what was erased, which begin so.
        event.source[0] !== '\0' &&
        event.target[0] !== '\0' &&
        kinds.has(event.kind) &&
        unfit(policy, event.kind, event.at ?? Number.NaN) === null,
    );
  }

  /** Gives up what was said, once it is weighed and nothing more will be asked but counts and names. */
  release(): void {
    this.statements.truncate(0);
  }

  /** Saves all but the policy and what is asked of events. @throws PeerageError `bad-snapshot`. */
  save(to: SnapshotWriter): void {
    if (this.#undo !== null) {
      const reason = 'cannot be taken while a batch is being applied; take it before or after';
      throw new PeerageError('bad-snapshot', reason, { field: 'snapshot' });
    }
    const { policy: _, advanced, declared, ...counts } = this.#counts;
    to.value('record', { ...counts, advanced: advanced ? 1 : 0, declared: declared ? 1 : 0 });
    this.kinds.save(to);
    this.contributors.save(to, 'contributors');
    this.#forgotten.save(to, 'forgotten');
    this.statements.save(to);
    this.credentials.save(to);
    this.#ids.save(to);
  }

  /** Takes over what was saved; the policy is the one that this record was made with. */
  load(from: SnapshotReader): void {
    const counts = [
      'sequence',
      'endorsements',
      'objections',
      'inForce',
      'forgotten',
      'time',
      'newest',
    ] as const;
    const { advanced, declared, ...rest } = from.numbers('record', [...counts, 'advanced', 'declared']);
    Object.assign(this.#counts, rest, { advanced: advanced === 1, declared: declared === 1 });
    this.kinds.load(from);
    this.contributors.load(from, 'contributors');
    this.#forgotten.load(from, 'forgotten');
    from.check(this.#forgotten.length === this.contributors.length, 'forgotten is of another length');
    this.statements.load(from);
    this.credentials.load(from);
    this.#ids.load(from);
  }

  /** @inheritdoc */
  row(row: Row): boolean {
    const { weight, kind, at, id } = row;
    this.#admission.checkDate(at);
    if (this.#admission.needsDates && Number.isNaN(at)) {
      throw new PeerageError('missing-date', 'is missing; "until" a date needs one on every line', {
        field: 'at',
      });
    }
    if (this.#admission.isAfter(this.sequence, at)) return false;
    const leftOut = this.#admission.leavesOut(row);
    const error = leftOut ? null : unfit(this.policy, kind, at);
    if (error !== null) throw error;
    if (id !== undefined && this.#known(id, (known) => this.#sameRow(known, row))) return false;
    const kindIndex = leftOut ? NONE : this.kinds.number(kind);
    this.#count(at);
    if (leftOut) return this.#leaveOut(id);
    if (Number.isNaN(this.time) && !Number.isNaN(at)) {
      this.#counts.time = at;
      this.changes?.push({ type: 'advanced', entry: 0 });
    }
    const source = this.#mention(row.buffer, row.sourceFrom, row.sourceTo);
    const target = this.#mention(row.buffer, row.targetFrom, row.targetTo);
    const idIndex = id === undefined ? NONE : this.#ids.add(id, Meaning.statement, this.statements.length);
    this.changes?.push({ type: 'said', entry: this.statements.length });
    this.statements.push(source, target, weight, kindIndex, at, idIndex);
    if (weight > 0) this.#counts.endorsements++;
    else this.#counts.objections++;
    return true;
  }

  /** @inheritdoc */
  bulk(): Bulk | null {
    const { policy } = this;
    const admission = this.#admission;
    if (this.changes !== null || admission.looksAtDates) return null;
    return {
      selective: admission.selective,
      dated: policy.halfLife !== null || admission.needsDates,
      fits: (kind) =>
        admission.leavesOutKind(kind) || (this.kinds.hasRoom(kind) && unfit(policy, kind, 0) === null),
      sift: (candidate) => this.#sift(candidate),
      mention: (bytes, count, mentions) => {
        this.contributors.internAll(bytes, count, mentions);
        this.#forgotten.extend(this.contributors.length);
      },
      numbers: (source, target, count) => {
        const slow = this.contributors.internNumbers(source, target, count);
        this.#forgotten.extend(this.contributors.length);
        return slow;
      },
      say: (batch) => this.#say(batch),
    };
  }

  /** What `row` does before it takes a statement, those that are kept but not said yet counted in. */
  #sift(candidate: Candidate): Verdict {
    const { buffer, known, kind, at, idFrom, idTo, before } = candidate;
    const admission = this.#admission;
    if (admission.isAfter(this.sequence + before, at)) return 'drop';
    const leftOut = known ? admission.leavesOutKind(kind) : admission.leavesOut(candidate);
    const named = idTo > idFrom;
    if (named && this.#ids.findBytes(buffer, idFrom, idTo) !== NONE) return 'row';
    const add = (meaning: number, entry: number) => this.#ids.addBytes(buffer, idFrom, idTo, meaning, entry);
    if (leftOut) {
      this.#count(at);
      if (named) add(Meaning.leftOut, 0);
      return 'drop';
    }
    candidate.id = named ? add(Meaning.statement, this.statements.length + before) : NONE;
    return 'keep';
  }

  #say(batch: Batch): void {
    const { count, weight, at } = batch;
    if (count === 0) return;
    this.statements.append(batch, this.kinds.numbers(batch));
    this.#counts.sequence += count;
    let objections = 0;
    if (weight !== null) for (let k = 0; k < count; k++) if (weight[k]! < 0) objections++;
    this.#counts.objections += objections;
    this.#counts.endorsements += count - objections;
    if (at === null) return;
    let { newest, time } = this.#counts;
    for (let k = 0; k < count; k++) {
      const date = at[k]!;
      if (Number.isNaN(date)) continue;
      if (Number.isNaN(time)) time = date;
      if (!(newest >= date)) newest = date;
    }
    this.#counts.newest = newest;
    this.#counts.time = time;
  }

  /** @inheritdoc */
  apply(event: Event): boolean {
    switch (event.type) {
      case 'endorse':
      case 'object':
        return this.row(rowOf(event));
      case 'grant':
        return this.#grant(event);
      default:
        return this.#other(event);
    }
  }

  #setPolicy(policy: Policy): void {
    const { kind, at, dead } = this.statements;
    for (let entry = 0; entry < this.statements.length; entry++) {
      if (dead.get(entry) === 1) continue;
      const error = unfit(policy, this.kinds.names[kind.get(entry)]!, at.get(entry));
      if (error === null) continue;
      const why = `does not fit the record, which holds a statement that it refuses: ${error.field} ${error.reason}`;
      throw new PeerageError(error.code, why, { field: 'policy' });
    }
    this.#counts.policy = policy;
    this.#counts.declared = true;
    this.changes?.push({ type: 'everything', entry: 0 });
  }

  #advance(at: Milliseconds): void {
    if (this.#counts.advanced && at < this.time) {
      const reason = `${new Date(at).toISOString()} is before ${new Date(this.time).toISOString()}, where the record stands`;
      throw new PeerageError('bad-date', reason, { field: 'at', value: at });
    }
    this.#counts.time = at;
    this.#counts.advanced = true;
    this.changes?.push({ type: 'advanced', entry: 0 });
  }

  /** Counts one event. */
  #count(at: Milliseconds): void {
    this.#counts.sequence++;
    if (!(this.newest >= at) && !Number.isNaN(at)) this.#counts.newest = at;
  }

  /** Takes an event without keeping what it says. */
  #leaveOut(id: string | undefined): true {
    if (id !== undefined) this.#ids.add(id, Meaning.leftOut, 0);
    return true;
  }

  /** True if the id is known and stands for the same content; throws if it stands for another. */
  #known(id: string, same: (known: number) => boolean): boolean {
    const known = this.#ids.find(id);
    if (known === NONE) return false;
    if (this.#ids.meaning(known) === Meaning.leftOut || same(known)) return true;
    throw new PeerageError('id-conflict', `${quote(id)} was used before for an event with other content`, {
      field: 'id',
      value: id,
    });
  }

  #sameRow(known: number, row: Row): boolean {
    if (this.#ids.meaning(known) !== Meaning.statement) return false;
    const entry = this.#ids.entry(known);
    const { source, target, weight, kind, at } = this.statements;
    return (
      source.get(entry) === this.contributors.find(row.buffer, row.sourceFrom, row.sourceTo) &&
      target.get(entry) === this.contributors.find(row.buffer, row.targetFrom, row.targetTo) &&
      weight.get(entry) === row.weight &&
      this.kinds.names[kind.get(entry)] === row.kind &&
      Object.is(at.get(entry), row.at)
    );
  }

  #sameGrant(known: number, { target, weight, issuer, at = Number.NaN }: Grant): boolean {
    if (this.#ids.meaning(known) !== Meaning.credential) return false;
    const entry = this.#ids.entry(known);
    const { credentials } = this;
    return (
      credentials.holder.get(entry) === this.contributors.findText(target) &&
      credentials.weight.get(entry) === weight &&
      credentials.issuer[entry] === issuer &&
      Object.is(credentials.at.get(entry), at)
    );
  }

  #mention(buffer: Uint8Array, from: number, to: number): number {
    const before = this.contributors.length;
    const index = this.contributors.intern(buffer, from, to);
    if (index === before) this.#forgotten.extend(before + 1);
    return index;
  }

  #grant(event: Grant): boolean {
    const { target, weight, issuer, id, at = Number.NaN } = event;
    this.#admission.checkDate(at);
    // A credential without a date was always in force.
    const from = Number.isNaN(at) ? Number.NEGATIVE_INFINITY : at;
    if (this.#admission.isAfter(this.sequence, from)) return false;
    if (id !== undefined && this.#known(id, (known) => this.#sameGrant(known, event))) return false;
    this.#count(at);
    const bytes = encoder.encode(target);
    if (this.#admission.isExcluded(bytes, 0, bytes.length)) return this.#leaveOut(id);
    const holder = this.#mention(bytes, 0, bytes.length);
    const idIndex = id === undefined ? NONE : this.#ids.add(id, Meaning.credential, this.credentials.length);
    this.changes?.push({ type: 'granted', entry: this.credentials.length });
    this.credentials.push(holder, weight, issuer, at, idIndex);
    this.#counts.inForce++;
    return true;
  }

  /** An event that adds no entry: looked up by its id, carried out, then counted. */
  #other(event: Other): boolean {
    const { type, id, at = Number.NaN } = event;
    const said = `${type} ${at} ${this.#contentOf(event)}`;
    this.#admission.checkDate(at);
    if (this.#admission.isAfter(this.sequence, at)) return false;
    const same = (known: number) => this.#ids.content(known) === said && !this.#isOfSomebody(event);
    if (id !== undefined && this.#known(id, same)) return false;
    this.#carryOut(event);
    this.#count(at);
    if (id !== undefined) this.#ids.addOther(id, said);
    return true;
  }

  /** What is kept of such an event to know it again, which is nothing that may have to be forgotten. */
  #contentOf(event: Other): string {
    switch (event.type) {
      case 'retract':
      case 'revoke':
        return String(this.#ids.find(event.of));
      case 'policy':
        return JSON.stringify(parsePolicyEvent(event.policy));
      case 'advance':
      case 'forget':
        return '';
    }
  }

  /** Whom an event forgot nobody knows any more: sent again it is the same, unless the name stands for somebody now. */
  #isOfSomebody(event: Other): boolean {
    return event.type === 'forget' && this.contributors.findText(event.contributor) !== NONE;
  }

  #carryOut(event: Other): void {
    switch (event.type) {
      case 'retract':
      case 'revoke':
        this.#withdraw(event);
        break;
      case 'policy':
        if (!this.#policyFixed) this.#setPolicy(parsePolicyEvent(event.policy));
        break;
      case 'advance':
        this.#advance(event.at);
        break;
      case 'forget':
        this.#forget(event);
        break;
    }
  }

  #withdraw({ type, of }: Withdrawal): void {
    const known = this.#ids.find(of);
    const meaning = known === NONE ? NONE : this.#ids.meaning(known);
    if (meaning === Meaning.leftOut) return;
    const wanted = type === 'retract' ? Meaning.statement : Meaning.credential;
    if (meaning !== wanted) {
      const what = type === 'retract' ? 'an endorsement or objection' : 'a credential';
      throw new PeerageError('unknown-event', `${quote(of)} is not the id of ${what} in this record`, {
        field: 'of',
        value: of,
      });
    }
    const entry = this.#ids.entry(known);
    const { dead } = type === 'retract' ? this.statements : this.credentials;
    if (dead.get(entry) === 1) {
      throw new PeerageError('already-retracted', `${quote(of)} has been taken back before`, {
        field: 'of',
        value: of,
      });
    }
    this.#bury(dead, entry);
    this.changes?.push({ type: type === 'retract' ? 'unsaid' : 'revoked', entry });
    if (type === 'revoke') this.#counts.inForce--;
    else if (this.statements.weight.get(entry) > 0) this.#counts.endorsements--;
    else this.#counts.objections--;
  }

  #bury(dead: Column<Uint8Array>, entry: number): void {
    dead.set(entry, 1);
    this.#undo?.push(() => dead.set(entry, 0));
  }

  /**
   * Every statement and credential that touches the contributor goes, with its event id. O(record), and in a
   * batch of many O(record) once.
   */
  #forget({ contributor: id }: Forget): void {
    const contributor = this.contributors.findText(id);
    if (contributor === NONE) {
      throw new PeerageError('unknown-contributor', `${quote(id)} is not a contributor of this record`, {
        field: 'contributor',
        value: id,
      });
    }
    const { source, target, weight, dead, id: statementId } = this.statements;
    const eventIds: number[] = [];
    const strike = (entry: number) => {
      if (statementId.get(entry) !== NONE) eventIds.push(statementId.get(entry));
      if (dead.get(entry) === 1) return;
      this.#bury(dead, entry);
      if (weight.get(entry) > 0) this.#counts.endorsements--;
      else this.#counts.objections--;
    };
    if (this.#touching !== null) this.#touching.each(contributor, this.contributors.length, strike);
    else {
      for (let entry = 0; entry < this.statements.length; entry++) {
        if (source.get(entry) === contributor || target.get(entry) === contributor) strike(entry);
      }
    }
    const { holder, dead: revoked, id: credentialId } = this.credentials;
    for (let entry = 0; entry < this.credentials.length; entry++) {
      if (holder.get(entry) !== contributor) continue;
      if (credentialId.get(entry) !== NONE) eventIds.push(credentialId.get(entry));
      if (revoked.get(entry) === 1) continue;
      this.#bury(revoked, entry);
      this.#counts.inForce--;
    }
    this.#forgotten.set(contributor, 1);
    this.#counts.forgotten++;
    this.changes?.push({ type: 'everything', entry: 0 });
    // Outside the push: where there is nothing to undo its arguments are not even evaluated.
    const restore = [this.contributors.erase([contributor]), this.#ids.erase(eventIds)];
    this.#undo?.push(() => this.#forgotten.set(contributor, 0), ...restore);
  }
}

/** The policy of an event, its field named as the event's. */
function parsePolicyEvent(policy: unknown): Policy {
  try {
    return parsePolicy(policy);
  } catch (error) {
    if (!(error instanceof PeerageError)) throw error;
    const field = error.field === undefined ? 'policy' : `policy.${error.field}`;
    throw new PeerageError(error.code, error.reason, { field, value: error.value });
  }
}
