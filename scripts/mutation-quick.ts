/**
 * The quick judge of `npm run mutation -- --quick [FILE...]`: Stryker's mutants of a file, all of them judged in
 * one process by scripts/mutation-quick-runner.ts, where Stryker takes a run of the tests for each. It writes the
 * report that Stryker would, marked `quick`. Not judged, and said so: what is made when a file is loaded, which it
 * is once. A mutant that hangs is counted as timed out, one that ends the process as killed, and a new process
 * goes on after it. PEERAGE_MUTATION_WORKERS files at once.
 */
import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { reportOf, survivorsOf } from './mutation-report.ts';
import { testsOf } from './mutation-tests.ts';

/** Names of temporary files, after that of the report: what is being judged, what was found, all mutants. */
export const [MARK, STATE, MUTANTS] = ['.mark', '.state', '.mutants'];

/** Stands for the test that is run while a mutant is active. */
export const MUTATED = 'mutated';

/** What is known so far of mutants, by their ids: killed and timed out with the name of the test. */
export interface Found {
  readonly killed: Record<string, string>;
  readonly timeout: Record<string, string>;
  readonly covered: Record<string, true>;
  readonly statics: Record<string, true>;
  readonly done: string[];
  readonly careful: string[];
}

/** A mutant as the instrumenter tells it, its places counted from 0. */
export interface Made {
  readonly id: string;
  readonly mutatorName: string;
  readonly replacement: string;
  readonly location: Record<'start' | 'end', { readonly line: number; readonly column: number }>;
}

const vitest = `${dirname(createRequire(import.meta.url).resolve('vitest/package.json'))}/vitest.mjs`;
const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '');

/** Judges files, so many at once; those that could not be judged. */
export async function judgeQuickly(files: readonly string[], workers: number): Promise<string[]> {
  const left = [...files];
  const failed: string[] = [];
  const work = async () => {
    for (let file = left.shift(); file !== undefined; file = left.shift()) {
      const problem = await judgeFile(file);
      if (problem === null) continue;
      failed.push(file);
      console.error(`${file}: ${problem}`);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return failed;
}

/** Judges one file and writes its report; says what went wrong, if anything did. */
async function judgeFile(file: string): Promise<string | null> {
  const tests = testsOf(file);
  if (tests.length === 0) return 'judged by nothing';
  const out = reportOf(file).replace(/\.json$/, '');
  for (const name of [MARK, STATE, MUTANTS, '.log']) rmSync(`${out}${name}`, { force: true });
  const start = Date.now();
  for (;;) {
    const before = foundIn(out);
    const { code, hung } = await runOnce(file, tests, out);
    const found = foundIn(out);
    if (code === 0) break;
    const id = /^\d+/.exec(read(`${out}${MARK}`))?.[0];
    if (id !== undefined) {
      if (found.killed[id] === undefined) found[hung ? 'timeout' : 'killed'][id] = hung ? 'hung' : 'crashed';
      writeFileSync(`${out}${STATE}`, JSON.stringify(found));
    } else if (JSON.stringify(found) === JSON.stringify(before))
      return `its tests fail as they stand\n${read(`${out}.log`).slice(-2000)}`;
  }
  if (!existsSync(`${out}${MUTANTS}`)) return 'no test loads it, or there is nothing to change';
  const found = foundIn(out);
  const source = readFileSync(file, 'utf8');
  const mutants = (JSON.parse(read(`${out}${MUTANTS}`)) as Made[]).map(({ id, location, ...made }) => ({
    id,
    ...made,
    ...statusOf(id, found),
    location: { start: fromOne(location.start), end: fromOne(location.end) },
  }));
  writeFileSync(reportOf(file), JSON.stringify({ quick: true, files: { [file]: { source, mutants } } }));
  for (const name of [MARK, STATE, MUTANTS, '.log']) rmSync(`${out}${name}`, { force: true });
  const seconds = Math.round((Date.now() - start) / 1000);
  console.log([`${file}, ${seconds} s, by ${tests.join(' ')}`, ...survivorsOf(file)].join('\n'));
  return null;
}

/** One process, until it ends or is stopped: for a mutant that hangs, or where the runner asks for another. */
function runOnce(
  file: string,
  tests: readonly string[],
  out: string,
): Promise<{ code: number; hung: boolean }> {
  rmSync(`${out}${MARK}`, { force: true });
  const log = openSync(`${out}.log`, 'w');
  const env = {
    ...process.env,
    PEERAGE_MUTATION_TESTS: tests.join(),
    PEERAGE_MUTATION_FILE: file,
    PEERAGE_MUTATION_OUT: out,
  };
  const args = [vitest, 'run', '--config', 'scripts/mutation-quick-config.ts'];
  const child = spawn(process.execPath, args, { env, detached: true, stdio: ['ignore', log, log] });
  return new Promise((resolve) => {
    let [last, since, hung] = ['', Date.now(), false];
    const stop = () => {
      clearInterval(watch);
      process.kill(-child.pid!, 'SIGKILL');
    };
    const watch = setInterval(() => {
      const now = read(`${out}${MARK}`);
      if (now === 'again') stop();
      if (now !== last) [last, since] = [now, Date.now()];
      else if (Date.now() - since > Number(now.split(' ')[1] ?? Number.POSITIVE_INFINITY)) {
        hung = true;
        stop();
      }
    }, 200);
    child.on('exit', (code) => {
      clearInterval(watch);
      resolve({ code: code ?? 1, hung });
    });
  });
}

function foundIn(out: string): Found {
  const text = read(`${out}${STATE}`);
  if (text !== '') return JSON.parse(text) as Found;
  return { killed: {}, timeout: {}, covered: {}, statics: {}, done: [], careful: [] };
}

function statusOf(id: string, { killed, timeout, covered, statics }: Found) {
  if (killed[id] !== undefined) return { status: 'Killed', killedBy: [killed[id]] };
  if (timeout[id] !== undefined) return { status: 'Timeout', killedBy: [timeout[id]] };
  return { status: covered[id] ? 'Survived' : statics[id] ? 'Ignored' : 'NoCoverage' };
}

const fromOne = ({ line, column }: { line: number; column: number }) => ({
  line: line + 1,
  column: column + 1,
});
