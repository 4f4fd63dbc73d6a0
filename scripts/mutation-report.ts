/**
 * What mutation tests came to, from the reports of Stryker to docs/mutation.md: a table by file, and every
 * survivor with the reason in docs/mutation-reasons.json why nothing could notice it, or as one that asks for a
 * test. A reason names the code before and after, so it stays with its mutant when lines move.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

export const REPORTS = 'mutation';
const REASONS = 'docs/mutation-reasons.json';
const TABLE = 'docs/mutation.md';

interface Mutant {
  readonly status: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: Record<'start' | 'end', { readonly line: number; readonly column: number }>;
}

/** A file as it was judged. */
interface Judged {
  readonly source: string;
  readonly mutants: readonly Mutant[];
}

/** Why a mutant can not be noticed: `from` and `to` as the table prints them, any `to` where none is given. */
interface Reason {
  readonly file: string;
  readonly from: string;
  readonly to?: string;
  readonly reason: string;
}

const COUNTED = ['Killed', 'Timeout', 'Survived', 'NoCoverage'] as const;
/** What counts, and what was not judged: mutants of what is made when a file is loaded, in a run that loads it once. */
type Counts = Record<(typeof COUNTED)[number] | 'Ignored', number>;

/** Where the report of a source stands. */
export function reportOf(file: string): string {
  return `${REPORTS}/${file
    .replace(/^src\//, '')
    .replaceAll('/', '-')
    .replace(/\.ts$/, '')}.json`;
}

/** A line of score and one for each survivor, of a file that has a report. */
export function survivorsOf(file: string): string[] {
  const { source, mutants } = JSON.parse(readFileSync(reportOf(file), 'utf8')).files[file] as Judged;
  const alive = mutants.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
  return [
    `${scoreOf(countsOf(mutants))}% of ${sum(countsOf(mutants))}`,
    ...alive.map((mutant) => {
      const { line, column } = mutant.location.start;
      const place = `${line}:${column}${mutant.status === 'NoCoverage' ? ', no test comes by' : ''}`;
      return `${place}: ${originalOf(source, mutant)}  =>  ${short(mutant.replacement ?? '')}`;
    }),
  ];
}

/** Writes the table and the survivors of those files that have a report. */
export function writeTable(files: readonly string[]): void {
  const reasons = existsSync(REASONS) ? (JSON.parse(readFileSync(REASONS, 'utf8')) as Reason[]) : [];
  const rows: string[] = [];
  const survivors: string[] = [];
  const missing: string[] = [];
  const total = noCounts();
  const rooms = new Map<string, Counts>();
  let [explained, asking] = [0, 0];
  for (const file of files) {
    const report = existsSync(reportOf(file)) ? JSON.parse(readFileSync(reportOf(file), 'utf8')) : null;
    const found = report?.files[file] as Judged | undefined;
    const source = readFileSync(file, 'utf8');
    // A report of a source that has changed since says nothing.
    if (found?.source !== source) {
      // A file of types alone has nothing to change, and no report.
      if (/\b(function|class|const)\b/.test(source)) missing.push(file);
      continue;
    }
    const counts = countsOf(found.mutants);
    const room = file.split('/').slice(0, 2).join('/');
    rooms.set(room, rooms.get(room) ?? noCounts());
    for (const sums of [total, rooms.get(room)!])
      for (const status of [...COUNTED, 'Ignored'] as const) sums[status] += counts[status];
    rows.push(rowOf(report.quick === true ? `${file} *` : file, counts));
    const alive = found.mutants.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
    if (alive.length > 0)
      survivors.push(
        `### ${file}`,
        '',
        '| line | was | became | why it survives |',
        '| --- | --- | --- | --- |',
      );
    for (const mutant of alive) {
      const [from, to] = [originalOf(found.source, mutant), short(mutant.replacement ?? '')];
      const why = reasons.find((one) => one.file === file && one.from === from && (one.to ?? to) === to);
      if (why === undefined) asking++;
      else explained++;
      const said =
        why?.reason ?? (mutant.status === 'NoCoverage' ? '**no test comes by**' : '**asks for a test**');
      survivors.push(`| ${mutant.location.start.line} | ${code(from)} | ${code(to)} | ${said} |`);
    }
    if (alive.length > 0) survivors.push('');
  }
  const text = [
    '# Mutation tests',
    '',
    'Written by `npm run mutation`, from the last report of each file; not by hand. Each mutant is judged by the tests that',
    '`scripts/mutation-tests.ts` names for its file. Score: killed and timed out, of all that were judged; kernels in',
    'AssemblyScript and files that only name places in memory are left out. A * marks a file that was judged with `--quick`: by',
    'Stryker, but all mutants in one process, which does not judge what is made when a file is loaded.',
    '',
    `**${scoreOf(total)}% of ${sum(total)} mutants in ${rows.length} files**; of ${total.Survived + total.NoCoverage} survivors ${explained} are explained below, and ${asking} ask for a test.`,
    ...(missing.length > 0 ? ['', `Not run yet: ${missing.join(', ')}.`] : []),
    '',
    '| file | mutants | killed | timed out | survived | no coverage | score | not judged |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
    ...Array.from(rooms, ([room, sums]) => rowOf(`**${room}**`, sums)),
    rowOf('**all**', total),
    '',
    '## Survivors',
    '',
    ...survivors,
  ];
  writeFileSync(TABLE, `${text.join('\n').trimEnd()}\n`);
  console.log(`${TABLE}: ${scoreOf(total)}% of ${sum(total)} mutants`);
}

function noCounts(): Counts {
  return { Killed: 0, Timeout: 0, Survived: 0, NoCoverage: 0, Ignored: 0 };
}

function countsOf(mutants: readonly Mutant[]): Counts {
  const count = (wanted: string) => mutants.filter(({ status }) => status === wanted).length;
  return {
    Killed: count('Killed'),
    Timeout: count('Timeout'),
    Survived: count('Survived'),
    NoCoverage: count('NoCoverage'),
    Ignored: count('Ignored'),
  };
}

function rowOf(file: string, counts: Counts): string {
  const { Killed, Timeout, Survived, NoCoverage, Ignored } = counts;
  return `| ${file} | ${sum(counts)} | ${Killed} | ${Timeout} | ${Survived} | ${NoCoverage} | ${scoreOf(counts)} | ${Ignored} |`;
}

function sum(counts: Counts): number {
  return COUNTED.reduce((all, status) => all + counts[status], 0);
}

function scoreOf(counts: Counts): string {
  return ((100 * (counts.Killed + counts.Timeout)) / Math.max(1, sum(counts))).toFixed(1);
}

/** The code that was changed, on one line. */
function originalOf(source: string, { location: { start, end } }: Mutant): string {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1)!.slice(0, end.column - 1);
  lines[0] = lines[0]!.slice(start.column - 1);
  return short(lines.join('\n'));
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= 90 ? line : `${line.slice(0, 89)}…`;
}

function code(text: string): string {
  const safe = text.replaceAll('|', '\\|');
  return safe === '' ? '(nothing)' : safe.includes('`') ? `\`\` ${safe} \`\`` : `\`${safe}\``;
}
