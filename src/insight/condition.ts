/**
 * Conditions on the figures of an audit, as they are written: `waist50<5`, `survive10>=0.6`. For pipelines
 * that fail where one is met, and for targets of the dial.
 */
import { distance } from 'fastest-levenshtein';
import { PeerageError, quote } from '../error.ts';

/** The figures that a condition can name; null for one that this community has none of. */
export type Figures = Readonly<Record<string, number | null>>;

export type Comparison = '<' | '<=' | '>' | '>=';

export interface Condition {
  readonly figure: string;
  readonly comparison: Comparison;
  readonly value: number;
  /** As it was written. */
  readonly text: string;
}

/** The names of all figures; what each is stands in README.md. */
const FIGURES = [
  'gini',
  'top1',
  'top10',
  'effective',
  'effectiveHHI',
  'nakamoto50',
  'waist50',
  'waist90',
  'peers50',
  'peers90',
  'hourglass',
  'survive1',
  'survive10',
  'survive100',
  'granted',
  'earned',
  'holders',
  'newcomers',
  'spearman',
  'kendall',
  'used',
  'suspicious',
] as const;

/** @throws PeerageError `bad-option` for what is no condition, or names no figure of `known`. */
export function parseCondition(text: string, known: readonly string[] = FIGURES): Condition {
  const match = /^\s*([A-Za-z]\w*)\s*(<=|>=|<|>)\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(%?)\s*$/i.exec(
    text,
  );
  if (match === null) {
    const reason = `${quote(text)} is not a condition; expected a figure, one of < <= > >=, and a number, such as waist50<5`;
    throw new PeerageError('bad-option', reason, { value: text });
  }
  const [, figure, comparison, number, percent] = match as unknown as [
    string,
    string,
    Comparison,
    string,
    string,
  ];
  if (!known.includes(figure)) {
    const near = [...known].sort((a, b) => distance(a, figure) - distance(b, figure))[0];
    const reason = `${quote(figure)} is not a figure; did you mean ${near}? expected one of ${known.join(', ')}`;
    throw new PeerageError('bad-option', reason, { value: text });
  }
  return { figure, comparison, value: Number(number) / (percent === '' ? 1 : 100), text: text.trim() };
}

/** True where a figure is as the condition says; undefined where there is no such figure. */
export function holds({ figure, comparison, value }: Condition, figures: Figures): boolean | undefined {
  const found = figures[figure];
  if (found === null || found === undefined) return undefined;
  if (comparison === '<') return found < value;
  if (comparison === '<=') return found <= value;
  return comparison === '>' ? found > value : found >= value;
}

/** What no value can be: the first two conditions that exclude each other; null where there are none. */
export function contradiction(conditions: readonly Condition[]): readonly [Condition, Condition] | null {
  for (const high of conditions) {
    if (!high.comparison.startsWith('<')) continue;
    for (const low of conditions) {
      if (!low.comparison.startsWith('>') || low.figure !== high.figure) continue;
      const strict = low.comparison === '>' || high.comparison === '<';
      if (low.value > high.value || (strict && low.value === high.value)) return [low, high];
    }
  }
  return null;
}
