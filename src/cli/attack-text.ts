/**
 * Attacks as text for a terminal: by family, a line each, with what it cost and what it did; under several
 * scorers the fakes' share and the AUC of each, and a table of means. What the columns mean stands beneath.
 */
import Table from 'cli-table3';
import type { AttackReport, Outcome, ScenarioReport } from '../lab/lab.ts';
import type { Family } from '../lab/scenario.ts';
import { type Look, many, NO_CREDENTIAL, paragraphs, percent, policyLine, whole, wrap } from './summary.ts';
import { NO_BORDERS } from './table.ts';

type Screen = Look & { width: number };
type Cells = readonly (readonly string[])[];

/** Columns from which there is room for more. */
const ROOMY = 96;
const WIDE = 116;

const SHARE = "share: the fakes' part of all trust";
const AUC =
  'AUC: the chance that an honest contributor stands above a fake (0.5 is blind, below it fakes win)';
const OUT = 'out: honest contributors no longer in the top hundred';

/** All that is printed, in pieces that end with a line end. */
export function* renderAttacks(report: AttackReport, screen: Screen): Generator<string> {
  const { scenarios, scorers } = report;
  if (scenarios.length > 0) {
    const single = scorers.length === 1;
    yield* byFamily(report, single ? oneScorer(report) : allScorers(report, screen.width), screen);
    if (!single) {
      yield `${screen.colour.bold(`On average over ${many(scenarios.length, 'attack')}, and at worst`)}\n`;
      yield `${grid(means(report), screen).join('\n')}\n\n`;
    }
    yield dim(single ? legendOfOne(report) : legendOfAll(report, screen.width), screen);
    yield '\n';
  }
  yield `${paragraphs(summary(report), screen, ['bounds'])}\n`;
}

/** What attacks there are. */
export function* renderList(families: readonly Family[], screen: Screen): Generator<string> {
  for (const { name, statement, source, scenarios } of families) {
    yield heading(name, statement, screen);
    if (source !== null) yield dim(`source: ${source}`, screen);
    const rows = scenarios.map(({ name, parameters, days = 1 }) => {
      const chosen = Object.entries(parameters).map(([each, value]) => `${worded(each)} ${value}`);
      return [`  ${name}`, [...chosen, ...(days > 1 ? [`${days} days`] : [])].join(', ')];
    });
    const widest = Math.max(...rows.map(([first]) => first!.length));
    for (const [first, second] of rows) {
      const lines = wrap(second!, screen.width - widest - 2);
      yield `${first!.padEnd(widest + 2)}${lines.join(`\n${' '.repeat(widest + 2)}`)}\n`;
    }
    yield '\n';
  }
}

function worded(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** The rows of one table, each family's under its name. */
function* byFamily(report: AttackReport, cells: Cells, screen: Screen): Generator<string> {
  const [head, ...lines] = grid(cells, screen);
  yield `${head}\n`;
  let at = 0;
  for (const { name, statement } of report.families) {
    const count = report.scenarios.filter(({ family }) => family === name).length;
    if (count === 0) continue;
    yield heading(name, statement, screen);
    yield `${lines.slice(at, at + count).join('\n')}\n\n`;
    at += count;
  }
}

function heading(name: string, statement: string, { colour, width }: Screen): string {
  const [first, ...rest] = wrap(`${name}: ${statement}`, width);
  return [
    `${colour.bold(first!.slice(0, name.length))}${colour.dim(first!.slice(name.length))}`,
    ...rest.map(colour.dim),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function dim(text: string, { colour, width }: Screen): string {
  return wrap(text, width)
    .map((line) => `${colour.dim(line)}\n`)
    .join('');
}

/** The lines of a table, its head first. */
function grid([head, ...rows]: Cells, { colour }: Screen): string[] {
  const table = new Table({
    head: head!.map((each) => colour.bold(each)),
    colAligns: head!.map((_, k) => (k === 0 ? 'left' : 'right')),
    chars: NO_BORDERS,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

const number = (value: number | null) => (value === null ? '-' : whole(value));
const part = (value: number | null) => (value === null ? '-' : percent(value));
const auc = ({ auc }: Outcome, digits: number) => (auc === null ? '-' : auc.toFixed(digits));

function oneScorer({ scenarios }: AttackReport): Cells {
  const attacked = harmed(scenarios);
  const head = ['attack', 'fakes', 'bought', 'share', 'bound', 'rank', 'out', 'AUC', 'below'];
  const rows = scenarios.map(({ name, cost, outcomes }) => {
    const outcome = outcomes[0]!;
    const { share, bound, bestRank, displaced, newcomersBelow, targetsLost } = outcome;
    return [
      name,
      whole(cost.accounts),
      whole(cost.endorsements),
      percent(share),
      part(bound),
      number(bestRank),
      whole(displaced),
      auc(outcome, 3),
      number(newcomersBelow),
      ...(attacked ? [loss(targetsLost)] : []),
    ];
  });
  return [[...head, ...(attacked ? ['lost'] : [])], ...rows];
}

function allScorers({ scenarios, scorers }: AttackReport, width: number): Cells {
  const costs = width >= ROOMY;
  const out = width >= WIDE;
  const head = ['attack', ...(costs ? ['fakes', 'bought'] : []), ...scorers];
  const rows = scenarios.map(({ name, cost, outcomes }) => [
    name,
    ...(costs ? [whole(cost.accounts), whole(cost.endorsements)] : []),
    ...outcomes.map((outcome) => {
      const cell = `${percent(outcome.share)} ${auc(outcome, 2).padStart(4)}`;
      return out ? `${cell} ${whole(outcome.displaced).padStart(3)}` : cell;
    }),
  ]);
  return [head, ...rows];
}

function means({ scenarios, scorers }: AttackReport): Cells {
  const attacked = harmed(scenarios);
  const head = ['', 'share', 'worst', 'AUC', 'worst', 'out', 'worst', 'below', ...(attacked ? ['lost'] : [])];
  const rows = scorers.map((scorer, k) => {
    const all = scenarios.map(({ outcomes }) => outcomes[k]!);
    const aucs = all.flatMap(({ auc }) => auc ?? []);
    const lost = all.flatMap(({ targetsLost }) => targetsLost ?? []);
    const out = all.map(({ displaced }) => displaced);
    const shares = all.map(({ share }) => share);
    return [
      scorer,
      percent(mean(shares)),
      percent(Math.max(...shares)),
      aucs.length === 0 ? '-' : mean(aucs).toFixed(3),
      aucs.length === 0 ? '-' : Math.min(...aucs).toFixed(3),
      mean(out).toFixed(1),
      whole(Math.max(...out)),
      mean(all.flatMap(({ newcomersBelow }) => newcomersBelow ?? [])).toFixed(1),
      ...(attacked ? [lost.length === 0 ? '-' : loss(mean(lost))] : []),
    ];
  });
  return [head, ...rows];
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, each) => sum + each, 0) / values.length;
}

function harmed(scenarios: readonly ScenarioReport[]): boolean {
  return scenarios.some(({ outcomes }) => outcomes.some(({ targetsLost }) => targetsLost !== null));
}

/** Whoever was attacked may also have gained. */
function loss(value: number | null): string {
  if (value === null) return '-';
  return value < 0 ? `+${(-value * 100).toFixed(0)}%` : `${(value * 100).toFixed(0)}%`;
}

function legendOfOne({ newcomers, scenarios }: AttackReport): string {
  const parts = [
    'fakes: accounts that were made',
    'bought: endorsements of them by others',
    SHARE,
    'bound: the most that is proven possible, however many they are',
    'rank: of the best fake',
    OUT,
    AUC,
    `below: of the ${whole(newcomers)} least endorsed contributors, those below the middle fake`,
  ];
  if (harmed(scenarios)) parts.push('lost: the part of their score that those who were attacked lost');
  return parts.join('; ');
}

function legendOfAll({ scenarios }: AttackReport, width: number): string {
  const lost = harmed(scenarios) ? '; lost: the part of their score that those who were attacked lost' : '';
  const cells = `Each cell: share and AUC${width >= WIDE ? ', and out' : ''}. ${SHARE}; ${AUC}; ${OUT}`;
  return `${cells}; below: of the least endorsed contributors, those below the middle fake${lost}. --json has all figures, the bounds too.`;
}

function summary(report: AttackReport): [string, string][] {
  const { order, endorsements, objections, credentials, scenarios, skipped, seed } = report;
  const rows: [string, string][] = [
    [
      'record',
      `${many(order, 'contributor')}, ${many(endorsements, 'endorsement')}, ${many(objections, 'objection')}, ${many(credentials, 'credential')}`,
    ],
  ];
  const reasons = new Map<string, string[]>();
  for (const { name, reason } of skipped) reasons.set(reason, [...(reasons.get(reason) ?? []), name]);
  const bounded = scenarios.flatMap(({ outcomes }) => outcomes.filter(({ bound }) => bound !== null));
  if (bounded.length > 0) rows.push([report.breaches.length > 0 ? 'bounds' : 'proven', proven(report)]);
  if (credentials === 0 && order > 0) rows.push(['guarantee', `none ${NO_CREDENTIAL}`]);
  for (const [reason, names] of reasons) rows.push(['not run', `${names.join(', ')}: ${reason}`]);
  rows.push(
    ['policy', policyLine(report.policy)],
    ['chance', `seed ${seed}; the same seed gives the same attacks`],
  );
  return rows;
}

function proven({ breaches, scenarios }: AttackReport): string {
  const count = scenarios.reduce(
    (sum, { outcomes }) => sum + outcomes.filter(({ bound }) => bound !== null).length,
    0,
  );
  if (breaches.length === 0) {
    return `in all ${whole(count)} measurements the fakes' share is within the bound that is proven from what was endorsed across the border, whatever fakes say among themselves`;
  }
  return `${many(breaches.length, 'share')} of ${whole(count)} above what is proven possible: ${breaches.map(({ scenario, scorer }) => `${scenario} under ${scorer}`).join(', ')}; this is a fault of peerage`;
}
