/** Communities to attack: from a seed, with a generator of its own. */
import type { EventInput } from '../../src/event.ts';

/** Contributors m0, m1 ... who endorse a few others each, the first of whom hold credentials. */
export function community(order: number, credentials: number, { each = 6, seed = 1 } = {}): EventInput[] {
  let state = seed;
  const below = (limit: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
  const events: EventInput[] = [];
  for (let k = 0; k < credentials; k++) events.push({ type: 'grant', target: `m${k}` });
  for (let u = 0; u < order; u++) {
    for (let k = 0; k < each; k++) {
      const v = (u + 1 + below(order - 1)) % order;
      events.push({ type: 'endorse', source: `m${u}`, target: `m${v}`, weight: 1 + below(3) });
    }
  }
  return events;
}
