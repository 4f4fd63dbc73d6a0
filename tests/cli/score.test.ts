/**
 * `peerage score` from end to end, on the built program: what goes in by each way comes out the same, what
 * is filtered is gone, ids and numbers survive, and bad lines are left out only where the user says so.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { builtProgram } from '../built.ts';
import { type Files, folderOf, runWith } from './program.ts';

let program: string;
beforeAll(async () => {
  program = await builtProgram();
}, 180_000);

const DATA = 'source,target,weight,kind,at\n';
const LINES = [
  'ada,linus,2,review,2024-01-01',
  'linus,grace,1,thanks,2024-02-01',
  'grace,ada,3,review,2024-03-01',
  'robot-1,ada,5,thanks,2024-04-01',
  'linus,robot-1,-1,review,2024-05-01',
];
const file = (lines: string[]) => `${DATA}${lines.join('\n')}\n`;
const data = { 'data.csv': file(LINES) };

/** Runs and expects success and silence; returns what was printed. */
async function printed(args: string[], files = {}, stdin: string | Uint8Array = ''): Promise<string> {
  const { exit, stdout, stderr } = await runWith(program, args, files, stdin);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  return stdout;
}

/**
 * The JSON answer without the one thing that differs between two runs. The command runs inside this process,
 * which is much quicker; what it reads of standard input is left to the built program.
 */
async function answer(args: string[], files: Files = data) {
  const folder = folderOf(files);
  const out = join(folder, 'answer.json');
  const given = args.map((arg) => (Object.hasOwn(files, arg) ? join(folder, arg) : arg));
  await createProgram().parseAsync(['node', 'peerage', 'score', ...given, '--out', out]);
  const { solver, ...rest } = JSON.parse(readFileSync(out, 'utf8'));
  rmSync(folder, { recursive: true });
  expect(solver.milliseconds).toBeGreaterThanOrEqual(0);
  return rest;
}

describe('the answer', () => {
  it('in JSON has every field, in rank order', async () => {
    const json = JSON.parse(await printed(['score', 'data.csv', '--format', 'json'], data));
    expect(Object.keys(json)).toEqual(
      'policy sequence order size endorsements objections credentials bound solver held scores'.split(' '),
    );
    expect(json).toMatchObject({
      sequence: 5,
      order: 4,
      size: 4,
      endorsements: 4,
      objections: 1,
      credentials: 0,
    });
    expect(Object.keys(json.solver)).toEqual(['sweeps', 'edgeVisits', 'milliseconds']);
    expect(json.bound).toBeLessThanOrEqual(1e-9);
    expect(json.scores).toHaveLength(4);
    expect(Object.keys(json.scores[0])).toEqual(
      'contributor trust multiple rank rankFrom rankTo percentile standing mass distrust'.split(' '),
    );
    const trust = json.scores.map((score: { trust: number }) => score.trust);
    expect(trust).toEqual([...trust].sort((a, b) => b - a));
    expect(json.scores.map((score: { rank: number }) => score.rank)).toEqual([1, 2, 3, 4]);
  });

  it('in JSON Lines and in CSV has the same bits', async () => {
    const { scores } = await answer(['data.csv']);
    const lines = (await printed(['score', 'data.csv', '--format', 'jsonl'], data)).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(scores);
    const [head, ...rows] = (await printed(['score', 'data.csv', '--format', 'csv'], data))
      .trim()
      .split('\n');
    expect(head!.split(',')).toEqual(Object.keys(scores[0]));
    expect(rows.map((line) => line.split(',').slice(1).map(Number))).toEqual(
      scores.map((score: object) => Object.values(score).slice(1)),
    );
  });

  it.each([0, 2, 99])('of --top %i has the first of them in each format', async (top) => {
    const shown = (await answer(['data.csv'])).scores.slice(0, top);
    expect((await answer(['data.csv', '--top', String(top)])).scores).toEqual(shown);
    const flags = ['score', 'data.csv', '--top', String(top), '--format'];
    expect((await printed([...flags, 'jsonl'], data)).split('\n')).toHaveLength(shown.length + 1);
    expect((await printed([...flags, 'csv'], data)).split('\n')).toHaveLength(shown.length + 2);
    const table = await printed([...flags, 'table'], data);
    expect(table.split('\n').filter((line) => / [\d.]+x /.test(line))).toHaveLength(shown.length);
  });

  it('as a table shows twenty, and says that there are more', async () => {
    const many = {
      'data.csv': file(Array.from({ length: 30 }, (_, k) => `ada,user${k},1,review,2024-01-01`)),
    };
    const text = await printed(['score', 'data.csv'], many);
    expect(text.split('\n').filter((line) => / [\d.]+x /.test(line))).toHaveLength(20);
    expect(text).toContain('\n20 of 31 shown; --top N for more\n');
    expect(text).toContain('guarantee      none against fake accounts: no credential is in force');
    expect(text).not.toContain('\u001b');
  });

  it('promises nothing only where no credential is in force', async () => {
    const files = { ...data, 'credentials.csv': 'target,weight\nada,1\n' };
    const text = await printed(['score', 'data.csv', '--credentials', 'credentials.csv'], files);
    expect(text).toContain('1 credential ');
    expect(text).not.toContain('guarantee');
  });

  it('that does not reach the tolerance says so, and is an answer', async () => {
    const text = (await printed(['score', 'data.csv', '--tolerance', '1e-300'], data)).replace(/\s+/g, ' ');
    expect(text).toContain('exactness not what was asked for (1e-300): every share is within ');
  });

  it('to nothing is that there is nobody', async () => {
    for (const content of ['', '\n', 'source,target\n', '# a comment\n']) {
      const files = { 'data.csv': content };
      expect(await answer(['data.csv'], files)).toMatchObject({ sequence: 0, order: 0, size: 0, scores: [] });
      expect(await printed(['score', 'data.csv', '--format', 'jsonl'], files)).toBe('');
      expect(await printed(['score', 'data.csv'], files)).toContain(
        'no contributors: there is nothing to score',
      );
    }
  });
});

describe('an id', () => {
  const ids = [
    '__proto__',
    'constructor',
    'hasOwnProperty',
    '1e5',
    '007',
    '-0',
    'NaN',
    'a,b',
    'say "hi"',
    'Łukasz 名前 😀',
    ' x ',
  ];
  const events = ids.map((target) => JSON.stringify({ type: 'endorse', source: 'hub', target })).join('\n');
  const files = { 'data.jsonl': `${events}\n` };
  const all = [...ids, 'hub'].sort();

  it('survives JSON and JSON Lines unchanged', async () => {
    const { scores } = await answer(['data.jsonl'], files);
    expect(scores.map((score: { contributor: string }) => score.contributor).sort()).toEqual(all);
    const lines = (await printed(['score', 'data.jsonl', '--format', 'jsonl'], files)).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).contributor).sort()).toEqual(all);
  });

  it('survives CSV there and back', async () => {
    const csv = await printed(['score', 'data.jsonl', '--format', 'csv'], files);
    // The scores as a table to read again: everybody endorses itself, which is nobody's trust.
    const flags = ['scores.csv', '--map', 'source=contributor,target=contributor,weight=trust'];
    const { scores } = await answer(flags, { 'scores.csv': csv });
    expect(scores.map((score: { contributor: string }) => score.contributor).sort()).toEqual(all);
  });

  it('is left out by its exact name only', async () => {
    const { order } = await answer(['data.jsonl', '--exclude', '__proto__', '--exclude', '7'], files);
    expect(order).toBe(all.length - 1);
  });
});

describe('a record', () => {
  it('is the same gzipped, on standard input, and in several files', async () => {
    const expected = await answer(['data.csv']);
    expect(await answer(['data.csv.gz'], { 'data.csv.gz': gzipSync(file(LINES)) })).toEqual(expected);
    const parts = { 'a.csv': file(LINES.slice(0, 2)), 'b.csv': file(LINES.slice(2)) };
    expect(await answer(['a.csv', 'b.csv'], parts)).toEqual(expected);
    for (const [args, stdin] of [
      [['-'], file(LINES)],
      [['-'], gzipSync(file(LINES))],
      [['a.csv', '-'], parts['b.csv']],
    ] as const) {
      const { solver, ...read } = JSON.parse(
        await printed(['score', ...args, '--format', 'json'], parts, stdin),
      );
      expect(solver).toBeDefined();
      expect(read).toEqual(expected);
    }
  });

  it('is read by the layout that the flags describe', async () => {
    const expected = await answer(['data.csv']);
    const bare = { 'data.csv': LINES.map((line) => line.replaceAll(',', ';')).join('\n') };
    const columns = ['--columns', 'source,target,weight,kind,at', '--delimiter', ';'];
    expect(await answer(['data.csv', ...columns], bare)).toEqual(expected);
    const renamed = {
      'data.csv': file(LINES).replace('source,target,weight,kind,at', 'from,to,points,topic,day'),
    };
    const map = ['--map', 'source=from,target=to', '--map', 'weight=points,kind=topic,at=day'];
    expect(await answer(['data.csv', ...map], renamed)).toEqual(expected);
    const seconds = LINES.map((line) => line.replace(/[^,]*$/, (day) => String(Date.parse(day) / 1000)));
    const unit = ['--time-unit', 's', '--half-life', '30'];
    expect(await answer(['data.csv', ...unit], { 'data.csv': file(seconds) })).toEqual(
      await answer(['data.csv', '--half-life', '30']),
    );
  });

  it('may be undirected', async () => {
    const both = LINES.map((line) => line.replace(/^(.*?),(.*?),/, '$2,$1,'));
    const { scores } = await answer(['data.csv', '--undirected']);
    expect(scores).toEqual((await answer(['data.csv'], { 'data.csv': file([...LINES, ...both]) })).scores);
  });

  it('until a date or a sequence is as it stood then', async () => {
    const then = await answer(['data.csv'], { 'data.csv': file(LINES.slice(0, 3)) });
    expect((await answer(['data.csv', '--until', '2024-03-15'])).scores).toEqual(then.scores);
    expect((await answer(['data.csv', '--until', '2024-03-01'])).scores).toEqual(then.scores);
    expect((await answer(['data.csv', '--until', '3'])).scores).toEqual(then.scores);
    expect((await answer(['data.csv', '--until', '0'])).scores).toEqual([]);
  });

  it('without the excluded is as if they had never been mentioned', async () => {
    const without = await answer(['data.csv'], { 'data.csv': file(LINES.slice(0, 3)) });
    const bots = { ...data, 'bots.txt': 'robot-1\n' };
    expect((await answer(['data.csv', '--exclude', 'bots.txt'], bots)).scores).toEqual(without.scores);
    expect((await answer(['data.csv', '--exclude', 'robot-*'])).scores).toEqual(without.scores);
    expect((await answer(['data.csv', '--exclude', 'robot-?'])).scores).toEqual(without.scores);
    expect((await answer(['data.csv', '--exclude', 'robot'])).order).toBe(4);
  });

  it('of one kind has nothing of the others', async () => {
    const reviews = await answer(['data.csv'], {
      'data.csv': file(LINES.filter((line) => line.includes('review'))),
    });
    expect((await answer(['data.csv', '--kind', 'review'])).scores).toEqual(reviews.scores);
    const all = (await answer(['data.csv'])).scores;
    expect((await answer(['data.csv', '--kind', 'review', 'thanks'])).scores).toEqual(all);
    expect((await answer(['data.csv', '--kind', 'review', '--kind', 'thanks'])).scores).toEqual(all);
  });

  it('may declare its policy, which the flags replace', async () => {
    const events = [
      { type: 'policy', policy: { damping: 0.3, reserve: 1 } },
      { type: 'endorse', source: 'ada', target: 'linus' },
    ];
    const files = { 'data.jsonl': events.map((event) => JSON.stringify(event)).join('\n') };
    expect((await answer(['data.jsonl'], files)).policy).toMatchObject({ damping: 0.3, reserve: 1 });
    expect((await answer(['data.jsonl', '--damping', '0.6'], files)).policy).toMatchObject({
      damping: 0.6,
      reserve: 0,
    });
  });
});

describe('bad lines', () => {
  const files = {
    'data.csv': file([LINES[0]!, 'ada,,1,review,2024-01-01', LINES[1]!, 'ada,grace,x,review,2024-01-01']),
  };

  it('are left out as far as the user allows, and named where nobody may be looking', async () => {
    const { exit, stdout, stderr } = await runWith(
      program,
      ['score', 'data.csv', '--skip-bad', '2', '--format', 'json'],
      files,
    );
    expect(exit).toBe(0);
    expect(stderr.split('\n')).toEqual([
      'peerage: 2 lines were left out:',
      expect.stringMatching(/^ {2}data\.csv:3: target: is empty; /),
      expect.stringMatching(/^ {2}data\.csv:5: weight: "x" is not a weight; /),
      '',
    ]);
    const { skipped, scores } = JSON.parse(stdout);
    expect(skipped).toEqual([
      { file: 'data.csv', line: 3, message: expect.stringMatching(/^target: is empty; /) },
      { file: 'data.csv', line: 5, message: expect.stringMatching(/^weight: "x" is not a weight; /) },
    ]);
    expect(scores).toEqual((await answer(['data.csv'], { 'data.csv': file(LINES.slice(0, 2)) })).scores);
  });

  it('are left out in silence with --quiet', async () => {
    const { stderr, exit } = await runWith(
      program,
      ['score', 'data.csv', '--skip-bad', '2', '--quiet'],
      files,
    );
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  });
});
