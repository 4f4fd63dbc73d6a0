/**
 * One measurement of the incremental bench, in a process of its own, bundled as the package is: reads a
 * task in JSON from its argument and prints one line of JSON. Every settle is held to its tolerance, and at the
 * end the shares are held against an independent solution: what is wrong ends the run, and says by how much.
 */
import { presets } from '../src/policy.ts';
import { beginning, readCommunity, type Source } from './community.ts';
import { drawEvents, type Events, laterStatements } from './events.ts';
import { columnsOf, EngineHost, type Host, SolverHost } from './hosts.ts';
import { Recomputed } from './recompute.ts';
import { coldSolve, cpuTime, type Distribution, distribution, timerCost } from './timing.ts';
import { WarmSweep, Yardstick } from './warm.ts';

export interface Task {
  /** Settle after each event; absorb them all, then settle; settle beside warm sweeps; the same, and the yardstick. */
  readonly mode: 'settle' | 'absorb' | 'warm' | 'yardstick';
  readonly level: 'solver' | 'engine';
  readonly source: Source;
  readonly policy: 'classic' | 'guarded';
  readonly tolerance: number;
  /** Events measured; those of a stream are its last ones. 0: the whole stream, from nothing, without warm-up. */
  readonly events: number;
  readonly warmUp: number;
}

/** Microseconds an event, but for `cold` (milliseconds), `total` and `settled` (milliseconds of the processor). */
export interface Measurement {
  readonly order: number;
  readonly size: number;
  readonly events: number;
  readonly cold: number;
  readonly timer: number;
  readonly absorb: Distribution;
  readonly settle?: Distribution;
  /** The warm sweep over the same events. */
  readonly sweep?: Distribution;
  /** Processor time of all events together, settled unless absorbed only. */
  readonly total: number;
  /** Of the warm sweeps alone. */
  readonly swept?: number;
  /** Of settling once after all. */
  readonly settled?: number;
  /** Edges visited by settling, by the warm sweep, and by the yardstick: means an event (of all, if absorbed). */
  readonly visits: number;
  readonly sweepVisits?: number;
  readonly yardstick?: number;
  /** Published bound at the end, L1 distance from the exact shares, and how exact those are. */
  readonly bound: number;
  readonly distance: number;
  readonly exactWithin: number;
}

const SEED = 7;
/** Events that one way takes before the other takes the same, so that each has its own caches warm. */
const BLOCK = 10;

function main(task: Task): Measurement {
  const { mode, level, source, warmUp, tolerance } = task;
  const policy = presets[task.policy];
  const all = readCommunity(source);
  const stream = source.kind === 'trailers';
  const fromNothing = task.events === 0;
  const wanted = fromNothing ? all.source.length : task.events + warmUp;
  const community = stream ? beginning(all, Math.max(0, all.source.length - wanted)) : all;
  const events = stream ? laterStatements(all, community) : drawEvents(all, wanted, SEED);
  const base = columnsOf(fromNothing ? all : community, policy);
  const { cold, voices } = coldSolve(base, policy);
  const host =
    level === 'engine'
      ? new EngineHost(community, all.ids, events, policy)
      : new SolverHost(base, events, policy, voices);
  if (!fromNothing) host.settle(Math.min(tolerance, 1e-9));

  const measured =
    mode === 'warm'
      ? besideSweeps(host, new WarmSweep(base, events, policy, voices), warmUp, events, tolerance)
      : mode === 'absorb'
        ? absorbed(host, warmUp, events, tolerance)
        : settled(host, warmUp, events, tolerance);
  const exact = new Recomputed(community, events, policy);
  const yardstick =
    mode === 'yardstick' ? yardstickOf(exact, warmUp, tolerance) : takeAll(exact, 0, events.count);
  const { shares, bound } = host.shares();
  const exactWithin = exact.solve(tolerance / 1000);
  const distance = exact.distance(shares);
  if (!(bound <= tolerance)) throw new Error(`the published bound is ${bound} at the end`);
  if (!(distance - exactWithin <= bound)) {
    throw new Error(`the shares are ${distance} from the exact ones, and the published bound is ${bound}`);
  }
  return {
    order: base.columns.order,
    size: base.columns.size,
    events: events.count - warmUp,
    cold,
    timer: timerCost(),
    ...measured,
    ...(yardstick !== undefined && { yardstick }),
    bound,
    distance,
    exactWithin,
  };
}

function check(bound: number, tolerance: number, k: number): void {
  if (!(bound <= tolerance)) throw new Error(`after event ${k} the bound is ${bound}, not ${tolerance}`);
}

/** Takes the `k`th event and settles, each timed in nanoseconds; returns the edges visited. */
function one(
  host: Host,
  k: number,
  tolerance: number,
  absorbing: Float64Array,
  settling: Float64Array,
): number {
  const before = process.hrtime.bigint();
  host.take(k);
  const between = process.hrtime.bigint();
  const { bound, edgeVisits } = host.settle(tolerance);
  const after = process.hrtime.bigint();
  check(bound, tolerance, k);
  absorbing[k] = Number(between - before);
  settling[k] = Number(after - between);
  return edgeVisits;
}

function settled(host: Host, warmUp: number, { count }: Events, tolerance: number) {
  const absorbing = new Float64Array(count);
  const settling = new Float64Array(count);
  let visits = 0;
  const run = (from: number, to: number) => {
    visits = 0;
    for (let k = from; k < to; k++) {
      visits += one(host, k, tolerance, absorbing, settling);
    }
  };
  run(0, warmUp);
  const total = cpuTime(() => run(warmUp, count));
  return {
    absorb: distribution(absorbing.subarray(warmUp)),
    settle: distribution(settling.subarray(warmUp)),
    total,
    visits: visits / (count - warmUp),
  };
}

/** Takes all events without settling, then settles once. */
function absorbed(host: Host, warmUp: number, { count }: Events, tolerance: number) {
  for (let k = 0; k < warmUp; k++) {
    host.take(k);
    if (k % 100 === 0) check(host.settle(1e-4).bound, 1e-4, k);
  }
  check(host.settle(tolerance).bound, tolerance, warmUp);
  const absorbing = new Float64Array(count);
  const total = cpuTime(() => {
    for (let k = warmUp; k < count; k++) {
      const before = process.hrtime.bigint();
      host.take(k);
      absorbing[k] = Number(process.hrtime.bigint() - before);
    }
  });
  let visits = 0;
  const settled = cpuTime(() => {
    const { bound, edgeVisits } = host.settle(tolerance);
    check(bound, tolerance, count);
    visits = edgeVisits;
  });
  return { absorb: distribution(absorbing.subarray(warmUp)), total, settled, visits };
}

/** Settles, and sweeps from the voices before, after the same events, by blocks. */
function besideSweeps(host: Host, warm: WarmSweep, warmUp: number, { count }: Events, tolerance: number) {
  const absorbing = new Float64Array(count);
  const settling = new Float64Array(count);
  const sweeping = new Float64Array(count);
  let [visits, sweepVisits, total, swept] = [0, 0, 0, 0];
  const settleOne = (k: number) => {
    const edgeVisits = one(host, k, tolerance, absorbing, settling);
    if (k >= warmUp) visits += edgeVisits;
  };
  const sweepOne = (k: number) => {
    warm.take(k);
    const { nanoseconds, milliseconds, bound, edgeVisits } = warm.solve(tolerance);
    check(bound, tolerance, k);
    sweeping[k] = nanoseconds;
    if (k < warmUp) return;
    sweepVisits += edgeVisits;
    swept += milliseconds;
  };
  for (let from = 0; from < count; ) {
    const to = Math.min(from < warmUp ? warmUp : count, from + BLOCK);
    const milliseconds = cpuTime(() => {
      for (let k = from; k < to; k++) settleOne(k);
    });
    if (from >= warmUp) total += milliseconds;
    for (let k = from; k < to; k++) sweepOne(k);
    from = to;
  }
  const measured = count - warmUp;
  return {
    absorb: distribution(absorbing.subarray(warmUp)),
    settle: distribution(settling.subarray(warmUp)),
    sweep: distribution(sweeping.subarray(warmUp)),
    total,
    swept,
    visits: visits / measured,
    sweepVisits: sweepVisits / measured,
  };
}

function takeAll(exact: Recomputed, from: number, to: number): undefined {
  for (let k = from; k < to; k++) exact.take(k);
}

/** Mean of the yardstick over the measured events. */
function yardstickOf(exact: Recomputed, warmUp: number, tolerance: number): number {
  takeAll(exact, 0, warmUp);
  const yardstick = new Yardstick(exact);
  let edges = 0;
  for (let k = warmUp; k < exact.events.count; k++) edges += yardstick.measure(k, tolerance);
  return edges / (exact.events.count - warmUp);
}

process.stdout.write(`${JSON.stringify(main(JSON.parse(process.argv[2])))}\n`);
