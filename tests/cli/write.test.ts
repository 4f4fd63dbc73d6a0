/**
 * What the writers write reads back: the same ids, and numbers of the same bits. JSON is read by
 * JSON.parse, CSV by a tiny parser of this file that shares nothing with the package.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PeerageError } from '../../src/error.ts';
import { SCORE_FIELDS, skippedLine, writeCsv, writeJson, writeJsonLines } from '../../src/formats/write.ts';
import type { Score } from '../../src/scores.ts';

const AWKWARD = [
  '__proto__',
  'constructor',
  '1e5',
  '007',
  'a,b',
  'say "hi"',
  'two\nlines',
  '\r',
  ' ada ',
  '\ufeffx',
  '=1+1',
  '\u2028',
  '😀',
  '\u0000',
];

const id = fc.oneof(fc.constantFrom(...AWKWARD), fc.string({ unit: 'binary', minLength: 1 }));
const figure = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true });
const place = fc.nat();
const score: fc.Arbitrary<Score> = fc.record({
  contributor: id,
  trust: figure,
  multiple: figure,
  rank: place,
  rankFrom: place,
  rankTo: place,
  percentile: figure,
  standing: figure,
  mass: figure,
  distrust: figure,
});
const scores = fc.array(score, { maxLength: 8 });

/** RFC 4180, one character at a time. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  let k = 0;
  while (k < text.length) {
    let field = '';
    if (text[k] === '"') {
      for (k++; text[k] !== '"' || text[k + 1] === '"'; k++) {
        if (text[k] === '"') k++;
        field += text[k];
      }
      k++;
    } else {
      while (!',\n'.includes(text[k]!)) field += text[k++];
    }
    rows.at(-1)!.push(field);
    if (text[k++] === '\n') rows.push([]);
  }
  expect(rows.pop()).toEqual([]);
  return rows;
}

describe('CSV', () => {
  it('reads back as it was', () => {
    fc.assert(
      fc.property(scores, (given) => {
        const [head, ...rows] = parseCsv([...writeCsv(given)].join(''));
        expect(head).toEqual(SCORE_FIELDS);
        expect(rows).toHaveLength(given.length);
        for (const [k, row] of rows.entries()) {
          const [contributor, ...figures] = row;
          expect(contributor).toBe(given[k]!.contributor);
          // Object.is tells bits apart, but for the sign of zero, which no score has.
          expect(figures.map(Number)).toEqual(SCORE_FIELDS.slice(1).map((field) => given[k]![field]));
        }
      }),
    );
  });

  it('does not change an id to please a spreadsheet', () => {
    const lines = [...writeCsv(['007', '1e5', '=1+1'].map((contributor) => ({ ...one, contributor })))].join(
      '',
    );
    expect(lines.split('\n').map((line) => line.split(',')[0])).toEqual([
      'contributor',
      '007',
      '1e5',
      '=1+1',
      '',
    ]);
  });
});

describe('JSON Lines', () => {
  it('reads back as it was', () => {
    fc.assert(
      fc.property(scores, (given) => {
        const lines = [...writeJsonLines(given)].join('').split('\n');
        expect(lines.pop()).toBe('');
        expect(lines.map((line) => JSON.parse(line))).toEqual(given);
      }),
    );
  });
});

describe('JSON', () => {
  const head = { policy: { damping: 0.85 }, sequence: 3, skipped: undefined, notes: ['a', 'b'], none: [] };

  it('is one object with the scores last, and reads back as it was', () => {
    fc.assert(
      fc.property(scores, (given) => {
        const parsed = JSON.parse([...writeJson(head, given)].join(''));
        const { skipped, ...written } = head;
        expect(skipped).toBeUndefined();
        expect(parsed).toEqual({ ...written, scores: given });
        expect(Object.keys(parsed)).toEqual(['policy', 'sequence', 'notes', 'none', 'scores']);
      }),
    );
  });

  it('has one score a line, its fields in the stated order', () => {
    expect([...writeJson({ order: 1 }, [one])].join('')).toBe(
      '{\n  "order": 1,\n  "scores": [\n    {"contributor":"ada","trust":1,"multiple":1,"rank":1,"rankFrom":1,"rankTo":1,' +
        '"percentile":100,"standing":0.5,"mass":1,"distrust":0}\n  ]\n}\n',
    );
    expect([...writeJson({}, [])].join('')).toBe('{\n  "scores": []\n}\n');
  });
});

const one: Score = {
  contributor: 'ada',
  trust: 1,
  multiple: 1,
  rank: 1,
  rankFrom: 1,
  rankTo: 1,
  percentile: 100,
  standing: 0.5,
  mass: 1,
  distrust: 0,
};

it('a long list comes in many chunks, none of them long', () => {
  const many = Array.from({ length: 10_000 }, () => one);
  for (const write of [writeCsv(many), writeJsonLines(many), writeJson({}, many)]) {
    const sizes = Array.from(write, (chunk) => chunk.length);
    expect(sizes.length).toBeGreaterThan(3);
    expect(Math.max(...sizes)).toBeLessThan(100_000);
  }
});

it('scores are taken as they are needed, not all at once', () => {
  let taken = 0;
  const endless = {
    *[Symbol.iterator]() {
      for (;;) {
        taken++;
        yield one;
      }
    },
  };
  const text = writeJsonLines(endless);
  text.next();
  expect(taken).toBeLessThan(2000);
  expect(taken).toBeGreaterThan(1);
});

it('a line left out is listed by its place and its message', () => {
  const error = new PeerageError('bad-weight', 'is refused', { file: 'a.csv', line: 3, field: 'weight' });
  expect(skippedLine(error)).toEqual({ file: 'a.csv', line: 3, message: 'weight: is refused' });
  expect(skippedLine(new PeerageError('bad-line', 'is refused'))).toEqual({ message: 'is refused' });
});
