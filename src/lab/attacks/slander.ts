/**
 * Attacks on those who have a good name: objections by fakes whom nobody endorses, by fakes who bought some
 * trust first, and by real contributors who gang up on one.
 */
import type { Campaign } from '../campaign.ts';
import type { Family } from '../scenario.ts';

const SLANDER = { fakes: 500, targets: 20 };
const BOUGHT = { fakes: 100, targets: 20, bought: 100 };
const BRIGADE = { members: 100, targets: 1 };

export const slander: Family = {
  name: 'slander',
  statement:
    'objections against the most trusted: by 500 fakes whom nobody endorses, by a hundred with a bought endorsement each, and by a brigade of a hundred contributors against one',
  source: 'Hoffman and others 2009, a survey of attacks: slandering',
  scenarios: [
    {
      name: 'slander',
      parameters: SLANDER,
      run: (campaign) => {
        against(campaign, campaign.accounts(SLANDER.fakes), SLANDER.targets);
      },
    },
    {
      name: 'slander-bought',
      parameters: BOUGHT,
      run: (campaign) => {
        const fakes = campaign.accounts(BOUGHT.fakes);
        for (const fake of fakes) campaign.endorse(campaign.anybody(), fake);
        against(campaign, fakes, BOUGHT.targets);
      },
    },
    {
      name: 'brigade',
      parameters: BRIGADE,
      lacks: ({ order }) => (order < 2 * BRIGADE.members ? 'it takes 200 contributors' : null),
      run: (campaign) => {
        const [victim, ...others] = campaign.community.ranked;
        const brigade = campaign.some(others, BRIGADE.members);
        campaign.turn(brigade);
        campaign.targets.add(victim!);
        for (const member of brigade) campaign.object(member, victim!);
      },
    },
  ],
};

function against(campaign: Campaign, fakes: readonly number[], count: number): void {
  const targets = campaign.community.ranked.subarray(0, count);
  for (const target of targets) {
    campaign.targets.add(target);
    for (const fake of fakes) campaign.object(fake, target);
  }
}
