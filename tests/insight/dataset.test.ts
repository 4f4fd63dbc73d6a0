/** An engine made of files: the scores of the files, and an engine like any other from then on. */
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type DatasetOptions, engineOfDataset, type Source, scoreDataset } from '../../src/batch.ts';

const file = (name: string, text: string): Source => ({
  name,
  stream: Readable.from([new TextEncoder().encode(text)]),
});
const VOTES = [
  'source,target,weight,at',
  'ada,linus,2,2024-01-01T00:00:00Z',
  'linus,grace,1,2024-06-01T00:00:00Z',
  'grace,ada,1,2025-01-01T00:00:00Z',
  'bot,grace,1,2025-02-01T00:00:00Z',
  'grace,linus,-1,2025-03-01T00:00:00Z',
].join('\n');

describe('an engine of files', () => {
  it.each<[string, DatasetOptions]>([
    ['under the classic policy', {}],
    ['under a policy of its own', { policy: { damping: 0.5, balance: 0.3, cap: 4 } }],
    ['with a reserve that fades', { policy: { reserve: 0.5, halfLife: 100 } }],
    ['without a bot', { exclude: (id) => id === 'bot' }],
    ['as the record stood', { until: '2025-01-15T00:00:00Z' }],
  ])('has their scores, bit for bit, %s', async (_, options) => {
    const { scores } = await scoreDataset(file('votes.csv', VOTES), options);
    const { engine } = await engineOfDataset(file('votes.csv', VOTES), options);
    expect([...engine.canonical()]).toEqual([...scores]);
    expect(engine.bound).toBeGreaterThan(0);
    const settled = engine.scores();
    expect(settled.bound).toBeLessThanOrEqual(1e-9);
    for (const { contributor, trust } of scores) expect(settled.of(contributor)!.trust).toBeCloseTo(trust, 8);
  });

  it('takes later events, whatever was asked of those that were read', async () => {
    const options = { until: 2, policy: { damping: 0.5 } };
    const { engine } = await engineOfDataset(file('votes.csv', VOTES), options);
    expect(engine.order).toBe(3);
    engine.apply([
      { type: 'endorse', source: 'ada', target: 'edsger' },
      { type: 'policy', policy: { damping: 0.9 } },
    ]);
    expect(engine.order).toBe(4);
    expect(engine.policy.damping).toBe(0.9);
    expect(engine.scores().of('edsger')!.trust).toBeGreaterThan(0);
  });
});
