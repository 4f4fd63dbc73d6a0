/**
 * Each kind of bad input that the issue names, as a reader meets it: the message exactly, with file, line, value
 * and what was expected; by default it ends the reading, and where a line is at fault the others are taken.
 */
import { describe, expect, it } from 'vitest';
import { type Gathered, gather, type Input, line } from './gathered.ts';

type Options = Parameters<typeof gather>[1];
const join = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

/** A fault of one line: those around it are taken. */
const lines: Record<string, { input: Input; options?: Options; code: string; message: string }> = {
  'a row of too few fields': {
    input: 'source,target,weight\na,b,1\nb,c\nc,d,1\n',
    code: 'ragged-row',
    message: 'data:3: has 2 fields; expected 3 (source, target, weight)',
  },
  'a row of too many fields': {
    input: 'a,b,1,2\na,b,1,2,3\nc,d,1,2\n',
    options: { columns: ['source', 'target', 'weight', '-'] },
    code: 'ragged-row',
    message: 'data:2: has 5 fields; expected 4 (source, target, weight, -)',
  },
  'an empty source': {
    input: 'source,target\na,b\n,b\nc,d\n',
    code: 'bad-id',
    message: 'data:3: source: is empty; expected a text of 1 to 4096 bytes',
  },
  'an empty target, quoted': {
    input: 'source,target\na,b\nb,""\nc,d\n',
    code: 'bad-id',
    message: 'data:3: target: is empty; expected a text of 1 to 4096 bytes',
  },
  'a weight of NaN': {
    input: 'source,target,weight\na,b,1\na,b,NaN\nc,d,1\n',
    code: 'bad-weight',
    message:
      'data:3: weight: "NaN" is not a weight; expected a decimal number from 1e-9 to 1e12, or the same below zero for an objection',
  },
  'a date that there is not': {
    input: 'source,target,at\na,b,\na,b,2024-02-30\nc,d,\n',
    code: 'bad-date',
    message:
      'data:3: at: "2024-02-30" is not a date; expected ISO 8601 (2026-01-03T12:00:00Z) or epoch milliseconds',
  },
  'Latin-1': {
    input: join('source,target\na,b\nRen', [0xe9], ',caf', [0xe9], '\nc,d\n'),
    code: 'bad-utf8',
    message:
      'data:3: "Ren\ufffd,caf\ufffd" is not UTF-8; expected UTF-8 (a file in Latin-1 can be converted with iconv -f LATIN1 -t UTF-8)',
  },
  'a character cut off at the end of a line': {
    input: join('source,target\na,b\na,', [0xe2, 0x82], '\nc,d\n'),
    code: 'bad-utf8',
    message:
      'data:3: "a,\ufffd" is not UTF-8; expected UTF-8 (a file in Latin-1 can be converted with iconv -f LATIN1 -t UTF-8)',
  },
  'a surrogate in UTF-8': {
    input: join('1 2\n1 ', [0xed, 0xa0, 0x80], '\n3 4\n'),
    code: 'bad-utf8',
    message:
      'data:2: "1 \ufffd\ufffd\ufffd" is not UTF-8; expected UTF-8 (a file in Latin-1 can be converted with iconv -f LATIN1 -t UTF-8)',
  },
  'text after a closing quote': {
    input: 'source,target\na,b\n"a"b,c\nc,d\n',
    code: 'bad-line',
    message:
      'data:3: "b,c" follows a closing quote; expected a delimiter (a quote within quotes is written twice)',
  },
  'text after a closing quote on another line': {
    input: 'source,target\na,b\n"a\n\n"b,c\nc,d\n',
    code: 'bad-line',
    message:
      'data:5: "b,c" follows a closing quote; expected a delimiter (a quote within quotes is written twice)',
  },
  'a carriage return in a line': {
    input: 'source,target\na,b\nx\ry,z\nc,d\n',
    code: 'bad-line',
    message: 'data:3: has a carriage return in it; expected lines that end with LF or CRLF',
  },
  'a line of more than 1 MiB': {
    input: `source,target\na,b\n${'x'.repeat(2 ** 20)},y\nc,d\n`,
    code: 'long-line',
    message: 'data:3: has more than 1048576 bytes; expected a line feed before that',
  },
};

/** Faults that no line after them can be trusted after. */
const sources: Record<
  string,
  { input: Input; options?: Options; code: string; message: string; rows?: number }
> = {
  'a missing column': {
    input: 'from,to\na,b\n',
    code: 'missing-column',
    message:
      'data:1: source: there is no column "source"; found "from", "to"; say which it is with --map source=NAME, or name the columns of a file without a header with --columns source,target,...',
  },
  'no header': {
    input: '6,2,4,1289241911.72836\n',
    code: 'missing-column',
    message:
      'data:1: source: there is no column "source"; found "6", "2", "4", "1289241911.72836"; say which it is with --map source=NAME, or name the columns of a file without a header with --columns source,target,...',
  },
  'an unclosed quote': {
    input: 'source,target\na,b\n\n"b,c\nc,d\n',
    code: 'unclosed-quote',
    message:
      'data:4: the quote before "b,c" is not closed before the end of the file; expected a closing quote',
    rows: 1,
  },
  'an unclosed quote in a header': {
    input: '"source,target\na,b\n',
    code: 'unclosed-quote',
    message:
      'data:1: the quote before "source,target" is not closed before the end of the file; expected a closing quote',
  },
  'an unclosed quote in a later line of its record': {
    input: 'source,target\na,b\n"x\ny","z\n',
    code: 'unclosed-quote',
    message:
      'data:4: the quote before "z" is not closed before the end of the file; expected a closing quote',
    rows: 1,
  },
  'a binary file': {
    input: join([0x7f], 'ELF', [2, 1, 1, 0, 0, 0]),
    code: 'binary',
    message: 'data:1: has a NUL byte and looks like a binary file; expected text in UTF-8',
  },
  'a NUL byte in a table': {
    input: 'source,target\na,b\nb,\0c\nc,d\n',
    code: 'binary',
    message: 'data:3: has a NUL byte and looks like a binary file; expected text in UTF-8',
    rows: 1,
  },
  'UTF-16': {
    input: join([0xff, 0xfe], [0x61, 0, 0x2c, 0]),
    code: 'bad-utf8',
    message: 'data:1: is UTF-16; convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)',
  },
  'UTF-16, big end first': {
    input: join([0xfe, 0xff], [0, 0x61, 0, 0x2c]),
    code: 'bad-utf8',
    message: 'data:1: is UTF-16; convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)',
  },
  'Latin-1 in a header': {
    input: join('source,target,caf', [0xe9], '\na,b,c\n'),
    code: 'bad-utf8',
    message:
      'data:1: "source,target,caf\ufffd" is not UTF-8; expected UTF-8 (a file in Latin-1 can be converted with iconv -f LATIN1 -t UTF-8)',
  },
  'lines that end with CR alone': {
    input: 'source,target\ra,b\rc,d\r',
    code: 'bad-line',
    message: 'data:1: has a carriage return in it; expected lines that end with LF or CRLF',
  },
  'a zip archive': {
    input: 'PK\u0003\u0004xyz',
    code: 'binary',
    message: 'data:1: is a zip archive; expected text, or text in gzip',
  },
  zstd: {
    input: Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 1, 2),
    code: 'binary',
    message: 'data:1: is compressed with zstd; expected text, or text in gzip',
  },
  xz: {
    input: join([0xfd], '7zXZ', [0, 0]),
    code: 'binary',
    message: 'data:1: is compressed with xz; expected text, or text in gzip',
  },
  bzip2: {
    input: 'BZh91AY&SYxxx',
    code: 'binary',
    message: 'data:1: is compressed with bzip2; expected text, or text in gzip',
  },
  'a JSON array': {
    input: '[\n  {"type":"endorse"}]',
    code: 'bad-line',
    message: 'data:1: is a JSON array; expected JSON Lines: one event, an object, on each line',
  },
};

describe('a bad line', () => {
  it.each(Object.keys(lines))('%s', async (name) => {
    const { input, options, code, message } = lines[name]!;
    const tolerant = await gather(input, options);
    expect(tolerant.bad).toEqual([message]);
    expect(tolerant.fatal).toBeUndefined();
    expect(tolerant.rows.length).toBe(2);
    const strict: Gathered = await gather(input, { ...options, strict: true });
    expect(strict.fatal).toBe(message);
    expect(strict.rows.length).toBe(1);
    expect(strict.errors[0]).toMatchObject({ code, file: 'data', line: expect.any(Number) });
  });

  it('ends the reading when the listener says so', async () => {
    const enough = new Error('enough');
    const onBad = () => {
      throw enough;
    };
    await expect(gather('source,target\na,\n', { onBad })).rejects.toBe(enough);
  });

  it('may be the first of a file without a header', async () => {
    const columns = ['source', 'target'];
    const { rows, bad } = await gather(join('"a"x,b\n', [0xff], ',b\nc,d\n'), { columns });
    expect(rows).toEqual([line('c', 'd')]);
    expect(bad.map((message) => message.split(' ', 1)[0])).toEqual(['data:1:', 'data:2:']);
  });
});

describe('a bad source', () => {
  it.each(Object.keys(sources))('%s', async (name) => {
    const { input, options, code, message, rows = 0 } = sources[name]!;
    const got = await gather(input, options);
    expect(got.fatal).toBe(message);
    expect(got.bad).toEqual([]);
    expect(got.rows.length).toBe(rows);
    expect(got.errors[0]).toMatchObject({ code, file: 'data' });
  });
});
