/**
 * Engines that keep scores up to date, with one fault each: around the dense scorer of these tests, which is
 * right. With no fault it is an engine that starts from nothing at every look.
 */
import type { EventInput, Policy } from '../../src/index.ts';
import type { IncrementalEngine } from '../../src/testing.ts';
import { dense } from './dense.ts';

/** What is wrong with an engine, each a sentence. */
export const ENGINE_FAULTS = {
  'stale cache': 'scores are kept until somebody new comes',
  'retraction in a batch ignored': 'what is said and taken back in one batch stays',
  'last of a batch lost': 'the last event of a larger batch is not taken',
  'batch reversed': 'events of a batch are taken backwards',
  'credentials one batch late': 'a credential counts from the next batch on',
  'looking counts': 'each look takes the last event once more',
  'bound understated': 'answers are rough, and said to be exact',
  'first policy kept': 'a policy event changes nothing',
} as const;

export type EngineFault = keyof typeof ENGINE_FAULTS;

/** Makes engines with a fault, or with none. */
export function engines(fault?: EngineFault): (policy: Policy) => IncrementalEngine {
  return (policy) => new Engine(policy, fault);
}

class Engine implements IncrementalEngine {
  readonly bound: number;
  readonly #policy: Policy;
  readonly #fault: EngineFault | undefined;
  readonly #events: EventInput[] = [];
  #late: EventInput[] = [];
  #kept = new Map<string, number>();

  constructor(policy: Policy, fault: EngineFault | undefined) {
    this.#policy = policy;
    this.#fault = fault;
    this.bound = fault === 'bound understated' ? 1e-12 : 1e-9;
  }

  apply(events: readonly EventInput[]): void {
    this.#events.push(...this.#late, ...this.#taken(events));
    this.#late = this.#fault === 'credentials one batch late' ? events.filter(isGrant) : [];
  }

  #taken(events: readonly EventInput[]): readonly EventInput[] {
    switch (this.#fault) {
      case 'retraction in a batch ignored': {
        const said = new Set(events.map(({ id }) => id));
        return events.filter((event) => event.type !== 'retract' || !said.has(event.of));
      }
      case 'last of a batch lost':
        return events.length > 1 ? events.slice(0, -1) : events;
      case 'batch reversed':
        return events.toReversed();
      case 'credentials one batch late':
        // Whoever is granted one is there at once.
        return events.map((event) =>
          isGrant(event) ? { type: 'endorse', source: event.target, target: event.target } : event,
        );
      case 'first policy kept':
        return events.filter(({ type }) => type !== 'policy');
      default:
        return events;
    }
  }

  scores(): Map<string, number> {
    const scorer = dense(this.#fault === 'bound understated' ? 'N-scaled tolerance' : undefined);
    const scores = scorer(this.#events, this.#policy);
    if (this.#fault === 'looking counts') {
      const { id: _, ...last } = this.#events.at(-1)!;
      this.#events.push(last as EventInput);
    }
    if (this.#fault !== 'stale cache') return scores;
    if (scores.size !== this.#kept.size) this.#kept = scores;
    return this.#kept;
  }
}

const isGrant = (event: EventInput): event is Extract<EventInput, { type: 'grant' }> =>
  event.type === 'grant';
