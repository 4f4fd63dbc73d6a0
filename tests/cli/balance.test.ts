/** `peerage balance` as a user runs it: the table, JSON, the picture, advice and its exit codes, misuse. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtProgram } from '../built.ts';
import { folderOf, run, runWith } from './program.ts';

let program: string;
beforeAll(async () => {
  program = await builtProgram();
}, 180_000);

const PAIRS = Array.from(
  { length: 200 },
  (_, k) => `m${k % 40},m${(k * 17 + Math.floor(k / 40) * 7 + 1) % 40}`,
);
const FILES = {
  'votes.csv': `source,target\n${PAIRS.join('\n')}\n`,
  'credentials.csv': 'target\nm0\nm1\n',
  'groups.csv': 'id,group\nm7,team\nm8,team\n',
};
const balance = (...args: string[]) =>
  runWith(
    program,
    ['balance', 'votes.csv', '--credentials', 'credentials.csv', '--damping', '0.5', ...args],
    FILES,
  );

describe('peerage balance', () => {
  it('prints today and eleven settings in 80 columns, and the cheapest that reaches a target', async () => {
    const { exit, stdout, stderr } = await balance('--target', 'survive10>=30%', '--group', 'groups.csv');
    expect([exit, stderr]).toEqual([0, '']);
    const lines = stdout.split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines[0]).toMatch(/balance +W50 +peers +survive10 +top 1% +as today +exposure +team/);
    expect(lines.slice(1, 13).map((line) => line.trim().split(/ {2,}/)[0])).toEqual([
      'today 1',
      '1',
      '0.9',
      '0.8',
      '0.7',
      '0.6',
      '0.5',
      '0.4',
      '0.3',
      '0.2',
      '0.1',
      '0.05',
    ]);
    expect(stdout.replaceAll('\n', ' ')).toMatch(
      /Recommended: balance 0\.\d+, damping 0\.5, no cap reaches survive10>=30% at the least cost/,
    );
  });

  it('prints the dial as JSON, and draws it', async () => {
    const folder = folderOf(FILES);
    const args = [
      'balance',
      'votes.csv',
      '--credentials',
      'credentials.csv',
      '--balances',
      '1,0.5',
      '--dampings',
      '0.5,0.85',
      '--caps',
      'none,8',
      '--svg',
      'dial.svg',
      '--out',
      'dial.json',
    ];
    expect(await run(program, args, { folder })).toEqual({ exit: 0, stdout: '', stderr: '' });
    const told = JSON.parse(readFileSync(join(folder, 'dial.json'), 'utf8'));
    expect(Object.keys(told)).toEqual([
      'policy',
      'today',
      'points',
      'compared',
      'walks',
      'seed',
      'recommendation',
    ]);
    expect(told.points).toHaveLength(8);
    const svg = readFileSync(join(folder, 'dial.svg'), 'utf8');
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 860 1200"/);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    // Four combinations, six lines each, of two points.
    expect(svg.match(/stroke-width="1.8"/g)).toHaveLength(24);
    expect(svg.match(/<circle/g)).toHaveLength(48);
  });

  it('ends with 3 where no setting reaches the target, and says what comes nearest', async () => {
    const { exit, stdout } = await balance('--target', 'survive10>=0.999');
    expect(exit).toBe(3);
    expect(stdout.replaceAll('\n', ' ')).toMatch(
      /No recommendation: none of the 11 settings reaches survive10>=0\.999; balance 0\.05, .* comes nearest/,
    );
  });

  it.each([
    [
      ['--target', 'survive10>=0.6', '--target', 'survive10<0.5'],
      '--target: survive10>=0.6 and survive10<0.5 contradict each other',
    ],
    [['--target', 'gini<1'], '--target: "gini" is not a figure'],
    [['--balances', '0.5,x'], '--balances: "x" is not a number'],
    [['--balances', '0'], '--balances: 0 is refused; expected numbers from 1e-9 to 1'],
    [['--caps', '-1'], '--caps'],
  ])('refuses %j as misuse', async (args, text) => {
    const { exit, stdout, stderr } = await balance(...args);
    expect([exit, stdout]).toEqual([2, '']);
    expect(stderr).toContain(text);
  });

  it('answers for a community in which nothing is delivered', async () => {
    const { exit, stdout } = await runWith(program, ['balance', 'votes.csv', '--target', 'survive10>=0.1'], {
      'votes.csv': 'source,target\n',
    });
    expect(exit).toBe(3);
    expect(stdout).toContain('Nothing is delivered');
    expect(stdout.replaceAll('\n', ' ')).toContain('there is no figure survive10 here');
  });
});
