/**
 * A process that writes until it is killed: opens the ledger of the built package, appends batches, several at a time,
 * and says on its output which were acknowledged. Arguments: the built door, the file, the round.
 */
import { writeSync } from 'node:fs';

const [door, file, round] = process.argv.slice(2);
const { openStore } = await import(door);
const store = await openStore(file);
const ledger = await store.ledger('a');
writeSync(1, `open ${ledger.head.sequence}\n`);
let count = 0;

async function appendForEver(lane) {
  for (let k = 0; ; k++) {
    const events = Array.from({ length: 1 + ((k * 7 + lane) % 5) }, () => {
      const id = `${round}-${lane}-${count++}`;
      return {
        type: 'endorse',
        id,
        source: `u${count % 97}`,
        target: `v-${id}`,
        weight: 1,
        kind: 'endorsement',
      };
    });
    const { sequences } = await ledger.append(events);
    writeSync(1, `${events.map(({ id }, place) => `${id}=${sequences[place]}`).join(' ')}\n`);
  }
}
for (let lane = 0; lane < 4; lane++) void appendForEver(lane);
