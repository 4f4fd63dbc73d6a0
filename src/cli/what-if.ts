/**
 * `peerage what-if`: reads the change and the record, asks the engine of the record what the change would
 * come to, and says who would move. Misuse is refused before any file is read; what does not apply is told
 * by the line, or the option, that says it.
 */
import type { DatasetEngine } from '../batch.ts';
import { PeerageError } from '../error.ts';
import type { Changes } from '../formats/changes.ts';
import { skippedLine } from '../formats/write.ts';
import { type Policy, type Preset, presets } from '../policy.ts';
import * as read from './flags.ts';
import { renderMoves } from './moves.ts';
import { colours, writeOut } from './output.ts';
import { policyFile } from './policy.ts';
import { readingOf, sourcesOf } from './record.ts';
import { many, policyLine } from './summary.ts';

const TABLE_ROWS = 20;

/** What is to be tried, in code and in words. */
interface Change {
  readonly change: Parameters<DatasetEngine['engine']['whatIf']>[0];
  readonly words: string;
  /** What is refused of it, by where it was said. */
  placed(error: PeerageError): PeerageError;
}

/** Says who would move. @throws PeerageError; `bad-option` for misuse. */
export async function whatIf(files: string[], flags: read.WhatIfFlags): Promise<void> {
  const supposes = [
    flags.without,
    flags.withoutStatement,
    flags.withoutIssuer,
    flags.toPolicy,
    flags.toPreset,
  ];
  const supposed = supposes.some((flag) => flag !== undefined);
  const sources = sourcesOf('what-if', files, flags);
  if (!supposed && files.length < 2) {
    const expected =
      'expected peerage what-if CHANGES.jsonl FILE..., or an option that says what is to be different (--without, --without-statement, --without-issuer, --to-policy, --to-preset)';
    throw read.misuse('FILE', `only one is given; ${expected}`);
  }
  const format = read.choice('--format', flags.format ?? 'table', ['table', 'json']);
  const top = flags.top === undefined ? undefined : read.count('--top', flags.top);
  const reading = await readingOf(sources, flags);
  const { change, words, placed } = supposed ? await suppositionOf(flags) : await changesOf(files[0]!);

  const { engineOfDataset } = await import('../batch.ts');
  const record = supposed ? files : files.slice(1);
  const data = await reading.load((options) => engineOfDataset(record, options));
  const { engine, skipped } = data;
  const { bound } = engine.scores();
  let answer: ReturnType<typeof engine.whatIf>;
  try {
    answer = engine.whatIf(change, { tolerance: Math.max(bound, reading.options.tolerance ?? 1e-9) });
  } catch (error) {
    throw error instanceof PeerageError ? placed(error) : error;
  }
  if (format === 'json') {
    const { sequence, policy, total, moved, edgeVisits, arrived, gone, moves } = answer;
    const json = {
      ...{ sequence, bound: answer.bound, policy, total, moved, edgeVisits, arrived, gone },
      skipped: skipped.length === 0 ? undefined : skipped.map(skippedLine),
      moves: moves.slice(0, top),
    };
    await writeOut([`${JSON.stringify(json, null, 2)}\n`]);
  } else {
    const width = process.stdout.isTTY ? process.stdout.columns || 80 : undefined;
    const look = { colour: colours(process.stdout), width };
    await writeOut(renderMoves({ words, answer, policy: engine.policy }, top ?? TABLE_ROWS, look));
  }
  reading.remark(data);
}

/** A file of events. */
async function changesOf(file: string): Promise<Change> {
  const { readChanges } = await import('../formats/changes.ts');
  const { events, placed }: Changes = await readChanges(file);
  return { change: events, words: `${many(events.length, 'event')} of ${file}`, placed };
}

/** What options say. */
async function suppositionOf(flags: read.WhatIfFlags): Promise<Change> {
  const { without, withoutStatement, withoutIssuer } = flags;
  const policy = await toPolicy(flags);
  const words = [
    ...(without ?? []).map((id) => `without ${id}`),
    ...(withoutStatement ?? []).map((id) => `without the statement ${id}`),
    ...(withoutIssuer ?? []).map((name) => `without the credentials of ${name === '' ? 'no issuer' : name}`),
    ...(policy === undefined ? [] : [`under ${policyLine(policy)}`]),
  ];
  return {
    change: {
      ...(without && { without }),
      ...(withoutStatement && { withoutStatement }),
      ...(withoutIssuer && { withoutIssuer }),
      ...(policy && { policy }),
    },
    words: words.join(', '),
    placed({ code, reason, field = '', value }) {
      const flag = field === 'policy' && flags.toPreset !== undefined ? '--to-preset' : '--to-policy';
      return new PeerageError(code, reason, {
        field: field.startsWith('policy') ? flag : read.flagOf(field),
        value,
      });
    },
  };
}

async function toPolicy(flags: read.WhatIfFlags): Promise<Policy | undefined> {
  if (flags.toPolicy !== undefined && flags.toPreset !== undefined) {
    throw read.misuse('--to-preset', 'cannot go with --to-policy; expected one of the two');
  }
  if (flags.toPolicy !== undefined) return policyFile(flags.toPolicy);
  if (flags.toPreset === undefined) return undefined;
  return presets[read.choice('--to-preset', flags.toPreset, Object.keys(presets) as Preset[])];
}
