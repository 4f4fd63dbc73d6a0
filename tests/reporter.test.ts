/**
 * The counts that a run ends with, on a small suite with one of everything that can go wrong: what never
 * became a test must not pass unseen. Each case is a run of vitest of its own.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const reporter = pathToFileURL(join(root, 'scripts/reporter.ts')).href;
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'peerage-reporter-'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(
    join(folder, 'vitest.config.mjs'),
    `import { CountsReporter } from '${reporter}';
     export default { test: { reporters: ['default', new CountsReporter()] } };`,
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs these files, and returns the exit status and the lines printed. */
function run(files: Record<string, string>, counts?: string) {
  for (const [name, text] of Object.entries(files)) {
    const imports = `import { beforeAll, describe, expect, it } from 'vitest';\n`;
    writeFileSync(join(folder, `${name}.test.ts`), imports + text);
  }
  const env = { ...process.env, NO_COLOR: undefined, FORCE_COLOR: '1', PEERAGE_COUNTS: counts };
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), 'run'],
    {
      cwd: folder,
      env,
      encoding: 'utf8',
    },
  );
  return { status, lines: stdout.trimEnd().split('\n') };
}

const GOOD = `it('a', () => {}); it('b', () => {});`;

it('are the last line, plain', () => {
  const { status, lines } = run({ good: GOOD });
  expect(lines.at(-1)).toBe('2 passed, 0 failed');
  expect(status).toBe(0);
});

it.each([
  ['a test that fails', `it('c', () => expect(1).toBe(2));`, '2 passed, 1 failed'],
  ['a file that does not load', `throw new Error('no');`, '2 passed, 1 failed'],
  ['a file that cannot be read as code', `it('c', () => {`, '2 passed, 1 failed'],
  ['a file without a test', '', '2 passed, 1 failed'],
  [
    'an error that nobody catches',
    `it('c', () => { setTimeout(() => { throw new Error('no'); }); });`,
    '3 passed, 1 failed',
  ],
  [
    'a hook that fails',
    `describe('d', () => { beforeAll(() => { throw new Error('no'); }); it('c', () => {}); });`,
    '2 passed, 1 failed, 1 skipped',
  ],
])('count %s as failed', (_, text, line) => {
  const { status, lines } = run({ good: GOOD, bad: text });
  expect(lines.at(-1)).toBe(line);
  expect(status).not.toBe(0);
});

it('count what is skipped, and what is to do, apart', () => {
  const { status, lines } = run({ good: GOOD, later: `it.skip('c', () => {}); it.todo('d');` });
  expect(lines.at(-1)).toBe('2 passed, 0 failed, 2 skipped');
  expect(status).toBe(0);
});

it('go to the file that PEERAGE_COUNTS names, and nowhere else', () => {
  const counts = join(folder, 'counts');
  const { lines } = run({ good: GOOD, bad: `it('c', () => expect(1).toBe(2));` }, counts);
  expect(lines.filter((line) => /\d+ passed, \d+ failed/.test(line))).toEqual([]);
  expect(existsSync(counts) && readFileSync(counts, 'utf8')).toBe('2 1 0\n');
});
