/** What a newcomer sees: the table, the sentences beneath it, and what is never shown raw. */
import { describe, expect, it } from 'vitest';
import { colours, printable } from '../../src/cli/output.ts';
import { figure } from '../../src/cli/progress.ts';
import { type Answer, exactness, policyLine } from '../../src/cli/summary.ts';
import { multiple, renderTable, shares } from '../../src/cli/table.ts';
import { parsePolicy, presets } from '../../src/policy.ts';
import type { Score } from '../../src/scores.ts';

const answer: Answer = {
  policy: presets.classic,
  sequence: 1_234,
  order: 1_170,
  size: 1_100,
  endorsements: 1_200,
  objections: 0,
  credentials: 30,
  bound: 4.1e-10,
  tolerance: 1e-9,
  solver: { sweeps: 9, edgeVisits: 9_900, milliseconds: 1 },
  held: { gini: 0.706, top1: 0.234, top10: 0.61, effective: 119.6, effectiveHHI: 60, nakamoto50: 41 },
  skipped: [],
  notes: [],
};

const row = (contributor: string, rank: number, trust: number): Score => ({
  contributor,
  trust,
  multiple: trust * 1_170,
  rank,
  rankFrom: rank,
  rankTo: rank,
  percentile: 99,
  standing: 0.5,
  mass: trust,
  distrust: 0,
});

const plain = { colour: colours({}), width: undefined };
const render = (rows: Score[], change: Partial<Answer> = {}) =>
  [...renderTable({ ...answer, ...change }, rows, plain)].join('');

it('the whole of it', () => {
  const rows = [row('ada', 1, 0.0321), { ...row('linus', 3, 0.0042), rankFrom: 2, rankTo: 3 }];
  expect(render(rows)).toBe(`rank  contributor   trust  multiple  standing
   1  ada          3.210%     37.6x      0.50
 2-3  linus        0.420%     4.91x      0.50

trust: share of all; multiple: of the average; standing: 0 to 1, 0.5 is unknown
2 of 1,170 shown; --top N for more

record         1,170 contributors, 1,200 endorsements, no objections, 30 credentials (1,234 events
               read)
exactness      every share is within 4.1e-10 of exact: the sum of all errors is proven to be at most
               that
concentration  41 contributors (3.5%) hold half of all trust; the top 1% hold 23.4%, the top 10%
               61.0%; Gini 0.71; as spread out as among 120 equals
policy         classic: damping 0.85, balance 1, no cap, objection weight 1, reserve 0, linear, no
               half-life, any kind
`);
});

it('says that nothing is guaranteed without credentials', () => {
  const text = render([], { credentials: 0 }).replace(/\s+/g, ' ');
  expect(text).toContain(
    'guarantee none against fake accounts: no credential is in force, so every account, a fake one too, has restart of its own',
  );
  expect(render([])).not.toContain('guarantee');
});

it('shows distrust only where somebody objects', () => {
  const rows = [{ ...row('ada', 1, 0.5), distrust: 0.0123 }, row('linus', 2, 0.05)];
  expect(render(rows)).not.toContain('distrust');
  expect(render(rows, { objections: 2 })).toMatch(/ distrust\n.* 1\.23%\n.* 0%\n/);
});

it('answers for a record of nobody', () => {
  const held = { gini: 0, top1: 0, top10: 0, effective: 0, effectiveHHI: 0, nakamoto50: 0 };
  const text = render([], {
    order: 0,
    size: 0,
    endorsements: 0,
    credentials: 0,
    sequence: 0,
    bound: 0,
    held,
  });
  expect(text).toBe(`record         no contributors: there is nothing to score (no events read)
policy         classic: damping 0.85, balance 1, no cap, objection weight 1, reserve 0, linear, no
               half-life, any kind
`);
});

it('of many rows keeps its columns, and has its head once', () => {
  const rows = Array.from({ length: 600 }, (_, k) => row(`user${k}`, k + 1, 1 / (k + 10)));
  const lines = render(rows).split('\n\n')[0]!.split('\n');
  expect(lines).toHaveLength(601);
  expect(lines.filter((line) => line.includes('contributor'))).toHaveLength(1);
  expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  expect(lines[600]).toMatch(/^ 600 {2}user599 /);
});

describe('an id in the table', () => {
  it('cannot steer the terminal', () => {
    const text = render([row('\u001b[31mred\u001b[0m', 1, 0.5), row('a\u202eb\u200d\n\t\u{e0041}', 2, 0.1)]);
    expect(text).toContain('\\u001b[31mred\\u001b[0m ');
    expect(text).toContain('a\\u202eb\\u200d\\n\\t\\u{e0041} ');
    expect(/[\p{Cc}\p{Cf}]/u.test(text.replaceAll('\n', ''))).toBe(false);
  });

  it('shows blanks at its ends', () => {
    expect(render([row(' ada', 1, 0.5)])).toContain('  " ada"  ');
  });

  it('is cut where the line would be too long, and marked as cut', () => {
    const long = `x${'0123456789'.repeat(20)}`;
    const cut = /x\S*/.exec(render([row(long, 1, 0.5), row('名'.repeat(200), 2, 0.4)]))![0];
    expect(cut).toBe(`${long.slice(0, 63)}…`);
    const narrow = [...renderTable(answer, [row(long, 1, 0.5)], { ...plain, width: 60 })].join('');
    for (const line of narrow.split('\n\n')[0]!.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
  });

  it('of wide characters does not break the columns', () => {
    const lines = render([row('名前', 1, 0.5), row('ada', 2, 0.4)]).split('\n');
    // Two characters that take four columns: the line is two characters shorter than it is wide.
    expect(lines[1]!.length + 2).toBe(lines[2]!.length);
  });
});

describe('a share', () => {
  it('has three figures for the smallest, the same decimals for all', () => {
    const text = shares([0.5, 0.00215, 0.0123], 1e-9);
    expect([0.5, 0.00215, 0.0123].map(text)).toEqual(['50.000%', '0.215%', '1.230%']);
  });

  it('shows no more than six decimals, and no digit that the bound does not cover', () => {
    expect(shares([1e-12], 1e-12)(1e-12)).toBe('<0.000001%');
    expect(shares([0.123456], 0.001)(0.123456)).toBe('12.3%');
    expect(shares([0.123456], 0.9)(0.123456)).toBe('12%');
    expect(shares([0.5], 0)(0)).toBe('0.0%');
    expect(shares([], 0)(0)).toMatch(/^0\.?0*%$/);
  });
});

it('a multiple has three figures', () => {
  expect([1234.5, 123.45, 12.345, 1.2345, 0.0149, 0.001, 0].map(multiple)).toEqual([
    '1,235x',
    '123x',
    '12.3x',
    '1.23x',
    '0.01x',
    '<0.01x',
    '0.00x',
  ]);
});

it('a bound is never rounded down', () => {
  expect(exactness({ bound: 4.11e-10, tolerance: 1e-9 })).toContain('within 4.2e-10 of exact');
  expect(exactness({ bound: 9.96e-10, tolerance: 1e-9 })).toContain('within 1e-9 of exact');
  expect(exactness({ bound: 1e-9, tolerance: 1e-9 })).toContain('within 1e-9 of exact');
});

it('an answer that did not reach the tolerance says so', () => {
  expect(exactness({ bound: 3.2e-6, tolerance: 1e-9 })).toBe(
    'not what was asked for (1e-9): every share is within 3.2e-6 of exact: the sum of all errors is proven to be at most that',
  );
});

it('a policy is one line, with the name of the preset that it equals', () => {
  expect(policyLine(presets.resilient)).toMatch(/^resilient: damping 0\.5, balance 0\.2, cap 8, /);
  const own = parsePolicy({
    halfLife: 1,
    concavity: 'sqrt',
    kinds: { 'a\u202e': { weight: 2 }, b: { weight: 0.5 } },
  });
  expect(policyLine(own)).toBe(
    'damping 0.85, balance 1, no cap, objection weight 1, reserve 0, sqrt, half-life 1 day, kinds a\\u202e 2, b 0.5',
  );
});

it('what is printable stays as it is', () => {
  const text = 'Ada "the" \\ Łukasz 名前 😀 e\u0301';
  expect(printable(text)).toBe(text);
});

it('colour is for terminals that can show it, unless NO_COLOR says otherwise', () => {
  const { NO_COLOR, TERM } = process.env;
  try {
    process.env.TERM = 'xterm';
    delete process.env.NO_COLOR;
    expect(colours({ isTTY: true }).bold('x')).toBe('\u001b[1mx\u001b[22m');
    expect(colours({ isTTY: false }).bold('x')).toBe('x');
    process.env.TERM = 'dumb';
    expect(colours({ isTTY: true }).bold('x')).toBe('x');
    process.env.TERM = 'xterm';
    process.env.NO_COLOR = '1';
    expect(colours({ isTTY: true }).bold('x')).toBe('x');
  } finally {
    for (const [name, value] of Object.entries({ NO_COLOR, TERM })) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
});

it('the figure beside the bar is of bytes while reading, and a share of the work otherwise', () => {
  expect(figure('reading', 1_500_000, 3_000_000)).toBe('50%  1.5 of 3.0 MB');
  expect(figure('reading', 1_500_000, undefined)).toBe('1.5 MB');
  expect(figure('solving', 0.256, 1)).toBe('25%');
  expect(figure('solving', 2, 1)).toBe('100%');
});
