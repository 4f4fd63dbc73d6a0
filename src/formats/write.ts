/**
 * Writers of scores: JSON, JSON Lines and CSV, as generators of text in chunks of about 64 KB, so that a
 * million scores never become one string. Every number is written with the digits that read back to the
 * same bits, and every id unchanged; what comes first in `scores` is written first.
 */
import type { PeerageError } from '../error.ts';
import type { Score } from '../scores.ts';

/** The fields of a score, in the order they are written. */
export const SCORE_FIELDS = [
  'contributor',
  'trust',
  'multiple',
  'rank',
  'rankFrom',
  'rankTo',
  'percentile',
  'standing',
  'mass',
  'distrust',
] as const satisfies readonly (keyof Score)[];

const CHUNK = 1 << 16;

/** One object a line. */
export function* writeJsonLines(scores: Iterable<Score>): Generator<string> {
  yield* chunks(scores, (score) => `${jsonScore(score)}\n`);
}

/**
 * One object: the fields of `head` in their order, then `scores`. A value of `head` is written on one
 * line, a list with one item a line; a field that is undefined is left out.
 */
export function* writeJson(
  head: Readonly<Record<string, unknown>>,
  scores: Iterable<Score>,
): Generator<string> {
  let text = '{\n';
  for (const [name, value] of Object.entries(head)) {
    if (value !== undefined) text += `  ${JSON.stringify(name)}: ${jsonValue(value)},\n`;
  }
  yield `${text}  "scores": [`;
  let before = '\n    ';
  yield* chunks(scores, (score) => {
    const line = before + jsonScore(score);
    before = ',\n    ';
    return line;
  });
  // The list of nobody closes on its own line.
  yield before === '\n    ' ? ']\n}\n' : '\n  ]\n}\n';
}

/** A header and one line a score, quoted as in RFC 4180, with `\n` at the end of each line. */
export function* writeCsv(scores: Iterable<Score>): Generator<string> {
  yield `${SCORE_FIELDS.join(',')}\n`;
  yield* chunks(scores, (score) => {
    let line = csvText(score.contributor);
    for (let k = 1; k < SCORE_FIELDS.length; k++) line += `,${score[SCORE_FIELDS[k]!]}`;
    return `${line}\n`;
  });
}

/** A line left out of the record, as the JSON output lists it. */
export function skippedLine(error: PeerageError): { file?: string; line?: number; message: string } {
  const { file, line, field, reason } = error;
  return {
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    message: field === undefined ? reason : `${field}: ${reason}`,
  };
}

function* chunks(scores: Iterable<Score>, write: (score: Score) => string): Generator<string> {
  let chunk = '';
  for (const score of scores) {
    chunk += write(score);
    if (chunk.length >= CHUNK) {
      yield chunk;
      chunk = '';
    }
  }
  if (chunk !== '') yield chunk;
}

function jsonScore(score: Score): string {
  let text = `{"contributor":${JSON.stringify(score.contributor)}`;
  for (let k = 1; k < SCORE_FIELDS.length; k++) {
    const field = SCORE_FIELDS[k]!;
    text += `,"${field}":${JSON.stringify(score[field])}`;
  }
  return `${text}}`;
}

function jsonValue(value: unknown): string {
  if (!Array.isArray(value) || value.length === 0) return JSON.stringify(value);
  return `[\n${value.map((item) => `    ${JSON.stringify(item)}`).join(',\n')}\n  ]`;
}

/** Quoted where a reader could take it apart or trim it, as it is otherwise. */
function csvText(text: string): string {
  return /[",\r\n]|^[\s\ufeff]|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
