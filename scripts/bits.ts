/**
 * Prints a hash of the scores of RMAT 16 and of the shipped community for each kernel and number of
 * workers: `npx tsx scripts/bits.ts`. All lines of one graph and policy must end in the same hash; exits 1
 * where they do not. Workers take part where the graph is cut into blocks, and have no kernels but WebAssembly.
 */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { graphFile } from '../bench/cached.ts';
import { open } from '../src/formats/open.ts';
import { read } from '../src/formats/read.ts';
import type { Columns } from '../src/graph/columns.ts';
import type { Policy } from '../src/policy.ts';
import { presets } from '../src/policy.ts';
import { Record } from '../src/record/record.ts';
import { weigh } from '../src/record/weigh.ts';
import { roomFor } from '../src/solver/kernel/choose.ts';
import { Crew } from '../src/solver/kernel/crew.ts';
import type { Solution } from '../src/solver/sweep.ts';
import { sweep } from '../src/solver/sweep.ts';

/** The frozen columns of a file under a policy, as the batch door makes them. */
export async function columnsOf(path: string, policy: Policy, credentials?: string): Promise<Columns> {
  const record = new Record({ policy, policyFixed: true });
  if (credentials !== undefined) await read(await open(credentials), record, { credentials: true });
  await read(await open(path), record, {});
  return weigh(record, policy, record.newest, roomFor);
}

/** A hash of every bit of mass and distrust, and of the bound. */
export function hashOf({ state, bound }: Solution): string {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of [state.x, state.z, Float64Array.of(bound)]) {
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex').slice(0, 16);
}

async function main(): Promise<void> {
  const community = (name: string) =>
    fileURLToPath(new URL(`../datasets/debian-keyring/${name}.csv`, import.meta.url));
  const rmat = graphFile({ kind: 'rmat', scale: 16, edgeFactor: 16, seed: 1 });
  const subjects = [
    ['rmat-16', 'classic', rmat],
    ['rmat-16', 'resilient', rmat],
    ['debian-keyring', 'resilient', community('certifications'), community('credentials')],
  ] as const;
  for (const [name, preset, path, credentials] of subjects) {
    const policy = presets[preset];
    const columns = await columnsOf(path, policy, credentials);
    const seen = new Set<string>();
    for (const kernel of ['js', 'wasm'] as const) {
      for (const workers of [1, 2, 3, 7]) {
        const crew = new Crew(workers - 1);
        let hash = '';
        // The first solve may be over before they are there.
        for (let solves = 0; solves < 20; solves++) {
          hash = hashOf(sweep(columns, policy, { tolerance: 1e-9, kernel, crew }));
          seen.add(hash);
          if (workers === 1 || crew.taken > 0) break;
        }
        crew.dismiss();
        const help = crew.taken > 0 ? `, who took ${crew.taken} blocks` : '';
        console.log(`${hash}  ${name} ${preset} ${kernel} workers ${workers}${help}`);
      }
    }
    if (seen.size > 1) process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
