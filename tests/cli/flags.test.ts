/** The strict reading of flags: what is taken, what is refused, and in which words. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as flags from '../../src/cli/flags.ts';
import { effectivePolicy } from '../../src/cli/policy.ts';
import type { PeerageError } from '../../src/error.ts';

/** The message and the code of what is thrown. */
function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return `${(error as PeerageError).code} ${(error as PeerageError).message}`;
  }
  return 'taken';
}

describe('numbers', () => {
  it('are taken with every digit', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(flags.number('--reserve', String(value), '')).toBe(value === 0 ? 0 : value);
      }),
    );
    expect(flags.number('--reserve', '.5', '')).toBe(0.5);
    expect(flags.number('--reserve', '1e3', '')).toBe(1000);
  });

  it('are refused unless they are numbers to the last character', () => {
    for (const text of [
      '0.5x',
      '',
      ' ',
      ' 1',
      '1 ',
      '0x10',
      '1,5',
      'NaN',
      'Infinity',
      '1e999',
      '--1',
      '1_000',
      '٣',
      '.',
    ]) {
      expect(
        refusal(() => flags.number('--damping', text, 'a number')),
        text,
      ).toBe(`bad-option --damping: ${JSON.stringify(text)} is not a number; expected a number`);
    }
  });

  it('that count are whole', () => {
    expect(flags.count('--top', '0')).toBe(0);
    expect(flags.count('--top', '007')).toBe(7);
    for (const text of ['-1', '1.0', '1e3', '', '99999999999999999999']) {
      expect(
        refusal(() => flags.count('--top', text)),
        text,
      ).toBe(`bad-option --top: ${JSON.stringify(text)} is not a count; expected a whole number from 0`);
    }
  });

  it('of a tolerance lie above 0, up to 2', () => {
    expect(flags.tolerance('1e-12')).toBe(1e-12);
    for (const text of ['0', '2.1', '-1e-9']) {
      expect(refusal(() => flags.tolerance(text))).toBe(
        `bad-option --tolerance: ${text} is refused; expected a number above 0, at most 2, such as 1e-9`,
      );
    }
  });
});

describe('--workers', () => {
  it('is a whole number from 1', () => {
    expect(flags.workers('3')).toBe(3);
    for (const text of ['0', '-1', '1.5', 'all'])
      expect(refusal(() => flags.workers(text))).toMatch(/^bad-option --workers: /);
  });
});

describe('--until', () => {
  it('is a sequence where it is all digits, and a date otherwise', () => {
    expect(flags.until('2026')).toBe(2026);
    expect(flags.until('2026-01-03')).toBe('2026-01-03');
    expect(flags.until('2026-01-03T12:00:00Z')).toBe('2026-01-03T12:00:00Z');
  });

  it('is refused where it is neither', () => {
    for (const text of ['yesterday', '2026-13-01', '-5', '']) {
      expect(refusal(() => flags.until(text))).toBe(
        `bad-option --until: ${JSON.stringify(text)} is neither a date nor a sequence; expected ISO 8601 (2026-01-03T12:00:00Z, or 2026-01-03) or a number of events`,
      );
    }
  });
});

describe('--format', () => {
  it('is what it says, else what the name of the file says, else a table', () => {
    expect(flags.format('csv', 'scores.json')).toBe('csv');
    expect(flags.format(undefined, 'scores.json')).toBe('json');
    expect(flags.format(undefined, 'scores.ndjson')).toBe('jsonl');
    expect(flags.format(undefined, 'scores.jsonl')).toBe('jsonl');
    expect(flags.format(undefined, 'scores.csv')).toBe('csv');
    expect(flags.format(undefined, 'scores.txt')).toBe('table');
    expect(flags.format(undefined, undefined)).toBe('table');
  });

  it('is refused where there is no such format', () => {
    expect(refusal(() => flags.format('xml', undefined))).toBe(
      'bad-option --format: "xml" is unknown; expected table, json, jsonl or csv',
    );
  });
});

describe('the layout of a table', () => {
  it('is read from its flags', () => {
    expect(
      flags.table({
        columns: 'source, target,-,weight',
        map: ['source=from_endorser,target=to', 'at=a=b'],
        delimiter: '\\t',
        timeUnit: 's',
        undirected: true,
      }),
    ).toEqual({
      columns: ['source', 'target', '-', 'weight'],
      map: { source: 'from_endorser', target: 'to', at: 'a=b' },
      delimiter: '\t',
      timeUnit: 's',
      undirected: true,
    });
    expect(flags.table({})).toEqual({});
    expect(flags.table({ delimiter: 'tab' })).toEqual({ delimiter: '\t' });
  });

  it('is refused in words', () => {
    const cases: [flags.ScoreFlags, string][] = [
      [{ map: ['from'] }, '--map: "from" maps nothing; expected FIELD=COLUMN, such as source=from'],
      [{ map: ['source='] }, '--map: "source=" maps nothing; expected FIELD=COLUMN, such as source=from'],
      [
        { map: ['sauce=from'] },
        '--map: "sauce" is unknown; expected source, target, weight, kind, at, id or issuer',
      ],
      [{ map: ['source=a', 'source=b'] }, '--map: maps source twice; expected each field once'],
      [
        { map: ['__proto__=a'] },
        '--map: "__proto__" is unknown; expected source, target, weight, kind, at, id or issuer',
      ],
      [{ delimiter: ';;' }, '--delimiter: ";;" is refused; expected one character, such as ";", or "tab"'],
      [{ delimiter: '"' }, '--delimiter: "\\"" is refused; expected one character, such as ";", or "tab"'],
      [{ timeUnit: 'm' }, '--time-unit: "m" is unknown; expected s or ms'],
    ];
    for (const [given, message] of cases) {
      expect(refusal(() => flags.table(given))).toBe(`bad-option ${message}`);
    }
  });
});

describe('the policy', () => {
  it('is undefined where no flag speaks of it', async () => {
    expect(await effectivePolicy({})).toBeUndefined();
  });

  it('starts from a preset, and single flags override it', async () => {
    expect(
      await effectivePolicy({ preset: 'resilient', damping: '0.7', cap: 'none', halfLife: '30' }),
    ).toEqual({
      damping: 0.7,
      balance: 0.2,
      cap: null,
      objectionWeight: 1,
      reserve: 0,
      concavity: 'linear',
      halfLife: 30,
      kinds: null,
    });
  });

  it('is refused by the name of the flag, in the words of flags', async () => {
    const cases: [flags.PolicyFlags, string][] = [
      [{ damping: '1' }, '--damping: 1 is refused; expected a number from 0 to below 1'],
      [
        { objectionWeight: '2' },
        '--objection-weight: 2 is refused; expected a number from 0 to 1 (above 1 the scores have no proven fixed point)',
      ],
      [{ cap: '0' }, '--cap: 0 is refused; expected a number above 0, in mean restarts, or none'],
      [{ cap: 'null' }, '--cap: "null" is not a number; expected a number, or none'],
      [{ halfLife: '0' }, '--half-life: 0 is refused; expected a number of days from 1e-6 to 1e9, or none'],
      [{ concavity: 'log' }, '--concavity: "log" is unknown; expected linear or sqrt'],
      [{ preset: 'clasic' }, '--preset: "clasic" is unknown; expected classic, guarded or resilient'],
      [{ preset: '__proto__' }, '--preset: "__proto__" is unknown; expected classic, guarded or resilient'],
      [
        { preset: 'classic', policy: 'policy.json' },
        '--preset: cannot go with --policy; expected one of the two (flags override single fields)',
      ],
    ];
    for (const [given, message] of cases) {
      await expect(effectivePolicy(given)).rejects.toMatchObject({ code: 'bad-option', message });
    }
  });
});
