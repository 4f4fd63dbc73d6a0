/** Who may ask: stands here until keys with scopes do. */
import type { Milliseconds } from '../event.ts';

/** What a key may do in its community: ask; add events; all of it, with policies, webhooks and erasure. */
export type Scope = 'read' | 'write' | 'admin';

/** A key as it is shown: never its secret. */
export interface Key {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Null for all communities. */
  readonly community: string | null;
  readonly created: Milliseconds;
  readonly expires: Milliseconds | null;
  readonly revoked: Milliseconds | null;
  readonly retiring: Milliseconds | null;
}
