/**
 * Which tests judge the mutants of which file: the file of tests of its own name, where there is one, and
 * those that are named here, quick ones first, since the first failure ends a mutant. Where its own are named
 * among these, they have their place there.
 */
import { existsSync } from 'node:fs';

const FURTHER: Readonly<Record<string, readonly string[]>> = {
  'insight/chain': ['insight/walks'],
  'insight/explain/endorser': ['insight/explain/by-hand', 'insight/explain/words', 'insight/explain'],
  'insight/explain/explain': ['insight/explain/by-hand', 'insight/explain/words', 'insight/explain'],
  'insight/explain/inward': ['insight/explain/by-hand', 'insight/explain'],
  'insight/explain/origin': ['insight/explain/by-hand', 'insight/explain'],
  'insight/explain/path': ['insight/explain/by-hand', 'insight/explain'],
  'insight/through': ['insight/expect'],
  'solver/along': ['insight/dial'],
  'solver/bound': ['solver/residual'],
  'solver/kernel/arrange': ['solver/components'],
  'solver/cells': ['solver/pool', 'solver/absorbed'],
  'solver/components': ['solver/sweep'],
  'solver/deliver': ['solver/pool', 'engine/kernels'],
  'solver/delivery': ['solver/residual'],
  'solver/kernel/frame': ['solver/kernel/plain', 'solver/kernel/choose'],
  'solver/kernel/plain': ['solver/sweep'],
  'solver/kernel/sorting': ['solver/columns'],
  'solver/patched': ['solver/overlay'],
  'solver/region': ['solver/sweep'],
  'solver/row-delivery': ['solver/pool', 'solver/absorbed', 'engine/kernels'],
  'solver/pool': ['solver/absorbed', 'engine/kernels'],
  'solver/settle': ['solver/effort', 'solver/absorbed', 'solver/settle'],
  'solver/sweep': ['solver/components'],
};

/** Paths of tests, from a path of a source. */
export function testsOf(file: string): string[] {
  const path = file.replace(/^src\//, '').replace(/\.ts$/, '');
  const own = `tests/${path}.test.ts`;
  const further = (FURTHER[path] ?? []).map((name) => `tests/${name}.test.ts`);
  return [...(existsSync(own) && !further.includes(own) ? [own] : []), ...further];
}
