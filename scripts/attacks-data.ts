/**
 * The communities that attacks are measured on, as events: read from ../shared/datasets with code of its own,
 * since they are few and plain, with credentials drawn from a seed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { Source } from '../src/batch.ts';
import type { EventInput } from '../src/event.ts';
import { Xoshiro } from '../src/insight/xoshiro.ts';

/** Credentials that are drawn, and seeds that are tried. */
export const CREDENTIALS = 100;
export const FEW = 10;
export const SPREAD = 10;

export type Name = 'ego-facebook' | 'wiki-vote' | 'advogato' | 'bitcoin-otc';

export const DATASETS: readonly { name: Name; label: string }[] = [
  { name: 'ego-facebook', label: 'ego-facebook, friends' },
  { name: 'wiki-vote', label: 'wiki-vote, votes' },
  { name: 'advogato', label: 'advogato, certificates' },
  { name: 'bitcoin-otc', label: 'bitcoin-otc, ratings' },
];

const folder = new URL('../../shared/datasets/', import.meta.url);
const FILES: Record<Name, string> = {
  'ego-facebook': 'ego-facebook/facebook_combined.txt',
  'wiki-vote': 'wiki-vote/Wiki-Vote.txt',
  advogato: 'advogato/advogato-graph-2000-08-11.dot',
  'bitcoin-otc': 'bitcoin-otc/soc-sign-bitcoinotc.csv',
};
const LEVELS: Record<string, number> = { Master: 1, Journeyer: 0.8, Apprentice: 0.6, Observer: 0.4 };

/** Whether a dataset is there. */
export function there(name: Name): boolean {
  return existsSync(new URL(FILES[name], folder));
}

/** What a community said, with credentials of weight 1 for some of its contributors. */
export function drawn(name: Name, seed: number, count = CREDENTIALS): EventInput[] {
  const said = statements(name);
  const ids = [
    ...new Set(said.flatMap((event) => ('source' in event ? [event.source, event.target] : []))),
  ].sort();
  const chance = new Xoshiro(seed);
  const events: EventInput[] = [];
  for (let k = 0; k < Math.min(count, ids.length); k++) {
    const other = k + chance.below(ids.length - k);
    [ids[k], ids[other]] = [ids[other]!, ids[k]!];
    events.push({ type: 'grant', target: ids[k]! });
  }
  return [...events, ...said];
}

/** Events as a file that the package reads. */
export function attackedDataset(events: readonly EventInput[]): Source {
  const text = events.map((event) => `${JSON.stringify(event)}\n`).join('');
  return { name: 'events.jsonl', stream: Readable.from([new TextEncoder().encode(text)]) };
}

function statements(name: Name): EventInput[] {
  const lines = readFileSync(new URL(FILES[name], folder), 'utf8').split(/\r?\n/);
  const events: EventInput[] = [];
  for (const line of lines) {
    if (line === '' || line.startsWith('#')) continue;
    if (name === 'advogato') {
      const found = /^\s*"?([^\s"]+)"? -> "?([^\s"]+)"?\s*\[level="?(\w+)"?\]/.exec(line);
      if (found === null) continue;
      const weight = LEVELS[found[3]!]!;
      events.push({ type: 'endorse', source: found[1]!, target: found[2]!, weight });
    } else if (name === 'bitcoin-otc') {
      const [source, target, rating] = line.split(',') as [string, string, string];
      const weight = Math.abs(Number(rating));
      events.push({ type: Number(rating) > 0 ? 'endorse' : 'object', source, target, weight });
    } else {
      const [source, target] = line.split(/\s+/) as [string, string];
      events.push({ type: 'endorse', source, target });
      if (name === 'ego-facebook') events.push({ type: 'endorse', source: target, target: source });
    }
  }
  return events;
}
