/**
 * Findings: what is on the right side of its threshold says nothing, what is just beyond says one sentence, word
 * for word, with the figure and the threshold.
 */
import { describe, expect, it } from 'vitest';
import type { Audit } from '../../src/insight/audited.ts';
import { findingsOf, THRESHOLDS } from '../../src/insight/findings.ts';

type Found = Omit<Audit, 'findings'>;
interface Change {
  order?: number;
  size?: number;
  held?: object;
  waist?: object;
  all?: object;
  survival?: Record<string, number>;
  holders?: object;
  suspicious?: object[];
  mobility?: object;
}

/** An audit of a hundred contributors of which there is nothing to say, but for what is changed. */
function audit({
  held,
  waist,
  all,
  survival,
  holders,
  suspicious = [],
  mobility,
  ...rest
}: Change = {}): Found {
  const names = 'ada linus grace alan barbara'.split(' ');
  return {
    order: 100,
    size: 500,
    held: { top1: 0.1, nakamoto50: 30, ...held },
    waist: {
      all: {
        deliveries: 1000,
        w50: 20,
        carriers: names.map((contributor) => ({ contributor, share: 0.2, together: 0.2, credential: false })),
        ...all,
      },
      hourglass: 0.2,
      ...waist,
    },
    survival: { '1': 0.9, '10': 0.8, '100': 0.1, ...survival },
    issuers: { holders: { count: 40, fewest: 30, share: 0.996, ...holders } },
    groups: { suspicious },
    mobility: mobility === undefined ? null : { spearman: 0.9, newcomers: 0, newcomersShare: 0, ...mobility },
    ...rest,
  } as unknown as Found;
}
const told = (change: Change, thresholds = {}) =>
  findingsOf(audit(change), { ...THRESHOLDS, ...thresholds }).map(({ code, value, threshold, text }) => [
    code,
    value,
    threshold,
    text,
  ]);

describe('findings', () => {
  it('are none where nothing is beyond its threshold, each of them met exactly', () => {
    expect(told({})).toEqual([]);
    expect(
      told({
        held: { top1: 0.5 },
        all: { w50: 10 },
        survival: { '10': 0.5 },
        waist: { hourglass: 0.9 },
        holders: { fewest: 11 },
        mobility: { spearman: 0.5, newcomers: 10, newcomersShare: 0.01 },
        suspicious: [
          { used: 0.8, trust: 0.5, examples: [] },
          { used: 0.9, trust: 0.01, examples: [] },
        ],
      }),
    ).toEqual([]);
    expect(told({ all: { w50: null }, waist: { hourglass: null } })).toEqual([]);
    expect(told({ mobility: { spearman: null, newcomers: 9, newcomersShare: 0 } })).toEqual([]);
  });

  it('of nobody are that there is nobody, and nothing else', () => {
    expect(told({ order: 0, holders: { count: 0 }, all: { deliveries: 0 } })).toEqual([
      ['empty', 0, 1, 'There is nobody in this community, so there is nothing to measure.'],
    ]);
  });

  it('say that no credential is in force', () => {
    expect(told({ holders: { count: 0, fewest: 0, share: 0 } })).toEqual([
      [
        'no-credential',
        0,
        1,
        'No credential is in force: everybody counts alike, fake accounts too, and nothing bounds what these can take.',
      ],
    ]);
  });

  it.each<[string, Change, string]>([
    ['one contributor', { order: 1, size: 0 }, 'there is one contributor'],
    ['no endorsements', { size: 0 }, 'nobody endorses anybody'],
    ['holders alone', { order: 8, holders: { count: 8 } }, 'everybody holds a credential'],
    ['strangers unheard of', { holders: { count: 10 } }, 'nobody without a credential is endorsed'],
    [
      'many small credentials',
      { holders: { count: 11 } },
      'nobody without a credential is endorsed (those with small ones can be counted as without: holders from)',
    ],
  ])('say why nothing is delivered: %s', (_, change, why) => {
    expect(told({ all: { deliveries: 0, w50: null }, survival: { '10': 0 }, ...change })).toEqual([
      ['no-delivery', 0, 1, `No trust is delivered, since ${why}: there is no waist.`],
    ]);
  });

  it.each<[number, string]>([
    [1, '1 contributor stands in half of all deliveries of trust: ada.'],
    [2, '2 contributors stand in half of all deliveries of trust: ada and linus.'],
    [3, '3 contributors stand in half of all deliveries of trust: ada, linus and grace.'],
    [4, '4 contributors stand in half of all deliveries of trust: ada, linus, grace and 1 more.'],
    [9, '9 contributors stand in half of all deliveries of trust: ada, linus, grace and 6 more.'],
  ])('name a waist of %d', (w50, text) => {
    expect(told({ all: { w50 } })).toEqual([['narrow-waist', w50, 10, text]]);
  });

  it.each<[number, string]>([
    [0, 'none'],
    [0.00001, 'less than 0.01%'],
    [0.0099, '0.99%'],
    [0.01, '1.0%'],
    [0.499, '49.9%'],
  ])('say how little survives the loss of ten: %d', (ten, share) => {
    expect(told({ survival: { '10': ten } })).toEqual([
      [
        'fragile',
        ten,
        0.5,
        `Without its ten strongest carriers ${share} of the trust would still be delivered.`,
      ],
    ]);
  });

  it('say that what is held does not show the neck', () => {
    const change = { all: { w50: 12 }, waist: { hourglass: 0.95 } };
    expect(told({ ...change, held: { nakamoto50: 1234 } })).toEqual([
      [
        'hourglass',
        0.95,
        0.9,
        '1,234 contributors hold half of the trust, but it comes to them through 12: what is held does not show the neck.',
      ],
    ]);
    expect(told({ ...change, held: { nakamoto50: 1 } })[0]![3]).toMatch(
      /^1 contributor holds half of the trust/,
    );
  });

  it.each<[object, string]>([
    [{ count: 3, fewest: 3, share: 1 }, 'All credentials are held by 3 contributors.'],
    [{ count: 1, fewest: 1, share: 1 }, 'All credentials are held by 1 contributor.'],
    [
      { count: 9, fewest: 1, share: 0.9999999 },
      '1 account holds more than 99.99% of the credentials, though 9 accounts have some.',
    ],
    [
      { count: 90, fewest: 10, share: 0.996 },
      '10 accounts hold 99.60% of the credentials, though 90 accounts have some.',
    ],
  ])('say that few hold the credentials: %o', (holders, text) => {
    expect(told({ holders })).toEqual([
      ['few-credentials', (holders as { fewest: number }).fewest, 10, text],
    ]);
  });

  it('say that the most trusted hold most', () => {
    expect(told({ held: { top1: 0.99 } })).toEqual([
      ['held-by-few', 0.99, 0.5, 'The most trusted 1% hold 99.0% of all trust.'],
    ]);
    expect(told({ held: { top1: 1 } })[0]![3]).toBe('The most trusted 1% hold 100.00% of all trust.');
  });

  it('name closed groups by three of their members, and go on after one that is not worth it', () => {
    const group = { used: 0.97, trust: 0.25, kept: 0.875, members: 4, examples: ['f1', 'f2', 'f3', 'f4'] };
    const says = (who: string) =>
      `A closed group of ${who} keeps 87.5% of what it could pass on, has 25.0% of all trust and uses 97.0% of the most that it could get.`;
    expect(
      told({
        suspicious: [
          { ...group, used: 0.5 },
          { ...group, trust: 0.001 },
          group,
          { ...group, members: 3, examples: ['f1', 'f2', 'f3'] },
        ],
      }),
    ).toEqual([
      ['closed-group', 0.97, 0.8, says('4 (f1, f2, f3, ...)')],
      ['closed-group', 0.97, 0.8, says('3 (f1, f2, f3)')],
    ]);
  });

  it('say that the order has changed, and that newcomers get nothing', () => {
    expect(told({ mobility: { spearman: 0.25, newcomers: 10, newcomersShare: 0.002 } })).toEqual([
      [
        'reordered',
        0.25,
        0.5,
        'The order of those who stayed has little to do with the earlier one (Spearman 0.25).',
      ],
      ['closed-door', 0.002, 0.01, '10 newcomers together hold 0.20% of the trust.'],
    ]);
  });

  it('say that newcomers have nothing as 0.00%, and not as little', () => {
    expect(told({ mobility: { newcomers: 1234, newcomersShare: 0 } })[0]![3]).toBe(
      '1,234 newcomers together hold 0.00% of the trust.',
    );
  });

  it('hold an audit against thresholds that are these unless others are given', () => {
    expect(THRESHOLDS).toEqual({
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
    });
  });

  it('go by the thresholds that are given', () => {
    expect(
      told({}, { waist50: 21, survive10: 0.81, hourglass: 0.1, top1: 0.05 }).map(([code]) => code),
    ).toEqual(['narrow-waist', 'fragile', 'hourglass', 'held-by-few']);
    expect(told({}, { credentialHolders: 30 }).map(([code, , threshold]) => [code, threshold])).toEqual([
      ['few-credentials', 30],
    ]);
  });
});
