/**
 * A ledger as plain lists, which shares no code with src: what each append must answer, what reading must give, and
 * what erasing leaves. Contributors and events are objects here, so that a name can be given to somebody else.
 */
import type { Event } from '../../src/event.ts';

interface Person {
  readonly number: number;
  readonly name: string;
  gone: boolean;
}
interface Line {
  readonly sequence: number;
  readonly event: Event;
  readonly people: readonly Person[];
  readonly of: Line | undefined;
  idGone: boolean;
}

export class Model {
  lines: Line[] = [];
  #people: Person[] = [];

  /** The sequences of a batch, or the code and index that it is refused with. */
  append(events: readonly Event[]): number[] | { code: string; index: number } {
    const before = { lines: [...this.lines], people: [...this.#people] };
    const flags = [...before.people.map((one) => one.gone), ...before.lines.map((one) => one.idGone)];
    const sequences: number[] = [];
    for (const [index, event] of events.entries()) {
      const answer = this.#one(event);
      if (typeof answer === 'string') {
        this.lines = before.lines;
        this.#people = before.people;
        for (const [k, one] of before.people.entries()) one.gone = flags[k]!;
        for (const [k, one] of before.lines.entries()) one.idGone = flags[before.people.length + k]!;
        return { code: answer, index };
      }
      sequences.push(answer);
    }
    return sequences;
  }

  #one(event: Event): number | string {
    const known = event.id === undefined ? undefined : this.#byId(event.id);
    if (known !== undefined) return this.#same(known, event) ? known.sequence : 'id-conflict';
    let people: Person[] = [];
    let of: Line | undefined;
    if (event.type === 'endorse' || event.type === 'object') {
      people = [this.#person(event.source), this.#person(event.target)];
    } else if (event.type === 'grant') people = [this.#person(event.target)];
    else if (event.type === 'retract' || event.type === 'revoke') {
      of = this.#byId(event.of);
      if (of === undefined) return 'unknown-event';
    } else if (event.type === 'forget') {
      const person = this.#find(event.contributor);
      if (person === undefined) return 'unknown-contributor';
      person.gone = true;
      people = [person];
      for (const line of this.lines) {
        if (line.event.type !== 'forget' && line.people.includes(person)) line.idGone = true;
      }
    }
    this.lines.push({ sequence: this.lines.length + 1, event, people, of, idGone: false });
    return this.lines.length;
  }

  #same(known: Line, event: Event): boolean {
    if (event.type === 'forget') {
      const alike = known.event.type === 'forget' && known.event.at === event.at;
      return alike && this.#find(event.contributor) === undefined;
    }
    return JSON.stringify(this.#told(known)) === JSON.stringify(sorted(event));
  }

  #byId(id: string): Line | undefined {
    return this.lines.find((line) => line.event.id === id && !line.idGone);
  }

  #find(name: string): Person | undefined {
    return this.#people.find((person) => person.name === name && !person.gone);
  }

  #person(name: string): Person {
    const found = this.#find(name);
    if (found !== undefined) return found;
    const person = { number: this.#people.length + 1, name, gone: false };
    this.#people.push(person);
    return person;
  }

  /** What reading gives of a line. */
  #told({ event, people, of, idGone, sequence }: Line): object {
    const [one, other] = people.map(({ gone, name, number }) => (gone ? `\u0000erased ${number}` : name));
    return sorted({
      ...event,
      ...(event.id !== undefined && idGone && { id: `\u0000erased ${sequence}` }),
      ...('source' in event && { source: one, target: other }),
      ...(event.type === 'grant' && { target: one }),
      ...(event.type === 'forget' && { contributor: one }),
      ...(of !== undefined && { of: of.idGone ? `\u0000erased ${of.sequence}` : of.event.id }),
    });
  }

  /** The whole ledger as reading gives it, fields in the order of their names. */
  told(): object[] {
    return this.lines.map((line) => this.#told(line));
  }

  /** Names that are in use. */
  names(): string[] {
    return this.#people.filter(({ gone }) => !gone).map(({ name }) => name);
  }
}

/** Fields in the order of their names, inside too. */
export function sorted<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([name, field]) => [name, sorted(field)])) as T;
}
