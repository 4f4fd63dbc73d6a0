/** Ids of communities that are served: they stand in paths, in stores and in keys. */
import { PeerageError, quote } from '../error.ts';

export const COMMUNITY = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** @throws PeerageError `bad-id`. */
export function checkCommunity(community: string): void {
  if (COMMUNITY.test(community)) return;
  const reason = `${quote(community)} can not name a community; expected 1 to 64 of A-Z a-z 0-9 . _ -, a letter or digit first`;
  throw new PeerageError('bad-id', reason, { field: 'community', value: community });
}
