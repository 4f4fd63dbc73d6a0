/**
 * One account that ten honest contributors endorse, and a hundred fakes behind it in the usual shapes: alone,
 * in a row, in a ring, all with all, or around it. Rings and stars are the serial and the parallel Sybil
 * strategy of MeritRank, of which it bounds the gain.
 */
import type { Campaign } from '../campaign.ts';
import type { Family, Scenario } from '../scenario.ts';

const FAKES = 100;
const BOUGHT = 10;

export const infiltrator: Family = {
  name: 'infiltrator',
  statement:
    'ten honest contributors endorse one infiltrator, which stands alone or passes it on to a hundred fakes: in a path, a cycle, a clique or a star',
  source: 'Nasrulin and others 2022 (MeritRank): serial, cyclic and parallel Sybil strategies',
  scenarios: [
    scenario('lone-fake', 0, () => {}),
    scenario('path', FAKES, (campaign, spy, fakes) => {
      chain(campaign, [spy, ...fakes]);
    }),
    scenario('cycle', FAKES, (campaign, spy, fakes) => {
      chain(campaign, [spy, ...fakes, spy]);
    }),
    scenario('clique', FAKES, (campaign, spy, fakes) => {
      const all = [spy, ...fakes];
      for (const u of all) for (const v of all) if (u !== v) campaign.endorse(u, v);
    }),
    scenario('star', FAKES, (campaign, spy, fakes) => {
      for (const fake of fakes) {
        campaign.endorse(spy, fake);
        campaign.endorse(fake, spy);
      }
    }),
  ],
};

function chain(campaign: Campaign, accounts: readonly number[]): void {
  for (let k = 1; k < accounts.length; k++) campaign.endorse(accounts[k - 1]!, accounts[k]!);
}

function scenario(
  name: string,
  count: number,
  shape: (campaign: Campaign, spy: number, fakes: readonly number[]) => void,
): Scenario {
  return {
    name,
    parameters: { fakes: count, bought: BOUGHT },
    run: (campaign) => {
      const [spy] = campaign.accounts(1);
      for (const u of campaign.contributors(BOUGHT)) campaign.endorse(u, spy!);
      shape(campaign, spy!, campaign.accounts(count));
    },
  };
}
