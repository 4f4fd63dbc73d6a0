/**
 * Packs events into steps: writes each entry with its commitments, chains it to the one before, and gathers the
 * names that are new. Buffers are its own and used again; a finished step is a copy.
 */
import { Buffer } from 'node:buffer';
import type { Event } from '../event.ts';
import type { Place } from './book.ts';
import { Salts, sha256 } from './chain.ts';
import type { Placed } from './entry.ts';
import { EntryWriter } from './entry.ts';
import type { Step } from './row.ts';
import { HASH_BYTES, SALT_BYTES } from './row.ts';

/** Bytes of a step, or little more: what is written in one go may be of many. */
const STEP = 1 << 26;

/** Packs entries, chaining each to the one before. */
export class StepWriter {
  readonly #entries = new EntryWriter();
  readonly #salts = new Salts();
  #names = Buffer.allocUnsafe(1 << 14);
  readonly #ends: number[] = [];
  readonly #nameEnds: number[] = [];
  #used = 0;
  #namesUsed = 0;
  #first = 0;
  #firstName = 0;

  /** Adds all, as `add` does, and finishes; whoever forgets ends a step. */
  pack(places: readonly Place[], head: Buffer): Step[] {
    const steps: Step[] = [];
    for (const { event, placed, sequence } of places) {
      this.add(sequence, event, placed, head);
      const forgets = event.type === 'forget' ? placed.one : 0;
      if (forgets > 0 || this.#used + this.#namesUsed >= STEP) steps.push(this.finish(forgets));
    }
    if (this.#ends.length > 0) steps.push(this.finish(0));
    return steps;
  }

  /** Adds an entry after the one whose hash is `head`, and writes its own hash there. */
  add(sequence: number, event: Event, placed: Placed, head: Buffer): void {
    if (this.#ends.length === 0) this.#first = sequence;
    const from = this.#used + HASH_BYTES;
    const end = this.#entries.write(from, event, placed);
    const { idCommitment, oneCommitment, otherCommitment } = this.#entries;
    let to = end;
    if (event.id !== undefined) {
      this.#entries.grow(end, SALT_BYTES + 3 * event.id.length);
      const { bytes } = this.#entries;
      this.#salts.write(bytes, end);
      to = end + SALT_BYTES + bytes.write(event.id, end + SALT_BYTES);
      sha256(bytes, end, to, bytes, idCommitment);
    } else this.#entries.grow(end, 0);
    const { bytes } = this.#entries;
    if (placed.newOne) this.#introduce(nameOne(event), placed, bytes, oneCommitment);
    if (placed.newOther) this.#introduce(nameOther(event), placed, bytes, otherCommitment);
    head.copy(bytes, this.#used);
    sha256(bytes, this.#used, end, head, 0);
    head.copy(bytes, this.#used);
    this.#ends.push(end, to);
    this.#used = to;
  }

  #introduce(name: string, placed: Placed, into: Buffer, at: number): void {
    if (this.#nameEnds.length === 0)
      this.#firstName = placed.contributors - (placed.newOne && placed.newOther ? 1 : 0);
    const from = this.#namesUsed;
    const needed = from + SALT_BYTES + 3 * name.length;
    if (needed > this.#names.length) {
      const grown = Buffer.allocUnsafe(Math.max(2 * this.#names.length, needed));
      this.#names.copy(grown, 0, 0, from);
      this.#names = grown;
    }
    this.#salts.write(this.#names, from);
    const to = from + SALT_BYTES + this.#names.write(name, from + SALT_BYTES);
    sha256(this.#names, from, to, into, at);
    this.#nameEnds.push(to);
    this.#namesUsed = to;
  }

  /** What was added since the last step. */
  finish(forgets: number): Step {
    const step = {
      first: this.#first,
      bytes: Uint8Array.from(this.#entries.bytes.subarray(0, this.#used)),
      ends: Uint32Array.from(this.#ends),
      firstName: this.#firstName,
      names: Uint8Array.from(this.#names.subarray(0, this.#namesUsed)),
      nameEnds: Uint32Array.from(this.#nameEnds),
      forgets,
    };
    this.#ends.length = 0;
    this.#nameEnds.length = 0;
    this.#used = 0;
    this.#namesUsed = 0;
    return step;
  }
}

/** Whom a new number of the first place stands for. */
function nameOne(event: Event): string {
  return event.type === 'grant' ? event.target : (event as { source: string }).source;
}

function nameOther(event: Event): string {
  return (event as { target: string }).target;
}
