/**
 * Accounts that cost nothing, used by the hundred: a ring of comment spammers that some contributors thank
 * out of politeness, a farm that endorses itself, and a burst of stars bought for one account in a week.
 */
import type { Family, Scenario } from '../scenario.ts';

const RING = { spammers: 50, comments: 40, thankedIn: 50, rounds: 3 };
const BURST = { stars: 500, honest: 25 };
const FARM = { endorsementsOfEach: 10 };

export const spam: Family = {
  name: 'spam',
  statement:
    'accounts that cost nothing: a ring of comment spammers, one in fifty of whose comments is thanked for; a farm that nobody honest endorses; 500 bought stars and 25 fooled contributors in a week',
  source: null,
  scenarios: [
    {
      name: 'spam-ring',
      parameters: RING,
      days: 30,
      run: (campaign) => {
        const ring = campaign.accounts(RING.spammers);
        // Everybody in the ring thanks everybody, in every round; and thanks those it comments on, to be noticed.
        for (let round = 0; round < RING.rounds; round++) {
          for (const u of ring)
            for (const v of ring) if (u !== v) campaign.endorse(u, v, { day: 10 * round });
        }
        for (const spammer of ring) {
          for (const reader of campaign.contributors(RING.comments)) {
            campaign.endorse(spammer, reader, { day: 29 });
            if (campaign.chance.below(RING.thankedIn) === 0) campaign.endorse(reader, spammer, { day: 29 });
          }
        }
      },
    },
    farm(1_000),
    farm(10_000),
    {
      name: 'bought-burst',
      parameters: BURST,
      days: 7,
      run: (campaign) => {
        const [star] = campaign.accounts(1);
        const day = () => campaign.chance.below(7);
        for (const fake of campaign.accounts(BURST.stars)) {
          campaign.endorse(fake, star!, { day: day() });
          // A star of its own for somebody real makes a bought account look like others.
          campaign.endorse(fake, campaign.anybody(), { day: day() });
        }
        for (const u of campaign.contributors(BURST.honest)) campaign.endorse(u, star!, { day: day() });
      },
    },
  ],
};

/** Accounts and edges without end, and not one honest endorsement. */
function farm(accounts: number): Scenario {
  return {
    name: `free-farm-${accounts}`,
    parameters: { accounts, ...FARM },
    run: (campaign) => {
      const [boss] = campaign.accounts(1);
      const workers = campaign.accounts(accounts);
      for (const worker of workers) {
        campaign.endorse(worker, boss!);
        for (let k = 0; k < FARM.endorsementsOfEach; k++) campaign.endorse(worker, campaign.one(workers));
      }
    },
  };
}
