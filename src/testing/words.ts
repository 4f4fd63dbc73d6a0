/** Ledgers, policies and whole cases in plain words, for whoever reads a counterexample. */
import { quote } from '../error.ts';
import type { EventInput } from '../event.ts';
import type { Policy } from '../policy.ts';
import { presets } from '../policy.ts';
import type { Case } from './arbitraries/ledger.ts';

/** One event as a clause: "ada endorses bob (weight 2)". */
function eventWords(event: EventInput): string {
  const id = event.id === undefined ? '' : ` [${quote(event.id)}]`;
  switch (event.type) {
    case 'endorse':
    case 'object': {
      const { source, target, weight = 1, kind, at } = event;
      const aside = [
        ...(weight === 1 ? [] : [`weight ${weight}`]),
        ...(kind === undefined ? [] : [`kind ${name(kind)}`]),
        ...(at === undefined ? [] : [dayOf(at)]),
      ];
      const does = event.type === 'endorse' ? 'endorses' : 'objects to';
      const of = aside.length === 0 ? '' : ` (${aside.join(', ')})`;
      return `${name(source)} ${does} ${name(target)}${of}${id}`;
    }
    case 'grant': {
      const { target, weight = 1 } = event;
      return `${name(target)} is granted a credential${weight === 1 ? '' : ` of ${weight}`}${id}`;
    }
    case 'retract':
    case 'revoke':
      return `${quote(event.of)} is ${event.type === 'retract' ? 'retracted' : 'revoked'}`;
    case 'policy':
      return `the policy becomes ${quote(event.policy)}`;
    case 'advance':
      return `time moves to ${dayOf(event.at!)}`;
    case 'forget':
      return `${name(event.contributor)} is forgotten`;
  }
}

/** What of a policy is not as in `classic`: "damping 0.5, cap 8"; "classic" if nothing is. */
function policyWords(policy: Policy): string {
  const changed = Object.entries(policy).filter(
    ([field, value]) => presets.classic[field as keyof Policy] !== value,
  );
  return changed.map(([field, value]) => `${field} ${quote(value)}`).join(', ') || 'classic';
}

/** The ledger and the policy of a case, and whatever else is in it. */
export function caseWords({ policy, events, ...others }: Case): string {
  const ledger = events.length === 0 ? 'nothing' : events.map(eventWords).join('; ');
  const more = Object.entries(others).map(([field, value]) => `${field}: ${partWords(value)}`);
  return [`policy: ${policyWords(policy)}`, `ledger: ${ledger}`, ...more].join('\n');
}

function partWords(value: unknown): string {
  if (Array.isArray(value) && value.length > 0 && value.every(isEvent))
    return value.map(eventWords).join('; ');
  return isEvent(value) ? eventWords(value) : quote(value);
}

function isEvent(value: unknown): value is EventInput {
  return typeof value === 'object' && value !== null && 'type' in value;
}

/** An id as it is said: quoted where it could be mistaken for anything else. */
function name(id: string): string {
  return /^[a-z][a-z0-9 ]*[a-z0-9]$/.test(id) ? id : quote(id);
}

function dayOf(at: number | string | Date): string {
  return new Date(at).toISOString().slice(0, 10);
}
