/** What the guards of one server share: its keys, its limits and how much of them is used, its log and counts. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Milliseconds } from '../../event.ts';
import type { Documents } from '../../ledger/contract.ts';
import { Keys } from '../keys.ts';
import { type Log, SILENT } from '../log.ts';
import { type Metrics, openMetrics } from '../metrics.ts';
import { Buckets } from './bucket.ts';
import { type Load, loadOf } from './load.ts';
import { Waiting, type WaitingLimits } from './waiting.ts';

export interface GuardOptions {
  readonly load?: Partial<Load> | undefined;
  readonly log?: Log | undefined;
  readonly allowInProcess: boolean;
  readonly clock: () => Milliseconds;
  readonly ticks: () => Milliseconds;
}

export interface Guards {
  readonly keys: Keys;
  readonly load: Load;
  readonly rates: Buckets;
  /** Room for writes, for bodies of what changes nothing, and for answers that take long. */
  readonly waiting: Waiting;
  readonly asking: Waiting;
  readonly working: Waiting;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly clock: () => Milliseconds;
  readonly ticks: () => Milliseconds;
  /** Whether a request that shows no connection is answered while there is no key. */
  readonly allowInProcess: boolean;
  /** The longest turn of the event loop in the last second, in milliseconds. */
  delay(): Milliseconds;
  /** From now on all that asks for something is refused. */
  closing: boolean;
  close(): void;
}

export async function openGuards(documents: Documents, options: GuardOptions): Promise<Guards> {
  const { log = SILENT, clock, ticks, allowInProcess } = options;
  const load = loadOf(options.load);
  const metrics = await openMetrics();
  const turns = watchTurns();
  const guards: Guards = {
    ...{ keys: await Keys.open(documents, clock), load, log, metrics, clock, ticks },
    allowInProcess,
    ...{ rates: new Buckets(load.rate), closing: false },
    ...{ waiting: new Waiting(load), asking: new Waiting(load), working: new Waiting(longOf(load)) },
    delay: turns.longest,
    close() {
      guards.closing = true;
      turns.stop();
    },
  };
  metrics.gauge('writes_waiting', 'Writes that are being taken.', () => guards.waiting.writes);
  metrics.gauge('writes_in_line', 'Writes that wait for room.', () => guards.waiting.standing);
  metrics.gauge(
    'event_loop_delay_seconds',
    'The longest turn in the last second.',
    () => turns.longest() / 1000,
  );
  return guards;
}

/** Room for long answers: none stands in line for it, and they have no bytes of their own. */
function longOf({ heavy, heavyEach }: Load): WaitingLimits {
  const [bytes, bytesEach] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  return { writes: heavy, writesEach: heavyEach, bytes, bytesEach, line: 0, lineEach: 0, patience: 0 };
}

/** The longest turn of this second and the last. */
function watchTurns() {
  const histogram = monitorEventLoopDelay({ resolution: 20 });
  histogram.enable();
  let before = 0;
  const timer = setInterval(() => {
    before = histogram.max / 1e6;
    histogram.reset();
  }, 1000);
  timer.unref();
  return {
    longest: () => Math.max(before, histogram.max / 1e6),
    stop() {
      clearInterval(timer);
      histogram.disable();
    },
  };
}
