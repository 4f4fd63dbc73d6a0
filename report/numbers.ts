/** Numbers as the report writes them: never more exact than they are, and nothing shown as nothing that is not. */

import type { ScoreTable } from '../src/cli/report-data.ts';
import type { Score } from '../src/scores.ts';

const LOCALE = 'en-US';

export function whole(count: number): string {
  return count.toLocaleString(LOCALE);
}

export function many(count: number, word: string): string {
  return `${count === 0 ? 'no' : whole(count)} ${word}${count === 1 ? '' : 's'}`;
}

/** A share of one, as percent. */
export function percent(share: number, digits = 1): string {
  const least = 0.5 / 10 ** (digits + 2);
  if (share > 0 && share < least) return `<${(10 ** -digits).toFixed(digits)}%`;
  if (share < 1 && share > 1 - least) return `>${(100 - 10 ** -digits).toFixed(digits)}%`;
  return `${(share * 100).toFixed(digits)}%`;
}

/** Two or three figures of whatever size. */
export function figures(value: number, count = 3): string {
  if (value === 0) return '0';
  if (Math.abs(value) >= 10 ** count) return whole(Math.round(value));
  if (Math.abs(value) < 1e-3) return value.toExponential(count - 1);
  return value.toPrecision(count);
}

/** A bound, rounded up. */
export function atMost(value: number): string {
  if (value === 0) return '0';
  const rounded = value.toExponential(1);
  if (Number(rounded) >= value) return rounded;
  return (value + 0.05 * 10 ** Math.floor(Math.log10(value))).toExponential(1);
}

export function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

export function scoresOf({ columns, rows }: ScoreTable): Score[] {
  return rows.map((row) => Object.fromEntries(columns.map((name, k) => [name, row[k]])) as unknown as Score);
}
