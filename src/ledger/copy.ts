/**
 * One ledger into another place, row by row, so that the copy has the same chain: all of it, or up to a sequence. What
 * has been erased since stays erased: where the copy ends before that was said, it is said again at its end.
 */
import { Buffer } from 'node:buffer';
import { PeerageError, quote } from '../error.ts';
import { entryBatches, nameBatches } from './batches.ts';
import { genesisOf, linked } from './chain.ts';
import { readEntry } from './entry.ts';
import { damaged } from './reading.ts';
import type { EntryRow, NameRow, Step } from './row.ts';
import { HASH_BYTES, SALT_BYTES } from './row.ts';
import type { CommunityRow, Shelf } from './shelf.ts';
import { StepWriter } from './step-writer.ts';

const BATCH = 5_000;

/** Where one community ends in a copy; the others are whole. */
export interface Cut {
  readonly community: string;
  readonly until: number;
}

/**
 * The cut that is asked for; undefined for none.
 * @throws PeerageError `bad-option` where it is not clear of which community, or it lies beyond the end;
 * `unknown-community`.
 */
export async function cutOf(
  from: Shelf,
  { until, community }: { until?: number | undefined; community?: string | undefined },
): Promise<Cut | undefined> {
  if (until === undefined) {
    if (community === undefined) return undefined;
    throw new PeerageError('bad-option', 'says which community is cut; expected `until` with it', {
      field: 'community',
    });
  }
  const all = await from.communities();
  if (community === undefined && all.length > 1) {
    const names = all.map(({ id }) => quote(id)).sort();
    const reason = `is missing, and a sequence is of one community; expected one of ${names.slice(0, 20).join(', ')}`;
    throw new PeerageError('bad-option', reason, { field: 'community' });
  }
  const found = community === undefined ? all[0] : all.find(({ id }) => id === community);
  if (found === undefined && community !== undefined) {
    throw new PeerageError('unknown-community', `${quote(community)} is not a community of this ledger`, {
      field: 'community',
      value: community,
    });
  }
  const last = found === undefined ? 0 : ((await from.last(found.number))?.sequence ?? 0);
  if (found !== undefined && until <= last) return { community: found.id, until };
  const where =
    found === undefined ? 'of what holds no community' : `of ${quote(found.id)}, which is at ${last}`;
  throw new PeerageError('bad-option', `${until} is beyond the end ${where}`, {
    field: 'until',
    value: until,
  });
}

/**
 * Copies every community and every document into an empty place, which is empty again where one fails.
 * @throws PeerageError `ledger-damaged` where the chain does not hold, `unwritable`.
 */
export async function copyAll(from: Shelf, to: Shelf, cut?: Cut): Promise<void> {
  if ((await to.communities()).length > 0 || (await to.kinds()).length > 0) {
    const reason = 'holds ledgers, or keys and webhooks, already; expected a place that is empty';
    throw new PeerageError('unwritable', reason);
  }
  try {
    for (const { number, id } of await from.communities()) {
      const until = id === cut?.community ? cut.until : Number.MAX_SAFE_INTEGER;
      await copyOne(from, { id, number }, to, await to.found(id), until);
    }
    for (const kind of await from.kinds()) {
      for (const { key, value } of await from.documents(kind)) await to.putDocument(kind, key, value);
    }
  } catch (error) {
    // What is told is what went wrong first, also where the place can not be reached any more.
    await dropAll(to).catch(() => {});
    throw error;
  }
}

async function dropAll(shelf: Shelf): Promise<void> {
  for (const { number } of await shelf.communities()) await shelf.drop(number);
  for (const kind of await shelf.kinds()) {
    for (const { key } of await shelf.documents(kind)) await shelf.deleteDocument(kind, key);
  }
}

async function copyOne(
  from: Shelf,
  { id, number: community }: CommunityRow,
  to: Shelf,
  target: number,
  until: number,
): Promise<void> {
  let last = 0;
  let contributors = 0;
  const tip = genesisOf(id);
  const forgotten = new Set<number>();
  for await (const rows of entryBatches(from, community, { to: until, batch: BATCH })) {
    for (const { content, hash, sequence } of rows) {
      const said = readEntry(content);
      const follows = sequence === last + 1 && Buffer.compare(hash, linked(tip, content)) === 0;
      if (said === undefined || !follows) throw damaged(sequence, 'is not the one that was appended');
      contributors = said.contributors;
      if (said.type === 'forget') forgotten.add(said.one);
      last = sequence;
      tip.set(hash);
    }
    await to.write([{ community: target, steps: [packEntries(rows)] }]);
  }
  const missing: number[] = [];
  let expected = 1;
  const miss = (end: number) => {
    for (; expected < end; expected++) if (!forgotten.has(expected)) missing.push(expected);
    expected = end + 1;
  };
  for await (const all of nameBatches(from, community, BATCH)) {
    const rows = all.filter(({ number }) => number <= contributors);
    if (rows.length === 0) break;
    for (const { number } of rows) miss(number);
    await to.write([{ community: target, steps: packNames(rows) }]);
  }
  miss(contributors + 1);
  if (missing.length === 0) return;
  // Whoever is forgotten later is forgotten here too; another name that is gone is lost.
  const later = new Set<number>();
  for await (const rows of entryBatches(from, community, { after: last, batch: BATCH })) {
    for (const { content } of rows) {
      const said = readEntry(content);
      if (said?.type === 'forget') later.add(said.one);
    }
  }
  const lost = missing.find((number) => !later.has(number));
  if (lost !== undefined) throw new PeerageError('ledger-damaged', `the name of contributor ${lost} is lost`);
  const steps = forgetAgain(missing, { last, contributors, tip });
  await to.write([{ community: target, steps }]);
}

/** Entries that forget again those whose names are gone. */
function forgetAgain(
  numbers: readonly number[],
  { last, contributors, tip }: { last: number; contributors: number; tip: Buffer },
): Step[] {
  const writer = new StepWriter();
  return numbers.map((one, k) => {
    const placed = { one, other: 0, newOne: false, newOther: false, contributors, of: 0 };
    writer.add(last + 1 + k, { type: 'forget', contributor: '' }, placed, tip);
    return writer.finish(one);
  });
}

const NO_BYTES = new Uint8Array(0);
const NO_ENDS = new Uint32Array(0);

function packEntries(rows: readonly EntryRow[]): Step {
  const parts: Uint8Array[] = [];
  const ends: number[] = [];
  let end = 0;
  for (const { hash, content, id, salt } of rows) {
    parts.push(hash, content);
    end += HASH_BYTES + content.length;
    ends.push(end);
    if (id !== null && salt !== null) {
      parts.push(salt, id);
      end += SALT_BYTES + id.length;
    }
    ends.push(end);
  }
  const bytes = Uint8Array.from(Buffer.concat(parts));
  const none = { firstName: 0, names: NO_BYTES, nameEnds: NO_ENDS, forgets: 0 };
  return { first: rows[0]!.sequence, bytes, ends: Uint32Array.from(ends), ...none };
}

/** A step holds names of numbers that follow one another. */
function packNames(rows: readonly NameRow[]): Step[] {
  const steps: Step[] = [];
  for (let from = 0; from < rows.length; ) {
    let to = from + 1;
    while (to < rows.length && rows[to]!.number === rows[to - 1]!.number + 1) to++;
    const run = rows.slice(from, to);
    const names = Uint8Array.from(Buffer.concat(run.flatMap(({ salt, name }) => [salt, name])));
    let end = 0;
    const nameEnds = Uint32Array.from(run, ({ name }) => {
      end += SALT_BYTES + name.length;
      return end;
    });
    const none = { first: 0, bytes: NO_BYTES, ends: NO_ENDS, forgets: 0 };
    steps.push({ ...none, firstName: run[0]!.number, names, nameEnds });
    from = to;
  }
  return steps;
}
