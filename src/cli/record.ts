/**
 * What the commands that read a record have in common: the files it is read from, the flags that say what
 * belongs to it and how it is read, the bar while that goes on, and what is said afterwards of lines that were
 * left out and of flags that came to nothing.
 */
import type { ConversionOptions, DatasetOptions } from '../batch.ts';
import type { PeerageError } from '../error.ts';
import { readExclusion } from './exclude.ts';
import * as read from './flags.ts';
import { note, tell } from './output.ts';
import { effectivePolicy } from './policy.ts';
import { progress } from './progress.ts';

/** All files that are read. @throws PeerageError `bad-option` for none, or standard input given twice. */
export function sourcesOf(command: string, files: readonly string[], flags: read.RecordFlags): string[] {
  if (files.length === 0) {
    throw read.misuse(
      'FILE',
      `is missing; expected peerage ${command} FILE... (- is standard input; --kind takes all words after it)`,
    );
  }
  const sources = [...files, ...(flags.credentials ?? [])];
  if (sources.indexOf('-') !== sources.lastIndexOf('-')) {
    throw read.misuse('FILE', '"-" is given twice; standard input can be read once');
  }
  return sources;
}

/** Flags that say how a record is read. */
type ReadingFlags = read.RecordFlags &
  read.PolicyFlags & { tolerance?: string; workers?: string; quiet?: boolean };

/** What was said of the sources while they were read. */
interface Said {
  readonly skipped: readonly PeerageError[];
  readonly notes: readonly string[];
}

/** A record that is about to be read. */
export interface Reading {
  /** As `scoreDataset`, `engineOfDataset` and `convertDataset` take them. */
  readonly options: DatasetOptions;
  /** Files that are read, over which nothing may be written. */
  readonly inputs: readonly string[];
  /** Standard error is a terminal, and the user did not ask for quiet. */
  readonly watched: boolean;
  /** Reads under a bar, and names the lines that were left out. */
  load<T extends Said>(reads: (options: DatasetOptions) => Promise<T>): Promise<T>;
  /** The remarks for somebody who looks, when the answer has been given. */
  remark(said: Said): void;
}

/** Misuse is refused before any file is read. @throws PeerageError `bad-option`; of the files of flags. */
export async function readingOf(sources: readonly string[], flags: ReadingFlags): Promise<Reading> {
  const options: DatasetOptions = recordOptions(flags);
  if (flags.tolerance !== undefined) options.tolerance = read.tolerance(flags.tolerance);
  if (flags.workers !== undefined) options.workers = read.workers(flags.workers);
  const policy = await effectivePolicy(flags);
  if (policy !== undefined) options.policy = policy;
  const exclusion = await readExclusion(flags.exclude ?? []);
  if (flags.exclude !== undefined) options.exclude = exclusion.excludes;
  const inputs = [...sources.filter((file) => file !== '-'), ...(flags.exclude ?? [])];
  if (flags.policy !== undefined) inputs.push(flags.policy);
  const watched = process.stderr.isTTY === true && !flags.quiet;
  return {
    options,
    inputs,
    watched,
    async load(reads) {
      if (watched && process.stdin.isTTY && sources.includes('-'))
        note('reading from the terminal; Ctrl-D ends it');
      const bar = await progress(watched);
      const data = await reads({ ...options, onProgress: bar.show }).finally(bar.stop);
      if (!flags.quiet) tellSkipped(data.skipped);
      return data;
    },
    remark({ notes }) {
      if (!watched) return;
      for (const remark of notes) note(remark);
      for (const value of exclusion.unmatched()) note(`--exclude ${value} matched no contributor`);
    },
  };
}

/** What belongs to the record, but for `--exclude`, which is read from files. */
function recordOptions(flags: read.RecordFlags): ConversionOptions {
  const options: ConversionOptions = read.table(flags);
  if (flags.until !== undefined) options.until = read.until(flags.until);
  if (flags.skipBad !== undefined) options.skipBad = read.count('--skip-bad', flags.skipBad);
  if (flags.kind !== undefined) options.kinds = flags.kind;
  if (flags.credentials !== undefined) {
    options.credentials = flags.credentials;
    options.credentialsTable = read.credentialsTable(flags);
  }
  return options;
}

/** Lines left out are lost data: they are named even where nobody is looking. */
function tellSkipped(skipped: readonly PeerageError[]): void {
  if (skipped.length === 0) return;
  const lines = skipped.length === 1 ? '1 line was' : `${skipped.length} lines were`;
  tell([`peerage: ${lines} left out:`, ...skipped.map(({ message }) => `  ${message}`)].join('\n'));
}
