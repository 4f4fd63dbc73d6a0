/**
 * What a table is, from its first line: its delimiter, whether that line is a header, which column holds what,
 * and whether lines that start with # are comments. Only two things are accepted without being told: a header
 * that names the fields, and an edge list that looks like one; anything else is asked about.
 */
import type { Buffer } from 'node:buffer';
import { PeerageError, quote } from '../error.ts';
import { COMMA, CR, HASH, LF, MINUS, NINE, PIPE, PLUS, QUOTE, SEMICOLON, SPACE, TAB, ZERO } from './ascii.ts';
import {
  edgeListLayout,
  headedLayout,
  isHeader,
  type Layout,
  listedLayout,
  STATEMENTS,
  type Subject,
  type TableOptions,
} from './columns.ts';
import { decimal } from './decimal.ts';
import { pastBlanks } from './lines.ts';
import type { Report } from './report.ts';
import { BLANKS, type Fields, split } from './split.ts';
import { RECORD_BYTES } from './window.ts';

export interface Dialect {
  readonly delimiter: number;
  readonly layout: Layout;
  /** Whether the line it was read from is a header and not data. */
  readonly header: boolean;
  /** Whether a line that starts with # is a comment wherever it stands. */
  readonly comments: boolean;
}

const NAMED: Readonly<Record<string, number>> = {
  tab: TAB,
  comma: COMMA,
  semicolon: SEMICOLON,
  pipe: PIPE,
  space: BLANKS,
  ' ': BLANKS,
};
/** In the order in which they are looked for. */
const CANDIDATES = [TAB, COMMA, SEMICOLON, PIPE];

/** The byte of a delimiter that the caller names, undefined where none is named. */
export function delimiterByte(name: string | undefined): number | undefined {
  if (name === undefined) return undefined;
  if (Object.hasOwn(NAMED, name)) return NAMED[name];
  const byte = name.charCodeAt(0);
  if (name.length === 1 && byte >= TAB && byte < 0x80 && ![LF, CR, QUOTE].includes(byte)) return byte;
  throw new PeerageError(
    'bad-option',
    `${quote(name)} is not a delimiter; expected one ASCII character, or tab, comma, semicolon, pipe or space`,
    { field: 'delimiter', value: name },
  );
}

/**
 * The first delimiter that splits the record at `from` cleanly into several fields; blanks where none does.
 * Undefined where that cannot be told before more of the source is here.
 */
export function findDelimiter(
  bytes: Buffer,
  from: number,
  to: number,
  last: boolean,
  fields: Fields,
): number | undefined {
  let faulty: number | undefined;
  for (const delimiter of CANDIDATES) {
    const end = split(bytes, from, to, last, delimiter, fields);
    if (end < 0 && !last && to - from <= RECORD_BYTES) return undefined;
    const whole = end >= 0 && end - from <= RECORD_BYTES && fields.problem === 'none';
    if (whole && fields.count > 1) return delimiter;
    // With a fault in its quoting the record may be split by this one all the same.
    if (fields.problem !== 'none' && bytes.subarray(from, bytes.indexOf(LF, from)).includes(delimiter)) {
      faulty ??= delimiter;
    }
  }
  if (faulty !== undefined) return faulty;
  split(bytes, from, to, last, BLANKS, fields);
  // A table of one column is not a list of words.
  return fields.count > 1 ? BLANKS : COMMA;
}

/** A whole record, bytes[from, end), split by `delimiter`; `preceded` by comments, as edge lists are, or not. */
interface FirstRecord {
  bytes: Buffer;
  from: number;
  end: number;
  fields: Fields;
  delimiter: number;
  preceded: boolean;
}

/** What the first record after comments says of the table, as far as the options leave it open. */
export function readDialect(
  { bytes, from, end, fields, delimiter, preceded }: FirstRecord,
  { subject, options, report }: { subject: Subject; options: TableOptions; report: Report },
): Dialect {
  const { columns, map } = options;
  const bare = delimiter === BLANKS || delimiter === TAB;
  if (columns !== undefined) {
    return { delimiter, layout: listedLayout(columns, map, subject), header: false, comments: bare };
  }
  const names: string[] = [];
  for (let field = 0; field < fields.count; field++) names.push(fields.text(bytes, field).trim());
  if (subject === STATEMENTS && !isHeader(names, map, subject) && bare) {
    // Named by the caller it is taken at its word; otherwise ids may have blanks where tabs are between them.
    const tries = options.delimiter === undefined && delimiter === TAB ? [BLANKS, TAB] : [delimiter];
    for (const attempt of tries) {
      split(bytes, from, end, true, attempt, fields);
      if (!isEdge(bytes, fields, preceded)) continue;
      if (fields.count === 3) {
        report.note('the third field of each line is read as its weight; --columns can say otherwise');
      }
      return { delimiter: attempt, layout: edgeListLayout(fields.count), header: false, comments: true };
    }
  }
  return { delimiter, layout: headedLayout(names, map, subject, report), header: true, comments: false };
}

/** Two ids, and a number where there is a third field; ids are integers unless comments precede the list. */
function isEdge(bytes: Buffer, fields: Fields, preceded: boolean): boolean {
  const { count, starts, ends, problem } = fields;
  if (problem !== 'none' || count < 2 || count > 3) return false;
  if (count === 3 && Number.isNaN(decimal(bytes, starts[2], ends[2]))) return false;
  return preceded || (isInteger(bytes, starts[0], ends[0]) && isInteger(bytes, starts[1], ends[1]));
}

function isInteger(bytes: Buffer, from: number, to: number): boolean {
  let at = from;
  if (bytes[at] === MINUS || bytes[at] === PLUS) at++;
  const first = at;
  while (at < to && bytes[at] >= ZERO && bytes[at] <= NINE) at++;
  return at === to && at > first;
}

/** Whether a line holds nothing but spaces, and tabs where they delimit nothing. */
export function isBlank(bytes: Buffer, from: number, end: number, delimiter: number | undefined): boolean {
  let at = from;
  while (at < end && (bytes[at] === SPACE || (bytes[at] === TAB && delimiter !== TAB))) at++;
  return at === end || (bytes[at] === CR && at + 1 === end);
}

/** Whether the line at `from` is a comment, in a table that has them everywhere. */
export function isComment(bytes: Buffer, from: number, to: number, delimiter: number): boolean {
  if (bytes[from] === HASH) return true;
  return delimiter === BLANKS && bytes[from] <= SPACE && bytes[pastBlanks(bytes, from, to)] === HASH;
}
