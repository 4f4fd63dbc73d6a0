/** A shelf that fails when it is told to: before a call was done, or after, so that nobody knows. */
import type { Shelf } from '../../src/ledger/shelf.ts';

export interface Faults {
  /** Calls that write, counted from the next one, after which one fails; Infinity for none. */
  countdown: number;
  when: 'before' | 'after';
  error: Error;
  /** Writes wait for it. */
  gate: Promise<void>;
}

const WRITES = [
  'write',
  'scrub',
  'noteErased',
  'recover',
  'saveSnapshot',
  'putDocument',
  'deleteDocument',
  'found',
  'drop',
];

export function faulty(shelf: Shelf): { shelf: Shelf; faults: Faults } {
  const faults: Faults = {
    countdown: Number.POSITIVE_INFINITY,
    when: 'before',
    error: new Error(),
    gate: Promise.resolve(),
  };
  const wrapped = new Proxy(shelf, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      if (typeof value !== 'function') return value;
      const call = value.bind(target) as (...values: unknown[]) => Promise<unknown>;
      if (!WRITES.includes(String(name))) return call;
      return async (...values: unknown[]) => {
        await faults.gate;
        const fails = --faults.countdown < 0;
        if (fails && faults.when === 'before') throw faults.error;
        const result = await call(...values);
        if (fails) throw faults.error;
        return result;
      };
    },
  });
  return { shelf: wrapped, faults };
}
