/**
 * `peerage what-if` says who would move, in a table that fits a terminal or as JSON, and refuses what makes no
 * sense by the option or the line that says it. Judged by what the built program prints.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtProgram } from '../built.ts';
import { type Files, removeFolders, runWith } from './program.ts';

let program = '';
beforeAll(async () => {
  program = await builtProgram();
});
afterAll(removeFolders);

const FILES: Files = {
  'votes.csv': 'source,target,id\nada,linus,e1\nlinus,grace,e2\ngrace,ada,e3\nada,grace,e4\n',
  'held.csv': 'target,weight,issuer\nada,1,foundation\nlinus,0.5,club\n',
  'new.jsonl': '{"type":"endorse","source":"ada","target":"mary"}\n\n{"type":"retract","of":"e2"}\n',
  'soft.json': '{"damping":0.5}',
};
const RECORD = ['votes.csv', '--credentials', 'held.csv'];
const whatIf = (args: string[], files: Files = FILES, stdin = '') =>
  runWith(program, ['what-if', ...args], files, stdin);
const json = async (args: string[], files?: Files, stdin?: string) => {
  const { exit, stdout, stderr } = await whatIf([...args, '--format', 'json'], files, stdin);
  expect([exit, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
};

describe('peerage what-if', () => {
  it('tries a file of events', async () => {
    const answer = await json(['new.jsonl', ...RECORD]);
    expect(answer.arrived.map(({ contributor }: { contributor: string }) => contributor)).toEqual(['mary']);
    expect(answer.moved).toBe(3);
    expect(answer.sequence).toBe(6);
    expect(answer.bound).toBeLessThanOrEqual(2e-9 + 1e-14);
    const { exit, stdout } = await whatIf(['new.jsonl', ...RECORD]);
    expect(exit).toBe(0);
    expect(stdout).toContain('new > ');
    expect(stdout).toContain('what if        2 events of new.jsonl');
    expect(stdout).toMatch(/would change hands: \d would rise, \d would fall, 1 would come/);
    for (const line of stdout.split('\n').slice(0, 6)) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('tries what options say, several together', async () => {
    expect((await json([...RECORD, '--without', 'grace'])).gone[0].contributor).toBe('grace');
    expect((await json([...RECORD, '--without', 'grace', '--without', 'linus'])).gone).toHaveLength(2);
    expect((await json([...RECORD, '--without-statement', 'e4'])).moves).not.toEqual([]);
    expect((await json([...RECORD, '--without-issuer', 'club'])).moves).toHaveLength(3);
    expect((await json([...RECORD, '--to-policy', 'soft.json'])).policy.damping).toBe(0.5);
    const both = await json([
      ...RECORD,
      '--preset',
      'guarded',
      '--to-preset',
      'resilient',
      '--without',
      'grace',
    ]);
    expect([both.policy.balance, both.gone.length]).toEqual([0.2, 1]);
    const { stdout } = await whatIf([...RECORD, '--to-preset', 'guarded', '--top', '1']);
    expect(stdout).toContain('1 of 3 shown; --top N for more');
    expect(stdout).toContain('policy         classic: damping 0.85');
    expect(stdout).toContain('would be       guarded: damping 0.5');
  });

  it('says so where nothing moves', async () => {
    const known = { ...FILES, 'new.jsonl': '' };
    const { stdout } = await whatIf(['new.jsonl', ...RECORD], known);
    expect(stdout).toBe(
      'what if        no events of new.jsonl\nmoves          nothing: the record says all of this already\n',
    );
    expect((await json(['new.jsonl', ...RECORD], known)).total).toBe(0);
  });

  it('reads the change, or the record, from standard input', async () => {
    expect((await json(['-', ...RECORD], FILES, String(FILES['new.jsonl']))).moved).toBe(3);
    expect((await json(['new.jsonl', '-'], FILES, String(FILES['votes.csv']))).moved).toBe(3);
  });

  it.each<[string, string[], number, string]>([
    ['no file', [], 2, 'FILE: is missing; expected peerage what-if FILE...'],
    ['a change without a record', ['new.jsonl'], 2, 'expected peerage what-if CHANGES.jsonl FILE...'],
    ['standard input twice', ['-', '-'], 2, '"-" is given twice'],
    ['a format', [...RECORD, '--without', 'ada', '--format', 'csv'], 2, '--format: "csv" is unknown'],
    [
      'two policies',
      [...RECORD, '--to-policy', 'soft.json', '--to-preset', 'guarded'],
      2,
      '--to-preset: cannot',
    ],
    ['a preset', [...RECORD, '--to-preset', 'hard'], 2, '--to-preset: "hard" is unknown'],
    ['a policy', [...RECORD, '--to-policy', 'votes.csv'], 1, 'votes.csv: is not JSON'],
    ['nobody', [...RECORD, '--without', 'nobody'], 1, '--without: "nobody" is not a contributor'],
    ['no statement', [...RECORD, '--without-statement', 'c'], 1, '--without-statement: "c" is not the id'],
    ['no issuer', [...RECORD, '--without-issuer', 'bank'], 1, '--without-issuer: no credential in force'],
    ['a table as change', ['held.csv', ...RECORD], 1, 'held.csv:1: is not JSON'],
    ['no such change', ['no.jsonl', ...RECORD], 1, 'no.jsonl: there is no such file'],
  ])('refuses %s', async (_, args, exit, message) => {
    const run = await whatIf(args);
    expect([run.exit, run.stdout]).toEqual([exit, '']);
    expect(run.stderr).toContain(message);
  });

  it.each([
    ['{"type":"retract","of":"e9"}', 'bad.jsonl:3: of: "e9" is not the id'],
    ['{"type":"endorse","source":"ada"}', 'bad.jsonl:3: target: is missing'],
    ['{"type":"endorse"', 'bad.jsonl:3: the JSON ends too early'],
    ['{"type":"forget","contributor":"nobody"}', 'bad.jsonl:3: contributor: "nobody" is not a contributor'],
  ])('tells the line of %s', async (line, message) => {
    const files = { ...FILES, 'bad.jsonl': `${FILES['new.jsonl']}`.replace(/\n.*e2.*/, `\n${line}`) };
    const { exit, stdout, stderr } = await whatIf(['bad.jsonl', ...RECORD], files);
    expect([exit, stdout]).toEqual([1, '']);
    expect(stderr).toContain(message);
  });

  it('has help', async () => {
    const { exit, stdout } = await whatIf(['--help']);
    expect(exit).toBe(0);
    for (const flag of [
      '--without',
      '--without-statement',
      '--without-issuer',
      '--to-policy',
      '--to-preset',
    ]) {
      expect(stdout).toContain(flag);
    }
  });
});
