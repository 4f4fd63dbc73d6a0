/**
 * The declared parameters of the trust equations: names, defaults, ranges, presets. A policy is plain
 * JSON; `parsePolicy` fills in what is left out and refuses what is out of range, field by field.
 * A parsed policy is frozen, so it can be shared and compared by reference.
 */
import * as z from 'zod/mini';
import { PeerageError, quote } from './error.ts';

/** How the weights of one pair's events combine: their sum, or the square root of it. */
export type Concavity = 'linear' | 'sqrt';

/** The effective policy, every default filled in. */
export interface Policy {
  /** Chance to follow an endorsement rather than stop, 0 <= damping < 1. */
  readonly damping: number;
  /** Share of the restart that comes from credentials, 1e-9 <= balance <= 1; the rest is earned. */
  readonly balance: number;
  /** Largest earned restart of one contributor, in mean restarts; null for none. */
  readonly cap: number | null;
  /** How much of the distrust received counts against the voice, 0..1. */
  readonly objectionWeight: number;
  /** Endorsement weight that every contributor withholds, 0..1e12. */
  readonly reserve: number;
  readonly concavity: Concavity;
  /** Days in which an event loses half its weight; null for never. */
  readonly halfLife: number | null;
  /** The kinds that are known, and what one event of each weighs; null: every kind weighs 1. */
  readonly kinds: Readonly<Record<string, { readonly weight: number }>> | null;
}

/** A policy as it is declared: any part of it. */
export type PolicyInput = { [Name in keyof Policy]?: Policy[Name] | undefined };

const DAMPING = 'a number from 0 to below 1';
const BALANCE =
  'a number from 1e-9 to 1 (at 0 nothing ties the scores to the credentials, and they have no fixed point)';
const CAP = 'a number above 0, in mean restarts, or null for none';
const OBJECTION_WEIGHT = 'a number from 0 to 1 (above 1 the scores have no proven fixed point)';
const RESERVE = 'a number from 0 to 1e12';
const CONCAVITY = '"linear" or "sqrt"';
const HALF_LIFE = 'a number of days from 1e-6 to 1e9, or null for never';
const KINDS = 'an object {name: {"weight": number}}, or null for any kind';
const KIND_WEIGHT = 'a number from 1e-9 to 1e12';

/** Below this doubles prove next to nothing of a score, and in the end sums overflow. */
export const LEAST_BALANCE = 1e-9;

const number = (low: number, high: number, error: string) =>
  z.number({ error }).check(z.gte(low, { error }), z.lte(high, { error }));

const schema = z.strictObject(
  {
    damping: z._default(z.number({ error: DAMPING }).check(z.gte(0, DAMPING), z.lt(1, DAMPING)), 0.85),
    balance: z._default(number(LEAST_BALANCE, 1, BALANCE), 1),
    cap: z._default(z.nullable(z.number({ error: CAP }).check(z.gt(0, CAP))), null),
    objectionWeight: z._default(number(0, 1, OBJECTION_WEIGHT), 1),
    reserve: z._default(number(0, 1e12, RESERVE), 0),
    concavity: z._default(z.enum(['linear', 'sqrt'], { error: CONCAVITY }), 'linear'),
    halfLife: z._default(z.nullable(number(1e-6, 1e9, HALF_LIFE)), null),
    kinds: z._default(
      z.nullable(
        z.record(
          z.string().check(z.minLength(1, 'a name that is not empty')),
          z.strictObject({ weight: number(1e-9, 1e12, KIND_WEIGHT) }, { error: '{"weight": number}' }),
          { error: KINDS },
        ),
      ),
      null,
    ),
  },
  { error: 'an object of policy fields' },
);

/** The fields of a policy, in the order they are printed. */
const POLICY_FIELDS = Object.keys(schema.shape) as (keyof Policy)[];

const PRESET_INPUTS = {
  classic: {},
  guarded: { damping: 0.5 },
  resilient: { damping: 0.5, balance: 0.2, cap: 8 },
} satisfies Record<string, PolicyInput>;

/** The name of a preset. */
export type Preset = keyof typeof PRESET_INPUTS;

/**
 * Checks a declared policy and fills in the defaults.
 * @throws PeerageError `bad-policy`, naming the first field that is refused, its value and its range.
 * @example
 * parsePolicy({ damping: 0.5 }).balance; // 1
 */
export function parsePolicy(input: unknown = {}): Policy {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw refusal(input, parsed.error.issues[0]!);
  const { kinds } = parsed.data;
  // z.record drops a kind named __proto__; a policy is taken whole or not at all.
  if (kinds !== null && Object.hasOwn((input as { kinds: object }).kinds, '__proto__')) {
    throw new PeerageError('bad-policy', 'is a name that a policy cannot hold; rename the kind', {
      field: 'kinds.__proto__',
    });
  }
  for (const kind of Object.values(kinds ?? {})) Object.freeze(kind);
  Object.freeze(kinds);
  return Object.freeze(parsed.data);
}

/** What a refused field should have been, in the words of the table above. */
function refusal(input: unknown, issue: z.core.$ZodIssue): PeerageError {
  if (issue.code === 'unrecognized_keys') {
    const field = [...issue.path, issue.keys[0]].join('.');
    const known = issue.path.length === 0 ? POLICY_FIELDS.join(', ') : 'weight';
    return new PeerageError('bad-policy', `is not a field of a policy; expected ${known}`, { field });
  }
  let value = input;
  for (const step of issue.path) value = (value as Record<PropertyKey, unknown>)[step];
  const field = issue.path.join('.');
  const expected = issue.code === 'invalid_key' ? 'a name that is not empty' : issue.message;
  return new PeerageError('bad-policy', `${quote(value)} is refused; expected ${expected}`, {
    ...(field === '' ? {} : { field }),
    value,
  });
}

/** The presets, parsed: where to start from (docs of each: README). */
export const presets: Readonly<Record<Preset, Policy>> = Object.freeze({
  classic: parsePolicy(PRESET_INPUTS.classic),
  guarded: parsePolicy(PRESET_INPUTS.guarded),
  resilient: parsePolicy(PRESET_INPUTS.resilient),
});
