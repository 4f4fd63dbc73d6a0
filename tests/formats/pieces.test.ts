/**
 * A file that is read in pieces makes the same record as one that is read from the first line to the last: the
 * same statements, ids, kinds and counts, bit for bit, the same faults with the same lines in the same words,
 * wherever it is cut, however many hands read it, and whichever of them fail. The witness is one reader.
 */
import { mkdtempSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fc, it as property } from '@fast-check/vitest';
import { afterAll, describe, expect, it } from 'vitest';
import { bundle, READER } from '../../scripts/embed.ts';
import { open } from '../../src/formats/open.ts';
import { PieceReader, type Plan } from '../../src/formats/piece.ts';
import type { Range } from '../../src/formats/piece-file.ts';
import type { Hand } from '../../src/formats/pieces.ts';
import { type ReadOptions, read } from '../../src/formats/read.ts';
import { parsePolicy } from '../../src/policy.ts';
import { Record, type RecordOptions } from '../../src/record/record.ts';
import { contentOf, RECORD, table } from './written.ts';

const folder = mkdtempSync(join(tmpdir(), 'peerage-pieces-'));
const path = join(folder, 'table');
afterAll(() => rmSync(folder, { recursive: true }));

/** So much is looked at before anything is taken that a short file would be read by then. */
const PREFACE = `# ${'x'.repeat(1 << 16)}\n`;

/** A hand in this thread; fails from its piece number `fails` on. */
class HandHere implements Hand {
  readonly #reader: PieceReader;
  #pieces = 0;

  constructor(
    plan: Plan,
    private readonly file: number,
    private readonly fails: number,
  ) {
    this.#reader = new PieceReader(plan);
  }

  async read({ from, to, named }: Range): Promise<ReturnType<PieceReader['read']>> {
    if (this.#pieces++ >= this.fails) throw new Error('failed');
    const bytes = Buffer.alloc(to - from + 1, '\n');
    readSync(this.file, bytes, 0, to - from, from);
    return this.#reader.read(bytes, to - from, named);
  }

  async dismiss(): Promise<void> {}
}

let pieces = 0;

function hands(fails: number): NonNullable<ReadOptions['hire']> {
  return (count, plan, file) => {
    pieces++;
    return Array.from({ length: count }, () => new HandHere(plan, file, fails));
  };
}

async function recordOf(bytes: Uint8Array, setting: RecordOptions, options: ReadOptions) {
  const record = new Record(setting);
  const said: string[] = [];
  const stream = (async function* () {
    yield bytes.subarray(0, PREFACE.length);
    for (let from = PREFACE.length; from < bytes.length; from += 100) yield bytes.subarray(from, from + 100);
  })();
  const source = { name: 'data', stream, path, bytes: bytes.length };
  try {
    await read(source, record, {
      ...options,
      onBad: (error) => said.push(error.message),
      onNote: (note) => said.push(note),
    });
  } catch (error) {
    said.push(`ended by ${(error as Error).message}`);
  }
  return { said, ...contentOf(record) };
}

const POLICY = fc.constantFrom({}, {}, { halfLife: 30 }, { kinds: { vote: { weight: 2 } } });
const READ = fc.constantFrom<ReadOptions[]>({}, {}, { undirected: true }, { timeUnit: 's' });

describe('a file read in pieces', () => {
  property.prop(
    [
      table(60),
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 2, max: 4 }),
      fc.constantFrom(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 1, 3),
      RECORD,
      POLICY,
      READ,
    ],
    { numRuns: 400 },
  )('is what it is read by one', async (rows, pieceBytes, workers, fails, setting, policy, options) => {
    const bytes = Buffer.concat([Buffer.from(PREFACE), rows]);
    writeFileSync(path, bytes);
    const all = { ...setting, policy: parsePolicy(policy) };
    const split = { ...options, workers, pieceBytes, hire: hands(fails) };
    expect(await recordOf(bytes, all, split)).toEqual(await recordOf(bytes, all, { ...options, workers: 1 }));
  });

  it('was read in pieces in many of these cases', () => {
    expect(pieces).toBeGreaterThan(20);
  });
});

describe('workers', () => {
  const lines = Array.from({ length: 60_000 }, (_, k) => {
    const u = (k * 7919) % 10_007;
    const v = (k * 104_729) % 9973;
    if (k % 9000 === 8999) return `# a comment\n`;
    if (k % 7000 === 6999) return `a line of more than two\n`;
    if (k === 59_000) return `"quoted ${u} name${v}\n`;
    return k % 3 === 0 ? `name-of-${u} ${v}\n` : `${u} name-of-${v}\n`;
  });
  const bytes = Buffer.from(`# list\n1 2\n${lines.join('')}3 4`);

  it.each([2, 3, 7])('make the same record, %i of them', async (workers) => {
    writeFileSync(path, bytes);
    const read = await recordOf(bytes, {}, { workers, pieceBytes: 10_000 });
    expect(read.said).toHaveLength(10);
    expect(read).toEqual(await recordOf(bytes, {}, { workers: 1 }));
  });

  it.each([0, 20_000])(
    'make the same record of numbers far between, with names from line %i on',
    async (names) => {
      const text = Array.from({ length: 40_000 }, (_, k) => {
        const [u, v] = [(k * 7919) % 1009, (k * 104_729) % 997];
        return `${u * 990_000} ${names > 0 && k > names && k % 100 === 0 ? `n${v}` : v * 1_000_003}\n`;
      });
      writeFileSync(path, `1 2\n${text.join('')}`);
      const all = readFileSync(path);
      const read = await recordOf(all, {}, { workers: 2, pieceBytes: 10_000 });
      expect(read).toEqual(await recordOf(all, {}, { workers: 1 }));
    },
  );

  it('that cannot be had are done without', async () => {
    writeFileSync(path, bytes);
    const read = await recordOf(bytes, {}, { workers: 2, pieceBytes: 10_000, hire: () => [] });
    expect(read).toEqual(await recordOf(bytes, {}, { workers: 1 }));
  });

  it('are refused in a number that is none', async () => {
    for (const workers of [0, -1, 1.5, Number.NaN]) {
      expect((await recordOf(bytes, {}, { workers })).said[0]).toContain('is not a number of workers');
    }
  });

  it('run the sources as they stand', async () => {
    expect(readFileSync(READER.written, 'utf8'), 'run: npm run embed').toBe(await bundle(READER));
  });
});

describe('a file that changes while it is being read', () => {
  it.each([1, 2])('is refused, by %i workers', async (workers) => {
    const text = Array.from({ length: 50_000 }, (_, k) => `${k} ${k + 1}\n`).join('');
    writeFileSync(path, text);
    const source = await open(path);
    let changed = false;
    const onBytes = () => {
      if (!changed) writeFileSync(path, text.slice(0, 400_000));
      changed = true;
    };
    const reading = read(source, new Record(), { workers, pieceBytes: 10_000, onBytes });
    await expect(reading).rejects.toThrow('was changed while it was being read');
  });
});
