/**
 * What a reader delivers (rows, events, notes, faults, and what ends the reading) does not depend on where the
 * source is cut into chunks: not for well-formed files, not for damaged ones. Files are made of pieces
 * that mean something to some reader, so that quotes, line ends, comments and marks meet in every order.
 */
import { fc, it as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { bytesOf, gather } from './gathered.ts';

const PIECES = [
  'a',
  'bc',
  '1',
  '-2.5',
  '007',
  'é',
  '漢',
  '\u{1f600}',
  ' ',
  '\t',
  ',',
  ';',
  '|',
  '"',
  '""',
  '#',
  '%',
  '\n',
  '\r\n',
  '\r',
  '\n\n',
  'source',
  'target',
  'source,target\n',
  'source\ttarget\tweight\n',
  'a,b\n',
  '1 2\n',
  '"a\n',
  'b",c\n',
  '# x\n',
  'digraph {',
  'graph g {',
  '}',
  '{',
  '[',
  ']',
  '->',
  '--',
  ' -> b',
  'level=1',
  '=',
  ':',
  '//',
  '/*',
  '*/',
  '\\',
  '\\"',
  'subgraph',
  'edge',
  '{"type":"endorse","source":"a","target":"b"}\n',
  '{"type":',
  '\ufeff',
];
const SMALL = fc.array(
  fc.oneof(
    { weight: 40, arbitrary: fc.constantFrom(...PIECES).map(bytesOf) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom([0xff], [0xc3], [0x28, 0xe2, 0x82], [0x00])
        .map((bytes) => Uint8Array.from(bytes)),
    },
  ),
  { maxLength: 30 },
);
const START = fc.constantFrom(
  '',
  'source,target\n',
  'source,target,weight,kind\n',
  'source target\n',
  '# list\n',
  '1 2\n',
  'digraph {\n',
  'strict graph x {',
  '{',
  '\ufeffsource;target\n',
);
const OPTIONS = fc.constantFrom(
  {},
  {},
  { columns: ['source', 'target'] },
  { columns: ['source', 'target'], delimiter: 'tab' },
  { undirected: true },
  { credentials: true },
  { map: { kind: 'level' } },
);
const SIZES = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 });

describe('cutting a source into other chunks', () => {
  property.prop([START, SMALL, OPTIONS, SIZES], { numRuns: 1500 })(
    'changes nothing',
    async (start, pieces, options, chunk) => {
      const input = Buffer.concat([bytesOf(start), ...pieces]);
      const whole = await gather(input, options);
      expect(await gather(input, { ...options, chunk: 1 })).toEqual(whole);
      expect(await gather(input, { ...options, chunk })).toEqual(whole);
    },
  );

  property.prop([START, SMALL, OPTIONS], { numRuns: 500 })(
    'and lines are delivered whole or not at all',
    async (start, pieces, options) => {
      const input = Buffer.concat([bytesOf(start), ...pieces]);
      const { rows, errors } = await gather(input, options);
      for (const { source, target, weight } of rows) {
        expect(source).not.toBe('');
        expect(target).not.toBe('');
        expect(Math.abs(weight)).toBeGreaterThan(0);
      }
      for (const { file, line } of errors) {
        expect(file).toBe('data');
        expect(line).toBeGreaterThan(0);
      }
    },
  );
});

/** Records around the limit of a line, where "too long" and "not closed" must not depend on the chunks either. */
describe('around one MiB', () => {
  const MIB = 2 ** 20;
  const x = (length: number) => 'x'.repeat(length);
  const header = 'source,target,note\n';
  const long = (line: number) =>
    `data:${line}: has more than 1048576 bytes; expected a line feed before that`;
  const open = (line: number) =>
    `data:${line}: the quote before "${'x'.repeat(76)}... is not closed within 1048576 bytes; expected a closing quote`;
  const nul = (line: number) =>
    `data:${line}: has a NUL byte and looks like a binary file; expected text in UTF-8`;
  interface Case {
    input: string;
    rows: number;
    bad?: string[];
    fatal?: string;
  }
  const cases: Record<string, Case> = {
    'a line of one MiB': { input: `${header}a,b,${x(MIB - 4)}\nc,d,\n`, rows: 2 },
    'a line of one byte more': { input: `${header}a,b,${x(MIB - 3)}\nc,d,\n`, rows: 1, bad: [long(2)] },
    'a line of two MiB': { input: `${header}a,b,${x(2 * MIB)}\nc,d,\n`, rows: 1, bad: [long(2)] },
    'the same at the end': { input: `${header}a,b,${x(2 * MIB)}`, rows: 0, bad: [long(2)] },
    'one byte more by its carriage return': {
      input: `${header}a,b,${x(MIB - 4)}\r\nc,d,\n`,
      rows: 1,
      bad: [long(2)],
    },
    'a quote closed in time': { input: `${header}a,b,"${x(MIB - 6)}"\nc,d,\n`, rows: 2 },
    'a quote closed one byte late': {
      input: `${header}a,b,"${x(MIB - 5)}"\nc,d,\n`,
      rows: 0,
      fatal: open(2),
    },
    'a quote closed much too late': {
      input: `${header}a,b,"${x(3 * MIB)}"\nc,d,\n`,
      rows: 0,
      fatal: open(2),
    },
    'a quote of many lines that is never closed': {
      input: `${header}c,d,\na,"\n",\na,b,"${x(80)}${'\n'.repeat(2 * MIB)}`,
      rows: 2,
      fatal: open(5),
    },
    'lines in quotes, then a long field': {
      input: `${header}a,b,"\n\n\n"\na,"\n",${x(2 * MIB)}\nc,,\nc,d,\n`,
      rows: 2,
      bad: [long(6), 'data:8: target: is empty; expected a text of 1 to 4096 bytes'],
    },
    'a NUL beyond the limit': {
      input: `${header}a,b,${x(MIB + 5)}\0\nc,d,\n`,
      rows: 1,
      bad: [long(2)],
    },
    'a NUL after that line': {
      input: `${header}a,b,${x(MIB + 5)}\0\nc,d,\ne,f,\0`,
      rows: 1,
      bad: [long(2)],
      fatal: nul(4),
    },
    'a NUL before the limit': {
      input: `${header}a,b,${x(MIB - 5)}\0${x(9)}\nc,d,\n`,
      rows: 0,
      fatal: nul(2),
    },
    'a long comment': { input: `# ${x(MIB)}\nsource,target\na,b\n`, rows: 1, bad: [long(1)] },
    'a long comment in an edge list': { input: `1 2\n# ${x(MIB)}\n3 4\n`, rows: 2, bad: [long(2)] },
    'a long header': { input: `source,target,${x(MIB)}\nsource,target\na,b\n`, rows: 1, bad: [long(1)] },
    'long JSON': {
      input: `{"type":"forget","contributor":"a"}\n{"${x(MIB)}":1}\n{"type":"forget","contributor":"b"}\n`,
      rows: 2,
      bad: [long(2)],
    },
    'a long Graphviz statement': {
      input: `digraph {\na -> b; a -> ${x(3 * MIB)}; }`,
      rows: 1,
      fatal: 'data:2: has a statement of more than 1048576 bytes; expected its end before that',
    },
    'a long Graphviz quote': {
      input: `digraph {\na -> b; a ->\n"${x(3 * MIB)}"; }`,
      rows: 1,
      fatal: open(3),
    },
    'a Graphviz comment of almost one MiB': {
      input: `digraph { a -> b; /*${x(MIB - 4)}*/ a -> c; }`,
      rows: 2,
    },
    'a long Graphviz comment': {
      input: `digraph { a -> b;\n/*${x(3 * MIB)}*/ a -> c; }`,
      rows: 1,
      fatal: 'data:2: the comment that opens here is not closed within 1048576 bytes; expected */',
    },
    'much that is blank': { input: `${'\n'.repeat(MIB + 9)}source,target\na,b\n`, rows: 1 },
  };

  it.each(Object.keys(cases))('%s', async (name) => {
    const { input, rows, bad = [], fatal } = cases[name]!;
    const bytes = bytesOf(input);
    for (const chunk of [Number.POSITIVE_INFINITY, 1000, 65_536, MIB + 1]) {
      const got = await gather(bytes, { chunk });
      expect({ rows: got.rows.length + got.events.length, bad: got.bad, fatal: got.fatal }).toEqual({
        rows,
        bad,
        fatal,
      });
    }
  });
});
