/**
 * All rows of a place, batch by batch in the order of their numbers. A damaged index can lead back to where it came
 * from, and reading would never end: so each batch has to end above the one before.
 */
import { PeerageError } from '../error.ts';
import type { EntryRow, NameRow } from './row.ts';
import type { Shelf } from './shelf.ts';

/** Entries after a sequence, up to and with `to`. @throws PeerageError `ledger-damaged`. */
export function entryBatches(
  shelf: Shelf,
  community: number,
  { after = 0, to = Number.MAX_SAFE_INTEGER, batch }: { after?: number; to?: number; batch: number },
): AsyncGenerator<readonly EntryRow[]> {
  const read = (last: number) => shelf.entries(community, last, to, batch);
  return rising('entries', read, ({ sequence }) => sequence, after, to);
}

/** Names, of all numbers. @throws PeerageError `ledger-damaged`. */
export function nameBatches(
  shelf: Shelf,
  community: number,
  batch: number,
): AsyncGenerator<readonly NameRow[]> {
  const read = (last: number) => shelf.names(community, last, batch);
  return rising('names', read, ({ number }) => number, 0, Number.MAX_SAFE_INTEGER);
}

async function* rising<Row>(
  what: string,
  read: (last: number) => Promise<readonly Row[]>,
  numberOf: (row: Row) => number,
  after: number,
  to: number,
): AsyncGenerator<readonly Row[]> {
  for (let last = after; last < to; ) {
    const rows = await read(last);
    if (rows.length === 0) return;
    const next = numberOf(rows.at(-1)!);
    if (!(next > last)) {
      const reason = `the index of its ${what} is damaged: it leads from ${last} back to ${next}`;
      throw new PeerageError('ledger-damaged', reason, { value: next });
    }
    yield rows;
    last = next;
  }
}
