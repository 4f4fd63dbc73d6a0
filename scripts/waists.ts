/**
 * `npx tsx scripts/waists.ts`: waists that are known beforehand, and what the audit says of them. One row a
 * number of gatekeepers between one credential and 2,000 contributors.
 */
import { GATES, measurePlanted } from '../tests/insight/planted.ts';

console.log('gates  all W90  peers W50  peers W90  0.9 k  carried   +-');
for (const gates of GATES) {
  const { all90, peers50, peers90, intercepted, error } = measurePlanted(gates);
  const cells = [
    [String(gates), 5],
    [String(all90), 9],
    [String(peers50), 11],
    [String(peers90), 11],
    [(0.9 * gates).toFixed(1), 7],
    [`${(100 * intercepted).toFixed(1)}%`, 9],
    [`${(100 * error).toFixed(1)}%`, 6],
  ] as const;
  console.log(cells.map(([text, width]) => text.padStart(width)).join(''));
}
