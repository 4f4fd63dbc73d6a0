/**
 * Looks for a ledger on which the engine breaks its word. Draws random signed ledgers with random policies,
 * scores each at three tolerances, and compares with the witness of tests/witness, which shares no code:
 * the certificate (true L1 distance of trust against the published bound), the bound on mass and distrust,
 * and the region bound of eight random sets of contributors each. Prints one line; exits 1 on a violation.
 *
 *     npx tsx scripts/certify.ts --count 10000 --seed 1
 */
import { parseArgs } from 'node:util';
import { certify, summary } from '../tests/solver/certify.ts';

const { values } = parseArgs({
  options: { count: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});
const report = certify(Number(values.count), Number(values.seed));
for (const { title, ledger } of report.violations.slice(0, 5)) {
  console.error(`${title}\n${JSON.stringify(ledger)}`);
}
console.log(summary(report));
if (report.violations.length > 0) process.exitCode = 1;
