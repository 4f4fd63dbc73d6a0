/**
 * What is written is read back the same, whatever is in the ids and wherever the chunks are cut. The witness is
 * a writer of a few lines that shares nothing with the readers. It cannot catch a misreading of files that
 * are not well formed; bad-input.test.ts and chunks.test.ts are for those.
 */

import { gzipSync } from 'node:zlib';
import { fc, it as property } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { gather, type Line, rowsOf } from './gathered.ts';

const NASTY = [
  '__proto__',
  'constructor',
  'toString',
  '1e5',
  '007',
  '-1',
  '0x10',
  'NaN',
  'null',
  'undefined',
  'true',
  ' leading',
  'trailing ',
  '\ttab',
  'two  blanks',
  '"',
  '""',
  '"quoted"',
  'a"b',
  'a,b',
  'a;b',
  'a|b',
  ',',
  ';',
  '#comment',
  '%',
  '# x',
  'a\nb',
  'a\r\nb',
  '\r',
  '\n',
  '\n\n',
  '=1+1',
  '@x',
  "o'brien",
  '\\',
  '\\"',
  '\u00e9',
  'e\u0301',
  '\u212b',
  '\u{1f600}',
  '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
  '\u202e',
  '\u0001',
  '\ufeff',
  '\u2028',
  '\u00a0',
  '漢字',
  'source',
  'target',
  '{',
  '[',
  '//',
  'digraph',
  'graph {',
];
const idOf = (but: RegExp) =>
  fc
    .oneof(
      fc.constantFrom(...NASTY),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
    )
    .map((id) => id.replaceAll('\u0000', '0'))
    .filter((id) => id.isWellFormed() && !but.test(id));

const lineOf = (but: RegExp): fc.Arbitrary<Line> =>
  fc.record({
    source: idOf(but),
    target: idOf(but),
    weight: fc
      .oneof(fc.double({ min: 1e-9, max: 1e12, noNaN: true }), fc.integer({ min: 1, max: 1_000_000 }))
      .chain((weight) => fc.constantFrom(weight, -weight)),
    kind: fc.oneof(fc.constant('endorsement'), idOf(but)),
    at: fc.option(fc.integer({ min: -8.64e15, max: 8.64e15 }), { nil: undefined }),
    id: fc.option(idOf(but), { nil: undefined }),
  });

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
const FIELDS = ['source', 'target', 'weight', 'kind', 'at', 'id'] as const;

const cell = (text: string, delimiter: string, always: boolean) =>
  always || text === '' || text.startsWith('"') || [delimiter, '\n', '\r'].some((mark) => text.includes(mark))
    ? `"${text.replaceAll('"', '""')}"`
    : text;

describe('tables', () => {
  const columns = fc.shuffledSubarray([...FIELDS], { minLength: FIELDS.length });
  property.prop(
    [
      fc.array(lineOf(/^$/), { maxLength: 12 }),
      columns,
      fc.constantFrom(',', '\t', ';', '|'),
      fc.constantFrom('\n', '\r\n'),
      fc.record({ mark: fc.boolean(), quoted: fc.boolean(), lastEnd: fc.boolean(), packed: fc.boolean() }),
      sizes,
    ],
    { numRuns: 500 },
  )('are read back as they were written', async (lines, order, delimiter, end, form, chunk) => {
    const text = [
      order.join(delimiter),
      ...lines.map((line) =>
        order.map((field) => cell(String(line[field] ?? ''), delimiter, form.quoted)).join(delimiter),
      ),
    ].join(end);
    const bytes = new TextEncoder().encode((form.mark ? '\ufeff' : '') + text + (form.lastEnd ? end : ''));
    expect(await rowsOf(form.packed ? gzipSync(bytes) : bytes, { chunk })).toEqual(lines);
  });

  property.prop([fc.array(lineOf(/^$/), { maxLength: 12 }), sizes])(
    'are read by the columns that the caller lists',
    async (lines, chunk) => {
      const first = { source: 'a', target: 'b', weight: 1, kind: 'c', at: undefined, id: undefined };
      const all = [first, ...lines];
      const text = all
        .map((line) =>
          ['x', line.target, line.source, line.weight]
            .map((value) => cell(String(value), ';', false))
            .join(';'),
        )
        .join('\n');
      const rows = await rowsOf(text, {
        columns: ['-', 'target', 'source', 'weight'],
        delimiter: ';',
        chunk,
      });
      expect(rows).toEqual(
        all.map(({ source, target, weight }) => ({
          source,
          target,
          weight,
          kind: 'endorsement',
          at: undefined,
          id: undefined,
        })),
      );
    },
  );
});

describe('edge lists', () => {
  // A list that starts with the words source and target would have a header.
  const word = idOf(/[ \t\r\n]|^[#%]|^source$|^target$/);
  property.prop([
    fc.array(fc.tuple(word, word, fc.constantFrom(' ', '\t', '  ', ' \t ')), { maxLength: 20 }),
    fc.constantFrom('\n', '\r\n', ' \n'),
    sizes,
  ])('keep every id that has no blank in it', async (edges, end, chunk) => {
    const text = [
      '# FromNodeId\tToNodeId',
      ...edges.map(([source, target, gap]) => `${source}${gap}${target}`),
    ].join(end);
    const rows = await rowsOf(text, { delimiter: 'space', chunk });
    expect(rows.map(({ source, target }) => [source, target])).toEqual(
      edges.map(([source, target]) => [source, target]),
    );
  });
});

describe('Graphviz', () => {
  const name = idOf(/\\/);
  // In Graphviz only the quote is escaped; a backslash before the closing quote would need another language.
  const quoted = (id: string) => `"${id.replaceAll('"', '\\"')}"`;
  property.prop([
    fc.array(
      fc.record({
        source: name,
        target: name,
        kind: name,
        at: fc.option(fc.integer({ min: 0, max: 1e13 }), { nil: undefined }),
      }),
      { maxLength: 10 },
    ),
    sizes,
  ])('edges are read back as they were written', async (edges, chunk) => {
    const statements = edges.map(
      ({ source, target, kind, at }) =>
        `${quoted(source)} -> ${quoted(target)} [level=${quoted(kind)}${at === undefined ? '' : `, at=${at}`}];`,
    );
    const rows = await rowsOf(`digraph {\n${statements.join('\n')}\n}`, {
      map: edges.length === 0 ? {} : { kind: 'level' },
      chunk,
    });
    expect(rows).toEqual(edges.map((edge) => ({ ...edge, weight: 1, id: undefined })));
  });
});

describe('JSON Lines', () => {
  property.prop([
    fc.array(
      fc.record({
        source: idOf(/^$/),
        target: idOf(/^$/),
        weight: fc.double({ min: 1e-9, max: 1e12, noNaN: true }),
      }),
      { maxLength: 10 },
    ),
    sizes,
  ])('events are read back as they were written', async (events, chunk) => {
    const text = events.map((event) => JSON.stringify({ type: 'endorse', ...event })).join('\n');
    const { events: read, errors } = await gather(text, { chunk });
    expect(errors).toEqual([]);
    expect(read).toEqual(events.map((event) => ({ type: 'endorse', ...event, kind: 'endorsement' })));
  });
});
