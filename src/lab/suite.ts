/** All scenarios, and the choice of some by the names of scenarios or of families. */
import { PeerageError, quote } from '../error.ts';
import { brightid } from './attacks/brightid.ts';
import { copy } from './attacks/copy.ts';
import { credentials } from './attacks/credentials.ts';
import { deceit } from './attacks/deceit.ts';
import { eigentrust } from './attacks/eigentrust.ts';
import { infiltrator } from './attacks/infiltrator.ts';
import { slander } from './attacks/slander.ts';
import { spam } from './attacks/spam.ts';
import type { Family } from './scenario.ts';

/** In the order in which they are run and printed. */
export const families: readonly Family[] = [
  copy,
  infiltrator,
  spam,
  deceit,
  slander,
  credentials,
  eigentrust,
  brightid,
];

/**
 * The families of a suite, each with the scenarios that were asked for; "all" is everything.
 * @throws PeerageError `bad-option` for a name that is neither a family nor a scenario.
 */
export function chosen(suite: readonly string[]): Family[] {
  const names = new Set(suite);
  for (const name of names) {
    const known = families.some(
      (family) => family.name === name || family.scenarios.some((one) => one.name === name),
    );
    if (known || name === 'all') continue;
    const reason = `${quote(name)} is no attack; expected all, a family (${families.map((family) => family.name).join(', ')}) or the name of a scenario`;
    throw new PeerageError('bad-option', reason, { field: 'suite', value: name });
  }
  if (names.size === 0) {
    throw new PeerageError('bad-option', 'names no attack; expected at least one, or all', {
      field: 'suite',
    });
  }
  return families
    .map((family) => {
      const whole = names.has('all') || names.has(family.name);
      return { ...family, scenarios: family.scenarios.filter(({ name }) => whole || names.has(name)) };
    })
    .filter(({ scenarios }) => scenarios.length > 0);
}
