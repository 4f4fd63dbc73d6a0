/** Engines of few events, settled to the last digits. */
import { type EventInput, TrustEngine } from '../../../src/index.ts';

export const engineWith = (events: EventInput[], policy = {}) => {
  const engine = new TrustEngine({ policy, tolerance: 1e-12 });
  engine.apply(events);
  return engine;
};
export const endorse = (source: string, target: string, more = {}): EventInput => ({
  type: 'endorse',
  source,
  target,
  ...more,
});
export const object = (source: string, target: string, more = {}): EventInput => ({
  type: 'object',
  source,
  target,
  ...more,
});
export const grant = (target: string, more = {}): EventInput => ({ type: 'grant', target, ...more });
