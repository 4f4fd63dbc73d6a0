/**
 * The tests that judge the mutants of one file: those that scripts/mutation.ts names, in its order, since the
 * first failure ends a mutant. Each property from a fixed seed, nothing shrunk: nobody reads what it shrinks to.
 */

import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const named = (process.env.PEERAGE_MUTATION_TESTS ?? '').split(',').filter((path) => path !== '');
const place = ({ moduleId }: TestSpecification) => named.findIndex((path) => moduleId.endsWith(path));

class AsNamed extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((one, other) => place(one) - place(other));
  }
}

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'threads',
    include: named,
    sequence: { sequencer: AsNamed },
    setupFiles: 'tests/mutation-seed.ts',
  },
});
