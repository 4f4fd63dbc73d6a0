/**
 * A fake region copied from the honest one, so that nothing inside tells them apart, and k endorsements that
 * lead into it from honest contributors: placed at random, near credentials, or by few who are gullible.
 */
import type { Campaign } from '../campaign.ts';
import type { Community } from '../community.ts';
import { type Family, lacksCredentials, type Scenario } from '../scenario.ts';

const BOUGHT = [100, 1_000, 5_000, 20_000, 50_000];
const GULLIBLE = 20;

type Endorser = (campaign: Campaign) => () => number;

const ANYBODY: Endorser = (campaign) => () => campaign.anybody();

/** Whom a random holder of a credential endorses; the holder itself where it endorses nobody. */
const NEAR: Endorser = ({ community, chance }) => {
  const { holders } = community;
  return () => {
    const holder = holders[chance.below(holders.length)]!;
    const near = community.endorsedBy(holder, chance);
    return near < 0 ? holder : near;
  };
};

const FEW: Endorser = (campaign) => {
  const few = campaign.contributors(GULLIBLE);
  return () => campaign.one(few);
};

export const copy: Family = {
  name: 'copy',
  statement:
    'a fake copy of the whole community, with endorsements from honest contributors: at random, from those whom credential holders endorse (near), or from 20 who are gullible',
  source: 'Cao and others 2012 (SybilRank): a fake region of any shape behind a number of attack edges',
  scenarios: [
    ...BOUGHT.map((bought) => scenario('random', bought, ANYBODY, ({ order }) => order)),
    ...BOUGHT.map((bought) => scenario('near', bought, NEAR, nearby)),
    ...BOUGHT.map((bought) => scenario('gullible', bought, FEW, ({ order }) => Math.min(GULLIBLE, order))),
  ],
};

function scenario(
  placed: string,
  bought: number,
  endorser: Endorser,
  endorsers: (community: Community) => number,
): Scenario {
  return {
    name: `${placed}-${bought}`,
    parameters: { bought, ...(placed === 'gullible' && { gullible: GULLIBLE }) },
    lacks: (community) => {
      const missing = placed === 'near' ? lacksCredentials(community) : null;
      if (missing !== null) return missing;
      // Where most pairs are taken a draw of a free one takes long, and the fakes are known to everybody.
      const room = Math.floor((endorsers(community) * community.order) / 1.25);
      return bought <= room ? null : `there is room for ${room} such endorsements`;
    },
    run: (campaign) => {
      const fakes = campaign.accounts(campaign.community.order);
      campaign.copy(fakes);
      const from = endorser(campaign);
      campaign.buy(bought, () => [from(), campaign.one(fakes)]);
    },
  };
}

/** Contributors whom a holder endorses, and holders who endorse nobody. */
function nearby({ holders, said: { source, target, weight } }: Community): number {
  const holds = new Set(holders);
  const speaks = new Set<number>();
  const near = new Set<number>();
  for (let k = 0; k < source.length; k++) {
    if (!(weight[k]! > 0) || source[k] === target[k] || !holds.has(source[k]!)) continue;
    speaks.add(source[k]!);
    near.add(target[k]!);
  }
  for (const holder of holders) if (!speaks.has(holder)) near.add(holder);
  return near.size;
}
