/**
 * Accounts that were good, or look as if they had never been bad: camouflage for ninety days, and leaving a
 * bad name behind. `caught` is what becomes of the same accounts where they stay; beside it stands what they
 * gain by coming back as somebody whom nobody knows.
 */
import type { Campaign } from '../campaign.ts';
import type { Family } from '../scenario.ts';

const CAMOUFLAGE = { accounts: 20, endorsers: 5, farm: 200, goodDays: 90, regretIn: 5 };
const BAD = { accounts: 20, endorsers: 3, objectors: 10 };

export const deceit: Family = {
  name: 'deceit',
  statement:
    'twenty accounts behave for ninety days and then spend their trust on two hundred fakes (camouflage); twenty that were objected to stay (caught), or come back under new names (whitewash)',
  source: 'Hoffman and others 2009, a survey of attacks: whitewashing, and betrayal after good behaviour',
  scenarios: [
    {
      name: 'camouflage',
      parameters: CAMOUFLAGE,
      days: CAMOUFLAGE.goodDays,
      run: (campaign) => {
        const good = campaign.accounts(CAMOUFLAGE.accounts);
        const endorsed: [number, number][] = [];
        for (const account of good) {
          for (const u of campaign.contributors(CAMOUFLAGE.endorsers)) {
            const day = campaign.chance.below(CAMOUFLAGE.goodDays);
            campaign.endorse(u, account, { day });
            campaign.endorse(account, u, { day });
            endorsed.push([u, account]);
          }
        }
        const day = CAMOUFLAGE.goodDays;
        const farm = campaign.accounts(CAMOUFLAGE.farm);
        for (const account of good) for (const fake of farm) campaign.endorse(account, fake, { day });
        for (const fake of farm) campaign.endorse(fake, campaign.one(good), { day });
        // Some of those who were deceived notice.
        for (const [u, account] of endorsed) {
          if (campaign.chance.below(CAMOUFLAGE.regretIn) === 0) campaign.object(u, account, { day });
        }
      },
    },
    {
      name: 'caught',
      parameters: BAD,
      run: (campaign) => {
        disgraced(campaign);
      },
    },
    {
      name: 'whitewash',
      parameters: BAD,
      run: (campaign) => {
        const burnt = disgraced(campaign);
        campaign.turn(burnt);
        for (const account of campaign.accounts(BAD.accounts)) {
          campaign.endorse(account, campaign.anybody(), { day: 1 });
        }
      },
    },
  ],
};

/** Accounts that some endorsed before more objected. */
function disgraced(campaign: Campaign): number[] {
  const accounts = campaign.accounts(BAD.accounts);
  for (const account of accounts) {
    for (const u of campaign.contributors(BAD.endorsers)) campaign.endorse(u, account);
    for (const u of campaign.contributors(BAD.objectors)) campaign.object(u, account);
  }
  return accounts;
}
