/**
 * A converted dataset is read as what it was made from: the same contributors in the same order, the same live
 * statements and credentials, the same scores, bit for bit, filtered or not. Bytes that are not those that
 * were written are refused by name. The witness is the record that was converted.
 */
import { fc, it as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { convertDataset, type DatasetOptions, scoreDataset } from '../../src/batch.ts';
import { writeDataset } from '../../src/formats/kept.ts';
import { read } from '../../src/formats/read.ts';
import { Record, type RecordOptions } from '../../src/record/record.ts';
import { bytesOf } from './gathered.ts';
import { contentOf, table } from './written.ts';

const source = (bytes: Uint8Array, chunk = 1 << 20) => ({
  name: 'data',
  stream: (async function* () {
    for (let from = 0; from < bytes.length; from += chunk) yield bytes.slice(from, from + chunk);
  })(),
});

async function recordOf(bytes: Uint8Array, setting: RecordOptions = {}, chunk?: number): Promise<Record> {
  const record = new Record(setting);
  await read(source(bytes, chunk), record, { onBad: () => {} }).catch(() => {});
  return record;
}

const FILTER = fc.constantFrom<RecordOptions[]>(
  {},
  {},
  { kinds: ['vote', 'endorsement'] },
  { exclude: (id) => id.includes('a') },
);

describe('a converted dataset', () => {
  property.prop([table(40), fc.integer({ min: 1, max: 5000 })], { numRuns: 300 })(
    'holds the record of a table',
    async (bytes, chunk) => {
      const record = await recordOf(bytes);
      const again = new Uint8Array(writeDataset(record));
      expect(contentOf(await recordOf(again, {}, chunk))).toEqual(contentOf(record));
    },
  );

  property.prop([table(40), FILTER], { numRuns: 200 })(
    'gives the same scores, whatever is left out of it',
    async (bytes, filter) => {
      const record = await recordOf(bytes);
      const options = { ...(filter as DatasetOptions), skipBad: 1000 };
      const whole = new Uint8Array(writeDataset(record));
      const expected = await scoreDataset(source(bytes), options).catch(String);
      if (typeof expected === 'string') return;
      const { scores, order } = await scoreDataset(source(whole), options);
      expect(order).toBe(expected.order);
      for (const { contributor, trust, rank } of expected.scores) {
        expect(scores.of(contributor)).toMatchObject(
          filter.exclude === undefined ? { trust, rank } : { contributor },
        );
      }
    },
  );

  const EVENTS = [
    { type: 'endorse', id: 'e1', source: 'ada', target: 'linus', at: '2024-01-01' },
    {
      type: 'endorse',
      id: 'e2',
      source: 'linus',
      target: 'grace',
      weight: 2,
      kind: 'vote',
      at: '2024-02-01',
    },
    { type: 'object', source: 'grace', target: 'ada', weight: 0.5, at: '2024-03-01' },
    { type: 'grant', id: 'c1', target: 'ada', weight: 3, issuer: 'foundation', at: '2024-01-01' },
    { type: 'grant', target: 'grace', weight: 1 },
    { type: 'grant', id: 'c2', target: 'linus', weight: 1 },
    { type: 'revoke', of: 'c2' },
    { type: 'policy', policy: { damping: 0.7, halfLife: 30, reserve: 0.5 } },
    { type: 'endorse', id: 'e3', source: 'mallory', target: 'ada', at: '2025-01-01' },
    { type: 'retract', of: 'e3' },
    { type: 'endorse', source: 'eve', target: 'ada', at: '2024-05-01' },
    { type: 'forget', contributor: 'eve' },
  ];
  const jsonl = bytesOf(EVENTS.map((event) => `${JSON.stringify(event)}\n`).join(''));

  it('keeps what events add up to: ids, credentials, the policy and the newest date', async () => {
    const { bytes } = await convertDataset(source(jsonl));
    const before = await scoreDataset(source(jsonl));
    const after = await scoreDataset(source(new Uint8Array(bytes)));
    expect([...after.scores]).toEqual([...before.scores]);
    expect(after.policy).toEqual(before.policy);
    expect(after.credentials).toBe(2);
    const record = await recordOf(new Uint8Array(bytes));
    record.apply({ type: 'retract', of: 'e2' });
    expect(record.endorsements).toBe(1);
    expect(() => record.apply({ type: 'retract', of: 'e3' })).toThrow('not the id');
  });

  it('is weighed by a policy given beside it, and refused by one that it does not fit', async () => {
    const { bytes } = await convertDataset(source(bytesOf('source,target,kind\na,b,vote\nb,c,\n')));
    const given = (policy: object) => scoreDataset(source(new Uint8Array(bytes)), { policy });
    expect((await given({ kinds: { vote: { weight: 2 }, endorsement: { weight: 1 } } })).size).toBe(2);
    await expect(given({ kinds: { vote: { weight: 2 } } })).rejects.toThrow('not a kind of the policy');
    await expect(given({ halfLife: 3 })).rejects.toThrow('needs a date');
  });

  it('may follow and precede other sources', async () => {
    const first = bytesOf('source,target\na,b\nb,c\n');
    const second = bytesOf('source,target\nc,a\nd,a\n');
    const converted = async (bytes: Uint8Array) =>
      new Uint8Array((await convertDataset(source(bytes))).bytes);
    const expected = [...(await scoreDataset([source(first), source(second)])).scores];
    for (const both of [
      [source(await converted(first)), source(second)],
      [source(first), source(await converted(second))],
    ]) {
      expect([...(await scoreDataset(both)).scores]).toEqual(expected);
    }
  });

  it('is no file of credentials', async () => {
    const { bytes } = await convertDataset(source(jsonl));
    const credentials = source(new Uint8Array(bytes));
    await expect(scoreDataset(source(jsonl), { credentials })).rejects.toThrow('is a converted dataset');
  });

  property.prop([fc.nat(), fc.integer({ min: 1, max: 255 })], { numRuns: 300 })(
    'of which a byte is changed or the end is missing is refused by name',
    async (place, change) => {
      const { bytes } = await convertDataset(source(jsonl));
      const damaged = new Uint8Array(bytes.slice(0));
      // What is no magic number is no dataset, and is refused as the table that it might be.
      damaged[8 + (place % (damaged.length - 8))]! ^= change;
      const cut = new Uint8Array(bytes).subarray(0, 8 + (place % (bytes.byteLength - 8)));
      for (const what of [damaged, cut]) {
        const scored = scoreDataset(source(what));
        await expect(scored).rejects.toMatchObject({ code: 'bad-snapshot', file: 'data' });
      }
    },
  );
});
