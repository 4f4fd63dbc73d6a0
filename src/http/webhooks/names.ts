/**
 * Addresses of names. The system looks names up in threads, of which it has two for that: two names whose servers are
 * silent would hold up all others, and so whoever else has receivers. Here nobody waits for a thread.
 */
import { lookup, Resolver } from 'node:dns/promises';
import type { Milliseconds } from '../../event.ts';

export interface Address {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a name. */
export type Resolve = (name: string) => Promise<readonly Address[]>;

/** As the machine knows names, its own among them. */
export const ofMachine: Resolve = (name) => lookup(name, { all: true });

/** As servers of names know them; those of the system unless given. */
export function ofServers(servers?: readonly string[], timeout: Milliseconds = 2_000): Resolve {
  return async (name) => {
    // A new one each time, since the system's servers may have changed.
    const resolver = new Resolver({ timeout, tries: 2 });
    if (servers !== undefined) resolver.setServers(servers);
    const found = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    const all = found.flatMap((one, k) =>
      one.status === 'rejected' ? [] : one.value.map((address) => ({ address, family: k === 0 ? 4 : 6 })),
    );
    const failed = found.find((one) => one.status === 'rejected');
    if (all.length === 0 && failed !== undefined) throw failed.reason;
    return all;
  };
}
