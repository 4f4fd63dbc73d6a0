/**
 * The malicious peers of EigenTrust (Kamvar, Schlosser and Garcia-Molina 2003, section 7): 42 of them beside
 * 63 others, so two for every three contributors, and ten dealings of each with honest ones. A dealing that
 * went well is an endorsement, one that did not an objection. How often camouflage deals well (half of the
 * time) and how many are spies (a fifth) are ours to choose: the paper varies both. (A fifth is what Su and
 * others 2014 use: 3.4% spies beside 13.4% malicious.)
 */
import type { Campaign } from '../campaign.ts';
import type { Family, Scenario } from '../scenario.ts';

const PEERS = { maliciousForThree: 2, dealings: 10 };
const CAMOUFLAGE = { ...PEERS, goodInTwo: 1 };
const SPIES = { ...PEERS, spiesInFive: 1 };

export const eigentrust: Family = {
  name: 'eigentrust',
  statement:
    'two malicious peers for every three contributors: alone (A), as a ring that endorses itself (B), dealing well half of the time (C), or with a fifth of them as spies who deal well and endorse the rest (D)',
  source: 'Kamvar and others 2003 (EigenTrust), threat models A to D',
  scenarios: [
    model('eigentrust-a', PEERS, (campaign, peers) => {
      for (const peer of peers) {
        deal(campaign, peer, () => false);
        // Whoever deals badly is what it likes.
        for (const other of campaign.some(peers, 2)) if (other !== peer) campaign.endorse(peer, other);
      }
    }),
    model('eigentrust-b', PEERS, (campaign, peers) => {
      for (const peer of peers) deal(campaign, peer, () => false);
      ring(campaign, peers);
    }),
    model('eigentrust-c', CAMOUFLAGE, (campaign, peers) => {
      for (const peer of peers) deal(campaign, peer, () => campaign.chance.below(2) === 0);
      ring(campaign, peers);
    }),
    model('eigentrust-d', SPIES, (campaign, peers) => {
      const spies = peers.filter((_, k) => k % 5 === 0);
      const others = peers.filter((_, k) => k % 5 !== 0);
      for (const peer of others) deal(campaign, peer, () => false);
      for (const spy of spies) {
        deal(campaign, spy, () => true);
        for (const other of campaign.some(others, PEERS.dealings)) campaign.endorse(spy, other);
      }
    }),
  ],
};

function model(
  name: string,
  parameters: Readonly<Record<string, number>>,
  act: (campaign: Campaign, peers: readonly number[]) => void,
): Scenario {
  return {
    name,
    parameters,
    run: (campaign) => {
      const count = Math.ceil((PEERS.maliciousForThree * campaign.community.order) / 3);
      act(campaign, campaign.accounts(count));
    },
  };
}

function deal(campaign: Campaign, peer: number, well: () => boolean): void {
  for (const u of dealers(campaign)) {
    if (well()) campaign.endorse(u, peer);
    else campaign.object(u, peer);
  }
}

/** Different contributors, drawn one by one: there are many peers and few dealings of each. */
function dealers(campaign: Campaign): Set<number> {
  const drawn = new Set<number>();
  const count = Math.min(PEERS.dealings, campaign.community.order);
  while (drawn.size < count) drawn.add(campaign.anybody());
  return drawn;
}

function ring(campaign: Campaign, peers: readonly number[]): void {
  for (const [k, peer] of peers.entries()) {
    const next = peers[(k + 1) % peers.length]!;
    if (next !== peer) campaign.endorse(peer, next);
  }
}
