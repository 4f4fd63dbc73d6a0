/**
 * Which column of a table holds which field: from a header and a map of names, from a list of names where
 * there is no header, or the fixed ones of an edge list. A name that cannot be found is answered with the
 * names that were, since that is what its author needs to see.
 */
import { PeerageError, quote } from '../error.ts';
import type { Report } from './report.ts';

/** What a column, or an attribute of a Graphviz edge, can hold. */
export type Field = 'source' | 'target' | 'weight' | 'kind' | 'at' | 'id' | 'issuer';

/** How a table is to be understood; JSON Lines need none of it. */
export interface TableOptions {
  /** Names of the columns of a file without a header: fields, or `-` or nothing for one to pass over. */
  columns?: readonly string[] | undefined;
  /** Names of the columns (Graphviz: attributes) that hold the fields, where they are not the fields' own. */
  map?: Partial<Record<Field, string>> | undefined;
  /** One ASCII character, or `tab`, `comma`, `semicolon`, `pipe`, or `space` for runs of blanks. */
  delimiter?: string | undefined;
  /** Unit of dates written as numbers; where it is left out, milliseconds. */
  timeUnit?: 's' | 'ms' | undefined;
  /** Reads each line both ways. */
  undirected?: boolean | undefined;
}

/** What a table is of: which fields it may have, and which of them it must have. */
export interface Subject {
  readonly fields: readonly Field[];
  readonly required: readonly Field[];
}
export const STATEMENTS: Subject = {
  fields: ['source', 'target', 'weight', 'kind', 'at', 'id'],
  required: ['source', 'target'],
};
export const CREDENTIALS: Subject = {
  fields: ['target', 'weight', 'issuer', 'at'],
  required: ['target'],
};

/** The place of each field's column, -1 where there is none. */
export interface Layout extends Record<Field, number> {
  /** What each column is called; their number is the number of fields of every line. */
  names: readonly string[];
}

const NONE: Record<Field, number> = {
  source: -1,
  target: -1,
  weight: -1,
  kind: -1,
  at: -1,
  id: -1,
  issuer: -1,
};

/** Refuses a map that names something that is not a field, and a unit that is none. */
export function checkOptions({ map, timeUnit }: TableOptions, { fields }: Subject): void {
  for (const field of Object.keys(map ?? {})) {
    if ((fields as readonly string[]).includes(field)) continue;
    throw new PeerageError('bad-option', `${quote(field)} is not a field; expected ${fields.join(', ')}`, {
      field: 'map',
      value: field,
    });
  }
  if (timeUnit !== undefined && timeUnit !== 's' && timeUnit !== 'ms') {
    throw new PeerageError('bad-option', `${quote(timeUnit)} is not a unit of time; expected s or ms`, {
      field: 'timeUnit',
      value: timeUnit,
    });
  }
}

/** The columns of an edge list: two ids, and a weight where there is a third. */
export function edgeListLayout(width: number): Layout {
  return {
    ...NONE,
    source: 0,
    target: 1,
    weight: width === 3 ? 2 : -1,
    names: ['source', 'target', 'weight'].slice(0, width),
  };
}

/** The columns that the caller lists for a file without a header. */
export function listedLayout(columns: readonly string[], map: TableOptions['map'], subject: Subject): Layout {
  const mapped = Object.values(map ?? {});
  for (const name of columns) {
    if (name === '' || name === '-' || mapped.includes(name)) continue;
    if (!(subject.fields as readonly string[]).includes(name)) {
      throw new PeerageError(
        'bad-option',
        `${quote(name)} is not a field; expected ${subject.fields.join(', ')}, or - for a column to pass over`,
        { field: 'columns', value: name },
      );
    }
  }
  const { layout, missing, twice } = locate(columns, map, subject);
  const [field, name] = missing ?? twice ?? [];
  if (field === undefined) return layout;
  throw new PeerageError(
    'bad-option',
    missing === undefined
      ? `has ${quote(name)} twice; which of them is the ${field}?`
      : `has no ${quote(name)}, the ${field}; found ${list(columns)}`,
    { field: 'columns', value: columns.join(',') },
  );
}

/** The columns that a header names. */
export function headedLayout(
  names: readonly string[],
  map: TableOptions['map'],
  subject: Subject,
  report: Report,
): Layout {
  const { layout, missing, twice } = locate(names, map, subject);
  if (twice !== undefined) {
    report.fatal(
      'missing-column',
      `column ${quote(twice[1])} stands there twice; expected one (give the others another name in the header)`,
      { field: twice[0] },
    );
  }
  if (missing !== undefined) {
    const [field, name] = missing;
    const advice =
      subject === CREDENTIALS
        ? 'expected a header with target[,weight][,issuer][,at]'
        : `say which it is with --map ${field}=NAME, or name the columns of a file without a header with --columns source,target,...`;
    report.fatal('missing-column', `there is no column ${quote(name)}; found ${list(names)}; ${advice}`, {
      field,
    });
  }
  const unused = names.filter((_, place) => subject.fields.every((field) => layout[field] !== place));
  if (unused.length === 1) report.note(`column ${list(unused)} is not used`);
  else if (unused.length > 1) report.note(`columns ${list(unused)} are not used`);
  return layout;
}

/** Whether the first line of a file is a header, as far as the names of the required fields can tell. */
export function isHeader(names: readonly string[], map: TableOptions['map'], { required }: Subject): boolean {
  return Object.keys(map ?? {}).length > 0 || required.every((field) => names.includes(field));
}

type Named = [Field, string];

function locate(names: readonly string[], map: TableOptions['map'], { fields, required }: Subject) {
  const layout: Layout = { ...NONE, names };
  let missing: Named | undefined;
  let twice: Named | undefined;
  for (const field of fields) {
    const name = map?.[field] ?? field;
    const place = names.indexOf(name);
    if (place < 0) {
      if (map?.[field] !== undefined || required.includes(field)) missing ??= [field, name];
    } else if (names.indexOf(name, place + 1) >= 0) twice ??= [field, name];
    layout[field] = place;
  }
  return { layout, missing, twice };
}

const SHOWN = 10;

/** Names as they are listed in a message; quoted only where they must be, if `bare`. */
export function list(names: readonly string[], bare = false): string {
  const shown = names.slice(0, SHOWN).map((name) => (bare && /^[\w -]+$/.test(name) ? name : quote(name)));
  return names.length > SHOWN ? `${shown.join(', ')} and ${names.length - SHOWN} more` : shown.join(', ');
}
