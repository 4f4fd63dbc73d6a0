/** Options of explanations: their defaults, their ends, and the sentences that refuse what is beyond. */
import { describe, expect, it } from 'vitest';
import { checkOptions, type ExplainOptions } from '../../../src/insight/explain/explanation.ts';

describe('options', () => {
  it('have defaults, which depend on the way', () => {
    const rest = { breadth: 20, tolerance: 1e-3 };
    expect(checkOptions({})).toEqual({ by: 'endorser', depth: 1, ...rest });
    expect(checkOptions({ by: 'origin' })).toEqual({ by: 'origin', depth: 1, ...rest });
    expect(checkOptions({ by: 'path' })).toEqual({ by: 'path', depth: 6, ...rest });
  });

  it.each<ExplainOptions>([
    { depth: 1 },
    { depth: 100 },
    { by: 'path', depth: 3 },
    { breadth: 1 },
    { breadth: 10_000 },
    { tolerance: 1 },
    { tolerance: 1e-12 },
  ])('may be %j', (options) => {
    expect(checkOptions(options)).toMatchObject(options);
  });

  it.each<[object, string, unknown, string]>([
    [{ by: 'friend' }, 'by', 'friend', '"friend" is refused; expected "endorser", "origin" or "path"'],
    [
      { by: 'origin', depth: 1 },
      'depth',
      1,
      '1 is refused; expected none by origin, which follows every chain to its start',
    ],
    [{ depth: 0 }, 'depth', 0, '0 is refused; expected a whole number from 1 to 100'],
    [{ depth: 101 }, 'depth', 101, '101 is refused; expected a whole number from 1 to 100'],
    [{ by: 'path', depth: 1.5 }, 'depth', 1.5, '1.5 is refused; expected a whole number from 1 to 100'],
    [{ breadth: 0 }, 'breadth', 0, '0 is refused; expected a whole number from 1 to 10000'],
    [{ breadth: 10_001 }, 'breadth', 10_001, '10001 is refused; expected a whole number from 1 to 10000'],
    [{ breadth: '5' }, 'breadth', '5', '"5" is refused; expected a whole number from 1 to 10000'],
    [{ tolerance: 0 }, 'tolerance', 0, '0 is refused; expected a share of the score above 0, at most 1'],
    [
      { tolerance: 1.01 },
      'tolerance',
      1.01,
      '1.01 is refused; expected a share of the score above 0, at most 1',
    ],
    [
      { tolerance: '0.5' },
      'tolerance',
      '0.5',
      '"0.5" is refused; expected a share of the score above 0, at most 1',
    ],
  ])('may not be %j', (options, field, value, reason) => {
    let refusal: unknown;
    try {
      checkOptions(options as ExplainOptions);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({ code: 'bad-option', field, value, reason });
  });
});
