/** The figures of an audit, by the names that conditions use; null for what a community has none of. */
import { describe, expect, it } from 'vitest';
import { type Audit, figuresOf } from '../../src/insight/audited.ts';

const audit = {
  held: { gini: 0.1, top1: 0.2, top10: 0.3, effective: 4, effectiveHHI: 5, nakamoto50: 6 },
  waist: {
    all: { w50: 7, w90: 8, deliveries: 100 },
    peers: { w50: 9, w90: 10, deliveries: 90 },
    hourglass: 0.11,
  },
  survival: { '1': 0.12, '10': 0.13, '100': 0.14 },
  issuers: { granted: 0.15, earned: 0.16, holders: { count: 40, fewest: 17, share: 1 } },
  groups: { named: [{ used: 0.1 }, { used: 0.18 }, { used: 0.05 }], suspicious: [{}, {}], skipped: null },
  mobility: { newcomersShare: 0.19, spearman: 0.2, kendall: 0.21 },
} as unknown as Audit;

describe('the figures of an audit', () => {
  it('are all that conditions can name', () => {
    expect(figuresOf(audit)).toEqual({
      gini: 0.1,
      top1: 0.2,
      top10: 0.3,
      effective: 4,
      effectiveHHI: 5,
      nakamoto50: 6,
      waist50: 7,
      waist90: 8,
      peers50: 9,
      peers90: 10,
      survive1: 0.12,
      survive10: 0.13,
      survive100: 0.14,
      hourglass: 0.11,
      granted: 0.15,
      earned: 0.16,
      holders: 17,
      newcomers: 0.19,
      spearman: 0.2,
      kendall: 0.21,
      used: 0.18,
      suspicious: 2,
    });
  });

  it('are null where there are no holders, no earlier scores, no groups, and nobody looked for any', () => {
    const without = {
      ...audit,
      issuers: { ...audit.issuers, holders: { count: 0, fewest: 0, share: 0 } },
      groups: { named: [], suspicious: [], skipped: 'nothing was given' },
      mobility: null,
    } as unknown as Audit;
    expect(figuresOf(without)).toMatchObject({
      holders: null,
      newcomers: null,
      spearman: null,
      kendall: null,
      used: null,
      suspicious: null,
    });
    const unvaried = { ...audit, mobility: { ...audit.mobility!, spearman: null, kendall: null } };
    expect(figuresOf(unvaried)).toMatchObject({ newcomers: 0.19, spearman: null, kendall: null });
  });
});
