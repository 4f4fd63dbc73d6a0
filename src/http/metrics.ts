/**
 * What is counted, for Prometheus. Labels are routes, statuses and reasons, of which there are few, and the ids
 * of communities up to a hundred; never a contributor. Where prom-client is not installed nothing is counted.
 */
import type { Registry } from 'prom-client';
import { isMissing } from './missing.ts';

/** What is known of a community when it is asked for. */
export interface Gauged {
  readonly community: string;
  readonly sequence: number;
  readonly bound: number;
  readonly order: number;
}

export interface Metrics {
  answered(method: string, route: string, status: number, seconds: number): void;
  events(community: string, count: number): void;
  shed(reason: string): void;
  webhook(outcome: 'delivered' | 'retried' | 'dead' | 'dropped'): void;
  /** Adds what is measured when it is asked for. */
  gauge(name: string, help: string, read: () => number): void;
  communities(read: () => Iterable<Gauged>): void;
  /** Null where prom-client is not installed. */
  text(): Promise<string | null>;
}

const COMMUNITIES = 100;
const METHODS = 'GET HEAD POST PUT PATCH DELETE OPTIONS'.split(' ');
/** Seconds; most answers take well below a millisecond. */
const BUCKETS = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export async function openMetrics(): Promise<Metrics> {
  const prometheus = await load();
  if (prometheus === null) return NONE;
  const { Counter, Gauge, Histogram, Registry } = prometheus;
  const registry: Registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'peerage_requests_total',
    help: 'Requests that were answered.',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'peerage_request_seconds',
    help: 'Time to answer, from the first gate to the head of the answer.',
    labelNames: ['route'],
    buckets: BUCKETS,
    registers,
  });
  const events = new Counter({
    name: 'peerage_events_total',
    help: 'Entries that were added to the ledger.',
    labelNames: ['community'],
    registers,
  });
  const shed = new Counter({
    name: 'peerage_shed_total',
    help: 'Requests that were refused because of the load.',
    labelNames: ['reason'],
    registers,
  });
  const webhooks = new Counter({
    name: 'peerage_webhook_attempts_total',
    help: 'Attempts to deliver, by what came of them.',
    labelNames: ['outcome'],
    registers,
  });
  const named = new Set<string>();
  const label = (community: string) => {
    if (named.size < COMMUNITIES) named.add(community);
    return named.has(community) ? community : 'other';
  };
  const gauge = (name: string, help: string, read: () => number) => {
    new Gauge({
      name: `peerage_${name}`,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  };
  return {
    answered(method, route, status, seconds) {
      const known = METHODS.includes(method) ? method : 'other';
      requests.inc({ method: known, route, status }, 1);
      durations.observe({ route }, seconds);
    },
    events: (community, count) => events.inc({ community: label(community) }, count),
    shed: (reason) => shed.inc({ reason }),
    webhook: (outcome) => webhooks.inc({ outcome }),
    gauge,
    communities(read) {
      for (const what of ['sequence', 'bound', 'order'] as const) {
        new Gauge({
          name: `peerage_${what}`,
          help: HELP[what],
          labelNames: ['community'],
          registers,
          collect() {
            this.reset();
            for (const one of read()) {
              // What is "other" has no one sequence.
              if (label(one.community) === one.community) this.set({ community: one.community }, one[what]);
            }
          },
        });
      }
      gauge('communities', 'Communities that are open.', () => [...read()].length);
    },
    text: () => registry.metrics(),
  };
}

const HELP = {
  sequence: 'Events that are taken into account.',
  bound: 'Proven L1 distance of the published shares from the exact ones.',
  order: 'Contributors.',
} as const;

const NONE: Metrics = {
  answered() {},
  events() {},
  shed() {},
  webhook() {},
  gauge() {},
  communities() {},
  text: async () => null,
};

async function load() {
  try {
    return await import('prom-client');
  } catch (error) {
    if (!isMissing(error)) throw error;
    return null;
  }
}
