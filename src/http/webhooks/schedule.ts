/**
 * When a delivery is tried again: after a delay that doubles with each attempt, up to half a day, of which the
 * second half is chance, so that receivers which come back are not met by all at once. Pure; chance is given.
 */
import type { Milliseconds } from '../../event.ts';

/** Attempts before a delivery is dead: with the delays below, after 17 to 35 hours. */
export const ATTEMPTS = 16;
const FIRST: Milliseconds = 5_000;
/** The longest delay. */
export const LONGEST: Milliseconds = 12 * 3_600_000;

/** Milliseconds to wait after `attempts` failures (from 1); `chance` is from 0 to below 1. */
export function delayAfter(attempts: number, chance: number): Milliseconds {
  const most = Math.min(FIRST * 2 ** (attempts - 1), LONGEST);
  return most / 2 + (most / 2) * chance;
}
