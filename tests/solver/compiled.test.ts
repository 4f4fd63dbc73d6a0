/** The committed kernels in WebAssembly are those of their sources. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compile, SOLVER, written } from '../../scripts/kernel.ts';

describe('kernels in WebAssembly', () => {
  it('are those that the sources compile to', async () => {
    expect(await compile(SOLVER), 'run: npm run build').toBe(readFileSync(written(SOLVER), 'utf8'));
  });
});
