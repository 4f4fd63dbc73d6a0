/**
 * `peerage invariants`: what trust is claimed to satisfy and what it is known not to, as sentences, and the table of
 * which scorer satisfies what, measured now. A host names its own scorer by its module.
 */
import { PeerageError } from '../error.ts';
import type { Invariant } from '../testing/invariant.ts';
import type { Failed } from '../testing/report.ts';
import * as read from './flags.ts';
import type { Measured, Subject } from './invariant-table.ts';
import { colours, note, printable, tell, writeOut } from './output.ts';
import { wrap } from './summary.ts';
import { NO_BORDERS } from './table.ts';

/** The exit code where a claim fails. */
const BROKEN = 3;
const WIDTH = 100;

/** Prints the list and the table. @throws PeerageError; `bad-option` for misuse, `missing-package`. */
export async function invariants(flags: read.InvariantsFlags): Promise<void> {
  const format =
    flags.format === undefined ? 'table' : read.choice('--format', flags.format, ['table', 'json']);
  const runs = flags.runs === undefined ? 100 : read.count('--runs', flags.runs);
  if (runs === 0) throw read.misuse('--runs', '0 is refused; expected a whole number from 1');
  const seed = flags.seed === undefined ? 1 : read.count('--seed', flags.seed);
  // What they are made of is an optional peer.
  const { invariants: all } = await import('../testing/invariants/list.ts');
  const table = await import('./invariant-table.ts');
  const list = flags.only === undefined ? all : named('--only', flags.only, all);
  const asked = (flags.scorer ?? table.SUBJECTS.map(({ name }) => name)).map((name) =>
    /[\\/.]/.test(name) ? table.hostSubject(name) : named('--scorer', [name], table.SUBJECTS)[0]!,
  );
  const subjects = await present(asked, flags.scorer !== undefined);
  const measured: Measured[] = [];
  for (const subject of subjects) {
    if (process.stderr.isTTY === true) note(`measuring ${subject.name}`);
    measured.push(await table.measure(subject, list, { runs, seed }));
  }
  if (format === 'json') {
    const columns = measured.map(({ subject: { name, what }, ...found }) => ({ name, what, ...found }));
    await writeOut([`${JSON.stringify({ runs, seed, invariants: list, scorers: columns }, null, 2)}\n`]);
  } else {
    const grid = await import('cli-table3');
    await writeOut([
      sentences(list),
      rows(grid.default, list, measured, table.cell),
      `${runs} runs in each cell, seed ${seed}; "-": says nothing of such policies or ledgers.\n`,
      legend(subjects),
      failures(list, measured),
    ]);
  }
  if (!measured.every((one) => table.sound(one, list))) process.exitCode = BROKEN;
}

/** Those that can be loaded. What is missing of the usual ones is told, and left out. */
async function present(asked: readonly Subject[], all: boolean): Promise<Subject[]> {
  const found: Subject[] = [];
  for (const subject of asked) {
    try {
      await subject.load();
      found.push(subject);
    } catch (error) {
      if (all || !(error instanceof PeerageError)) throw error;
      tell(`peerage: without ${subject.name}: ${error.message}`);
    }
  }
  return found;
}

/** Those of these names, in their order. */
function named<T extends { readonly name: string }>(
  flag: string,
  names: readonly string[],
  known: readonly T[],
): T[] {
  const list = known.map(({ name }) => name);
  return names.map((name) => known[list.indexOf(read.choice(flag, name, list))]!);
}

/** Each invariant in words. */
function sentences(list: readonly Invariant[]): string {
  const colour = colours(process.stdout);
  const told = list.map(({ name, statement, formula, holds, holdsFor, source }) => {
    const head = holds === 'yes' ? colour.bold(name) : `${colour.bold(name)} does NOT hold:`;
    const more = [statement, formula, `Holds for ${holdsFor}. Source: ${source}.`];
    return [head, ...more.flatMap((text) => wrap(text, WIDTH - 2).map((line) => `  ${line}`))].join('\n');
  });
  return `${told.join('\n')}\n\n`;
}

function rows(
  Table: typeof import('cli-table3'),
  list: readonly Invariant[],
  measured: readonly Measured[],
  cell: typeof import('./invariant-table.ts').cell,
): string {
  const colour = colours(process.stdout);
  const grid = new Table({
    head: ['invariant', ...measured.map(({ subject }) => printable(subject.name))].map(colour.bold),
    chars: NO_BORDERS,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  list.forEach(({ name, holds }, k) => {
    const cells = measured.map(({ results }) => cell(results[k]!));
    grid.push([holds === 'yes' ? name : `not: ${name}`, ...cells]);
  });
  return `${grid.toString().replace(/ +$/gm, '')}\n\n`;
}

function legend(subjects: readonly Subject[]): string {
  return `${subjects.map(({ name, what }) => `${printable(name)}: ${printable(what)}.`).join('\n')}\n`;
}

/** Where a scorer fails: the sentence, and the smallest case that was found. */
function failures(list: readonly Invariant[], measured: readonly Measured[]): string {
  const told = list.flatMap((_, k) =>
    measured.flatMap(({ subject, results }) => {
      const result = results[k]!;
      return result.outcome === 'failed' ? [failure(subject, result)] : [];
    }),
  );
  const mute = measured.flatMap(({ subject, fault }) =>
    fault === undefined ? [] : [`\n${printable(`${subject.name} is not asked anything: ${fault}`)}.\n`],
  );
  const head = told.length === 0 ? [] : ['\nWhere it fails, the smallest case found:\n'];
  return [...mute, ...head, ...told].join('');
}

function failure({ name }: Subject, { name: invariant, sentence }: Failed): string {
  const text = `${name}, ${invariant}: ${sentence}.`;
  return `${wrap(printable(text), WIDTH).join('\n  ')}\n`;
}
