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
    rounds: quick ? 1 : 12,
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
    'connections: 32 that ask again when they are answered, for the peak; for latency, asks that come at a part of it',
    'whatever is answered, timed from when they were due. Rounds are short and each has the peak of just before, since',
    'how fast a shared machine is changes within seconds; the bare server, the service, and the service while 100 batches',
    'of 10 events a second arrive are asked for 2 seconds each. Asks that come by themselves cost a server more than',
    'those that wait for its answers, which it finds many at a time, and the load has the same processors: the bare',
    'server says what a part of the peak means here. A measurement beside which other programs of this machine took more',
    'than a tenth of a processor is made again; how long loops that do nothing else were kept waiting, for a second in',
    'each round and part, says what is left of them and of what takes the processors from the machine.',
    '',
    'Overload is batches of 100 events, ten times the sustained ones over 1,024 connections. What is taken stays in the',
    'record, whose growth is told apart: what a service that has just read the ledger has after the overload, less what',
    'one had before.',
  ];
}

function tableOf(driven: Driven): string {
  const { bare, reads, latency, stalls, arrived, peaks, offered, goodput, overload, memory, anew } = driven;
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
    ...latency.flatMap(({ part, bare, alone, busy }) => {
      // The target is of 80% of the peak; at less it says where it is met.
      const told = (of: readonly Loaded[]) => `${range(late(of))}; ${against(late(of).median, 'at most', 5)}`;
      return [
        [`bare at ${100 * part}% of its peak: median latency, ms`, half(bare)],
        ['- 99th percentile', range(late(bare))],
        [`reads at ${100 * part}% of peak: median latency, ms`, half(alone)],
        ['- 99th percentile', told(alone)],
        ['- while 1,000 events/s arrive too: median latency, ms', half(busy)],
        ['- 99th percentile', told(busy)],
      ];
    }),
    [
      'gaps of over 5 ms in a loop that does nothing else, one a processor: in 10 s, longest, ms',
      `${digits((10 * stalls.length) / latency.flatMap(({ alone }) => alone).length)}, ${digits(Math.max(0, ...stalls))}`,
    ],
    ['measurements made again, and disturbed to the end', `${driven.repeated}, ${driven.disturbed}`],
    ['batches of events beside reads, answers', statuses(summed(arrived))],
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
