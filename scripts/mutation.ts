/**
 * Mutation tests of src/solver and src/insight: `npm run mutation [-- [--quick] FILE...]`. Stryker changes one thing
 * of a file at a time, and the tests that scripts/mutation-tests.ts names for it have to notice. File by file, so
 * that each mutant is judged by what is about it and by little else; reports in mutation/, one a file, and
 * docs/mutation.md from all that are there. Static mutants are judged too, except by the quick judge of
 * scripts/mutation-quick.ts. PEERAGE_MUTATION_WORKERS processes at once.
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { judgeQuickly } from './mutation-quick.ts';
import { REPORTS, reportOf, writeTable } from './mutation-report.ts';
import { testsOf } from './mutation-tests.ts';

/** What is compiled to WebAssembly, and what only names places in memory. */
const LEFT_OUT = /kernel\/(assembly\/|(bytes|slots|sort-slots|places)\.ts)/;

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const workers = Number(process.env.PEERAGE_MUTATION_WORKERS ?? 1);
const all = ['src/insight', 'src/solver']
  .flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: 'utf8' }).map((name) => `${room}/${name}`),
  )
  .filter((file) => file.endsWith('.ts') && !LEFT_OUT.test(file))
  .sort();
const files = positionals.length > 0 ? positionals.map((file) => relative('.', file)) : all;
mkdirSync(REPORTS, { recursive: true });
const failed = values.quick ? await judgeQuickly(files, workers) : await judgeEach(files);
writeTable(all);
process.exitCode = failed.length > 0 ? 1 : 0;

/** Judges file after file by a run of the tests for each mutant; those that could not be judged. */
async function judgeEach(files: readonly string[]): Promise<string[]> {
  const failed: string[] = [];
  for (const file of files) {
    const tests = testsOf(file);
    console.log(`${file}, judged by ${tests.join(' ') || 'nothing'}`);
    if (tests.length === 0) continue;
    process.env.PEERAGE_MUTATION_TESTS = tests.join();
    try {
      await new Stryker({
        mutate: [file],
        testRunner: 'vitest',
        vitest: { configFile: 'stryker.vitest.config.ts', related: false },
        plugins: ['@stryker-mutator/vitest-runner'],
        coverageAnalysis: 'perTest',
        concurrency: workers,
        // Long enough for a busy machine: what is slow is not killed.
        timeoutMS: 30_000,
        timeoutFactor: 8,
        disableTypeChecks: false,
        tempDirName: '.stryker',
        ignorePatterns: ['bench', 'datasets', 'dist', 'docs', 'mutation', 'report'],
        reporters: ['clear-text', 'json', 'progress-append-only'],
        jsonReporter: { fileName: reportOf(file) },
        clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
      }).runMutationTest();
    } catch (error) {
      failed.push(file);
      console.error(`${file}: ${(error as Error).message}`);
    }
  }
  return failed;
}
