/**
 * What an entry of the chain says, in bytes: one way to write each event, in which contributors are numbers, an
 * earlier event that is taken back is its sequence, and ids are salted commitments. Names and ids stand beside
 * the chain, so that they can be taken away. The layout, all numbers with the high byte first:
 *
 *     type 1 | flags 1 | one 4 | other 4 | contributors so far 4 | at 8? | weight 8? | of 8? | word? | policy?
 *     | commitment of the id 32? | of the name of `one` 32? | of the name of `other` 32?
 *
 * `one` is the source, or whoever a grant or `forget` is about; `other` is the target of a statement; 0 is nobody.
 */
import { Buffer } from 'node:buffer';
import { PeerageError } from '../error.ts';
import type { Event } from '../event.ts';
import { DEFAULT_ISSUER, DEFAULT_KIND } from '../event.ts';
import { HASH_BYTES } from './row.ts';

const TYPES = ['endorse', 'object', 'grant', 'retract', 'revoke', 'policy', 'advance', 'forget'] as const;
/** The first byte of a policy. */
export const POLICY_TYPE = TYPES.indexOf('policy');

const Flag = { id: 1, at: 2, weight: 4, word: 8, newOne: 16, newOther: 32 } as const;
const HEADER_BYTES = 14;

/** What the ledger knows of an event before it is written. */
export interface Placed {
  /** Numbers of contributors, 0 for nobody. */
  one: number;
  other: number;
  newOne: boolean;
  newOther: boolean;
  /** Contributors that the chain has introduced, those of this entry included. */
  contributors: number;
  /** The sequence of the event that is taken back; 0 where none is. */
  of: number;
}

/** What is said, as the bytes say it, and where its commitments are. */
export interface Said extends Placed {
  type: Event['type'];
  at: number | undefined;
  weight: number;
  /** A kind or an issuer. */
  word: string;
  policy: unknown;
  /** Where each commitment begins; 0 where there is none. */
  idCommitment: number;
  oneCommitment: number;
  otherCommitment: number;
}

/** Bytes that an entry can need beside the texts in it. */
const MOST_BYTES = HEADER_BYTES + 3 * 8 + 8 + 3 * HASH_BYTES;

/** Writes one entry at `from`; returns where its commitments begin, which the caller fills in. */
export class EntryWriter {
  bytes = Buffer.allocUnsafe(1 << 16);
  /** Where the commitments of the last entry begin; 0 where there is none. */
  idCommitment = 0;
  oneCommitment = 0;
  otherCommitment = 0;

  /** Room for `more` bytes after `used`. */
  grow(used: number, more: number): void {
    if (used + more <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(2 * this.bytes.length, used + more));
    this.bytes.copy(grown, 0, 0, used);
    this.bytes = grown;
  }

  /** Returns where the entry ends. */
  write(from: number, event: Event, placed: Placed): number {
    const { type } = event;
    const { weight, word } = statedBy(event);
    const plain = word === ordinaryWord(type);
    const policy = type === 'policy' ? policyText(event.policy) : '';
    this.grow(from, MOST_BYTES + 3 * (word.length + policy.length));
    const { bytes } = this;
    let flags = 0;
    bytes[from] = TYPES.indexOf(type);
    bytes.writeUInt32BE(placed.one, from + 2);
    bytes.writeUInt32BE(placed.other, from + 6);
    bytes.writeUInt32BE(placed.contributors, from + 10);
    let to = from + HEADER_BYTES;
    if (event.at !== undefined) {
      flags |= Flag.at;
      to = bytes.writeDoubleBE(event.at, to);
    }
    if (weight !== 1) {
      flags |= Flag.weight;
      to = bytes.writeDoubleBE(weight, to);
    }
    if (type === 'retract' || type === 'revoke') to = bytes.writeDoubleBE(placed.of, to);
    if (!plain) {
      flags |= Flag.word;
      to = text(bytes, word, to);
    }
    if (type === 'policy') to = text(bytes, policy, to);
    const commit = (wanted: boolean, flag: number) => {
      if (!wanted) return 0;
      flags |= flag;
      const place = to;
      to += HASH_BYTES;
      return place;
    };
    this.idCommitment = commit(event.id !== undefined, Flag.id);
    this.oneCommitment = commit(placed.newOne, Flag.newOne);
    this.otherCommitment = commit(placed.newOther, Flag.newOther);
    bytes[from + 1] = flags;
    return to;
  }
}

/** The weight of an event, and its kind or issuer. */
export function statedBy(event: Event): { weight: number; word: string } {
  switch (event.type) {
    case 'endorse':
    case 'object':
      return { weight: event.weight, word: event.kind };
    case 'grant':
      return { weight: event.weight, word: event.issuer };
    default:
      return { weight: 1, word: DEFAULT_ISSUER };
  }
}

/** The kind or issuer that is not written. */
function ordinaryWord(type: Event['type']): string {
  return type === 'endorse' || type === 'object' ? DEFAULT_KIND : DEFAULT_ISSUER;
}

/** A text after its length. */
function text(bytes: Buffer, value: string, at: number): number {
  const length = bytes.write(value, at + 4);
  bytes.writeUInt32BE(length, at);
  return at + 4 + length;
}

/** One way to write a policy: fields in the order of their names. @throws PeerageError `bad-policy`. */
export function policyText(policy: unknown): string {
  let written: string | undefined;
  try {
    written = JSON.stringify(policy, (_, value) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
        : value,
    );
  } catch {
    written = undefined;
  }
  if (written !== undefined) return written;
  throw new PeerageError('bad-policy', 'can not be written as JSON; expected a plain object', {
    field: 'policy',
  });
}

/** What the bytes of an entry say; undefined where they are those of no entry. */
export function readEntry(content: Uint8Array): Said | undefined {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const type = TYPES[bytes[0] ?? TYPES.length];
  if (type === undefined || bytes.length < HEADER_BYTES) return undefined;
  const flags = bytes[1]!;
  const said: Said = {
    type,
    one: bytes.readUInt32BE(2),
    other: bytes.readUInt32BE(6),
    contributors: bytes.readUInt32BE(10),
    newOne: (flags & Flag.newOne) !== 0,
    newOther: (flags & Flag.newOther) !== 0,
    at: undefined,
    weight: 1,
    word: ordinaryWord(type),
    of: 0,
    policy: undefined,
    idCommitment: 0,
    oneCommitment: 0,
    otherCommitment: 0,
  };
  let at = HEADER_BYTES;
  try {
    const double = () => {
      at += 8;
      return bytes.readDoubleBE(at - 8);
    };
    const string = () => {
      const from = at + 4;
      at = from + bytes.readUInt32BE(at);
      return bytes.toString('utf8', from, at);
    };
    const commitment = (flag: number) => {
      if ((flags & flag) === 0) return 0;
      at += HASH_BYTES;
      return at - HASH_BYTES;
    };
    if ((flags & Flag.at) !== 0) said.at = double();
    if ((flags & Flag.weight) !== 0) said.weight = double();
    if (type === 'retract' || type === 'revoke') said.of = double();
    if ((flags & Flag.word) !== 0) said.word = string();
    if (type === 'policy') said.policy = JSON.parse(string());
    said.idCommitment = commitment(Flag.id);
    said.oneCommitment = commitment(Flag.newOne);
    said.otherCommitment = commitment(Flag.newOther);
  } catch {
    return undefined;
  }
  return at === bytes.length ? said : undefined;
}

/** The event that was said, given the names. */
export function eventOf(
  said: Said,
  id: string | undefined,
  name: (number: number) => string,
  idOf: (sequence: number) => string,
): Event {
  const { type, at, weight, word } = said;
  const event: Record<string, unknown> = { type };
  if (id !== undefined) event.id = id;
  if (at !== undefined) event.at = at;
  switch (type) {
    case 'endorse':
    case 'object':
      event.source = name(said.one);
      event.target = name(said.other);
      event.weight = weight;
      event.kind = word;
      break;
    case 'grant':
      event.target = name(said.one);
      event.weight = weight;
      event.issuer = word;
      break;
    case 'retract':
    case 'revoke':
      event.of = idOf(said.of);
      break;
    case 'policy':
      event.policy = said.policy;
      break;
    case 'forget':
      event.contributor = name(said.one);
      break;
    case 'advance':
      break;
  }
  return event as unknown as Event;
}

/** True if an entry names a contributor. */
export function touches(content: Uint8Array, number: number): boolean {
  const bytes = Buffer.from(content.buffer, content.byteOffset, HEADER_BYTES);
  return bytes.readUInt32BE(2) === number || bytes.readUInt32BE(6) === number;
}
