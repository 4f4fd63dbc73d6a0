/**
 * The flags of the command line as commander hands them over (texts), and their strict reading: a number
 * is a number to its last character, a name is one of those that exist. Whatever is refused here is a
 * misuse: a PeerageError `bad-option` that names the flag, which ends the program with exit code 2.
 */
import { PeerageError, quote } from '../error.ts';
import { parseDate } from '../event.ts';
import type { TableOptions } from '../formats/read.ts';

/** The policy as flags give it; each is the text that was typed. */
export interface PolicyFlags {
  policy?: string;
  preset?: string;
  damping?: string;
  balance?: string;
  cap?: string;
  objectionWeight?: string;
  reserve?: string;
  concavity?: string;
  halfLife?: string;
}

/** The flags that say what is read, and how. */
export interface RecordFlags {
  credentials?: string[];
  credentialsColumns?: string;
  credentialsMap?: string[];
  columns?: string;
  map?: string[];
  delimiter?: string;
  timeUnit?: string;
  undirected?: boolean;
  until?: string;
  exclude?: string[];
  kind?: string[];
  skipBad?: string;
}

/** The flags of `peerage score`. */
export interface ScoreFlags extends PolicyFlags, RecordFlags {
  top?: string;
  format?: string;
  out?: string;
  tolerance?: string;
  workers?: string;
  quiet?: boolean;
}

/** The flags of `peerage explain`. */
export interface ExplainFlags extends PolicyFlags, RecordFlags {
  by?: string;
  depth?: string;
  breadth?: string;
  tolerance?: string;
  format?: string;
  workers?: string;
  quiet?: boolean;
}

/** The flags of `peerage report`. */
export interface ReportFlags extends PolicyFlags, RecordFlags {
  out?: string;
  title?: string;
  top?: string;
  walks?: string;
  seed?: string;
  holdersFrom?: string;
  tolerance?: string;
  workers?: string;
  quiet?: boolean;
}

/** The flags of `peerage convert`. */
export interface ConvertFlags extends RecordFlags {
  out?: string;
  workers?: string;
  quiet?: boolean;
}

/** The flags of `peerage audit`. */
export interface AuditFlags extends PolicyFlags, RecordFlags {
  format?: string;
  out?: string;
  walks?: string;
  seed?: string;
  group?: string;
  through?: string[];
  holdersFrom?: string;
  since?: string;
  top?: string;
  failIf?: string[];
  tolerance?: string;
  quiet?: boolean;
}

/** The flags of `peerage balance`. */
export interface BalanceFlags extends PolicyFlags, RecordFlags {
  balances?: string;
  dampings?: string;
  caps?: string;
  group?: string;
  target?: string[];
  svg?: string;
  format?: string;
  out?: string;
  walks?: string;
  seed?: string;
  holdersFrom?: string;
  tolerance?: string;
  quiet?: boolean;
}

/** The flags of `peerage attack`. */
export interface AttackFlags extends PolicyFlags, RecordFlags {
  suite?: string;
  compare?: string;
  seed?: string;
  list?: boolean;
  json?: boolean;
  out?: string;
  tolerance?: string;
  workers?: string;
  quiet?: boolean;
}

/** The flags of `peerage what-if`. */
export interface WhatIfFlags extends PolicyFlags, RecordFlags {
  without?: string[];
  withoutStatement?: string[];
  withoutIssuer?: string[];
  toPolicy?: string;
  toPreset?: string;
  top?: string;
  format?: string;
  tolerance?: string;
  workers?: string;
  quiet?: boolean;
}

/** The flags of `peerage invariants`. */
export interface InvariantsFlags {
  runs?: string;
  seed?: string;
  scorer?: string[];
  only?: string[];
  format?: string;
}

export type Format = 'table' | 'json' | 'jsonl' | 'csv';

const FORMATS: readonly Format[] = ['table', 'json', 'jsonl', 'csv'];
const FIELDS = ['source', 'target', 'weight', 'kind', 'at', 'id', 'issuer'] as const;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A flag used in a way that has no meaning: exit code 2. */
export function misuse(flag: string, reason: string): PeerageError {
  return new PeerageError('bad-option', reason, { field: flag });
}

/** A ledger, or a backup of one, that is there tomorrow. */
export function lasting(name: string, location: string, expected: string): void {
  if (location !== '' && location !== 'memory:') return;
  const what = location === '' ? 'is empty' : `${quote(location)} holds nothing that lasts`;
  throw misuse(name, `${what}; expected ${expected}`);
}

/** The flag of an option of the library: `timeUnit` is `--time-unit`. */
export function flagOf(option: string): string {
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** A number, wholly: neither "0.5x" nor "" nor "0x10" is one. */
export function number(flag: string, text: string, expected: string): number {
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw misuse(flag, `${quote(text)} is not a number; expected ${expected}`);
  return value;
}

/** A count from 0. */
export function count(flag: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw misuse(flag, `${quote(text)} is not a count; expected a whole number from 0`);
  }
  return value;
}

/** A number of threads, from 1. */
export function workers(text: string): number {
  const value = count('--workers', text);
  if (value > 0) return value;
  throw misuse('--workers', `${quote(text)} is refused; expected a whole number from 1`);
}

/** A share of a whole. */
export function share(flag: string, text: string): number {
  const expected = 'a share from 0 to 1, such as 0.001';
  const value = number(flag, text, expected);
  if (value >= 0 && value <= 1) return value;
  throw misuse(flag, `${text} is refused; expected ${expected}`);
}

export function tolerance(text: string): number {
  const expected = 'a number above 0, at most 2, such as 1e-9';
  const value = number('--tolerance', text, expected);
  if (!(value > 0 && value <= 2)) throw misuse('--tolerance', `${text} is refused; expected ${expected}`);
  return value;
}

/** Digits alone are a sequence (how many events are read); anything else has to be a date. */
export function until(text: string, flag = '--until'): number | string {
  if (/^\d+$/.test(text)) return count(flag, text);
  try {
    parseDate(text);
  } catch {
    throw misuse(
      flag,
      `${quote(text)} is neither a date nor a sequence; expected ISO 8601 (2026-01-03T12:00:00Z, or 2026-01-03) or a number of events`,
    );
  }
  return text;
}

/** The format asked for, or else the one that the name of the file to write says. */
export function format(text: string | undefined, out: string | undefined): Format {
  if (text !== undefined) return choice('--format', text, FORMATS);
  if (out?.endsWith('.json')) return 'json';
  if (out?.endsWith('.jsonl') || out?.endsWith('.ndjson')) return 'jsonl';
  return out?.endsWith('.csv') ? 'csv' : 'table';
}

export function choice<const Name extends string>(flag: string, text: string, names: readonly Name[]): Name {
  const known = names.find((name) => name === text);
  if (known !== undefined) return known;
  throw misuse(
    flag,
    `${quote(text)} is unknown; expected ${names.slice(0, -1).join(', ')} or ${names.at(-1)}`,
  );
}

/** How a table is laid out: `--columns`, `--map`, `--delimiter`, `--time-unit`, `--undirected`. */
export function table(flags: RecordFlags): TableOptions {
  const options: TableOptions = {};
  if (flags.columns !== undefined) options.columns = columns(flags.columns);
  if (flags.map !== undefined) options.map = map('--map', flags.map);
  if (flags.delimiter !== undefined) options.delimiter = delimiter(flags.delimiter);
  if (flags.timeUnit !== undefined) options.timeUnit = choice('--time-unit', flags.timeUnit, ['s', 'ms']);
  if (flags.undirected) options.undirected = true;
  return options;
}

/** How credentials files are read: by names of their own, dates as in the record. */
export function credentialsTable(flags: RecordFlags): Omit<TableOptions, 'undirected'> {
  const options: Omit<TableOptions, 'undirected'> = {};
  if (flags.credentialsColumns !== undefined) options.columns = columns(flags.credentialsColumns);
  if (flags.credentialsMap !== undefined) options.map = map('--credentials-map', flags.credentialsMap);
  const { timeUnit } = table(flags);
  if (timeUnit !== undefined) options.timeUnit = timeUnit;
  return options;
}

function columns(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

function map(flag: string, texts: string[]): NonNullable<TableOptions['map']> {
  const pairs: NonNullable<TableOptions['map']> = {};
  for (const pair of texts.flatMap((text) => text.split(','))) {
    const cut = pair.indexOf('=');
    const column = pair.slice(cut + 1).trim();
    if (cut < 0 || column === '') {
      throw misuse(flag, `${quote(pair)} maps nothing; expected FIELD=COLUMN, such as source=from`);
    }
    const field = choice(flag, pair.slice(0, cut).trim(), FIELDS);
    if (pairs[field] !== undefined) throw misuse(flag, `maps ${field} twice; expected each field once`);
    pairs[field] = column;
  }
  return pairs;
}

/** A tab is hard to type in a shell, so its names are taken too. */
function delimiter(text: string): string {
  const mark = text === '\\t' || text === 'tab' ? '\t' : text;
  if (mark.length !== 1 || /["\r\n]/.test(mark)) {
    throw misuse('--delimiter', `${quote(text)} is refused; expected one character, such as ";", or "tab"`);
  }
  return mark;
}
