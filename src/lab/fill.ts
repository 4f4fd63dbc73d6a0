/**
 * A community and what a campaign adds to it as a record, to be weighed under any policy. Contributors are
 * known to it by their index alone: scores do not depend on names, and numbers are interned fastest.
 */
import type { Policy } from '../policy.ts';
import { Record } from '../record/record.ts';
import type { Community, Said } from './community.ts';

/** A record in which the contributor of index u has index u. */
export function recordOf(community: Community, added: Said | null, order: number, policy: Policy): Record {
  const record = new Record({ policy, policyFixed: true });
  const bulk = record.bulk()!;
  const half = Math.ceil(order / 2);
  const even = Uint32Array.from({ length: half }, (_, k) => 2 * k);
  bulk.numbers(
    even,
    even.map((u) => Math.min(u + 1, order - 1)),
    half,
  );
  for (const said of [community.said, added]) {
    if (said === null) continue;
    const { source, target, weight, kind, at } = said;
    bulk.say({ count: source.length, source, target, weight, kind, words: community.kinds, at, id: null });
  }
  for (const { holder, weight, issuer, at } of community.credentials) {
    const dated = Number.isNaN(at) ? {} : { at };
    record.apply({ type: 'grant', target: String(holder), weight, issuer, ...dated });
  }
  return record;
}
