/**
 * Ids of contributors as a host may meet them. Plain names are drawn most and shrunk to, so that a
 * counterexample reads well; the rest are texts that have broken programs: names of an object's own parts,
 * numbers, blanks, separators and quotes, texts that run from right to left, emoji, very long ones.
 */
import type { Arbitrary } from 'fast-check';
import { fc } from '../fast-check.ts';

const PLAIN = [
  ...['ada', 'bob', 'cleo', 'dan', 'eve', 'fay', 'gus', 'hana', 'ivo', 'joan'],
  ...['kim', 'lev', 'mia', 'noor', 'omar', 'pia'],
];

const NASTY = [
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', 'undefined', 'null', 'NaN'],
  ...['0', '-0', '007', '1e5', '0.1', '9007199254740993', 'true'],
  ...[' ', ' ada', 'ada ', 'a b', '\t', '\n', '\u00a0', '\u200b', '\u0000'],
  ...[',', ';', '"', "'", 'a,b', '"ada"', '=1+1', '#', '//', '\\', '<b>', '$1', '%s', '../..'],
  ...['é', 'e\u0301', 'ß', 'İ', '\ufeff', '\uffee', '𝒳', '中文', 'עדה', 'آدا', '\u202eada', '👩‍👩‍👧', '🏳️‍🌈'],
];

/** The most bytes an id may have. */
const ID_BYTES = 4096;

export interface ContributorIdConstraints {
  /** Ordinary names alone; false unless told. */
  plain?: boolean;
}

/**
 * Ids of contributors: texts of 1 to 4,096 bytes of well-formed Unicode, shrunk to ordinary names.
 * @example
 * fc.assert(fc.property(contributorId(), (id) => id.length > 0));
 */
export function contributorId({ plain = false }: ContributorIdConstraints = {}): Arbitrary<string> {
  const ordinary = fc.constantFrom(...PLAIN);
  if (plain) return ordinary;
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
  const long = fc.integer({ min: 1, max: ID_BYTES }).map((length) => 'x'.repeat(length));
  // One of each, and a number to choose by: so a nasty one shrinks to an ordinary one at once.
  const known = fc
    .tuple(fc.noBias(fc.nat(2)), ordinary, fc.constantFrom(...NASTY))
    .map(([drawn, usual, nasty]) => (drawn < 2 ? usual : nasty));
  return fc.oneof(
    { withCrossShrink: true },
    { arbitrary: known, weight: 17 },
    { arbitrary: text, weight: 2 },
    { arbitrary: long, weight: 1 },
  );
}

/** `count` different ids: one that is drawn twice becomes the first ordinary name that nobody has. */
export function contributorIds(count: number, constraints?: ContributorIdConstraints): Arbitrary<string[]> {
  return fc
    .array(contributorId(constraints), { minLength: count, maxLength: count, size: 'max' })
    .map(distinct);
}

function distinct(drawn: readonly string[]): string[] {
  const ids = new Set<string>();
  for (const id of drawn) {
    ids.add(ids.has(id) ? (PLAIN.find((name) => !ids.has(name)) ?? `${PLAIN[0]} ${ids.size}`) : id);
  }
  return [...ids];
}
