/**
 * Runs each test once as it stands, which says which mutants it comes by, and then once for each of these that
 * is still alive: all in the process that loaded the file, so that a mutant costs no more than its tests. What is
 * found is kept in a state file after each step, so that a process that hangs is followed by one that goes on.
 * Relies on: tests that can be run again; others judge nothing. One whose plain run fails after mutants spoiled
 * something it shares is run carefully: plainly after each mutant that it noticed, in a new process where that fails.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { RunnerTestCase } from 'vitest';
import { TestRunner } from 'vitest';
import { type Found, MARK, MUTATED, STATE } from './mutation-quick.ts';

/** What instrumented code reads and writes: which mutant is active, how often it may come by, who came by. */
interface Switch {
  activeMutant?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  currentTestId?: string | undefined;
  mutantCoverage?: {
    static: Record<string, number>;
    perTest: Record<string, Record<string, number>>;
  };
}

/** As Stryker does: a loop that goes on a hundred times as long as it should does not end. */
const MOST_HITS = 100;
/** Milliseconds that a mutant may take: this, or so many times what the plain run took. */
const [PATIENCE, SLOWER] = [20_000, 8];
/** Milliseconds that a plain run may take. */
const PLAIN = 180_000;

const [marked, stated] = [
  `${process.env.PEERAGE_MUTATION_OUT}${MARK}`,
  `${process.env.PEERAGE_MUTATION_OUT}${STATE}`,
];
const found: Found = existsSync(stated)
  ? JSON.parse(readFileSync(stated, 'utf8'))
  : { killed: {}, timeout: {}, covered: {}, statics: {}, done: [], careful: [] };
const shared = globalThis as { __stryker__?: Switch };
shared.__stryker__ ??= {};
const flag = shared.__stryker__;

const keep = () => writeFileSync(stated, JSON.stringify(found));
const mark = (what: string) => writeFileSync(marked, what);
const alive = (id: string) => found.killed[id] === undefined && found.timeout[id] === undefined;

/** Asks for a process of its own for what follows: this one is stopped. */
async function startAgain(): Promise<never> {
  keep();
  mark('again');
  return new Promise<never>(() => setInterval(() => undefined, 1000));
}

/** Runs a test under one mutant, and keeps what came of it. */
async function judge(id: string, hits: number, test: RunnerTestCase, run: () => unknown): Promise<void> {
  flag.hitCount = 0;
  flag.hitLimit = hits * MOST_HITS;
  flag.activeMutant = id;
  flag.currentTestId = MUTATED;
  try {
    await run();
  } catch (error) {
    const endless = String((error as Error)?.message).includes('Hit count limit');
    found[endless ? 'timeout' : 'killed'][id] = test.name;
  } finally {
    flag.activeMutant = undefined;
    flag.currentTestId = undefined;
    flag.hitCount = undefined;
  }
}

export default class extends TestRunner {
  async runTask(test: RunnerTestCase): Promise<void> {
    const run = TestRunner.getTestFn(test) as () => unknown;
    flag.mutantCoverage ??= { static: {}, perTest: {} };
    for (const id of Object.keys(flag.mutantCoverage.static)) found.statics[id] = true;
    flag.currentTestId = test.id;
    mark(`plain ${PLAIN}`);
    await run();
    flag.currentTestId = undefined;
    const hits = Object.entries(flag.mutantCoverage.perTest[test.id] ?? {});
    if (found.done.includes(test.id) || hits.length === 0) return mark('none');
    // Once more, since counting takes longer than the rest.
    const start = Date.now();
    if (!(await stands(run))) {
      // It leaves something behind for its hooks to clear away: it judges nothing, and is counted as survived.
      for (const [id] of hits) found.covered[id] = true;
      keep();
      return mark('none');
    }
    const patience = Math.max(PATIENCE, SLOWER * (Date.now() - start));
    const careful = found.careful.includes(test.id);
    const dead: string[] = [];
    for (const [id, count] of hits) {
      found.covered[id] = true;
      if (!alive(id)) continue;
      mark(`${id} ${patience}`);
      await judge(id, count, test, run);
      if (alive(id)) continue;
      dead.push(id);
      if (careful && !(await stands(run))) await startAgain();
      keep();
    }
    if (!careful && dead.length > 0 && !(await stands(run))) {
      for (const id of dead) {
        delete found.killed[id];
        delete found.timeout[id];
      }
      found.careful.push(test.id);
      await startAgain();
    }
    found.done.push(test.id);
    keep();
    mark('none');
  }
}

/** Whether the test still holds without any mutant. */
async function stands(run: () => unknown): Promise<boolean> {
  try {
    mark(`plain ${PLAIN}`);
    flag.currentTestId = MUTATED;
    await run();
    return true;
  } catch {
    return false;
  } finally {
    flag.currentTestId = undefined;
  }
}
