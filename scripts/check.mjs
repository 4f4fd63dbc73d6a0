/**
 * `npm run check`: all that a commit must pass. Runs the steps in order, prints one line for each with its
 * time, and the whole output of a step that failed; goes on after a failure, so that one run shows every
 * problem; exits 1 if any step failed. The tarball is packed once and every later step judges that one.
 * `npm run check -- types lint` runs only the steps named. With PEERAGE_TESTED the tests have just been run
 * by the caller and are left out; with PEERAGE_COUNTS the counts of the steps are added to that file.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'peerage-check-'));
const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const tarball = join(folder, `${name}-${version}.tgz`);
const counts = join(folder, 'counts');
const MINUTES = 60_000;

// Steps of their own, and so left out of the tests.
const layers = ['tests/architecture.test.ts'];
const doors = ['tests/package'];

/** `needs` names an earlier step without which this one would judge something out of date. */
const steps = [
  { name: 'types', run: ['tsc', '--noEmit'] },
  { name: 'page', run: ['tsc', '--noEmit', '--project', 'report'] },
  { name: 'lint', run: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'dead', run: ['knip'] },
  { name: 'layers', run: ['vitest', 'run', ...layers] },
  {
    name: 'tests',
    run: ['vitest', 'run', ...[...layers, ...doors].flatMap((path) => ['--exclude', path])],
    minutes: 10,
  },
  { name: 'build', run: ['tsup'] },
  { name: 'pack', run: ['tsx', 'scripts/pack.ts', folder], needs: 'build' },
  { name: 'publint', run: ['publint', 'run', tarball, '--strict'], needs: 'pack' },
  { name: 'attw', run: ['attw', tarball, '--profile', 'node16'], needs: 'pack' },
  { name: 'size', run: ['size-limit'], needs: 'build' },
  { name: 'doors', run: ['vitest', 'run', ...doors], needs: 'pack' },
];

/** Ends the step that is running, with every process that it started. */
let stop = () => {};
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    stop();
    rmSync(folder, { recursive: true, force: true });
    process.exit(1);
  });
}

/** Runs one command and resolves with its exit code and all that it printed. */
function execute([program, ...args], minutes) {
  const env = { ...process.env, PEERAGE_COUNTS: counts, PEERAGE_TARBALL: tarball };
  env.PATH = [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  // The tests build and pack for themselves: what they judge must not depend on a step that follows.
  if (!existsSync(tarball)) delete env.PEERAGE_TARBALL;
  rmSync(counts, { force: true });
  return new Promise((resolve) => {
    let output = '';
    const gather = (text) => {
      output += text;
    };
    // A group of its own, so that a worker which never yields can be ended with the runner that waits for it.
    const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    stop = () => {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    const limit = setTimeout(() => {
      gather(`\nstopped after ${minutes} minutes\n`);
      stop();
    }, minutes * MINUTES);
    child.stdout.on('data', gather);
    child.stderr.on('data', gather);
    child.on('error', (error) => gather(`${error}\n`));
    child.on('close', (code) => {
      clearTimeout(limit);
      stop = () => {};
      resolve({ code, output });
    });
  });
}

/** What the tests of a step counted, in words; nothing for a step without tests. */
function counted() {
  if (!existsSync(counts)) return '';
  const [passed, failed, skipped] = readFileSync(counts, 'utf8').trim().split(' ').map(Number);
  return `  ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function tell(mark, step, rest) {
  console.log(`${mark.padEnd(9)}${step.name.padEnd(9)}${rest}`);
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((word) => !steps.some((step) => step.name === word));
if (unknown.length > 0) {
  console.error(`unknown step: ${unknown.join(', ')}; expected ${steps.map((step) => step.name).join(', ')}`);
  process.exit(2);
}

// A step that is asked for brings those that it needs.
for (const step of steps.toReversed()) {
  if (wanted.includes(step.name) && step.needs) wanted.push(step.needs);
}

const failed = new Set();
let passed = 0;
for (const step of steps) {
  if (wanted.length > 0 && !wanted.includes(step.name)) continue;
  if (step.name === 'tests' && process.env.PEERAGE_TESTED) {
    tell('skipped', step, 'npm test has just run them');
  } else if (failed.has(step.needs)) {
    tell('FAILED', step, `not run: it needs ${step.needs}`);
    failed.add(step.name);
  } else {
    const start = Date.now();
    const { code, output } = await execute(step.run, step.minutes ?? 5);
    const seconds = `${((Date.now() - start) / 1000).toFixed(1).padStart(6)} s`;
    tell(code === 0 ? 'ok' : 'FAILED', step, `${seconds}${counted()}`);
    if (code === 0) passed += 1;
    else {
      failed.add(step.name);
      console.log(`\n$ ${step.run.join(' ')}\n${output.trim()}\n`);
    }
  }
}
rmSync(folder, { recursive: true, force: true });
if (process.env.PEERAGE_COUNTS) {
  appendFileSync(process.env.PEERAGE_COUNTS, `${passed} ${failed.size} 0\n`);
} else {
  console.log(`\ncheck: ${passed} passed, ${failed.size} failed`);
}
process.exitCode = failed.size > 0 ? 1 : 0;
