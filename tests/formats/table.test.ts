/** What a table is taken to be, column by column, and what each of its cells says. */
import { describe, expect, it } from 'vitest';
import { Words } from '../../src/formats/cells.ts';
import { type Gathered, gather, type Input, type Line, line, rowsOf } from './gathered.ts';

const notesOf = async (...given: Parameters<typeof gather>) => (await gather(...given)).notes;
const fatalOf = async (...given: Parameters<typeof gather>) => (await gather(...given)).fatal;

describe('a header', () => {
  it('names the fields in any order', async () => {
    const text = 'id,at,kind,weight,target,source\ne1,2020-01-01,review,2.5,b,a\n';
    expect(await rowsOf(text)).toEqual([
      line('a', 'b', { id: 'e1', at: Date.UTC(2020, 0), kind: 'review', weight: 2.5 }),
    ]);
  });

  it('may have blanks around its names, quotes, a byte order mark and CRLF', async () => {
    expect(await rowsOf('\ufeff source ,"target"\r\na,b\r\n')).toEqual([line('a', 'b')]);
  });

  it.each([',', '\t', ';', '|', ' ', '  '])('is found with the delimiter %j', async (gap) => {
    expect(await rowsOf(`source${gap}target${gap}weight\na${gap}b${gap}2\n`)).toEqual([
      line('a', 'b', { weight: 2 }),
    ]);
  });

  it('is found where a quoted name has another delimiter in it', async () => {
    expect(await rowsOf('"a,b";source;target\nx;a;b\n')).toEqual([line('a', 'b')]);
  });

  it('may come after comments and blank lines', async () => {
    const { rows, notes } = await gather('\n# exported yesterday\n\n% x\nsource,target\na,b\n');
    expect(rows).toEqual([line('a', 'b')]);
    expect(notes).toEqual(['lines passed over as comments (# or %): 2']);
  });

  it('is followed by data only: # starts an id like any other', async () => {
    expect(await rowsOf('source,target\n#a,b\n%c,d\n')).toEqual([line('#a', 'b'), line('%c', 'd')]);
    expect(await rowsOf('source target\n#a b\n')).toEqual([line('#a', 'b')]);
  });

  it('may have other names, given by a map', async () => {
    const map = { source: 'from', target: 'to', kind: 'what', at: 'when' };
    expect(await rowsOf('to,from,what,when\nb,a,thanks,1000\n', { map })).toEqual([
      line('a', 'b', { kind: 'thanks', at: 1000 }),
    ]);
  });

  it('may give one column to two fields', async () => {
    const map = { kind: 'x', id: 'x' };
    expect(await rowsOf('source,target,x\na,b,"c""d"\n', { map })).toEqual([
      line('a', 'b', { kind: 'c"d', id: 'c"d' }),
    ]);
  });

  it('has its other columns noted, once', async () => {
    expect(await notesOf('source,target,comment\na,b,c\nb,c,d\n')).toEqual(['column "comment" is not used']);
    expect(await notesOf('x,source,y,target\n1,a,2,b\n')).toEqual(['columns "x", "y" are not used']);
  });

  it('is not guessed at: names are exact', async () => {
    expect(await fatalOf('Source,Target\na,b\n')).toBe(
      'data:1: source: there is no column "source"; found "Source", "Target"; say which it is with --map source=NAME, or name the columns of a file without a header with --columns source,target,...',
    );
    expect(await fatalOf('source,to\na,b\n')).toBe(
      'data:1: target: there is no column "target"; found "source", "to"; say which it is with --map target=NAME, or name the columns of a file without a header with --columns source,target,...',
    );
  });

  it('has each column that is used once', async () => {
    expect(await fatalOf('source,target,source\na,b,c\n')).toBe(
      'data:1: source: column "source" stands there twice; expected one (give the others another name in the header)',
    );
    expect(await rowsOf('source,x,target,x\na,1,b,2\n')).toEqual([line('a', 'b')]);
  });

  it('has all that the map names', async () => {
    expect(await fatalOf('source,target\na,b\n', { map: { at: 'when' } })).toBe(
      'data:1: at: there is no column "when"; found "source", "target"; say which it is with --map at=NAME, or name the columns of a file without a header with --columns source,target,...',
    );
  });

  it('with very many columns is listed in part', async () => {
    const names = Array.from({ length: 500 }, (_, k) => `c${k}`);
    expect(await fatalOf(`${names.join(',')}\n`)).toContain(
      'found "c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9" and 490 more;',
    );
    const row = names.map(() => '').join(',');
    expect(await rowsOf(`source,target,${names.join(',')}\na,b,${row}\n`)).toEqual([line('a', 'b')]);
  });
});

describe('listed columns', () => {
  it('take the first line as data, whatever it looks like', async () => {
    const { rows, bad } = await gather('source,target,weight\na,b,2\n', {
      columns: ['source', 'target', 'weight'],
    });
    expect(rows).toEqual([line('a', 'b', { weight: 2 })]);
    expect(bad).toEqual([
      'data:1: weight: "weight" is not a weight; expected a decimal number from 1e-9 to 1e12, or the same below zero for an objection',
    ]);
  });

  it('may be passed over with - or nothing', async () => {
    expect(await rowsOf('x,b,y,a\n', { columns: ['-', 'target', '', 'source'] })).toEqual([line('a', 'b')]);
  });

  it('may have names that a map gives a meaning to', async () => {
    expect(
      await rowsOf('a,b,3\n', { columns: ['from', 'target', 'n'], map: { source: 'from', weight: 'n' } }),
    ).toEqual([line('a', 'b', { weight: 3 })]);
  });

  it.each([
    [
      ['source', 'target', 'wieght'],
      'columns: "wieght" is not a field; expected source, target, weight, kind, at, id, or - for a column to pass over',
    ],
    [['source', 'weight'], 'columns: has no "target", the target; found "source", "weight"'],
    [['source', 'target', 'source'], 'columns: has "source" twice; which of them is the source?'],
    [[], 'columns: has no "source", the source; found '],
  ])('are refused where they make no sense: %j', async (columns, message) => {
    await expect(rowsOf('a,b\n', { columns })).rejects.toThrow(message);
  });

  it.each(['tab', '\t', 'comma', ',', 'semicolon', ';', 'pipe', '|', 'space', ' ', '^', ':'])(
    'may be delimited by %j',
    async (delimiter) => {
      const byte = { tab: '\t', comma: ',', semicolon: ';', pipe: '|', space: ' ' }[delimiter] ?? delimiter;
      expect(await rowsOf(`a${byte}b\n`, { columns: ['source', 'target'], delimiter })).toEqual([
        line('a', 'b'),
      ]);
    },
  );

  it.each(['', '::', '"', '\n', '\r', '\0', 'é', '\u{1f600}'])(
    'are not delimited by %j',
    async (delimiter) => {
      await expect(rowsOf('a,b\n', { columns: ['source', 'target'], delimiter })).rejects.toThrow(
        'is not a delimiter; expected one ASCII character, or tab, comma, semicolon, pipe or space',
      );
    },
  );

  it('allow comments anywhere between blanks and tabs, before the data elsewhere', async () => {
    const columns = ['source', 'target'];
    const { rows, notes } = await gather('# x\na\tb\n#c\td\n', { columns });
    expect(rows).toEqual([line('a', 'b')]);
    // Both are counted: with columns of the caller's, they might have been data.
    expect(notes).toEqual(['lines passed over as comments (# or %): 2']);
    expect(await notesOf('#a,b\n#c,d\n', { columns })).toEqual(['lines passed over as comments (# or %): 2']);
    expect(await rowsOf('# x\na,b\n#c,d\n', { columns })).toEqual([line('a', 'b'), line('#c', 'd')]);
  });
});

describe('an edge list', () => {
  it.each(['1 2\n', '1\t2\n', '  1 \t 2  \n', '\t1 2\t\r\n', '1 2', '1 2\r'])('is %j', async (text) => {
    expect(await rowsOf(text)).toEqual([line('1', '2')]);
  });

  it('has a weight where it has a third field, and says so', async () => {
    const { rows, notes } = await gather('1 2 0.5\n2 3 -4\n');
    expect(rows).toEqual([line('1', '2', { weight: 0.5 }), line('2', '3', { weight: -4 })]);
    expect(notes).toEqual([
      'the third field of each line is read as its weight; --columns can say otherwise',
    ]);
  });

  it('has ids of any text after a comment', async () => {
    expect(await rowsOf('# a list\nada linus\nlinus ada\n')).toEqual([
      line('ada', 'linus'),
      line('linus', 'ada'),
    ]);
    expect(await rowsOf('% a list\nada\tlinus\t2\n')).toEqual([line('ada', 'linus', { weight: 2 })]);
  });

  it('has ids with blanks in them where tabs are between them', async () => {
    expect(await rowsOf('# a list\nada byron\tlinus t\n')).toEqual([line('ada byron', 'linus t')]);
  });

  it('has its later comments counted, since they might have been ids', async () => {
    const { rows, notes } = await gather('# a\n1 2\n# b\n  # c\n2 3\n');
    expect(rows).toEqual([line('1', '2'), line('2', '3')]);
    expect(notes).toEqual(['lines passed over as comments (# or %): 2']);
  });

  it('keeps its first shape', async () => {
    expect((await gather('1 2\n1 2 3\n1\n2 3\n')).bad).toEqual([
      'data:2: has 3 fields; expected 2 (source, target)',
      'data:3: has 1 field; expected 2 (source, target)',
    ]);
  });

  it.each([
    'a b\n',
    '1 b\n',
    '1 2 x\n',
    '1 2 3 4\n',
    '1,2\n',
    '1;2;3\n',
    '# x\n1,2\n',
    '# x\na b c\n',
    '1.5 2\n',
  ])('is not seen in %j without being told', async (text) => {
    expect(await fatalOf(text)).toContain('source: there is no column "source"; found ');
  });
});

describe('an id', () => {
  it('is never trimmed or read as anything else', async () => {
    const text = 'source,target\n a ,b \n1e5,007\n__proto__,constructor\n"",x\n"a\n\n""b""",\' \n';
    const { rows, bad } = await gather(text);
    expect(rows).toEqual([
      line(' a ', 'b '),
      line('1e5', '007'),
      line('__proto__', 'constructor'),
      line('a\n\n"b"', "' "),
    ]);
    expect(bad).toEqual(['data:5: source: is empty; expected a text of 1 to 4096 bytes']);
  });

  it('of 4,096 bytes is the longest', async () => {
    const long = 'é'.repeat(2048);
    const { rows, bad } = await gather(`source,target\n${long},b\nb,x${long}\n`);
    expect(rows).toEqual([line(long, 'b')]);
    expect(bad).toEqual([`data:3: target: "x${'é'.repeat(75)}... has more than 4096 bytes`]);
  });

  it('of a statement may be left blank', async () => {
    expect(await rowsOf('source,target,id\na,b,\na,b,x\na,b,\n')).toEqual([
      line('a', 'b'),
      line('a', 'b', { id: 'x' }),
      line('a', 'b'),
    ]);
  });
});

describe('a quote', () => {
  it('in the middle of a field is a character', async () => {
    expect(await rowsOf('source,target\na"b,c""\n')).toEqual([line('a"b', 'c""')]);
  });

  it('is a character in lists of words', async () => {
    expect(await rowsOf('source target\n"a "b"\n')).toEqual([line('"a', '"b"')]);
  });
});

describe('a weight', () => {
  it('below zero is an objection of that magnitude', async () => {
    expect(await rowsOf('source,target,weight\na,b,-2\n')).toEqual([line('a', 'b', { weight: -2 })]);
  });

  it.each(['1e-9', '1e12', '-1e-9', '-1e12', '+1', '007.50', '1e12'])('may be %s', async (text) => {
    expect(await rowsOf(`source,target,weight\na,b,${text}\n`)).toEqual([
      line('a', 'b', { weight: Number(text) }),
    ]);
  });

  it.each([
    '',
    ' ',
    ' 1',
    '1 ',
    '0',
    '-0',
    '0.0',
    '0.999e-9',
    '1.001e12',
    '-1.001e12',
    '1e400',
    'NaN',
    'Infinity',
    '-Infinity',
    '0x10',
    '1_0',
    '.5',
    '5.',
    '"1,5"',
    'x',
  ])('may not be %j', async (text) => {
    const value = text.startsWith('"') ? text : JSON.stringify(text);
    const { rows, bad } = await gather(`source,target,weight\na,b,${text}\nc,d,1\n`);
    expect(rows).toEqual([line('c', 'd')]);
    expect(bad).toEqual([
      `data:2: weight: ${value} is not a weight; expected a decimal number from 1e-9 to 1e12, or the same below zero for an objection`,
    ]);
  });
});

describe('a date', () => {
  const at = async (text: string, timeUnit?: 's' | 'ms') =>
    (await rowsOf(`source;target;at\na;b;${text}\n`, { timeUnit })).map((row) => row.at)[0];

  it.each([
    ['1289241911.72836', 's', 1289241911.72836 * 1000],
    ['1289241911728.36', 'ms', 1289241911728.36],
    ['1289241911728.36', undefined, 1289241911728.36],
    ['-1', 's', -1000],
    ['0', 's', 0],
    ['2026-01-03', 's', Date.UTC(2026, 0, 3)],
    ['2026-01-03T12:00:00Z', undefined, Date.UTC(2026, 0, 3, 12)],
    ['2026-01-03 12:00:00.250', 'ms', Date.UTC(2026, 0, 3, 12, 0, 0, 250)],
    ['2026-01-03T12:00+02:00', undefined, Date.UTC(2026, 0, 3, 10)],
    ['', 's', undefined],
  ] as const)('%j in %s', async (text, unit, date) => {
    expect(await at(text, unit)).toBe(date);
  });

  it.each(['2026-02-30', 'yesterday', ' ', '03.01.2026', '8.7e15', '1e300', '2026-01-03T25:00'])(
    'is not %j',
    async (text) => {
      expect((await gather(`source,target,at\na,b,${text}\n`)).bad).toEqual([
        `data:2: at: ${JSON.stringify(text)} is not a date; expected ISO 8601 (2026-01-03T12:00:00Z) or epoch milliseconds`,
      ]);
    },
  );

  it('in seconds is asked for in seconds', async () => {
    expect((await gather('source,target,at\na,b,soon\n', { timeUnit: 's' })).bad).toEqual([
      'data:2: at: "soon" is not a date; expected ISO 8601 (2026-01-03T12:00:00Z) or epoch seconds',
    ]);
  });

  it('of a doubtful unit is noted, when every one of them is', async () => {
    const dated = (...dates: string[]) =>
      `source,target,at\n${dates.map((date) => `a,b,${date}`).join('\n')}\n`;
    expect(await notesOf(dated('1289241911', '1389241911'))).toEqual([
      'all dates lie before 1980 as epoch milliseconds; if they are seconds, give --time-unit s',
    ]);
    expect(await notesOf(dated('1289241911', '1389241911000'))).toEqual([]);
    expect(await notesOf(dated('1289241911', '1389241911'), { timeUnit: 'ms' })).toEqual([]);
    expect(await notesOf(dated('1970-01-02', ''))).toEqual([]);
    expect(await notesOf(dated('1289241911000', '1389241911000'), { timeUnit: 's' })).toEqual([
      'all dates lie after 2500 as epoch seconds; if they are milliseconds, give --time-unit ms',
    ]);
  });

  it('has a unit that is known', async () => {
    await expect(at('1', 'h' as 's')).rejects.toThrow(
      'timeUnit: "h" is not a unit of time; expected s or ms',
    );
  });
});

describe('a kind', () => {
  it('left blank is that of an event without one', async () => {
    expect(await rowsOf('source,target,kind\na,b,\na,b,x\na,b,\n')).toEqual([
      line('a', 'b'),
      line('a', 'b', { kind: 'x' }),
      line('a', 'b'),
    ]);
  });

  it('is itself, when another with the same hash takes its place in memory', () => {
    const words = new Words('kind');
    const bytes = Buffer.from('Aa');
    expect(words.read(bytes, 0, 2)).toBe('Aa');
    bytes.write('BB');
    expect(words.read(bytes, 0, 2)).toBe('BB');
    bytes.write('Aa');
    expect(words.read(bytes, 0, 2)).toBe('Aa');
  });

  it('is itself, among thousands of others', async () => {
    const kinds = Array.from({ length: 5000 }, (_, k) => `kind ${(k * k) % 4001}`);
    const rows = await rowsOf(`source,target,kind\n${kinds.map((kind) => `a,b,${kind}`).join('\n')}\n`);
    expect(rows.map(({ kind }) => kind)).toEqual(kinds);
  });

  it('has at most 4,096 bytes', async () => {
    expect((await gather(`source,target,kind\na,b,${'k'.repeat(4097)}\n`)).bad).toEqual([
      `data:2: kind: "${'k'.repeat(76)}... has more than 4096 bytes`,
    ]);
  });
});

describe('undirected', () => {
  it('reads each line both ways, and an id names the first of them', async () => {
    expect(await rowsOf('source,target,weight,id\na,b,-2,x\n', { undirected: true })).toEqual([
      line('a', 'b', { weight: -2, id: 'x' }),
      line('b', 'a', { weight: -2 }),
    ]);
  });

  it('reads a line about oneself once', async () => {
    expect(await rowsOf('source,target\na,a\nab,ac\n', { undirected: true })).toEqual([
      line('a', 'a'),
      line('ab', 'ac'),
      line('ac', 'ab'),
    ]);
  });

  it('adds nothing where the line was known', async () => {
    const known = (given: Line | object) => (given as Line).id !== 'x';
    const { rows } = await gather('source,target,id\na,b,x\na,b,y\n', { undirected: true, judge: known });
    expect(rows).toEqual([line('a', 'b', { id: 'y' }), line('b', 'a')]);
  });
});

describe('credentials', () => {
  const read = (input: Input, options = {}): Promise<Gathered> =>
    gather(input, { credentials: true, ...options });

  it('are grants', async () => {
    const { events, errors } = await read('target,weight,issuer,at\na,0.5,club,2020-01-01\nb,1e-15,,\n');
    expect(errors).toEqual([]);
    expect(events).toEqual([
      { type: 'grant', target: 'a', weight: 0.5, issuer: 'club', at: Date.UTC(2020, 0) },
      { type: 'grant', target: 'b', weight: 1e-15, issuer: '' },
    ]);
  });

  it('may be a list of names', async () => {
    const { events } = await read('target\n"a"\n\nJane Roe\n');
    expect(events.map((event) => event.type === 'grant' && [event.target, event.weight])).toEqual([
      ['a', 1],
      ['Jane Roe', 1],
    ]);
  });

  it('may have other names in their header, or none', async () => {
    const grants = [{ type: 'grant', target: 'a', weight: 2, issuer: '' }];
    expect((await read('i,v\na,2\n', { map: { target: 'i', weight: 'v' } })).events).toEqual(grants);
    expect((await read('a 2\n', { columns: ['target', 'weight'] })).events).toEqual(grants);
  });

  it('are refused below zero, at zero and where there is nothing', async () => {
    expect((await read('target,weight\na,-1\nb,0\nc,\n,1\n')).bad).toEqual([
      'data:2: weight: "-1" is not a weight; expected a decimal number from 1e-15 to 1e12',
      'data:3: weight: "0" is not a weight; expected a decimal number from 1e-15 to 1e12',
      'data:4: weight: "" is not a weight; expected a decimal number from 1e-15 to 1e12',
      'data:5: target: is empty; expected a text of 1 to 4096 bytes',
    ]);
  });

  it('need a header', async () => {
    expect((await read('1 2\n')).fatal).toBe(
      'data:1: target: there is no column "target"; found "1", "2"; expected a header with target[,weight][,issuer][,at]',
    );
  });
});

describe('a line of blanks', () => {
  it('is no row, unless its tabs are delimiters', async () => {
    expect(await rowsOf('source,target\n\n  \n\t \r\na,b\n')).toEqual([line('a', 'b')]);
    expect((await gather('source\ttarget\n  \n\t\na\tb\n')).bad).toEqual([
      'data:3: source: is empty; expected a text of 1 to 4096 bytes',
    ]);
  });
});

describe('a sink that refuses', () => {
  it('has its refusal placed, and the next line is read', async () => {
    const { PeerageError } = await import('../../src/error.ts');
    const { rows, bad } = await gather('source,target\na,b\n\nb,c\nc,d\n', {
      judge: (given) => {
        if ((given as Line).source === 'b')
          throw new PeerageError('unknown-kind', 'is not known', { field: 'kind' });
        return true;
      },
    });
    expect(rows).toEqual([line('a', 'b'), line('c', 'd')]);
    expect(bad).toEqual(['data:4: kind: is not known']);
  });

  it('with an error of another sort ends the reading', async () => {
    const judge = () => {
      throw new TypeError('a bug');
    };
    await expect(gather('source,target\na,b\n', { judge })).rejects.toThrow(TypeError);
  });
});

describe('nothing', () => {
  it.each([
    '',
    '\n',
    '\r\n',
    '\ufeff',
    '  \n\t\n',
    '# only\n% comments',
    'source,target',
    'source,target\n',
    'source,target\r\n\r\n',
  ])('is in %j, and that is no fault', async (text) => {
    expect(await rowsOf(text)).toEqual([]);
  });
});
