/**
 * `peerage verify`, `head`, `backup`, `restore`, `export` and `import`: what is done with a ledger by hand. Data goes
 * to standard output, one line for each thing told; a ledger that is not as it was appended ends with 1.
 */
import { TrustEngine } from '../engine.ts';
import { PeerageError } from '../error.ts';
import { inputOf } from '../event.ts';
import { withoutSecret } from '../ledger/postgres/place.ts';
import type { Ledger, Store } from '../ledger.ts';
import * as read from './flags.ts';
import { note, printable, writeOut } from './output.ts';

/** Events that are imported at a time. */
const BATCH = 5_000;

/** What a verification can not know. */
const VOUCHED =
  'this vouches for entries, names and ids; not for documents (keys, webhooks), nor for snapshots beyond their checksums';
const END =
  '; and without --head, a hash that was noted elsewhere, not for what may have been cut off or written anew';

export interface LedgerFlags {
  readonly community?: string;
  readonly head?: string;
  readonly until?: string;
}

/** Checks every entry, and says which is wrong. */
export async function verify(args: string[], flags: LedgerFlags): Promise<void> {
  const [location] = expect('verify', args, ['LEDGER']);
  if (flags.head !== undefined && !/^[0-9a-f]{64}$/.test(flags.head)) {
    throw read.misuse(
      '--head',
      `${JSON.stringify(flags.head)} is not a hash; expected 64 digits, as "peerage head" prints`,
    );
  }
  await reading(location!, async (store) => {
    const communities = await chosen(store, flags);
    if (flags.head !== undefined && communities.length !== 1) {
      throw read.misuse('--head', 'is of one community; expected --community with it');
    }
    const place = await store.check();
    await writeOut(place.map((what) => `${what}\n`));
    if (communities.length === 0) note('there is no community');
    let faults = place.length;
    for (const community of communities) {
      const ledger = await store.ledger(community);
      const found = await ledger.verify({ place: false, ...(flags.head && { head: flags.head }) });
      const { sequence, hash } = found.head;
      const name = printable(community);
      await writeOut(found.faults.map((fault) => `${name}: entry ${fault.sequence}: ${fault.what}\n`));
      if (found.faults.length === 0) await writeOut([`${name}: ${sequence} entries, ${hash}: as appended\n`]);
      faults += found.faults.length;
    }
    note(VOUCHED + (flags.head === undefined ? END : ''));
    if (faults === 0) return;
    const reason = `${faults === 1 ? 'one thing is' : `${faults} things are`} not as appended; restore a backup`;
    throw new PeerageError('ledger-damaged', reason, { file: withoutSecret(location!) });
  });
}

/** Prints where each chain stands. */
export async function head(args: string[], flags: LedgerFlags): Promise<void> {
  const [location] = expect('head', args, ['LEDGER']);
  await reading(location!, async (store) => {
    for (const community of await chosen(store, flags)) {
      const { sequence, hash } = (await store.ledger(community)).head;
      await writeOut([`${hash} ${sequence} ${printable(community)}\n`]);
    }
  });
}

/** Writes a new file with all that the ledger holds now. */
export async function backup(args: string[]): Promise<void> {
  const [location, file] = expect('backup', args, ['LEDGER', 'FILE']);
  const { backUp } = await import('../ledger.ts');
  await backUp(location!, file!);
}

/** Makes a ledger of a backup. */
export async function restore(args: string[], flags: LedgerFlags): Promise<void> {
  const [file, location] = expect('restore', args, ['BACKUP', 'LEDGER']);
  const until = flags.until === undefined ? undefined : read.count('--until', flags.until);
  const { community } = flags;
  const ledgers = await import('../ledger.ts');
  await ledgers.restore(file!, location!, {
    ...(until !== undefined && { until }),
    ...(community !== undefined && { community }),
  });
}

/** Prints the events, JSON Lines. */
export async function exportEvents(args: string[], flags: LedgerFlags): Promise<void> {
  const [location] = expect('export', args, ['LEDGER']);
  await reading(location!, async (store) => {
    // Of one moment: somebody who is erased meanwhile would have a name in some lines and a number in others.
    const ledger = await only(store, flags);
    for await (const entries of ledger.read(0)) {
      await writeOut([entries.map(({ event }) => `${JSON.stringify(inputOf(event))}\n`).join('')]);
    }
  });
}

/** Appends the events of a file, JSON Lines, as an engine would take them. */
export async function importEvents(args: string[], flags: LedgerFlags): Promise<void> {
  const [location, file] = expect('import', args, ['LEDGER', 'FILE']);
  const { readChanges } = await import('../formats/changes.ts');
  const { events, placed } = await readChanges(file!);
  const { openStore } = await import('../ledger.ts');
  const store = await openStore(location!);
  try {
    const ledger = await store.ledger(flags.community ?? 'default');
    const engine = await TrustEngine.open(ledger);
    for (let from = 0; from < events.length; from += BATCH) {
      try {
        await engine.append(events.slice(from, from + BATCH));
      } catch (error) {
        if (!(error instanceof PeerageError) || error.index === undefined) throw error;
        const { code, reason, field, value } = error;
        const index = error.index + from;
        throw placed(new PeerageError(code, reason, { index, value, ...(field && { field }) }));
      }
    }
    await engine.close();
    await writeOut([`${ledger.head.hash} ${ledger.head.sequence} ${ledger.community}\n`]);
  } finally {
    await store.close();
  }
}

function expect(command: string, args: string[], names: string[]): string[] {
  const usage = `peerage ${command} ${names.join(' ')}`;
  for (const [k, name] of names.entries()) if (k in args) read.lasting(name, args[k]!, usage);
  if (args.length === names.length) return args;
  throw read.misuse(names[Math.min(args.length, names.length - 1)]!, `expected ${usage}`);
}

async function reading(location: string, work: (store: Store) => Promise<void>): Promise<void> {
  const { openStore } = await import('../ledger.ts');
  const store = await openStore(location, { frozen: true });
  try {
    await work(store);
  } finally {
    await store.close();
  }
}

async function chosen(store: Store, { community }: LedgerFlags): Promise<readonly string[]> {
  return community === undefined ? store.communities() : [community];
}

/** The ledger that is named, or the only one. */
async function only(store: Store, flags: LedgerFlags): Promise<Ledger> {
  const communities = await chosen(store, flags);
  if (communities.length === 1) return store.ledger(communities[0]!);
  throw read.misuse('--community', `is missing; expected one of ${communities.join(', ') || 'none'}`);
}
