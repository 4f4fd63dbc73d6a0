/** The waist of communities whose waist is known (planted.ts). */
import { describe, expect, it } from 'vitest';
import { GATES, measurePlanted } from './planted.ts';

describe('the waist', () => {
  it.each(GATES)(
    'of %d gatekeepers between one credential and 2,000 contributors is within 2 of 0.9 k',
    (gates) => {
      for (const seed of [1, 2, 3]) {
        const { all90, peers90, intercepted } = measurePlanted(gates, seed);
        expect(all90).toBe(1);
        expect(Math.abs(peers90 - 0.9 * gates)).toBeLessThanOrEqual(2);
        expect(intercepted).toBeGreaterThanOrEqual(0.9);
      }
    },
  );
});
