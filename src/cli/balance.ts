/**
 * `peerage balance`: sweeps the balance, and on request damping and cap, over one record, and prints what each
 * setting does as a table, JSON or a picture; recommends the one that reaches the targets at the least cost.
 */
import Table from 'cli-table3';
import { PeerageError } from '../error.ts';
import { contradiction } from '../insight/condition.ts';
import type { Dial, DialOptions, DialPoint } from '../insight/dial.ts';
import { contradicted, parseTargets, type Recommendation, recommendBalance } from '../insight/recommend.ts';
import { walksOf } from './audit.ts';
import * as read from './flags.ts';
import { readGroups } from './group-file.ts';
import { colours, printable, writeOut } from './output.ts';
import { readingOf, sourcesOf } from './record.ts';
import { figures, percent, policyLine, whole, wrap } from './summary.ts';
import { NO_BORDERS } from './table.ts';
import { destination, writeWhole } from './whole-file.ts';

/** The exit code where no setting reaches the targets. */
const NONE_REACHES = 3;
const WIDTH = 80;

/** Sweeps the dial over the files as one record. @throws PeerageError; `bad-option` for misuse. */
export async function balance(files: string[], flags: read.BalanceFlags): Promise<void> {
  const sources = sourcesOf('balance', files, flags);
  const out = flags.out === '-' ? undefined : flags.out;
  const named = out?.endsWith('.json') ? 'json' : 'table';
  const format =
    flags.format === undefined ? named : read.choice('--format', flags.format, ['table', 'json']);
  checkTargets(flags.target ?? []);
  const options = dialOptions(flags);
  const reading = await readingOf(sources, flags);
  if (flags.group !== undefined) options.groups = await readGroups(flags.group);
  const inputs = flags.group === undefined ? reading.inputs : [...reading.inputs, flags.group];
  const to = out === undefined ? undefined : destination(out, inputs);
  const svg = flags.svg === undefined ? undefined : destination(flags.svg, inputs);

  const { engineOfDataset } = await import('../batch.ts');
  const data = await reading.load((options) => engineOfDataset(files, options));
  const { engine } = data;
  let dial: Dial;
  try {
    dial = engine.dial(options);
  } catch (error) {
    const inGroup = error instanceof PeerageError && error.field?.startsWith('group ');
    throw inGroup && flags.group !== undefined ? error.at({ file: flags.group }) : error;
  }
  const advice = flags.target === undefined ? null : recommendBalance(dial, flags.target);
  const text =
    format === 'json'
      ? [`${JSON.stringify({ policy: engine.policy, ...dial, recommendation: advice }, null, 2)}\n`]
      : [
          table(dial, colours(to === undefined ? process.stdout : {})),
          summary(dial, advice, policyLine(engine.policy)),
        ];
  if (svg !== undefined) await writeWhole(svg, [(await import('./chart.ts')).chart(dial)]);
  if (to === undefined) await writeOut(text);
  else await writeWhole(to, text);
  reading.remark(data);
  if (advice !== null && advice.point === null) process.exitCode = NONE_REACHES;
}

/** Misuse is told before any file is read. */
function checkTargets(targets: readonly string[]): void {
  try {
    const apart = contradiction(parseTargets(targets));
    if (apart !== null) throw new PeerageError('bad-option', contradicted(apart));
  } catch (error) {
    throw read.misuse('--target', (error as PeerageError).reason);
  }
}

function dialOptions(flags: read.BalanceFlags): DialOptions {
  const options: DialOptions = {};
  const list = (flag: string, text: string, expected: string): number[] =>
    text.split(',').map((each) => read.number(flag, each.trim(), expected));
  if (flags.balances !== undefined)
    options.balances = list('--balances', flags.balances, 'numbers such as 1,0.5,0.2');
  if (flags.dampings !== undefined)
    options.dampings = list('--dampings', flags.dampings, 'numbers such as 0.85,0.5');
  if (flags.caps !== undefined) {
    const parts = flags.caps.split(',').map((each) => each.trim());
    options.caps = parts.map((each) =>
      each === 'none' ? null : read.number('--caps', each, 'numbers, or none'),
    );
  }
  if (flags.walks !== undefined) options.walks = walksOf(flags.walks);
  if (flags.seed !== undefined) options.seed = read.count('--seed', flags.seed);
  if (flags.holdersFrom !== undefined) options.holdersFrom = read.share('--holders-from', flags.holdersFrom);
  return options;
}

function table({ today, points }: Dial, colour: ReturnType<typeof colours>): string {
  const all = [today, ...points];
  const varied = (of: (point: DialPoint) => unknown) => new Set(all.map(of)).size > 1;
  const columns: [string, (point: DialPoint, at: number) => string][] = [
    ['balance', ({ balance }, at) => (at === 0 ? `today ${balance}` : String(balance))],
  ];
  if (varied(({ damping }) => damping)) columns.push(['damping', ({ damping }) => String(damping)]);
  if (varied(({ cap }) => cap)) columns.push(['cap', ({ cap }) => (cap === null ? 'none' : String(cap))]);
  const size = (value: number | null) => (value === null ? '-' : whole(value));
  columns.push(
    ['W50', ({ waist50 }) => size(waist50)],
    ['peers', ({ peers50 }) => size(peers50)],
    ['survive10', ({ survive10 }) => (survive10 === null ? '-' : percent(survive10))],
    ['top 1%', ({ top1 }) => percent(top1)],
    ['as today', ({ agreement }) => (agreement === null ? '-' : agreement.toFixed(3))],
    ['exposure', ({ exposure }) => exposure.toFixed(1)],
  );
  today.groups.slice(0, 3).forEach(({ group }, k) => {
    const text = Array.from(printable(group));
    const head = text.length > 10 ? `${text.slice(0, 9).join('')}…` : text.join('');
    columns.push([head, ({ groups }) => `${(groups[k]!.bound * 100).toFixed(1)}%`]);
  });
  const grid = new Table({
    head: columns.map(([head]) => colour.bold(head)),
    colAligns: columns.map(() => 'right'),
    chars: NO_BORDERS,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  all.forEach((point, at) => {
    grid.push(columns.map(([, cell]) => cell(point, at)));
  });
  return `${grid.toString().replace(/ +$/gm, '')}\n\n`;
}

function summary(
  { today, points, walks, seed, compared }: Dial,
  advice: Recommendation | null,
  policy: string,
): string {
  const bound = Math.max(0, ...points.map((point) => point.bound));
  const error = Math.max(...points.map((point) => point.error));
  const texts = [
    'W50: fewest contributors in half of all deliveries of trust; peers: without holders of credentials; survive10: share still delivered without the ten strongest; as today: rank correlation (Spearman) among the ' +
      `${whole(compared)} most trusted of today; exposure: mass that fakes can make of a unit of flow, at most${today.groups.length > 0 ? '; then the bound of each group' : ''}`,
    today.waist50 === null
      ? 'Nothing is delivered to anybody without a credential, so there is no waist.'
      : `${whole(walks)} walks at each point, seed ${seed}: shares of deliveries are within ${percent(error)} in 95 of 100 cases; trust is within ${figures(bound)}.`,
    `Today: ${policy}.`,
  ];
  if (advice !== null)
    texts.push(`${advice.point === null ? 'No recommendation' : 'Recommended'}: ${advice.reason}.`);
  return texts.map((text) => `${wrap(printable(text), WIDTH).join('\n')}\n`).join('');
}
