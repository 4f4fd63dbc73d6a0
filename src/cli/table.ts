/**
 * The readable answer: a table of who is trusted, then a few sentences on what was scored, how exact the
 * shares are, how concentrated trust is, and by which policy. Shows no digit that the bound does not
 * cover and no rank that is not proven; ids are made safe to show, and cut where the line would be too long.
 */
import Table from 'cli-table3';
import type { Score } from '../scores.ts';
import { printable } from './output.ts';
import { type Answer, type Look, summary, whole } from './summary.ts';

/** A column of a table of anything. */
export interface Column<Row> {
  head: string;
  cell: (row: Row) => string;
}

const LEGEND = 'trust: share of all; multiple: of the average; standing: 0 to 1, 0.5 is unknown';

/** Rows that the table maker is given at once: the time that it takes grows with their square. */
const BLOCK = 64;

/** All that is printed, in pieces that end with a line end. */
export function* renderTable(answer: Answer, rows: readonly Score[], look: Look): Generator<string> {
  const { colour } = look;
  if (rows.length > 0) {
    yield* grid(columnsOf(answer, rows), rows, look);
    yield `\n${colour.dim(LEGEND)}\n`;
    if (rows.length < answer.order) {
      yield `${colour.dim(`${whole(rows.length)} of ${whole(answer.order)} shown; --top N for more`)}\n`;
    }
    yield '\n';
  }
  yield `${summary(answer, look)}\n`;
}

/** A table without borders, in pieces; its second column is the one that is cut where it is too wide. */
export function* grid<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { colour, width }: Look,
): Generator<string> {
  const widths = columns.map(({ head, cell }) => {
    return rows.reduce((widest, row) => Math.max(widest, room(cell(row))), head.length);
  });
  const others = widths.reduce((sum, each) => sum + each, 0) - widths[1]! + 2 * (columns.length - 1);
  widths[1] = Math.min(widths[1]!, width === undefined ? 64 : Math.max(16, width - others));
  for (let from = 0; from < rows.length; from += BLOCK) {
    const table = new Table({
      head: from === 0 ? columns.map(({ head }) => colour.bold(head)) : [],
      colAligns: columns.map((_, k) => (k === 1 ? 'left' : 'right')),
      colWidths: widths,
      chars: NO_BORDERS,
      style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    });
    for (const row of rows.slice(from, from + BLOCK)) table.push(columns.map(({ cell }) => cell(row)));
    yield `${table.toString().replace(/ +$/gm, '')}\n`;
  }
}

function columnsOf(answer: Answer, rows: readonly Score[]): Column<Score>[] {
  const trust = shares(
    rows.map((score) => score.trust),
    answer.bound,
  );
  const columns: Column<Score>[] = [
    { head: 'rank', cell: rank },
    { head: 'contributor', cell: (score) => name(score.contributor) },
    { head: 'trust', cell: (score) => trust(score.trust) },
    { head: 'multiple', cell: (score) => multiple(score.multiple) },
    { head: 'standing', cell: (score) => score.standing.toFixed(2) },
  ];
  if (answer.objections > 0) {
    columns.push({ head: 'distrust', cell: ({ distrust }) => (distrust === 0 ? '0%' : trust(distrust)) });
  }
  return columns;
}

export const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** The rank, or the range within which it is proven to lie. */
function rank({ rank, rankFrom, rankTo }: Score): string {
  return rankFrom === rankTo ? whole(rank) : `${whole(rankFrom)}-${whole(rankTo)}`;
}

/** An id as it is shown: quoted where blanks at its ends would not be seen. */
export function name(id: string): string {
  const text = printable(id);
  return /^\s|\s$/.test(text) ? `"${text}"` : text;
}

/** An upper estimate of the columns that a text takes: wide characters count twice. */
function room(text: string): number {
  let columns = 0;
  for (const character of text) columns += character.codePointAt(0)! < 0x1100 ? 1 : 2;
  return columns;
}

/**
 * Writes shares as percentages, all with the same number of decimals: enough for three figures of the
 * smallest, at most six, and none that the bound does not cover.
 */
export function shares(all: readonly number[], bound: number): (share: number) => string {
  let smallest = 1;
  for (const share of all) if (share > 0 && share < smallest) smallest = share;
  const covered = bound > 0 ? Math.floor(-Math.log10(bound * 100)) : 6;
  const decimals = Math.max(0, Math.min(2 - Math.floor(Math.log10(smallest * 100)), 6, covered));
  const least = 10 ** -decimals;
  return (share) => {
    const percent = share * 100;
    if (percent > 0 && percent < least / 2) return `<${least.toFixed(decimals)}%`;
    return `${percent.toFixed(decimals)}%`;
  };
}

/** How many times the average contributor's trust, in three figures. */
export function multiple(value: number): string {
  if (value > 0 && value < 0.005) return '<0.01x';
  if (value >= 100) return `${whole(Math.round(value))}x`;
  return `${value.toFixed(value < 10 ? 2 : 1)}x`;
}
