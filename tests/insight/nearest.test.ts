/** Ids that may have been meant: what counts as near, in which order, how many, and the sentence that names them. */
import { describe, expect, it } from 'vitest';
import { PeerageError } from '../../src/error.ts';
import { nearest, unknownContributor } from '../../src/insight/nearest.ts';

describe('the nearest ids', () => {
  it('are those that at most a third of the letters lead to, one for a short id', () => {
    expect(nearest('ab', ['ac', 'xy', 'b'])).toEqual(['ac', 'b']);
    expect(nearest('abcdef', ['abcdxy', 'abcxyz'])).toEqual(['abcdxy']);
    expect(nearest('abcdefghi', ['abcdefxyz', 'abcdewxyz'])).toEqual(['abcdefxyz']);
    expect(nearest('abcde', ['abcxy'])).toEqual([]);
  });

  it('are the same but for case first, then beginnings, then by edits; of equals the first told', () => {
    expect(nearest('Abcdef', ['abcdxy', 'abcdefghijkl', 'abcdez', 'ABCDEF'])).toEqual([
      'ABCDEF',
      'abcdefghijkl',
      'abcdez',
    ]);
    expect(nearest('abcdef', ['abcdxy', 'abcdyz', 'abcdzx', 'abcdeq'])).toEqual([
      'abcdeq',
      'abcdxy',
      'abcdyz',
    ]);
    expect(nearest('abcd', ['abcx', 'abcy', 'abcz', 'abcw'])).toEqual(['abcx', 'abcy', 'abcz']);
  });

  it('are beginnings of three letters at least, either of the other', () => {
    expect(nearest('abc', ['abcdefgh'])).toEqual(['abcdefgh']);
    expect(nearest('abcdefgh', ['abc'])).toEqual(['abc']);
    expect(nearest('ab', ['abcdefgh'])).toEqual([]);
    expect(nearest('abcdefgh', ['ab'])).toEqual([]);
    expect(nearest('bcd', ['abcdefgh'])).toEqual([]);
    expect(nearest('abcdefgh', ['fgh'])).toEqual([]);
  });

  it('compare ids of up to 128 letters edit by edit', () => {
    const [long, longer] = ['a'.repeat(127), 'a'.repeat(128)];
    expect(nearest(`${long}x`, [`${long}y`])).toEqual([`${long}y`]);
    expect(nearest(`${longer}x`, [`${longer}y`])).toEqual([]);
  });

  it('are looked for among the first 100,000 ids', () => {
    const among = function* (before: number) {
      for (let k = 0; k < before; k++) yield 'zzzzzz';
      yield 'abc';
    };
    expect(nearest('abd', among(99_999))).toEqual(['abc']);
    expect(nearest('abd', among(100_000))).toEqual([]);
  });
});

describe('the refusal of an unknown id', () => {
  it.each<[string, string[], string]>([
    ['x', [], 'who: "x" is not a contributor of this record, which has none'],
    ['x', ['abcd'], 'who: "x" is not a contributor of this record'],
    ['abd', ['abc'], 'who: "abd" is not a contributor of this record; did you mean "abc"?'],
    ['abd', ['abc', 'abe'], 'who: "abd" is not a contributor of this record; did you mean "abc" or "abe"?'],
    [
      'abd',
      ['abc', 'abe', 'abf'],
      'who: "abd" is not a contributor of this record; did you mean "abc", "abe" or "abf"?',
    ],
  ])('of %s among %j says what may have been meant', (id, ids, message) => {
    const error = unknownContributor('who', id, ids);
    expect(error).toBeInstanceOf(PeerageError);
    expect(error.message).toBe(message);
    expect(error).toMatchObject({ code: 'unknown-contributor', field: 'who', value: id });
  });
});
