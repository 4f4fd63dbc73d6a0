/**
 * `peerage attack`: reads the flags, refuses misuse before any file is read, has the record attacked, and
 * prints what came of it as a table or JSON. Fails where a share was measured above what is proven possible.
 */
import type { AttackDatasetOptions } from '../batch.ts';
import type { PeerageError } from '../error.ts';
import type { AttackReport } from '../lab/lab.ts';
import { judgesOf } from '../lab/scorers.ts';
import { chosen, families } from '../lab/suite.ts';
import { parsePolicy } from '../policy.ts';
import { renderAttacks, renderList } from './attack-text.ts';
import * as read from './flags.ts';
import { colours, tell, writeOut } from './output.ts';
import { readingOf, sourcesOf } from './record.ts';
import { destination, writeWhole } from './whole-file.ts';

const FAILED = 1;

/** Attacks the files as one record. @throws PeerageError; `bad-option` for misuse. */
export async function attack(files: string[], flags: read.AttackFlags): Promise<void> {
  const out = flags.out === '-' ? undefined : flags.out;
  const json = flags.json === true || out?.endsWith('.json') === true;
  const given = optionsOf(flags);
  if (flags.list) {
    const listed = chosen(given.suite ?? ['all']);
    const text = json ? [`${JSON.stringify(listed, null, 2)}\n`] : renderList(listed, look(out));
    return out === undefined ? writeOut(text) : writeWhole(destination(out, []), text);
  }
  const sources = sourcesOf('attack', files, flags);
  const reading = await readingOf(sources, flags);
  const to = out === undefined ? undefined : destination(out, reading.inputs);
  const { attackDataset } = await import('../batch.ts');
  const done = await reading.load((options) => attackDataset(files, { ...options, ...given }));
  const { report } = done;
  const text = json ? [`${JSON.stringify(report, null, 2)}\n`] : renderAttacks(report, look(out));
  if (to === undefined) await writeOut(text);
  else await writeWhole(to, text);
  reading.remark(done);
  judge(report);
}

/** What is asked of the lab; names that are unknown are refused before any file is read. */
function optionsOf(flags: read.AttackFlags): AttackDatasetOptions {
  const options: AttackDatasetOptions = {};
  if (flags.suite !== undefined) options.suite = names(flags.suite);
  if (flags.compare !== undefined) options.compare = names(flags.compare);
  if (flags.seed !== undefined) options.seed = read.count('--seed', flags.seed);
  try {
    chosen(options.suite ?? families.map(({ name }) => name));
    judgesOf(options.compare ?? ['policy'], {}, parsePolicy(), 1);
  } catch (error) {
    const { field, reason } = error as PeerageError;
    throw read.misuse(`--${field}`, reason);
  }
  return options;
}

function names(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

function look(out: string | undefined) {
  const shown = out === undefined;
  const width = shown && process.stdout.isTTY ? process.stdout.columns || 80 : 80;
  return { colour: colours(shown ? process.stdout : {}), width };
}

/** A share above its bound means that this package is wrong, so nothing else it says can be relied on. */
export function judge({ breaches }: AttackReport): void {
  for (const { scenario, scorer, share, bound } of breaches) {
    tell(
      `peerage: ${scenario} under ${scorer}: fakes have ${share} of all trust, and at most ${bound} is proven possible; this is a fault of peerage, please report it`,
    );
    process.exitCode = FAILED;
  }
}
