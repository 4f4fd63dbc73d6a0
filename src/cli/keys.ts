/**
 * `peerage keys`: makes, lists, rotates and revokes keys in a ledger that no service has open; a service that runs is
 * asked over HTTP instead. A secret is all that is written to standard output, so that a script can take it.
 */
import { PeerageError } from '../error.ts';
import type { Key, Keys, MadeKey, Scope } from '../http/keys.ts';
import { withoutSecret } from '../ledger/postgres/place.ts';
import { choice, lasting, misuse } from './flags.ts';
import { printable, tell, writeOut } from './output.ts';
import { date, type KeyFlags, seconds } from './service-flags.ts';

/** Makes a key. @throws PeerageError; `bad-option` for misuse. */
export async function createKey(ledger: string, flags: KeyFlags): Promise<void> {
  const scopes = (flags.scope ?? []).flatMap((value) => value.split(','));
  if (scopes.length === 0) throw misuse('--scope', 'is missing; expected some of read, write, admin');
  for (const scope of scopes) choice('--scope', scope, ['read', 'write', 'admin']);
  const expires = flags.expires === undefined ? null : date('--expires', flags.expires);
  if (flags.community !== undefined) await checkId(flags.community);
  const { firstKeyFault } = await import('../http/keys.ts');
  await withKeys(ledger, 'make', async (keys) => {
    const { community = null, name = '' } = flags;
    const input = { scopes: scopes as Scope[], community, name, expires };
    const fault = firstKeyFault(keys, input);
    if (fault !== undefined) throw misuse('--scope', fault);
    await told(await keys.create(input));
  });
}

/** Lists the keys, without their secrets. */
export async function listKeys(ledger: string, flags: { format?: string }): Promise<void> {
  const format = choice('--format', flags.format ?? 'table', ['table', 'json']);
  await withKeys(ledger, 'read', async (keys) => {
    const list = keys.list();
    if (format === 'json') return writeOut([`${JSON.stringify(list, null, 2)}\n`]);
    return writeOut(list.map((key) => `${printable(lineOf(key))}\n`));
  });
}

/** Gives a key a new secret. */
export async function rotateKey(ledger: string, id: string, flags: { grace?: string }): Promise<void> {
  const grace = flags.grace === undefined ? 0 : seconds('--grace', flags.grace) * 1000;
  await withKeys(ledger, 'change', async (keys) => told(await keys.rotate(id, { grace })));
}

/** Refuses a key from now on. */
export async function revokeKey(ledger: string, id: string): Promise<void> {
  await withKeys(ledger, 'change', async (keys) => tell(`peerage: ${lineOf(await keys.revoke(id))}`));
}

async function withKeys(
  ledger: string,
  access: 'read' | 'change' | 'make',
  use: (keys: Keys) => Promise<void>,
): Promise<void> {
  lasting('LEDGER', ledger, 'a file, or postgres://...');
  const { openStore } = await import('../ledger.ts');
  // What is only changed is not made.
  if (access === 'change') await (await openStore(ledger, { readonly: true })).close();
  const readonly = access === 'read';
  const { Keys } = await import('../http/keys.ts');
  const store = await openStore(ledger, { readonly }).catch((error) => {
    if (!(error instanceof PeerageError) || error.code !== 'ledger-locked') throw error;
    const reason = `${error.reason}; if a service has it open, ask that: /v1/keys`;
    throw new PeerageError('ledger-locked', reason, { file: withoutSecret(ledger) });
  });
  try {
    await use(await Keys.open(store.documents));
  } finally {
    await store.close();
  }
}

async function told({ key, secret }: MadeKey): Promise<void> {
  await writeOut([`${secret}\n`]);
  tell(`peerage: ${lineOf(key)}; the secret is told this once`);
}

/** A key on one line. */
function lineOf({ id, name, scopes, community, expires, revoked, retiring }: Key): string {
  const date = (at: number) => new Date(at).toISOString();
  const parts = [
    ...[id, scopes.join(','), community ?? 'all communities'],
    ...(name === '' ? [] : [name]),
    ...(expires === null ? [] : [`expires ${date(expires)}`]),
    ...(retiring === null ? [] : [`old secret until ${date(retiring)}`]),
    ...(revoked === null ? [] : [`revoked ${date(revoked)}`]),
  ];
  return parts.join('  ');
}

async function checkId(community: string): Promise<void> {
  const { checkCommunity } = await import('../http/community-id.ts');
  try {
    checkCommunity(community);
  } catch (error) {
    throw misuse('--community', (error as PeerageError).reason);
  }
}
