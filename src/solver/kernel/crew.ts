/** Help of workers for a team. */
import type { Frame } from './frame.ts';
import type { Kernel } from './plain.ts';

export interface Crew {
  each(frame: Frame, kernel: Kernel, operation: number, table: number, first: number, last: number): void;
}
