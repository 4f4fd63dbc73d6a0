/** Explanations of communities that are small enough to be counted through. */
import { describe, expect, it } from 'vitest';
import type { ExplainOptions } from '../../../src/index.ts';
import type { ExplainedPart } from '../../../src/insight/explain/explanation.ts';
import { endorse, engineWith, grant, object } from './events.ts';

describe('by hand', () => {
  it('one credential, two endorsements: what arrives is damping times the share of what is said', () => {
    const engine = engineWith([
      grant('ada', { id: 'c1', issuer: 'board', at: '2020-01-01' }),
      endorse('ada', 'linus', { id: 'e1', kind: 'review', at: '2021-06-01' }),
      endorse('ada', 'grace', { weight: 3 }),
      endorse('linus', 'grace'),
    ]);
    const grace = engine.explain('grace');
    expect(grace).toMatchObject({ by: 'endorser', error: 0, objections: [], others: { count: 0, mass: 0 } });
    expect(grace.parts.map(({ from, why, mass }) => [from, why, mass])).toEqual([
      ['ada', 'endorsed', expect.closeTo(0.15 * 0.85 * 0.75, 12)],
      ['linus', 'endorsed', expect.closeTo(0.15 * 0.85 * 0.25 * 0.85, 12)],
    ]);
    expect(engine.explain('ada').parts).toEqual([
      {
        from: null,
        why: 'credential',
        mass: expect.closeTo(0.15, 12),
        share: 1,
        statements: [
          { kind: 'credential', weight: 1, at: '2020-01-01T00:00:00.000Z', id: 'c1', issuer: 'board' },
        ],
      },
    ]);
    expect(engine.explain('linus').parts[0]!.statements).toEqual([
      { kind: 'review', weight: 1, at: '2021-06-01T00:00:00.000Z', id: 'e1' },
    ]);
    const deep = engine.explain('grace', { depth: 2 }).parts;
    expect(deep[1]!.parts!.map(({ from, share }) => [from, share])).toEqual([['ada', deep[1]!.share]]);
    const [strongest, next] = engine.explain('grace', { by: 'path' }).parts;
    expect([strongest!.path, next!.path]).toEqual([
      ['ada', 'grace'],
      ['ada', 'linus', 'grace'],
    ]);
  });

  it('objections: each costs its share of the distrust times what the voice is short of the mass', () => {
    const engine = engineWith([
      grant('ada'),
      grant('linus', { weight: 3 }),
      endorse('ada', 'grace'),
      object('ada', 'grace', { id: 'o1' }),
      object('linus', 'grace'),
    ]);
    const [x, z] = [(0.15 * 0.85) / 8, (0.15 * 0.85) / 8 + (0.45 * 0.85) / 4];
    const { objections, otherObjections, voice } = engine.explain('grace');
    expect(voice).toBeCloseTo(x ** 2 / (x + z), 12);
    expect(objections.map(({ from, mass }) => [from, mass])).toEqual([
      ['linus', expect.closeTo((((0.45 * 0.85) / 4) * x) / (x + z), 12)],
      ['ada', expect.closeTo((((0.15 * 0.85) / 8) * x) / (x + z), 12)],
    ]);
    expect(otherObjections).toEqual({ count: 0, mass: expect.closeTo(0, 15) });
    // What ada said for grace is not what is told of against.
    expect(objections.map(({ statements }) => statements.map(({ id }) => id))).toEqual([[null], ['o1']]);
  });

  it('earned restart comes back to whom earned it, what is over the cap to the credential', () => {
    const policy = { damping: 0.5, balance: 0.5, cap: 0.5 };
    const { parts, mass } = engineWith([grant('ada'), endorse('linus', 'grace')], policy).explain('ada');
    // K = 0.5 / 3; x = 0.25 + 0.25 (x - K) + 0.25 K
    expect(mass).toBeCloseTo(1 / 3, 12);
    expect(parts.map(({ from, why, mass }) => [from, why, mass])).toEqual([
      [null, 'credential', expect.closeTo(0.25 + 0.25 / 6, 12)],
      [null, 'earned', expect.closeTo(0.25 / 6, 12)],
    ]);
  });

  it('what is beyond the breadth is among the others, and what was said often is counted by kind', () => {
    const crowd = Array.from({ length: 30 }, (_, i) => endorse(`m${i}`, 'ada', { weight: 1 + i }));
    const often = Array.from({ length: 25 }, (_, i) => endorse('linus', 'grace', { id: `e${i}` }));
    const engine = engineWith([...crowd, ...often]);
    const { parts, others } = engine.explain('ada', { breadth: 5 });
    expect([parts.length, others.count]).toEqual([5, 26]);
    expect(others.share).toBeCloseTo(1 - parts.reduce((sum, { share }) => sum + share, 0), 12);
    const said = engine.explain('grace').parts.find(({ from }) => from === 'linus')!.statements!;
    expect(said).toHaveLength(11);
    expect(said[0]).toEqual({ kind: 'endorsement', weight: 15, at: null, id: null, count: 15 });
    expect(said.at(-1)!.id).toBe('e24');
  });

  it('opens parts as deep as is asked, of endorsers alone, and none that is too small', () => {
    const engine = engineWith([
      grant('d', { weight: 4 }),
      grant('b'),
      endorse('d', 'c'),
      endorse('c', 'b'),
      endorse('b', 'ada'),
      endorse('d', 'ada', { weight: 1 / 9 }),
    ]);
    const opened = (options: ExplainOptions) => {
      const names = (parts: readonly ExplainedPart[]): unknown[] =>
        parts.map(({ from, parts }) => (parts === undefined ? from : [from, names(parts)]));
      return names(engine.explain('ada', options).parts);
    };
    expect(opened({})).toEqual(['b', 'd']);
    expect(opened({ depth: 2 })).toEqual([
      ['b', ['c', null]],
      ['d', [null]],
    ]);
    expect(opened({ depth: 3 })).toEqual([
      ['b', [['c', ['d']], null]],
      ['d', [null]],
    ]);
    expect(opened({ depth: 9 })).toEqual([
      ['b', [['c', [['d', [null]]]], null]],
      ['d', [null]],
    ]);
    // 0.85 x 4 x 0.15 x 0.1 of d, beside what comes by b.
    const share = engine.explain('ada').parts[1]!.share;
    expect(opened({ depth: 2, tolerance: share * 1.01 })).toEqual([['b', ['c', null]], 'd']);
    expect(opened({ depth: 2, tolerance: share * 0.99 })).toHaveLength(2);
    expect(opened({ depth: 2, tolerance: share * 0.99 })[1]).toEqual(['d', [null]]);
    // Nothing is smaller than all there is, and nothing is opened of nobody's.
    const [all] = engineWith([grant('b'), endorse('b', 'ada')]).explain('ada', {
      depth: 2,
      tolerance: 1,
    }).parts;
    expect(all!.parts!.map(({ why }) => why)).toEqual(['credential']);
    const [none] = engineWith([grant('b'), endorse('d', 'ada')]).explain('ada', { depth: 2 }).parts;
    expect([none!.from, none!.mass, none!.parts]).toEqual(['d', 0, undefined]);
    // What is opened adds up to the part that it is, and is a share of the whole.
    const [b] = engine.explain('ada', { depth: 2 }).parts;
    const below = b!.parts!.reduce((sum, { mass }) => sum + mass, 0) + b!.others!.mass;
    expect(below).toBeCloseTo(b!.mass, 14);
    expect(b!.parts!.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(b!.share, 12);
  });

  it('tells statements of endorsers and of credentials, and none of what nobody said', () => {
    const engine = engineWith([endorse('b', 'ada')], { damping: 0.5, balance: 0.5 });
    expect(engine.explain('ada').parts.map((part) => [part.why, Object.keys(part)])).toEqual([
      ['equal', ['from', 'why', 'mass', 'share']],
      ['endorsed', ['from', 'why', 'mass', 'share', 'statements']],
      ['earned', ['from', 'why', 'mass', 'share']],
    ]);
  });

  it('leaves out what was taken back', () => {
    const engine = engineWith([
      grant('b'),
      endorse('b', 'ada', { id: 'e1' }),
      endorse('b', 'c'),
      endorse('c', 'ada'),
      object('b', 'ada', { id: 'o1' }),
    ]);
    engine.scores();
    engine.apply([
      { type: 'retract', of: 'e1' },
      { type: 'retract', of: 'o1' },
    ]);
    const { parts, others, objections, otherObjections } = engine.explain('ada');
    expect(parts.map(({ from }) => from)).toEqual(['c']);
    expect(others.count).toBe(0);
    expect([objections, otherObjections.count]).toEqual([[], 0]);
  });

  it('tells the costliest objections, and counts the others with what they cost', () => {
    const engine = engineWith([
      grant('b', { weight: 4 }),
      grant('c', { weight: 2 }),
      grant('d'),
      endorse('b', 'ada'),
      ...['b', 'c', 'd'].map((id) => object(id, 'ada')),
    ]);
    const all = engine.explain('ada');
    expect(all.objections.map(({ from }) => from)).toEqual(['b', 'c', 'd']);
    const lost = all.mass - all.voice;
    // Half of what b says, and all of c and d: 2, 2 and 1 of 5.
    expect(all.objections.map(({ mass }) => mass)).toEqual(
      [0.4, 0.4, 0.2].map((part) => expect.closeTo(part * lost, 12)),
    );
    for (const { mass, share } of all.objections) expect(share).toBeCloseTo(mass / all.mass, 12);
    const first = engine.explain('ada', { breadth: 1 });
    expect(first.objections).toEqual(all.objections.slice(0, 1));
    expect(first.otherObjections).toEqual({ count: 2, mass: expect.closeTo(0.6 * lost, 12) });
  });

  it('by origin: where the mass started, the largest first, with what was granted there', () => {
    const engine = engineWith([
      grant('ada', { id: 'c1' }),
      grant('linus', { weight: 3 }),
      grant('grace'),
      endorse('ada', 'grace'),
      endorse('linus', 'grace'),
    ]);
    // Restart is 0.15 of one, three and one fifth, of which 0.85 arrives.
    const [ada, linus, own] = [0.03 * 0.85, 0.09 * 0.85, 0.03];
    const { parts, others, error } = engine.explain('grace', { by: 'origin', breadth: 2 });
    expect(parts).toEqual(
      [
        { from: 'linus', mass: linus, weight: 3 },
        { from: 'grace', mass: own, weight: 1 },
      ].map(({ from, mass, weight }) => ({
        from,
        why: 'origin',
        mass: expect.closeTo(mass, 12),
        share: expect.closeTo(mass / (ada + linus + own), 12),
        error: 0,
        statements: [{ kind: 'credential', weight, at: null, id: null, issuer: '' }],
      })),
    );
    expect(others).toEqual({
      count: 1,
      mass: expect.closeTo(ada, 12),
      share: expect.closeTo(ada / (ada + linus + own), 12),
    });
    expect(error).toBe(0);
    // Where all may be left to find, nothing is looked for: the error is all there is.
    const nothing = engine.explain('grace', { by: 'origin', tolerance: 1 });
    expect(nothing).toMatchObject({ parts: [], others: { count: 0, share: 1 } });
    expect(nothing.error).toBeCloseTo(nothing.mass, 8);
    // Without credentials there is nothing to tell of a start.
    const [start] = engineWith([endorse('b', 'ada')]).explain('b', { by: 'origin' }).parts;
    expect(Object.keys(start!)).toEqual(['from', 'why', 'mass', 'share', 'error']);
  });

  it('by origin: of a ring so many rounds as the tolerance asks for, and an error of all others', () => {
    const engine = engineWith([grant('ada', { weight: 4 }), endorse('ada', 'b'), endorse('b', 'ada')]);
    const { parts, error, mass } = engine.explain('ada', { by: 'origin', tolerance: 0.1 });
    expect(mass).toBeCloseTo(0.15 / (1 - 0.7225), 12);
    // 0.7225 to the 7th is more than a tenth, to the 8th it is less.
    const left = mass * 0.7225 ** 8;
    expect(parts.map(({ from, mass }) => [from, mass])).toEqual([['ada', expect.closeTo(mass - left, 12)]]);
    expect(parts[0]!.error).toBeCloseTo(left, 9);
    expect(error).toBeCloseTo(left, 9);
  });

  it('by path: chains beyond the breadth are counted, and none of them is stronger than the error', () => {
    const engine = engineWith([
      grant('ada', { weight: 4 }),
      endorse('ada', 'grace', { weight: 2 }),
      endorse('ada', 'linus'),
      endorse('linus', 'grace'),
      endorse('ada', 'joan'),
      endorse('joan', 'grace', { weight: 3 }),
      endorse('joan', 'linus'),
    ]);
    const direct = 0.15 * 0.85 * 0.5;
    const [linus, joan] = [0.15 * 0.25 * 0.7225, 0.15 * 0.25 * 0.7225 * 0.75];
    const both = 0.15 * 0.25 * 0.85 ** 3 * 0.25;
    const told = (options: ExplainOptions) => {
      const { parts, others, error } = engine.explain('grace', { by: 'path', ...options });
      return [parts.map(({ mass }) => mass), others.count, error];
    };
    const near = (...masses: number[]) => masses.map((mass) => expect.closeTo(mass, 12));
    expect(told({})).toEqual([near(direct, linus, joan, both), 0, 0]);
    // What is behind joan is not even looked at.
    expect(told({ breadth: 3 })).toEqual([near(direct, linus, joan), 0, expect.closeTo(joan, 12)]);
    expect(told({ depth: 1 })).toEqual([near(direct), 0, 0]);
    expect(told({ depth: 2 })).toEqual([near(direct, linus, joan), 0, 0]);
    const many = engineWith([
      ...['a', 'b', 'c'].map((id, at) => grant(id, { weight: 2 ** at })),
      ...['a', 'b', 'c', 'd'].map((id) => endorse(id, 'ada')),
    ]);
    const { parts, others, error } = many.explain('ada', { by: 'path', breadth: 1 });
    expect([parts.map(({ path }) => path), others.count]).toEqual([[['c', 'ada']], 2]);
    expect([others.mass, error]).toEqual(near((0.1275 * 3) / 7, (0.1275 * 4) / 7));
    expect(engine.explain('grace', { by: 'path' }).parts[3]!.path).toEqual(['ada', 'joan', 'linus', 'grace']);
  });
});
