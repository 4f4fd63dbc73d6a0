/** An event to append, and all that a ledger holds, for tests and for the torture that runs without them. */
import type { Event } from '../../src/event.ts';
import type { Ledger } from '../../src/ledger.ts';

export const endorse = (source: string, target: string, id?: string): Event => ({
  type: 'endorse',
  ...(id !== undefined && { id }),
  source,
  target,
  weight: 1,
  kind: 'endorsement',
});

export async function all(ledger: Ledger, after = 0, options: { to?: number; batch?: number } = {}) {
  const entries = [];
  for await (const batch of ledger.read(after, options)) entries.push(...batch);
  return entries;
}

export const events = async (ledger: Ledger) => (await all(ledger)).map(({ event }) => event);
