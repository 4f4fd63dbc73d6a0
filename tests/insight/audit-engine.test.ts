/** The audit of an engine: its shape, that it repeats itself, communities that are hardly there, real ones. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { louvain } from '../../src/graphology.ts';
import { type EventInput, type PeerageError, presets, TrustEngine } from '../../src/index.ts';

const DATASETS = new URL('../../../shared/datasets/', import.meta.url);
const lines = (name: string) => readFileSync(new URL(name, DATASETS), 'utf8').trim().split('\n');

function engineOf(events: EventInput[], options?: ConstructorParameters<typeof TrustEngine>[0]): TrustEngine {
  const engine = new TrustEngine({ tolerance: 1e-9, ...options });
  engine.apply(events);
  return engine;
}
const said = (...pairs: string[]) =>
  pairs.map((pair) => ({ type: 'endorse' as const, source: pair[0]!, target: pair[1]! }));

describe('the audit', () => {
  const events = [
    { type: 'grant' as const, target: 'a', issuer: 'foundation' },
    ...said('ab', 'ac', 'bd', 'ce', 'de', 'ea', 'db'),
  ];

  it('has the parts that it promises', () => {
    const { findings, ...audit } = engineOf(events).audit({
      groups: [
        ['d', 'team'],
        ['e', 'team'],
      ],
    });
    expect(Object.keys(audit)).toEqual(
      'order size sequence bound seed held waist survival through issuers groups mobility'.split(' '),
    );
    expect(Object.keys(audit.held)).toEqual(
      'gini top1 top10 effective effectiveHHI nakamoto50 lorenz'.split(' '),
    );
    expect(Object.keys(audit.waist)).toEqual('all peers hourglass walks error'.split(' '));
    expect(audit).toMatchObject({ order: 5, size: 7, sequence: 8, seed: 1, mobility: null });
    expect(audit.waist).toMatchObject({ walks: 20_000, all: { w50: 1, w90: 1 } });
    expect(audit.waist.all.carriers[0]).toEqual({
      contributor: 'a',
      share: 1,
      together: 1,
      credential: true,
    });
    expect(audit.waist.peers.carriers.every(({ contributor }) => contributor !== 'a')).toBe(true);
    expect(Object.keys(audit.survival)).toEqual(['1', '10', '100']);
    expect(audit.survival['1']).toBe(0);
    expect(audit.issuers.list).toEqual([{ issuer: 'foundation', credentials: 1, holders: 1, mass: 1 }]);
    expect(audit.groups.named).toMatchObject([{ group: 'team', members: 2, credentials: 0 }]);
    expect(findings.map(({ code }) => code)).toContain('narrow-waist');
  });

  it('is the same for the same events and seed, word for word, and another for another seed', () => {
    const told = (seed?: number) =>
      JSON.stringify(engineOf(events).audit(seed === undefined ? {} : { seed }));
    expect(told()).toBe(told(1));
    expect(told(2)).not.toBe(told(1));
  });

  it('counts earned restart as a new start, so letting go widens the waist', () => {
    const community: EventInput[] = [
      { type: 'grant', target: 'm0' },
      ...Array.from({ length: 300 }, (_, k) => ({
        type: 'endorse' as const,
        source: `m${k % 60}`,
        target: `m${(k * 17 + Math.floor(k / 60) * 7 + 1) % 60}`,
      })),
    ];
    const waist = (policy: object) => engineOf(community, { policy }).audit({ through: [] });
    const [classic, resilient] = [waist(presets.classic), waist(presets.resilient)];
    expect(classic.waist.all.w50).toBe(1);
    expect(classic.survival['1']).toBe(0);
    expect(resilient.waist.all.w50).toBeGreaterThan(3);
    expect(resilient.survival['1']).toBeGreaterThan(0.3);
    expect(resilient.issuers.earned).toBeGreaterThan(0.3);
  });

  it('finds the ring of fakes that nobody named, and what it uses of its bound', async () => {
    const honest = Array.from({ length: 300 }, (_, k) => ({
      type: 'endorse' as const,
      source: `h${k % 60}`,
      target: `h${(k * 17 + Math.floor(k / 60) * 7 + 1) % 60}`,
    }));
    const fakes = Array.from({ length: 60 }, (_, k) => ({
      type: 'endorse' as const,
      source: `f${k % 12}`,
      target: `f${(k * 5 + Math.floor(k / 12) + 1) % 12}`,
    }));
    const engine = engineOf([
      { type: 'grant', target: 'h0' },
      ...honest,
      ...fakes,
      { type: 'endorse', source: 'h3', target: 'f0' },
    ]);
    const { groups } = engine.audit({ communities: await louvain(), through: [] });
    expect(groups.skipped).toBeNull();
    const [worst] = groups.suspicious;
    expect(worst!.members).toBe(12);
    expect(worst!.examples.every((id) => id.startsWith('f'))).toBe(true);
    expect(worst!.used).toBeGreaterThan(0.99);
    expect(worst!.used).toBeLessThanOrEqual(1 + 1e-6);
    expect(engine.audit({ through: [] }).groups.skipped).toMatch(/^nothing that finds communities/);
    expect(engine.audit({ through: [], communities: await louvain(), mostPairs: 10 }).groups.skipped).toMatch(
      /at most 10$/,
    );
  });

  it('names rank correlation and movers since earlier scores', () => {
    const engine = engineOf(events);
    const before = engine.scores();
    engine.apply(said('xb', 'ax', 'ay'));
    expect(engine.audit({ since: before }).mobility).toMatchObject({ since: 8, newcomers: 2 });
  });
});

describe('a community that is hardly there', () => {
  it.each<[string, EventInput[], string[]]>([
    ['nobody', [], ['empty']],
    ['one contributor', [{ type: 'grant', target: 'a' }], ['no-delivery', 'few-credentials']],
    [
      'one who only endorses itself',
      [{ type: 'endorse', source: 'a', target: 'a' }],
      ['no-credential', 'no-delivery'],
    ],
    [
      'no endorsements',
      [
        { type: 'grant', target: 'a' },
        { type: 'object', source: 'a', target: 'b' },
      ],
      ['no-delivery', 'few-credentials'],
    ],
    [
      'holders of credentials alone',
      [{ type: 'grant', target: 'a' }, { type: 'grant', target: 'b' }, ...said('ab')],
      ['no-delivery', 'few-credentials'],
    ],
  ])('of %s is answered all the same', (_, events, codes) => {
    const { waist, findings, survival } = engineOf(events).audit();
    expect([waist.all.w50, waist.peers.w90, waist.hourglass]).toEqual([null, null, null]);
    expect(survival).toEqual({ 1: 0, 10: 0, 100: 0 });
    const told = findings.map(({ code }) => code);
    for (const code of codes) expect(told).toContain(code);
    expect(JSON.stringify(findings)).not.toMatch(/NaN|null|undefined/);
  });

  it.each<[object, string, string]>([
    [{ walks: 99 }, 'bad-option', 'from 100'],
    [{ walks: 1.5 }, 'bad-option', 'whole number'],
    [{ seed: '1' }, 'bad-option', 'seed'],
    [{ top: -1 }, 'bad-option', 'top'],
    [{ holdersFrom: 2 }, 'bad-option', 'from 0 to 1'],
    [{ through: ['nobody'] }, 'unknown-contributor', '"nobody"'],
    [{ groups: [['nobody', 'team']] }, 'unknown-contributor', 'names nobody of this community'],
  ])('refuses %o', (options, code, text) => {
    const engine = engineOf(said('ab'));
    expect(() => engine.audit(options)).toThrow(text);
    try {
      engine.audit(options);
    } catch (error) {
      expect((error as PeerageError).code).toBe(code);
    }
  });

  it('passes over members of a group that are not here, as long as one is', () => {
    const { groups } = engineOf(said('ab')).audit({
      groups: [
        ['nobody', 'team'],
        ['b', 'team'],
        ['b', 'team'],
      ],
    });
    expect(groups.named).toMatchObject([{ group: 'team', members: 1 }]);
  });
});

const otc = existsSync(new URL('bitcoin-otc', DATASETS));
if (!otc) console.log('skipped: the waist of bitcoin-otc needs ../shared/datasets/bitcoin-otc');

describe.skipIf(!otc)('bitcoin-otc, positive ratings', () => {
  const ratings = () =>
    lines('bitcoin-otc/soc-sign-bitcoinotc.csv').flatMap((line): EventInput[] => {
      const [source, target, rating] = line.split(',') as [string, string, string];
      return Number(rating) > 0 ? [{ type: 'endorse', source, target, weight: Number(rating) }] : [];
    });
  const grant = (target: string): EventInput => ({ type: 'grant', target });
  const TEN = '35 2642 2028 1810 7 905 3129 1 4197 13'.split(' ');

  /** Gini of those with any trust, from its definition over sorted shares. */
  function gini(engine: TrustEngine): number {
    const shares = [...engine.scores().trust()].filter((share) => share > 0).sort((a, b) => a - b);
    const all = shares.reduce((a, b) => a + b);
    const weighted = shares.reduce((sum, share, k) => sum + (k + 1) * share, 0);
    return (2 * weighted) / (shares.length * all) - (shares.length + 1) / shares.length;
  }

  it('held trust does not see the neck: the same Gini for a waist of 1 and of 4 to 6', () => {
    const ten = engineOf([...TEN.map(grant), ...ratings()]);
    const one = engineOf([grant('35'), ...ratings()]);
    for (const seed of [1, 2]) {
      const { all, peers } = ten.audit({ seed, through: [] }).waist;
      expect(all.w50).toBeGreaterThanOrEqual(4);
      expect(all.w50).toBeLessThanOrEqual(6);
      expect(peers.w50).toBeGreaterThanOrEqual(35);
      expect(peers.w50).toBeLessThanOrEqual(48);
    }
    expect(one.audit({ through: [] }).waist.all.w50).toBe(1);
    expect(Math.abs(gini(ten) - gini(one))).toBeLessThan(0.03);
  });
});

const degen = existsSync(new URL('openrank-degen', DATASETS));
if (!degen) console.log('skipped: the credentials of openrank-degen need ../shared/datasets/openrank-degen');

describe.skipIf(!degen)('openrank-degen', () => {
  it('three accounts hold 99.87% of the credentials', () => {
    const seeds = lines('openrank-degen/seed-db.csv')
      .slice(1)
      .map((line): EventInput => {
        const [target, weight] = line.split(',') as [string, string];
        return { type: 'grant', target, weight: Number(weight) };
      });
    const tips = lines('openrank-degen/trust-db.csv')
      .slice(1)
      .map((line): EventInput => {
        const [source, target, weight] = line.split(',') as [string, string, string];
        return { type: 'endorse', source, target, weight: Number(weight) };
      });
    const { findings, waist } = engineOf([...seeds, ...tips], { tolerance: 1e-6 }).audit({
      holdersFrom: 0.001,
    });
    const few = findings.find(({ code }) => code === 'few-credentials')!;
    expect(few.value).toBe(3);
    expect(few.text).toBe('3 accounts hold 99.87% of the credentials, though 12,372 accounts have some.');
    expect(waist.all.w50).toBe(1);
  });
});
