/**
 * Runs the README, from the packed package, in a folder that has what a clone has (dist, datasets). Each
 * ```ts and ```js block is a program of its own: it must run, and in TypeScript pass strict checks. A
 * statement that prints may say what in a comment beside it, `console.log(x); // 0.5`, or one line each
 * below it, `// => 0.5`; any other expression or declaration may say its value, `f(x); // => 0.5`. In an
 * expected text `...` stands for any text. A block whose name says `.test.` is run by vitest instead.
 * Each command in a ```sh block that is ours (npm start, npx peerage, node dist/cli.js, a script, `$ ` before it or
 * not) must exit 0; a ```text block right after it is what its last command prints, in which a line `...`
 * stands for any lines. Any block with a name after its language, ```csv trust.csv, is written as a file of
 * that name first. Blocks within a quotation or HTML are not seen. PEERAGE_README names another file.
 */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { install, manifest, ROOT } from '../scripts/pack.ts';
import { type Block, blocksOf, programOf } from './readme/blocks.ts';
import { matchLines } from './readme/compare.ts';

const readme = process.env.PEERAGE_README ?? join(ROOT, 'README.md');
const blocks = blocksOf(existsSync(readme) ? readFileSync(readme, 'utf8') : '');
const code = blocks.filter(({ language }) => language === 'ts' || language === 'js');
const shell = blocks.filter(({ language }) => language === 'sh');
const { scripts, devDependencies } = manifest();

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'peerage-readme-')));
const place = ({ line, language }: Block, mark = '') => join(folder, `README${mark}-${line}.m${language}`);

beforeAll(() => {
  if (inject('unpacked') !== '') throw new Error(inject('unpacked'));
  const home = install(inject('tarball'), folder, Object.keys(devDependencies));
  symlinkSync(join(home, 'dist'), join(folder, 'dist'));
  symlinkSync(join(ROOT, 'datasets'), join(folder, 'datasets'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const { language, name, text } of blocks) {
    if (name !== '' && !['sh', 'text'].includes(language))
      writeFileSync(join(folder, name), `${ours(text)}\n`);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(program: string, args: string[]): string {
  // A port that no other run of these tests is likely to take.
  const port = String(20_000 + (process.pid % 20_000));
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, PORT: port };
  return execFileSync(program, args, {
    cwd: folder,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

it('has code and commands', () => {
  expect(code.length).toBeGreaterThan(0);
  expect(shell.flatMap(commandsOf).length).toBeGreaterThan(0);
});

describe.each(code.map((block) => [block.line, block] as const))('the code at line %d', (_, block) => {
  it('runs, and does what it says', () => {
    if (/\.test\.[jt]s$/.test(block.name)) {
      run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', block.name]);
      return;
    }
    const expects = pathToFileURL(join(ROOT, 'tests/readme/expects.ts')).href;
    writeFileSync(place(block), programOf(block, expects));
    run(process.execPath, ['--import', import.meta.resolve('tsx'), place(block)]);
  });

  if (block.language === 'js') return;
  it('passes strict type checks', () => {
    const file = place(block, '-types');
    writeFileSync(file, `${'\n'.repeat(block.line - 1)}${block.text}\nexport {};\n`);
    const program = ts.createProgram([file], {
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      target: ts.ScriptTarget.ES2022,
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      typeRoots: [join(ROOT, 'node_modules/@types')],
      types: ['node'],
    });
    const told = ts.getPreEmitDiagnostics(program).map(({ start, file, messageText }) => {
      const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start ?? 0).line + 1;
      return `README line ${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
    expect(told).toEqual([]);
  });
});

describe.each(
  shell.filter((block) => commandsOf(block).length > 0).map((block) => [block.line, block] as const),
)('the commands at line %d', (_, block) => {
  it('exit 0, and print what follows', () => {
    let output = '';
    for (const command of commandsOf(block)) output = run('bash', ['-euo', 'pipefail', '-c', command]);
    if (block.next?.language !== 'text') return;
    const [lines, expected] = [output.trimEnd(), block.next.text].map((text) => text.split('\n'));
    // Told as two texts, so that the difference is shown line by line.
    if (!matchLines(lines, expected)) expect(lines.join('\n')).toBe(expected.join('\n'));
  });
});

/** The commands of a block that are ours, as they can be run without a registry. */
function commandsOf({ text }: Block): string[] {
  const lines = text.replaceAll(/\\\n\s*/g, ' ').split('\n');
  return lines
    .map((line) => line.replace(/^\$ /, '').replace(/^(npm ci && )?npm start\b/, scripts.start))
    .filter((line) => /^(npx peerage|node dist\/cli\.js|bash \w+\.sh)\b/.test(line))
    .map(ours);
}

/** The program by its place, since without a registry npx finds nothing. */
function ours(text: string): string {
  return text.replaceAll('npx peerage', 'node node_modules/peerage/dist/cli.js');
}
