/**
 * Communities whose waist is known: one credential, k gatekeepers whom its holder endorses alike, and 2,000
 * contributors, each endorsed by one gatekeeper in turn. With every gatekeeper carrying the same, the fewest
 * who carry nine tenths are 0.9 k.
 */
import type { EventInput } from '../../src/index.ts';
import { TrustEngine } from '../../src/index.ts';

export const GATES = [1, 2, 5, 20, 100] as const;
const MEMBERS = 2000;

function planted(gates: number): EventInput[] {
  const events: EventInput[] = [{ type: 'grant', target: 'root', issuer: 'foundation' }];
  for (let gate = 0; gate < gates; gate++)
    events.push({ type: 'endorse', source: 'root', target: `gate${gate}` });
  for (let member = 0; member < MEMBERS; member++) {
    events.push({ type: 'endorse', source: `gate${member % gates}`, target: `member${member}` });
  }
  return events;
}

export interface PlantedRow {
  readonly gates: number;
  readonly all90: number;
  readonly peers50: number;
  readonly peers90: number;
  readonly intercepted: number;
  readonly error: number;
}

export function measurePlanted(gates: number, seed = 1): PlantedRow {
  const engine = new TrustEngine();
  engine.apply(planted(gates));
  const { all, peers } = engine.audit({ seed, through: [] }).waist;
  return {
    gates,
    all90: all.w90!,
    peers50: peers.w50!,
    peers90: peers.w90!,
    intercepted: peers.intercepted90,
    error: peers.error90,
  };
}
