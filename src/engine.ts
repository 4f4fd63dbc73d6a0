/**
 * The only mutable object a host holds. It takes events in, whole batches or nothing, and gives immutable
 * scores out; it wires the rooms and holds no mathematics.
 */
import { PeerageError } from './error.ts';
import type { EventInput, Milliseconds } from './event.ts';
import { parseDate, parseEvent } from './event.ts';
import type { Policy, PolicyInput } from './policy.ts';
import { parsePolicy } from './policy.ts';
import { Record } from './record/record.ts';
import { weigh } from './record/weigh.ts';
import { Scores } from './scores.ts';
import { sweep } from './solver/sweep.ts';

export interface EngineOptions {
  /** Any part of a policy; the rest are the defaults (preset `classic`). */
  policy?: PolicyInput;
  /** Wanted bound of the published shares (L1), above 0, at most 2; 1e-9 where it is left out. */
  tolerance?: number;
  /** An event dated later than this is refused. */
  notAfter?: Milliseconds | string | Date;
}

/**
 * Scores a community from its events.
 * @example
 * const engine = new TrustEngine({ policy: { damping: 0.85 } });
 * engine.apply([{ type: 'endorse', source: 'ada', target: 'linus' }]);
 * engine.scores().of('linus')?.rank; // 1
 */
export class TrustEngine {
  readonly #record: Record;
  readonly #tolerance: number;
  #scores: Scores | null = null;
  #size: number | null = null;

  /** @throws PeerageError `bad-policy`, `bad-option` or `bad-date`. */
  constructor({ policy, tolerance = 1e-9, notAfter }: EngineOptions = {}) {
    this.#tolerance = checkTolerance(tolerance);
    this.#record = new Record({
      policy: parsePolicy(policy),
      ...(notAfter === undefined ? {} : { notAfter: parseDate(notAfter, 'notAfter') }),
    });
  }

  /**
   * Takes one event or a batch, all or nothing, and returns the sequence. An event whose id is known with
   * the same content counts once.
   * @throws PeerageError with a stable `code`, the index in the batch, the field and the value.
   */
  apply(events: EventInput | Iterable<EventInput>): number {
    const batch = isBatch(events) ? events : [events];
    const record = this.#record;
    record.batch(() => {
      let index = 0;
      for (const event of batch) {
        try {
          record.apply(parseEvent(event));
        } catch (error) {
          throw error instanceof PeerageError ? error.at({ index }) : error;
        }
        index++;
      }
    });
    this.#scores = null;
    this.#size = null;
    return record.sequence;
  }

  /** The scores as of now, with a bound of at most the tolerance where floating point allows. */
  scores(): Scores {
    this.#scores ??= this.#solve();
    return this.#scores;
  }

  /** Contributors. */
  get order(): number {
    return this.#record.order;
  }

  /** Endorsed pairs of different contributors. */
  get size(): number {
    this.#size ??= weigh(this.#record, this.policy, this.#record.time).size;
    return this.#size;
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

  #solve(): Scores {
    const { policy, sequence, contributors, time } = this.#record;
    const columns = weigh(this.#record, policy, time);
    this.#size = columns.size;
    const solution = sweep(columns, policy, { tolerance: this.#tolerance });
    return new Scores({ columns, solution, contributors, policy, sequence });
  }
}

function isBatch(events: EventInput | Iterable<EventInput>): events is Iterable<EventInput> {
  return typeof events === 'object' && events !== null && Symbol.iterator in events;
}

/** @throws PeerageError `bad-option`. */
export function checkTolerance(tolerance: number): number {
  if (typeof tolerance === 'number' && tolerance > 0 && tolerance <= 2) return tolerance;
  throw new PeerageError(
    'bad-option',
    `${tolerance} is not a tolerance; expected a number above 0, at most 2`,
    {
      field: 'tolerance',
      value: tolerance,
    },
  );
}
