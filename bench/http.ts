/**
 * The HTTP bench: reads of a score with a key beside a bare server of Node's in the same run, their latency at 80% of the
 * peak, alone and while events arrive, and what becomes of ten times the writes that can be sustained.
 */
import { BenchError, checkBuilt, runChild } from './child.ts';
import type { Driven, Task } from './http-drive.ts';
import type { Loaded } from './http-load.ts';
import { load, machine } from './results.ts';
import { against, digits, range, spread, table } from './table.ts';

/** Runs the bench; `long` is the overload of ten minutes. */
export function http({ quick, long }: { quick: boolean; long: boolean }): string {
  checkBuilt('dist/cli.js');
  const before = [machine(), load()];
  const task: Task = {
    rounds: quick ? 3 : 25,
    sustained: quick ? 2 : 10,
    overload: long ? 600 : quick ? 10 : 60,
    contributors: 20_000,
    events: 200_000,
  };
  const driven = runChild<Driven>(new URL('./http-drive.ts', import.meta.url), [JSON.stringify(task)]);
  if (driven.appended !== driven.acknowledged && driven.overload.statuses.lost === undefined) {
    throw new BenchError(
      `${driven.acknowledged} events were acknowledged, and the ledger has ${driven.appended} more`,
    );
  }
  return [...before, ...about(task), '', tableOf(driven)].join('\n');
}

function about({ contributors, events, rounds, overload }: Task): string[] {
  return [
    `- one community of ${contributors} contributors, ${events} events, in a SQLite file; ${rounds} rounds of reads, ${overload} s of overload`,
    '',
    'The service is `peerage serve` as it is built, the load comes from another process of the same machine over kept',
    'connections: 32 that ask again when they are answered, for the peak; for latency, asks that come at a rate whatever',
    'is answered, timed from when they were due. Their peak is the highest rate, in steps of a tenth of the other peak, at',
    'which half are answered within 5 ms. Rounds are short and each has the peak of just before, since how fast a shared',
    'machine is changes within seconds; in each the bare server, the service, and the service while 100 batches of 10',
    'events a second arrive are asked for 2 seconds. Overload is batches of 100 events, ten times the sustained ones over',
    '1,024 connections. What is taken stays in the record, whose growth is told apart: what a service that has just read',
    'the ledger has after the overload, less what one had before.',
  ];
}

function tableOf(driven: Driven): string {
  const {
    bare,
    reads,
    bareShares,
    shares,
    barePaced,
    paced,
    busy,
    arrived,
    peaks,
    offered,
    goodput,
    overload,
    memory,
    anew,
  } = driven;
  const ratio = spread(reads).median / spread(bare).median;
  // By tenths of the time, a median each, the first of which is for the heap to find its size. What is taken stays in the
  // record: what two services have that only read it, before and after, says how much that is.
  const tenths = Array.from({ length: 10 }, (_, k) => {
    const [from, to] = [k, k + 1].map((part) => Math.floor((part * memory.length) / 10));
    return spread(memory.slice(from, to)).median;
  });
  const settled = tenths[1]!;
  const most = Math.max(...tenths.slice(2));
  const record = ((0.8 * goodput * overload.seconds) / driven.appended) * (anew[1] - anew[0]);
  const growth = (most - record) / settled - 1;
  const peak = (peaks[0]! + peaks[1]!) / 2;
  const half = (of: readonly Loaded[]) => range(spread(of.map(({ median }) => median)));
  const late = (of: readonly Loaded[]) => spread(of.map(({ p99 }) => p99));
  const statuses = (of: Record<string, number>) =>
    Object.entries(of)
      .map(([status, count]) => `${status}: ${count}`)
      .join(', ');
  return table([
    ['median (smallest to largest)', ''],
    ['bare node:http, answers/s', range(spread(bare))],
    ['reads of a score with a key, answers/s', range(spread(reads))],
    ['- beside bare', `${digits(ratio)}; ${against(ratio, 'at least', 0.5)}`],
    ['bare, peak of asks that come by themselves, of answers/s', range(spread(bareShares))],
    ['reads, peak of asks that come by themselves, of answers/s', range(spread(shares))],
    ['bare at 80% of its peak: median latency, ms', half(barePaced)],
    ['- 99th percentile', range(late(barePaced))],
    ['at 80% of peak: median latency, ms', half(paced)],
    ['- 99th percentile', `${range(late(paced))}; ${against(late(paced).median, 'at most', 5)}`],
    ['while 1,000 events/s arrive too: median latency, ms', half(busy)],
    ['- 99th percentile', `${range(late(busy))}; ${against(late(busy).median, 'at most', 5)}`],
    ['- of these batches, answers', statuses(summed(arrived))],
    ['sustained writes, events/s, before the overload and after it', peaks.map(digits).join(', ')],
    ['offered, events/s', `${digits(offered)} (${overload.unsent} batches found no free connection)`],
    ['- taken, events/s', digits(goodput)],
    [
      '- beside the mean of the two',
      `${digits(goodput / peak)}; ${against(goodput / peak, 'at least', 0.9)}`,
    ],
    ['- answers', statuses(overload.statuses)],
    ['- acknowledged, and in the ledger', `${driven.acknowledged}, ${driven.appended}`],
    [
      '- memory, MB: in the second tenth of the time, most in a later one, of it the record since',
      [settled, most, record].map((bytes) => digits(bytes / 1e6)).join(', '),
    ],
    ['- growth beside the record', `${digits(growth)}; ${against(growth, 'at most', 0.1)}`],
  ]);
}

/** Answers of several loads by status. */
function summed(loads: readonly Loaded[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const { statuses } of loads) {
    for (const [status, count] of Object.entries(statuses)) sum[status] = (sum[status] ?? 0) + count;
  }
  return sum;
}
