/**
 * `peerage convert` writes a dataset that is scored as the files it was made from are, or fails and writes
 * nothing. Judged by what the built program prints.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtProgram } from '../built.ts';
import { folderOf, removeFolders, run } from './program.ts';

let program = '';
beforeAll(async () => {
  program = await builtProgram();
});
afterAll(removeFolders);

const FILES = {
  'votes.csv': 'source,target,weight\nada,linus,2\nlinus,grace,1\ngrace,ada,-1\n',
  'held.csv': 'target,weight\nada,1\n',
};

describe('peerage convert', () => {
  it('writes what is scored as its sources are', async () => {
    const folder = folderOf(FILES);
    const from = ['votes.csv', '--credentials', 'held.csv'];
    const made = await run(program, ['convert', ...from, '--out', 'votes.peerage'], { folder });
    expect(made).toEqual({ exit: 0, stdout: '', stderr: '' });
    const direct = await run(program, ['score', ...from, '--format', 'csv'], { folder });
    const converted = await run(program, ['score', 'votes.peerage', '--format', 'csv'], { folder });
    expect(converted).toEqual(direct);
    expect(direct.exit).toBe(0);
  });

  it('needs the name of a file, and files', async () => {
    const folder = folderOf(FILES);
    expect(await run(program, ['convert', 'votes.csv'], { folder })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('--out: is missing'),
    });
    expect(await run(program, ['convert', '--out', 'x'], { folder })).toMatchObject({ exit: 2 });
  });

  it('writes nothing where a source is bad', async () => {
    const folder = folderOf({ 'bad.csv': 'source,target\nada\n' });
    const made = await run(program, ['convert', 'bad.csv', '-o', 'bad.peerage'], { folder });
    expect(made).toMatchObject({ exit: 1, stderr: expect.stringContaining('bad.csv:2: has 1 field') });
    expect(existsSync(join(folder, 'bad.peerage'))).toBe(false);
    expect(readdirSync(folder)).toEqual(['bad.csv']);
  });
});
