/**
 * docs/invariants.md is what the list says: every statement, formula and counterexample, in the order of the list, and
 * a table with its names. What is measured there is not measured again; that no claim of ours fails in it is read.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { entry } from '../../scripts/invariants-page.ts';
import { SUBJECTS } from '../../src/cli/invariant-table.ts';
import { invariants } from '../../src/testing.ts';

const page = readFileSync(new URL('../../docs/invariants.md', import.meta.url), 'utf8');
/** What stands below the heading of each invariant, by name. */
const entries = new Map(
  page
    .split(/^(?=##)/m)
    .map((section): [string | undefined, string] => [/^### ([a-z-]+)\n/.exec(section)?.[1], section])
    .filter(([name]) => name !== undefined),
);
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.slice(2, -2).split(' | '));

describe('docs/invariants.md', () => {
  it('has the invariants of the list, in its order, what holds first', () => {
    const names = (holds: 'yes' | 'no') =>
      invariants.filter((one) => one.holds === holds).map(({ name }) => name);
    expect([...entries.keys()]).toEqual([...names('yes'), ...names('no')]);
  });

  it.each(invariants)('says of $name what the list says', (one) => {
    expect(entries.get(one.name)?.trimEnd()).toBe(entry(one).trimEnd());
  });

  it('has a column for each scorer and a row for each invariant', () => {
    expect(rows[0]).toEqual(['invariant', ...SUBJECTS.map(({ name }) => name)]);
    expect(rows.slice(2).map(([name]) => name)).toEqual(
      invariants.map(({ name, holds }) => (holds === 'yes' ? name : `*not:* ${name}`)),
    );
  });

  it('shows no claim of ours that fails', () => {
    const ours = SUBJECTS.map(({ ours }) => ours);
    const broken = rows
      .slice(2)
      .filter(
        ([name, ...cells]) =>
          !name!.startsWith('*not:*') && cells.some((said, k) => ours[k] && !/^(holds|-)/.test(said)),
      );
    expect(broken).toEqual([]);
    expect(page).not.toContain(' breaks ');
  });
});
