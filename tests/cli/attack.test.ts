/** `peerage attack` as a user runs it: the table, several scorers, JSON, the list, exit codes and misuse. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { judge } from '../../src/cli/attack.ts';
import { renderAttacks } from '../../src/cli/attack-text.ts';
import { colours } from '../../src/cli/output.ts';
import { attackCommunity as attackEvents } from '../../src/lab/lab.ts';
import { builtProgram } from '../built.ts';
import { community } from '../lab/communities.ts';
import { folderOf, run, runWith } from './program.ts';

let program: string;
beforeAll(async () => {
  program = await builtProgram();
}, 180_000);

const PAIRS = Array.from(
  { length: 900 },
  (_, k) => `m${k % 150},m${(k * 17 + Math.floor(k / 150) * 7 + 1) % 150}`,
);
const FILES = {
  'votes.csv': `source,target\n${PAIRS.join('\n')}\n`,
  'credentials.csv': 'target\nm0\nm1\nm2\n',
};
const RECORD = ['votes.csv', '--credentials', 'credentials.csv'];
const attack = (...args: string[]) => runWith(program, ['attack', ...args], FILES);
const lines = (text: string) => text.split('\n');

describe('peerage attack', () => {
  it('prints what each attack costs and does in 80 columns, by family, and what the words mean', async () => {
    const { exit, stdout, stderr } = await attack(...RECORD);
    expect([exit, stderr]).toEqual([0, '']);
    for (const line of lines(stdout)) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines(stdout)[0]).toMatch(/^attack +fakes +bought +share +bound +rank +out +AUC +below +lost$/);
    expect(stdout).toMatch(/^copy: a fake copy of the whole community/m);
    expect(stdout).toMatch(/^random-100 +150 +100 +\d+\.\d% +\d+\.\d% +\d+ +\d+ +[01]\.\d{3} +\d+ +-$/m);
    expect(stdout).toMatch(/^free-farm-1000 +1,001 +0 +0\.0% +0\.0% +- +0 +1\.000 +0 +-$/m);
    expect(stdout).toMatch(/^slander +500 +0 +0\.0% +0\.0% +- +0 +1\.000 +0 +0%$/m);
    const told = stdout.replace(/\s+/g, ' ');
    expect(told).toContain("share: the fakes' part of all trust; bound: the most that is proven possible");
    expect(told).toMatch(/proven in all \d+ measurements the fakes' share is within the bound/);
    expect(told).toMatch(
      /not run near-5000, near-20000, near-50000: there is room for \d+ such endorsements/,
    );
    expect(told).toContain('not run brigade: it takes 200 contributors');
    expect(told).toContain('policy classic: damping 0.85');
    expect(told).toContain('chance seed 1; the same seed gives the same attacks');
  });

  it('compares scorers side by side in 80 columns, with means', async () => {
    const names = 'classic,guarded,resilient,mean-rating,pagerank';
    const { exit, stdout } = await attack(
      ...RECORD,
      '--suite',
      'infiltrator,random-1000',
      '--compare',
      names,
    );
    expect(exit).toBe(0);
    for (const line of lines(stdout)) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines(stdout)[0]!.split(/ +/)).toEqual(['attack', ...names.split(',')]);
    expect(stdout).toMatch(/^random-1000( +\d+\.\d% [01]\.\d\d){5}$/m);
    expect(stdout).not.toContain('slander');
    expect(stdout).toMatch(/^On average over 6 attacks, and at worst$/m);
    for (const name of names.split(','))
      expect(stdout).toMatch(new RegExp(`^${name}( +[\\d.]+%){2}( +[\\d.]+){5}$`, 'm'));
  });

  it('prints JSON, or writes it, the same again by the same seed', async () => {
    const folder = folderOf(FILES);
    const args = ['attack', ...RECORD, '--suite', 'star,deceit', '--seed', '9', '--preset', 'guarded'];
    const { stdout } = await run(program, [...args, '--json'], { folder });
    expect(await run(program, [...args, '--out', 'told.json'], { folder })).toEqual({
      exit: 0,
      stdout: '',
      stderr: '',
    });
    expect(readFileSync(join(folder, 'told.json'), 'utf8')).toBe(stdout);
    const told = JSON.parse(stdout);
    expect(Object.keys(told)).toEqual([
      ...['seed', 'policy', 'order', 'endorsements', 'objections', 'credentials', 'newcomers', 'scorers'],
      ...['families', 'scenarios', 'skipped', 'breaches'],
    ]);
    expect(told).toMatchObject({
      seed: 9,
      order: 150,
      endorsements: 900,
      credentials: 3,
      scorers: ['guarded'],
    });
    expect(told.scenarios.map(({ name }: { name: string }) => name)).toEqual([
      'star',
      'camouflage',
      'caught',
      'whitewash',
    ]);
    expect(Object.keys(told.scenarios[0].outcomes[0])).toEqual([
      ...['scorer', 'share', 'bound', 'bestRank', 'displaced', 'auc', 'newcomersBelow', 'targetsLost'],
    ]);
  });

  it('says what there is, without a record', async () => {
    const { exit, stdout, stderr } = await attack('--list');
    expect([exit, stderr]).toEqual([0, '']);
    for (const line of lines(stdout)) expect(line.length).toBeLessThanOrEqual(80);
    expect(stdout).toContain('source: Kamvar and others 2003 (EigenTrust), threat models A to D');
    expect(stdout).toMatch(/^ {2}camouflage +accounts 20, endorsers 5, farm 200, good days 90,/m);
    const { stdout: json } = await attack('--list', '--json', '--suite', 'star');
    expect(JSON.parse(json)).toMatchObject([{ name: 'infiltrator', scenarios: [{ name: 'star' }] }]);
  });

  it('warns where no credential is in force, and says so of an empty record', async () => {
    const without = await attack('votes.csv', '--suite', 'credentials,star');
    expect(without.exit).toBe(0);
    const told = without.stdout.replace(/\s+/g, ' ');
    expect(told).toContain('guarantee none against fake accounts: no credential is in force');
    expect(told).toContain('not run holder-corrupt: no credential is in force');
    const empty = await runWith(program, ['attack', 'votes.csv'], { 'votes.csv': 'source,target\n' });
    expect(empty.exit).toBe(0);
    expect(empty.stdout).toContain('no contributors');
    expect(empty.stdout.replace(/\s+/g, ' ')).toContain('clusters: it takes two contributors');
  });

  it.each([
    [[], 'FILE: is missing; expected peerage attack FILE...'],
    [[...RECORD, '--suite', 'copies'], '--suite: "copies" is no attack; expected all, a family (copy, '],
    [['nowhere.csv', '--suite', ''], '--suite: "" is no attack'],
    [
      ['nowhere.csv', '--compare', 'best'],
      '--compare: "best" is no scorer; expected classic, guarded, resilient, policy, mean-rating, pagerank',
    ],
    [[...RECORD, '--seed', '-1'], '--seed: "-1" is not a count'],
    [[...RECORD, '--tolerance', '3'], '--tolerance: 3 is refused'],
    [[...RECORD, '--workers', '0'], '--workers: "0" is refused'],
    [[...RECORD, '--preset', 'best'], '--preset: "best" is unknown'],
    [[...RECORD, '--out', 'votes.csv'], '--out: '],
    [[...RECORD, '--jsn'], "unknown option '--jsn'"],
  ])('refuses %j as misuse', async (args, message) => {
    const { exit, stdout, stderr } = await attack(...args);
    expect([exit, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`peerage: ${message}`);
  });

  it('fails on a record that cannot be read', async () => {
    const { exit, stderr } = await attack('nowhere.csv');
    expect(exit).toBe(1);
    expect(stderr).toContain('nowhere.csv: ');
  });
});

describe('a share above its bound', () => {
  afterEach(() => {
    process.exitCode = undefined;
    vi.restoreAllMocks();
  });
  const report = attackEvents(community(60, 4), { suite: ['star'] });
  const broken = { ...report, breaches: [{ scenario: 'star', scorer: 'classic', share: 0.5, bound: 0.25 }] };

  it('fails the run with a sentence for each', () => {
    let told = '';
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      told += text;
      return true;
    });
    judge(report);
    expect([process.exitCode, told]).toEqual([undefined, '']);
    judge(broken);
    expect(process.exitCode).toBe(1);
    expect(told).toBe(
      'peerage: star under classic: fakes have 0.5 of all trust, and at most 0.25 is proven possible; this is a fault of peerage, please report it\n',
    );
  });

  it('is what the text says of bounds', () => {
    const text = [...renderAttacks(broken, { colour: colours({}), width: 80 })].join('').replace(/\s+/g, ' ');
    expect(text).toContain(
      'bounds 1 share of 1 above what is proven possible: star under classic; this is a fault of peerage',
    );
  });
});
