/** Timers that keep no program alive. Whoever waits takes them as an option, so that tests can wait without time. */
import type { Milliseconds } from '../event.ts';

/** Calls back after a time; returns how to stop that. */
export type Later = (call: () => void, milliseconds: Milliseconds) => () => void;

/** The longest time that a timer of the system can be set to. */
const LONGEST = 2 ** 31 - 1;

export const soon: Later = (call, milliseconds) => {
  const timer = setTimeout(call, Math.min(milliseconds, LONGEST));
  timer.unref();
  return () => clearTimeout(timer);
};

/** Whether a promise, which never rejects, is kept within a time. */
export function endedWithin(promise: Promise<void>, milliseconds: Milliseconds): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), milliseconds);
    void promise.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

/** Lets others be answered. */
export function breath(milliseconds = 0): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
