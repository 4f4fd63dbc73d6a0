/** That what is appended has been at its door, `parseEvent`: a host without types may hand over anything. */
import { PeerageError, quote } from '../error.ts';
import type { Event } from '../event.ts';

/** @throws PeerageError `bad-event` with the index. */
export function checkParsed(events: readonly Event[]): void {
  for (const [index, event] of events.entries()) {
    if (typeof event === 'object' && event !== null && isParsed(event)) continue;
    const reason = `${quote(event)} is not an event as parseEvent gives it; expected one with its defaults filled in`;
    throw new PeerageError('bad-event', reason, { index, value: event });
  }
}

function isParsed(event: Event): boolean {
  if (event.id !== undefined && typeof event.id !== 'string') return false;
  if (event.at !== undefined && typeof event.at !== 'number') return false;
  switch (event.type) {
    case 'endorse':
    case 'object':
      return texts(event.source, event.target, event.kind) && typeof event.weight === 'number';
    case 'grant':
      return texts(event.target, event.issuer) && typeof event.weight === 'number';
    case 'retract':
    case 'revoke':
      return texts(event.of);
    case 'forget':
      return texts(event.contributor);
    case 'advance':
      return event.at !== undefined;
    default:
      return event.type === 'policy';
  }
}

const texts = (...values: unknown[]) => values.every((value) => typeof value === 'string');
