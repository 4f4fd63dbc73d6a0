/** Explanations in words: each sentence as it is said, wherever most of the trust comes from. */
import { describe, expect, it } from 'vitest';
import type { EventInput, ExplainOptions, TrustEngine } from '../../../src/index.ts';
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

  const all = ['a', 'b', 'c', 'd', 'e', 'f'];
  const starts = (...issuers: string[]) => issuers.map((issuer) => grant('ada', { issuer }));

  it.each<[string, EventInput[], string]>([
    ['one without issuer', [grant('ada')], 'a credential'],
    ['one', starts('board'), 'a credential granted by board'],
    ['two of one issuer', starts('board', 'board'), '2 credentials granted by board'],
    ['two of two', starts('board', 'a b'), '2 credentials granted by board and "a b"'],
    ['three of three', starts('x', 'y', 'z'), '3 credentials granted by x, y and z'],
    ['four of four', starts('w', 'x', 'y', 'z'), '4 credentials'],
    ['some without issuer', [...starts('board'), grant('ada')], '2 credentials'],
  ])('tells of %s', (_, events, text) => {
    expect(words(engineWith(events), 'ada').slice(0, 2)).toEqual([
      `All of ada's trust comes from ${text}.`,
      'Nothing else adds to it.',
    ]);
    const engine = engineWith([...events, endorse('ada', 'linus')]);
    expect(words(engine, 'linus', { by: 'origin' })[0]).toBe(
      `All of linus's trust started at ada, who holds ${text}.`,
    );
  });

  it('names three more endorsers, and counts the others', () => {
    const weights = [5, 4, 3, 2, 1, 1];
    const engine = engineWith([
      ...all.flatMap((id, k) => [grant(id, { weight: weights[k]! }), endorse(id, 'ada')]),
    ]);
    expect(words(engine, 'ada').slice(0, 2)).toEqual([
      "31% of ada's trust comes from a, who endorsed ada once.",
      'The rest comes from b (a quarter), c (19%), d (13%) and 2 others (13%).',
    ]);
    expect(words(engine, 'ada', { breadth: 5 })[1]).toMatch(/and 2 others \(13%\)\.$/);
    expect(words(engine, 'ada', { breadth: 3 })[1]).toBe(
      'The rest comes from b (a quarter), c (19%) and 3 others (a quarter).',
    );
    expect(words(engine, 'ada', { breadth: 1 })[1]).toBe('The rest comes from 5 others (69%).');
    const five = engineWith(all.slice(1).flatMap((id) => [grant(id), endorse(id, 'ada')]));
    expect(words(five, 'ada')[1]).toBe('The rest comes from c (20%), d (20%), e (20%) and 1 other (20%).');
  });

  it('names restart of the own among the rest', () => {
    const own = engineWith([
      grant('ada', { weight: 1, issuer: 'board' }),
      grant('b', { weight: 9 }),
      endorse('b', 'ada'),
    ]);
    expect(words(own, 'ada').slice(0, 2)).toEqual([
      "88% of ada's trust comes from b, who endorsed ada once.",
      'The rest comes from a credential granted by board (12%).',
    ]);
    const equal = engineWith([endorse('b', 'ada'), endorse('c', 'ada'), endorse('d', 'ada')]);
    expect(words(equal, 'ada').slice(0, 2)).toEqual([
      "28% of ada's trust is the start that every contributor has, as no credential is in force.",
      'The rest comes from b (24%), c (24%) and d (24%).',
    ]);
    expect(words(engineWith([endorse('b', 'ada')], { damping: 0.9 }), 'ada').slice(0, 2)).toEqual([
      "53% of ada's trust is the start that every contributor has, as no credential is in force.",
      'The rest comes from b (47%).',
    ]);
    const among = engineWith([endorse('b', 'ada'), ...all.slice(2).map((id) => endorse(id, 'b'))]);
    expect(words(among, 'ada').slice(0, 2)).toEqual([
      "79% of ada's trust comes from b, who endorsed ada once.",
      'The rest comes from the start that every contributor has (21%).',
    ]);
  });

  it('tells of what was earned', () => {
    const policy = { damping: 0.5, balance: 0.2 };
    const earned = engineWith([grant('ada', { weight: 1 })], { damping: 0.1, balance: 0.2 });
    expect(words(earned, 'ada').slice(0, 2)).toEqual([
      "72% of ada's trust is earned: restart that comes back to ada for the trust ada has.",
      'The rest comes from a credential (28%).',
    ]);
    const heard = engineWith([grant('b'), endorse('b', 'ada')], policy);
    expect(words(heard, 'ada').slice(0, 2)).toEqual([
      "60% of ada's trust comes from b, who endorsed ada once.",
      'The rest comes from earned restart (40%).',
    ]);
  });

  it('tells of chains, the strongest first, and of the own start', () => {
    const engine = engineWith([
      grant('a', { weight: 4 }),
      grant('ada', { weight: 1 }),
      endorse('a', 'b', { weight: 2 }),
      endorse('a', 'ada', { weight: 2 }),
      endorse('b', 'ada'),
    ]);
    // 0.15 x 4 x (0.425 + 0.425 x 0.85) + 0.15.
    expect(words(engine, 'ada', { by: 'path' }).slice(0, 2)).toEqual([
      "41% of ada's trust came along the strongest chain of endorsements, a -> ada.",
      "The rest comes from a -> b -> ada (35%) and ada's own restart (24%).",
    ]);
    expect(words(engine, 'a', { by: 'path' }).slice(0, 2)).toEqual([
      "All of a's trust is restart of a's own, which nobody handed on.",
      'Nothing else adds to it.',
    ]);
    expect(words(engine, 'ada', { by: 'path', breadth: 1 })[1]).toBe(
      'The rest comes from all other chains (59%).',
    );
    expect(words(engine, 'ada', { by: 'origin' }).slice(0, 2)).toEqual([
      "76% of ada's trust started at a, who holds a credential.",
      'The rest comes from ada (24%).',
    ]);
    expect(words(engine, 'ada', { by: 'origin', breadth: 1 })[1]).toBe(
      'The rest comes from starts that are smaller or were not traced (24%).',
    );
  });

  it('says that there are other chains where those that are followed end before', () => {
    const engine = engineWith([grant('c'), grant('b'), endorse('c', 'b'), endorse('b', 'ada')]);
    expect(words(engine, 'ada', { by: 'path', depth: 1 }).slice(0, 2)).toEqual([
      "54% of ada's trust came along the strongest chain of endorsements, b -> ada.",
      'The rest comes from all other chains (46%).',
    ]);
  });

  it('tells of starts where no credential is in force, and of those that were not traced', () => {
    expect(words(engineWith([endorse('b', 'ada')]), 'ada', { by: 'origin' })).toEqual([
      "54% of ada's trust started at ada, in the start that every contributor has.",
      'The rest comes from b (46%).',
      expect.stringMatching(/^Nobody objects to ada, who has 65% of all trust, rank 1 of 2\.$/),
    ]);
  });

  it('says that nobody stands out where no chain is worth telling', () => {
    const crowd = Array.from({ length: 400 }, (_, k) => endorse(`m${k}`, 'ada'));
    const engine = engineWith([...crowd, grant('m0', { weight: 1 }), ...crowd.map((_, k) => grant(`m${k}`))]);
    const [first, second] = words(engine, 'ada', { by: 'path', tolerance: 1 });
    expect(first).toBe('The trust of ada comes from so many that no chain stands out.');
    expect(second).toBe('None of them brings more than 100% of it.');
  });

  it('says who objects, how many, and what it costs', () => {
    const base = [grant('a', { weight: 2 }), grant('b'), endorse('a', 'ada')];
    // Of 0.255 that arrives, and of objections by b, or by a as well.
    const one = engineWith([...base, object('b', 'ada', { kind: 'spam' })]);
    expect(words(one, 'ada')[2]).toMatch(
      /^b objects to ada \(once \(spam\)\), which takes away a third of what arrived and leaves 27% of all trust, rank 2 of 3\.$/,
    );
    const two = engineWith([...base, object('b', 'ada'), object('a', 'ada'), object('a', 'ada')]);
    expect(words(two, 'ada')[2]).toMatch(
      /^2 contributors object to ada, a at the highest cost \(twice\), which takes away \d+% of what arrived and leaves \d+(\.\d)?% of all trust, rank 3 of 3\.$/,
    );
    const silent = engineWith([...base, object('c', 'ada'), object('d', 'ada')]);
    expect(words(silent, 'ada')[2]).toMatch(
      /^2 contributors object to ada, which costs nothing: ada has \d+% of all trust/,
    );
    const more = engineWith([...base, object('b', 'ada'), object('a', 'ada')]);
    expect(words(more, 'ada', { breadth: 1 })[2]).toMatch(
      /^2 contributors object to ada, a at the highest cost \(once\)/,
    );
  });

  it('leaves out who endorses and has nothing to pass on, where others have', () => {
    const engine = engineWith([grant('b'), endorse('b', 'ada'), endorse('c', 'ada')]);
    expect(words(engine, 'ada').slice(0, 2)).toEqual([
      "All of ada's trust comes from b, who endorsed ada once.",
      'Nothing else adds to it.',
    ]);
  });

  it('counts those who endorse and have nothing to pass on', () => {
    const engine = engineWith([
      grant('linus'),
      endorse('a', 'ada'),
      endorse('b', 'ada'),
      endorse('b', 'ada'),
    ]);
    expect(words(engine, 'ada')[0]).toBe(
      'Nothing gives ada any trust: the 2 contributors who endorsed ada had nothing to pass on, and ada holds no credential.',
    );
    expect(words(engineWith([grant('linus'), object('a', 'ada')]), 'ada')[0]).toBe(
      'Nothing gives ada any trust: nobody has endorsed ada, and ada holds no credential.',
    );
  });

  it('says of a ring what was not traced, where every start is told', () => {
    const engine = engineWith([grant('ada'), endorse('ada', 'b'), endorse('b', 'ada')]);
    // 0.7225 to the 8th is left.
    const told = words(engine, 'ada', { by: 'origin', tolerance: 0.1 });
    expect(told[1]).toBe('The rest comes from starts that were not traced (7.4%).');
  });
});
