/**
 * Tests mirror src. Two projects, because two subjects are judged: `source` runs the TypeScript as it
 * stands; `packed` judges the built and packed package, which its set-up makes once for all its files.
 * fast-check draws a new seed each run and prints it, with the path, on a failure; PEERAGE_SEED fixes it.
 */
import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';
import { CountsReporter } from './scripts/reporter.ts';

/** Examples import the package by its name; here that is the source. */
const source = (file: string) => fileURLToPath(new URL(`src/${file}`, import.meta.url));
const alias = [
  { find: /^peerage$/, replacement: source('index.ts') },
  { find: /^peerage\/(.+)$/, replacement: source('$1.ts') },
];

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
        resolve: { alias },
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
