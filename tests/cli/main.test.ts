/** The program around the work: version, help, `peerage policy`, and how it ends. Runs what is built. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { version } from '../../package.json';
import { builtProgram } from '../built.ts';
import { folderOf, removeFolders, run, runWith } from './program.ts';

let program: string;
beforeAll(async () => {
  program = await builtProgram();
}, 180_000);
afterAll(removeFolders);

/** Runs and expects success and silence; returns what was printed. */
async function printed(args: string[], files = {}, stdin: string | Uint8Array = ''): Promise<string> {
  const { exit, stdout, stderr } = await runWith(program, args, files, stdin);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  return stdout;
}

describe('peerage policy', () => {
  it('prints every default, and reads back what it printed', async () => {
    const text = await printed(['policy', '--preset', 'resilient', '--half-life', '365']);
    expect(JSON.parse(text)).toEqual({
      damping: 0.5,
      balance: 0.2,
      cap: 8,
      objectionWeight: 1,
      reserve: 0,
      concavity: 'linear',
      halfLife: 365,
      kinds: null,
    });
    expect(await printed(['policy', '--policy', 'p.json'], { 'p.json': text })).toBe(text);
    expect(
      JSON.parse(await printed(['policy', '--policy', 'p.json', '--cap', 'none'], { 'p.json': text })).cap,
    ).toBeNull();
  });
});

describe('peerage', () => {
  it('says its version', async () => {
    expect(await printed(['--version'])).toBe(`${version}\n`);
  });

  it('helps where it is asked to', async () => {
    expect(await printed(['--help'])).toMatch(/^Usage: peerage /);
    expect(await printed(['score', '--help'])).toMatch(
      /^Usage: peerage score FILE\.\.\. \[options\]\n[\s\S]*--skip-bad/,
    );
    expect(await printed(['help', 'policy'])).toMatch(/^Usage: peerage policy /);
  });

  it('without a command is misuse: the help goes to standard error', async () => {
    const { exit, stdout, stderr } = await runWith(program, []);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toBe(await printed(['--help']));
  });

  it('shows no stack, unless it is asked to', async () => {
    const folder = folderOf();
    const args = ['score', 'nowhere.csv'];
    expect((await run(program, args, { folder })).stderr.split('\n')).toHaveLength(2);
    expect((await run(program, args, { folder, env: { PEERAGE_DEBUG: '1' } })).stderr).toMatch(/\n {4}at /);
  });

  it('does not wait for a standard input that nobody closes', async () => {
    const child = spawn(process.execPath, [program, 'score', '-'], { stdio: ['pipe', 'ignore', 'ignore'] });
    child.stdin.on('error', () => {});
    child.stdin.write('source,target\n,linus\n');
    // Enough for the reader not to wait for a whole chunk of its own.
    child.stdin.write('ada,linus\n'.repeat(100_000));
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(1);
  });

  it('leaves the record as it was', async () => {
    const record = 'source,target\nada,linus\n';
    const folder = folderOf({ 'data.csv': record });
    expect(await run(program, ['score', 'data.csv'], { folder })).toMatchObject({ exit: 0 });
    expect(readFileSync(join(folder, 'data.csv'), 'utf8')).toBe(record);
  });
});
