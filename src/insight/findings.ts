/**
 * What an audit found, in sentences for a member of the community: each with the figure that it rests on and
 * the threshold that made it worth saying. Nothing is said of what stays on the right side of its threshold,
 * except that there is nothing to say.
 */
import type { Audit, Finding } from './audited.ts';

/** What makes something worth saying; shares are 0..1. */
export interface Thresholds {
  /** Half of what is delivered passes through fewer contributors than this. */
  readonly waist50: number;
  /** Less of the trust than this is delivered without the ten strongest carriers. */
  readonly survive10: number;
  /** The waist is narrower than what is held by this much: hourglass index above this. */
  readonly hourglass: number;
  /** So much of all credentials is held by at most so many. */
  readonly credentialShare: number;
  readonly credentialHolders: number;
  /** The most trusted 1% hold more than this. */
  readonly top1: number;
  /** A closed group uses more of its bound than this and holds more of all trust than that. */
  readonly used: number;
  readonly groupTrust: number;
  /** The order of those who stayed agrees less with the earlier one than this (Spearman). */
  readonly spearman: number;
  /** Newcomers hold less than this although they are a tenth of the community. */
  readonly newcomersShare: number;
}

export const THRESHOLDS: Thresholds = {
  waist50: 10,
  survive10: 0.5,
  hourglass: 0.9,
  credentialShare: 0.995,
  credentialHolders: 10,
  top1: 0.5,
  used: 0.8,
  groupTrust: 0.01,
  spearman: 0.5,
  newcomersShare: 0.01,
};

export function findingsOf(audit: Omit<Audit, 'findings'>, thresholds: Thresholds): Finding[] {
  const findings: Finding[] = [];
  const say = (code: string, value: number, threshold: number, text: string) =>
    findings.push({ code, text, value, threshold });
  const { held, waist, survival, issuers, groups, mobility, order } = audit;
  if (order === 0) {
    say('empty', 0, 1, 'There is nobody in this community, so there is nothing to measure.');
    return findings;
  }
  if (issuers.holders.count === 0) {
    say(
      'no-credential',
      0,
      1,
      'No credential is in force: everybody counts alike, fake accounts too, and nothing bounds what these can take.',
    );
  }
  if (waist.all.deliveries === 0) {
    say('no-delivery', 0, 1, `No trust is delivered, since ${undelivered(audit)}: there is no waist.`);
  } else {
    const { w50, carriers } = waist.all;
    if (w50 !== null && w50 < thresholds.waist50) {
      const names = carriers.slice(0, Math.min(3, w50)).map(({ contributor }) => contributor);
      const who = w50 <= 3 ? listed(names) : `${names.join(', ')} and ${w50 - names.length} more`;
      say(
        'narrow-waist',
        w50,
        thresholds.waist50,
        `${people(w50)} ${w50 === 1 ? 'stands' : 'stand'} in half of all deliveries of trust: ${who}.`,
      );
    }
    const ten = survival['10']!;
    if (ten < thresholds.survive10) {
      say(
        'fragile',
        ten,
        thresholds.survive10,
        `Without its ten strongest carriers ${ten === 0 ? 'none' : percent(ten)} of the trust would still be delivered.`,
      );
    }
    if (waist.hourglass !== null && waist.hourglass > thresholds.hourglass) {
      say(
        'hourglass',
        waist.hourglass,
        thresholds.hourglass,
        `${people(held.nakamoto50)} ${held.nakamoto50 === 1 ? 'holds' : 'hold'} half of the trust, but it comes to them through ${w50}: what is held does not show the neck.`,
      );
    }
  }
  const { count, fewest, share } = issuers.holders;
  if (count > 0 && fewest <= thresholds.credentialHolders) {
    const all = fewest === count;
    const text = all
      ? `All credentials are held by ${people(count)}.`
      : `${people(fewest, 'account')} ${fewest === 1 ? 'holds' : 'hold'} ${percent(share)} of the credentials, though ${people(count, 'account')} have some.`;
    say('few-credentials', fewest, thresholds.credentialHolders, text);
  }
  if (held.top1 > thresholds.top1) {
    say(
      'held-by-few',
      held.top1,
      thresholds.top1,
      `The most trusted 1% hold ${percent(held.top1)} of all trust.`,
    );
  }
  for (const one of groups.suspicious) {
    if (one.used <= thresholds.used || one.trust <= thresholds.groupTrust) continue;
    say(
      'closed-group',
      one.used,
      thresholds.used,
      `A closed group of ${one.members} (${one.examples.slice(0, 3).join(', ')}${one.members > 3 ? ', ...' : ''}) keeps ${percent(one.kept)} of what it could pass on, has ${percent(one.trust)} of all trust and uses ${percent(one.used)} of the most that it could get.`,
    );
  }
  if (mobility !== null) {
    if (mobility.spearman !== null && mobility.spearman < thresholds.spearman) {
      say(
        'reordered',
        mobility.spearman,
        thresholds.spearman,
        `The order of those who stayed has little to do with the earlier one (Spearman ${mobility.spearman.toFixed(2)}).`,
      );
    }
    if (mobility.newcomers >= order / 10 && mobility.newcomersShare < thresholds.newcomersShare) {
      say(
        'closed-door',
        mobility.newcomersShare,
        thresholds.newcomersShare,
        `${people(mobility.newcomers, 'newcomer')} together hold ${percent(mobility.newcomersShare)} of the trust.`,
      );
    }
  }
  return findings;
}

function undelivered({ order, size, issuers }: Pick<Audit, 'order' | 'size' | 'issuers'>): string {
  if (order === 1) return 'there is one contributor';
  if (size === 0) return 'nobody endorses anybody';
  const { count } = issuers.holders;
  const who = count === order ? 'everybody holds a credential' : 'nobody without a credential is endorsed';
  return count > 10 ? `${who} (those with small ones can be counted as without: holders from)` : who;
}

function people(count: number, word = 'contributor'): string {
  return `${count.toLocaleString('en-US')} ${word}${count === 1 ? '' : 's'}`;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Two decimals near the ends, so that what is not all is not shown as all. */
function percent(share: number): string {
  const text = (share * 100).toFixed(share > 0.99 || share < 0.01 ? 2 : 1);
  if (share > 0 && Number(text) === 0) return 'less than 0.01%';
  if (share < 1 && Number(text) === 100) return 'more than 99.99%';
  return `${text}%`;
}
