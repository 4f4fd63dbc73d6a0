/**
 * The tests that judge the mutants of one file in one process: as stryker.vitest.config.ts has it, with the file
 * as Stryker's instrumenter writes it, all mutants in it and none active, and the runner that activates them.
 * The instrumenter is the one that Stryker comes with.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Plugin } from 'vite';
import { mergeConfig } from 'vitest/config';
import stryker from '../stryker.vitest.config.ts';
import { type Made, MUTANTS, MUTATED } from './mutation-quick.ts';

const { PEERAGE_MUTATION_FILE: file = '', PEERAGE_MUTATION_OUT: out = '' } = process.env;

interface Instrumenter {
  instrument(
    files: readonly object[],
    options: object,
  ): Promise<{ files: { content: string }[]; mutants: Made[] }>;
}

/** Says nothing: its levels are asked whether they are on, and called. */
const silent = new Proxy({}, { get: () => () => false });

/** Counts who comes by in plain runs alone: it takes longer than most of what is run. */
function uncounted(code: string): string {
  const [before, ...after] = code.split('var c = cov.static;');
  if (after.length !== 1) throw new Error('this is not what Stryker writes');
  return `${before}if (ns.currentTestId === '${MUTATED}') return;\nvar c = cov.static;${after[0]}`;
}

const mutants: Plugin = {
  name: 'mutants',
  enforce: 'pre',
  async transform(_, id) {
    const name = id.split('?')[0]!;
    if (!name.endsWith(`/${file}`)) return undefined;
    const core = createRequire(createRequire(import.meta.url).resolve('@stryker-mutator/core'));
    const made = (await import(core.resolve('@stryker-mutator/instrumenter'))) as {
      Instrumenter: new (log: object) => Instrumenter;
    };
    const source = { name, content: readFileSync(name, 'utf8'), mutate: true };
    const result = await new made.Instrumenter(silent).instrument([source], {
      plugins: null,
      excludedMutations: [],
      ignorers: [],
    });
    writeFileSync(`${out}${MUTANTS}`, JSON.stringify(result.mutants));
    return { code: uncounted(result.files[0]!.content), map: null };
  },
};

export default mergeConfig(stryker, {
  plugins: [mutants],
  test: {
    // Each test is run once for every mutant; who hangs is found from outside.
    testTimeout: 3_600_000,
    hookTimeout: 600_000,
    maxWorkers: 1,
    fileParallelism: false,
    dangerouslyIgnoreUnhandledErrors: true,
    runner: 'scripts/mutation-quick-runner.ts',
    reporters: ['dot'],
  },
});
