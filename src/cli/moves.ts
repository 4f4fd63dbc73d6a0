/**
 * The readable answer of `peerage what-if`: who would rise and fall, come and go, the farthest first, with
 * places and shares before and after; then how much moves in all, and how exact that is. Shows no digit that
 * the bound does not cover.
 */
import type { DatasetEngine } from '../batch.ts';
import type { Policy } from '../policy.ts';
import { printable } from './output.ts';
import { figures, type Look, paragraphs, percent, policyLine, whole } from './summary.ts';
import { type Column, grid, name, shares } from './table.ts';

type WhatIf = ReturnType<DatasetEngine['engine']['whatIf']>;

export interface Told {
  /** What is tried, in words. */
  readonly words: string;
  readonly answer: WhatIf;
  /** The policy in force. */
  readonly policy: Policy;
}

/** Somebody who moves; null where there is no place before or after. */
interface Moving {
  readonly contributor: string;
  readonly before: { readonly trust: number; readonly rank: number } | null;
  readonly after: { readonly trust: number; readonly rank: number } | null;
  readonly change: number;
}

const LEGEND = 'place and trust, as they are > as they would be; trust is a share of all';

/** All that is printed, in pieces that end with a line end. */
export function* renderMoves(told: Told, top: number, look: Look): Generator<string> {
  const { answer } = told;
  const movings = movingsOf(answer);
  const rows = movings.slice(0, top);
  if (rows.length > 0) {
    yield* grid(columnsOf(rows, answer.bound, look), rows, look);
    yield `\n${look.colour.dim(LEGEND)}\n`;
    if (rows.length < movings.length) {
      const shown = `${whole(rows.length)} of ${whole(movings.length)} shown; --top N for more`;
      yield `${look.colour.dim(shown)}\n`;
    }
    yield '\n';
  }
  yield `${paragraphs(sentences(told), look)}\n`;
}

/** All who move, the farthest first. */
function movingsOf({ moves, arrived, gone }: WhatIf): Moving[] {
  const all: Moving[] = [
    ...moves,
    ...arrived.map(({ contributor, ...after }) => ({
      ...{ contributor, before: null, after },
      change: after.trust,
    })),
    ...gone.map(({ contributor, ...before }) => ({
      ...{ contributor, before, after: null },
      change: -before.trust,
    })),
  ];
  return all.sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
}

function columnsOf(rows: readonly Moving[], bound: number, { colour }: Look): Column<Moving>[] {
  // One number of decimals for all, so that the shares show what the change says.
  const all = rows.flatMap((row) => [row.before?.trust ?? 0, row.after?.trust ?? 0, Math.abs(row.change)]);
  const trust = shares(all, bound);
  const signed = (row: Moving) => {
    const text = `${row.change < 0 ? '-' : '+'}${trust(Math.abs(row.change))}`;
    return row.change < 0 ? colour.red(text) : colour.green(text);
  };
  return [
    { head: 'place', cell: ({ before, after }) => `${place(before, 'new')} > ${place(after, 'gone')}` },
    { head: 'contributor', cell: ({ contributor }) => name(contributor) },
    { head: 'trust', cell: ({ before }) => (before === null ? '' : trust(before.trust)) },
    { head: 'would be', cell: ({ after }) => (after === null ? '' : trust(after.trust)) },
    { head: 'change', cell: signed },
  ];
}

function place(place: Moving['before'], none: string): string {
  return place === null ? none : whole(place.rank);
}

function sentences({ words, answer, policy }: Told): [string, string][] {
  const { moves, arrived, gone, total, bound } = answer;
  const rows: [string, string][] = [['what if', printable(words)]];
  const rise = moves.filter(({ change }) => change > 0).length;
  const counts = [
    `${whole(rise)} would rise`,
    `${whole(moves.length - rise)} would fall`,
    ...(arrived.length > 0 ? [`${whole(arrived.length)} would come`] : []),
    ...(gone.length > 0 ? [`${whole(gone.length)} would go`] : []),
  ];
  const moved =
    moves.length + arrived.length + gone.length === 0
      ? 'nobody moves by more than the bound leaves open'
      : `${percent(Math.min(1, total / 2))} of all trust would change hands: ${counts.join(', ')}`;
  rows.push(['moves', total === 0 ? 'nothing: the record says all of this already' : moved]);
  if (bound > 0) rows.push(['exactness', `all changes together are within ${figures(bound)} of exact`]);
  if (answer.policy !== undefined) {
    rows.push(['policy', policyLine(policy)], ['would be', policyLine(answer.policy)]);
  }
  return rows;
}
