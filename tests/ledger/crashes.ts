/**
 * Kills a writer at a random moment, again and again, and holds what is in the ledger against what it acknowledged:
 * nothing lost, nothing invented, nothing reordered. The witness reads the acknowledgements, not the ledger's code.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { openStore } from '../../src/ledger.ts';
import { all } from './entries.ts';

const CHILD = fileURLToPath(new URL('writer-child.mjs', import.meta.url));

/** Acknowledged batches after which a writer is killed, fewer than these, and milliseconds after that. */
const [MOST, WITHIN] = [20, 5];

export interface Crashes {
  readonly rounds: number;
  readonly acknowledged: number;
  readonly entries: number;
}

/** Throws where an entry is not what it should be. `door` is the built package's. */
export async function crash(
  door: string,
  file: string,
  rounds: number,
  chance: () => number,
): Promise<Crashes> {
  let [sequence, acknowledged] = [0, 0];
  for (let round = 0; round < rounds; round++) {
    const args = [pathToFileURL(door).href, file, String(round)];
    // From before the first acknowledgement on, so that making a community is broken off too.
    const told = await run(args, Math.floor(chance() * MOST), chance() * WITHIN);
    const acks = told.split('\n').slice(0, -1);
    const store = await openStore(file, { readonly: true });
    const entries = await all(await store.ledger('a').catch(() => nothing), sequence).finally(() =>
      store.close(),
    );
    const ids = new Map(entries.map(({ event, sequence }) => [event.id!, sequence]));
    for (const ack of acks.slice(1).flatMap((line) => line.split(' '))) {
      const [id, at] = ack.split('=');
      if (ids.get(id!) !== Number(at))
        throw new Error(`round ${round}: ${id} was acknowledged at ${at}, and is at ${ids.get(id!)}`);
      acknowledged++;
    }
    const lanes = new Map<string, number>();
    for (const { event, sequence: at } of entries) {
      const [of, lane, count] = event.id!.split('-');
      const fits = 'target' in event && event.target === `v-${event.id}` && Number(of) === round;
      if (!fits || !(Number(count) > (lanes.get(lane!) ?? -1)))
        throw new Error(`round ${round}: ${event.id} stands at ${at}`);
      lanes.set(lane!, Number(count));
    }
    sequence += entries.length;
  }
  const store = await openStore(file);
  const { faults, head } = await (await store.ledger('a')).verify();
  await store.close();
  if (faults.length > 0 || head.sequence !== sequence) throw new Error(JSON.stringify(faults));
  return { rounds, acknowledged, entries: sequence };
}

/** A community that the first writers did not live to make. */
const nothing = { async *read() {} } as never;

/**
 * All that the child says before it is killed: so many milliseconds after so many lines, however slow the machine, of
 * which the first says that the ledger is open.
 */
function run(args: string[], lines: number, milliseconds: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [told, failed] = ['', ''];
    let killed = false;
    child.stdout.on('data', (text) => {
      told += text;
      if (killed || told.split('\n').length - 1 <= lines) return;
      killed = true;
      setTimeout(() => child.kill('SIGKILL'), milliseconds);
    });
    child.stderr.on('data', (text) => {
      failed += text;
    });
    child.on('close', (code) =>
      code === null ? resolve(told) : reject(new Error(`ended with ${code}: ${failed}`)),
    );
  });
}
