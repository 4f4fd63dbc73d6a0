/**
 * The what-if bench: what asking costs beside settling the same event to the same bound, in one process, by
 * turns, over events in succession. The goal is at most twice, of means.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Asked, Asking } from './asking.ts';
import { cacheFolder } from './cached.ts';
import { BenchError, runChild } from './child.ts';
import { COMMUNITIES } from './incremental.ts';
import { load, machine } from './results.ts';
import { against, digits, table } from './table.ts';

/** The communities of this bench. */
export const ASKED = COMMUNITIES.filter(({ name }) => !name.includes('20'));

const TASKS: readonly Omit<Asking, 'source' | 'events' | 'warmUp'>[] = [
  { policy: 'classic', tolerance: 1e-4 },
  { policy: 'classic', tolerance: 1e-6 },
  { policy: 'guarded', tolerance: 1e-6 },
  { policy: 'resilient', tolerance: 1e-6 },
  { policy: 'classic', tolerance: 1e-9 },
];

/** Runs the bench on the communities named (none: all); `quick`: a tenth of the events. */
export function whatIf(names: readonly string[], { quick }: { quick: boolean }): string {
  const before = [machine(), load()];
  const chosen = ASKED.filter(
    ({ name, source }) => (names.length === 0 || names.includes(name)) && existsSync(source().path),
  );
  if (chosen.length === 0) throw new BenchError('the data of these graphs is not there');
  const folder = mkdtempSync(join(cacheFolder(), 'what-if-'));
  const rows = [['graph', 'policy', 'bound', 'events', 'settle, us', 'ask, us', 'times', 'target']];
  rows[0].push('ask first, us', 'times', 'visits, settle', 'visits, ask');
  try {
    const script = fileURLToPath(new URL('./asking.ts', import.meta.url));
    runChild(new URL('./bundle.ts', import.meta.url), [script, folder]);
    for (const { name, source } of chosen) {
      for (const task of TASKS) {
        const events = (task.tolerance < 1e-4 ? 200 : 1000) / (quick ? 10 : 1);
        process.stderr.write(`${name}: ${task.policy}, ${task.tolerance}, ${events} events\n`);
        const asking: Asking = { ...task, source: source(), events, warmUp: Math.max(20, events / 4) };
        const measured = pathToFileURL(join(folder, 'measured.mjs'));
        const asked = runChild<Asked>(measured, [JSON.stringify(asking)]);
        rows.push([name, task.policy, digits(task.tolerance), String(events), ...cells(asked)]);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return [...before, '', ...ABOUT, '', table(rows)].join('\n');
}

const ABOUT = [
  'Asking `whatIf` of one event, and `apply` and `settle` of it, by turns: half insertions of random pairs, half',
  'retractions. Times are means of processor time. The first question after a change of the engine begins with a look at',
  'all contributors (their shares and ranks), which every further question has for nothing.',
];

function cells({ first, further, settled, askedVisits, settledVisits }: Asked): string[] {
  return [
    digits(settled.mean),
    digits(further.mean),
    digits(further.mean / settled.mean),
    against(further.mean / settled.mean, 'at most', 2),
    digits(first.mean),
    digits(first.mean / settled.mean),
    digits(settledVisits),
    digits(askedVisits),
  ];
}
