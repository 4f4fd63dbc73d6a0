/**
 * The relations of Debian's packages as a graph, where this machine knows them: each package endorses what
 * it depends on, recommends or suggests. Four of five such pairs lie between strongly connected components,
 * so a solver that knows their order needs fewer visits. The lists are those that apt has fetched, so the graph
 * changes with Debian: its name holds a hash of its pairs.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, whole, writePairs } from './cached.ts';

const FIELDS = new Set(['Pre-Depends', 'Depends', 'Recommends', 'Suggests']);
const LARGEST_LISTS = 2 ** 30;

export interface Relations {
  readonly path: string;
  readonly packages: number;
  readonly pairs: number;
  /** What graph it was: its counts, and the start of a hash over all pairs. */
  readonly about: string;
}

/** The graph's text file, numbered from 0 in the order of the names; or the reason why there is none. */
export function debianRelations(): Relations | { readonly missing: string } {
  const lists = spawnSync('apt-cache', ['dumpavail'], { encoding: 'utf8', maxBuffer: LARGEST_LISTS });
  if (lists.status !== 0) return { missing: 'apt-cache is not there: not a Debian machine' };
  const related = relations(lists.stdout);
  const names = [...new Set([...related].flatMap(([source, targets]) => [source, ...targets]))].sort();
  if (names.length === 0) return { missing: 'apt has no lists of packages; run: apt-get update' };

  const number = new Map(names.map((name, k) => [name, k]));
  const pairs = [...related].flatMap(([source, targets]) =>
    [...targets].map((target) => [number.get(source)!, number.get(target)!] as const),
  );
  const hash = createHash('sha256').update(pairs.join('\n')).digest('hex').slice(0, 12);
  const path = join(cacheFolder(), `debian-relations-${hash}.txt`);
  if (!existsSync(path)) {
    whole(path, (partial) =>
      writePairs(partial, '', (emit) => {
        for (const [source, target] of pairs) emit(source, target);
      }),
    );
  }
  const about = `${FIELDS.size} kinds of relations (${[...FIELDS].join(', ')}) between Debian's packages, pairs ${hash}`;
  return { path, packages: names.length, pairs: pairs.length, about };
}

/** What each package names, without versions and architectures; all alternatives count. */
function relations(lists: string): Map<string, Set<string>> {
  const related = new Map<string, Set<string>>();
  let source = '';
  for (const line of lists.split('\n')) {
    const colon = line.indexOf(': ');
    const field = line.slice(0, colon);
    if (field === 'Package') source = line.slice(colon + 2);
    else if (FIELDS.has(field)) {
      for (const clause of line.slice(colon + 2).split(/[,|]/)) {
        const target = /^\s*([a-z0-9][a-z0-9+.-]+)/.exec(clause)?.[1];
        if (target === undefined || target === source) continue;
        const targets = related.get(source) ?? new Set();
        related.set(source, targets.add(target));
      }
    }
  }
  return related;
}
