/**
 * What an explanation is: plain data, every number in the units of a score. Parts and others add up to the
 * mass, objections and other objections to what the mass has and the voice has not.
 */
import { PeerageError, quote } from '../../error.ts';

const WAYS = ['endorser', 'origin', 'path'] as const;

/** By whom the mass was handed on last, where it started, or by which chain it came. */
export type ExplainBy = (typeof WAYS)[number];

export interface ExplainOptions {
  /** How the mass is taken apart; by endorser unless given. */
  by?: ExplainBy;
  /**
   * By endorser: levels of parts within parts, 1 unless given. By path: the most endorsements in a chain, 6
   * unless given. From 1 to 100; by origin there is none.
   */
  depth?: number;
  /** The most parts, and objections, that are told one by one: 1 to 10,000; 20 unless given. */
  breadth?: number;
  /** What is less than this share of the score need not be found, above 0, at most 1; 0.001 unless given. */
  tolerance?: number;
}

/** A statement behind a part or an objection, or a credential; with a `count` several that are not told one by one. */
export interface ExplainedStatement {
  readonly kind: string;
  /** As given; of several their sum. */
  readonly weight: number;
  /** ISO 8601; null where it has no date. */
  readonly at: string | null;
  readonly id: string | null;
  /** Of a credential, whose kind is `credential`. */
  readonly issuer?: string;
  readonly count?: number;
}

/** What is left of a whole beside the parts that are told; rounding and what is still pending are in it. */
export interface ExplainedRest {
  /** How many are known and not told. */
  readonly count: number;
  readonly mass: number;
  /** Of all the mass. */
  readonly share: number;
}

export interface ExplainedPart {
  /** The endorser, or where the mass started; null for restart of the contributor's own. */
  readonly from: string | null;
  /**
   * `endorsed`; restart: `credential`, `equal` (where no credential is in force all have the same) and
   * `earned`; else `origin` or `path`.
   */
  readonly why: 'endorsed' | 'credential' | 'equal' | 'earned' | 'origin' | 'path';
  /** In the units of the score's mass. */
  readonly mass: number;
  /** Of all the mass. */
  readonly share: number;
  /** By origin: the mass is at most this much more. */
  readonly error?: number;
  /** What was said, or granted; the last ten one by one. */
  readonly statements?: readonly ExplainedStatement[];
  /** The chain, from its origin to the contributor. */
  readonly path?: readonly string[];
  /** By endorser, at a depth above 1: the same part, taken apart as the endorser's mass is. */
  readonly parts?: readonly ExplainedPart[];
  readonly others?: ExplainedRest;
}

export interface ExplainedObjection {
  readonly from: string;
  /** How much voice it costs, in the units of the score's mass. */
  readonly mass: number;
  /** Of all the mass. */
  readonly share: number;
  readonly statements: readonly ExplainedStatement[];
}

/** Why a contributor has the trust it has. */
export interface Explanation {
  readonly contributor: string;
  readonly by: ExplainBy;
  /** Events that are taken into account. */
  readonly sequence: number;
  /** As published: see `Score`. */
  readonly trust: number;
  readonly rank: number;
  readonly multiple: number;
  readonly mass: number;
  /** What objections leave of the mass, in its units. */
  readonly voice: number;
  readonly standing: number;
  /** Proven L1 distance of all trust, as it is explained here, from the exact trust. */
  readonly bound: number;
  /** The strongest first. */
  readonly parts: readonly ExplainedPart[];
  readonly others: ExplainedRest;
  /** By origin and path: none that is not told has more mass than this in what was searched. */
  readonly error: number;
  /** The costliest first. */
  readonly objections: readonly ExplainedObjection[];
  readonly otherObjections: Omit<ExplainedRest, 'share'>;
  /** Three sentences with the same numbers. */
  readonly words: readonly string[];
}

/** Options with their defaults. @throws PeerageError `bad-option`, with field, value and what was expected. */
export function checkOptions({ by = 'endorser', depth, breadth = 20, tolerance = 1e-3 }: ExplainOptions) {
  if (!WAYS.includes(by)) throw refused('by', by, '"endorser", "origin" or "path"');
  if (depth !== undefined && by === 'origin')
    throw refused('depth', depth, 'none by origin, which follows every chain to its start');
  if (depth !== undefined && !whole(depth, 100))
    throw refused('depth', depth, 'a whole number from 1 to 100');
  if (!whole(breadth, 10_000)) throw refused('breadth', breadth, 'a whole number from 1 to 10000');
  if (!(typeof tolerance === 'number' && tolerance > 0 && tolerance <= 1))
    throw refused('tolerance', tolerance, 'a share of the score above 0, at most 1');
  return { by, depth: depth ?? (by === 'path' ? 6 : 1), breadth, tolerance };
}

function whole(value: unknown, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;
}

function refused(field: string, value: unknown, expected: string): PeerageError {
  return new PeerageError('bad-option', `${quote(value)} is refused; expected ${expected}`, { field, value });
}
