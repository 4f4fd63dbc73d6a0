/**
 * The page docs/invariants.md as text: the list of invariants in words, and the table that was measured. Pure:
 * scripts/invariants.ts measures and writes it, and a test compares the words with those of the list.
 */
import { asClaimed, cell, type Measured } from '../src/cli/invariant-table.ts';
import { caseWords } from '../src/testing/words.ts';
import type { Case, Invariant, Result } from '../src/testing.ts';
import { canonical } from '../src/testing.ts';

/** The whole page. */
export function page(
  list: readonly Invariant[],
  measured: readonly Measured[],
  { runs, seed }: { runs: number; seed: number },
): string {
  const positive = list.filter(({ holds }) => holds === 'yes');
  const negative = list.filter(({ holds }) => holds === 'no');
  return [
    '# What trust satisfies, and what it does not',
    '',
    'Written by `npm run invariants` from the list that `peerage/testing` exports; not to be edited by hand. Any of',
    'this can be checked on scores of your own with `checkInvariants` or `peerage invariants --scorer FILE`.',
    'That an engine fed event by event has the scores of all its events is checked by `checkIncremental`.',
    '',
    'In formulas: C(v) credentials, x mass, y voice, W+ and W- combined weights of endorsements and objections, D all that',
    'a contributor says and withholds, a = 1 - damping, d = damping / (1 - a (1 - balance)), primes after a change.',
    'Every comparison allows for what the scores of both sides may be off (their bounds), and for nothing else.',
    '',
    '## What holds',
    '',
    ...positive.map(entry),
    '## What does not hold',
    '',
    'Each with the smallest community that shows it, scored by the preset `classic`.',
    '',
    ...negative.map(entry),
    '## Which scorer satisfies what',
    '',
    `Measured: ${runs} random cases in each cell, seed ${seed}; "holds" in all of them, or "fails" in one, which is below ("throws": by not answering).`,
    '"-": the invariant says nothing of such policies or ledgers, or is skipped for the reason below.',
    '',
    ...table(list, measured),
    '',
    ...measured.map(({ subject: { name, what } }) => `- **${name}**: ${what}.`),
    '',
    ...surprises(list, measured),
    '### The smallest case where it fails',
    '',
    ...failures(list, measured),
    '### Why it is skipped',
    '',
    ...skips(list, measured),
  ].join('\n');
}

/** One invariant in words. */
export function entry(one: Invariant): string {
  const { name, statement, formula, holds, holdsFor, source, counterexample } = one;
  const lines = [`### ${name}`, '', statement, '', '```text', formula, '```', ''];
  lines.push(`${holds === 'yes' ? 'Holds for' : 'Would hold for'} ${holdsFor}. Source: ${source}.`, '');
  if (counterexample !== undefined) lines.push(...shown(one, counterexample));
  return lines.join('\n');
}

function shown(one: Invariant, counterexample: Case): string[] {
  const sentence = one.check(canonical, counterexample) ?? 'it holds';
  return ['```text', `${caseWords(counterexample)}\n=> ${sentence}`, '```', ''];
}

function table(list: readonly Invariant[], measured: readonly Measured[]): string[] {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const names = measured.map(({ subject }) => subject.name);
  return [
    row(['invariant', ...names]),
    row(['---', ...names.map(() => '---')]),
    ...list.map(({ name, holds }, k) =>
      row([holds === 'yes' ? name : `*not:* ${name}`, ...measured.map(({ results }) => mark(results[k]!))]),
    ),
  ];
}

function mark(result: Result): string {
  const said = cell(result);
  if (result.outcome === 'passed' && result.cutShort) return `holds in ${result.runs}`;
  return result.outcome === 'failed' ? `**${said}**` : said;
}

/** Nothing, unless a claim of ours fails. */
function surprises(list: readonly Invariant[], measured: readonly Measured[]): string[] {
  const broken = measured.flatMap((one) =>
    one.results.flatMap((result, k) =>
      asClaimed(list[k]!, one, result) ? [] : [`**${one.subject.name} breaks ${result.name}.**`, ''],
    ),
  );
  return broken;
}

function failures(list: readonly Invariant[], measured: readonly Measured[]): string[] {
  return list.flatMap(({ name }, k) => {
    const found = measured.flatMap(({ subject, results }) => {
      const result = results[k]!;
      if (result.outcome !== 'failed') return [];
      const words = caseWords(result.counterexample).replaceAll('\n', '; ');
      return [`- ${subject.name}: ${safe(`${result.sentence.replace(/\.$/, '')}. (${words})`)}`];
    });
    return found.length === 0 ? [] : [`**${name}**`, '', ...found, ''];
  });
}

function skips(list: readonly Invariant[], measured: readonly Measured[]): string[] {
  return list.flatMap(({ name }, k) => {
    const reasons = new Map<string, string[]>();
    for (const { subject, results } of measured) {
      const result = results[k]!;
      if (result.outcome !== 'skipped') continue;
      reasons.set(result.reason, [...(reasons.get(result.reason) ?? []), subject.name]);
    }
    return [...reasons].map(([reason, names]) => `- ${name}, ${names.join(', ')}: ${reason}.`);
  });
}

/** Text that Markdown leaves as it is. */
function safe(text: string): string {
  return text.replace(/[\\`*_<>|[\]]/g, (mark) => `\\${mark}`);
}
