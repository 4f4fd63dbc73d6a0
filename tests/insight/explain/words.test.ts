/** Explanations in words: each sentence as it is said, wherever most of the trust comes from. */
import { describe, expect, it } from 'vitest';
import { type EventInput, type ExplainOptions, type TrustEngine } from '../../../src/index.ts';
import { endorse, engineWith, grant, object } from './events.ts';

describe('in words', () => {
  const words = (engine: TrustEngine, id: string, options: ExplainOptions = {}) =>
    engine.explain(id, options).words;

  it('says who gave what and when, with the same numbers', () => {
    const engine = engineWith([
      grant('linus', { issuer: 'foundation' }),
      grant('grace', { issuer: 'foundation' }),
      ...['2019-05-01', '2020-05-01', '2021-05-01'].map((at) =>
        endorse('linus', 'ada', { kind: 'review', at }),
      ),
      endorse('grace', 'ada', { kind: 'thanks', at: '2021-01-01' }),
      object('mallory', 'ada'),
      object('grace', 'mallory', { kind: 'spam' }),
      grant('mallory', { weight: 0.5 }),
    ]);
    expect(words(engine, 'ada')).toEqual([
      "Two thirds of ada's trust comes from linus, who endorsed ada in 3 reviews between 2019 and 2021.",
      'The rest comes from grace (a third).',
      expect.stringMatching(
        /^mallory objects to ada \(once\), which takes away \d+% of what arrived and leaves \d+% of all trust, rank 1 of 4\.$/,
      ),
    ]);
    expect(words(engine, 'linus')).toEqual([
      "All of linus's trust comes from a credential granted by foundation.",
      'Nothing else adds to it.',
      expect.stringMatching(
        /^Nobody objects to linus, who has \d+% of all trust, somewhere from rank 2 to 3 of 4\.$/,
      ),
    ]);
    expect(words(engine, 'ada', { by: 'path' })[0]).toBe(
      "Two thirds of ada's trust came along the strongest chain of endorsements, linus -> ada.",
    );
    expect(words(engine, 'ada', { by: 'origin' })[0]).toBe(
      "Two thirds of ada's trust started at linus, who holds a credential granted by foundation.",
    );
  });

  it.each<[string, EventInput[], string, string[]]>([
    [
      'no endorsements at all',
      [endorse('ada', 'ada')],
      'ada',
      [
        "All of ada's trust is the start that every contributor has, as no credential is in force.",
        'Nothing else adds to it.',
        'Nobody objects to ada, who has 100% of all trust, rank 1 of 1.',
      ],
    ],
    [
      'nobody with trust',
      [grant('linus'), endorse('a b', 'ada'), object('a b', 'ada')],
      'ada',
      [
        'Nothing gives ada any trust: the one contributor who endorsed ada had nothing to pass on, and ada holds no credential.',
        'Trust starts at credentials and reaches whom their holders endorse, and whom those endorse in turn.',
        'One contributor objects to ada, which costs nothing: ada has no part of all trust, rank 3 of 3.',
      ],
    ],
  ])('is clear where there is %s', (_, events, id, expected) => {
    const told = words(engineWith(events), id);
    expect(told.slice(0, 2)).toEqual(expected.slice(0, 2));
    expect(told[2]!.replace(/somewhere from rank \d+ to (\d+)/, 'rank $1')).toBe(expected[2]);
  });
});

