/**
 * The handy forms of a change that is only tried: without a contributor, a statement, the credentials of an
 * issuer, or under another policy. What is wrong with one is told by its name.
 */
import { PeerageError } from '../error.ts';
import type { Event } from '../event.ts';
import { checkId } from '../event.ts';
import { unknownContributor } from '../insight/nearest.ts';
import type { PolicyInput } from '../policy.ts';
import type { Record } from '../record/record.ts';

/** What may be supposed; several together are supposed in this order. */
export interface Supposition {
  /** Contributors that are not there, nor anything that touches them. */
  without?: string | readonly string[];
  /** Ids of endorsements and objections that were not made. */
  withoutStatement?: string | readonly string[];
  /** Issuers whose credentials were not granted. */
  withoutIssuer?: string | readonly string[];
  /** Any part of another policy; what it leaves out has its default. */
  policy?: PolicyInput;
}

const FIELDS = ['without', 'withoutStatement', 'withoutIssuer', 'policy'] as const;

/** True for an object that says any of it, and is no event. */
export function isSupposition(change: unknown): change is Supposition {
  if (typeof change !== 'object' || change === null || Object.hasOwn(change, 'type')) return false;
  return FIELDS.some((field) => Object.hasOwn(change, field));
}

/** Changes a record that is imagined. @throws PeerageError for what does not apply, by the field that says it. */
export function suppose(record: Record, supposition: Supposition): void {
  for (const field of Object.keys(supposition)) {
    if ((FIELDS as readonly string[]).includes(field)) continue;
    const reason = `is nothing that can be supposed; expected ${FIELDS.join(', ')}`;
    throw new PeerageError('bad-option', reason, { field, value: supposition[field as 'policy'] });
  }
  const { policy } = supposition;
  each(record, supposition, 'without', (contributor) => record.apply({ type: 'forget', contributor }));
  each(record, supposition, 'withoutStatement', (of) => record.apply({ type: 'retract', of }));
  each(record, supposition, 'withoutIssuer', (issuer) => record.revokeAll(issuer));
  if (policy !== undefined) record.apply({ type: 'policy', policy } satisfies Event);
}

/** Who is there. */
function* idsOf(record: Record): Generator<string> {
  const { contributors } = record;
  for (let index = 0; index < contributors.length; index++) {
    if (record.present(index)) yield contributors.text(index);
  }
}

function each(
  record: Record,
  supposition: Supposition,
  field: 'without' | 'withoutStatement' | 'withoutIssuer',
  change: (name: string) => unknown,
): void {
  const given = supposition[field];
  if (given === undefined) return;
  const names: readonly unknown[] = Array.isArray(given) ? given : [given];
  for (const value of names) {
    // Credentials that name no issuer have the empty one.
    if (field !== 'withoutIssuer' || value !== '') checkId(value, field);
    try {
      change(value as string);
    } catch (error) {
      if (!(error instanceof PeerageError)) throw error;
      if (error.code === 'unknown-contributor')
        throw unknownContributor(field, value as string, idsOf(record));
      throw new PeerageError(error.code, error.reason, { field, value });
    }
  }
}
