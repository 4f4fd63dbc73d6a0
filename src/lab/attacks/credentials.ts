/**
 * Attacks from above: a holder of a credential that is bribed or robbed, holders who collude, and a
 * contributor who would like to be one. A credential is an event of the host and not a statement of
 * contributors, so all that is open to the last is to say it of itself.
 */
import { WEIGHT_RANGE } from '../../event.ts';
import type { Campaign } from '../campaign.ts';
import { type Family, lacksCredentials } from '../scenario.ts';

const ONE = { fakes: 50, holders: 1, endorsements: 20 };
const COLLUDING = { fakes: 50, tenths: 1, endorsements: 20 };
const SELF = { fakes: 10, weight: WEIGHT_RANGE[1] };

export const credentials: Family = {
  name: 'credentials',
  statement:
    'one holder of a credential is corrupted, or a tenth of them collude, and each endorses 20 of 50 fakes; ten fakes say of themselves that they hold one, with the largest weight there is',
  source: null,
  scenarios: [
    {
      name: 'holder-corrupt',
      parameters: ONE,
      lacks: lacksCredentials,
      run: (campaign) => corrupt(campaign, ONE.holders, ONE),
    },
    {
      name: 'holders-collude',
      parameters: COLLUDING,
      lacks: ({ holders }) => (holders.length < 20 ? 'it takes 20 holders of credentials' : null),
      run: (campaign) => {
        const holders = Math.ceil((COLLUDING.tenths * campaign.community.holders.length) / 10);
        corrupt(campaign, holders, COLLUDING);
      },
    },
    {
      name: 'self-credential',
      parameters: SELF,
      run: (campaign) => {
        for (const fake of campaign.accounts(SELF.fakes)) {
          campaign.endorse(fake, fake, { weight: SELF.weight });
        }
      },
    },
  ],
};

/** They endorse fakes, who endorse one another, beside what they have said before. */
function corrupt(
  campaign: Campaign,
  count: number,
  { fakes, endorsements }: { fakes: number; endorsements: number },
): void {
  const holders = campaign.some(campaign.community.holders, count);
  campaign.turn(holders);
  const region = campaign.accounts(fakes);
  for (const u of region) for (const v of region) if (u !== v) campaign.endorse(u, v);
  for (const holder of holders) {
    for (const fake of campaign.some(region, endorsements)) campaign.endorse(holder, fake);
  }
}
