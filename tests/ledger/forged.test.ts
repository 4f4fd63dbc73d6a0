/**
 * What a verification says of rows that somebody has changed who then chained all of them anew, as anybody can who can
 * write the file: the hashes hold, and what is said still contradicts itself. Hashes are made here by Node alone.
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MemoryShelf } from '../../src/ledger/memory.ts';
import type { EntryRow, NameRow } from '../../src/ledger/row.ts';
import { ShelfStore } from '../../src/ledger/store.ts';
import { verifyFrozen } from '../../src/ledger/verify.ts';
import { SnapshotWriter } from '../../src/snapshot/writer.ts';
import { endorse } from './entries.ts';

/** Rows that can be written to. */
type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Rows = { entries: Writable<EntryRow>[]; names: Writable<NameRow>[] };

const CIRCLE = { id: 'circle', number: 1 };
const [ONE, OTHER, CONTRIBUTORS] = [2, 6, 10];
const text = (said: string) => new TextEncoder().encode(said);

/** ada and linus, introduced at 1 under an id; grace at 2; ada erased at 3; an id again at 4. */
async function sound(): Promise<MemoryShelf> {
  const shelf = new MemoryShelf();
  const ledger = await new ShelfStore(shelf).ledger(CIRCLE.id);
  await ledger.append([endorse('ada', 'linus', 'e1'), endorse('linus', 'grace')]);
  await ledger.erase('ada');
  await ledger.append([endorse('grace', 'linus', 'e4')]);
  return shelf;
}

/** What is found in its rows once they are changed, in the order in which it is told. */
async function found(change: (rows: Rows) => void, headOf?: (rows: Rows) => Uint8Array) {
  const shelf = await sound();
  const rows: Rows = {
    entries: (await shelf.entries(1, 0, 99, 99)).map((row) => ({ ...row, content: row.content.slice() })),
    names: (await shelf.names(1, 0, 99)).map((row) => ({ ...row })),
  };
  change(rows);
  shelf.entries = async (_, after, to) =>
    rows.entries.filter((row) => row.sequence > after && row.sequence <= to);
  shelf.names = async (_, after) => rows.names.filter(({ number }) => number > after);
  const head = headOf === undefined ? {} : { head: Buffer.from(headOf(rows)).toString('hex') };
  const { faults } = await verifyFrozen(shelf, CIRCLE, head);
  return faults.map(({ sequence, what }) => `${sequence}: ${what}`);
}

/** Changes rows and chains them anew. */
const forged = (change: (rows: Rows) => void) =>
  found((rows) => {
    change(rows);
    let before = genesis;
    for (const row of rows.entries) row.hash = before = chained(before, row.content);
  });

const chained = (before: Uint8Array, content: Uint8Array): Uint8Array =>
  createHash('sha256').update(before).update(content).digest();

const genesis: Uint8Array = createHash('sha256').update(`peerage ledger 1 ${CIRCLE.id}`).digest();

/** Writes a number of an entry. */
const number = ({ entries }: Rows, sequence: number, at: number, value: number) =>
  new DataView(entries[sequence - 1]!.content.buffer).setUint32(at, value);

describe('rows that were chained anew', () => {
  it('as they were have no fault', async () => {
    expect(await forged(() => {})).toEqual([]);
  });

  it.each<[string, (rows: Rows) => void, string[]]>([
    [
      'a newcomer has another number',
      (rows) => number(rows, 2, OTHER, 4),
      [
        '2: introduces 4 out of turn',
        '2: numbers contributors that no entry introduced',
        '4: there is a name of 3, whom no entry introduced',
        '2: the name of 4 is lost',
      ],
    ],
    [
      'somebody is mentioned whom nobody introduced',
      (rows) => number(rows, 4, ONE, 9),
      ['4: numbers contributors that no entry introduced'],
    ],
    [
      'somebody is mentioned second whom nobody introduced',
      (rows) => number(rows, 4, OTHER, 4),
      ['4: numbers contributors that no entry introduced'],
    ],
    [
      'more contributors are counted than there are',
      (rows) => number(rows, 2, CONTRIBUTORS, 5),
      [
        '2: numbers contributors that no entry introduced',
        '3: numbers contributors that no entry introduced',
      ],
    ],
    [
      'an entry says nothing',
      ({ entries }) => entries[3]!.content.fill(99),
      ['4: says nothing that can be read'],
    ],
    [
      'an entry has an id that had none',
      ({ entries }) => Object.assign(entries[1]!, { id: text('e2'), salt: new Uint8Array(16) }),
      ['2: has an id that it was appended without'],
    ],
    [
      'an entry has a salt that had none',
      ({ entries }) => Object.assign(entries[1]!, { salt: new Uint8Array(16) }),
      ['2: has an id that it was appended without'],
    ],
    [
      'an id has lost its salt',
      ({ entries }) => Object.assign(entries[3]!, { salt: null }),
      ['4: has half of an id', '4: has lost its id'],
    ],
    [
      'a salt has lost its id',
      ({ entries }) => Object.assign(entries[3]!, { id: null }),
      ['4: has half of an id', '4: has lost its id'],
    ],
    [
      'an id is lost',
      ({ entries }) => Object.assign(entries[3]!, { id: null, salt: null }),
      ['4: has lost its id'],
    ],
    [
      'an id is lost of an entry that is about somebody who was erased before it',
      (rows) => {
        number(rows, 4, ONE, 1);
        Object.assign(rows.entries[3]!, { id: null, salt: null });
      },
      ['4: has lost its id'],
    ],
    [
      'an id is another one',
      ({ entries }) => Object.assign(entries[3]!, { id: text('e5') }),
      ['4: has another id than it was appended with'],
    ],
    [
      'an id is there that is about whom was erased',
      ({ entries }) => Object.assign(entries[0]!, { id: text('e1'), salt: new Uint8Array(16) }),
      [
        '1: has another id than it was appended with',
        '1: has its id, though 1, whom it is about, was erased',
      ],
    ],
    [
      'a name is another one',
      ({ names }) => Object.assign(names[0]!, { name: text('lina') }),
      ['1: the name of 2 is another one'],
    ],
    ['a name is lost', ({ names }) => void names.pop(), ['2: the name of 3 is lost']],
    [
      'a name is there of whom was erased',
      ({ names }) => void names.unshift({ number: 1, name: text('ada'), salt: new Uint8Array(16) }),
      ['1: the name of 1 is another one', '1: the name of 1 is there, though erased'],
    ],
    [
      'a name is there of nobody',
      ({ names }) => void names.push({ number: 7, name: text('eve'), salt: new Uint8Array(16) }),
      ['4: there is a name of 7, whom no entry introduced'],
    ],
  ])('are found out where %s', async (_, change, faults) => {
    expect(await forged(change)).toEqual(faults);
  });
});

describe('rows that were not', () => {
  const broken = 'is not the one that was appended here, or the one before is not';

  it.each<[string, (rows: Rows) => void, string[]]>([
    ['one is lost', ({ entries }) => void entries.splice(1, 1), ['2: is lost', `3: ${broken}`]],
    [
      'several are lost',
      ({ entries }) => void entries.splice(0, 2),
      ['1: and all up to 2 are lost', `3: ${broken}`],
    ],
    ['one is edited', ({ entries }) => void entries[3]!.content.fill(7, 14, 15), [`4: ${broken}`]],
    [
      'a hash is short',
      ({ entries }) => Object.assign(entries[3]!, { hash: new Uint8Array(31) }),
      ['4: has no hash'],
    ],
  ])('are found out where %s', async (_, change, faults) => {
    expect(await found(change)).toEqual(expect.arrayContaining(faults));
  });

  it('are told a hundred faults of, and no more', async () => {
    const names = ({ names }: Rows, count: number) => {
      for (let k = 0; k < count; k++)
        names.push({ number: 10 + k, name: text('eve'), salt: new Uint8Array(16) });
    };
    expect(await found((rows) => names(rows, 100))).toHaveLength(100);
    expect(await found((rows) => names(rows, 101))).toHaveLength(100);
  });

  it('lead to any head that was noted, or are told to have lost it', async () => {
    const nothing = () => {};
    for (const k of [0, 1, 2, 3]) expect(await found(nothing, ({ entries }) => entries[k]!.hash)).toEqual([]);
    const lost = [expect.stringMatching(/^\d: no entry has the hash [0-9a-f]{64}: the end is cut off/)];
    expect(await found(nothing, () => new Uint8Array(32))).toEqual(lost);
    expect(await found(nothing, () => genesis)).toEqual(lost);
    const none = (rows: Rows) => Object.assign(rows, { entries: [], names: [] });
    expect(await found(none, () => genesis)).toEqual([]);
    expect(await found(none, () => new Uint8Array(32))).toEqual(lost);
    expect(
      await found(
        ({ entries }) => void entries.pop(),
        () => genesis,
      ),
    ).toEqual(lost);
  });
});

describe('a snapshot', () => {
  /** What is said of one that was taken at 4, by what it says of where it was taken. */
  const told = async (within: (hash: string) => unknown, at = 4) => {
    const shelf = await sound();
    const [row] = await shelf.bySequence(1, [at]);
    const writer = new SnapshotWriter();
    const said = within(Buffer.from(row!.hash).toString('hex'));
    if (said !== undefined) writer.value('ledger', said);
    const bytes = new Uint8Array(writer.finish());
    await shelf.saveSnapshot(1, { sequence: at, hash: row!.hash, bytes });
    return (await verifyFrozen(shelf, CIRCLE, {})).faults.map(({ what }) => what);
  };

  it('that says where it was taken has no fault, also right where somebody was erased', async () => {
    expect(await told((hash) => ({ sequence: 4, hash }))).toEqual([]);
    expect(await told((hash) => ({ sequence: 3, hash }), 3)).toEqual([]);
  });

  it('that says another sequence, another hash, or nothing, is found', async () => {
    const elsewhere = ['a snapshot was taken here that says it is of another place'];
    expect(await told((hash) => ({ sequence: 5, hash }))).toEqual(elsewhere);
    expect(await told((hash) => ({ sequence: 4, hash: hash.replace(/^./, 'x') }))).toEqual(elsewhere);
    expect(await told(() => null)).toEqual(elsewhere);
    expect(await told(() => undefined)).toEqual([expect.stringMatching(/^a snapshot was taken here that/)]);
  });
});
