/**
 * One process of the ledger bench, which prints one line of JSON. `append LOCATION CONCURRENCY BATCH SECONDS WHO`: events
 * a second through `engine.append`, synced, among contributors that are `known` or each time `new`; `fill LOCATION EVENTS`: a ledger with a snapshot at its end;
 * `start LOCATION SNAPSHOTS`: how long `TrustEngine.open` takes, with its snapshots or (`0`) as if there were none.
 */
import { TrustEngine } from '../dist/index.js';
import { openStore } from '../dist/ledger.js';

const [mode, location, ...rest] = process.argv.slice(2);
const [first, batch, seconds] = rest.map(Number);
const strangers = rest[3] === 'new';
/** Contributors that are drawn from. */
const PEOPLE = 100_000;
const NEVER = { snapshotEvery: 1e12 };

let seed = 7;
const draw = () => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return (seed >>> 8) % PEOPLE;
};
let count = 0;
const member = () => `member-${strangers ? count++ : draw()}`;
const event = () => ({ type: 'endorse', source: member(), target: member() });

async function append(ledger) {
  const engine = await TrustEngine.open(ledger, NEVER);
  const run = async (limit) => {
    let done = 0;
    const started = performance.now();
    const lane = async () => {
      while (performance.now() - started < limit) {
        await engine.append(batch === 1 ? event() : Array.from({ length: batch }, event));
        done += batch;
      }
    };
    await Promise.all(Array.from({ length: first }, lane));
    return (1000 * done) / (performance.now() - started);
  };
  for (let k = 0; k < PEOPLE && !strangers; k += 1000) {
    const everybody = Array.from({ length: 1000 }, (_, at) => k + at);
    await engine.append(
      everybody.map((one) => ({ type: 'endorse', source: `member-${one}`, target: `member-${draw()}` })),
    );
  }
  await run(500);
  const rate = await run(1000 * seconds);
  await engine.close();
  return { rate };
}

async function fill(ledger) {
  const engine = await TrustEngine.open(ledger, NEVER);
  while (engine.sequence < first) await engine.append(Array.from({ length: 10_000 }, event));
  await engine.save();
  await engine.close();
  return { sequence: engine.sequence };
}

async function start(ledger) {
  const without = Object.create(ledger, {
    head: { get: () => ledger.head },
    snapshots: { value: async function* () {} },
    read: { value: (...args) => ledger.read(...args) },
  });
  const started = performance.now();
  const engine = await TrustEngine.open(first === 1 ? ledger : without, NEVER);
  const milliseconds = performance.now() - started;
  return { milliseconds, sequence: engine.sequence };
}

const store = await openStore(location);
const result = await { append, fill, start }[mode](await store.ledger('bench'));
await store.close();
process.stdout.write(`${JSON.stringify(result)}\n`);
