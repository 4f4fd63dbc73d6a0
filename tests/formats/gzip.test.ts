/** Gzip is told by its bytes; what is cut off or damaged is refused, wherever the cut or the damage is. */
import { gzipSync } from 'node:zlib';
import { fc, it as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { gather, line, rowsOf } from './gathered.ts';

const table = 'source,target\nada,linus\nlinus,ada\n';
const rows = [line('ada', 'linus'), line('linus', 'ada')];

describe('gzip', () => {
  property.prop([fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 })])(
    'may be cut into chunks anywhere',
    async (chunk) => {
      expect(await rowsOf(gzipSync(table), { chunk })).toEqual(rows);
    },
  );

  it.each([1, 3, 50, 1000])('may have several members, in chunks of %d', async (chunk) => {
    const packed = Buffer.concat([
      gzipSync('source,tar'),
      gzipSync('get\nada,linus\nlin'),
      gzipSync(''),
      gzipSync('us,ada\n'),
    ]);
    expect(await rowsOf(packed, { chunk })).toEqual(rows);
  });

  it('may be padded with zeros', async () => {
    expect(await rowsOf(Buffer.concat([gzipSync(table), Buffer.alloc(512)]))).toEqual(rows);
  });

  it('may hold any format, or nothing', async () => {
    expect(await rowsOf(gzipSync('1 2\n'))).toEqual([line('1', '2')]);
    expect(await rowsOf(gzipSync('digraph { a -> b }'))).toEqual([line('a', 'b')]);
    expect((await gather(gzipSync('{"type":"forget","contributor":"a"}'))).events.length).toBe(1);
    expect(await rowsOf(gzipSync(''))).toEqual([]);
  });

  it('may hold lines in any number', async () => {
    const many = Array.from({ length: 100_000 }, (_, k) => `${k} ${(k * 7) % 1999}`).join('\n');
    const read = await rowsOf(gzipSync(many), { chunk: 65_536 });
    expect(read.length).toBe(100_000);
    expect(read[99_999]).toEqual(line('99999', String((99_999 * 7) % 1999)));
  });

  const packed = gzipSync(table);
  it('is refused wherever it is cut off', async () => {
    for (let length = 2; length < packed.length; length++) {
      const { fatal, errors } = await gather(packed.subarray(0, length), { chunk: 7 });
      expect(fatal).toMatch(
        /^data:\d: the gzip data ends too early; expected a whole file \(is it cut off\?\)$/,
      );
      expect(errors[0]).toMatchObject({ code: 'bad-gzip', file: 'data' });
    }
  });

  it.each([
    ['in its check sum', packed.length - 6, 'incorrect data check'],
    ['in its length', packed.length - 2, 'incorrect length check'],
    ['in its method', 2, 'unknown compression method'],
  ])('is refused where it is damaged %s', async (_where, at, reason) => {
    const damaged = Buffer.from(packed);
    damaged[at]! ^= 0x55;
    expect((await gather(damaged)).fatal).toMatch(
      new RegExp(`^data:\\d: the gzip data is damaged \\(${reason}\\); expected a sound gzip file$`),
    );
  });

  it('is refused with something else after it', async () => {
    expect((await gather(Buffer.concat([packed, Buffer.from('ada,linus\n')]))).fatal).toContain(
      'the gzip data is damaged',
    );
  });

  it('tells the line that the reading had come to', async () => {
    const many = gzipSync(
      `source,target\n${Array.from({ length: 200_000 }, (_, k) => `user${k},user${(k * 7) % 1999}`).join('\n')}`,
    );
    const { rows: taken, errors } = await gather(many.subarray(0, many.length >> 1), { chunk: 65_536 });
    expect(taken.length).toBeGreaterThan(50_000);
    // The header is a line too, and the line that is cut in two has been come to.
    expect(errors[0]!.line).toBe(taken.length + 2);
  });

  it('counts the bytes that were read, not those that came out', async () => {
    const counts: number[] = [];
    const zipped = gzipSync('1 2\n'.repeat(100_000));
    await gather(zipped, { chunk: 100, onBytes: (bytes) => counts.push(bytes) });
    expect(counts.at(-1)).toBe(zipped.length);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
  });
});
