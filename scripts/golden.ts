/**
 * Writes tests/golden/debian-keyring.csv: the trust of every member of the shipped community under each
 * preset, every digit of it. Run it only when the trust equations or their canonical arithmetic are meant
 * to change, and say so in the changelog: `npx tsx scripts/golden.ts`.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { scoreDataset } from '../src/batch.ts';
import type { Preset } from '../src/policy.ts';
import { presets } from '../src/policy.ts';

const home = new URL('../', import.meta.url);
const at = (path: string) => fileURLToPath(new URL(path, home));

/** The rows of the file: id, then trust under each preset, in the order of ids. */
export async function golden(): Promise<string> {
  const names = Object.keys(presets) as Preset[];
  const columns: Map<string, number>[] = [];
  for (const name of names) {
    const { scores } = await scoreDataset(at('datasets/debian-keyring/certifications.csv'), {
      credentials: at('datasets/debian-keyring/credentials.csv'),
      policy: presets[name],
    });
    columns.push(new Map([...scores].map(({ contributor, trust }) => [contributor, trust])));
  }
  const ids = [...columns[0]!.keys()].sort();
  const rows = ids.map((id) => [id, ...columns.map((column) => column.get(id))].join(','));
  return `${[['contributor', ...names].join(','), ...rows].join('\n')}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(at('tests/golden/debian-keyring.csv'), await golden());
}
