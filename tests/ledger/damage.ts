/**
 * A small ledger in a file, and copies of it with one bit flipped or the end cut off: what is found, and what is
 * harmless. Each is opened in this process, so a crash would end the run. The suite draws some; `npm run torture` has all.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { backUp, openStore } from '../../src/ledger.ts';
import { endorse, events } from './entries.ts';

/** What is known of the ledger before anything happens to it. */
export interface Sound {
  readonly bytes: Buffer;
  readonly head: string;
  readonly told: string;
}

/** A ledger of all that one holds, in small pages, so that a file has few bits. */
export async function smallLedger(file: string): Promise<Sound> {
  const store = await openStore(`${file}.large`);
  const ledger = await store.ledger('a');
  await ledger.append([
    endorse('ada', 'linus', 'e1'),
    { type: 'grant', id: 'g', target: 'ada', weight: 2, issuer: 'foundation' },
    endorse('linus', 'grace', 'e2'),
    { type: 'policy', policy: { damping: 0.5 } },
    { type: 'retract', of: 'e2' },
  ]);
  await ledger.erase('grace');
  const told = JSON.stringify(await events(ledger));
  const head = ledger.head.hash;
  await store.close();
  await backUp(`${file}.large`, file);
  const database = new Sqlite(file);
  database.pragma('journal_mode = DELETE');
  database.pragma('page_size = 512');
  database.exec('VACUUM');
  database.close();
  return { bytes: readFileSync(file), head, told };
}

/** Milliseconds after which a copy counts as one that is read for ever. */
const LONGEST = 60_000;

/** What becomes of a copy: found to be damaged, or harmless; throws where it is neither, or no end is in sight. */
async function outcome(file: string, bytes: Uint8Array, sound: Sound): Promise<'found' | 'harmless'> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('is still being read after a minute')), LONGEST);
  });
  return Promise.race([looked(file, bytes, sound), late]).finally(() => clearTimeout(timer));
}

async function looked(file: string, bytes: Uint8Array, sound: Sound): Promise<'found' | 'harmless'> {
  writeFileSync(file, bytes);
  const told: string[] = [];
  try {
    const store = await openStore(file, { readonly: true });
    try {
      const ledger = await store.ledger('a');
      const { faults } = await ledger.verify({ head: sound.head });
      if (faults.length > 0) return 'found';
      told.push(JSON.stringify(await events(ledger)));
    } finally {
      await store.close();
    }
  } catch (error) {
    if ((error as Error).name !== 'PeerageError') throw error;
    return 'found';
  } finally {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(file + end, { force: true });
  }
  if (told[0] !== sound.told) throw new Error(`other events, and nothing was found: ${told[0]}`);
  return 'harmless';
}

/** Flips the bits and cuts at the bytes that `chosen` says yes to, in this order; counts what came of it. */
export async function damageAll(file: string, sound: Sound, chosen: (place: number) => boolean) {
  const counts = { flips: 0, cuts: 0, found: 0, harmless: 0 };
  for (let bit = 0; bit < 8 * sound.bytes.length; bit++) {
    if (!chosen(bit)) continue;
    const copy = Buffer.from(sound.bytes);
    copy[bit >> 3]! ^= 1 << (bit & 7);
    counts.flips++;
    counts[await outcome(file, copy, sound).catch((error) => fail(`bit ${bit}`, error))]++;
  }
  for (let length = 0; length < sound.bytes.length; length++) {
    if (!chosen(8 * length)) continue;
    counts.cuts++;
    const cut = sound.bytes.subarray(0, length);
    counts[await outcome(file, cut, sound).catch((error) => fail(`cut at ${length}`, error))]++;
  }
  return counts;
}

function fail(where: string, error: unknown): never {
  throw new Error(`${where}: ${error}`, { cause: error });
}
