/**
 * Which tests judge the mutants of which file: the file of tests of its own name, where there is one, and
 * those that are named here, quick ones first, since the first failure ends a mutant.
 */
import { existsSync } from 'node:fs';

const FURTHER: Readonly<Record<string, readonly string[]>> = {
  'insight/chain': ['insight/walks'],
  'insight/held': ['insight/mobility'],
  'insight/through': ['insight/expect'],
  'insight/explain/endorser': ['insight/explain/by-hand', 'insight/explain/words', 'insight/explain'],
  'insight/explain/explain': ['insight/explain/by-hand', 'insight/explain/words', 'insight/explain'],
  'insight/explain/inward': ['insight/explain/by-hand', 'insight/explain'],
  'insight/explain/origin': ['insight/explain/by-hand', 'insight/explain'],
  'insight/explain/path': ['insight/explain/by-hand', 'insight/explain'],
  'solver/bound': ['solver/residual', 'solver/sweep'],
  'solver/delivery': ['solver/residual'],
};

/** Paths of tests, from a path of a source. */
export function testsOf(file: string): string[] {
  const path = file.replace(/^src\//, '').replace(/\.ts$/, '');
  const own = `tests/${path}.test.ts`;
  const further = (FURTHER[path] ?? []).map((name) => `tests/${name}.test.ts`);
  return [...(existsSync(own) ? [own] : []), ...further];
}
