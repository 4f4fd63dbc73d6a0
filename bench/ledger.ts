/**
 * The ledger bench: events a second that are durable when they are acknowledged, one at a time by 32 at once and in
 * batches of 1,000, in a SQLite file and in Postgres; and how long an engine of a million events takes to start,
 * with a snapshot and without. Each measurement is a process of its own on the built package.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from '../scripts/postgres-debian.ts';
import { cacheFolder } from './cached.ts';
import { checkBuilt, runChild } from './child.ts';
import { load, machine } from './results.ts';
import { against, digits, range, spread, table } from './table.ts';

/** The places of this bench. */
export const LEDGERS = [
  { name: 'sqlite', single: 5_000, batched: 150_000 },
  { name: 'postgres', single: 2_000, batched: 50_000 },
] as const;

const CHILD = new URL('./ledger-ours.mjs', import.meta.url);
const START = { withSnapshot: 2_000, without: 10_000 };

/** Runs the bench on the places named (none: all); `quick`: fewer events, shorter. */
export function ledger(
  names: readonly string[],
  { runs = 3, quick }: { runs: number | undefined; quick: boolean },
): string {
  checkBuilt('dist/ledger.js');
  const before = [machine(), load()];
  const folder = mkdtempSync(join(cacheFolder(), 'ledger-'));
  const rows = [['ledger', 'appended', 'events a second', 'target']];
  const starts = [['ledger', 'start of', 'ms', 'target']];
  const events = quick ? 100_000 : 1_000_000;
  const seconds = quick ? 1 : 5;
  const cluster = names.length === 0 || names.includes('postgres') ? startPostgres() : 'not asked for';
  let count = 0;
  try {
    for (const { name, single, batched } of LEDGERS) {
      if (names.length > 0 && !names.includes(name)) continue;
      if (name === 'postgres' && typeof cluster === 'string') {
        rows.push([name, cluster, '', '']);
        continue;
      }
      const place = () => {
        count++;
        return typeof cluster === 'string' || name === 'sqlite'
          ? join(folder, `${count}.ledger`)
          : cluster.database(`bench${count}`);
      };
      const measure = (what: string, lanes: number, batch: number, target?: number) => {
        process.stderr.write(`${name}: ${what}\n`);
        const who = target === undefined ? 'new' : 'known';
        const rates = Array.from(
          { length: runs },
          () =>
            runChild<{ rate: number }>(CHILD, [
              'append',
              place(),
              ...[lanes, batch, seconds].map(String),
              who,
            ]).rate,
        );
        const found = spread(rates);
        rows.push([
          name,
          what,
          range(found),
          target === undefined ? '' : against(found.median, 'at least', target),
        ]);
      };
      measure('one at a time, by 32', 32, 1, single);
      measure('1,000 at a time, by 1', 1, 1000, batched);
      measure('1,000 at a time, by 8', 8, 1000, batched);
      measure('- of two new contributors each', 8, 1000);
      process.stderr.write(`${name}: start of ${events} events\n`);
      const filled = place();
      runChild(CHILD, ['fill', filled, `${events}`]);
      for (const [what, snapshots, target] of [
        ['from a snapshot', '1', START.withSnapshot],
        ['from every entry', '0', START.without],
      ] as const) {
        const times = Array.from(
          { length: runs },
          () => runChild<{ milliseconds: number }>(CHILD, ['start', filled, snapshots]).milliseconds,
        );
        const found = spread(times);
        starts.push([
          name,
          `${digits(events)} events, ${what}`,
          range(found),
          against(found.median, 'at most', target),
        ]);
      }
    }
  } finally {
    if (typeof cluster !== 'string') cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return [...before, '', ...ABOUT, '', table(rows), '', table(starts)].join('\n');
}

const ABOUT = [
  'Endorsements among 100,000 known contributors through `engine.append`, which checks them, chains them, syncs them and',
  'takes them. A start reads the ledger and ends with an engine that can be asked; nothing is solved.',
];
