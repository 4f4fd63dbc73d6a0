/**
 * `peerage convert`: reads a record as `peerage score` does and writes it as one dataset. Misuse is refused
 * before any file is read, and the file appears whole or not at all.
 */
import type { ConvertedDataset } from '../batch.ts';
import { readExclusion } from './exclude.ts';
import { type ConvertFlags, misuse, workers } from './flags.ts';
import { note } from './output.ts';
import { progress } from './progress.ts';
import { recordOptions, sourcesOf, tellSkipped } from './record.ts';
import { destination, writeWhole } from './whole-file.ts';

/** Converts the files into one dataset. @throws PeerageError; `bad-option` for misuse. */
export async function convert(files: string[], flags: ConvertFlags): Promise<void> {
  const sources = sourcesOf('convert', files, flags);
  if (flags.out === undefined) throw misuse('--out', 'is missing; expected the name of the dataset to write');
  const options = recordOptions(flags);
  if (flags.workers !== undefined) options.workers = workers(flags.workers);
  const exclusion = await readExclusion(flags.exclude ?? []);
  if (flags.exclude !== undefined) options.exclude = exclusion.excludes;
  const to = destination(flags.out, [...sources.filter((file) => file !== '-'), ...(flags.exclude ?? [])]);
  const watched = process.stderr.isTTY === true && !flags.quiet;
  const bar = await progress(watched);
  const { convertDataset } = await import('../batch.ts');
  let converted: ConvertedDataset;
  try {
    converted = await convertDataset(files, { ...options, onProgress: bar.show });
  } finally {
    bar.stop();
  }
  if (!flags.quiet) tellSkipped(converted.skipped);
  await writeWhole(to, [new Uint8Array(converted.bytes)]);
  if (!watched) return;
  for (const remark of converted.notes) note(remark);
  for (const value of exclusion.unmatched()) note(`--exclude ${value} matched no contributor`);
}
