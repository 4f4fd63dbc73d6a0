/**
 * How the incremental bench takes time: single events by the wall clock, in nanoseconds, means and cold
 * solves by the processor time of the process, which other work on the machine disturbs less.
 */

import type { Policy } from '../src/policy.ts';
import { sweep } from '../src/solver/sweep.ts';
import type { Columns } from './hosts.ts';
import { spread } from './table.ts';

/** Microseconds. */
export interface Distribution {
  readonly mean: number;
  readonly median: number;
  readonly p99: number;
}

/** Of durations in nanoseconds. */
export function distribution(nanoseconds: Float64Array): Distribution {
  const sorted = nanoseconds.toSorted();
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] / 1000;
  const mean = sorted.reduce((sum, each) => sum + each, 0) / sorted.length / 1000;
  return { mean, median: at(0.5), p99: at(0.99) };
}

/** Processor time of `work`, in milliseconds. */
export function cpuTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** What reading the clock twice says has passed: microseconds, median. */
export function timerCost(): number {
  const costs = new Float64Array(20_000);
  for (let k = 0; k < costs.length; k++) {
    const before = process.hrtime.bigint();
    costs[k] = Number(process.hrtime.bigint() - before);
  }
  return distribution(costs).median;
}

const ENOUGH_MS = 600;
const MOST_RUNS = 60;

/** A cold solve to 1e-9 by our own sweep: milliseconds, the median after a warm-up, and its voices by row. */
export function coldSolve({ columns }: Columns, policy: Policy) {
  let voices = new Float64Array(0);
  const solve = () => {
    voices = sweep(columns, policy, { tolerance: 1e-9 }).state.x as Float64Array<ArrayBuffer>;
  };
  solve();
  const runs: number[] = [];
  for (let spent = 0; runs.length < 3 || (spent < ENOUGH_MS && runs.length < MOST_RUNS); ) {
    const milliseconds = cpuTime(solve);
    runs.push(milliseconds);
    spent += milliseconds;
  }
  return { cold: spread(runs).median, voices };
}
