/**
 * Tests mirror src. Two projects, because two subjects are judged: `source` runs the TypeScript as it
 * stands; `packed` judges the built and packed package, which its set-up makes once for all its files.
 * fast-check draws a new seed each run and prints it, with the path, on a failure; PEERAGE_SEED fixes it.
 */
import { configDefaults, defineConfig } from 'vitest/config';
import { CountsReporter } from './scripts/reporter.ts';

const packed = ['tests/package/**/*.test.ts', 'tests/readme.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default', new CountsReporter()],
    projects: [
      {
        extends: true,
        test: {
          name: 'source',
          include: ['tests/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...packed],
          setupFiles: 'tests/seed.ts',
        },
      },
      {
        extends: true,
        test: { name: 'packed', include: packed, globalSetup: 'tests/package/setup.ts', testTimeout: 60_000 },
      },
    ],
    coverage: { include: ['src/**'] },
  },
});
