/**
 * Parts as they are found, by row and in the solver's units, and the choice of those that are told: the
 * largest, equal ones by id, so that the same record gives the same answer whatever its rows are called.
 */
import type { Grant, Settlement, Statement } from '../settlement.ts';
import type { ExplainedPart, ExplainedStatement } from './explanation.ts';

/** Statements that are told one by one. */
const TOLD = 10;

export interface Found {
  /** Where it comes from; -1 for restart of the contributor's own. */
  readonly row: number;
  readonly why: ExplainedPart['why'];
  readonly mass: number;
  readonly error?: number;
  /** Rows from the origin on. */
  readonly path?: readonly number[];
}

/** The `breadth` largest, in order. */
export function largest<T extends Pick<Found, 'row' | 'mass'>>(
  { id }: Settlement,
  found: readonly T[],
  breadth: number,
): T[] {
  const named: { one: T; id: string | null }[] = found.map((one) => ({ one, id: null }));
  const idOf = (each: (typeof named)[number]) => {
    each.id ??= each.one.row < 0 ? '' : id(each.one.row);
    return each.id;
  };
  named.sort((a, b) => b.one.mass - a.one.mass || (idOf(a) < idOf(b) ? -1 : 1));
  return named.slice(0, breadth).map(({ one }) => one);
}

/** Statements as they are told: the last ones made, and before them how many more of each kind. */
export function told(statements: readonly Statement[]): ExplainedStatement[] {
  const cut = Math.max(0, statements.length - TOLD);
  const kinds = new Map<string, { weight: number; count: number }>();
  for (const { kind, weight } of statements.slice(0, cut)) {
    const before = kinds.get(kind) ?? { weight: 0, count: 0 };
    kinds.set(kind, { weight: before.weight + weight, count: before.count + 1 });
  }
  return [
    ...Array.from(kinds, ([kind, { weight, count }]) => ({ kind, weight, at: null, id: null, count })),
    ...statements.slice(cut).map(({ kind, weight, at, id }) => ({ kind, weight, ...when(at, id) })),
  ];
}

/** Credentials as they are told: all of them. */
export function granted(grants: readonly Grant[]): ExplainedStatement[] {
  return grants.map(({ weight, issuer, at, id }) => ({
    kind: 'credential',
    weight,
    ...when(at, id),
    issuer,
  }));
}

function when(at: number, id: string | undefined) {
  return { at: Number.isNaN(at) ? null : new Date(at).toISOString(), id: id ?? null };
}

/** Statements by who made them. */
export function bySource(
  statements: readonly Statement[],
  against: boolean,
): (source: number) => Statement[] {
  const all = new Map<number, Statement[]>();
  for (const one of statements) {
    if (one.against !== against) continue;
    const same = all.get(one.source);
    if (same === undefined) all.set(one.source, [one]);
    else same.push(one);
  }
  return (source) => all.get(source) ?? [];
}
