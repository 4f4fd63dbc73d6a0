/**
 * Tables with everything in them that a reader treats in a way of its own, as lines drawn at random; and a
 * record written out as plain values, so that two that were filled in different ways can be compared.
 */
import { fc } from '@fast-check/vitest';
import type { Record, RecordOptions } from '../../src/record/record.ts';

const ID = fc.oneof(
  { weight: 4, arbitrary: fc.nat({ max: 30 }).map(String) },
  { weight: 2, arbitrary: fc.constantFrom('a', 'b', 'anna', 'a-rather-long-name', 'é', '漢字', '😀') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('0', '00', '007', '999999999', '1000000000', '5000', '70000', '-1', '+1'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('"a"', '"12"', '"0"', 'a"b', '1"', '"', '"a"b', '"a""b"', '"x\ny"', ''),
  },
  { weight: 1, arbitrary: fc.constantFrom('a b', ' a', 'a ', '#a', '%', 'a\rb', 'x'.repeat(4097)) },
);
const WEIGHT = fc.oneof(
  fc.constantFrom('1', '2', '0.5', '-1', '1e3', '-2.25', '"3"'),
  fc.constantFrom('', '0', '1e-10', '1e13', 'x', '1 ', 'NaN', '0x1'),
);
const KIND = fc.constantFrom('', 'review', 'vote', '"vote"', 'endorsement', 'é');
const DATE = fc.oneof(
  fc.constantFrom('', '2024-02-29', '2023-02-29', '2024-01-03T12:00:00Z', '2024-01-03 12:00:00', '0', '-5'),
  fc.constantFrom('1700000000000', '1e20', '2024-13-01', '2024-01-03T24:00:00Z', '2024-01-03T12:00:60Z', 'x'),
);
const END = fc.oneof(
  { weight: 20, arbitrary: fc.constant('\n') },
  {
    weight: 3,
    arbitrary: fc.constantFrom('\r\n', '\n\n', '\r', ' \n', '\n# note\n', '\n  \n', ',\n', '\t\n'),
  },
);

interface Shape {
  readonly header: string;
  readonly delimiter: string;
  readonly cells: readonly fc.Arbitrary<string>[];
}

const SHAPES: readonly Shape[] = [
  { header: 'source,target\n', delimiter: ',', cells: [ID, ID] },
  { header: '1 2\n', delimiter: ' ', cells: [ID, ID] },
  { header: '# list\na\tb\t1\n', delimiter: '\t', cells: [ID, ID, WEIGHT] },
  { header: 'target;note;source;weight\r\n', delimiter: ';', cells: [ID, ID, ID, WEIGHT] },
  { header: 'source,target,kind,at\n', delimiter: ',', cells: [ID, ID, KIND, DATE] },
  { header: 'at,source,weight,target,kind\n', delimiter: ',', cells: [DATE, ID, WEIGHT, ID, KIND] },
  { header: 'source,target,id\n', delimiter: ',', cells: [ID, ID, ID] },
];

/** A table of up to so many lines, most of them in order. */
export const table = (lines: number): fc.Arbitrary<Uint8Array> =>
  fc
    .constantFrom(...SHAPES)
    .chain(({ header, delimiter, cells }) =>
      fc
        .array(fc.tuple(fc.tuple(...cells), END), { maxLength: lines, size: 'max' })
        .map((rows) => header + rows.map(([fields, end]) => fields.join(delimiter) + end).join('')),
    )
    .chain((text) =>
      fc.oneof(
        { weight: 9, arbitrary: fc.constant(new TextEncoder().encode(text)) },
        { weight: 1, arbitrary: fc.nat().map((place) => broken(text, place)) },
      ),
    );

/** The text with one byte in it that UTF-8 does not have. */
function broken(text: string, place: number): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  bytes[place % bytes.length] = 0xff;
  return bytes;
}

/** Every option of a record that has a say in what is taken. */
export const RECORD: fc.Arbitrary<RecordOptions> = fc.constantFrom<RecordOptions[]>(
  {},
  {},
  {},
  { kinds: ['vote', 'endorsement'] },
  { exclude: (id) => id.includes('a') },
  { untilSequence: 5 },
  { untilDate: Date.UTC(2024, 1) },
);

/** All that a record holds. */
export function contentOf(record: Record) {
  const { statements, contributors, kinds, sequence, endorsements, objections, newest, time, order } = record;
  const { source, target, weight, kind, at, dead, id } = statements;
  const rows = Array.from({ length: statements.length }, (_, entry) =>
    [source, target, weight, kind, at, dead, id].map((column) => column.get(entry)),
  );
  const ids = Array.from({ length: contributors.length }, (_, index) => contributors.text(index));
  const found = ids.map((text) => contributors.findText(text));
  return { rows, ids, found, kinds, sequence, endorsements, objections, newest, time, order };
}
