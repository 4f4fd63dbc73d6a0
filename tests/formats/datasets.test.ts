/**
 * Real exported records, read as a user would read them, against the counts that their README states. They are
 * not part of the project: where the folder is absent the tests are skipped and say so.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { open } from '../../src/formats/open.ts';
import { type ReadOptions, read } from '../../src/formats/read.ts';
import { Gatherer } from './gathered.ts';

const FOLDER = new URL('../../../shared/datasets/', import.meta.url);
const absent = !existsSync(FOLDER);
if (absent) console.log('skipped: real records, since ../shared/datasets is not here');

async function load(name: string, options: ReadOptions = {}) {
  const sink = new Gatherer();
  const notes: string[] = [];
  await read(await open(fileURLToPath(new URL(name, FOLDER))), sink, {
    onNote: (note) => notes.push(note),
    ...options,
  });
  const { rows, events } = sink;
  const contributors = new Set(rows.flatMap(({ source, target }) => [source, target])).size;
  return { rows, events, notes, contributors };
}

describe.skipIf(absent)('real records', () => {
  it('bitcoin-otc: signed and dated, no header', async () => {
    const { rows, contributors, notes } = await load('bitcoin-otc/soc-sign-bitcoinotc.csv', {
      columns: ['source', 'target', 'weight', 'at'],
      timeUnit: 's',
    });
    expect([rows.length, contributors, rows.filter(({ weight }) => weight < 0).length]).toEqual([
      35_592, 5881, 3563,
    ]);
    expect(notes).toEqual([]);
    expect(rows[0]).toEqual({
      source: '6',
      target: '2',
      weight: 4,
      at: 1289241911.72836 * 1000,
      kind: 'endorsement',
      id: undefined,
    });
    const years = rows.map(({ at }) => new Date(at!).getUTCFullYear());
    expect([Math.min(...years), Math.max(...years)]).toEqual([2010, 2016]);
  });

  it('wiki-vote: an edge list', async () => {
    const { rows, contributors, notes } = await load('wiki-vote/Wiki-Vote.txt');
    expect([rows.length, contributors, notes]).toEqual([103_689, 7115, []]);
    const voters = new Set(rows.map(({ source }) => source));
    expect(contributors - voters.size).toBe(1005);
  });

  it('ego-facebook: friendships, both ways', async () => {
    const { rows, contributors } = await load('ego-facebook/facebook_combined.txt', { undirected: true });
    expect([rows.length, contributors]).toEqual([2 * 88_234, 4039]);
  });

  it('advogato: certificates in Graphviz, their level as kind', async () => {
    const { rows, contributors, notes } = await load('advogato/advogato-graph-2000-08-11.dot', {
      map: { kind: 'level' },
    });
    expect([rows.length, contributors, notes]).toEqual([14_117, 1580, []]);
    expect(new Set(rows.map(({ kind }) => kind))).toEqual(
      new Set(['Master', 'Journeyer', 'Apprentice', 'Observer']),
    );
  });

  it('git-trailers: typed and dated, with names of its own', async () => {
    const { rows, notes } = await load('git-trailers/edges_pseudonymous.tsv', {
      map: { source: 'from_endorser', target: 'to_author', kind: 'trailer', at: 'author_time' },
      timeUnit: 's',
    });
    expect([rows.length, notes]).toEqual([62_223, ['column "commit" is not used']]);
    const years = rows.map(({ at }) => new Date(at!).getUTCFullYear());
    expect([years.reduce((a, b) => Math.min(a, b)), years.reduce((a, b) => Math.max(a, b))]).toEqual([
      2005, 2026,
    ]);
    expect(rows.some(({ kind }) => kind === 'signed-off-by')).toBe(true);
  });

  it('openrank-degen: weights of ten magnitudes, and credentials', async () => {
    const { rows, contributors } = await load('openrank-degen/trust-db.csv', {
      map: { source: 'i', target: 'j', weight: 'v' },
    });
    expect([rows.length, contributors]).toEqual([161_613, 13_383]);
    const weights = rows.map(({ weight }) => weight);
    const [least, most] = [
      weights.reduce((a, b) => Math.min(a, b)),
      weights.reduce((a, b) => Math.max(a, b)),
    ];
    expect(least).toBe(1);
    expect(most.toExponential(2)).toBe('1.99e+10');

    const { events } = await load('openrank-degen/seed-db.csv', {
      credentials: true,
      map: { target: 'i', weight: 'v' },
    });
    const seeds = events.map((event) => (event.type === 'grant' ? event.weight : 0)).sort((a, b) => b - a);
    const sum = seeds.reduce((a, b) => a + b);
    expect(((seeds[0]! + seeds[1]! + seeds[2]!) / sum).toFixed(4)).toBe('0.9987');
  });
});
