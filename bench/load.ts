/**
 * The load bench: from a text file to columns. Lines and megabytes a second beside readline with a Map in the
 * same run, for whole numbers and for ids of twenty bytes; time for each pair and peak of memory as graphs
 * grow, which tells whether the cost is linear. Every run is a process of its own. The largest files are made and
 * read only when they are asked for: noted-20, 3.2 GB of text, and rmat-22.
 */
import { statSync } from 'node:fs';
import { graphFile, namedFile, notedFile } from './cached.ts';
import { BenchError, checkBuilt, runChild } from './child.ts';
import { load as loadOfMachine, machine } from './results.ts';
import type { GraphSpec } from './rmat.ts';
import type { OurRun } from './solve.ts';
import { against, digits, range, spread, table } from './table.ts';

interface Case {
  readonly name: string;
  readonly spec: GraphSpec;
  /** Ids of twenty bytes in a table with commas, or numbers with blanks between them. */
  readonly named: boolean;
  /** With a note of 150 bytes on every line, which nobody reads. */
  readonly noted?: boolean;
  readonly runs: number;
  /** Left out unless it is asked for. */
  readonly onRequest?: boolean;
}

const rmat = (scale: number): GraphSpec => ({ kind: 'rmat', scale, edgeFactor: 16, seed: 1 });

/** The files of this bench. */
export const FILES: readonly Case[] = [
  { name: 'named-16', spec: rmat(16), named: true, runs: 5 },
  { name: 'rmat-16', spec: rmat(16), named: false, runs: 5 },
  { name: 'rmat-18', spec: rmat(18), named: false, runs: 3 },
  { name: 'rmat-20', spec: rmat(20), named: false, runs: 3 },
  { name: 'noted-20', spec: rmat(20), named: true, noted: true, runs: 1, onRequest: true },
  { name: 'rmat-22', spec: rmat(22), named: false, runs: 1, onRequest: true },
];

const RATIO = 6;
const FIXED_BYTES = 60e6;
/** The target is for 2^24 pairs; what smaller files take over the fixed part says little. */
const [BYTES_A_PAIR, PAIRS] = [20, 2 ** 24];
/** A Map of more strings than this, and arrays of more pairs, are no measure of anything. */
const READLINE_SCALE = 18;

interface ReadlineRun {
  readonly milliseconds: number;
  readonly lines: number;
  readonly peak: number;
}

interface Measured {
  readonly file: Case;
  readonly bytes: number;
  readonly pairs: number;
  readonly ours: readonly OurRun[];
  readonly theirs: readonly ReadlineRun[];
}

/** Runs the bench on the files named (none: all that are not on request) and returns its section. */
export function load(names: readonly string[], runs: number | undefined): string {
  checkBuilt('dist/batch.js');
  const before = [machine(), loadOfMachine()];
  const chosen = FILES.filter(({ name, onRequest }) =>
    names.length === 0 ? onRequest !== true : names.includes(name),
  );
  const measured = chosen.map((file) => measure(file, runs ?? file.runs));
  return [...before, '', speedTable(measured), '', growthTable(measured)].join('\n');
}

function measure(file: Case, runs: number): Measured {
  const make = file.noted ? notedFile : file.named ? namedFile : graphFile;
  const path = make(file.spec);
  const pairs = file.spec.edgeFactor * 2 ** file.spec.scale;
  const ours: OurRun[] = [];
  const theirs: ReadlineRun[] = [];
  for (let run = 0; run < runs; run++) {
    process.stderr.write(`${file.name}: run ${run + 1} of ${runs}\n`);
    const our = runChild<OurRun>(new URL('./ours.mjs', import.meta.url), [path]);
    if (our.size !== pairs) throw new BenchError(`${file.name}: ${our.size} pairs were read of ${pairs}`);
    ours.push(our);
    if (file.spec.scale > READLINE_SCALE) continue;
    const args = [path, file.named ? ',' : ' '];
    theirs.push(runChild<ReadlineRun>(new URL('./readline.mjs', import.meta.url), args));
  }
  return { file, bytes: statSync(path).size, pairs, ours, theirs };
}

function speedTable(measured: readonly Measured[]): string {
  const rows = measured.map(({ file, bytes, pairs, ours, theirs }) => {
    const parse = spread(ours.map((run) => run.parse));
    const readline = theirs.length === 0 ? undefined : spread(theirs.map((run) => run.milliseconds));
    const ratio = readline === undefined ? undefined : readline.median / parse.median;
    return [
      file.name,
      range(parse, 1e-3),
      digits(pairs / parse.median / 1e3),
      digits(bytes / parse.median / 1e3),
      readline === undefined ? '' : range(readline, 1e-3),
      ratio === undefined
        ? ''
        : `${digits(ratio)}${file.named ? ` (${against(ratio, 'at least', RATIO)})` : ''}`,
    ];
  });
  return table([
    ['file', 'reading, s', 'million lines/s', 'MB/s', 'readline and Map, s', 'times faster'],
    ...rows,
  ]);
}

function growthTable(measured: readonly Measured[]): string {
  const rows = measured.map(({ file, bytes: text, pairs, ours }) => {
    const each = (value: (run: OurRun) => number) => digits((spread(ours.map(value)).median * 1e6) / pairs);
    const peak = spread(ours.map((run) => run.peak)).median;
    const bytes = (peak - FIXED_BYTES) / pairs;
    return [
      file.name,
      String(pairs),
      each((run) => run.parse),
      each((run) => run.build),
      each((run) => run.solve + run.publish),
      digits(text / 1e6),
      digits(peak / 1e6),
      pairs < PAIRS ? digits(bytes) : `${digits(bytes)} (${against(bytes, 'at most', BYTES_A_PAIR)})`,
    ];
  });
  return table([
    [
      'file',
      'pairs',
      'reading, ns/pair',
      'columns, ns/pair',
      'the rest, ns/pair',
      'text, MB',
      'peak, MB',
      'bytes a pair over 60 MB',
    ],
    ...rows,
  ]);
}
