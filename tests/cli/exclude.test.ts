/** Which ids `--exclude` leaves out. The witness for patterns is a regular expression over short texts. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { pattern, readExclusion } from '../../src/cli/exclude.ts';
import { folderOf, removeFolders } from './program.ts';

const folder = folderOf();
afterAll(removeFolders);

describe('a pattern', () => {
  it('matches whole ids', () => {
    expect(pattern('ada')('ada')).toBe(true);
    expect(pattern('ada')('adam')).toBe(false);
    expect(pattern('*bot')('robot')).toBe(true);
    expect(pattern('*bot')('robots')).toBe(false);
    expect(pattern('b?t')('bot')).toBe(true);
    expect(pattern('b?t')('bt')).toBe(false);
    expect(pattern('*')('anything')).toBe(true);
  });

  it('takes one character for ?, even one outside the basic plane', () => {
    expect(pattern('?')('😀')).toBe(true);
    expect(pattern('??')('😀')).toBe(false);
  });

  it('gives no other character a meaning', () => {
    for (const text of ['a.c', 'a+c', '[ab]', '(a)', 'a|b', '^a$', '\\d', 'a{2}', '__proto__']) {
      expect(pattern(text)(text)).toBe(true);
      expect(pattern(`${text}*`)(text)).toBe(true);
      expect(pattern(`${text}?`)(text)).toBe(false);
    }
    expect(pattern('a.c*')('abc')).toBe(false);
  });

  it('agrees with a regular expression', () => {
    const marks = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '.'), maxLength: 7 });
    const ids = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\n'), maxLength: 9 });
    fc.assert(
      fc.property(marks, ids, (text, id) => {
        const witness = text.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');
        expect(pattern(text)(id)).toBe(new RegExp(`^(?:${witness})$`, 'su').test(id));
      }),
      { numRuns: 2000 },
    );
  });

  it('ends for a pattern that would take a backtracking matcher for ever', () => {
    expect(pattern(`${'a*'.repeat(60)}b`)('a'.repeat(4096))).toBe(false);
  });
});

describe('a list', () => {
  it('holds ids as they are, without blank lines and line ends', async () => {
    const file = join(folder, 'bots.txt');
    writeFileSync(file, '\ufeffada\r\n# not a remark\n\n*\n 007 \n__proto__');
    const { excludes } = await readExclusion([file]);
    const out = ['ada', '# not a remark', '*', ' 007 ', '__proto__'];
    expect(out.filter(excludes)).toEqual(out);
    expect(['', 'ad', '007', 'constructor', '\ufeffada', 'ada\r'].filter(excludes)).toEqual([]);
  });

  it('is refused where it is no text', async () => {
    const file = join(folder, 'binary');
    writeFileSync(file, Uint8Array.of(0x61, 0xff, 0x0a));
    await expect(readExclusion([file])).rejects.toThrow(`${file}: is not UTF-8; expected a text file`);
  });
});

it('a folder of the same name does not hide a pattern', async () => {
  expect((await readExclusion([folder])).excludes(folder)).toBe(true);
});

it('says which values matched nothing', async () => {
  const { excludes, unmatched } = await readExclusion(['ada', 'lin*', 'l*', 'bots.txt']);
  expect(['ada', 'linus', 'grace'].map(excludes)).toEqual([true, true, false]);
  expect(unmatched()).toEqual(['bots.txt']);
});
