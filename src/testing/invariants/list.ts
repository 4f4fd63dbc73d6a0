/** The list: what trust is claimed to satisfy, and what it is known not to. */
import type { Invariant } from '../invariant.ts';
import { massAndPositivity, order, renaming, undo } from './basic.ts';

/** All invariants, in the order in which they are printed. */
export const invariants: readonly Invariant[] = Object.freeze([massAndPositivity, renaming, order, undo]);
