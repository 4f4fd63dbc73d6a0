/**
 * Writes docs/invariants.md: `npm run invariants [RUNS]`. Measures every invariant on every scorer of the table, as
 * `peerage invariants` does, with seed 1; 1,000 runs take about ten minutes.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Measured, measure, SUBJECTS } from '../src/cli/invariant-table.ts';
import { invariants } from '../src/testing.ts';
import { page } from './invariants-page.ts';

const runs = Number(process.argv[2] ?? 1000);
const seed = 1;
const measured: Measured[] = [];
for (const subject of SUBJECTS) {
  const began = performance.now();
  measured.push(await measure(subject, invariants, { runs, seed }));
  console.log(`${subject.name}: ${Math.round((performance.now() - began) / 1000)} s`);
}
const file = fileURLToPath(new URL('../docs/invariants.md', import.meta.url));
writeFileSync(file, `${page(invariants, measured, { runs, seed }).trimEnd()}\n`);
