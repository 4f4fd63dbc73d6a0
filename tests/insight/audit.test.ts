/** The audit of settlements small enough to be counted: what of it is named, how much of it, and what is refused. */
import { describe, expect, it } from 'vitest';
import { PeerageError } from '../../src/error.ts';
import { type AuditOptions, auditOf } from '../../src/insight/audit.ts';
import { samplingError } from '../../src/insight/waist.ts';
import { settlementOf } from './community.ts';

const WALKS = { walks: 2000 };
const ring = (count: number) => Array.from({ length: count }, (_, k) => `m${k}>m${(k + 1) % count}`);

describe('an audit', () => {
  const settlement = settlementOf(['+a*3@board', '+b@club', 'a>c', 'b>c', 'c>d', 'd>e*2', 'c>f', 'e>c'], {
    damping: 0.5,
  });
  const audit = () => auditOf(settlement, WALKS);

  it('tells of what it was made', () => {
    expect(audit()).toMatchObject({ order: 6, size: 6, sequence: 8, seed: 1, mobility: null });
    expect(audit().bound).toBe(settlement.scores.bound);
    expect(audit().waist.walks).toBe(2000);
    expect(Object.keys(audit().held)).toEqual(
      'gini top1 top10 effective effectiveHHI nakamoto50 lorenz'.split(' '),
    );
    expect(audit().held.lorenz).toHaveLength(7);
    expect(auditOf(settlement).waist.walks).toBe(20_000);
    expect(auditOf(settlement, { ...WALKS, seed: -5 }).seed).toBe(-5);
  });

  it('names carriers, and says who of them holds a credential', () => {
    const { all, peers } = audit().waist;
    expect(all.carriers.map(({ contributor, credential }) => [contributor, credential])).toEqual([
      ['a', true],
      ['b', true],
    ]);
    expect(all.carriers[0]!.share).toBeCloseTo(0.75, 1);
    expect(all.carriers[1]!.together).toBe(1);
    expect(peers.carriers[0]).toMatchObject({ contributor: 'c', credential: false });
    // Who has less than a share of all credentials counts as without one.
    const from = auditOf(settlement, { ...WALKS, holdersFrom: 0.5 }).waist;
    expect(from.all.carriers.map(({ contributor, credential }) => [contributor, credential])).toEqual([
      ['a', true],
      ['b', false],
    ]);
    expect(from.peers.carriers.map(({ contributor }) => contributor)).toContain('b');
  });

  it('says how far sampling may put off what is measured, by the fewer deliveries', () => {
    const { all, peers, error } = audit().waist;
    expect(peers.deliveries).toBeLessThan(all.deliveries);
    expect(error).toBe(samplingError(0.5, peers.deliveries));
  });

  it('compares the waist with what is held', () => {
    expect(audit().held.nakamoto50).toBeGreaterThan(1);
    expect(audit().waist.hourglass).toBe(1 - audit().waist.all.w50! / audit().held.nakamoto50);
    expect(auditOf(settlementOf(['+a']), WALKS).waist.hourglass).toBeNull();
    expect(auditOf(settlementOf([]), WALKS).waist.hourglass).toBeNull();
  });

  it('computes what passes through the three strongest, or those who are named', () => {
    const peer = auditOf(settlementOf(['a>b', 'c>b', 'd>b', 'e>b', 'b>f', 'f>g']), WALKS);
    expect(peer.through).toHaveLength(3);
    expect(peer.through[0]!.contributor).toBe(peer.waist.all.carriers[0]!.contributor);
    const named = auditOf(settlement, { ...WALKS, through: ['d', 'c'] }).through;
    expect(named.map(({ contributor }) => contributor)).toEqual(['d', 'c']);
    expect(named[1]).toMatchObject({ reaches: expect.closeTo(0.5, 2), passes: expect.closeTo(0.25, 1) });
    expect(auditOf(settlement, { ...WALKS, through: [] }).through).toEqual([]);
  });

  it('names no more than are asked for', () => {
    const crowd = settlementOf(Array.from({ length: 30 }, (_, k) => [`+m${k}*${30 - k}`, `m${k}>x`]).flat());
    expect(auditOf(crowd, WALKS).waist.all.carriers).toHaveLength(10);
    expect(auditOf(crowd, WALKS).issuers.largest).toHaveLength(10);
    const two = auditOf(crowd, { ...WALKS, top: 2 });
    expect([two.waist.all.carriers.length, two.issuers.largest.length]).toEqual([2, 2]);
    expect(two.issuers.largest.map(({ contributor }) => contributor)).toEqual(['m0', 'm1']);
  });

  it('measures movers from earlier scores, groups that are named, and holders by its thresholds', () => {
    const before = settlementOf(['+a', 'a>b', 'a>c'], { damping: 0.5 }).scores;
    const now = settlementOf(['+a', 'a>b*9', 'a>c', 'd>c'], { damping: 0.5 });
    const told = auditOf(now, {
      ...WALKS,
      since: before,
      top: 1,
      groups: [
        ['b', 'g'],
        ['c', 'h'],
        ['b', 'h'],
      ],
    });
    expect(told.mobility).toMatchObject({
      since: 3,
      newcomers: 1,
      rose: [{ contributor: 'b' }],
      fell: [{ contributor: 'c' }],
    });
    expect(told.groups.named.map(({ group, members }) => [group, members])).toEqual([
      ['g', 1],
      ['h', 2],
    ]);
    const holders = (credentialShare: number) =>
      auditOf(settlement, { ...WALKS, thresholds: { credentialShare } }).issuers.holders.fewest;
    expect([holders(0.7), holders(0.8)]).toEqual([1, 2]);
    expect(
      auditOf(settlement, { ...WALKS, thresholds: { waist50: 1 } }).findings.map(({ code }) => code),
    ).not.toContain('narrow-waist');
    expect(audit().findings.map(({ code }) => code)).toContain('narrow-waist');
  });

  it('looks for groups that nobody named where it is given how, and says why where it does not', () => {
    const closed = settlementOf(['+a', ...['a>b', 'b>c', 'c>a', 'a>x'], ...['x>y', 'y>z', 'z>x']]);
    const labels = Array.from({ length: closed.graph.order }, (_, row) =>
      'xyz'.includes(closed.id(row)) ? 1 : 0,
    );
    const seen: unknown[] = [];
    const communities: NonNullable<AuditOptions['communities']> = (pairs, seed) => {
      seen.push(pairs.order, pairs.sources.length, seed);
      return labels;
    };
    const found = auditOf(closed, { ...WALKS, seed: 7, communities }).groups;
    expect(found.skipped).toBeNull();
    expect(found.suspicious.map(({ group }) => group)).toEqual(['around x']);
    expect(seen).toEqual([6, 7, 7]);
    expect(auditOf(closed, { ...WALKS, communities, top: 0 }).groups.suspicious).toEqual([]);
    expect(auditOf(closed, { ...WALKS, communities, suspicion: { least: 4 } }).groups.suspicious).toEqual([]);
    expect(auditOf(closed, { ...WALKS, communities, mostPairs: 7 }).groups.skipped).toBeNull();
    expect(auditOf(closed, { ...WALKS, communities, mostPairs: 6 }).groups).toMatchObject({
      suspicious: [],
      skipped: 'the community has 7 endorsed pairs, and communities are looked for in at most 6',
    });
    expect(auditOf(closed, WALKS).groups.skipped).toBe('nothing that finds communities was given');
  });

  it('thins out the curve: the first hundred points, then every fiftieth part of the way, and the last', () => {
    const many = auditOf(settlementOf(ring(700)), { walks: 20_000, through: [] }).waist.all;
    const points = many.curve.map(([k]) => k);
    expect(points.slice(0, 103)).toEqual([...Array.from({ length: 101 }, (_, k) => k), 102, 105]);
    expect(points).toContain(105);
    expect(new Set(points).size).toBe(points.length);
    const last = many.curve.at(-1)!;
    expect(last[1]).toBeGreaterThan(0.9);
    expect(last[0]).toBeGreaterThan(points.at(-2)!);
    const short = auditOf(settlementOf(['a>b', 'b>c', 'c>a', 'a>d']), { ...WALKS, through: [] }).waist.all;
    expect(short.curve.map(([k]) => k)).toEqual(short.curve.map((_, k) => k));
    expect(short.curve[0]).toEqual([0, 0]);
  });

  it.each<[AuditOptions, string, string, unknown]>([
    [{ walks: 99 }, 'walks', '99 is refused; expected a whole number from 100', 99],
    [{ walks: 100.5 }, 'walks', '100.5 is refused; expected a whole number from 100', 100.5],
    [{ seed: 1.5 }, 'seed', '1.5 is refused; expected a whole number', 1.5],
    [{ top: -1 }, 'top', '-1 is refused; expected a whole number from 0', -1],
    [{ holdersFrom: -0.1 }, 'holdersFrom', '-0.1 is refused; expected a number from 0 to 1', -0.1],
    [{ holdersFrom: 1.1 }, 'holdersFrom', '1.1 is refused; expected a number from 0 to 1', 1.1],
    [{ holdersFrom: '1' as never }, 'holdersFrom', '"1" is refused; expected a number from 0 to 1', '1'],
    [{ through: ['x'] }, 'through', '"x" is not a contributor of this record', 'x'],
  ])('refuses %o', (options, field, reason, value) => {
    let refusal: unknown;
    try {
      auditOf(settlement, options);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(PeerageError);
    const code = field === 'through' ? 'unknown-contributor' : 'bad-option';
    expect(refusal).toMatchObject({ code, field, reason, value });
  });

  it('takes the ends of what it may be given', () => {
    expect(
      auditOf(settlement, { walks: 100, top: 0, holdersFrom: 1, seed: Number.MIN_SAFE_INTEGER }).waist.walks,
    ).toBe(100);
    expect(auditOf(settlement, { walks: 100, holdersFrom: 0, seed: 0 }).seed).toBe(0);
  });
});
