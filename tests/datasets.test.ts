/**
 * The shipped community is what its README says: checksums, columns, counts and dates of the committed
 * files, and nothing in them but key ids, days, classes and ranks. Reads the files with code of its own
 * and uses nothing of src. Cannot tell whether the files match Debian's package: the script that makes them does.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const FOLDER = new URL('../datasets/debian-keyring/', import.meta.url);
const text = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8');
const rows = (name: string) => text(name).split('\n').slice(1, -1);
const sorted = (values: string[]) => [...values].sort(); // by code unit

const readme = text('README.md');
const certifications = rows('certifications.csv').map((line) => {
  const [source, target, kind, at] = line.split(',') as [string, string, string, string];
  return { source, target, kind, at };
});
const credentials = rows('credentials.csv').map((line) => {
  const [target, weight, issuer] = line.split(',') as [string, string, string];
  return { target, weight, issuer };
});

/** The number that the README's tables state for `name`. */
function stated(name: string): number {
  const line = readme.split('\n').find((row) => row.startsWith(`| ${name} | `));
  if (line === undefined) throw new Error(`the README states no number for "${name}"`);
  return Number(line.split('|')[2]!.replaceAll(',', ''));
}

describe('datasets/debian-keyring', () => {
  it('holds two tables and their README, and nothing else', () => {
    expect(sorted(readdirSync(FOLDER))).toEqual(['README.md', 'certifications.csv', 'credentials.csv']);
  });

  it.each(['certifications.csv', 'credentials.csv'])('%s has the checksum that the README states', (name) => {
    const sum = createHash('sha256')
      .update(readFileSync(new URL(name, FOLDER)))
      .digest('hex');
    expect(readme).toContain(`    ${sum}  ${name}\n`);
  });

  it('has one line a row, of the columns that the header names and no other form', () => {
    expect(text('certifications.csv')).toMatch(
      /^source,target,kind,at\n(?:[0-9A-F]{16},[0-9A-F]{16},(?:generic|persona|casual|positive),\d{4}-\d\d-\d\d\n)+$/,
    );
    expect(text('credentials.csv')).toMatch(
      /^target,weight,issuer\n(?:[0-9A-F]{16},(?:1,debian-developers|0\.5,debian-non-uploading|0\.25,debian-maintainers)\n)+$/,
    );
  });

  it('names no address', () => {
    for (const name of readdirSync(FOLDER)) expect(text(name)).not.toContain('@');
  });

  it('has the counts that the README states', () => {
    const counts: Record<string, number> = {
      keys: credentials.length,
      certifications: certifications.length,
      'pairs of signer and signee': new Set(certifications.map((c) => c.source + c.target)).size,
      signers: new Set(certifications.map((c) => c.source)).size,
      signees: new Set(certifications.map((c) => c.target)).size,
    };
    for (const issuer of ['debian-developers', 'debian-non-uploading', 'debian-maintainers']) {
      counts[`keys: ${issuer}`] = credentials.filter((c) => c.issuer === issuer).length;
    }
    for (const kind of ['generic', 'persona', 'casual', 'positive']) {
      counts[`certifications: ${kind}`] = certifications.filter((c) => c.kind === kind).length;
    }
    const mentioned = new Set(certifications.flatMap((c) => [c.source, c.target]));
    counts['keys in no certification'] = credentials.filter((c) => !mentioned.has(c.target)).length;
    expect(counts).toEqual(Object.fromEntries(Object.keys(counts).map((name) => [name, stated(name)])));
  });

  it('runs from the first date that the README states to the last, in order, with days that exist', () => {
    const [, first, last] = /first certification is dated (\S+), the last (\S+)\.\n/.exec(readme) ?? [];
    expect([certifications[0]!.at, certifications.at(-1)!.at]).toEqual([first, last]);
    const days = certifications.map((c) => c.at);
    expect(days).toEqual(sorted(days));
    for (const day of new Set(days)) expect(new Date(day).toISOString().slice(0, 10)).toBe(day);
  });

  it('has each key once in the ranks, and ranks every key that certifies or is certified', () => {
    const keys = credentials.map((c) => c.target);
    expect(keys).toEqual(sorted([...new Set(keys)]));
    const ranked = new Set(keys);
    expect(certifications.filter((c) => !ranked.has(c.source) || !ranked.has(c.target))).toEqual([]);
  });

  it('has no key that certifies itself, and no signer and signee twice on one day', () => {
    expect(certifications.filter((c) => c.source === c.target)).toEqual([]);
    const occasions = certifications.map((c) => `${c.at} ${c.source} ${c.target}`);
    expect(occasions).toEqual(sorted([...new Set(occasions)]));
  });
});
