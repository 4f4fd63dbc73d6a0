/** `peerage audit` as a user runs it: text in 80 columns, JSON, groups, conditions and exit codes, misuse. */
import { beforeAll, describe, expect, it } from 'vitest';
import { builtProgram } from '../built.ts';
import { runWith } from './program.ts';

let program: string;
beforeAll(async () => {
  program = await builtProgram();
}, 180_000);

const VOTES = [
  'source,target,at',
  'ada,linus,2024-01-01',
  'ada,grace,2024-02-01',
  'linus,mary,2024-03-01',
  'grace,mary,2025-01-01',
  'mary,edsger,2025-02-01',
].join('\n');
const FILES = {
  'votes.csv': VOTES,
  'credentials.csv': 'target,issuer\nada,foundation\n',
  'groups.csv': 'id,group\nmary,"late, comers"\nedsger,"late, comers"\nnobody,"late, comers"\n',
};
const audit = (...args: string[]) =>
  runWith(program, ['audit', 'votes.csv', '--credentials', 'credentials.csv', ...args], FILES);

describe('peerage audit', () => {
  it('prints in 80 columns who holds, who carries, who issues, and what is worth saying', async () => {
    const { exit, stdout, stderr } = await audit('--group', 'groups.csv', '--since', '2024-12-31');
    expect([exit, stderr]).toEqual([0, '']);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(/^waist {10}1 contributor stands in half of all deliveries/m);
    expect(stdout).toMatch(/^ +ada\* +100\.0% 100\.0% +/m);
    expect(stdout).toMatch(/^passes through ada: \d/m);
    expect(stdout).toMatch(/foundation\s+100\.0% \(1 holder\)/);
    expect(stdout).toMatch(/^group +late, comers: 2 members/m);
    expect(stdout).toMatch(/^closed groups +none found/m);
    expect(stdout).toMatch(/^mobility +since event 4: 1 newcomer/m);
    expect(stdout).toMatch(/20,000 walks with seed 1/);
    expect(stdout).toMatch(/^findings +- 1 contributor stands in half/m);
  });

  it('prints the whole audit as JSON, the same each time', async () => {
    const { exit, stdout } = await audit('--format', 'json', '--group', 'groups.csv', '--seed', '3');
    expect(exit).toBe(0);
    const told = JSON.parse(stdout);
    expect(Object.keys(told)).toEqual(
      'policy order size sequence bound seed held waist survival through issuers groups mobility findings'.split(
        ' ',
      ),
    );
    expect(told.seed).toBe(3);
    expect(told.groups.named[0].members).toBe(2);
    expect((await audit('--format', 'json', '--group', 'groups.csv', '--seed', '3')).stdout).toBe(stdout);
  });

  it('ends with 3 where a condition holds, and says which', async () => {
    const { exit, stdout, stderr } = await audit(
      '--fail-if',
      'waist50<5',
      '--fail-if',
      'gini>0.99',
      '--fail-if',
      'spearman<1',
    );
    expect(exit).toBe(3);
    expect(stdout).toMatch(/^findings/m);
    expect(stderr).toBe(
      'peerage: --fail-if waist50<5: waist50 is 1\npeerage: --fail-if spearman<1: there is no figure spearman in this audit\n',
    );
    expect((await audit('--fail-if', 'waist50<1')).exit).toBe(0);
  });

  it.each([
    [['--fail-if', 'waste50<5'], 'did you mean waist50?'],
    [['--walks', '10'], '--walks: 10 is refused; expected a whole number from 100'],
    [['--seed', 'x'], '--seed'],
    [['--format', 'yaml'], '--format'],
    [['--holders-from', '2'], '--holders-from: 2 is refused'],
    [['--since', 'yesterday'], '--since'],
  ])('refuses %j as misuse', async (args, text) => {
    const { exit, stdout, stderr } = await audit(...args);
    expect([exit, stdout]).toEqual([2, '']);
    expect(stderr).toContain(text);
  });

  it.each([
    [
      'a group that names nobody',
      'id,group\nnobody,team\n',
      /^peerage: groups\.csv: group "team": names nobody of this community/,
    ],
    ['a group file without members', 'id,group\n', /names nobody; expected a line id,group/],
    ['a line without a group', 'mary,team\nlinus\n', /groups\.csv:2: "linus" names no member of a group/],
  ])('fails on %s', async (_, groups, text) => {
    const { exit, stderr } = await runWith(program, ['audit', 'votes.csv', '--group', 'groups.csv'], {
      ...FILES,
      'groups.csv': groups,
    });
    expect(exit).toBe(1);
    expect(stderr).toMatch(text);
  });

  it('fails on a contributor who is not there, and answers for a community of nobody', async () => {
    const { exit, stderr } = await audit('--through', 'nobody');
    expect(exit).toBe(1);
    expect(stderr).toContain('"nobody" is not a contributor');
    const empty = await runWith(program, ['audit', 'empty.csv'], { 'empty.csv': 'source,target\n' });
    expect(empty.exit).toBe(0);
    expect(empty.stdout).toContain('There is nobody in this community');
  });

  it('needs a file twice for --since, so refuses standard input', async () => {
    const { exit, stderr } = await runWith(program, ['audit', '-', '--since', '2024-01-01'], {}, VOTES);
    expect(exit).toBe(2);
    expect(stderr).toContain('--since');
  });
});
