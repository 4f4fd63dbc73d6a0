/**
 * What an engine publishes about a ledger, laid out like the witness's record, so that the two can be
 * compared number by number. Everything comes through the door.
 */
import type { EventInput, PolicyInput, Score } from '../../src/index.ts';
import { TrustEngine } from '../../src/index.ts';
import { sum } from '../witness/double-double.ts';
import type { Point } from '../witness/fixed-point.ts';
import { voices } from '../witness/fixed-point.ts';
import type { DenseRecord, Ledger } from '../witness/record.ts';

/** An engine that has applied a ledger. */
export function engineOf({ initial, events }: Ledger, tolerance?: number): TrustEngine {
  const engine = new TrustEngine({
    policy: initial as PolicyInput,
    ...(tolerance === undefined ? {} : { tolerance }),
  });
  engine.apply(events as EventInput[]);
  return engine;
}

/** Scores by contributor, in the record's order; x and z in credential units again. */
export interface Published extends Point {
  bound: number;
  trust: Float64Array;
  standing: Float64Array;
  rows: Score[];
  /** Sum of y, in credential units. */
  voice: number;
  /** What `bound` says about (x, z), in the norm N. */
  massBound: number;
}

export function publish(ledger: Ledger, record: DenseRecord, tolerance?: number): Published {
  const scores = engineOf(ledger, tolerance).scores();
  const rows = record.ids.map((id) => {
    const row = scores.of(id);
    if (row === undefined) throw new Error(`${JSON.stringify(id)} has no score`);
    return row;
  });
  if (scores.length !== rows.length)
    throw new Error(`${scores.length} scores of ${rows.length} contributors`);
  const column = (of: (row: Score) => number) => Float64Array.from(rows, of);
  const total = sum(record.credentials);
  const point = { x: column((row) => row.mass * total), z: column((row) => row.distrust * total) };
  const voice = sum(voices(record, point));
  return {
    ...point,
    bound: scores.bound,
    trust: column((row) => row.trust),
    standing: column((row) => row.standing),
    rows,
    voice,
    massBound: massShare(record) * scores.bound * voice,
  };
}

/**
 * The part of `bound` x sum(y) that mass may be wrong by: half of it, as in theorem 2. Where nobody objects and
 * no cap is in force the bound of an engine may count that what moved up and what moved down oppose each
 * other, and then it is all.
 */
export function massShare({ policy, objected }: DenseRecord): number {
  const capped = policy.cap !== null && policy.balance < 1;
  return capped || objected.some((row) => row.some((weight) => weight > 0)) ? 1 / 2 : 1;
}
