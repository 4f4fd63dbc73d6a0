/**
 * The sentences beneath the table: what was scored, how exact, how concentrated, by which policy, and
 * what does not hold. Says in words what the numbers of the answer prove, and nothing more.
 */
import type { ScoredDataset } from '../batch.ts';
import { type Policy, presets } from '../policy.ts';
import { type colours, printable } from './output.ts';

/** What is shown of the answer: all but its scores. */
export type Answer = Omit<ScoredDataset, 'scores'>;

/** How the text has to look. */
export interface Look {
  colour: ReturnType<typeof colours>;
  /** Columns of the terminal; undefined where there is none. */
  width: number | undefined;
}

/** What there is no guarantee against where there is no credential, and why; follows "none" or "no guarantee". */
export const NO_CREDENTIAL =
  'against fake accounts: no credential is in force, so every account, a fake one too, has restart of its own (--credentials FILE gives it to those you name)';

const INDENT = 15;

export function summary(answer: Answer, look: Look): string {
  const rows: [string, string][] = [['record', scored(answer)]];
  if (answer.order > 0) {
    rows.push(['exactness', exactness(answer)], ['concentration', concentration(answer)]);
  }
  rows.push(['policy', policyLine(answer.policy)]);
  if (answer.credentials === 0 && answer.order > 0) rows.push(['guarantee', `none ${NO_CREDENTIAL}`]);
  const doubtful = answer.bound > answer.tolerance ? ['guarantee', 'exactness'] : ['guarantee'];
  return paragraphs(rows, look, doubtful);
}

/** Sentences, each after what it is about. */
export function paragraphs(
  rows: readonly (readonly [string, string])[],
  { colour, width }: Look,
  doubtful: readonly string[] = [],
): string {
  return rows
    .map(([name, text]) => {
      const label = name.padEnd(INDENT);
      const lines = wrap(text, Math.max(30, (width ?? 100) - INDENT));
      return (
        (doubtful.includes(name) ? colour.yellow(label) : colour.bold(label)) +
        lines.join(`\n${' '.repeat(INDENT)}`)
      );
    })
    .join('\n');
}

function scored(answer: Answer): string {
  if (answer.order === 0)
    return `no contributors: there is nothing to score (${many(answer.sequence, 'event')} read)`;
  return (
    `${many(answer.order, 'contributor')}, ${many(answer.endorsements, 'endorsement')}, ` +
    `${many(answer.objections, 'objection')}, ${many(answer.credentials, 'credential')} ` +
    `(${many(answer.sequence, 'event')} read)`
  );
}

/** How far the shares may be off, and whether that is as near as was asked. */
export function exactness({ bound, tolerance }: Pick<Answer, 'bound' | 'tolerance'>): string {
  const proven = `every share is within ${figures(bound)} of exact: the sum of all errors is proven to be at most that`;
  return bound <= tolerance ? proven : `not what was asked for (${figures(tolerance)}): ${proven}`;
}

function concentration({ held, order }: Answer): string {
  const part = held.nakamoto50 / order;
  return (
    `${many(held.nakamoto50, 'contributor')} (${percent(part)}) ${held.nakamoto50 === 1 ? 'holds' : 'hold'} half of all trust; ` +
    `the top 1% hold ${percent(held.top1)}, the top 10% ${percent(held.top10)}; Gini ${held.gini.toFixed(2)}; ` +
    `as spread out as among ${whole(Math.round(held.effective))} equals`
  );
}

/** The policy in one line, with the name of the preset that it equals. */
export function policyLine(policy: Policy): string {
  const text = JSON.stringify(policy);
  const preset = Object.entries(presets).find(([, each]) => JSON.stringify(each) === text)?.[0];
  const parts = [
    `damping ${policy.damping}`,
    `balance ${policy.balance}`,
    policy.cap === null ? 'no cap' : `cap ${policy.cap}`,
    `objection weight ${policy.objectionWeight}`,
    `reserve ${policy.reserve}`,
    policy.concavity,
    policy.halfLife === null ? 'no half-life' : `half-life ${many(policy.halfLife, 'day')}`,
    policy.kinds === null ? 'any kind' : kinds(policy.kinds),
  ];
  return (preset === undefined ? '' : `${preset}: `) + parts.join(', ');
}

function kinds(known: NonNullable<Policy['kinds']>): string {
  const names = Object.entries(known);
  if (names.length === 0) return 'no kind is known';
  if (names.length > 6) return `${names.length} kinds`;
  return `kinds ${names.map(([name, { weight }]) => `${printable(name)} ${weight}`).join(', ')}`;
}

export function many(count: number, word: string): string {
  return `${count === 0 ? 'no' : whole(count)} ${word}${count === 1 ? '' : 's'}`;
}

/** Two figures, such as 4.1e-10; rounded up, since it is a bound. */
export function figures(value: number): string {
  if (value === 0) return '0';
  const text = value.toExponential(1);
  const rounded =
    Number(text) < value ? (value + 0.05 * 10 ** Math.floor(Math.log10(value))).toExponential(1) : text;
  return rounded.replace('.0e', 'e');
}

export function percent(part: number): string {
  // What is not nothing is not shown as nothing, nor what is not all as all.
  if (part > 0 && part < 0.0005) return '<0.1%';
  if (part < 1 && part > 0.9995) return '>99.9%';
  return `${(part * 100).toFixed(1)}%`;
}

/** Lines of at most `width` characters, broken at blanks. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** A count with its thousands apart. */
export function whole(count: number): string {
  return count.toLocaleString('en-US');
}
