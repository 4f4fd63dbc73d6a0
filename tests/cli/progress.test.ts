/**
 * The figure behind the bar says what share is done, how fast bytes are read and how long the rest takes at the
 * pace so far; it says nothing of a pace that cannot be told yet.
 */
import { describe, expect, it } from 'vitest';
import { figure, Pace } from '../../src/cli/progress.ts';

describe('the figure of progress', () => {
  it('has the rate and the time left of reading', () => {
    expect(figure('reading', 25e6, 100e6, 50e6)).toBe('25%  25.0 of 100.0 MB  50.0 MB/s  2 s left');
    expect(figure('reading', 1e6, 1e9, 1e6)).toBe('0%  1.0 of 1000.0 MB  1.0 MB/s  16 min 39 s left');
    expect(figure('reading', 25e6, undefined, 50e6)).toBe('25.0 MB  50.0 MB/s');
  });

  it('has the time left of solving', () => {
    expect(figure('solving', 0.25, 1, 0.5)).toBe('25%  2 s left');
    expect(figure('solving', 1, 1, 0.5)).toBe('100%');
  });

  it('is silent about what cannot be told', () => {
    expect(figure('reading', 25e6, 100e6)).toBe('25%  25.0 of 100.0 MB');
    expect(figure('weighing', 0, 1, 0)).toBe('0%');
    expect(figure('reading', 5e6, undefined, Number.NaN)).toBe('5.0 MB');
  });
});

describe('a pace', () => {
  it('is measured from the first report of its phase, and not from a moment', () => {
    const pace = new Pace();
    expect(pace.at('reading', 1e6, 1000)).toBeNaN();
    expect(pace.at('reading', 2e6, 1200)).toBeNaN();
    expect(pace.at('reading', 5e6, 3000)).toBe(2e6);
    expect(pace.at('solving', 0.5, 9000)).toBeNaN();
    expect(pace.at('solving', 1, 10_000)).toBe(0.5);
  });
});
