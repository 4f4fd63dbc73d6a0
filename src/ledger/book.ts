/**
 * The numbers behind names and the sequences behind ids, for whoever appends: what the shelf holds, as far as it
 * has been asked, and what is on its way there. Placing a batch gives each event its numbers, finds those
 * that are known already, and is taken back as a whole where one of them is refused.
 */
import { PeerageError, quote } from '../error.ts';
import type { Event } from '../event.ts';
import { nameBatches } from './batches.ts';
import type { Placed, Said } from './entry.ts';
import { policyText, readEntry, statedBy } from './entry.ts';
import { bytesOf, erasedNumber, textOf } from './name.ts';
import type { NameRow } from './row.ts';
import type { Shelf } from './shelf.ts';

/** Names that are kept at hand, all of them where there are no more; else they are asked for again. */
const NAMES_AT_HAND = 300_000;
/** Names that are read at a time, with other work in between. */
const NAMES = 200;

/** An event that is new, and where it goes. */
export interface Place {
  readonly event: Event;
  readonly placed: Placed;
  readonly sequence: number;
}

interface Known extends Pick<Said, 'type' | 'at' | 'weight' | 'word' | 'policy' | 'one' | 'other' | 'of'> {
  readonly sequence: number;
}

export class Book {
  /** By name, those on their way included. */
  readonly #numbers = new Map<string, number>();
  /** Whether a name that is not among them is nobody's. */
  #complete: boolean;
  /** Events with ids that are on their way, or were asked for by the batches at hand. */
  readonly #ids = new Map<string, Known>();
  /** Ids whose events have arrived; the shelf can be asked for them. */
  #arrived: string[] = [];
  /** Whoever was forgotten since the book was opened: the shelf may still say their names. */
  readonly #gone = new Set<number>();
  #undo: (() => void)[] = [];
  /** Contributors that the chain has introduced, and its last sequence. */
  contributors: number;
  sequence: number;

  constructor(contributors: number, sequence: number) {
    this.contributors = contributors;
    this.sequence = sequence;
    this.#complete = contributors === 0;
  }

  /** Asks the shelf for what the events mention. */
  async lookUp(shelf: Shelf, community: number, events: Iterable<Event>): Promise<void> {
    for (const id of this.#arrived) this.#ids.delete(id);
    this.#arrived = [];
    const names = new Set<string>();
    const ids = new Set<string>();
    for (const event of events) {
      // Where all names are at hand, one that is not among them is new.
      if (!this.#complete) {
        const [one, other] = [nameOne(event), nameOther(event)];
        if (one !== undefined && !this.#numbers.has(one)) names.add(one);
        if (other !== undefined && !this.#numbers.has(other)) names.add(other);
      }
      if (event.id !== undefined && !this.#ids.has(event.id)) ids.add(event.id);
      if ('of' in event && !this.#ids.has(event.of)) ids.add(event.of);
    }
    if (names.size > 0) {
      if (this.contributors <= NAMES_AT_HAND) await this.#learnAll(shelf, community);
      else this.#learn(await shelf.byName(community, [...names].map(bytesOf)));
    }
    if (ids.size === 0) return;
    for (const { id, content, sequence } of await shelf.byId(community, [...ids].map(bytesOf))) {
      const said = readEntry(content);
      if (said === undefined || id === null) continue;
      this.#ids.set(textOf(id), { ...said, sequence });
      this.#arrived.push(textOf(id));
    }
  }

  async #learnAll(shelf: Shelf, community: number): Promise<void> {
    for await (const rows of nameBatches(shelf, community, NAMES)) {
      this.#learn(rows);
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#complete = true;
  }

  #learn(rows: readonly NameRow[]): void {
    for (const { number, name } of rows) {
      if (!this.#gone.has(number)) this.#numbers.set(textOf(name), number);
    }
  }

  /** Places a batch, all or nothing, and returns the sequence of each event; new ones are added to `places`. */
  place(events: readonly Event[], places: Place[]): number[] {
    const { contributors, sequence } = this;
    const before = places.length;
    this.#undo = [];
    try {
      return events.map((event, index) => {
        try {
          return this.#place(event, places);
        } catch (error) {
          throw error instanceof PeerageError ? error.at({ index }) : error;
        }
      });
    } catch (error) {
      while (this.#undo.length > 0) this.#undo.pop()!();
      this.contributors = contributors;
      this.sequence = sequence;
      places.length = before;
      throw error;
    }
  }

  /** Events that are durable now. */
  arrived(places: readonly Place[]): void {
    for (const { event } of places) if (event.id !== undefined) this.#arrived.push(event.id);
  }

  /** Lets go of names, while none is on its way. */
  rest(): void {
    if (this.#numbers.size <= NAMES_AT_HAND) return;
    this.#numbers.clear();
    this.#complete = false;
  }

  #place(event: Event, places: Place[]): number {
    const known = event.id === undefined ? undefined : this.#known(event.id);
    if (known !== undefined) {
      if (this.#same(known, event)) return known.sequence;
      const reason = `${quote(event.id)} was used before for an event with other content`;
      throw new PeerageError('id-conflict', reason, { field: 'id', value: event.id });
    }
    const sequence = this.sequence + 1;
    if (event.id !== undefined) refusePlaceholder(event.id, 'id', sequence);
    const placed = this.#placed(event);
    this.sequence = sequence;
    places.push({ event, placed, sequence });
    const { id } = event;
    if (id !== undefined) {
      // An id that went with somebody who was forgotten may be taken again.
      const before = this.#ids.get(id);
      this.#ids.set(id, { ...knownOf(event, placed), sequence });
      this.#undo.push(() => (before === undefined ? this.#ids.delete(id) : this.#ids.set(id, before)));
    }
    return sequence;
  }

  #placed(event: Event): Placed {
    const placed: Placed = { one: 0, other: 0, newOne: false, newOther: false, contributors: 0, of: 0 };
    const before = this.contributors;
    switch (event.type) {
      case 'endorse':
      case 'object': {
        placed.one = this.#number(event.source, 'source');
        const between = this.contributors;
        placed.newOne = between > before;
        placed.other = this.#number(event.target, 'target');
        placed.newOther = this.contributors > between;
        break;
      }
      case 'grant':
        placed.one = this.#number(event.target, 'target');
        placed.newOne = this.contributors > before;
        break;
      case 'retract':
      case 'revoke':
        placed.of = this.#of(event.of);
        break;
      case 'policy':
        // Refused here and not when it is written.
        policyText(event.policy);
        break;
      case 'forget':
        placed.one = this.#forget(event.contributor);
        break;
      case 'advance':
        break;
    }
    placed.contributors = this.contributors;
    return placed;
  }

  /** The number of a name, which gets the next one if it is new. */
  #number(name: string, field: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.contributors + 1;
    refusePlaceholder(name, field, number);
    this.contributors = number;
    this.#numbers.set(name, number);
    this.#undo.push(() => this.#numbers.delete(name));
    return number;
  }

  /** From here on the name stands for nobody. */
  #forget(name: string): number {
    const number = this.#numbers.get(name);
    if (number === undefined) throw unknownContributor(name);
    this.#numbers.delete(name);
    this.#gone.add(number);
    this.#undo.push(() => {
      this.#numbers.set(name, number);
      this.#gone.delete(number);
    });
    return number;
  }

  #of(id: string): number {
    const known = this.#known(id);
    if (known !== undefined) return known.sequence;
    const reason = `${quote(id)} is not the id of an event of this ledger`;
    throw new PeerageError('unknown-event', reason, { field: 'of', value: id });
  }

  /** The event of an id, unless the id went with somebody who was forgotten. */
  #known(id: string): Known | undefined {
    const known = this.#ids.get(id);
    if (known === undefined || known.type === 'forget') return known;
    return this.#gone.has(known.one) || this.#gone.has(known.other) ? undefined : known;
  }

  #same(known: Known, event: Event): boolean {
    const { type, at, weight, word } = known;
    const like = statedBy(event);
    if (type !== event.type || !Object.is(at, event.at) || weight !== like.weight || word !== like.word)
      return false;
    switch (event.type) {
      case 'endorse':
      case 'object':
        return (
          known.one === this.#numbers.get(event.source) && known.other === this.#numbers.get(event.target)
        );
      case 'grant':
        return known.one === this.#numbers.get(event.target);
      case 'retract':
      case 'revoke':
        return known.of === this.#known(event.of)?.sequence;
      case 'policy':
        return policyText(known.policy) === policyText(event.policy);
      case 'forget':
        // Whose name it was nobody knows any more: the same, unless the name stands for somebody now.
        return !this.#numbers.has(event.contributor);
      case 'advance':
        return true;
    }
  }
}

function knownOf(event: Event, { one, other, of }: Placed): Omit<Known, 'sequence'> {
  const policy = event.type === 'policy' ? event.policy : undefined;
  return { type: event.type, at: event.at, ...statedBy(event), one, other, of, policy };
}

const nameOne = (event: Event) =>
  'source' in event
    ? event.source
    : event.type === 'grant'
      ? event.target
      : event.type === 'forget'
        ? event.contributor
        : undefined;
const nameOther = (event: Event) => ('source' in event ? event.target : undefined);

/** @throws PeerageError `bad-id` for a name or id that would be taken for an erased one. */
function refusePlaceholder(text: string, field: string, number: number): void {
  const erased = erasedNumber(text);
  if (erased === undefined || erased === number) return;
  const reason = `${quote(text)} stands for what was erased; expected another text`;
  throw new PeerageError('bad-id', reason, { field, value: text });
}

function unknownContributor(name: string): PeerageError {
  const reason = `${quote(name)} is not a contributor of this ledger`;
  return new PeerageError('unknown-contributor', reason, { field: 'contributor', value: name });
}
