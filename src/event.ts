/**
 * The vocabulary: what an event is, its defaults, and what is refused. Everything that comes from outside
 * passes here (`parseEvent`) or through the same checks (`checkId`, `checkWeight`, `parseDate`), so that
 * no room behind the door meets a weight of NaN, a lone surrogate or a local date.
 * Checks are written by hand, not as a schema: this is the path of every single event.
 * Some lines over 300: how readers hand statements over stands beside what a statement is.
 */
import { PeerageError, quote } from './error.ts';

/** Milliseconds since 1970-01-01T00:00:00Z; fractions are kept. */
export type Milliseconds = number;

/** Fields that every event may have. `id` makes an event idempotent and is what `of` refers to. */
interface Named {
  id?: string;
  at?: Milliseconds;
}
/** A weighted, dated, typed statement of `source` for (`endorse`) or against (`object`) `target`. */
export interface Statement extends Named {
  type: 'endorse' | 'object';
  source: string;
  target: string;
  weight: number;
  kind: string;
}
/** A credential: restart weight for `target`, granted by `issuer`. */
export interface Grant extends Named {
  type: 'grant';
  target: string;
  weight: number;
  issuer: string;
}
/** Takes back an endorsement or objection (`retract`) or a credential (`revoke`) by its id. */
export interface Withdrawal extends Named {
  type: 'retract' | 'revoke';
  of: string;
}
/** Replaces the whole policy. */
export interface PolicyChange extends Named {
  type: 'policy';
  policy: unknown;
}
/** Moves the engine's time, which a policy with a reserve and a half-life is measured at. */
export interface Advance extends Named {
  type: 'advance';
  at: Milliseconds;
}
/** Removes a contributor and all that touches it. */
export interface Forget extends Named {
  type: 'forget';
  contributor: string;
}
/** One change of the record, checked, with its defaults filled in. */
export type Event = Statement | Grant | Withdrawal | PolicyChange | Advance | Forget;

type Loose<T> = T extends unknown
  ? Omit<T, 'weight' | 'kind' | 'issuer' | 'at'> & {
      weight?: number;
      kind?: string;
      issuer?: string;
      at?: Milliseconds | string | Date;
    }
  : never;
/** An event as a host writes it: weight, kind and issuer may be left out, `at` may be ISO 8601 or a Date. */
export type EventInput =
  | Omit<Loose<Statement>, 'issuer'>
  | Omit<Loose<Grant>, 'kind'>
  | Pick<Loose<Withdrawal>, 'type' | 'id' | 'at' | 'of'>
  | Pick<Loose<PolicyChange>, 'type' | 'id' | 'at' | 'policy'>
  | (Pick<Loose<Advance>, 'type' | 'id'> & { at: Milliseconds | string | Date })
  | Pick<Loose<Forget>, 'type' | 'id' | 'at' | 'contributor'>;

/** Weights of endorsements and objections lie in this range, ends included. */
export const WEIGHT_RANGE = [1e-9, 1e12] as const;
/** Credentials are shares of one pool, so real ones reach further down (pre-trust vectors go to 4e-11). */
export const CREDENTIAL_RANGE = [1e-15, 1e12] as const;
/** The longest id, kind or issuer, in bytes of UTF-8. */
export const ID_BYTES = 4096;
/** The kind of an event that names none. */
export const DEFAULT_KIND = 'endorsement';
/** The issuer of a credential that names none. */
export const DEFAULT_ISSUER = '';

const FIELDS: Record<Event['type'], readonly string[]> = {
  endorse: ['type', 'id', 'at', 'source', 'target', 'weight', 'kind'],
  object: ['type', 'id', 'at', 'source', 'target', 'weight', 'kind'],
  grant: ['type', 'id', 'at', 'target', 'weight', 'issuer'],
  retract: ['type', 'id', 'at', 'of'],
  revoke: ['type', 'id', 'at', 'of'],
  policy: ['type', 'id', 'at', 'policy'],
  advance: ['type', 'id', 'at'],
  forget: ['type', 'id', 'at', 'contributor'],
};

/**
 * Checks one event from outside and fills in its defaults.
 * @throws PeerageError with a stable code, the field and the value; nothing is coerced.
 */
export function parseEvent(input: unknown): Event {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new PeerageError('bad-event', `${quote(input)} is not an event; expected an object with a "type"`, {
      value: input,
    });
  }
  const given = input as Record<string, unknown>;
  const type = own(given, 'type');
  if (typeof type !== 'string' || !Object.hasOwn(FIELDS, type)) {
    throw new PeerageError(
      'bad-event',
      `${quote(type)} is not a type of event; expected one of ${Object.keys(FIELDS).join(', ')}`,
      { field: 'type', value: type },
    );
  }
  const fields = FIELDS[type as Event['type']];
  for (const key in given) {
    if (!fields.includes(key)) {
      throw new PeerageError(
        'bad-event',
        `is not a field of "${type}"; expected ${fields.join(', ')} (an event is taken whole or not at all)`,
        { field: key, value: given[key] },
      );
    }
  }
  const event = { type } as Record<string, unknown>;
  const id = own(given, 'id');
  if (id !== undefined) event.id = checkId(id, 'id');
  const at = own(given, 'at');
  if (at !== undefined) event.at = parseDate(at);
  switch (type as Event['type']) {
    case 'endorse':
    case 'object': {
      event.source = checkId(own(given, 'source'), 'source');
      event.target = checkId(own(given, 'target'), 'target');
      event.weight = weightOf(given, WEIGHT_RANGE);
      const kind = own(given, 'kind');
      event.kind = kind === undefined ? DEFAULT_KIND : checkId(kind, 'kind');
      break;
    }
    case 'grant': {
      event.target = checkId(own(given, 'target'), 'target');
      event.weight = weightOf(given, CREDENTIAL_RANGE);
      const issuer = own(given, 'issuer');
      // Also as `parseEvent` gives it back.
      const none = issuer === undefined || issuer === DEFAULT_ISSUER;
      event.issuer = none ? DEFAULT_ISSUER : checkId(issuer, 'issuer');
      break;
    }
    case 'retract':
    case 'revoke':
      event.of = checkId(own(given, 'of'), 'of');
      break;
    case 'policy':
      event.policy = copyOf(own(given, 'policy'));
      break;
    case 'advance':
      if (at === undefined) {
        throw new PeerageError('missing-date', 'is missing; "advance" needs the date to advance to', {
          field: 'at',
        });
      }
      break;
    case 'forget':
      event.contributor = checkId(own(given, 'contributor'), 'contributor');
      break;
  }
  return event as unknown as Event;
}

/** What a host goes on changing must not change what was taken; what can not be copied is refused as a policy. */
function copyOf(policy: unknown): unknown {
  try {
    return structuredClone(policy);
  } catch {
    return policy;
  }
}

/** An event as a host writes it: a credential that names no issuer has none. */
export function inputOf(event: Event): EventInput {
  if (event.type !== 'grant' || event.issuer !== DEFAULT_ISSUER) return event as EventInput;
  const { issuer: _, ...rest } = event;
  return rest;
}

/** A weight that may be left out; null is not left out. */
function weightOf(given: Record<string, unknown>, range: readonly [number, number]): number {
  const weight = own(given, 'weight');
  return weight === undefined ? 1 : checkWeight(weight, range);
}

/** A field of the object itself, never of its prototype: an event may come from `JSON.parse` or a class. */
function own(given: Record<string, unknown>, field: string): unknown {
  return Object.hasOwn(given, field) ? given[field] : undefined;
}

/** An id, kind or issuer: a string of well-formed Unicode, not empty, at most {@link ID_BYTES} bytes. */
export function checkId(value: unknown, field: string): string {
  if (typeof value !== 'string') {
    const what = value === undefined ? 'is missing' : `${quote(value)} is not a string`;
    throw new PeerageError('bad-id', `${what}; expected a text of 1 to ${ID_BYTES} bytes`, { field, value });
  }
  if (value === '') {
    throw new PeerageError('bad-id', `is empty; expected a text of 1 to ${ID_BYTES} bytes`, { field, value });
  }
  if (value.length * 3 > ID_BYTES && utf8Length(value) > ID_BYTES) {
    throw new PeerageError('bad-id', `${quote(value)} has more than ${ID_BYTES} bytes`, { field, value });
  }
  if (!value.isWellFormed()) {
    throw new PeerageError('bad-id', `${quote(value)} has a lone surrogate; expected well-formed Unicode`, {
      field,
      value,
    });
  }
  return value;
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** A finite weight within `range`; never coerced from a string. */
export function checkWeight(value: unknown, range: readonly [number, number]): number {
  // Written so that NaN fails too.
  if (typeof value !== 'number' || !(value >= range[0] && value <= range[1])) {
    throw new PeerageError(
      'bad-weight',
      `${quote(value)} is not a weight; expected a number from ${range[0]} to 1e12`,
      { field: 'weight', value },
    );
  }
  return value;
}

const ISO =
  /^(\d{4}|[+-]\d{6})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/;

/** The dates a `Date` can hold: 8.64e15 ms either side of 1970. */
const LAST_DATE = 8.64e15;

/**
 * Epoch milliseconds of an ISO 8601 text, a number of epoch milliseconds, or a Date. A text without an
 * offset is UTC, on every machine; a date without a time is its midnight.
 */
export function parseDate(value: unknown, field = 'at'): Milliseconds {
  const given = value instanceof Date ? value.getTime() : value;
  if (typeof given === 'number' && Math.abs(given) <= LAST_DATE) return given;
  if (typeof given === 'string') {
    const date = isoDate(given);
    if (date !== undefined) return date;
  }
  throw new PeerageError(
    'bad-date',
    `${quote(value)} is not a date; expected ISO 8601 (2026-01-03T12:00:00Z) or epoch milliseconds`,
    { field, value },
  );
}

function isoDate(text: string): Milliseconds | undefined {
  const part = ISO.exec(text);
  if (part === null) return undefined;
  const [year, month, day] = [Number(part[1]), Number(part[2]), Number(part[3])];
  const [hour, minute, second] = [Number(part[4] ?? 0), Number(part[5] ?? 0), Number(part[6] ?? 0)];
  // A leap second is read as the first instant of the next minute, as POSIX time does.
  if (hour > 24 || minute > 59 || second > 60 || (hour === 24 && (minute > 0 || second > 0)))
    return undefined;
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month - 1, day);
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return undefined;
  const fraction = part[7] === undefined ? 0 : Number(`0.${part[7]}`) * 1000;
  const date =
    midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1000 + fraction - offset(part[8] ?? 'Z');
  return Math.abs(date) <= LAST_DATE ? date : undefined;
}

/** Milliseconds east of UTC of `Z`, `+02`, `+0200` or `+02:00`; NaN where there is no such offset. */
function offset(text: string): Milliseconds {
  if (text === 'Z') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(3).replace(':', '') || 0);
  if (hours > 23 || minutes > 59) return Number.NaN;
  return (text[0] === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/**
 * One line of a delimited file, as a reader found it, before any string is made. A reader owns one and
 * fills it again for every line; the ids are ranges of UTF-8 bytes of `buffer`, already known to be valid.
 */
export interface Row {
  buffer: Uint8Array;
  sourceFrom: number;
  sourceTo: number;
  targetFrom: number;
  targetTo: number;
  /** Magnitude within {@link WEIGHT_RANGE}; below zero for an objection. */
  weight: number;
  kind: string;
  /** NaN where the line has no date. */
  at: Milliseconds;
  id: string | undefined;
}

/**
 * Where readers put what they read. Each method takes the whole of what it is given, or throws a
 * PeerageError without a place and changes nothing.
 */
export interface Sink {
  /** False if nothing was added: its id was already known with the same content. */
  row(row: Row): boolean;
  apply(event: Event): boolean;
  /** Null where every statement has to be looked at; holds until something else is put in. */
  bulk?(): Bulk | null;
}

/** The two ends of many statements as ranges of one buffer: 2k is the source of the k-th, 2k + 1 its target. */
export interface Mentions {
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** The value of an id that is a whole number of up to nine digits, none of them in vain; otherwise -1. */
  readonly number: Int32Array;
  /** The index of each, once it has been looked up. */
  readonly index: Uint32Array;
}

/** Many statements, all of them checked, as a {@link Bulk} sink takes them. */
export interface Batch {
  count: number;
  /** Indices that `mention` gave. */
  readonly source: Uint32Array;
  readonly target: Uint32Array;
  /** Below zero for an objection; null where every weight is 1. */
  readonly weight: Float64Array | null;
  /** Places of the kinds in `words`; null where every kind is the default one. */
  readonly kind: Uint16Array | null;
  readonly words: readonly string[];
  /** NaN where there is no date; null where there is none at all. */
  readonly at: Float64Array | null;
  /** What `sift` said of the statement's id; null where no statement has one. */
  readonly id: Uint32Array | null;
}

/** A statement that a sink is asked about before it is said. */
export interface Candidate {
  buffer: Uint8Array;
  sourceFrom: number;
  sourceTo: number;
  targetFrom: number;
  targetTo: number;
  /** Whether both ends have an index. */
  known: boolean;
  kind: string;
  /** NaN where there is no date. */
  at: Milliseconds;
  /** The id of the event; empty where there is none. */
  idFrom: number;
  idTo: number;
  /** Statements that were kept and are not said yet. */
  before: number;
  /** Written by `sift`: what the id is called in a batch. */
  id: number;
}

/** What becomes of a candidate: it is to be said, or not, or to be taken as a row, by which all is told of it. */
export type Verdict = 'keep' | 'drop' | 'row';

/**
 * A short cut for statements about which a sink has nothing to say: it takes them as `row` would one by one.
 * Whoever uses it sees to everything that a row promises.
 */
export interface Bulk {
  /** Whether statements have to be sifted even if they have no ids. */
  readonly selective: boolean;
  /** Whether a statement without a date is refused, and so has to be taken as a row. */
  readonly dated: boolean;
  /** Whether statements of a kind are taken; if not, they have to be taken as rows, to be refused. */
  fits(kind: string): boolean;
  /** What becomes of a statement; those that are kept have to be said in their order. */
  sift?(candidate: Candidate): Verdict;
  /** Looks up `count` ids in their order; new ones are known from then on, by the same index for the whole source. */
  mention(bytes: Uint8Array, count: number, mentions: Mentions): void;
  /**
   * The same of ids that are whole numbers below 1e9: the two ends of `count` statements become their indices.
   * Returns how many were known and would have been found sooner by `mention`.
   */
  numbers(source: Uint32Array, target: Uint32Array, count: number): number;
  /** Takes statements in their order. */
  say(batch: Batch): void;
}
