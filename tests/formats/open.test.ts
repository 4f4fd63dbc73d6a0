/** What can be opened, and how what cannot is refused; and that a source that fails is closed. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PeerageError } from '../../src/error.ts';
import { open } from '../../src/formats/open.ts';
import { read } from '../../src/formats/read.ts';
import { Gatherer, line } from './gathered.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'peerage-open-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function refusal(path: string): Promise<PeerageError> {
  try {
    await open(path);
  } catch (error) {
    if (error instanceof PeerageError) return error;
    throw error;
  }
  throw new Error(`${path} was opened`);
}

describe('open', () => {
  it('reads a file, of a known size', async () => {
    const path = join(folder, 'a.csv');
    writeFileSync(path, 'source,target\na,b\n');
    const source = await open(path);
    expect(source).toMatchObject({ name: path, bytes: 18 });
    const sink = new Gatherer();
    const counts: number[] = [];
    await read(source, sink, { onBytes: (bytes) => counts.push(bytes) });
    expect(sink.rows).toEqual([line('a', 'b')]);
    expect(counts).toEqual([18]);
  });

  it('refuses what is not there', async () => {
    const missing = join(folder, 'missing.csv');
    expect(await refusal(missing)).toMatchObject({
      code: 'no-file',
      message: `${missing}: there is no such file; check the path (- is standard input)`,
    });
    writeFileSync(join(folder, 'file'), '');
    expect(await refusal(join(folder, 'file', 'below'))).toMatchObject({ code: 'no-file' });
    expect(await refusal('a\0b')).toMatchObject({ code: 'no-file' });
    expect(await refusal('')).toMatchObject({ code: 'no-file' });
  });

  it('refuses a directory', async () => {
    const path = join(folder, 'directory');
    mkdirSync(path);
    expect(await refusal(path)).toMatchObject({
      code: 'unreadable',
      message: `${path}: is a directory; expected a file (name the files in it one by one)`,
    });
  });

  const root = process.getuid?.() === 0;
  it.skipIf(root)(
    `refuses a file without permission${root ? ' (skipped: root may read every file)' : ''}`,
    async () => {
      const path = join(folder, 'secret.csv');
      writeFileSync(path, '');
      chmodSync(path, 0);
      expect(await refusal(path)).toMatchObject({
        code: 'unreadable',
        message: `${path}: permission denied; expected a file that this user may read`,
      });
    },
  );

  const device = existsSync('/dev/null');
  it.skipIf(!device)(
    `reads what has no size${device ? '' : ' (skipped: there is no /dev/null here)'}`,
    async () => {
      const source = await open('/dev/null');
      expect(source.bytes).toBeUndefined();
      const sink = new Gatherer();
      await read(source, sink);
      expect(sink.rows).toEqual([]);
    },
  );

  it('reads standard input', async () => {
    expect(await open('-')).toEqual({ name: 'standard input', stream: process.stdin });
  });
});

describe('read', () => {
  it('says that a file which goes away while it is opened is not there', async () => {
    const path = join(folder, 'gone.csv');
    writeFileSync(path, 'source,target\n');
    const source = await open(path);
    rmSync(path);
    await expect(read(source, new Gatherer())).rejects.toMatchObject({
      code: 'no-file',
      message: `${path}: there is no such file; check the path (- is standard input)`,
    });
  });

  it('refuses a stream of text', async () => {
    async function* text() {
      yield 'source,target\n' as unknown as Uint8Array;
    }
    await expect(read({ name: 'host', stream: text() }, new Gatherer())).rejects.toThrow(
      'host: the stream gives text; expected bytes (Uint8Array)',
    );
  });

  it('lets an error of the stream through as it is', async () => {
    const broken = new Error('connection lost');
    // biome-ignore lint/correctness/useYield: a stream that fails before its first chunk
    async function* stream(): AsyncGenerator<Uint8Array> {
      throw broken;
    }
    await expect(read({ name: 'host', stream: stream() }, new Gatherer())).rejects.toBe(broken);
  });

  it.each(['source,target\n,\n', '\u001f\u008b'])(
    'closes the stream when it stops early: %j',
    async (head) => {
      let closed = false;
      async function* stream(): AsyncGenerator<Uint8Array> {
        try {
          for (;;) yield Buffer.from(head.padEnd(70_000, '\n'), 'latin1');
        } finally {
          closed = true;
        }
      }
      await expect(read({ name: 'host', stream: stream() }, new Gatherer())).rejects.toThrow(PeerageError);
      await new Promise((resolve) => setImmediate(resolve));
      expect(closed).toBe(true);
    },
  );
});
