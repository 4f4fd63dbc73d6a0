/**
 * The attacks that BrightID tries its own scores on (BrightID-AntiSybil, tests/attacks), by its parameters: 50
 * Sybils, 5 attackers, 10 targets, 3 unfaithful seeds or contributors. Its ties are mutual, so both ends
 * endorse each other; its seeds are holders of credentials. Its attacks by membership of groups have no
 * counterpart where there are endorsements alone.
 */
import type { Campaign } from '../campaign.ts';
import type { Community } from '../community.ts';
import { type Family, lacksCredentials, type Scenario } from '../scenario.ts';

const SYBILS = 50;
const ATTACKERS = 5;
const TARGETS = 10;
const UNFAITHFUL = 3;
/** Ties of a Sybil to those of other clusters. */
const ACROSS = 3;

type Chosen = (campaign: Campaign, count: number) => readonly number[];

const seeds: Chosen = ({ community: { holders } }, count) => holders.slice(0, count);
const top: Chosen = ({ community }, count) => Array.from(community.ranked.subarray(0, count));
const anybody: Chosen = (campaign, count) => campaign.contributors(count);
/** The most trusted of those without a credential. */
const plain: Chosen = ({ community: { ranked, holders } }, count) => {
  const holds = new Set(holders);
  return Array.from(ranked.filter((u) => !holds.has(u)).subarray(0, count));
};

export const brightid: Family = {
  name: 'brightid',
  statement:
    'fifty Sybils around one or five attackers who befriend ten holders of credentials, the ten most trusted, or ten at random; or around one or three who turned; or in clusters that know one another',
  source: "BrightID-AntiSybil, its list of attacks: lone, by a group, by those who turned, 'multi cluster'",
  scenarios: [
    befriending('around-1-seeds', 1, seeds, lacksCredentials),
    befriending('around-1-top', 1, top),
    befriending('around-1-random', 1, anybody),
    befriending('around-5-seeds', ATTACKERS, seeds, lacksCredentials),
    befriending('around-5-top', ATTACKERS, top),
    befriending('around-5-random', ATTACKERS, anybody),
    turning('turned-1-seed', 1, seeds, lacksCredentials),
    turning('turned-1-top', 1, plain, lacksPlain),
    turning('turned-3-seeds', UNFAITHFUL, seeds, lacksCredentials),
    turning('turned-3-top', UNFAITHFUL, plain, lacksPlain),
    {
      name: 'clusters',
      parameters: { sybils: SYBILS, unfaithful: UNFAITHFUL, across: ACROSS },
      lacks: lacksCredentials,
      run: (campaign) => {
        const turned = seeds(campaign, UNFAITHFUL);
        campaign.turn(turned);
        const size = Math.floor(SYBILS / turned.length);
        const clusters = turned.map(() => campaign.accounts(size));
        for (const [k, cluster] of clusters.entries()) {
          for (const sybil of cluster) befriend(campaign, sybil, turned[k]!);
          for (const u of cluster) for (const v of cluster) if (u !== v) campaign.endorse(u, v);
          const others = clusters.filter((other) => other !== cluster).flat();
          for (const u of cluster) for (const v of campaign.some(others, ACROSS)) campaign.endorse(u, v);
        }
      },
    },
  ],
};

function lacksPlain({ holders, order }: Community): string | null {
  return holders.length === order ? 'everybody holds a credential' : null;
}

function befriending(name: string, count: number, targets: Chosen, lacks?: Scenario['lacks']): Scenario {
  return {
    name,
    parameters: { sybils: SYBILS, attackers: count, targets: TARGETS },
    ...(lacks && { lacks }),
    run: (campaign) => {
      const friends = targets(campaign, TARGETS);
      const attackers = campaign.accounts(count);
      for (const attacker of attackers) for (const u of friends) befriend(campaign, u, attacker);
      for (const sybil of campaign.accounts(SYBILS)) {
        for (const attacker of attackers) befriend(campaign, sybil, attacker);
      }
    },
  };
}

function turning(name: string, count: number, chosen: Chosen, lacks?: Scenario['lacks']): Scenario {
  return {
    name,
    parameters: { sybils: SYBILS, unfaithful: count },
    ...(lacks && { lacks }),
    run: (campaign) => {
      const turned = chosen(campaign, count);
      campaign.turn(turned);
      for (const sybil of campaign.accounts(SYBILS)) {
        for (const attacker of turned) befriend(campaign, sybil, attacker);
      }
    },
  };
}

function befriend(campaign: Campaign, u: number, v: number): void {
  campaign.endorse(u, v);
  campaign.endorse(v, u);
}
