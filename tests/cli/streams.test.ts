/**
 * Files, pipes and terminals, on the built program: what is written appears whole or not at all, a closed
 * pipe is no error, and what a terminal gets to see is meant for it.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtProgram } from '../built.ts';
import { folderOf, removeFolders, run } from './program.ts';

let program: string;
beforeAll(async () => {
  program = await builtProgram();
}, 180_000);
afterAll(removeFolders);

const data = { 'data.csv': 'source,target\nada,linus\nlinus,grace\ngrace,ada\ngrace,linus\n' };

describe('--out', () => {
  it('writes the format that its name says, and nothing to standard output', async () => {
    const folder = folderOf(data);
    for (const name of ['scores.csv', 'scores.json', 'scores.jsonl', 'scores.txt']) {
      expect(await run(program, ['score', 'data.csv', '--out', name], { folder })).toEqual({
        exit: 0,
        stdout: '',
        stderr: '',
      });
    }
    const text = (name: string) => readFileSync(join(folder, name), 'utf8');
    expect(text('scores.csv')).toMatch(/^contributor,trust,/);
    expect(JSON.parse(text('scores.json')).order).toBe(3);
    expect(JSON.parse(text('scores.jsonl').split('\n')[0]!).rank).toBe(1);
    expect(text('scores.txt')).toMatch(/^rank +contributor /);
    expect(readdirSync(folder)).toHaveLength(5);
  });

  it('leaves the file that was there where the run fails', async () => {
    const folder = folderOf({ 'data.csv': 'source,target\nada\n', 'scores.csv': 'the old scores' });
    const { exit } = await run(program, ['score', 'data.csv', '--out', 'scores.csv'], { folder });
    expect(exit).toBe(1);
    expect(readFileSync(join(folder, 'scores.csv'), 'utf8')).toBe('the old scores');
    expect(readdirSync(folder).sort()).toEqual(['data.csv', 'scores.csv']);
  });

  it('leaves no part of a file when it is interrupted', async () => {
    const folder = folderOf({ 'scores.csv': 'the old scores' });
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', new URL('endless.ts', import.meta.url).pathname, join(folder, 'scores.csv')],
      { stdio: 'inherit' },
    );
    const ended = new Promise((resolve) => child.on('close', resolve));
    const started = () => readdirSync(folder).some((name) => name.endsWith('.tmp'));
    // The check beforehand also makes a file, but removes it at once.
    for (let seen = 0; seen < 5; seen = started() ? seen + 1 : 0) await sleep(20);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(readdirSync(folder)).toEqual(['scores.csv']);
    expect(readFileSync(join(folder, 'scores.csv'), 'utf8')).toBe('the old scores');
  });
});

describe('standard output', () => {
  it('that is closed early ends the program quietly', async () => {
    const many = Array.from({ length: 20_000 }, (_, k) => `user${k},user${(k * 7919) % 20_011}`);
    const folder = folderOf({ 'data.csv': `source,target\n${many.join('\n')}\n` });
    for (const format of ['jsonl', 'json', 'csv']) {
      const child = spawn(process.execPath, [program, 'score', 'data.csv', '--format', format], {
        cwd: folder,
      });
      let stderr = '';
      child.stderr.on('data', (chunk) => (stderr += chunk));
      child.stdout.once('data', () => child.stdout.destroy());
      const exit = await new Promise((resolve) => child.on('close', resolve));
      expect({ format, exit, stderr }).toEqual({ format, exit: 0, stderr: '' });
    }
  });

  it.skipIf(process.platform !== 'linux')('that is full is an error (skipped without /dev/full)', () => {
    const folder = folderOf(data);
    const { status, stderr } = spawnSync(
      'sh',
      ['-c', `"$1" "$2" score data.csv > /dev/full`, 'sh', process.execPath, program],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    );
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'peerage: standard output: cannot be written (no space is left)\n',
    });
  });
});

const terminal = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;

describe.skipIf(!terminal)('a terminal (skipped where the program "script" of util-linux is missing)', () => {
  /** What the program shows on a terminal of 90 columns; `shell` may redirect one of its streams. */
  function shown(shell: string, env: Record<string, string> = {}): string {
    return execFileSync('script', ['-qec', `stty cols 90; ${shell}`, '/dev/null'], {
      cwd: folderOf(data),
      encoding: 'utf8',
      env: { ...process.env, TERM: 'xterm', NO_COLOR: '', PEERAGE: `${process.execPath} ${program}`, ...env },
    }).replaceAll('\r\n', '\n');
  }

  it('gets notes on standard error, unless it wants quiet', () => {
    expect(shown('$PEERAGE score data.csv --format csv --exclude nobody > scores.csv')).toBe(
      '\u001b[2mnote: --exclude nobody matched no contributor\u001b[22m\n' +
        '\u001b[2mnote: no guarantee against fake accounts: no credential is in force, so every account, a fake one too, ' +
        'has restart of its own (--credentials FILE gives it to those you name)\u001b[22m\n',
    );
    expect(shown('$PEERAGE score data.csv --format csv --exclude nobody --quiet > scores.csv')).toBe('');
  });

  it('gets colour, unless NO_COLOR is set', () => {
    expect(shown('$PEERAGE score data.csv --quiet')).toContain('\u001b[1mcontributor');
    expect(shown('$PEERAGE score data.csv', { NO_COLOR: '1' })).not.toContain('\u001b[');
    expect(shown('$PEERAGE score data.csv --quiet | cat', { FORCE_COLOR: '1' })).not.toContain('\u001b[');
  });

  it('gets lines that fit it', () => {
    const lines = shown('$PEERAGE score data.csv --quiet', { NO_COLOR: '1' }).split('\n');
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(90);
  });
});
