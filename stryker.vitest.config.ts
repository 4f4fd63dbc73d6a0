/**
 * The tests that mutation testing runs: those of the rooms it mutates, as they stand, each property from a
 * fixed seed and ended by its first failure, since nobody reads what it shrinks to.
 */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'threads',
    include: ['tests/{solver,insight}/**/*.test.ts', 'tests/engine/{found,model,kernels,refused}.test.ts'],
    // Instrumented sources do not compile to the kernels that are committed.
    testNamePattern: /^(?!.*are those that the sources compile to)/,
    setupFiles: 'tests/mutation-seed.ts',
  },
});
