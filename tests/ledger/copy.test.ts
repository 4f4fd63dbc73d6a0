/**
 * What is read of one moment is of that moment, whatever is written meanwhile; a copy is whole or is not there; and what
 * could not be prepared leaves no trace in what is appended next.
 */
import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, it, vi } from 'vitest';
import { copyAll } from '../../src/ledger/copy.ts';
import { MemoryShelf } from '../../src/ledger/memory.ts';
import { StepWriter } from '../../src/ledger/step-writer.ts';
import { ShelfStore } from '../../src/ledger/store.ts';
import { backUp, openStore, restore } from '../../src/ledger.ts';
import { endorse, events } from './entries.ts';
import { folder } from './places.ts';

const file = folder();

it('a frozen store shows what was there when it was opened, and holds up nothing but scrubbing', async () => {
  const path = file();
  const store = await openStore(path);
  const ledger = await store.ledger('a');
  await ledger.append([endorse('ada', 'linus', 'e1'), endorse('linus', 'grace', 'e2')]);
  const before = await events(ledger);
  const frozen = await openStore(path, { frozen: true });
  await ledger.append([endorse('mary', 'ada')]);
  await expect(ledger.erase('ada')).rejects.toMatchObject({ code: 'erasure-pending' });
  expect(await events(await frozen.ledger('a'))).toEqual(before);
  await expect((await frozen.ledger('a')).append([endorse('a', 'b')])).rejects.toMatchObject({
    code: 'ledger-locked',
  });
  await frozen.close();
  await ledger.scrub();
  expect(JSON.stringify(await events(ledger))).not.toContain('ada');
  await store.close();
}, 20_000);

it('a restore beside somebody who writes and erases is of one moment', async () => {
  const path = file();
  const store = await openStore(path);
  const ledger = await store.ledger('a');
  const many = Array.from({ length: 12_000 }, (_, k) => endorse(`u${k}`, `u${(7 * k) % 5_000}`, `e${k}`));
  await ledger.append(many);
  const copies = [file(), file(), file()];
  const erased = ['u11999', 'u2', 'u9000', 'u7777'];
  const erasing = (async () => {
    for (const name of erased) await ledger.erase(name);
  })();
  for (const copy of copies) await restore(path, copy);
  await erasing;
  await store.close();
  for (const copy of copies) {
    const opened = await openStore(copy, { readonly: true });
    expect((await (await opened.ledger('a')).verify()).faults).toEqual([]);
    await opened.close();
  }
}, 60_000);

it('of copies that are made at once under one name one is made, and nothing is left of the others', async () => {
  const path = file();
  const store = await openStore(path);
  await (await store.ledger('a')).append([endorse('ada', 'linus')]);
  const copy = file('one.ledger');
  const made = await Promise.allSettled([backUp(path, copy), restore(path, copy), backUp(path, copy)]);
  const refused = made.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
  expect(refused).toEqual(['unwritable', 'unwritable']);
  const opened = await openStore(copy, { readonly: true });
  expect((await (await opened.ledger('a')).verify()).faults).toEqual([]);
  await opened.close();
  await store.close();
  expect(readdirSync(dirname(copy)).filter((name) => name.includes('unfinished'))).toEqual([]);
});

it('a copy that fails leaves the place empty, and a place that is not empty is refused', async () => {
  const from = new MemoryShelf();
  await (await new ShelfStore(from).ledger('a')).append([endorse('ada', 'linus')]);
  for (const key of ['one', 'two']) await from.putDocument('key', key, '{}');
  const to = new MemoryShelf();
  const put = vi.spyOn(to, 'putDocument').mockImplementationOnce(async (kind, key, value) => {
    await MemoryShelf.prototype.putDocument.call(to, kind, key, value);
    throw new Error('no more');
  });
  await expect(copyAll(from, to)).rejects.toThrow('no more');
  expect([await to.communities(), await to.kinds()]).toEqual([[], []]);
  put.mockRestore();
  await to.putDocument('key', 'other', '{}');
  await expect(copyAll(from, to)).rejects.toMatchObject({ code: 'unwritable' });
  await to.deleteDocument('key', 'other');
  await copyAll(from, to);
  expect((await to.documents('key')).map(({ key }) => key)).toEqual(['one', 'two']);
});

it('a batch of any size is written whole, in steps that are not', async () => {
  const path = file();
  const store = await openStore(path);
  const ledger = await store.ledger('a');
  const finish = vi.spyOn(StepWriter.prototype, 'finish');
  const kinds = Array.from({ length: 17_500 }, (_, k) => `${k} `.padEnd(4_000, 'k'));
  const batch = kinds.map((kind, k) => ({ ...endorse(`u${k}`, 'linus'), kind }));
  const { sequences } = await ledger.append(batch);
  expect([sequences.length, finish.mock.calls.length]).toEqual([17_500, 2]);
  finish.mockRestore();
  expect((await ledger.verify()).faults).toEqual([]);
  let met = 0;
  for await (const entries of ledger.read(0)) {
    for (const { event } of entries) expect((event as { kind: string }).kind).toBe(kinds[met++]);
  }
  expect(met).toBe(17_500);
  await store.close();
}, 60_000);

it.each([0, 1, 2])(
  'what could not be packed after %i events is refused, and leaves nothing',
  async (after) => {
    const ledger = await (await openStore('memory:')).ledger('a');
    await ledger.append([endorse('ada', 'linus', 'e1')]);
    const { add } = StepWriter.prototype;
    let left = after;
    const failing = vi.spyOn(StepWriter.prototype, 'add').mockImplementation(function (
      this: StepWriter,
      ...given
    ) {
      if (left-- === 0) throw new RangeError('Array buffer allocation failed');
      add.apply(this, given);
    });
    const refused = ledger.append([
      endorse('bob', 'linus', 'e2'),
      endorse('carol', 'ada', 'e3'),
      { type: 'forget', contributor: 'bob' },
    ]);
    await expect(refused).rejects.toThrow('allocation failed');
    failing.mockRestore();
    const { sequences, head } = await ledger.append([endorse('dave', 'ada', 'e2')]);
    expect([sequences, head.sequence]).toEqual([[2], 2]);
    expect((await ledger.verify({ head: head.hash })).faults).toEqual([]);
    expect((await events(ledger)).map((event) => 'source' in event && event.source)).toEqual(['ada', 'dave']);
  },
);

it('a snapshot that is saved while its community is dropped leaves nothing', async () => {
  const path = file();
  const store = await openStore(path);
  for (let k = 0; k < 20; k++) {
    const ledger = await store.ledger('a');
    const { head } = await ledger.append([endorse('ada', 'linus')]);
    const saved = ledger.saveSnapshot({ ...head, bytes: new Uint8Array(9 << 20) }).catch(({ code }) => code);
    for (let turns = k; turns > 0; turns--) await null;
    const dropped = store.drop('a');
    expect([undefined, 'ledger-closed', 'bad-snapshot', 'ledger-failed']).toContain(await saved);
    await dropped;
    expect(await store.check()).toEqual([]);
  }
  await store.close();
}, 60_000);
