/**
 * Lines that are taken many at a time make the same record as lines taken one by one: the same statements,
 * ids, kinds and counts, the same faults in the same words, whatever the table and wherever it is cut. The
 * witness is the long way, which every reader's sink without a short cut takes.
 */
import { readFileSync } from 'node:fs';
import { fc, it as property } from '@fast-check/vitest';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { compile, SCANNER, written } from '../../scripts/kernel.ts';
import type { Sink } from '../../src/event.ts';
import { parseDate } from '../../src/event.ts';
import { Dates } from '../../src/formats/cells.ts';
import { type ReadOptions, read } from '../../src/formats/read.ts';
import { parsePolicy } from '../../src/policy.ts';
import { Record, type RecordOptions } from '../../src/record/record.ts';
import { contentOf, RECORD, table } from './written.ts';

async function taken(
  bytes: Uint8Array,
  sizes: readonly number[],
  setting: RecordOptions,
  options: ReadOptions,
  long: boolean,
) {
  const record = new Record(setting);
  const sink: Sink = long ? { row: (row) => record.row(row), apply: (event) => record.apply(event) } : record;
  const said: string[] = [];
  const name = 'data';
  const stream = (async function* () {
    for (let from = 0, turn = 0; from < bytes.length; turn++) {
      const to = from + sizes[turn % sizes.length]!;
      yield bytes.slice(from, to);
      from = to;
    }
  })();
  try {
    await read({ name, stream }, sink, {
      ...options,
      onBad: (error) => said.push(error.message),
      onNote: (note) => said.push(note),
    });
  } catch (error) {
    said.push(`ended by ${(error as Error).message}`);
  }
  return { said, ...contentOf(record) };
}

const POLICY = fc.constantFrom(
  {},
  {},
  { halfLife: 30 },
  { kinds: { vote: { weight: 2 }, endorsement: { weight: 1 } } },
);
const READ = fc.constantFrom<ReadOptions[]>({}, {}, { undirected: true }, { timeUnit: 's' });
const SIZES = fc.oneof(
  fc.constant([1 << 20]),
  fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 3 }),
);

afterEach(() => {
  vi.unstubAllEnvs();
});

describe.each(['js', 'wasm'])('lines taken many at a time, scanned in %s,', (kernel) => {
  beforeEach(() => {
    vi.stubEnv('PEERAGE_KERNEL', kernel);
  });

  property.prop([table(40), SIZES, RECORD, POLICY, READ], { numRuns: 400 })(
    'are what they are one by one',
    async (bytes, sizes, setting, policy, options) => {
      const all = { ...setting, policy: parsePolicy(policy) };
      expect(await taken(bytes, sizes, all, options, false)).toEqual(
        await taken(bytes, [1 << 20], all, options, true),
      );
    },
  );

  property.prop(
    [fc.array(fc.tuple(fc.nat(5000), fc.nat(80_000)), { minLength: 2000, maxLength: 6000, size: 'max' })],
    {
      numRuns: 8,
    },
  )('are so past the end of a batch, of a chunk of the record and of the table of numbers', async (pairs) => {
    const text = pairs.map(([u, v]) => `${u} ${v % 7 === 0 ? `n${v}` : v}\n`).join('');
    const bytes = new TextEncoder().encode(`1 2\n${text.repeat(12)}`);
    expect(await taken(bytes, [1 << 20], {}, {}, false)).toEqual(await taken(bytes, [1 << 20], {}, {}, true));
  });

  const SETTINGS: readonly RecordOptions[] = [
    {},
    { exclude: (id) => id.endsWith('7') },
    { kinds: ['vote', 'review'], untilSequence: 40_000 },
    { untilDate: Date.UTC(2024, 2), exclude: (id) => id.startsWith('name-1') },
  ];
  it.each([0, 1, 2, 3])('are so with ids of events, of which some come twice, in setting %i', async (k) => {
    const lines = Array.from({ length: 60_000 }, (_, line) => {
      const id = line % 11 === 0 ? '' : line % 997 === 996 ? `event-${line - 5}` : `event-${line}`;
      const [u, v] = [(line * 7919) % 20_011, (line * 104_729) % 9973];
      const kind = ['vote', 'review', ''][line % 3];
      return `${line % 5 === 0 ? u : `name-${u}`},name-${v},${id},${kind},2024-0${1 + (line % 4)}-11\n`;
    });
    const bytes = new TextEncoder().encode(`source,target,id,kind,at\n${lines.join('')}`);
    const short = await taken(bytes, [1 << 20], SETTINGS[k]!, {}, false);
    expect(short).toEqual(await taken(bytes, [1 << 20], SETTINGS[k]!, {}, true));
    expect(short.said.length).toBeGreaterThan(2);
  });

  it('are so where ids are numbers far between, and some are names', async () => {
    const lines = Array.from({ length: 40_000 }, (_, k) => {
      const [u, v] = [(k * 7919) % 1009, (k * 104_729) % 997];
      return `${u * 990_000} ${k % 5000 === 4999 ? `n${v}` : v * 1_000_003}\n`;
    });
    const bytes = new TextEncoder().encode(`1 2\n${lines.join('')}`);
    expect(await taken(bytes, [1 << 18], {}, {}, false)).toEqual(await taken(bytes, [1 << 18], {}, {}, true));
  });

  it('are so where some are too long, for a window and for what is scanned at a time', async () => {
    const long = [5000, 100_000, 140_000, 300_000].map((length) => `x,y,${'z'.repeat(length)}\n`);
    const lines = Array.from({ length: 4000 }, (_, k) =>
      k % 500 === 499 ? long[k % 4]! : `a${k % 700},b,c\n`,
    );
    const bytes = new TextEncoder().encode(`source,target,note\n${lines.join('')}${long.join('')}`);
    expect(await taken(bytes, [1 << 18], {}, {}, false)).toEqual(await taken(bytes, [1 << 18], {}, {}, true));
  });
});

describe('the scanner in WebAssembly', () => {
  it('is what the sources compile to', async () => {
    expect(await compile(SCANNER), 'run: npm run build').toBe(readFileSync(written(SCANNER), 'utf8'));
  });
});

describe('a date read from bytes', () => {
  const DIGIT = fc.nat(9).map(String);
  const SHAPED = fc
    .constantFrom('0000-00-00', '0000-00-00T00:00:00Z', '0000-00-00 00:00:00', '0000-00-00T00:00:00.000Z')
    .chain((shape) =>
      fc
        .tuple(...[...shape].map((mark) => (mark === '0' ? DIGIT : fc.constant(mark))))
        .map((marks) => marks.join('')),
    );
  const REAL = fc
    .tuple(
      fc.date({
        min: new Date('0000-01-01T00:00:00Z'),
        max: new Date('9999-12-31T23:59:59Z'),
        noInvalidDate: true,
      }),
      fc.constantFrom(10, 19, 24),
    )
    .map(([date, length]) => date.toISOString().slice(0, length));

  property.prop(
    [
      fc.oneof(
        REAL,
        REAL.map((text) => `${text.slice(0, 19)}Z`),
        SHAPED,
      ),
    ],
    { numRuns: 2000 },
  )('is what it is read from text', (text) => {
    const read = (date: () => number) => {
      try {
        return date();
      } catch {
        return 'refused';
      }
    };
    const bytes = Buffer.from(text);
    expect(read(() => new Dates(undefined).read(bytes, 0, bytes.length))).toBe(read(() => parseDate(text)));
  });
});
