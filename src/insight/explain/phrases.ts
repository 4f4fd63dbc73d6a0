/** How names, shares, counts and dates are said in a sentence. */
import { quote } from '../../error.ts';
import type { Statement } from '../settlement.ts';

/** An id as it stands where it reads as a name, else in quotes. */
export function name(id: string): string {
  return id.length <= 64 && /^[\p{L}\p{N}_][\p{L}\p{N}_.@+/-]*$/u.test(id) ? id : quote(id);
}

/** The kind of a statement that names none. */
const USUAL = 'endorsement';

/** Kinds that are words for one thing, and can be counted; any other is told as it is. */
const COUNTED = new Set([
  'comment',
  'follow',
  'like',
  'merge',
  'purchase',
  'rating',
  'review',
  'signature',
  'star',
  'vote',
]);

const FRACTIONS: readonly [number, string][] = [
  [1, 'all'],
  [3 / 4, 'three quarters'],
  [2 / 3, 'two thirds'],
  [1 / 2, 'half'],
  [1 / 3, 'a third'],
  [1 / 4, 'a quarter'],
];

/** A share as a fraction that everybody knows, where it is one to the nearest percent, else in percent. */
export function share(part: number): string {
  if (part >= 0.995 && part < 1 - 1e-9) return 'almost all';
  for (const [value, text] of FRACTIONS)
    if (Math.abs(part - value) < (value === 1 ? 1e-9 : 0.005)) return text;
  return percent(part);
}

/** Two figures of a percentage; from 10 on a whole number. */
export function percent(part: number): string {
  const value = 100 * part;
  if (value >= 9.95) return `${Math.min(Math.round(value), part < 1 ? 99 : 100)}%`;
  if (value < 1e-8) return value > 0 ? 'next to nothing' : 'nothing';
  let decimals = 1;
  for (let scaled = value; scaled < 0.995 && decimals < 10; scaled *= 10) decimals++;
  return `${value.toFixed(decimals).replace(/\.?0+$/, '')}%`;
}

export function whole(count: number): string {
  return count.toLocaleString('en-US');
}

/** 1 other, 7 others. */
export function many(count: number, word: string): string {
  return `${whole(count)} ${word}${count === 1 ? '' : 's'}`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** One thing, two, or more of them, in a sentence. */
export function list(texts: readonly string[]): string {
  return texts.length < 2 ? (texts[0] ?? '') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
}

/** How often, of which kinds and when: "in 3 reviews between 2019 and 2021", "once", "4 times (thanks) in 2020". */
export function occasions(statements: readonly Statement[]): string {
  const kinds = [...new Set(statements.map(({ kind }) => kind))];
  const count = statements.length;
  const times = count === 1 ? 'once' : count === 2 ? 'twice' : `${whole(count)} times`;
  let said = times;
  const [kind = USUAL] = kinds;
  if (kinds.length === 1 && COUNTED.has(kind))
    said = `in ${count === 1 ? `one ${kind}` : `${whole(count)} ${kind}s`}`;
  else if (kinds.length > 3) said = `${times} (${kinds.length} kinds)`;
  else if (kind !== USUAL || kinds.length > 1) said = `${times} (${kinds.map(name).join(', ')})`;
  return said + years(statements);
}

function years(statements: readonly Statement[]): string {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { at } of statements) {
    // A comparison with no date is false.
    if (at < first) first = at;
    if (at > last) last = at;
  }
  if (last < first) return '';
  const [from, to] = [new Date(first).getUTCFullYear(), new Date(last).getUTCFullYear()];
  return from === to ? ` in ${from}` : ` between ${from} and ${to}`;
}
