/**
 * `peerage audit`: reads the flags, refuses misuse before any file is read, has the record settled and
 * audited, and prints what was found as text or JSON. Ends with exit code 3 where a condition of `--fail-if`
 * holds.
 */
import { PeerageError } from '../error.ts';
import type { AuditOptions } from '../insight/audit.ts';
import { type Audit, figuresOf } from '../insight/audited.ts';
import { type Condition, holds, parseCondition } from '../insight/condition.ts';
import type { Communities } from '../insight/suspicious.ts';
import { FEWEST_WALKS } from '../insight/waists.ts';
import type { Scores } from '../scores.ts';
import { renderAudit } from './audit-text.ts';
import * as read from './flags.ts';
import { readGroups } from './group-file.ts';
import { colours, tell, writeOut } from './output.ts';
import { readingOf, sourcesOf } from './record.ts';
import { destination, writeWhole } from './whole-file.ts';

/** The exit code where a condition of `--fail-if` holds. */
const CONDITION_HOLDS = 3;

/** Audits the files as one record. @throws PeerageError; `bad-option` for misuse. */
export async function audit(files: string[], flags: read.AuditFlags): Promise<void> {
  const sources = sourcesOf('audit', files, flags);
  const out = flags.out === '-' ? undefined : flags.out;
  const format =
    flags.format === undefined
      ? out?.endsWith('.json')
        ? 'json'
        : 'text'
      : read.choice('--format', flags.format, ['text', 'json']);
  const conditions = (flags.failIf ?? []).map((text) => conditionOf('--fail-if', text));
  const options: AuditOptions = {};
  if (flags.walks !== undefined) options.walks = walksOf(flags.walks);
  if (flags.seed !== undefined) options.seed = read.count('--seed', flags.seed);
  if (flags.top !== undefined) options.top = read.count('--top', flags.top);
  if (flags.holdersFrom !== undefined) options.holdersFrom = read.share('--holders-from', flags.holdersFrom);
  if (flags.through !== undefined) options.through = flags.through;
  const since = flags.since === undefined ? undefined : read.until(flags.since, '--since');
  if (since !== undefined && sources.includes('-')) {
    throw read.misuse('--since', 'needs the record twice, and "-" can be read once; expected files');
  }
  const reading = await readingOf(sources, flags);
  if (flags.group !== undefined) options.groups = await readGroups(flags.group);
  const inputs = flags.group === undefined ? reading.inputs : [...reading.inputs, flags.group];
  const to = out === undefined ? undefined : destination(out, inputs);

  const { engineOfDataset } = await import('../batch.ts');
  let then: Scores | undefined;
  const data = await reading.load(async (options) => {
    const now = await engineOfDataset(files, options);
    // The same policy for both, whatever policies the record declared on the way.
    const { policy } = now.engine;
    if (since !== undefined)
      then = (await engineOfDataset(files, { ...options, policy, until: since })).engine.scores();
    return now;
  });
  const { engine } = data;
  const communities = await finder();
  let found: Audit;
  try {
    found = engine.audit({
      ...options,
      ...(communities !== null && { communities }),
      ...(then !== undefined && { since: then }),
    });
  } catch (error) {
    const inGroup = error instanceof PeerageError && error.field?.startsWith('group ');
    throw inGroup && flags.group !== undefined ? error.at({ file: flags.group }) : error;
  }
  const named = communities === null ? withReason(found) : found;
  const { policy: inForce } = engine;
  const text =
    format === 'json'
      ? [`${JSON.stringify({ policy: inForce, ...named }, null, 2)}\n`]
      : renderAudit(named, inForce, look(to === undefined));
  if (to === undefined) await writeOut(text);
  else await writeWhole(to, text);
  reading.remark(data);
  judge(conditions, found);
}

/** A condition, or the misuse of a flag. */
export function conditionOf(flag: string, text: string): Condition {
  try {
    return parseCondition(text);
  } catch (error) {
    throw read.misuse(flag, (error as PeerageError).reason);
  }
}

export function walksOf(text: string): number {
  const walks = read.count('--walks', text);
  if (walks >= FEWEST_WALKS) return walks;
  throw read.misuse('--walks', `${text} is refused; expected a whole number from ${FEWEST_WALKS}`);
}

function look(shown: boolean) {
  const width = shown && process.stdout.isTTY ? process.stdout.columns || 80 : 80;
  return { colour: colours(shown ? process.stdout : {}), width };
}

/** Says which conditions hold, and ends with the exit code for it. */
function judge(conditions: readonly Condition[], found: Audit): void {
  const figures = figuresOf(found);
  for (const condition of conditions) {
    const held = holds(condition, figures);
    if (held === false) continue;
    const { figure, text } = condition;
    tell(
      held === true
        ? `peerage: --fail-if ${text}: ${figure} is ${figures[figure]}`
        : `peerage: --fail-if ${text}: there is no figure ${figure} in this audit`,
    );
    process.exitCode = CONDITION_HOLDS;
  }
}

/** The Louvain method, where its packages are installed. */
export async function finder(): Promise<Communities | null> {
  const { louvain } = await import('../formats/graphology/louvain.ts');
  try {
    return await louvain();
  } catch (error) {
    if (error instanceof PeerageError && error.code === 'missing-package') return null;
    throw error;
  }
}

function withReason(found: Audit): Audit {
  const skipped =
    'graphology and graphology-communities-louvain are not installed (npm install graphology graphology-communities-louvain)';
  return { ...found, groups: { ...found.groups, skipped } };
}
