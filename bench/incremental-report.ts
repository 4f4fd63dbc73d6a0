/**
 * The tables of the incremental bench: each number beside its target, and at the end of each row what the
 * independent solution said.
 */
import type { Community } from './incremental.ts';
import type { Measurement, Task } from './measure.ts';
import { against, digits, table } from './table.ts';

export interface Measured {
  readonly community: Community;
  readonly task: Omit<Task, 'source'>;
  readonly result: Measurement;
}

const ABSORB_MEDIAN = 1;
const ABSORB_P99 = 10;
const TIMES_SWEEP = 1.1;
const TIMES_YARDSTICK = 10;

/** The line that says what community it was. */
export function setting({ name, about }: Community, measured: readonly Measured[]): string {
  const { order, size } = measured.find(({ community }) => community.name === name)!.result;
  return `- ${name}: ${about}; ${order} contributors, ${size} endorsed pairs`;
}

const section = (text: readonly string[], rows: string[][]): string[] =>
  rows.length > 1 ? [...text, '', table(rows), ''] : [];

const exponent = (tolerance: number) => tolerance.toExponential(0);
const truth = ({ distance, bound }: Measurement) =>
  `${distance.toExponential(1)} of ${bound.toExponential(1)}`;
const isWholeStream = ({ task }: Measured) => task.events === 0;

export function absorbTable(measured: readonly Measured[]): string[] {
  const rows = [['graph', 'level', 'events', 'mean, us', 'median, us', 'target', 'p99, us', 'target']];
  for (const { community, task, result } of measured.filter(({ task }) => task.mode === 'absorb')) {
    const { mean, median, p99 } = result.absorb;
    rows.push([
      community.name,
      task.level,
      String(result.events),
      digits(mean),
      digits(median),
      against(median, 'at most', ABSORB_MEDIAN),
      digits(p99),
      against(p99, 'at most', ABSORB_P99),
    ]);
  }
  return section(
    [
      'Absorbing one event, no settling, by policy `classic`. Solver: a weight of two rows moves. Engine: `apply` of',
      'an event as an object, its checks, ids and record included.',
    ],
    rows,
  );
}

export function settleTable(measured: readonly Measured[]): string[] {
  const rows = [
    [
      'graph',
      'policy',
      'bound',
      'level',
      'events',
      'cold solve, ms',
      'mean, us',
      'median, us',
      'p99, us',
      'visits an event',
      'times faster',
      'target',
      'true error of bound',
    ],
  ];
  for (const each of measured) {
    const { community, task, result } = each;
    if (task.mode !== 'settle' || isWholeStream(each)) continue;
    const { policy, tolerance, level } = task;
    const goal = community.goals.find((goal) => goal.policy === policy && goal.tolerance === tolerance);
    const mean = (1000 * result.total) / result.events;
    const times = (1000 * result.cold) / mean;
    rows.push([
      community.name,
      policy,
      exponent(tolerance),
      level,
      String(result.events),
      digits(result.cold),
      digits(mean),
      digits(result.settle!.median),
      digits(result.settle!.p99),
      digits(result.visits),
      digits(times),
      goal?.times === undefined ? 'none' : against(times, 'at least', goal.times),
      truth(result),
    ]);
  }
  return section(
    [
      'Events absorbed and settled one by one, half insertions of random pairs, half retractions (git-trailers: the last',
      'statements of the stream). The cold solve is our own sweep of the same graph to 1e-9, in the same process.',
      'The mean is the processor time of all events, absorbing and the clock included; median and p99 are of settling',
      'alone, by the wall clock. The true error is the L1 distance of the last shares from an independent solution.',
    ],
    rows,
  );
}

export function aroundTable(measured: readonly Measured[]): string[] {
  const rows = [
    [
      'graph',
      'policy',
      'events',
      'settle, ms',
      'median',
      'p99',
      'warm sweep, ms',
      'median',
      'p99',
      'settle / sweep',
      'target',
      'visits, settle',
      'visits, sweep',
      'visits / yardstick',
      'target',
    ],
  ];
  for (const { community, task, result } of measured.filter(({ task }) => task.mode === 'warm')) {
    const settle = result.settle!;
    const sweep = result.sweep!;
    const around = measured.find(
      (other) =>
        other.community === community && other.task.mode === 'yardstick' && other.task.policy === task.policy,
    )?.result;
    const yardsticks = around === undefined ? undefined : around.visits / around.yardstick!;
    const ms = (microseconds: number) => digits(microseconds / 1000);
    rows.push([
      community.name,
      task.policy,
      String(result.events),
      digits(result.total / result.events),
      ms(settle.median),
      ms(settle.p99),
      digits(result.swept! / result.events),
      ms(sweep.median),
      ms(sweep.p99),
      digits(result.total / result.swept!),
      against(result.total / result.swept!, 'at most', TIMES_SWEEP),
      digits(result.visits),
      digits(result.sweepVisits!),
      around === undefined
        ? 'not sparse'
        : `${digits(around.visits)} / ${digits(around.yardstick!)} = ${digits(yardsticks!)}`,
      yardsticks === undefined ? 'none' : against(yardsticks, 'at most', TIMES_YARDSTICK),
    ]);
  }
  return section(
    [
      'One by one to 1e-9: the solver, beside sweeps from the voices before the event over the same events,',
      'what these are set up from included. Means are of processor time, absorbing included; medians and',
      'p99 of settling and sweeping, by the wall clock. The yardstick is the out-degrees of the contributors whose',
      'exact changes have to be delivered for what is left to be within the tolerance, from exact to exact state, the',
      'largest change an edge first and the last in part: at most those of the smallest such set. Means of 50 events.',
    ],
    rows,
  );
}

export function atOnceTable(measured: readonly Measured[]): string[] {
  const rows = [
    [
      'graph',
      'level',
      'events',
      'absorb all, ms',
      'settle, ms',
      'visits an edge',
      'cold solve, ms',
      'both / cold solve',
      'target',
      'true error of bound',
    ],
  ];
  for (const { community, task, result } of measured.filter(({ task }) => task.mode === 'absorb')) {
    const both = (result.total + result.settled!) / result.cold;
    rows.push([
      community.name,
      task.level,
      String(result.events),
      digits(result.total),
      digits(result.settled!),
      digits(result.visits / result.size),
      digits(result.cold),
      digits(both),
      community.large ? against(both, 'at most', 1) : 'none',
      truth(result),
    ]);
  }
  return section(['All events absorbed, then settled once to 1e-9, by policy `classic`.'], rows);
}

export function streamTable(measured: readonly Measured[]): string[] {
  const rows = [
    [
      'graph',
      'bound',
      'events',
      'all of it, s',
      'events a second',
      'settle: mean, us',
      'median, us',
      'p99, us',
      'visits an event',
      'true error of bound',
    ],
  ];
  for (const each of measured.filter(isWholeStream)) {
    const { community, task, result } = each;
    rows.push([
      community.name,
      exponent(task.tolerance),
      String(result.events),
      digits(result.total / 1000),
      digits(result.events / (result.total / 1000)),
      digits(result.settle!.mean),
      digits(result.settle!.median),
      digits(result.settle!.p99),
      digits(result.visits),
      truth(result),
    ]);
  }
  return section(
    [
      'The whole stream through an empty engine, by policy `classic`, settled after every event, without a warm-up.',
    ],
    rows,
  );
}
