/**
 * Explains every contributor of random communities, by endorser (also in depth), origin and path, and adds
 * the parts up again. Prints one line with the largest difference from the score; exits 1 above 1e-12.
 *
 *     npx tsx scripts/readd.ts --count 1000 --seed 1
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { readd } from '../tests/insight/readd.ts';
import { cases } from '../tests/witness/arbitraries.ts';

const MOST = 1e-12;
const { values } = parseArgs({
  options: { count: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
});
const ledgers = fc.sample(cases(), { numRuns: Number(values.count), seed: Number(values.seed) });
let largest = 0;
let explanations = 0;
for (const ledger of ledgers) {
  const found = readd(ledger);
  largest = Math.max(largest, found.largest);
  explanations += found.count;
}
const [communities, count] = [ledgers.length, explanations].map((number) => number.toLocaleString('en-US'));
console.log(
  `Explanation parts re-add to the score on ${communities} random communities (${count} explanations): ` +
    `largest difference ${largest.toExponential(1)} of the mass, at most ${MOST} allowed`,
);
if (!(largest <= MOST)) process.exitCode = 1;
