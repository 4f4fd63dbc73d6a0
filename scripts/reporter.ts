/**
 * A vitest reporter that says how a run went in one plain line, `N passed, N failed`, with `, N skipped`
 * after it where there are any. What never became a test counts as a failure too: a file that does not
 * load, a hook that throws, an error that nobody caught. With PEERAGE_COUNTS in the environment it adds
 * the three numbers to the file of that name and prints nothing, so that a caller can print one total.
 */
import { appendFileSync } from 'node:fs';
import type { Reporter, TestModule, TestSuite } from 'vitest/node';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const counts = count(modules, unhandled);
    const file = process.env.PEERAGE_COUNTS;
    if (file === undefined) process.stdout.write(`\n${line(counts)}\n`);
    else appendFileSync(file, `${counts.passed} ${counts.failed} ${counts.skipped}\n`);
  }
}

/** The plain line: no colour, nothing else on it. */
export function line({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** Every test once; a module or suite with an error of its own, and every unhandled error, as one failure. */
export function count(modules: readonly TestModule[], unhandled: readonly unknown[]): Counts {
  const counts: Counts = { passed: 0, failed: unhandled.length, skipped: 0 };
  for (const module of modules) {
    if (broken(module)) counts.failed += 1;
    for (const suite of module.children.allSuites()) if (broken(suite)) counts.failed += 1;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      // A test that is still pending at the end was cut off before it could say anything.
      counts[state === 'pending' ? 'failed' : state] += 1;
    }
  }
  return counts;
}

function broken(part: TestModule | TestSuite): boolean {
  return part.errors().length > 0;
}
