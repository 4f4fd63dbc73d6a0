/** What an attack is: data that say what it costs and means, and a function that adds its statements. */
import type { Campaign } from './campaign.ts';
import type { Community } from './community.ts';

export interface Scenario {
  /** Unique among all scenarios. */
  readonly name: string;
  /** What was chosen, by name. */
  readonly parameters: Readonly<Record<string, number>>;
  /** How long it takes the attacker; 1 unless given. */
  readonly days?: number;
  /** Why it cannot be run on a community, or null where it can. */
  readonly lacks?: (community: Community) => string | null;
  /** Carries it out. */
  readonly run: (campaign: Campaign) => void;
}

/** Scenarios of one idea. */
export interface Family {
  readonly name: string;
  /** What the attacker does, in a sentence. */
  readonly statement: string;
  /** Where the idea and its parameters come from; null where they are ours. */
  readonly source: string | null;
  readonly scenarios: readonly Scenario[];
}

/** For scenarios that begin at credentials. */
export function lacksCredentials({ holders }: Community): string | null {
  return holders.length === 0 ? 'no credential is in force' : null;
}
