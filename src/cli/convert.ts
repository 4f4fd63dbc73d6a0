/**
 * `peerage convert`: reads a record as `peerage score` does and writes it as one dataset. Misuse is refused
 * before any file is read, and the file appears whole or not at all.
 */
import { type ConvertFlags, misuse } from './flags.ts';
import { readingOf, sourcesOf } from './record.ts';
import { destination, writeWhole } from './whole-file.ts';

/** Converts the files into one dataset. @throws PeerageError; `bad-option` for misuse. */
export async function convert(files: string[], flags: ConvertFlags): Promise<void> {
  const sources = sourcesOf('convert', files, flags);
  if (flags.out === undefined) throw misuse('--out', 'is missing; expected the name of the dataset to write');
  const reading = await readingOf(sources, flags);
  const to = destination(flags.out, reading.inputs);
  const { convertDataset } = await import('../batch.ts');
  const converted = await reading.load((options) => convertDataset(files, options));
  await writeWhole(to, [new Uint8Array(converted.bytes)]);
  reading.remark(converted);
}
