/**
 * The model of the model-based run: what an engine must say after every call, found from scratch by the
 * plain witness, which shares no code with src. The events that an engine took are kept as a list; the
 * truth about them is a replay into dense matrices and a fixed point iterated to 1e-24. Everything that is
 * compared comes through the door. At most a dozen contributors: what only goes wrong at scale is in
 * extremes.test.ts and scripts/soak.ts.
 */
import { expect } from 'vitest';
import type { Score, Scores, TrustEngine } from '../../src/index.ts';
import { massAllowance, trustAllowance } from '../witness/allowance.ts';
import { sum } from '../witness/double-double.ts';
import { distance, fixedPoint, l1, type Solution, standings, voices } from '../witness/fixed-point.ts';
import { type DenseRecord, type LedgerEvent, type Policy, replay } from '../witness/record.ts';
import type { Setting } from './draws.ts';

/** What a run of commands adds up to. */
export interface Tally {
  commands: number;
  /** Comparisons of shares with the witness's. */
  checks: number;
  refusals: number;
  /** Settled to the tolerance that was asked for, and stopped short of it by rounding. */
  settled: number;
  rounded: number;
  /** Largest true error over published bound, where the bound is far above the witness's own rounding. */
  worst: number;
}

export const newTally = (): Tally => ({
  commands: 0,
  checks: 0,
  refusals: 0,
  settled: 0,
  rounded: 0,
  worst: 0,
});

/** The truth at a sequence. */
export interface Truth {
  record: DenseRecord;
  exact: Solution;
}

/** A view that was handed out, what was true of it then, and its rows once they have been read. */
export interface Held {
  scores: Scores;
  truth: Truth;
  rows: Score[] | null;
}

/** What can still be taken back, and events that can be sent again word for word. */
interface Open {
  type: 'retract' | 'revoke';
  of: string;
  names: string[];
}
interface Repeatable {
  event: LedgerEvent;
  names: string[];
}

export class World {
  events: LedgerEvent[] = [];
  open: Open[] = [];
  taken: string[] = [];
  /** Ids of events that forgot somebody. */
  forgets: string[] = [];
  repeatable: Repeatable[] = [];
  present = new Set<string>();
  gone = new Set<string>();
  held: Held[] = [];
  /** The last view of each of the last few sequences, and who was forgotten since. */
  past: { scores: Scores; forgotten: Set<string> }[] = [];
  advanced: number | undefined;
  firstDate: number | undefined;
  policy: Policy;
  ids = 0;
  /** Every call so far, for whoever has to find out what went wrong. */
  readonly script: string[] = [];
  #truth: Truth | null = null;

  constructor(
    readonly initial: Policy,
    readonly tolerance: number,
    /** Every statement has a date, so a policy may have a half-life. */
    readonly dated: boolean,
    readonly tally: Tally,
    /** What random commands take their numbers from. */
    readonly setting?: Setting,
  ) {
    this.policy = initial;
  }

  get sequence(): number {
    return this.events.length;
  }

  /** Takes an event that the engine is about to take. */
  take(event: LedgerEvent): void {
    this.#truth = null;
    this.events.push(event);
    const names: string[] = [];
    switch (event.type) {
      case 'endorse':
      case 'object':
        names.push(event.source, event.target);
        if (typeof event.at === 'number') this.firstDate ??= event.at;
        if (event.id !== undefined) this.open.push({ type: 'retract', of: event.id, names });
        break;
      case 'grant':
        names.push(event.target);
        if (event.id !== undefined) this.open.push({ type: 'revoke', of: event.id, names });
        break;
      case 'retract':
      case 'revoke': {
        const at = this.open.findIndex(({ of }) => of === event.of);
        names.push(...this.open.splice(at, 1)[0]!.names);
        this.taken.push(event.of);
        break;
      }
      case 'policy':
        this.policy = event.policy as Policy;
        break;
      case 'advance':
        this.advanced = event.at as number;
        break;
      case 'forget': {
        const left = event.contributor;
        const without = <T extends { names: string[] }>(list: T[]) =>
          list.filter((one) => !one.names.includes(left));
        // With the contributor go the ids of all that touched it.
        const lost = new Set(
          [...this.open, ...this.repeatable].flatMap((one) => (one.names.includes(left) ? idOf(one) : [])),
        );
        this.open = without(this.open);
        this.repeatable = without(this.repeatable);
        this.taken = this.taken.filter((id) => !lost.has(id));
        this.present.delete(left);
        this.gone.add(left);
        for (const { forgotten } of this.past) forgotten.add(left);
        if (event.id !== undefined) this.forgets.push(event.id);
        break;
      }
    }
    for (const name of names) {
      this.present.add(name);
      this.gone.delete(name);
    }
    // Nobody knows whom a forget was about: where the name is in use again, its id is refused.
    this.repeatable = this.repeatable.filter(
      ({ event }) => event.type !== 'forget' || !names.includes(event.contributor),
    );
    if (event.id !== undefined) this.repeatable.push({ event, names });
  }

  /** The truth about all events taken. */
  truth(): Truth {
    if (this.#truth === null) {
      const record = replay({ initial: this.initial, events: this.events });
      this.#truth = { record, exact: fixedPoint(record) };
    }
    return this.#truth;
  }

  /** Holds the engine, as it stands, against the truth; its view in part or, if `whole`, in full. */
  check(engine: TrustEngine, whole: boolean): void {
    const { record } = this.truth();
    const live = (type: string) => record.live.filter((past) => past.type === type).length;
    expect({
      order: engine.order,
      size: engine.size,
      sequence: engine.sequence,
      endorsements: engine.endorsements,
      objections: engine.objections,
      policy: { ...engine.policy },
    }).toEqual({
      order: record.ids.length,
      size: record.size,
      sequence: this.sequence,
      endorsements: live('endorse'),
      objections: live('object'),
      policy: record.policy,
    });
    const { bound } = engine;
    const scores = engine.scores({ settle: false });
    expect(scores.bound).toBe(bound);
    expect(scores.sequence).toBe(this.sequence);
    this.hold(scores);
    this.judge(scores, this.truth());
    if (whole) this.read(this.held.at(-1)!);
  }

  /** Remembers a view. */
  hold(scores: Scores): void {
    if (this.held.at(-1)?.scores === scores) return;
    this.held.push({ scores, truth: this.truth(), rows: null });
    const last = this.past.at(-1);
    if (last?.scores.sequence === scores.sequence) last.scores = scores;
    else this.past.push({ scores, forgotten: new Set() });
    if (this.past.length > 5) this.past.shift();
    // Unread ones, whose standings are still to be measured, are let go of least.
    if (this.held.length > 12) this.held.splice(this.held[0]!.rows === null ? 1 : 0, 1);
  }

  /** Shares against the witness: within the bound at any moment, settled or not. */
  judge(scores: Scores, { record, exact }: Truth): void {
    this.tally.checks++;
    expect(scores.length).toBe(record.ids.length);
    expect(scores.bound).toBeGreaterThanOrEqual(0);
    expect(scores.bound).toBeLessThanOrEqual(2);
    if (record.ids.length === 0) return;
    // Contributors are numbered in the order they were first mentioned.
    const trust = scores.trustByContributor().filter((share) => !Number.isNaN(share));
    expect(trust.length).toBe(record.ids.length);
    expect(Math.min(...trust)).toBeGreaterThanOrEqual(0);
    expect(Math.abs(sum(trust) - 1)).toBeLessThanOrEqual(trust.length * Number.EPSILON);
    const error = l1(trust, exact.trust);
    const allowance = trustAllowance(record);
    if (scores.bound > 100 * allowance) this.tally.worst = Math.max(this.tally.worst, error / scores.bound);
    if (!(error <= scores.bound + allowance)) {
      throw new Error(`trust is off by ${error}, bound ${scores.bound}, allowance ${allowance}`);
    }
  }

  /** Every number of a view against the truth at its time; when it is read again, against the first time. */
  read(held: Held): void {
    const { scores, truth } = held;
    const { record, exact } = truth;
    const rows = [...scores];
    const known = held.rows !== null;
    if (known) expect(rows).toEqual(held.rows);
    held.rows = rows;
    if (known) return;
    this.judge(scores, truth);
    const order = record.ids.length;
    if (order === 0) return;
    const byName = new Map(rows.map((row) => [row.contributor, row]));
    expect([...byName.keys()].sort()).toEqual([...record.ids].sort());
    const score = record.ids.map((id) => byName.get(id)!);
    expect(scores.of(record.ids[0]!)).toEqual(score[0]);
    expect(scores.top(3)).toEqual(rows.slice(0, 3));

    const column = (of: (row: Score) => number) => Float64Array.from(score, of);
    const total = sum(record.credentials);
    const point = { x: column((row) => row.mass * total), z: column((row) => row.distrust * total) };
    for (const value of [...point.x, ...point.z]) expect(value).toBeGreaterThanOrEqual(0);
    if (scores.bound < 2) {
      const voice = sum(voices(record, point));
      const off = distance(record, point, exact);
      // Moving all voices by d moves the shares by |d| + |sum d| over the voices at most. Where somebody objects or a cap
      // holds, the two are taken to be equal; else what rose opposes what fell, and |d| is all that is sure.
      const { cap, balance } = record.policy;
      const free = (cap === null || balance === 1) && !record.live.some(({ type }) => type === 'object');
      expect(off).toBeLessThanOrEqual((scores.bound * voice) / (free ? 1 : 2) + massAllowance(record, voice));
    }
    const allowance = trustAllowance(record);
    const standing = standings(record, exact.y);
    const apart = (scores.bound + allowance) * (order / 2 + 1 / 4);
    rows.forEach((row, place) => {
      expect(row.rank).toBe(place + 1);
      expect(row.multiple).toBe(row.trust * order);
      const v = record.ids.indexOf(row.contributor);
      expect(Math.abs(row.standing - standing[v]!)).toBeLessThanOrEqual(apart);
      // What is said to be a proven rank is one.
      const above = exact.trust.filter((share) => share - exact.trust[v]! > 2 * allowance).length;
      const below = exact.trust.filter((share) => exact.trust[v]! - share > 2 * allowance).length;
      expect(row.rankTo).toBeGreaterThan(above);
      expect(row.rankFrom).toBeLessThanOrEqual(order - below);
      if (place > 0) expect(rows[place - 1]!.trust).toBeGreaterThanOrEqual(row.trust);
    });
  }
}

function idOf(one: Open | Repeatable): string[] {
  if ('of' in one) return [one.of];
  return one.event.id === undefined ? [] : [one.event.id];
}
