/**
 * What the commands that read a record have in common: the files it is read from, the flags that say what
 * belongs to it, and what is said of the lines that were left out.
 */
import type { ConversionOptions } from '../batch.ts';
import type { PeerageError } from '../error.ts';
import * as read from './flags.ts';
import { tell } from './output.ts';

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

/** What belongs to the record, but for `--exclude`, which is read from files. */
export function recordOptions(flags: read.RecordFlags): ConversionOptions {
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
export function tellSkipped(skipped: readonly PeerageError[]): void {
  if (skipped.length === 0) return;
  const lines = skipped.length === 1 ? '1 line was' : `${skipped.length} lines were`;
  tell([`peerage: ${lines} left out:`, ...skipped.map(({ message }) => `  ${message}`)].join('\n'));
}
