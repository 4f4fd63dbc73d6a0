/**
 * `peerage policy`, and the policy that `peerage score` uses: a preset or a file gives the start, flags
 * override single fields of it. What a file gets wrong is bad data, what a flag gets wrong is misuse.
 */
import { PeerageError, quote } from '../error.ts';
import { type Policy, type PolicyInput, type Preset, parsePolicy, presets } from '../policy.ts';
import { choice, flagOf, misuse, number, type PolicyFlags } from './flags.ts';
import { writeOut } from './output.ts';
import { readText } from './text-file.ts';

/** Prints the effective policy, every default visible. */
export async function policy(flags: PolicyFlags): Promise<void> {
  const effective = (await effectivePolicy(flags)) ?? parsePolicy();
  await writeOut([`${JSON.stringify(effective, null, 2)}\n`]);
}

/**
 * The policy that the flags declare, or undefined if they say nothing of it.
 * @throws PeerageError `bad-option` for a flag, `bad-policy` with its place for a file.
 */
export async function effectivePolicy(flags: PolicyFlags): Promise<Policy | undefined> {
  if (flags.policy !== undefined && flags.preset !== undefined) {
    throw misuse(
      '--preset',
      'cannot go with --policy; expected one of the two (flags override single fields)',
    );
  }
  const overrides = fields(flags);
  if (flags.policy === undefined && flags.preset === undefined && Object.keys(overrides).length === 0) {
    return undefined;
  }
  const start =
    flags.policy !== undefined
      ? await policyFile(flags.policy)
      : presets[choice('--preset', flags.preset ?? 'classic', Object.keys(presets) as Preset[])];
  try {
    return parsePolicy({ ...start, ...overrides });
  } catch (error) {
    // The start was taken before, so what is refused is a flag.
    const { field, value, reason } = error as PeerageError;
    const wording = reason.replace(/or null for \w+/, 'or none');
    throw new PeerageError('bad-option', wording, { field: flagOf(field!), value });
  }
}

function fields(flags: PolicyFlags): PolicyInput {
  const given: Partial<Record<keyof Policy, unknown>> = {};
  const numbers = { damping: '0.85', balance: '1', objectionWeight: '1', reserve: '0' } as const;
  for (const [field, example] of Object.entries(numbers) as [keyof typeof numbers, string][]) {
    const text = flags[field];
    if (text !== undefined) given[field] = number(flagOf(field), text, `a number such as ${example}`);
  }
  for (const field of ['cap', 'halfLife'] as const) {
    const text = flags[field];
    if (text === 'none') given[field] = null;
    else if (text !== undefined) given[field] = number(flagOf(field), text, 'a number, or none');
  }
  if (flags.concavity !== undefined) {
    given.concavity = choice('--concavity', flags.concavity, ['linear', 'sqrt']);
  }
  return given as PolicyInput;
}

/** A policy as a file of JSON declares it. @throws PeerageError `bad-policy`, with its place. */
export async function policyFile(file: string): Promise<Policy> {
  const input = parseJson(await readText(file), file);
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new PeerageError('bad-policy', `${quote(input)} is not a policy; expected a JSON object`, { file });
  }
  try {
    return parsePolicy(input);
  } catch (error) {
    throw error instanceof PeerageError ? error.at({ file }) : error;
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const { message } = error as SyntaxError;
    // The parser tells the place, or quotes what is around it, or says that it met the end.
    const around = /, (?:\.\.\.)?"([\s\S]+)"(?:\.\.\.)? is not valid JSON$/.exec(message)?.[1];
    const at = Number(/at position (\d+)/.exec(message)?.[1] ?? text.length);
    if (around === undefined && at >= text.length) {
      throw new PeerageError('bad-policy', 'ends too early; expected a policy as a JSON object', { file });
    }
    const line = around === undefined ? text.slice(0, at).split('\n').length : undefined;
    const near = quote(around ?? text.slice(Math.max(0, at - 20), at + 20));
    throw new PeerageError('bad-policy', `is not JSON, near ${near}; expected a policy as a JSON object`, {
      file,
      ...(line === undefined ? {} : { line }),
    });
  }
}
