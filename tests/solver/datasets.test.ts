/**
 * A real record at its published top ten: wiki-vote (SNAP), PageRank 0.85 with everybody alike, computed
 * by others with scipy to 1e-14. The file is read by a parser of this test's own. What is not redistributed
 * with the package is looked for beside the repository, and its absence is said.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { EventInput } from '../../src/index.ts';
import { TrustEngine } from '../../src/index.ts';

/** ../shared/datasets/README.md, as printed there: 8 decimals. */
const TOP: [string, number][] = [
  ['4037', 0.00460717],
  ['15', 0.00367986],
  ['6634', 0.00358685],
  ['2625', 0.00328366],
  ['2398', 0.00260864],
  ['2470', 0.00252377],
  ['2237', 0.00249663],
  ['4191', 0.00226785],
  ['7553', 0.00216973],
  ['5254', 0.0021501],
];

const file = new URL('../../../shared/datasets/wiki-vote/Wiki-Vote.txt', import.meta.url);
const present = existsSync(file);
if (!present) console.log('skipped: the top ten of wiki-vote needs ../shared/datasets/wiki-vote');

describe.skipIf(!present)('wiki-vote', () => {
  it('the ten most trusted and their shares are the published ones, proven to 1e-9', () => {
    const events: EventInput[] = readFileSync(file, 'utf8')
      .split('\n')
      .filter((text) => /^\d/.test(text))
      .map((text) => {
        const [source, target] = text.trim().split(/\s+/) as [string, string];
        return { type: 'endorse', source, target };
      });
    const engine = new TrustEngine({ tolerance: 1e-9 });
    engine.apply(events);
    const scores = engine.scores();
    expect([events.length, engine.order, engine.size]).toEqual([103_689, 7_115, 103_689]);
    expect(scores.bound).toBeLessThanOrEqual(1e-9);
    expect(scores.top(10).map(({ contributor }) => contributor)).toEqual(TOP.map(([id]) => id));
    for (const [id, share] of TOP) {
      // Half of the last printed digit, and the bound.
      expect(Math.abs(scores.of(id)!.trust - share)).toBeLessThanOrEqual(0.5e-8 + scores.bound);
      expect(scores.of(id)!.rankFrom).toBe(scores.of(id)!.rankTo);
    }
  });
});
