/**
 * A settled graph as insight reads it: rows with their trust, who they are, and what was said. To be read at
 * once: the engine that it belongs to goes on.
 */
import type { Digraph } from '../graph/digraph.ts';
import type { Scores } from '../scores.ts';
import type { Settle } from '../solver/settle.ts';

export interface Settlement {
  readonly graph: Digraph;
  readonly solver: Settle;
  /** What is published of it. */
  readonly scores: Scores;
  readonly evidence: Evidence;
  /** The contributor of a row. */
  id(row: number): string;
  /** The row of a contributor, -1 where there is none of this id. */
  row(id: string): number;
}

/** What stands behind the weights of a graph. */
export interface Evidence {
  /** The live statements about a row, those of itself left out, in the order they were made. */
  about(row: number): Statement[];
  /** The live statements that a row made, about itself left out, in the order they were made. */
  by(row: number): Statement[];
  /** The credentials that a row holds, in the order they were granted. */
  grants(row: number): Grant[];
}

/** A live endorsement or objection. */
export interface Statement {
  /** Rows. */
  readonly source: number;
  readonly target: number;
  readonly against: boolean;
  /** As it was given, above 0. */
  readonly weight: number;
  readonly kind: string;
  /** Epoch milliseconds; NaN for one without a date. */
  readonly at: number;
  readonly id: string | undefined;
}

/** A credential in force. */
export interface Grant {
  readonly holder: number;
  readonly weight: number;
  readonly issuer: string;
  /** Epoch milliseconds; NaN for one that was always in force. */
  readonly at: number;
  readonly id: string | undefined;
}
