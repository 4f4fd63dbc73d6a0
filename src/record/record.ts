/**
 * The contributor record: every endorsement, objection and credential in columns, as of a sequence. It is
 * what the ledger's events add up to before any policy weighs them, and all that is needed to weigh them
 * again under another. Readers and the engine put events in through `Sink`; what an event is refused for
 * is decided here, and a refused event changes nothing.
 *
 * Some lines over 300, because taking an event in, checking it and taking it back are one invariant.
 */
import { PeerageError, quote } from '../error.ts';
import type { Event, Forget, Grant, Milliseconds, Row, Sink, Statement, Withdrawal } from '../event.ts';
import { DEFAULT_KIND } from '../event.ts';
import { Interner, NONE } from '../graph/interner.ts';
import type { Policy } from '../policy.ts';
import { parsePolicy, presets } from '../policy.ts';
import { Column } from './column.ts';
import { EventIds, Meaning } from './ids.ts';

export interface RecordOptions {
  policy?: Policy;
  /** The policy holds for the whole record: policy events are counted and otherwise passed over. */
  policyFixed?: boolean;
  /** An event dated later than this is refused. */
  notAfter?: Milliseconds;
  /** Leaves out the events after this sequence. */
  untilSequence?: number;
  /** Leaves out the events dated later than this. */
  untilDate?: Milliseconds;
  /** True for accounts that are left out, with all that touches them. */
  exclude?: (id: string) => boolean;
  /** Keeps only endorsements and objections of these kinds. */
  kinds?: readonly string[];
}

const MAX_KINDS = 65_535;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export class Record implements Sink {
  readonly contributors = new Interner();
  /** 1 for a contributor that was forgotten: its index stays taken. */
  readonly #forgotten = new Column(Uint8Array, 0);
  #forgottenCount = 0;
  /** Accounts that `exclude` said yes to: asked once each. */
  readonly #excluded = new Interner();

  readonly kinds: string[] = [];
  readonly #kindIndex = new Map<string, number>();

  // The endorsements and objections, in the order they were taken.
  readonly source = new Column(Uint32Array, 0);
  readonly target = new Column(Uint32Array, 0);
  /** Below zero for an objection. */
  readonly weight = new Column(Float64Array, 1);
  readonly kind = new Column(Uint16Array, 0);
  /** NaN where there is no date. */
  readonly at = new Column(Float64Array, Number.NaN);
  /** 1 once retracted. */
  readonly dead = new Column(Uint8Array, 0);
  readonly #statementId = new Column(Uint32Array, NONE);

  // The credentials likewise.
  readonly holder = new Column(Uint32Array, 0);
  readonly granted = new Column(Float64Array, 1);
  readonly issuer: string[] = [];
  readonly grantedAt = new Column(Float64Array, Number.NaN);
  /** 1 once revoked. */
  readonly revoked = new Column(Uint8Array, 0);
  readonly #credentialId = new Column(Uint32Array, NONE);

  readonly #ids = new EventIds();

  policy: Policy;
  /** Events taken so far, those that a filter left out included. */
  sequence = 0;
  /** Live endorsements and objections, those of oneself included. */
  endorsements = 0;
  objections = 0;
  /** Credentials in force. */
  credentials = 0;
  /** Where a reserve is measured: the last `advance`; before any, the first date. NaN before both. */
  time: Milliseconds = Number.NaN;
  /** The newest date taken; NaN before any. */
  newest: Milliseconds = Number.NaN;
  /** The newest date read, left out or not: what an event without a date is taken to happen at. */
  #read: Milliseconds = Number.NEGATIVE_INFINITY;
  #advanced = false;

  readonly #options: RecordOptions;
  readonly #only: ReadonlySet<string> | null;
  /** How to take back what a batch changed in place; null outside a batch. */
  #undo: (() => void)[] | null = null;

  constructor(options: RecordOptions = {}) {
    this.#options = options;
    this.#only = options.kinds === undefined ? null : new Set(options.kinds);
    this.policy = options.policy ?? presets.classic;
  }

  /** Contributors: all that were mentioned and not forgotten. */
  get order(): number {
    return this.contributors.length - this.#forgottenCount;
  }

  present(contributor: number): boolean {
    return this.#forgotten.get(contributor) === 0;
  }

  /** Runs `change` whole or not at all: if it throws, the record is as it was before. */
  batch(change: () => void): void {
    const lengths = {
      contributors: this.contributors.length,
      statements: this.source.length,
      credentials: this.holder.length,
      ids: this.#ids.length,
      kinds: this.kinds.length,
    };
    const { sequence, policy, time, newest, endorsements, objections, credentials } = this;
    const [forgotten, read, advanced] = [this.#forgottenCount, this.#read, this.#advanced];
    const undo: (() => void)[] = [];
    this.#undo = undo;
    try {
      change();
    } catch (error) {
      while (undo.length > 0) undo.pop()!();
      this.#truncate(lengths);
      Object.assign(this, { sequence, policy, time, newest, endorsements, objections, credentials });
      [this.#forgottenCount, this.#read, this.#advanced] = [forgotten, read, advanced];
      throw error;
    } finally {
      this.#undo = null;
    }
  }

  #truncate(to: { contributors: number; statements: number; credentials: number; ids: number; kinds: number }) {
    const statements = [this.source, this.target, this.weight, this.kind, this.at, this.dead, this.#statementId];
    for (const column of statements) column.truncate(to.statements);
    const credentials = [this.holder, this.granted, this.grantedAt, this.revoked, this.#credentialId];
    for (const column of credentials) column.truncate(to.credentials);
    this.issuer.length = to.credentials;
    this.contributors.truncate(to.contributors);
    this.#forgotten.truncate(to.contributors);
    this.#ids.truncate(to.ids);
    while (this.kinds.length > to.kinds) this.#kindIndex.delete(this.kinds.pop()!);
  }

  /** @inheritdoc */
  row(row: Row): boolean {
    const { weight, kind, at, id } = row;
    this.#checkDate(at);
    if (this.#after(at, true)) return false;
    const left =
      (this.#only !== null && !this.#only.has(kind)) ||
      this.#isExcluded(row.buffer, row.sourceFrom, row.sourceTo) ||
      this.#isExcluded(row.buffer, row.targetFrom, row.targetTo);
    if (!left) this.#checkStatement(kind, at);
    const known = id === undefined ? NONE : this.#ids.find(id);
    if (known !== NONE) {
      const source = this.contributors.find(row.buffer, row.sourceFrom, row.sourceTo);
      const target = this.contributors.find(row.buffer, row.targetFrom, row.targetTo);
      this.#checkSame(id!, known, this.#sameStatement(known, source, target, weight, kind, at));
      return false;
    }
    const kindIndex = left ? 0 : this.#kindOf(kind);
    this.#take(at);
    if (left) {
      if (id !== undefined) this.#ids.add(id, Meaning.leftOut, 0);
      return true;
    }
    if (Number.isNaN(this.time)) this.time = at;
    const entry = this.source.length;
    this.source.push(this.#mention(row.buffer, row.sourceFrom, row.sourceTo));
    this.target.push(this.#mention(row.buffer, row.targetFrom, row.targetTo));
    this.weight.push(weight);
    this.kind.push(kindIndex);
    this.at.push(at);
    this.dead.push(0);
    this.#statementId.push(id === undefined ? NONE : this.#ids.add(id, Meaning.statement, entry));
    if (weight > 0) this.endorsements++;
    else this.objections++;
    return true;
  }

  /** @inheritdoc */
  apply(event: Event): boolean {
    switch (event.type) {
      case 'endorse':
      case 'object':
        return this.row(rowOf(event));
      case 'grant':
        return this.#grant(event);
      case 'retract':
      case 'revoke':
        return this.#other(event, event.of, () => this.#withdraw(event));
      case 'policy': {
        const policy = this.#options.policyFixed ? null : parsePolicyEvent(event.policy);
        return this.#other(event, JSON.stringify(event.policy), () => {
          if (policy !== null) this.#setPolicy(policy);
        });
      }
      case 'advance':
        return this.#other(event, '', () => {
          if (this.#advanced && event.at < this.time) {
            throw new PeerageError('bad-date', `${quote(new Date(event.at))} is before the engine's time`, {
              field: 'at',
              value: event.at,
            });
          }
          this.time = event.at;
          this.#advanced = true;
        });
      case 'forget':
        return this.#other(event, event.contributor, () => this.#forget(event));
    }
  }

  /** True if the live statements can be weighed under this policy; throws what stands against it. */
  checkPolicy(policy: Policy): void {
    const { kinds, halfLife } = policy;
    if (kinds === null && halfLife === null) return;
    for (let entry = 0; entry < this.source.length; entry++) {
      if (this.dead.get(entry) === 1) continue;
      const kind = this.kinds[this.kind.get(entry)]!;
      if (kinds !== null && !Object.hasOwn(kinds, kind)) {
        throw new PeerageError('unknown-kind', `has no ${quote(kind)}, which the record holds`, {
          field: 'policy.kinds',
          value: kind,
        });
      }
      if (halfLife !== null && Number.isNaN(this.at.get(entry))) {
        throw new PeerageError('missing-date', 'is set, but the record holds endorsements without a date', {
          field: 'policy.halfLife',
          value: halfLife,
        });
      }
    }
  }

  #setPolicy(policy: Policy): void {
    this.checkPolicy(policy);
    this.policy = policy;
  }

  #checkDate(at: Milliseconds): void {
    const { notAfter } = this.#options;
    if (notAfter !== undefined && at > notAfter) {
      throw new PeerageError('too-late', `${quote(new Date(at))} is after ${quote(new Date(notAfter))}`, {
        field: 'at',
        value: at,
      });
    }
  }

  /** True if an event of this date comes after the point at which the record is wanted. */
  #after(at: Milliseconds, mustHaveDate: boolean): boolean {
    const { untilSequence, untilDate } = this.#options;
    if (untilSequence !== undefined && this.sequence >= untilSequence) return true;
    if (untilDate === undefined) return false;
    if (mustHaveDate && Number.isNaN(at)) {
      throw new PeerageError('missing-date', 'is missing; "until" a date needs one on every line', { field: 'at' });
    }
    if (at > this.#read) this.#read = at;
    return (Number.isNaN(at) ? this.#read : at) > untilDate;
  }

  #checkStatement(kind: string, at: Milliseconds): void {
    const { kinds, halfLife } = this.policy;
    if (kinds !== null && !Object.hasOwn(kinds, kind)) {
      const known = Object.keys(kinds).map(quote).join(', ') || 'none';
      throw new PeerageError('unknown-kind', `${quote(kind)} is not a kind of this policy; it names ${known}`, {
        field: 'kind',
        value: kind,
      });
    }
    if (halfLife !== null && Number.isNaN(at)) {
      throw new PeerageError('missing-date', 'is missing; the policy has a half-life, so every event needs a date', {
        field: 'at',
      });
    }
  }

  /** Counts one event. */
  #take(at: Milliseconds): void {
    this.sequence++;
    if (Number.isNaN(at)) return;
    if (!(this.newest >= at)) this.newest = at;
  }

  #checkSame(id: string, known: number, same: boolean): void {
    if (same || this.#ids.meaning(known) === Meaning.leftOut) return;
    throw new PeerageError('id-conflict', `${quote(id)} was used before for an event with other content`, {
      field: 'id',
      value: id,
    });
  }

  #sameStatement(known: number, source: number, target: number, weight: number, kind: string, at: Milliseconds) {
    if (this.#ids.meaning(known) !== Meaning.statement) return false;
    const entry = this.#ids.entry(known);
    return (
      this.source.get(entry) === source &&
      this.target.get(entry) === target &&
      this.weight.get(entry) === weight &&
      this.kinds[this.kind.get(entry)] === kind &&
      Object.is(this.at.get(entry), at)
    );
  }

  #mention(buffer: Uint8Array, from: number, to: number): number {
    const before = this.contributors.length;
    const index = this.contributors.intern(buffer, from, to);
    if (index === before) this.#forgotten.push(0);
    return index;
  }

  #isExcluded(buffer: Uint8Array, from: number, to: number): boolean {
    const { exclude } = this.#options;
    if (exclude === undefined || this.contributors.find(buffer, from, to) !== NONE) return false;
    if (this.#excluded.find(buffer, from, to) !== NONE) return true;
    if (!exclude(decoder.decode(buffer.subarray(from, to)))) return false;
    this.#excluded.intern(buffer, from, to);
    return true;
  }

  #kindOf(kind: string): number {
    const known = this.#kindIndex.get(kind);
    if (known !== undefined) return known;
    if (this.kinds.length >= MAX_KINDS) {
      throw new PeerageError('too-large', `more than ${MAX_KINDS} kinds; is this the right column?`, {
        field: 'kind',
        value: kind,
      });
    }
    this.#kindIndex.set(kind, this.kinds.length);
    return this.kinds.push(kind) - 1;
  }

  #grant({ target, weight, issuer, id, at = Number.NaN }: Grant): boolean {
    this.#checkDate(at);
    // A credential without a date was always in force.
    if (this.#after(Number.isNaN(at) ? Number.NEGATIVE_INFINITY : at, false)) return false;
    const known = id === undefined ? NONE : this.#ids.find(id);
    if (known !== NONE) {
      const entry = this.#ids.entry(known);
      const same =
        this.#ids.meaning(known) === Meaning.credential &&
        this.holder.get(entry) === this.contributors.findText(target) &&
        this.granted.get(entry) === weight &&
        this.issuer[entry] === issuer &&
        Object.is(this.grantedAt.get(entry), at);
      this.#checkSame(id!, known, same);
      return false;
    }
    this.#take(at);
    const bytes = encoder.encode(target);
    if (this.#isExcluded(bytes, 0, bytes.length)) {
      if (id !== undefined) this.#ids.add(id, Meaning.leftOut, 0);
      return true;
    }
    const entry = this.holder.length;
    this.holder.push(this.#mention(bytes, 0, bytes.length));
    this.granted.push(weight);
    this.issuer.push(issuer);
    this.grantedAt.push(at);
    this.revoked.push(0);
    this.#credentialId.push(id === undefined ? NONE : this.#ids.add(id, Meaning.credential, entry));
    this.credentials++;
    return true;
  }

  /** An event that adds no entry: checked for its id, then carried out, then counted. */
  #other(event: Exclude<Event, Statement | Grant>, content: string, carryOut: () => void): boolean {
    const { type, id, at = Number.NaN } = event;
    this.#checkDate(at);
    if (this.#after(at, false)) return false;
    const said = `${type} ${at} ${content}`;
    const known = id === undefined ? NONE : this.#ids.find(id);
    if (known !== NONE) {
      this.#checkSame(id!, known, this.#ids.meaning(known) === Meaning.other && this.#ids.content(known) === said);
      return false;
    }
    carryOut();
    this.#take(at);
    if (id !== undefined) this.#ids.addOther(id, said);
    return true;
  }

  #withdraw({ type, of }: Withdrawal): void {
    const known = this.#ids.find(of);
    const wanted = type === 'retract' ? Meaning.statement : Meaning.credential;
    const meaning = known === NONE ? NONE : this.#ids.meaning(known);
    if (meaning === Meaning.leftOut) return;
    if (meaning !== wanted) {
      const what = type === 'retract' ? 'an endorsement or objection' : 'a credential';
      throw new PeerageError('unknown-event', `${quote(of)} is not the id of ${what} in this record`, {
        field: 'of',
        value: of,
      });
    }
    const entry = this.#ids.entry(known);
    const gone = type === 'retract' ? this.dead : this.revoked;
    if (gone.get(entry) === 1) {
      throw new PeerageError('already-retracted', `${quote(of)} has been taken back before`, {
        field: 'of',
        value: of,
      });
    }
    if (type === 'retract') this.#retract(entry);
    else this.#revoke(entry);
  }

  #retract(entry: number): void {
    this.dead.set(entry, 1);
    if (this.weight.get(entry) > 0) this.endorsements--;
    else this.objections--;
    this.#undo?.push(() => this.dead.set(entry, 0));
  }

  #revoke(entry: number): void {
    this.revoked.set(entry, 1);
    this.credentials--;
    this.#undo?.push(() => this.revoked.set(entry, 0));
  }

  /** O(record): every statement and credential that touches the contributor goes, with its event id. */
  #forget({ contributor: id }: Forget): void {
    const contributor = this.contributors.findText(id);
    if (this.#excluded.findText(id) !== NONE) return;
    if (contributor === NONE) {
      throw new PeerageError('unknown-contributor', `${quote(id)} is not a contributor of this record`, {
        field: 'contributor',
        value: id,
      });
    }
    const eventIds: number[] = [];
    for (let entry = 0; entry < this.source.length; entry++) {
      if (this.source.get(entry) !== contributor && this.target.get(entry) !== contributor) continue;
      if (this.dead.get(entry) === 0) this.#retract(entry);
      if (this.#statementId.get(entry) !== NONE) eventIds.push(this.#statementId.get(entry));
    }
    for (let entry = 0; entry < this.holder.length; entry++) {
      if (this.holder.get(entry) !== contributor) continue;
      if (this.revoked.get(entry) === 0) this.#revoke(entry);
      if (this.#credentialId.get(entry) !== NONE) eventIds.push(this.#credentialId.get(entry));
    }
    this.#forgotten.set(contributor, 1);
    this.#forgottenCount++;
    const restore = [this.contributors.erase([contributor]), this.#ids.erase(eventIds)];
    this.#undo?.push(() => {
      for (const takeBack of restore) takeBack();
      this.#forgotten.set(contributor, 0);
    });
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

/** A statement as the row that a reader would have made of it. */
function rowOf({ type, source, target, weight, kind, at = Number.NaN, id }: Statement): Row {
  const from = encoder.encode(source);
  const to = encoder.encode(target);
  const buffer = new Uint8Array(from.length + to.length);
  buffer.set(from);
  buffer.set(to, from.length);
  return {
    buffer,
    sourceFrom: 0,
    sourceTo: from.length,
    targetFrom: from.length,
    targetTo: buffer.length,
    weight: type === 'endorse' ? weight : -weight,
    kind,
    at,
    id,
  };
}
