/** A file that appears whole or not at all: what is left in the folder after success and after failure. */
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { destination, writeWhole } from '../../src/cli/whole-file.ts';
import { folderOf, removeFolders } from './program.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = folderOf();
  file = join(folder, 'scores.csv');
});

afterAll(removeFolders);

const mode = (path: string) => statSync(path).mode & 0o777;

describe('writing', () => {
  it('makes a new file with the usual permissions, and leaves nothing beside it', async () => {
    await writeWhole(destination(file, []), ['one\n', 'two\n']);
    expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n');
    expect(readdirSync(folder)).toEqual(['scores.csv']);
    expect(mode(file)).toBe(0o666 & ~process.umask());
  });

  it('replaces a file and keeps its permissions', async () => {
    writeFileSync(file, 'a longer text than before');
    chmodSync(file, 0o640);
    await writeWhole(destination(file, []), ['new']);
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(mode(file)).toBe(0o640);
  });

  it('replaces what a link points to, not the link', async () => {
    mkdirSync(join(folder, 'there'));
    const real = join(folder, 'there/real.csv');
    writeFileSync(real, 'old');
    symlinkSync(real, file);
    await writeWhole(destination(file, []), ['new']);
    expect(readFileSync(real, 'utf8')).toBe('new');
    expect(readdirSync(folder).sort()).toEqual(['scores.csv', 'there']);
    expect(readdirSync(join(folder, 'there'))).toEqual(['real.csv']);
  });

  it('that fails in the middle keeps the file that was there, and nothing else', async () => {
    writeFileSync(file, 'old');
    function* failing() {
      yield 'half of ';
      throw new Error('the disk is gone');
    }
    await expect(writeWhole(destination(file, []), failing())).rejects.toMatchObject({
      code: 'unwritable',
      message: `${file}: cannot be written: the disk is gone`,
    });
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['scores.csv']);
  });

  it('that fails in the end, when the target has become a directory, leaves nothing', async () => {
    const to = destination(file, []);
    mkdirSync(join(file, 'full'), { recursive: true });
    await expect(writeWhole(to, ['text'])).rejects.toMatchObject({ code: 'unwritable' });
    expect(readdirSync(folder)).toEqual(['scores.csv']);
  });
});

describe('a target', () => {
  const refusal = (path: string, inputs: string[] = []) => {
    try {
      destination(path, inputs);
      return 'taken';
    } catch (error) {
      return (error as Error).message;
    }
  };

  it('leaves no trace when it is checked', () => {
    expect(refusal(file)).toBe('taken');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is refused before any work where it cannot be written', () => {
    expect(refusal(folder)).toBe(`${folder}: cannot be written: it is a directory; expected a file`);
    expect(refusal(`${file}/`)).toBe(`${file}/: cannot be written: it is a directory; expected a file`);
    expect(refusal(join(folder, 'no/scores.csv'))).toBe(
      `${folder}/no/scores.csv: cannot be written: its directory does not exist`,
    );
    writeFileSync(file, '');
    expect(refusal(join(file, 'scores.csv'))).toBe(
      `${file}/scores.csv: cannot be written: a part of its path is not a directory`,
    );
    expect(refusal('')).toBe('--out: is empty; expected the name of the file to write');
    expect(refusal('/dev/null')).toBe(
      '/dev/null: cannot be written: it is not a regular file; leave --out away to write to standard output',
    );
  });

  it('is refused where it is also read, under whatever name', () => {
    writeFileSync(file, 'the record');
    const link = join(folder, 'link.csv');
    symlinkSync(file, link);
    expect(refusal(link, ['elsewhere.csv', file])).toBe(
      `--out: ${JSON.stringify(link)} is also read, and would be lost; expected another file`,
    );
    expect(readFileSync(file, 'utf8')).toBe('the record');
  });

  it.skipIf(process.getuid?.() === 0)(
    'is refused where the folder or the file is read-only (skipped as root, whom nothing stops)',
    () => {
      writeFileSync(file, '');
      chmodSync(file, 0o444);
      expect(refusal(file)).toBe(`${file}: cannot be written: permission denied`);
      chmodSync(folder, 0o555);
      expect(refusal(join(folder, 'new.csv'))).toBe(
        `${folder}/new.csv: cannot be written: permission denied`,
      );
    },
  );
});
